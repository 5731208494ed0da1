//! What was last done and last sent under a digest's name.

use crate::digest::{DigestKind, LastSent};
use crate::domain::Timestamp;
use crate::domain::schedule::LastRun;
use crate::store::engine::OptionalExtension;
use crate::store::engine::client::{Connection, params};
use crate::store::engine::{Role, Store, StoreError, moment, seconds};

impl Store {
    /// Returns what was last done for a digest's schedule; the first time it is asked, its life begins at `now`.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn digest_done(&self, name: &str, now: Timestamp) -> Result<LastRun, StoreError> {
        if let Some(done) = self.read(|c| done(c, name))? {
            return Ok(done);
        }
        let (name, first) = (name.to_owned(), LastRun::starting(now));
        self.enqueue(move |c, writer_state| {
            // Another worker makes the digests: it begins their lives.
            if writer_state.roles.has(Role::Digests) {
                set_done(c, &name, first)?;
            }
            Ok(first)
        })
        .await
    }

    /// Notes what a digest has done, though there was nothing to send.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn digest_ran(&self, name: String, done: LastRun) -> Result<(), StoreError> {
        self.write_as(Role::Digests, move |c| note_run(c, &name, done)).await
    }

    /// Notes that a digest's schedule begins anew, because its last run was done under a wrong clock.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn digest_begins_anew(&self, name: String, now: Timestamp) -> Result<(), StoreError> {
        self.write_as(Role::Digests, move |c| set_done(c, &name, LastRun::starting(now)))
            .await
    }

    /// Returns what was last done for a digest, if it has begun its life.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn digest_last(&self, name: &str) -> Result<Option<LastRun>, StoreError> {
        self.read(|c| done(c, name))
    }

    /// Returns what was sent last under a digest's name.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn last_sent(&self, name: &str) -> Result<Option<LastSent>, StoreError> {
        self.read(|c| {
            let sql = "SELECT kind, to_at, unread FROM digest WHERE name = ?1 ORDER BY id DESC LIMIT 1";
            let sent = c.prepare_cached(sql)?.query_row([name], |row| {
                Ok(LastSent {
                    kind: DigestKind::of_name(&row.get::<String>(0)?).unwrap_or_default(),
                    at: moment(row.get(1)?),
                    unread: row.get::<u32>(2)? as usize,
                })
            });
            Ok(sent.optional()?)
        })
    }

    /// Returns the Message-ID of the last mail of a digest's name to a channel.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn last_message_id(&self, name: &str, channel: &str) -> Result<Option<String>, StoreError> {
        self.read(|c| {
            let sql = "SELECT delivery.message_id FROM digest JOIN delivery ON delivery.digest = digest.id
                       WHERE digest.name = ?1 AND delivery.channel = ?2 AND delivery.state = 'sent'
                       ORDER BY digest.id DESC LIMIT 1";
            Ok(c.query_row(sql, [name, channel], |row| row.get(0)).optional()?)
        })
    }
}

/// Notes a run; one noted later stays.
pub fn note_run(c: &Connection, name: &str, run: LastRun) -> Result<(), StoreError> {
    let known = done(c, name)?;
    set_done(c, name, known.map_or(run, |known| known.max(run)))
}

fn done(c: &Connection, name: &str) -> Result<Option<LastRun>, StoreError> {
    let sql = "SELECT ran_at, day, place FROM digest_run WHERE name = ?1";
    let done = c.prepare_cached(sql)?.query_row([name], |row| {
        let day: Option<String> = row.get(1)?;
        let day = day.and_then(|day| day.parse().ok());
        Ok(LastRun {
            at: moment(row.get(0)?),
            run: day.zip(row.get(2)?),
        })
    });
    Ok(done.optional()?)
}

fn set_done(c: &Connection, name: &str, done: LastRun) -> Result<(), StoreError> {
    let (day, place) = done.run.map(|(day, place)| (day.to_string(), place)).unzip();
    c.execute(
        "INSERT INTO digest_run (name, ran_at, day, place) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (name) DO UPDATE SET ran_at = excluded.ran_at, day = excluded.day, place = excluded.place",
        params![name, seconds(done.at), day, place],
    )?;
    Ok(())
}
