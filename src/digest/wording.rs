//! The one place for the words of a digest: what the lexicon has for them, with numbers, names and dates filled in.
//!
//! Nothing here knows where a word is placed; all renderings say the same.

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta};
use chrono_tz::Tz;

use super::dates::DigestLanguage;
use super::display_text;
use super::input::{DigestKind, DigestOptions, TroubledSource};
use super::model::{ChartBar, Digest};
use super::wrap;
use crate::domain::Timestamp;
use crate::domain::health::Condition;
use crate::lexicon::Phrases;
use crate::lexicon::digest_words::{DigestWords, Plural};

/// Where stories that did not fit are found when the configuration names no place.
const STORIES_COMMAND: &str = "`tidings stories`";
/// Columns of a subject that phones and lists of mails show, and how many of them its topic may have.
const SUBJECT_COLUMNS: usize = 78;
const SUBJECT_TOPIC_COLUMNS: usize = 28;
/// Columns of one headline among the first words.
const NEWS_COLUMNS: usize = 90;
/// Columns of the topics in a subject that tells no news.
const SUBJECT_TOPICS_COLUMNS: usize = 60;

/// The words of one digest: its language and its reader's zone.
#[derive(Debug, Clone, Copy)]
pub struct DigestWording {
    pub(super) zone: Tz,
    pub(super) language: DigestLanguage,
    pub words: &'static DigestWords,
}

impl DigestWording {
    /// Returns the words the options ask for.
    pub fn of(options: &DigestOptions) -> Self {
        Self {
            zone: options.zone,
            language: options.language,
            words: options.language.words(),
        }
    }

    /// Returns the language's tag.
    pub fn tag(self) -> &'static str {
        self.language.tag()
    }

    /// Returns a phrase with a number.
    pub fn count(self, forms: Phrases, number: usize) -> String {
        self.count_with(forms, number, &[])
    }

    fn count_with(self, forms: Phrases, number: usize, values: &[(&str, &str)]) -> String {
        let form = forms
            .get(Plural::of_name(self.words.plural).map_or(0, |plural| plural.form(number)))
            .or(forms.last());
        let (number, mut all) = (number.to_string(), values.to_vec());
        all.push(("n", &number));
        fill(form.copied().unwrap_or_default(), &all)
    }

    fn at(self, at: Timestamp) -> DateTime<Tz> {
        at.with_timezone(&self.zone)
    }

    fn time(self, at: Timestamp) -> String {
        self.at(at).format("%H:%M").to_string()
    }

    /// Returns the subject of a digest: its first news, else its counts and the local date.
    pub fn subject(self, digest: &Digest) -> String {
        let words = self.words;
        match digest.news.as_slice() {
            [only] if digest.kind == DigestKind::Alert && digest.stories() == 1 => {
                let room = SUBJECT_COLUMNS.saturating_sub(wrap::columns(words.alert) + 2);
                format!("{}: {}", words.alert, cut(&only.title, room))
            }
            [first, ..] if digest.kind == DigestKind::Digest => {
                let topic = cut(&first.topic, SUBJECT_TOPIC_COLUMNS);
                let more = match digest.news_count() - 1 {
                    0 => String::new(),
                    more => format!("; {}", fill(words.more, &[("n", &more.to_string())])),
                };
                let used = wrap::columns(&topic) + 2 + wrap::columns(&more);
                format!(
                    "{topic}: {}{more}",
                    cut(&first.title, SUBJECT_COLUMNS.saturating_sub(used))
                )
            }
            _ => self.subject_of_counts(digest),
        }
    }

    fn subject_of_counts(self, digest: &Digest) -> String {
        let words = self.words;
        let topic = match digest.sections.as_slice() {
            [] => digest.name.clone(),
            [first, rest @ ..] => format!("{}{}", first.topic, self.and_more(rest.len())),
        };
        let mut parts = self.counts(digest);
        if parts.is_empty() {
            let unread = digest.coverage.sources.saturating_sub(digest.read());
            parts.extend((digest.kind != DigestKind::Alarm).then(|| words.no_stories.to_owned()));
            if unread > 0 {
                let unread = unread.to_string();
                let values = [("unread", unread.as_str())];
                parts.push(self.count_with(words.sources_unread, digest.coverage.sources, &values));
            } else if digest.kind == DigestKind::Alarm {
                parts.push(words.no_source_read.to_owned());
            }
        }
        let alert = match digest.kind {
            DigestKind::Alert => format!("{}: ", words.alert),
            DigestKind::Digest | DigestKind::Alarm | DigestKind::Heartbeat => String::new(),
        };
        let (topic, day) = (cut(&topic, SUBJECT_TOPICS_COLUMNS), self.short_day(digest.window.to));
        format!("{alert}{topic}: {}, {day}", parts.join(", "))
    }

    /// Returns the first words: the news by its headlines, or that there is none.
    pub fn news(self, digest: &Digest) -> String {
        let titles: Vec<String> = digest.news.iter().map(|news| cut(&news.title, NEWS_COLUMNS)).collect();
        match digest.news_count().saturating_sub(digest.news.len()) {
            _ if digest.has_no_news() => self.nothing(digest).to_owned(),
            _ if titles.is_empty() => self.counts(digest).join(", "),
            0 => titles.join("; "),
            more => format!("{};{}", titles.join("; "), self.and_more(more)),
        }
    }

    /// Returns how many stories of each kind there are: "5 new stories", "1 developing".
    fn counts(self, digest: &Digest) -> Vec<String> {
        let (new, developing, told) = digest.counts();
        let words = self.words;
        let counts = [
            (words.new_stories, new),
            (words.developing_stories, developing),
            (words.told_stories, told),
            (words.changed_pages, digest.pages()),
            (words.dates_told, digest.dates.len()),
        ];
        let counts = counts.into_iter().filter(|(_, number)| *number > 0);
        counts.map(|(forms, number)| self.count(forms, number)).collect()
    }

    /// Returns the day in one line: "5 new stories, 1 developing; 15 of 16 sources read".
    pub fn overview(self, digest: &Digest) -> String {
        let stories = self.counts(digest).join(", ");
        let sources = (digest.kind != DigestKind::Alert).then(|| self.sources_read(digest));
        let parts = [(!stories.is_empty()).then_some(stories), sources];
        parts.into_iter().flatten().collect::<Vec<_>>().join("; ")
    }

    fn sources_read(self, digest: &Digest) -> String {
        let read = digest.read().to_string();
        let values = [("read", read.as_str())];
        self.count_with(self.words.sources_read, digest.coverage.sources, &values)
    }

    fn nothing(self, digest: &Digest) -> &'static str {
        match digest.kind {
            DigestKind::Alarm => self.words.nothing_alarm,
            DigestKind::Heartbeat => self.words.nothing_heartbeat,
            DigestKind::Digest | DigestKind::Alert => self.words.nothing,
        }
    }

    /// Returns whose digest it is, of which day, and since when: "Tidings · daily, Saturday 13 June 2026, since …".
    pub fn dateline(self, digest: &Digest) -> String {
        let (window, words) = (&digest.window, self.words);
        let span = match window.from {
            None => fill(words.until, &[("time", &self.time(window.to))]),
            Some(from) => {
                let day = self.past_day(from, window.to);
                fill(words.since, &[("day", &day), ("time", &self.time(from))])
            }
        };
        let day = self.language.long(self.at(window.to).date_naive());
        format!("Tidings · {}, {day}, {span}", digest.name)
    }

    /// Returns what is told of a story an alert has told: "told Sat 13 June, 14:05; 2 articles since".
    pub fn told_by_alert(self, at: Timestamp, since: usize) -> String {
        let (day, time) = (self.short_day(at), self.time(at));
        let told = fill(self.words.told_at, &[("day", &day), ("time", &time)]);
        match since {
            0 => told,
            since => format!("{told}; {}", self.count(self.words.since_then, since)),
        }
    }

    fn short_day(self, at: Timestamp) -> String {
        self.day(self.at(at).date_naive())
    }

    /// Returns a local day in short: "Sat 13 June".
    pub fn day(self, day: NaiveDate) -> String {
        self.language.short(day)
    }

    /// Returns the local date of a moment in short, without its weekday: "13 June".
    pub fn date(self, at: Timestamp) -> String {
        self.language.day_month(self.at(at).date_naive())
    }

    /// Returns a past local date, with its year where that is another one.
    fn past_day(self, at: Timestamp, now: Timestamp) -> String {
        let (day, today) = (self.at(at).date_naive(), self.at(now).date_naive());
        match day.year() == today.year() {
            true => self.language.short(day),
            false => self.language.plain(day),
        }
    }

    /// Returns the local date and time: "Saturday 13 June 2026, 07:00".
    pub fn moment(self, at: Timestamp) -> String {
        format!("{}, {}", self.language.long(self.at(at).date_naive()), self.time(at))
    }

    /// Returns how long before the digest something was: "9 h ago".
    pub fn age(self, at: Timestamp, now: Timestamp) -> String {
        let (span, words) = (now - at, self.words);
        let number = |number: i64| usize::try_from(number).unwrap_or(0);
        if span < TimeDelta::minutes(1) {
            words.just_now.to_owned()
        } else if span < TimeDelta::hours(1) {
            self.count(words.minutes_ago, number(span.num_minutes()))
        } else if span < TimeDelta::hours(48) {
            self.count(words.hours_ago, number(span.num_hours()))
        } else if span < TimeDelta::days(15) {
            self.count(words.days_ago, number(span.num_days()))
        } else {
            self.past_day(at, now)
        }
    }

    /// Returns what ends a list that goes on: " and 3 more"; nothing for none.
    pub fn and_more(self, number: usize) -> String {
        match number {
            0 => String::new(),
            number => format!(" {}", fill(self.words.and_more, &[("n", &number.to_string())])),
        }
    }

    /// Returns what a chart shows: "9 articles in 6 days, 3 of them copies".
    pub fn chart(self, chart: &[ChartBar]) -> String {
        let articles = chart.iter().map(|bar| bar.articles).sum();
        let copies = match chart.iter().map(|bar| bar.copies).sum() {
            0 => String::new(),
            copies => self.count(self.words.of_them_copies, copies),
        };
        let (articles, days) = (
            self.count(self.words.articles, articles),
            self.count(self.words.in_days, chart.len()),
        );
        format!("{articles} {days}{copies}")
    }

    /// Returns what stands before headlines that are told under another topic.
    pub fn elsewhere(self, topic: &str) -> String {
        fill(self.words.elsewhere, &[("topic", topic)])
    }

    /// Returns the line for stories that did not fit, with the place to find them.
    pub fn more_stories(self, number: usize, hint: Option<&str>) -> String {
        let values = [("place", hint.unwrap_or(STORIES_COMMAND))];
        self.count_with(self.words.more_stories, number, &values)
    }

    /// Returns the coverage line: "41 of 43 sources read; 12 articles judged by a teaser alone; 2 failing, 1 silent:".
    pub fn coverage(self, digest: &Digest) -> String {
        let troubled = &digest.coverage.troubled;
        let troubles = Condition::ALL.into_iter().filter_map(|condition| {
            let own = troubled.iter().filter(|source| source.health.condition == condition);
            let (number, trouble) = (own.count(), self.trouble(condition)?);
            (number > 0).then(|| format!("{number} {trouble}"))
        });
        let troubles: Vec<String> = troubles.collect();
        let teasers = digest.coverage.judged_by_teaser;
        let teasers = (teasers > 0).then(|| self.count(self.words.judged_by_teaser, teasers));
        let troubles = (!troubles.is_empty()).then(|| format!("{}:", troubles.join(", ")));
        let parts = [Some(self.sources_read(digest)), teasers, troubles];
        parts.into_iter().flatten().collect::<Vec<_>>().join("; ")
    }

    fn trouble(self, condition: Condition) -> Option<&'static str> {
        let words = self.words;
        match condition {
            Condition::Gone => Some(words.gone),
            Condition::Blocked => Some(words.blocked),
            Condition::Failing => Some(words.failing),
            Condition::ChangedMarkup => Some(words.changed_markup),
            Condition::Silent => Some(words.silent),
            Condition::Late => Some(words.late),
            Condition::Moved | Condition::Ok => None,
        }
    }

    /// Returns what follows the name of a troubled source: "failing since Mon 8 June (answered 500)".
    pub fn troubled(self, source: &TroubledSource, now: Timestamp) -> String {
        let trouble = self.trouble(source.health.condition).unwrap_or_default();
        let mut line = match source.health.since {
            Some(since) => {
                let day = self.past_day(since, now);
                fill(self.words.trouble_since, &[("trouble", trouble), ("day", &day)])
            }
            None => trouble.to_owned(),
        };
        if let Some(why) = source.health.why.as_deref().filter(|why| !why.is_empty()) {
            line.push_str(&format!(" ({why})"));
        }
        line
    }

    /// Returns where an earlier digest did not arrive, and why: "to mail:a@example.org (answered 550)".
    pub fn undelivered_to(self, channel: &str, error: &str) -> String {
        let to = fill(self.words.undelivered_to, &[("channel", channel)]);
        match error.is_empty() {
            true => to,
            false => format!("{to} ({error})"),
        }
    }
}

/// Fills what stands in braces, once from the left: what a value holds stays as it is.
pub(super) fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut out = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((name, after)) = after.split_once('}') else {
            break;
        };
        out.push_str(before);
        out.push_str(
            values
                .iter()
                .find(|(own, _)| *own == name)
                .map_or("", |(_, value)| value),
        );
        rest = after;
    }
    out + rest
}

/// Returns a headline within so many columns, cut at a word's end.
fn cut(text: &str, columns_max: usize) -> String {
    let (chars, columns) = (text.chars().count(), wrap::columns(text));
    match columns > columns_max {
        // Letters of some scripts take two columns.
        true => display_text::line(text, columns_max * chars / columns),
        false => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_value_holds_is_not_filled_again() {
        let filled = fill("{a} and {b}, {n", &[("a", "{b}"), ("b", "two")]);
        assert_eq!(filled, "{b} and two, {n");
    }

    #[test]
    fn headlines_are_cut_by_what_they_take() {
        assert_eq!(cut("Senate delays warrant bill", 14), "Senate delays…");
        assert!(wrap::columns(&cut("欧州議会、公共の場での顔認証の禁止を可決", 20)) <= 20);
    }
}
