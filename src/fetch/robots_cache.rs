//! What robots.txt of each origin says, for up to a day, fetched through the same gate as everything else.
//!
//! An origin without one may be read. One that cannot be reached may not for a while, unless its last word is still
//! known (RFC 9309, 2.3.1 and 2.4). One that redirects more than five times, in a circle or nowhere counts as
//! unreachable: the RFC would let us read on, but whoever sends us on has rules, and we did not see them. Memory is bounded by origins and by bytes of rules.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};

use chrono::TimeDelta;
use tokio::sync::Mutex as AsyncMutex;
use url::Url;

use crate::domain::Timestamp;

use super::address_guard::host_of;
use super::error::{CHECK_ADDED, FetchError, shown};
use super::host_state::SavedRobots;
use super::response::Response;
use super::robots::Robots;

/// Longest time a robots.txt is taken at its word without being asked for again, in hours.
const KNOWN_HOURS_MAX: i64 = 24;
/// Shortest time, whatever its own headers say, in hours.
const KNOWN_HOURS_MIN: i64 = 1;
/// How long an origin is left alone whose robots.txt cannot be reached, in minutes.
const UNREACHABLE_MINUTES: i64 = 15;
/// Origins whose rules are remembered.
const ORIGINS_MAX: usize = 4096;
/// Rules that are remembered of all origins together, in bytes.
const RULES_BYTES_MAX: usize = 32 * 1024 * 1024;

/// The rules of one origin, once asked for. The lock is held while they are fetched, so that this happens once.
pub(super) type RobotsSlot = Arc<AsyncMutex<Option<CachedRobots>>>;

/// What is known of one origin.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct CachedRobots {
    /// The rules, or why there are none to go by.
    rules: Result<Arc<Robots>, UnreadRobots>,
    until: Timestamp,
}

/// Why an origin's rules could not be read.
#[derive(Debug, Clone, PartialEq)]
struct UnreadRobots {
    reason: String,
    /// They stand behind a check of who asks.
    is_check: bool,
}

impl CachedRobots {
    /// Returns what is known after robots.txt was asked for, given what was known before.
    pub fn after(now: Timestamp, before: Option<Self>, answer: Result<Response, FetchError>) -> Self {
        let (least, most) = (
            now + TimeDelta::hours(KNOWN_HOURS_MIN),
            now + TimeDelta::hours(KNOWN_HOURS_MAX),
        );
        let error = match answer {
            Ok(response) => {
                let until = response.fresh_until.unwrap_or(most).clamp(least, most);
                return Self {
                    rules: Ok(Arc::new(Robots::parse(&response.body))),
                    until,
                };
            }
            Err(error) => error,
        };
        if means_none(&error) {
            return Self {
                rules: Ok(Arc::default()),
                until: most,
            };
        }
        let soon = now + TimeDelta::minutes(UNREACHABLE_MINUTES);
        let until = error.retry_at().unwrap_or(soon).clamp(soon, most);
        let rules = before.and_then(|known| known.rules.ok()).ok_or_else(|| UnreadRobots {
            reason: error.to_string(),
            is_check: error.is_check(),
        });
        Self { rules, until }
    }

    /// Whether this may still be gone by.
    pub fn is_current(&self, now: Timestamp) -> bool {
        self.until > now
    }

    /// Says whether an address may be fetched.
    ///
    /// # Errors
    /// The rules refuse it, or are not to be had for now.
    pub fn permit(&self, url: &Url) -> Result<(), FetchError> {
        let host = host_of(url);
        let rules = match &self.rules {
            Ok(rules) => rules,
            Err(UnreadRobots { reason, is_check }) => {
                return Err(FetchError::RobotsUnknown {
                    host,
                    retry_at: self.until,
                    reason: reason.clone(),
                    is_check: *is_check,
                });
            }
        };
        let path = &url[url::Position::BeforePath..url::Position::AfterQuery];
        match rules.allows(path) {
            true => Ok(()),
            false => Err(FetchError::Disallowed { host, url: shown(url) }),
        }
    }

    /// Returns this as it is kept.
    fn kept(&self) -> SavedRobots {
        let rules = match &self.rules {
            Ok(rules) => Ok(rules.to_text()),
            Err(unread) => Err(unread.reason.clone()),
        };
        let until = self.until;
        SavedRobots { rules, until }
    }

    /// Returns what was kept.
    fn from_kept(kept: SavedRobots) -> Self {
        let rules = match kept.rules {
            Ok(text) => Ok(Arc::new(Robots::from_text(&text))),
            Err(reason) => Err(UnreadRobots {
                // Kept as it is told, and nothing else of it.
                is_check: reason.ends_with(CHECK_ADDED),
                reason,
            }),
        };
        let until = kept.until;
        Self { rules, until }
    }

    fn weight(&self) -> usize {
        self.rules.as_ref().map_or(0, |rules| rules.weight())
    }
}

/// Whether an error means that there is no robots.txt, rather than that it cannot be reached.
fn means_none(error: &FetchError) -> bool {
    match error {
        FetchError::Status { status, .. } => (400..500).contains(status) && *status != 429,
        _ => false,
    }
}

/// The rules of all origins asked lately.
#[derive(Debug, Default)]
pub(super) struct RobotsCache {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    slots: HashMap<String, RobotsSlot>,
    /// What was known before a restart, until it is needed.
    recalled: HashMap<String, SavedRobots>,
    /// What was learned since it was last told; what finds no room here is not kept over a restart.
    news: Vec<(String, CachedRobots)>,
    /// Rules in the slots, in bytes.
    weight: usize,
}

impl RobotsCache {
    /// Returns the place where an origin's rules stand or will stand.
    pub fn slot(&self, origin: &str) -> RobotsSlot {
        let mut inner = self.lock();
        if !inner.slots.contains_key(origin) && inner.slots.len() >= ORIGINS_MAX {
            inner.forget();
        }
        if let Some(slot) = inner.slots.get(origin) {
            return Arc::clone(slot);
        }
        let known = inner.recalled.remove(origin).map(CachedRobots::from_kept);
        inner.weight += known.as_ref().map_or(0, CachedRobots::weight);
        let slot = Arc::new(AsyncMutex::new(known));
        inner.slots.insert(origin.to_owned(), Arc::clone(&slot));
        slot
    }

    /// Takes note of what was learned of an origin.
    pub fn learned(&self, origin: &str, known: &CachedRobots) {
        let news = &mut self.lock().news;
        if news.len() < ORIGINS_MAX {
            news.push((origin.to_owned(), known.clone()));
        }
    }

    /// Returns what was learned since this was last asked.
    pub fn drain_changes(&self) -> Vec<(String, SavedRobots)> {
        let news = std::mem::take(&mut self.lock().news);
        news.into_iter().map(|(origin, known)| (origin, known.kept())).collect()
    }

    /// Takes back what was known before a restart.
    pub fn restore(&self, rules: Vec<(String, SavedRobots)>) {
        self.lock().recalled = rules.into_iter().take(ORIGINS_MAX).collect();
    }

    /// Takes over what others have learned, but for rules that are being asked for here.
    pub fn learn(&self, rules: Vec<(String, SavedRobots)>) {
        let mut inner = self.lock();
        for (origin, saved) in rules {
            let known = inner.slots.get(&origin).map(|slot| Arc::clone(slot).try_lock_owned());
            match known {
                Some(Ok(mut known)) => {
                    let learned = CachedRobots::from_kept(saved);
                    let before = known.as_ref().map_or(0, CachedRobots::weight);
                    inner.weight = (inner.weight + learned.weight()).saturating_sub(before);
                    *known = Some(learned);
                }
                Some(Err(_)) => {}
                None if inner.recalled.len() < ORIGINS_MAX => _ = inner.recalled.insert(origin, saved),
                None => {}
            }
        }
    }

    /// Counts what one origin's rules weigh now, and forgets all when it is too much.
    pub fn account(&self, origin: &str, slot: &RobotsSlot, before: Option<&CachedRobots>, after: &CachedRobots) {
        let mut inner = self.lock();
        // A slot that was forgotten meanwhile counts no longer; its holder lets go of it soon.
        if inner.slots.get(origin).is_some_and(|kept| Arc::ptr_eq(kept, slot)) {
            inner.weight = (inner.weight + after.weight()).saturating_sub(before.map_or(0, CachedRobots::weight));
        }
        if inner.weight > RULES_BYTES_MAX {
            inner.forget();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner
            .lock()
            .expect("nothing panics while it holds the lock of the rules")
    }
}

impl Inner {
    /// Starting over costs a few requests for robots.txt, and is rare.
    fn forget(&mut self) {
        self.slots.clear();
        self.weight = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::domain::source::Validators;

    fn at(hours: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + TimeDelta::hours(hours)
    }

    fn url(path: &str) -> Url {
        Url::parse("https://a.example").unwrap().join(path).unwrap()
    }

    fn answer(body: &str, fresh_until: Option<Timestamp>) -> Result<Response, FetchError> {
        Ok(Response {
            status: 200,
            url: url("/robots.txt"),
            redirects: Vec::new(),
            body: body.into(),
            not_modified: false,
            validators: Validators::default(),
            content_type: None,
            links: Vec::new(),
            fresh_until,
            retry_at: None,
        })
    }

    fn status(status: u16, retry_at: Option<Timestamp>) -> Result<Response, FetchError> {
        Err(FetchError::Status {
            url: "https://a.example/robots.txt".to_owned(),
            status,
            retry_at,
            is_check: false,
        })
    }

    const SHUT: &str = "User-agent: *\nDisallow: /shut";

    #[test]
    fn rules_hold_for_at_most_a_day() {
        for (fresh_until, until) in [(None, 24), (Some(at(2)), 2), (Some(at(0)), 1), (Some(at(90)), 24)] {
            let known = CachedRobots::after(at(0), None, answer(SHUT, fresh_until));
            assert_eq!(known.until, at(until), "{fresh_until:?}");
            assert!(known.is_current(at(until - 1)) && !known.is_current(at(until)));
            assert!(matches!(
                known.permit(&url("/shut/a")),
                Err(FetchError::Disallowed { .. })
            ));
            assert_eq!(known.permit(&url("/open?shut")), Ok(()));
        }
    }

    #[test]
    fn none_there_means_all_may_be_read() {
        for code in [400, 401, 403, 404, 410] {
            assert_eq!(
                CachedRobots::after(at(0), None, status(code, None)).permit(&url("/shut")),
                Ok(()),
                "{code}"
            );
        }
    }

    #[test]
    fn unreachable_means_nothing_may_be_read_for_a_while() {
        for answer in [
            status(500, None),
            status(429, None),
            Err(FetchError::TimedOut {
                host: "a.example".to_owned(),
                seconds: 30,
            }),
            Err(FetchError::RedirectLoop {
                url: String::new(),
                remedy: "",
            }),
            Err(FetchError::TooManyRedirects {
                url: String::new(),
                max: 5,
                remedy: "",
            }),
            Err(FetchError::BadRedirect {
                url: String::new(),
                status: 301,
            }),
        ] {
            let known = CachedRobots::after(at(0), None, answer);
            let refused = known.permit(&url("/open")).unwrap_err();
            assert!(refused.is_transient());
            assert_eq!(
                refused.retry_at(),
                Some(at(0) + TimeDelta::minutes(UNREACHABLE_MINUTES))
            );
        }
        assert_eq!(CachedRobots::after(at(0), None, status(503, Some(at(3)))).until, at(3));
    }

    #[test]
    fn a_check_is_one_after_a_restart_too() {
        let (url, host) = ("https://a.example/robots.txt".to_owned(), "a.example".to_owned());
        for is_check in [true, false] {
            let retry_at = is_check.then_some(at(3));
            for error in [
                FetchError::Status {
                    url: url.clone(),
                    status: 503,
                    retry_at,
                    is_check,
                },
                FetchError::Empty {
                    url: url.clone(),
                    status: if is_check { 202 } else { 200 },
                },
                FetchError::Waiting {
                    host: host.clone(),
                    retry_at: at(3),
                    is_check,
                },
            ] {
                let known = CachedRobots::after(at(0), None, Err(error));
                for known in [known.clone(), CachedRobots::from_kept(known.kept())] {
                    let refused = known.permit(&Url::parse(&url).unwrap()).unwrap_err();
                    assert_eq!(refused.is_check(), is_check, "{refused}");
                }
            }
        }
    }

    #[test]
    fn the_last_word_of_an_unreachable_host_still_holds() {
        let before = CachedRobots::after(at(0), None, answer(SHUT, None));
        let known = CachedRobots::after(at(30), Some(before), status(500, None));
        assert_eq!(known.permit(&url("/open")), Ok(()));
        assert!(matches!(
            known.permit(&url("/shut")),
            Err(FetchError::Disallowed { .. })
        ));
        assert_eq!(known.until, at(30) + TimeDelta::minutes(UNREACHABLE_MINUTES));
    }

    #[test]
    fn memory_is_bounded() {
        let cache = RobotsCache::default();
        for number in 0..2 * ORIGINS_MAX {
            cache.slot(&number.to_string());
        }
        assert!(cache.lock().slots.len() <= ORIGINS_MAX);
        let long = format!(
            "User-agent: *\n{}",
            "Disallow: /0123456789/0123456789/\n".repeat(10_000)
        );
        let known = CachedRobots::after(at(0), None, answer(&long, None));
        for number in 0..100 {
            let origin = number.to_string();
            let slot = cache.slot(&origin);
            cache.account(&origin, &slot, None, &known);
            assert!(cache.lock().weight <= RULES_BYTES_MAX);
        }
        cache.lock().forget();
        let slot = cache.slot("a");
        cache.account("a", &slot, None, &known);
        cache.account("a", &slot, Some(&known), &known);
        assert_eq!(cache.lock().weight, known.weight());
    }
}
