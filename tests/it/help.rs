//! What `--help` says, of every command.

use std::collections::VecDeque;
use std::process::Command;

fn help(command: &[String]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_tidings"))
        .args(command)
        .arg("--help")
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn help_names_every_command_and_where_to_begin() {
    let help = help(&[]);
    for word in [
        "demo",
        "init",
        "check",
        "run",
        "poll",
        "digest",
        "sources",
        "stories",
        "search",
        "extract",
        "Begin with",
    ] {
        assert!(help.contains(word), "{word} is missing in:\n{help}");
    }
}

#[test]
fn help_has_a_word_for_every_argument() {
    let mut waiting = VecDeque::from([Vec::<String>::new()]);
    let mut seen = 0;
    while let Some(command) = waiting.pop_front() {
        let help = help(&command);
        let mut part = "";
        let lines: Vec<&str> = help.lines().collect();
        for (position, line) in lines.iter().enumerate() {
            if !line.starts_with(' ') {
                part = line;
                continue;
            }
            let entry = line.trim_start();
            let is_first = matches!(line.len() - entry.len(), 2 | 6);
            if !is_first {
                continue;
            }
            match part {
                "Commands:" => {
                    let name = entry.split(' ').next().unwrap();
                    if name != "help" {
                        waiting.push_back([command.as_slice(), &[name.to_owned()]].concat());
                    }
                }
                "Arguments:" | "Options:" => {
                    // What it is stands beside it, or below where the help is long.
                    let beside = entry
                        .trim_start_matches("-h, ")
                        .split_once("  ")
                        .map_or("", |(_, told)| told.trim());
                    let below = lines.get(position + 1).map_or("", |next| next.trim());
                    let told = if beside.is_empty() { below } else { beside };
                    assert!(
                        !told.is_empty() && !told.starts_with('[') && !told.starts_with('-') && !told.starts_with('<'),
                        "{command:?} does not say what this is: {entry}"
                    );
                    seen += 1;
                }
                _ => {}
            }
        }
    }
    assert!(seen > 120, "{seen}");
}
