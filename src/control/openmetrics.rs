//! The text form of OpenMetrics 1.0: families with their type, unit and help, samples with labels, and the end.

use std::fmt::Write as _;

/// The media type of the text.
pub const MEDIA_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// What kind of number a family holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MetricKind {
    Counter,
    Gauge,
    Info,
    Summary,
}

/// Numbers of one meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MetricFamily {
    /// Without the suffix of its kind, with its unit.
    pub name: &'static str,
    pub kind: MetricKind,
    /// The last part of the name, where it has one.
    pub unit: &'static str,
    pub help: &'static str,
}

/// A text that is being written.
#[derive(Debug, Default)]
pub struct Exposition(String);

impl Exposition {
    /// Begins a family; its samples follow.
    pub fn family(&mut self, family: &MetricFamily) -> Samples<'_> {
        let MetricFamily { name, kind, unit, help } = family;
        let kind_name = match kind {
            MetricKind::Counter => "counter",
            MetricKind::Gauge => "gauge",
            MetricKind::Info => "info",
            MetricKind::Summary => "summary",
        };
        self.line(format_args!("# TYPE {name} {kind_name}"));
        if !unit.is_empty() {
            self.line(format_args!("# UNIT {name} {unit}"));
        }
        self.line(format_args!("# HELP {name} {}", escaped(help)));
        Samples {
            page: self,
            name: family.name,
            kind: family.kind,
        }
    }

    /// Ends the text.
    pub fn end(mut self) -> String {
        self.line(format_args!("# EOF"));
        self.0
    }

    fn line(&mut self, line: std::fmt::Arguments<'_>) {
        writeln!(self.0, "{line}").expect("a text takes every line");
    }
}

/// Where a family's samples go.
pub struct Samples<'a> {
    page: &'a mut Exposition,
    name: &'static str,
    kind: MetricKind,
}

impl Samples<'_> {
    /// Writes one sample.
    pub fn put(&mut self, labels: &[(&str, &str)], value: f64) -> &mut Self {
        let suffix = match self.kind {
            MetricKind::Counter => "_total",
            MetricKind::Info => "_info",
            MetricKind::Gauge | MetricKind::Summary => "",
        };
        self.sample(suffix, labels, value)
    }

    /// Writes a summary: how many, and their sum.
    pub fn put_sum(&mut self, count: u64, sum: f64) -> &mut Self {
        self.sample("_count", &[], count as f64).sample("_sum", &[], sum)
    }

    fn sample(&mut self, suffix: &str, labels: &[(&str, &str)], value: f64) -> &mut Self {
        let labels: Vec<String> = labels
            .iter()
            .map(|(name, value)| format!("{name}=\"{}\"", escaped(value)))
            .collect();
        let labels = match labels.is_empty() {
            true => String::new(),
            false => format!("{{{}}}", labels.join(",")),
        };
        self.page.line(format_args!("{}{suffix}{labels} {value}", self.name));
        self
    }
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_holds_to_the_form() {
        let mut page = Exposition::default();
        let family = |name, kind, unit| MetricFamily {
            name,
            kind,
            unit,
            help: "What \"it\" is.",
        };
        page.family(&family("a", MetricKind::Counter, ""))
            .put(&[("b", "c\"\\\nd")], 2.0);
        page.family(&family("t_seconds", MetricKind::Summary, "seconds"))
            .put_sum(3, 0.25);
        assert_eq!(
            page.end(),
            "# TYPE a counter\n# HELP a What \\\"it\\\" is.\na_total{b=\"c\\\"\\\\\\nd\"} 2\n\
             # TYPE t_seconds summary\n# UNIT t_seconds seconds\n# HELP t_seconds What \\\"it\\\" is.\n\
             t_seconds_count 3\nt_seconds_sum 0.25\n# EOF\n"
        );
    }
}
