//! What each morning's digest must tell, as `reader_week.expected` says it: that file explains its lines.

/// What is expected of the digests, morning by morning.
pub struct Expectations {
    pub days: Vec<Day>,
    pub every_day: Day,
}

/// What is expected of one morning.
#[derive(Default)]
pub struct Day {
    pub name: String,
    pub lines: Vec<Line>,
}

/// One expectation.
pub struct Line {
    /// The topic it stands under; none for the digest as a whole.
    pub topic: Option<String>,
    /// As it is written, for the report.
    pub text: String,
    pub what: What,
}

/// What is expected.
pub enum What {
    Story(ExpectedStory),
    Subject(Vec<String>),
    Shown(Vec<String>),
    NotShown(String),
    /// Heads no story, or none of this status.
    NotHeading(Option<&'static str>, String),
    /// No story holds two of these.
    Apart(Vec<String>),
    Elsewhere(String),
    /// At most so many stories are told with their leads.
    Full(usize),
}

/// A story that is told.
pub struct ExpectedStory {
    pub place: Place,
    pub status: Option<&'static str>,
    /// One of these heads it.
    pub headlines: Vec<String>,
    pub details: Vec<Detail>,
}

/// Where in its section.
#[derive(Clone, Copy, PartialEq)]
pub enum Place {
    /// Among the first so many.
    Top(usize),
    /// Not among the first three.
    Lower,
    /// After all that is expected elsewhere.
    Last,
    /// The same, or nowhere.
    LastOrCut,
    /// Before what goes last.
    Any,
    /// No matter where.
    Anywhere,
}

impl Place {
    pub fn is_last(self) -> bool {
        matches!(self, Self::Last | Self::LastOrCut)
    }
}

/// What is said of a story.
pub enum Detail {
    Also(Vec<String>),
    Link(String),
    Says(String),
    Copies(u64),
}

fn alternatives(text: &str) -> Vec<String> {
    text.split(" | ").map(|one| one.trim().to_owned()).collect()
}

impl Expectations {
    pub fn read(text: &str) -> Self {
        let mut days: Vec<Day> = Vec::new();
        let mut topic = None;
        for line in text.lines() {
            let trimmed = line.trim();
            if trimmed.is_empty() || trimmed.starts_with('#') {
            } else if let Some(name) = trimmed.strip_prefix("== ") {
                topic = None;
                days.push(Day {
                    name: name.to_owned(),
                    lines: Vec::new(),
                });
            } else if let Some(name) = trimmed.strip_prefix('[') {
                topic = Some(name.strip_suffix(']').unwrap().to_owned());
            } else if line.starts_with(' ') {
                let story = days.last_mut().and_then(|day| day.lines.last_mut());
                let Some(What::Story(story)) = story.map(|line| &mut line.what) else {
                    panic!("there is no story before: {line}");
                };
                story.details.push(detail(trimmed));
            } else {
                days.last_mut().unwrap().lines.push(Line {
                    topic: topic.clone(),
                    text: trimmed.to_owned(),
                    what: what(trimmed),
                });
            }
        }
        let every_day = days.iter().position(|day| day.name == "every day").unwrap();
        let every_day = days.remove(every_day);
        assert!(days.len() == 7, "{} days", days.len());
        Self { days, every_day }
    }

    /// Returns how many expectations there are.
    pub fn number(&self) -> usize {
        let of_days: usize = self.days.iter().map(|day| day.lines.len()).sum();
        of_days + self.every_day.lines.len() * self.days.len() + 2
    }
}

fn what(line: &str) -> What {
    if let Some((key, value)) = line.split_once(": ") {
        let value = value.trim();
        match key {
            "subject" => return What::Subject(alternatives(value)),
            "shown" => return What::Shown(alternatives(value)),
            "not shown" => return What::NotShown(value.to_owned()),
            "not heading" => return What::NotHeading(None, value.to_owned()),
            "not new" => return What::NotHeading(Some("new"), value.to_owned()),
            "not developing" => return What::NotHeading(Some("developing"), value.to_owned()),
            "apart" => return What::Apart(alternatives(value)),
            "elsewhere" => return What::Elsewhere(value.to_owned()),
            "full at most" => return What::Full(value.parse().unwrap()),
            _ => {}
        }
    }
    let mut words = line.splitn(3, ' ');
    let mut word = || words.next().unwrap_or_else(|| panic!("unfinished: {line}")).trim();
    let place = match word() {
        "first" => Place::Top(1),
        "top2" => Place::Top(2),
        "top3" => Place::Top(3),
        "top5" => Place::Top(5),
        "lower" => Place::Lower,
        "last" => Place::Last,
        "last-or-cut" => Place::LastOrCut,
        "anywhere" => Place::Anywhere,
        "any" => Place::Any,
        _ => panic!("neither a place nor a key: {line}"),
    };
    let status = match word() {
        "NEW" => Some("new"),
        "DEVELOPING" => Some("developing"),
        "TOLD" => None,
        _ => panic!("no status: {line}"),
    };
    What::Story(ExpectedStory {
        place,
        status,
        headlines: alternatives(word()),
        details: Vec::new(),
    })
}

fn detail(line: &str) -> Detail {
    let (key, value) = line.split_once(": ").unwrap_or_else(|| panic!("no detail: {line}"));
    match key {
        "also" => Detail::Also(alternatives(value)),
        "link" => Detail::Link(value.to_owned()),
        "says" => Detail::Says(value.to_owned()),
        "copies" => Detail::Copies(value.parse().unwrap()),
        _ => panic!("no detail: {line}"),
    }
}
