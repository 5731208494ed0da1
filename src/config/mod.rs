//! The configuration: one TOML file and what it includes, checked as a whole.
//!
//! Every mistake is found in one reading and shown with its line, key and fix; a configuration that loads is usable as
//! it stands. Nothing is written here and nothing is asked of the network. Secrets are read, never shown.

mod toml_string;
mod reading;
mod settings;
mod changes;
mod sections;
mod read;

use std::path::Path;

use reading::environment::Environment;
use reading::{environment, text};

pub use changes::{Changes, changes};
pub use reading::environment::find;
pub use reading::errors::{ConfigErrors, Mistake};
pub use reading::expand::{expand_pattern, is_pattern};
pub use reading::secret::secret_of;
pub use sections::sources::source_key;
pub use settings::{
    AlertSettings, ArchiveSettings, Config, DigestSettings, DkimSettings, MailSettings, SiteSettings, WebPlace,
    WebReader, WebSettings,
};
pub use toml_string::toml_string;

impl Config {
    /// Reads and checks a configuration with all it includes.
    ///
    /// # Errors
    /// Every mistake in it, in the order of files and lines.
    pub fn load(path: &Path) -> Result<Self, ConfigErrors> {
        let text = text::named(path);
        let text = text.map_err(|message| ConfigErrors::unreadable(path, message))?;
        Self::parse(&text, path)
    }

    /// Checks a configuration given as text; relative paths start beside `path`.
    ///
    /// # Errors
    /// Every mistake in it, in the order of files and lines.
    pub fn parse(text: &str, path: &Path) -> Result<Self, ConfigErrors> {
        read::read(text, path, &Environment::new(&environment::process_var))
    }
}
