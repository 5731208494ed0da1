//! Panics inside one piece of work, which end it and nothing else: its caller writes them down as a failure.

use std::panic::{self, AssertUnwindSafe};

use futures_util::FutureExt;
use thiserror::Error;

use super::error::JobError;
use crate::store::StoreError;
use crate::text;

/// Why a piece of work has no result.
#[derive(Debug, Error)]
pub enum WorkFailure {
    /// It panicked, or the store did while writing it; the text says how.
    #[error("it panicked: {0}; this is a fault of tidings, please report it")]
    Panicked(String),
    #[error(transparent)]
    Failed(JobError),
}

/// Works to the end. A panic of `work`, or of the store over what it was handed, is an error of this piece alone.
///
/// # Errors
/// It panicked or failed.
pub async fn catch<T>(work: impl Future<Output = Result<T, JobError>>) -> Result<T, WorkFailure> {
    // What it held is dropped with it; what it shares with others is behind locks that no panic passes.
    match AssertUnwindSafe(work).catch_unwind().await {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(JobError::Store(StoreError::Panicked(said)))) => Err(WorkFailure::Panicked(said)),
        Ok(Err(error)) => Err(WorkFailure::Failed(error)),
        Err(payload) => Err(WorkFailure::Panicked(text::of_panic(&*payload))),
    }
}

/// Works on one of many pieces. A panic is an error of this piece alone.
///
/// # Errors
/// It panicked.
pub fn catch_piece<T>(work: impl FnOnce() -> T) -> Result<T, WorkFailure> {
    panic::catch_unwind(AssertUnwindSafe(work)).map_err(|payload| WorkFailure::Panicked(text::of_panic(&*payload)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_is_a_failure_of_its_own_work() {
        let number = 7;
        let said = |broken: Result<(), WorkFailure>| match broken {
            Err(WorkFailure::Panicked(said)) => said,
            other => panic!("{other:?}"),
        };
        assert_eq!(said(catch(async { panic!("number {number}") }).await), "number 7");
        assert_eq!(
            said(catch(async { panic!("on\u{1b}[31m purpose") }).await),
            "on[31m purpose"
        );
        assert_eq!(said(catch_piece(|| panic!("piece {number}"))), "piece 7");
        assert_eq!(catch_piece(|| number).ok(), Some(7));
        let store = async { Err(JobError::Store(StoreError::Panicked("in the store".to_owned()))) };
        assert_eq!(said(catch(store).await), "in the store");
        assert_eq!(catch(async { Ok(number) }).await.ok(), Some(7));
        let closed = catch(async { Err::<(), _>(JobError::Store(StoreError::Closed)) }).await;
        assert!(matches!(closed, Err(WorkFailure::Failed(_))));
    }
}
