//! Rules we would otherwise forget.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

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
