//! How long after they were due sources are polled: what tells whether the workers there are keep up.

use serde::Serialize;

use crate::store::{Store, StoreError};

/// Of each followed source the last poll, in seconds after it was due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Lateness {
    pub median_seconds: i64,
    /// All but one in a hundred are no later.
    pub most_seconds: i64,
}

/// Returns how late sources are polled; nothing before any was.
///
/// # Errors
/// The store cannot be read.
pub fn of(store: &Store) -> Result<Option<Lateness>, StoreError> {
    let states = store.active_source_states()?;
    Ok(among(
        states.iter().filter_map(|(_, state)| state.late_seconds).collect(),
    ))
}

fn among(mut late: Vec<i64>) -> Option<Lateness> {
    late.sort_unstable();
    let last = late.len().checked_sub(1)?;
    Some(Lateness {
        median_seconds: late[last / 2],
        most_seconds: late[last * 99 / 100],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_and_all_but_one_in_a_hundred() {
        assert_eq!(among(Vec::new()), None);
        for (late, median_seconds, most_seconds) in [
            (vec![7], 7, 7),
            ((0..=100).rev().collect(), 50, 99),
            (vec![9, 0, 0], 0, 0),
        ] {
            let expected = Lateness {
                median_seconds,
                most_seconds,
            };
            assert_eq!(among(late), Some(expected));
        }
    }
}
