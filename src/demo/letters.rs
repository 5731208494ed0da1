//! The demo's letters: what its mail server would deliver, one file a message, into a maildir.

use std::path::Path;

use anyhow::Context as _;

use super::content;
use crate::domain::Timestamp;

/// Delivers what was sent by `now` into the maildir `folder`, which is created; what lies there already stays as it is.
pub(super) fn deliver_until(folder: &Path, now: Timestamp) -> anyhow::Result<()> {
    for part in ["tmp", "new", "cur"] {
        let part = folder.join(part);
        std::fs::create_dir_all(&part).with_context(|| format!("cannot create {}", part.display()))?;
    }
    for (name, letter) in content::files("letters") {
        let sent = sent_at(letter).with_context(|| format!("{name} has no date"))?;
        let file = format!("{}.{name}.demo", sent.timestamp());
        let (written, delivered) = (folder.join("tmp").join(&file), folder.join("new").join(&file));
        if sent <= now && !delivered.exists() {
            std::fs::write(&written, letter)
                .and_then(|()| std::fs::rename(&written, &delivered))
                .with_context(|| format!("cannot deliver {}", delivered.display()))?;
        }
    }
    Ok(())
}

fn sent_at(letter: &str) -> Option<Timestamp> {
    let date = letter.lines().find_map(|line| line.strip_prefix("Date: "))?;
    chrono::DateTime::parse_from_rfc2822(date).ok().map(|at| at.to_utc())
}
