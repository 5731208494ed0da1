//! Registers whose answers are known: where their documentation says what, and how often it lets itself be asked.
//!
//! A recipe is data. Each was written after the public documentation named beside it; `tests/data/records` holds an answer in its
//! form. Schedules keep below the published limits.

use chrono_tz::Tz;
use url::Url;

use crate::domain::json_path::{JsonPath, PathError};
use crate::domain::record::{NextPage, RecordFormat};
use crate::domain::source::FullText;

/// How the answers of one register are read.
#[derive(Debug)]
pub struct Recipe {
    /// The word in the configuration.
    pub name: &'static str,
    pub publisher: &'static str,
    /// Addresses that begin so, without their scheme, are read by it.
    pub api: &'static str,
    /// Where people read it.
    pub sites: &'static [&'static str],
    /// What asks for its newest documents.
    pub newest: &'static str,
    /// The header its key goes in, where it wants one.
    pub key: Option<&'static str>,
    pub schedule: &'static str,
    pub zone: Tz,
    pub language: &'static str,
    /// Pages that hold their text only in a script are not worth asking for.
    pub full_text: FullText,
    /// Added to an address that does not say them itself.
    pub parameters: &'static [Parameter],
    /// Other values of some of them, for addresses that hold the first pair.
    pub instead: &'static [(Parameter, Parameter)],
    pub items: &'static [&'static str],
    pub patterns: &'static [(&'static str, &'static [&'static str])],
    pub fields: &'static [(&'static str, &'static [&'static str])],
    pub next: Next,
    /// Pages that are read in one poll, where fewer are allowed than usual.
    pub pages_max: Option<usize>,
}

type Parameter = (&'static str, &'static str);

/// How a recipe's answers go on.
#[derive(Debug)]
pub enum Next {
    Address(&'static str),
    Number(&'static str),
    Nowhere,
}

/// What holds unless a recipe says otherwise.
const USUAL: Recipe = Recipe {
    name: "",
    publisher: "",
    api: "",
    sites: &[],
    newest: "",
    key: None,
    schedule: "every 1h",
    zone: Tz::America__New_York,
    language: "en",
    full_text: FullText::Never,
    parameters: &[],
    instead: &[],
    items: &[],
    patterns: &[],
    fields: &[],
    next: Next::Nowhere,
    pages_max: None,
};

/// All of them.
pub const RECIPES: [Recipe; 6] = [
    // https://www.federalregister.gov/developers/documentation/api/v1: no key, five requests a second; new once a working day.
    Recipe {
        name: "federal-register",
        publisher: "Federal Register",
        api: "www.federalregister.gov/api/v1/documents",
        sites: &["www.federalregister.gov"],
        newest: "https://www.federalregister.gov/api/v1/documents.json?per_page=100",
        schedule: "every 2h",
        full_text: FullText::Matched,
        parameters: &[
            ("order", "newest"),
            ("fields[]", "document_number"),
            ("fields[]", "title"),
            ("fields[]", "abstract"),
            ("fields[]", "html_url"),
            ("fields[]", "publication_date"),
            ("fields[]", "agencies"),
            ("fields[]", "docket_ids"),
            ("fields[]", "regulation_id_numbers"),
            ("fields[]", "effective_on"),
            ("fields[]", "comments_close_on"),
        ],
        items: &["results[]"],
        patterns: &[
            ("id", &["document_number"]),
            ("title", &["title"]),
            ("link", &["html_url"]),
            ("date", &["publication_date"]),
            ("summary", &["abstract"]),
        ],
        fields: &[
            ("document_number", &["document_number"]),
            ("docket", &[DOCKET]),
            ("rin", &["regulation_id_numbers[]"]),
            ("agency", &["agencies[].name", "agencies[].raw_name"]),
            ("effective_on", &["effective_on"]),
            ("comments_close_on", &["comments_close_on"]),
        ],
        next: Next::Address("next_page_url"),
        ..USUAL
    },
    // https://api.govinfo.gov/docs and https://github.com/usgpo/api: a key of api.data.gov, 1,000 requests an hour.
    Recipe {
        name: "govinfo",
        publisher: "GovInfo",
        api: "api.govinfo.gov/",
        sites: &["www.govinfo.gov", "api.govinfo.gov"],
        newest: "https://api.govinfo.gov/collections/BILLS/{today-7}T00:00:00Z?offsetMark=*&pageSize=100",
        key: Some("X-Api-Key"),
        items: &["packages[]"],
        patterns: &[
            ("id", &["packageId"]),
            ("title", &["title", "packageId"]),
            ("link", &["https://www.govinfo.gov/app/details/{packageId}"]),
            ("date", &["dateIssued", "lastModified"]),
        ],
        fields: &[
            ("document_number", &["packageId"]),
            ("bill", &["packageId ~ ^BILLS-([0-9]+[a-z]+[0-9]+)"]),
            (
                "case_number",
                &[
                    // As the courts write them: 17-7510 for ca4-17-07510, and 3:17-cv-06884 for cand-3_17-cv-06884.
                    "{packageId ~ ^USCOURTS-ca[0-9a-z]+-([0-9][0-9]-)[0-9]+$}{packageId ~ -0*([1-9][0-9]*)$}",
                    "{packageId ~ ^USCOURTS-[a-z]+-([0-9])_}:{packageId ~ _(.+)$}",
                    "packageId ~ ^USCOURTS-[a-z0-9]+-(.+)$",
                ],
            ),
        ],
        next: Next::Address("nextPage"),
        ..USUAL
    },
    // https://open.gsa.gov/api/regulationsgov/: a key of api.data.gov, 1,000 requests an hour. The ends of days are told in UTC.
    Recipe {
        name: "regulations-gov",
        publisher: "Regulations.gov",
        api: "api.regulations.gov/v4/documents",
        sites: &["www.regulations.gov", "api.regulations.gov"],
        newest: "https://api.regulations.gov/v4/documents?page[size]=100",
        key: Some("X-Api-Key"),
        // What was changed comes first too: an extended comment period is such a change.
        parameters: &[("sort", "-lastModifiedDate")],
        items: &["data[]"],
        patterns: &[
            ("id", &["id"]),
            ("title", &["attributes.title"]),
            ("link", &["https://www.regulations.gov/document/{id}"]),
            ("date", &["attributes.postedDate"]),
            ("summary", &["attributes.highlightedContent"]),
        ],
        fields: &[
            ("document_number", &["attributes.frDocNum", "id"]),
            ("docket", &["attributes.docketId"]),
            ("agency", &["attributes.agencyId"]),
            ("comments_close_on", &["attributes.commentEndDate"]),
        ],
        next: Next::Number("page[number]"),
        ..USUAL
    },
    // https://www.courtlistener.com/help/api/rest/search/: a token, and with it 5 requests a minute, 50 an hour and 125 a day in
    // all. Its pages answer programs with nothing.
    Recipe {
        name: "courtlistener",
        publisher: "CourtListener",
        api: "www.courtlistener.com/api/rest/v4/search",
        sites: &["www.courtlistener.com"],
        newest: "https://www.courtlistener.com/api/rest/v4/search/?type=o",
        key: Some("Authorization"),
        schedule: "every 2h",
        parameters: &[("order_by", "dateFiled desc")],
        instead: &[(("type", "oa"), ("order_by", "dateArgued desc"))],
        items: &["results[]"],
        patterns: &[
            // Several oral arguments are of one docket.
            ("id", &["cluster_id", "id", "docket_id"]),
            ("title", &["caseName", "short_description", "description"]),
            ("link", &["absolute_url", "docket_absolute_url"]),
            ("date", &["dateFiled", "dateArgued", "entry_date_filed"]),
            (
                "summary",
                &["opinions[].snippet", "recap_documents[].snippet", "snippet"],
            ),
        ],
        fields: &[
            ("case_number", &["docketNumber"]),
            ("court", &["court"]),
            ("hearing_on", &["dateArgued"]),
        ],
        next: Next::Address("next"),
        // Two sources that are due at once stay within the minute.
        pages_max: Some(2),
        ..USUAL
    },
    // https://op.europa.eu/en/web/cellar/cellar-data/metadata/knowledge-graph: no key; a query may take a minute of its server.
    // The pages of EUR-Lex answer programs with a check of who asks.
    Recipe {
        name: "cellar",
        publisher: "EUR-Lex",
        api: "publications.europa.eu/webapi/rdf/sparql",
        sites: &["eur-lex.europa.eu", "publications.europa.eu", "op.europa.eu"],
        newest: CELLAR_NEWEST,
        schedule: "every 6h",
        zone: Tz::Europe__Brussels,
        parameters: &[("format", "application/sparql-results+json")],
        items: &["results.bindings[]"],
        patterns: &[
            ("id", &["celex.value"]),
            ("title", &["title.value", "celex.value"]),
            (
                "link",
                &["https://eur-lex.europa.eu/legal-content/EN/TXT/?uri=CELEX:{celex.value}"],
            ),
            ("date", &["date.value"]),
        ],
        fields: &[
            ("celex", &["celex.value"]),
            ("agency", &["author.value ~ ([^/]+)$"]),
            ("effective_on", &["force.value"]),
        ],
        ..USUAL
    },
    // https://www.boe.es/datosabiertos/api/api.php: no key. One answer a day, which grows when an extraordinary issue
    // comes out, on Sundays too; 404 where there is none.
    Recipe {
        name: "boe",
        publisher: "Boletín Oficial del Estado",
        api: "www.boe.es/datosabiertos/api/boe/sumario/",
        sites: &["www.boe.es", "boe.es"],
        newest: "https://www.boe.es/datosabiertos/api/boe/sumario/{today:compact}",
        schedule: "30 8,13,18,23 * * *",
        zone: Tz::Europe__Madrid,
        language: "es",
        full_text: FullText::Matched,
        // What stands around an item is written with a "texto" or without, by how many of it there are.
        items: &["data.sumario.diario[].**.item[]"],
        patterns: &[
            ("id", &["identificador"]),
            ("title", &["titulo"]),
            ("link", &["url_html"]),
            ("date", &["^sumario.metadatos.fecha_publicacion"]),
        ],
        fields: &[
            ("document_number", &["identificador"]),
            ("agency", &["^departamento.nombre"]),
        ],
        ..USUAL
    },
];

/// A docket as other registers write it: without the words before the number, and without those before them where a number of
/// an agency follows. "MM Docket No. 98-213" is one as it is, and so is "DOCKET-2011-0004".
const DOCKET: &str = "docket_ids[] ~ (?i)\
    ^(?:[A-Z]+ ){1,3}dockets?\\.?(?: ?(?:nos?\\b|ids?\\b|numbers?\\b-?|#)(?:[.:# ]|[-–] )*)* *([A-Z][A-Z0-9]*-.+)$|\
    ^dockets?\\.?(?:(?: ?(?:nos?\\b|ids?\\b|numbers?\\b-?|#)(?:[.:# ]|[-–] )*)+|[: ]+)([A-Z0-9].*)$|\
    ^(.+)$";

/// Legislation that the Official Journal printed in the last two weeks, with its English title: when it enters into force, and
/// who made it. A row is an act with one author and one day; more than 10,000 are refused.
const CELLAR_NEWEST: &str = "https://publications.europa.eu/webapi/rdf/sparql?query=\
    PREFIX+cdm:+%3Chttp://publications.europa.eu/ontology/cdm%23%3E+\
    PREFIX+xsd:+%3Chttp://www.w3.org/2001/XMLSchema%23%3E+\
    SELECT+DISTINCT+?celex+?title+?date+?force+?author+WHERE+%7B+\
    ?work+cdm:official-journal-act_date_publication+?date+%3B+cdm:resource_legal_id_celex+?celex+.+\
    ?text+cdm:expression_belongs_to_work+?work+%3B+cdm:expression_title+?title+%3B+\
    cdm:expression_uses_language+%3Chttp://publications.europa.eu/resource/authority/language/ENG%3E+.+\
    OPTIONAL+%7B+?work+cdm:resource_legal_date_entry-into-force+?force+.+\
    FILTER(?force+%3E=+%221950-01-01%22%5E%5Exsd:date+%26%26+?force+%3C+%222100-01-01%22%5E%5Exsd:date)+%7D+\
    OPTIONAL+%7B+?work+cdm:work_created_by_agent+?author+%7D+\
    FILTER(STRSTARTS(STR(?celex),+%223%22))+\
    FILTER(?date+%3E=+%22{today-14}%22%5E%5Exsd:date)+\
    %7D+ORDER+BY+DESC(?date)+LIMIT+5000";

/// Returns the recipe of a name.
pub fn of_name(name: &str) -> Option<&'static Recipe> {
    RECIPES.iter().find(|recipe| recipe.name == name)
}

/// Returns the recipe that reads what is at an address.
pub fn of_address(url: &Url) -> Option<&'static Recipe> {
    let rest = format!("{}{}", url.host_str()?, url.path());
    RECIPES.iter().find(|recipe| rest.starts_with(recipe.api))
}

/// Returns the recipe of the register that a page belongs to.
pub fn of_site(url: &Url) -> Option<&'static Recipe> {
    let host = url.host_str()?;
    let bare = |host: &str| host.strip_prefix("www.").unwrap_or(host).to_owned();
    let is_its = |site: &&str| bare(site) == bare(host);
    RECIPES.iter().find(|recipe| recipe.sites.iter().any(is_its))
}

impl Recipe {
    /// Returns where this register's answers to an address say what.
    pub fn format(&self, address: Option<&Url>) -> RecordFormat {
        self.checked(address).expect("a test reads each recipe")
    }

    fn checked(&self, address: Option<&Url>) -> Result<RecordFormat, PathError> {
        let holds = |&(name, value): &Parameter| {
            let mut pairs = address.into_iter().flat_map(Url::query_pairs);
            pairs.any(|pair| pair == (name.into(), value.into()))
        };
        let owned = |usual: &Parameter| {
            let mut others = self.instead.iter();
            let other = others.find(|(held, other)| other.0 == usual.0 && holds(held));
            let (name, value) = other.map_or(usual, |(_, other)| other);
            ((*name).to_owned(), (*value).to_owned())
        };
        let mut format = RecordFormat {
            publisher: Some(self.publisher.to_owned()),
            language: Some(self.language.to_owned()),
            parameters: self.parameters.iter().map(owned).collect(),
            zone: Some(self.zone),
            next: match self.next {
                Next::Address(path) => Some(NextPage::Address(JsonPath::parse(path)?)),
                Next::Number(parameter) => Some(NextPage::Number(parameter.to_owned())),
                Next::Nowhere => None,
            },
            pages_max: self.pages_max,
            ..RecordFormat::default()
        };
        format.set_items(self.items)?;
        for (key, patterns) in self.patterns {
            format.set(key, patterns)?;
        }
        for (name, patterns) in self.fields {
            format.set_field(name, patterns)?;
        }
        Ok(format)
    }
}

#[cfg(test)]
mod tests;
