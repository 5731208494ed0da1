//! Rules we would otherwise forget.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use regex::Regex;

/// Rooms in which, and in the rooms of which, a file imports only what is listed before it. A room joins once its list is in
/// that order.
const ORDERED_ROOMS: [&str; 13] = [
    "extract",
    "digest",
    "decide",
    "fetch",
    "store",
    "deliver",
    "config",
    "jobs",
    "views",
    "control",
    "assistant",
    "demo",
    "cli",
];

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

fn sources(src: &Path, module: &str) -> Vec<(PathBuf, String)> {
    let mut files = Vec::new();
    let single = src.join(format!("{module}.rs"));
    if single.exists() {
        files.push(single);
    }
    let folder = src.join(module);
    if folder.exists() {
        rust_files(&folder, &mut files);
    }
    files
        .into_iter()
        .map(|path| (path.clone(), fs::read_to_string(path).unwrap()))
        .collect()
}

#[test]
fn a_module_imports_only_modules_listed_before_it() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let lib = fs::read_to_string(src.join("lib.rs")).unwrap();
    let order: Vec<&str> = lib
        .lines()
        .filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'))
        .collect();
    assert!(order.len() > 10, "the module list was not found");
    for (position, module) in order.iter().enumerate() {
        for (path, text) in sources(&src, module) {
            for later in &order[position + 1..] {
                assert!(
                    !text.contains(&format!("crate::{later}::")),
                    "{} imports {later}, which comes after {module}",
                    path.display()
                );
            }
        }
    }
}

/// The modules of the crate by their paths, and the text of each without comments and tests.
type Modules = BTreeMap<Vec<String>, String>;

fn modules() -> Modules {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    rust_files(&src, &mut files);
    let mut modules = Modules::new();
    for file in files {
        let name = file.strip_prefix(&src).unwrap().with_extension("");
        let mut path: Vec<String> = name.iter().map(|part| part.to_str().unwrap().to_owned()).collect();
        match path.last().unwrap().as_str() {
            "main" => continue,
            "mod" | "lib" => drop(path.pop()),
            name if name.ends_with("tests") => continue,
            _ => {}
        }
        let text = fs::read_to_string(&file).unwrap();
        let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
        let is_code = |line: &&str| !line.trim_start().starts_with("//");
        modules.insert(path, code.lines().filter(is_code).collect::<Vec<_>>().join("\n"));
    }
    assert!(modules.len() > 300, "the modules were not found");
    modules
}

/// Returns the paths of a text that begin with `crate`, `super` or `self`, those of a list in braces one by one.
fn named_paths(text: &str) -> Vec<Vec<&str>> {
    let tokens = Regex::new(r"\w+|::|\S").unwrap();
    let tokens: Vec<&str> = tokens.find_iter(text).map(|token| token.as_str()).collect();
    let mut found = Vec::new();
    let mut at = 0;
    while at + 1 < tokens.len() {
        // What a macro is given stands where it is used; who may see something is no import.
        let is_none = tokens.get(at + 2) == Some(&"$") || tokens[..at].ends_with(&["(", "in"]);
        if matches!(tokens[at], "crate" | "super" | "self") && tokens[at + 1] == "::" && !is_none {
            read_path(&tokens, &mut at, &[], &mut found);
        } else {
            at += 1;
        }
    }
    found
}

fn read_path<'t>(tokens: &[&'t str], at: &mut usize, before: &[&'t str], found: &mut Vec<Vec<&'t str>>) {
    let mut path = before.to_vec();
    while let Some(token) = tokens.get(*at) {
        if *token == "{" {
            *at += 1;
            while tokens.get(*at).is_some_and(|token| *token != "}") {
                read_path(tokens, at, &path, found);
                // Past "as NAME" and the comma.
                while tokens.get(*at).is_some_and(|token| *token != "}" && *token != ",") {
                    *at += 1;
                }
                *at += usize::from(tokens.get(*at) == Some(&","));
            }
            *at += 1;
            return;
        }
        if !token.starts_with(|c: char| c.is_alphanumeric() || c == '_') {
            break;
        }
        path.push(token);
        *at += 1;
        if tokens.get(*at) != Some(&"::") {
            break;
        }
        *at += 1;
    }
    found.push(path);
}

/// Returns the module a path leads to from another one.
fn target(modules: &Modules, from: &[String], path: &[&str]) -> Vec<String> {
    let mut own = match path[0] {
        "crate" => Vec::new(),
        _ => from.to_vec(),
    };
    for part in path {
        match *part {
            "crate" | "self" => {}
            "super" => drop(own.pop()),
            name => {
                own.push(name.to_owned());
                if !modules.contains_key(&own) {
                    own.pop();
                    break;
                }
            }
        }
    }
    own
}

/// Which of a room's modules, with all below them, imports which: one pair of neighbours for each import.
struct Import {
    room: Vec<String>,
    from: String,
    /// None for the room's own file.
    to: Option<String>,
    file: String,
}

fn imports(modules: &Modules) -> Vec<Import> {
    let mut imports = Vec::new();
    for (own, text) in modules {
        for path in named_paths(text) {
            let other = target(modules, own, &path);
            let shared = own.iter().zip(&other).take_while(|(one, two)| one == two).count();
            if shared == own.len() {
                continue;
            }
            imports.push(Import {
                room: own[..shared].to_vec(),
                from: own[shared].clone(),
                to: other.get(shared).cloned(),
                file: own.join("::"),
            });
        }
    }
    assert!(imports.len() > 1_000, "the imports were not found");
    imports
}

#[test]
fn a_file_imports_only_files_listed_before_it_in_its_room() {
    let modules = modules();
    let mut seen = 0;
    for import in imports(&modules) {
        let Import { room, from, to, file } = import;
        if !ORDERED_ROOMS
            .iter()
            .any(|ordered| room.first().is_some_and(|own| own == ordered))
        {
            continue;
        }
        seen += 1;
        let to = to.unwrap_or_else(|| {
            panic!(
                "{file} imports from the mod.rs of {}, which stands after it",
                room.join("::")
            )
        });
        let list = modules[&room].lines();
        let list = list.filter_map(|line| {
            let line = line
                .trim_start_matches("pub")
                .trim_start_matches("(super)")
                .trim_start();
            line.strip_prefix("mod ")?.strip_suffix(';')
        });
        let list: Vec<&str> = list.collect();
        let place = |name: &str| list.iter().position(|own| *own == name).unwrap();
        assert!(
            place(&to) < place(&from),
            "{file} imports {to}, which is listed after {from}"
        );
    }
    assert!(seen > 100, "the rooms were not found");
}

#[test]
fn no_files_import_each_other_in_a_circle() {
    let mut rooms: BTreeMap<Vec<String>, BTreeMap<String, BTreeSet<String>>> = BTreeMap::new();
    for import in imports(&modules()) {
        if let Some(to) = import.to {
            let room = rooms.entry(import.room).or_default();
            room.entry(to.clone()).or_default();
            room.entry(import.from).or_default().insert(to);
        }
    }
    for (room, mut imported) in rooms {
        // Who imports nothing that is left stands in no circle.
        while let Some(done) = imported.iter().find(|(_, others)| others.is_empty()) {
            let done = done.0.clone();
            imported.remove(&done);
            for others in imported.values_mut() {
                others.remove(&done);
            }
        }
        assert!(
            imported.is_empty(),
            "a circle in \"{}\": {imported:#?}",
            room.join("::")
        );
    }
}

#[test]
fn no_two_public_types_share_a_name() {
    let mut files = Vec::new();
    rust_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
    let mut homes: BTreeMap<String, Vec<PathBuf>> = BTreeMap::new();
    for path in files {
        for line in fs::read_to_string(&path).unwrap().lines() {
            let Some(name) = public_type(line.trim_start()) else {
                continue;
            };
            homes.entry(name.to_owned()).or_default().push(path.clone());
        }
    }
    assert!(homes.len() > 300, "the types were not found");
    homes.retain(|_, homes| homes.len() > 1);
    assert!(homes.is_empty(), "{homes:#?}");
}

fn public_type(line: &str) -> Option<&str> {
    let rest = line.strip_prefix("pub")?;
    let rest = rest
        .strip_prefix(' ')
        .or_else(|| Some(rest.strip_prefix('(')?.split_once(") ")?.1))?;
    let kinds = ["struct ", "enum ", "trait ", "type ", "union "];
    let rest = kinds.iter().find_map(|kind| rest.strip_prefix(kind))?;
    let name = rest.split(|c: char| !c.is_alphanumeric() && c != '_').next()?;
    (!name.is_empty()).then_some(name)
}

#[test]
fn only_the_store_and_one_file_of_the_tests_know_which_database_it_is() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    for folder in ["src", "tests", "examples", "benches"] {
        rust_files(&root.join(folder), &mut files);
    }
    let (library, own) = (format!("rusq{}", "lite"), ["src/store", "tests/it/support/database.rs"]);
    files.retain(|path| fs::read_to_string(path).unwrap().contains(&library));
    assert!(files.len() > 10, "the store was not found");
    files.retain(|path| own.iter().all(|own| !path.starts_with(root.join(own))));
    assert!(files.is_empty(), "{files:#?}");
}
