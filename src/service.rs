//! What the service manager is told: ready, reloading, stopping, how it goes in words, and that the daemon is alive.
//!
//! Without a service manager all of it goes nowhere. The protocol is sd_notify(3); a message that cannot be sent is
//! logged once and stops nothing.

mod message_ids;
pub mod journal;

use std::time::Duration;

use sd_notify::NotifyState;

/// Signs of life sent within the time after which the service manager takes the daemon for dead.
const SIGNS_PER_TIMEOUT: u32 = 3;
/// The service manager shows one line; longer words are cut, in bytes.
const STATUS_BYTES_MAX: usize = 300;

/// The service manager, if one started this process.
#[derive(Debug, Default)]
pub struct ServiceManager {
    /// Between two signs of life, when they are expected.
    sign_every: Option<Duration>,
    status: String,
    is_deaf: bool,
}

impl ServiceManager {
    /// Returns the service manager that the environment names.
    pub fn from_environment() -> Self {
        Self {
            sign_every: sd_notify::watchdog_enabled().map(|timeout| timeout / SIGNS_PER_TIMEOUT),
            ..Self::default()
        }
    }

    /// Returns how far apart signs of life should be, when they are expected.
    pub fn watchdog_interval(&self) -> Option<Duration> {
        self.sign_every
    }

    /// Tells that the daemon serves: at the start, and after a reload.
    pub fn ready(&mut self, status: &str) {
        self.status = one_line(status);
        let status = self.status.clone();
        self.tell(&[NotifyState::Ready, NotifyState::Status(&status)]);
    }

    /// Tells how it goes, if that has changed.
    pub fn status(&mut self, status: &str) {
        let status = one_line(status);
        if self.status != status {
            self.tell(&[NotifyState::Status(&status)]);
            self.status = status;
        }
    }

    /// Tells that the configuration is to be read again; `ready` ends it.
    pub fn reloading(&mut self) {
        match NotifyState::monotonic_usec_now() {
            Ok(now) => self.tell(&[NotifyState::Reloading, now]),
            Err(error) => tracing::warn!("the service manager is not told of the reload: no monotonic clock: {error}"),
        }
    }

    /// Tells that the daemon ends.
    pub fn stopping(&mut self) {
        self.tell(&[NotifyState::Stopping, NotifyState::Status("stopping")]);
    }

    /// Gives a sign of life.
    pub fn alive(&mut self) {
        self.tell(&[NotifyState::Watchdog]);
    }

    fn tell(&mut self, what: &[NotifyState<'_>]) {
        match sd_notify::notify(what) {
            Ok(()) => self.is_deaf = false,
            Err(error) if !self.is_deaf => {
                self.is_deaf = true;
                tracing::warn!("the service manager does not listen: {error}");
            }
            Err(_) => {}
        }
    }
}

/// Returns words as one line: a line break would begin another message.
fn one_line(text: &str) -> String {
    crate::text::head(&crate::text::line(text), STATUS_BYTES_MAX).to_owned()
}

#[cfg(test)]
mod tests {
    use super::one_line;

    #[test]
    fn words_cannot_become_messages() {
        assert_eq!(
            one_line("12 sources\nWATCHDOG=trigger\r\nREADY=1"),
            "12 sources WATCHDOG=trigger READY=1"
        );
        assert_eq!(one_line(&"é".repeat(1000)).len(), 300);
    }
}
