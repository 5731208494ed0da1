//! The files of a site: what each page is called there.

use sha2::Digest as _;

use super::routes::{ATOM, CALENDAR, Route, encoded_but};

/// The name of a file of a site is cut at this length, in bytes.
const FILE_NAME_BYTES_MAX: usize = 150;

/// Returns the name of the file a page of a site is; nothing for what no file can answer.
pub fn file_of(route: &Route) -> Option<String> {
    Some(match route {
        Route::Today => "index.html".to_owned(),
        Route::Topic { name, before: None } => format!("topics/{}.html", file_name(name)),
        Route::Topic { name, before: Some(id) } => format!("topics/{}/before-{id}.html", file_name(name)),
        Route::TopicFeed {
            name,
            form,
            only_new: false,
        } => format!("topics/{}{}", file_name(name), form.ending()),
        Route::Calendar { topic: Some(name) } => format!("topics/{}/{CALENDAR}", file_name(name)),
        Route::DigestFeed { name } => format!("digests/{}{ATOM}", file_name(name)),
        Route::SentDigest(id) => format!("digests/{id}-sent.html"),
        Route::Search(_) | Route::SearchFeed(_) | Route::Api { .. } => return None,
        Route::TopicFeed { only_new: true, .. } | Route::StoriesFeed { only_new: true, .. } => return None,
        Route::Calendar { topic: None }
        | Route::StoriesFeed { .. }
        | Route::Opml
        | Route::Style
        | Route::Icon
        | Route::Image(_) => route.path().trim_start_matches('/').to_owned(),
        Route::Topics
        | Route::Story(_)
        | Route::Article(_)
        | Route::Sources
        | Route::Source(_)
        | Route::Digests
        | Route::Digest(_)
        | Route::Feeds => format!("{}.html", route.path().trim_start_matches('/')),
    })
}

/// Returns the address of a file below a place.
pub fn file_address(file: &str) -> String {
    let segments: Vec<String> = file.split('/').map(|segment| encoded_but(segment, b"-_.")).collect();
    segments.join("/")
}

/// Returns a name as the name of a file: what means something to a file system, or is none, is encoded.
fn file_name(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for (at, c) in name.char_indices() {
        let is_special = matches!(c, '/' | '\\' | '%' | ':' | '*' | '?' | '"' | '<' | '>' | '|') || c.is_control();
        match is_special || (c == '.' && at == 0) {
            true => out.push_str(&encoded_but(c.encode_utf8(&mut [0; 4]), b"")),
            false => out.push(c),
        }
        if out.len() > FILE_NAME_BYTES_MAX {
            let hash = sha2::Sha256::digest(name.as_bytes());
            return format!("{out}-{}", data_encoding::HEXLOWER.encode(&hash[..8]));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{ArticleId, DigestId};
    use crate::web::routes::FeedForm;

    #[test]
    fn no_two_routes_are_one_file() {
        let mut routes = vec![
            Route::Today,
            Route::Topics,
            Route::Sources,
            Route::Digests,
            Route::Digest(DigestId(9)),
            Route::SentDigest(DigestId(9)),
            Route::Feeds,
            Route::Opml,
            Route::Calendar { topic: None },
        ];
        for name in ["x", "x.atom", "x.html", "x/before-7", "9", "..", "topics"] {
            let name = name.to_owned();
            routes.push(Route::DigestFeed { name: name.clone() });
            let topic = Some(name.clone());
            routes.push(Route::Calendar { topic });
            for form in [FeedForm::Atom, FeedForm::Json] {
                let name = name.clone();
                routes.push(Route::TopicFeed {
                    name,
                    form,
                    only_new: false,
                });
            }
            for before in [None, Some(ArticleId(7))] {
                let name = name.clone();
                routes.push(Route::Topic { name, before });
            }
        }
        let files: std::collections::HashSet<String> = routes.iter().filter_map(file_of).collect();
        assert_eq!(files.len(), routes.len(), "{files:?}");
        for file in files {
            assert!(file.split('/').all(|part| !part.starts_with('.')), "{file}");
        }
    }
}
