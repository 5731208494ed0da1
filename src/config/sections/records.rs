//! What a `json` source says beside its address: the recipe of a register, or where its answers say what.

use chrono_tz::Tz;
use toml::de::DeValue;
use url::Url;

use crate::config::reading::raw::{File, StringValue, Table, Value, as_text};
use crate::config::reading::values::{choice, name};
use crate::domain::json_path::{JsonPath, PathError};
use crate::domain::record::{FIELDS_MAX, NextPage, PATTERN_KEYS, RecordFormat, is_name};
use crate::domain::schedule::Schedule;
use crate::domain::secret::Secret;
use crate::domain::source::{FullText, SourceKind};
use crate::feed::records::recipes::{self, RECIPES, Recipe};

/// Keys that a `json` source alone has.
const OWN_KEYS: [&str; 3] = ["recipe", "paths", "fields"];
/// Parameters of an address that are keys.
const KEY_PARAMETERS: [&str; 4] = ["api_key", "apikey", "api-key", "access_token"];

/// How a `json` source is read, and what holds for it unless its table says otherwise.
pub struct RecordSettings {
    pub format: RecordFormat,
    pub schedule: Schedule,
    pub full_text: FullText,
    /// The header that its key goes in.
    key: Option<&'static str>,
}

/// Takes what a `json` source says of its answers; for another one that it says nothing.
pub fn read(
    file: &mut File<'_>,
    table: &mut Table<'_>,
    kind: Option<SourceKind>,
    address: Option<&StringValue<'_>>,
) -> Option<RecordSettings> {
    if kind.is_some_and(|kind| kind != SourceKind::Json) {
        for key in OWN_KEYS {
            if let Some(value) = table.take(key) {
                file.wrong(&value, "is for a json source; take it out");
            }
        }
        return None;
    }
    let is_described = OWN_KEYS.iter().any(|key| table.has(key));
    let names = RECIPES.each_ref().map(|recipe| (recipe.name, recipe));
    let named: Option<&Recipe> = choice(file, table, "recipe", &names);
    let url = address.and_then(|address| Url::parse(address.text.trim()).ok());
    let recipe = named.or_else(|| url.as_ref().and_then(recipes::of_address));
    let mut format = recipe.map(|recipe| recipe.format(url.as_ref())).unwrap_or_default();
    let has_paths = paths(file, table, &mut format);
    fields(file, table, &mut format);
    if let (Some(address), Some(url)) = (address, &url) {
        let is_key = |name: &str| KEY_PARAMETERS.contains(&name.to_ascii_lowercase().as_str());
        if url.query_pairs().any(|(name, _)| is_key(&name)) {
            let message =
                "holds a key, which is shown where addresses are; write headers = { X-Api-Key = { file = \"…\" } }";
            file.wrong_secret(&address.value, message);
        }
        if recipe.is_none() && !is_described {
            let known: Vec<&str> = RECIPES.iter().map(|recipe| recipe.name).collect();
            let message = format!(
                "is no register that is known; write recipe = \"…\" ({}), or paths = {{ items = \"…\", title = \"…\" }}",
                known.join(", ")
            );
            file.wrong(&address.value, message);
        }
    }
    if recipe.is_none() && has_paths && format.title.is_empty() && format.text.is_empty() {
        file.wrong_table(
            table,
            "says neither where a title is nor where a text is; write paths.title = \"…\"",
        );
    }
    Some(RecordSettings {
        format,
        schedule: recipe.map_or(Schedule::Adaptive, |recipe| {
            Schedule::parse(recipe.schedule, recipe.zone).expect("a test reads each recipe")
        }),
        full_text: recipe.map_or_else(FullText::default, |recipe| recipe.full_text),
        key: recipe.and_then(|recipe| recipe.key),
    })
}

impl RecordSettings {
    /// Returns these for a register that is in a zone: what it says in times of its own is read there.
    pub fn in_zone(mut self, zone: Option<Tz>) -> Self {
        self.format.zone = zone.or(self.format.zone);
        self
    }

    /// Warns where a register wants a key and none is sent.
    pub fn warn_of_key(&self, file: &mut File<'_>, address: &StringValue<'_>, headers: &[(String, Secret)]) {
        if let Some(key) = self.key
            && !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case(key))
        {
            let message = format!("answers only who has a key; write headers = {{ {key} = {{ file = \"…\" }} }}");
            file.warn(&address.value, message);
        }
    }
}

/// Takes `paths`; returns whether there are any.
fn paths(file: &mut File<'_>, table: &mut Table<'_>, format: &mut RecordFormat) -> bool {
    let Some(mut paths) = table.table(file, "paths") else {
        return false;
    };
    if let Some((value, texts)) = texts(file, paths.take("items")) {
        let set = format.set_items(&borrowed(&texts));
        told(file, &value, set);
    }
    for key in PATTERN_KEYS {
        let taken = paths.take(key);
        if let Some((value, texts)) = texts(file, taken) {
            let set = format.set(key, &borrowed(&texts));
            told(file, &value, set);
        }
    }
    next(file, &mut paths, format);
    paths.close(file);
    true
}

fn next(file: &mut File<'_>, paths: &mut Table<'_>, format: &mut RecordFormat) {
    let (path, cursor, page) = (
        paths.text(file, "next"),
        name(file, paths, "next_as"),
        name(file, paths, "page"),
    );
    if let (Some(_), Some(page)) = (&path, &page) {
        file.wrong(
            &page.value,
            "stands beside next, which says where the next page is; keep one of them",
        );
        return;
    }
    let next = match (path, cursor, page) {
        (Some(path), cursor, _) => match JsonPath::parse(&path.text) {
            Ok(read) => match cursor {
                Some(parameter) => NextPage::Cursor(read, parameter.text),
                None => NextPage::Address(read),
            },
            Err(error) => return file.wrong(&path.value, error.to_string()),
        },
        (None, Some(cursor), _) => {
            return file.wrong(
                &cursor.value,
                "names what takes the cursor, and nothing says where that stands; write next = \"…\"",
            );
        }
        (None, None, Some(page)) => NextPage::Number(page.text),
        (None, None, None) => return,
    };
    format.next = Some(next);
}

/// Takes `fields`, whose names are the owner's.
fn fields(file: &mut File<'_>, table: &mut Table<'_>, format: &mut RecordFormat) {
    let Some(mut fields) = table.table(file, "fields") else {
        return;
    };
    for (name, value) in fields.take_rest() {
        if !is_name(&name) {
            let meant = meant_name(&name).unwrap_or_else(|| "for example docket or closes_on".to_owned());
            let message = format!("names of fields are small letters, digits and _; write {meant}");
            file.wrong(&value, message);
        } else if format.fields.len() >= FIELDS_MAX {
            file.wrong(
                &value,
                format!("is one field too many; at most {FIELDS_MAX} are possible"),
            );
        } else if let Some((value, texts)) = texts(file, Some(value)) {
            let set = format.set_field(&name, &borrowed(&texts));
            told(file, &value, set);
        }
    }
}

/// Returns the name that is most likely meant by one that is none.
fn meant_name(name: &str) -> Option<String> {
    let parts = name
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|part| !part.is_empty());
    let meant = parts.collect::<Vec<_>>().join("_").to_ascii_lowercase();
    is_name(&meant).then_some(meant)
}

/// Returns the texts of a value that is one or a list of some.
fn texts<'a>(file: &mut File<'_>, value: Option<Value<'a>>) -> Option<(Value<'a>, Vec<String>)> {
    let value = value?;
    let DeValue::Array(list) = &value.inner else {
        let text = as_text(file, value)?;
        return Some((text.value, vec![text.text]));
    };
    let each = list.iter().map(|one| Value {
        key: value.key.clone(),
        at: one.span(),
        inner: one.get_ref().clone(),
    });
    let texts: Vec<String> = each.filter_map(|one| Some(as_text(file, one)?.text)).collect();
    Some((value, texts))
}

fn borrowed(texts: &[String]) -> Vec<&str> {
    texts.iter().map(String::as_str).collect()
}

fn told(file: &mut File<'_>, value: &Value<'_>, set: Result<(), PathError>) {
    if let Err(error) = set {
        file.wrong(value, error.to_string());
    }
}
