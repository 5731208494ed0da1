//! The kinds of lines in the log, each with an id of its own in the journal; docs/operations.md says the same to people.
//!
//! The kind is the name of the event (`tracing::info!(name: "poll-done", …)`). An id is for ever: whoever filters by it
//! relies on it.

/// A kind of line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct EventKind {
    pub name: &'static str,
    /// What the journal calls MESSAGE_ID: 128 bits made by chance.
    pub id: &'static str,
}

const fn kind(name: &'static str, id: &'static str) -> EventKind {
    EventKind { name, id }
}

/// All kinds.
const KINDS: [EventKind; 25] = [
    kind("daemon-starting", "9fb93534081c4253b1e273a87984a8ab"),
    kind("daemon-waiting", "5b7d0c3f1a0e4d36b0b6f7f7a3c9e821"),
    kind("daemon-ready", "db149e4714be49abb93fe42eabd2d9f2"),
    kind("daemon-stopping", "3994693ea3ae4e689323451b4a95902a"),
    kind("daemon-stopped", "1aa615a94b6a4551a061ae14a1dbf721"),
    kind("reload-taken", "8b3a15353f134b709856c32a687b253b"),
    kind("reload-refused", "a7213dfe89324293a0dd5386c9cf0800"),
    kind("configuration-differs", "6683285e0715464a91bb06bb71bc4663"),
    kind("role-taken", "67089275d3f74f5db60d5e7104d0c4a7"),
    kind("worker-lost", "341f6b0d516c42eb8ac64bd594b9bca4"),
    kind("setting-missing", "67d1191fda8040bd919e9bc7f4a02d92"),
    kind("store-trouble", "fd95588c5e4e410bb14cf51964cd1715"),
    kind("database-checked", "d561cab77e4d473db44d04cb5f0f2c02"),
    kind("command-handed", "3c85b930b9f0420f929e04e213311e91"),
    kind("poll-done", "1b0b5a92ca9f4dae85e1fb5bb643edf4"),
    kind("source-failing", "fece6b989a324eaeb86c67b35a0ac810"),
    kind("source-gone", "5da24106869b4c3d819274d465ee28de"),
    kind("source-recovered", "4bcee26a6a9d449c8954549c429fdbf7"),
    kind("source-moved", "56c8a7f9757f4125ad53b107073391a5"),
    kind("documents-written", "3623ac6122ae4903a20425dd2e67dbe9"),
    kind("digest-composed", "cae33afe57804cdb9f642b78f0088cfc"),
    kind("digest-empty", "76e2507bc7b14aa893655fc9e35d6c11"),
    kind("delivery-sent", "671b5a965693463285c30e119edb8d92"),
    kind("delivery-delayed", "92d254d7fe0340e4808f532c9af26054"),
    kind("delivery-failed", "17d104f66e3342b0b3e45fcec83c2a8d"),
];

/// Returns the kind of that name.
pub(super) fn of(name: &str) -> Option<&'static EventKind> {
    KINDS.iter().find(|kind| kind.name == name)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::{Path, PathBuf};

    use super::KINDS;

    fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => rust_files(&path, found),
                false if path.extension().is_some_and(|e| e == "rs") => found.push(path),
                false => {}
            }
        }
    }

    /// The names that lines of the log bear in the code.
    fn used() -> BTreeSet<String> {
        let mut files = Vec::new();
        rust_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
        let mark = regex::Regex::new(r#"(?:info|warn|error)!\(\s*name: "([^"]+)""#).unwrap();
        let texts = files.iter().map(|path| fs::read_to_string(path).unwrap());
        let names = texts.flat_map(|text| mark.captures_iter(&text).map(|c| c[1].to_owned()).collect::<Vec<_>>());
        names.collect()
    }

    #[test]
    fn each_kind_is_used_and_documented_and_its_id_is_its_own() {
        let names: BTreeSet<String> = KINDS.iter().map(|kind| kind.name.to_owned()).collect();
        let ids: BTreeSet<&str> = KINDS.iter().map(|kind| kind.id).collect();
        assert_eq!((names.len(), ids.len()), (KINDS.len(), KINDS.len()));
        assert!(
            ids.iter()
                .all(|id| id.len() == 32 && id.bytes().all(|b| b.is_ascii_hexdigit()))
        );
        assert_eq!(used(), names);
        let docs = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/operations.md")).unwrap();
        let rows: BTreeSet<(String, String)> = docs
            .lines()
            .filter_map(|line| {
                let mut cells = line.strip_prefix("| `")?.split("` | `");
                let (name, rest) = (cells.next()?, cells.next()?);
                let id = rest.split('`').next()?;
                (id.len() == 32).then(|| (name.to_owned(), id.to_owned()))
            })
            .collect();
        let own = KINDS.iter().map(|kind| (kind.name.to_owned(), kind.id.to_owned()));
        assert_eq!(rows, own.collect());
    }
}
