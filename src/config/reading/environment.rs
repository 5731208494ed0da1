//! What a configuration takes from around it: environment variables, the file that applies, the state folder.
//!
//! Variables come through a function, so that tests need not change the process's own.

use std::path::{Path, PathBuf};

use super::errors::ConfigErrors;

/// Name of the configuration file in each place it is looked for.
const FILE_NAME: &str = "tidings.toml";
/// Folder of the system's configuration.
const SYSTEM_FOLDER: &str = "/etc";
/// State folder that goes with a file under [`SYSTEM_FOLDER`].
const SYSTEM_STATE: &str = "/var/lib/tidings";

/// The environment variables a configuration may use.
pub struct Environment<'a> {
    var: &'a dyn Fn(&str) -> Option<String>,
}

impl<'a> Environment<'a> {
    /// Returns surroundings with these variables.
    pub fn new(var: &'a dyn Fn(&str) -> Option<String>) -> Self {
        Self { var }
    }

    /// Returns a variable that is set and not empty.
    pub fn var(&self, name: &str) -> Option<String> {
        (self.var)(name).filter(|value| !value.is_empty())
    }

    /// Returns the home folder.
    pub fn home(&self) -> Option<PathBuf> {
        self.var("HOME").map(PathBuf::from)
    }

    /// Returns where state is kept when the configuration at `path` does not say.
    pub fn state_dir(&self, path: &Path) -> Option<PathBuf> {
        if let Some(given) = self.var("STATE_DIRECTORY") {
            // The service manager separates several folders by colons; the first is ours.
            return given.split(':').next().map(PathBuf::from);
        }
        if path.starts_with(SYSTEM_FOLDER) {
            return Some(PathBuf::from(SYSTEM_STATE));
        }
        self.xdg("XDG_STATE_HOME", ".local/state")
            .map(|folder| folder.join("tidings"))
    }

    fn xdg(&self, name: &str, below_home: &str) -> Option<PathBuf> {
        // The specification has relative values ignored.
        let given = self.var(name).map(PathBuf::from).filter(|folder| folder.is_absolute());
        given.or_else(|| self.home().map(|home| home.join(below_home)))
    }

    /// Returns the places a configuration is looked for, first one first.
    pub fn places(&self) -> Vec<PathBuf> {
        let mut places = vec![PathBuf::from(FILE_NAME)];
        places.extend(
            self.xdg("XDG_CONFIG_HOME", ".config")
                .map(|folder| folder.join("tidings").join(FILE_NAME)),
        );
        places.push(Path::new(SYSTEM_FOLDER).join("tidings").join(FILE_NAME));
        places
    }
}

/// Returns the value of an environment variable of this process.
pub fn process_var(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Returns the configuration file that applies: the given one, else `./tidings.toml`, the one in the XDG folder, the
/// one in `/etc/tidings`.
///
/// # Errors
/// There is none; the message names the places looked at.
pub fn find(explicit: Option<&Path>) -> Result<PathBuf, ConfigErrors> {
    if let Some(path) = explicit {
        return Ok(path.to_owned());
    }
    let places = Environment::new(&process_var).places();
    match places.iter().find(|path| path.is_file()) {
        Some(path) => Ok(path.clone()),
        None => {
            let looked: Vec<String> = places.iter().map(|path| path.display().to_string()).collect();
            let message = format!(
                "there is no configuration (looked for {}); `tidings init` writes one, --config FILE or TIDINGS_CONFIG names another",
                looked.join(", ")
            );
            Err(ConfigErrors::unreadable(Path::new(FILE_NAME), message))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(path: &str, vars: &[(&str, &str)], expected: Option<&str>) {
        let var = |name: &str| {
            vars.iter()
                .find(|(own, _)| *own == name)
                .map(|(_, value)| (*value).to_owned())
        };
        assert_eq!(
            Environment::new(&var).state_dir(Path::new(path)),
            expected.map(PathBuf::from)
        );
    }

    #[test]
    fn the_state_folder_goes_with_the_service_the_file_or_the_person() {
        let me = ("HOME", "/home/me");
        check(
            "t.toml",
            &[me, ("STATE_DIRECTORY", "/var/lib/x:/var/lib/y")],
            Some("/var/lib/x"),
        );
        check("/etc/tidings/tidings.toml", &[me], Some("/var/lib/tidings"));
        check("/etcetera/tidings.toml", &[me], Some("/home/me/.local/state/tidings"));
        check("t.toml", &[me, ("XDG_STATE_HOME", "/s")], Some("/s/tidings"));
        check(
            "t.toml",
            &[me, ("XDG_STATE_HOME", "relative")],
            Some("/home/me/.local/state/tidings"),
        );
        check("t.toml", &[], None);
    }

    #[test]
    fn the_nearest_configuration_comes_first() {
        let var = |name: &str| (name == "HOME").then(|| "/home/me".to_owned());
        let places = Environment::new(&var).places();
        let expected = [
            "tidings.toml",
            "/home/me/.config/tidings/tidings.toml",
            "/etc/tidings/tidings.toml",
        ];
        assert_eq!(places, expected.map(PathBuf::from));
    }
}
