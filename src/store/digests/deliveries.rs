//! What is to be sent where, and how far each sending got.
//!
//! `pending → sending → sent | retry | failed`. `sending` is committed before the connection is opened; one found in
//! that state when a round of deliveries begins was cut off. It goes out again with the same Message-ID, or is given up
//! where its channel is to get nothing twice.

use crate::domain::channel::Guarantee;
use crate::domain::{DigestId, Timestamp};
use crate::store::engine::DatabaseResult;
use crate::store::engine::client::{Row, params};
use crate::store::engine::statement::select_all;
use crate::store::engine::{Role, Store, StoreError, moment, moment_or_none, seconds};

/// A delivery to be tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueDelivery {
    pub id: i64,
    pub digest: DigestId,
    pub digest_name: String,
    pub channel: String,
    pub message_id: String,
    pub subject: String,
    pub bytes: Vec<u8>,
    pub attempts: u32,
    pub first_try_at: Option<Timestamp>,
    pub guarantee: Guarantee,
}

/// A delivery that was given up and that no digest has told about yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedDelivery {
    pub id: i64,
    pub channel: String,
    pub subject: String,
    pub to: Timestamp,
    pub error: String,
}

/// A delivery in trouble: given up and not told about yet, or still tried after a failure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TroubledDelivery {
    pub digest: DigestId,
    pub channel: String,
    pub is_given_up: bool,
    pub error: String,
}

/// How one try ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeliveryResult {
    Sent,
    Retry { at: Timestamp, error: String },
    Failed { error: String },
}

const DUE: &str = "SELECT delivery.id, delivery.digest, digest.name, delivery.channel, delivery.message_id,
         digest.subject, delivery.bytes, delivery.attempts, delivery.first_try_at, delivery.guarantee
     FROM delivery JOIN digest ON digest.id = delivery.digest";

/// What is told of a delivery that was cut off and may not be sent again.
const CUT_OFF: &str = "cut off while it was sent; it may have arrived, and is not sent again (at-most-once)";

fn due_from(row: &Row<'_>) -> DatabaseResult<DueDelivery> {
    Ok(DueDelivery {
        id: row.get(0)?,
        digest: row.get(1)?,
        digest_name: row.get(2)?,
        channel: row.get(3)?,
        message_id: row.get(4)?,
        subject: row.get(5)?,
        bytes: row.get(6)?,
        attempts: row.get(7)?,
        first_try_at: moment_or_none(row.get(8)?),
        guarantee: Guarantee::of_name(&row.get::<String>(9)?).unwrap_or_default(),
    })
}

impl Store {
    /// Gives up what was cut off while it was sent and may not be sent again. Returns how many that were.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn fail_interrupted(&self) -> Result<usize, StoreError> {
        let is_any: bool = self.read(|c| {
            let sql = "SELECT EXISTS (SELECT 1 FROM delivery WHERE state = 'sending' AND guarantee = ?1)";
            Ok(c.query_row(sql, [Guarantee::AtMostOnce.as_str()], |row| row.get(0))?)
        })?;
        if !is_any {
            return Ok(0);
        }
        self.write_as(Role::Digests, |c| {
            Ok(c.execute(
                "UPDATE delivery SET state = 'failed', last_error = ?2 WHERE state = 'sending' AND guarantee = ?1",
                params![Guarantee::AtMostOnce.as_str(), CUT_OFF],
            )?)
        })
        .await
    }

    /// Returns how many deliveries wait, and how many were given up and not told about yet.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn open_deliveries(&self) -> Result<(i64, i64), StoreError> {
        self.read(|c| {
            let sql = "SELECT count(*) FILTER (WHERE state IN ('pending', 'sending', 'retry')),
                              count(*) FILTER (WHERE state = 'failed' AND reported = 0)
                       FROM delivery WHERE state IN ('pending', 'sending', 'retry', 'failed')";
            Ok(c.query_row(sql, (), |row| Ok((row.get(0)?, row.get(1)?)))?)
        })
    }

    /// Returns how many deliveries are in each state.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn deliveries_by_state(&self) -> Result<Vec<(&'static str, i64)>, StoreError> {
        self.read(|c| {
            let mut count = c.prepare_cached("SELECT count(*) FROM delivery WHERE state = ?1")?;
            let states = ["pending", "sending", "retry", "sent", "failed"];
            let counted = states.map(|state| Ok((state, count.query_row([state], |row| row.get(0))?)));
            counted.into_iter().collect()
        })
    }

    /// Returns at most `limit` deliveries in trouble, the ones given up first, the newest of each first.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn troubled_deliveries(&self, limit: usize) -> Result<Vec<TroubledDelivery>, StoreError> {
        self.read(|c| {
            let sql = "SELECT digest, channel, state = 'failed', coalesce(last_error, '') FROM delivery
                       WHERE state = 'failed' AND reported = 0 OR state = 'retry' AND last_error IS NOT NULL
                       ORDER BY state = 'failed' DESC, id DESC LIMIT ?1";
            let from = |row: &Row<'_>| {
                Ok(TroubledDelivery {
                    digest: row.get(0)?,
                    channel: row.get(1)?,
                    is_given_up: row.get(2)?,
                    error: row.get(3)?,
                })
            };
            select_all(c, sql, [i64::try_from(limit).unwrap_or(i64::MAX)], from)
        })
    }

    /// Returns the deliveries due at `now`, oldest first.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn due_deliveries(&self, now: Timestamp) -> Result<Vec<DueDelivery>, StoreError> {
        self.read(|c| {
            let sql = format!(
                "{DUE} WHERE delivery.state IN ('pending', 'sending', 'retry') AND delivery.next_try_at <= ?1
                 ORDER BY delivery.id"
            );
            select_all(c, &sql, [seconds(now)], due_from)
        })
    }

    /// Returns when a delivery is due next, if one is waiting.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn next_delivery_due(&self) -> Result<Option<Timestamp>, StoreError> {
        self.read(|c| {
            let sql = "SELECT min(next_try_at) FROM delivery WHERE state IN ('pending', 'sending', 'retry')";
            Ok(moment_or_none(c.prepare_cached(sql)?.query_row((), |row| row.get(0))?))
        })
    }

    /// Returns the frozen deliveries of one digest, whatever became of them.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn deliveries_of(&self, digest: DigestId) -> Result<Vec<DueDelivery>, StoreError> {
        self.read(|c| {
            let sql = format!("{DUE} WHERE delivery.digest = ?1 ORDER BY delivery.id");
            select_all(c, &sql, [digest.0], due_from)
        })
    }

    /// Commits that a delivery is about to be sent. Returns false when it is no longer waiting.
    ///
    /// # Errors
    /// The database cannot be written; it must not be sent then.
    pub async fn begin_delivery(&self, id: i64, now: Timestamp) -> Result<bool, StoreError> {
        self.write_as(Role::Digests, move |c| {
            let changed = c.execute(
                "UPDATE delivery SET state = 'sending', attempts = attempts + 1,
                     first_try_at = coalesce(first_try_at, ?2)
                 WHERE id = ?1 AND state IN ('pending', 'sending', 'retry')",
                params![id, seconds(now)],
            )?;
            Ok(changed == 1)
        })
        .await
    }

    /// Records how a try ended.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn end_delivery(&self, id: i64, now: Timestamp, tried: DeliveryResult) -> Result<(), StoreError> {
        self.write_as(Role::Digests, move |c| {
            match tried {
                DeliveryResult::Sent => c.execute(
                    "UPDATE delivery SET state = 'sent', sent_at = ?2, last_error = NULL WHERE id = ?1",
                    params![id, seconds(now)],
                )?,
                DeliveryResult::Retry { at, error } => c.execute(
                    "UPDATE delivery SET state = 'retry', next_try_at = ?2, last_error = ?3 WHERE id = ?1",
                    params![id, seconds(at), error],
                )?,
                DeliveryResult::Failed { error } => c.execute(
                    "UPDATE delivery SET state = 'failed', last_error = ?2 WHERE id = ?1",
                    params![id, error],
                )?,
            };
            Ok(())
        })
        .await
    }

    /// Returns the deliveries of a digest of this name that were given up and not yet told about.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn unreported_failures(&self, digest_name: &str) -> Result<Vec<FailedDelivery>, StoreError> {
        self.read(|c| {
            let sql = "SELECT delivery.id, delivery.channel, digest.subject, digest.to_at, delivery.last_error
                       FROM delivery JOIN digest ON digest.id = delivery.digest
                       WHERE delivery.state = 'failed' AND delivery.reported = 0 AND digest.name = ?1
                       ORDER BY delivery.id";
            select_all(c, sql, [digest_name], |row| {
                Ok(FailedDelivery {
                    id: row.get(0)?,
                    channel: row.get(1)?,
                    subject: row.get(2)?,
                    to: moment(row.get(3)?),
                    error: row.get::<Option<String>>(4)?.unwrap_or_default(),
                })
            })
        })
    }
}
