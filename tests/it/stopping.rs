//! The end comes soon: nothing unbounded is done on the way out, and what is left is kept for the next start.

use tidings::jobs::archive::write_documents;
use tidings::store::StoreError;

use crate::support::site::{Answer, Item, rss};
use crate::support::{HARBOUR, World};

/// A query that never ends.
const ENDLESS: &str = "WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n";

#[tokio::test]
async fn a_long_read_and_a_long_write_are_ended_and_a_short_write_is_kept() {
    let world = World::new("").await;
    let store = &world.ctx.store;
    store.end_reads();
    let read = store.read(|c| Ok(c.query_row(ENDLESS, [], |row| row.get::<_, i64>(0))?));
    assert!(matches!(read, Err(StoreError::Ended)), "{read:?}");
    store.end_writes();
    let written = store.write(|c| {
        c.execute("UPDATE topic SET added_at = 0", [])?;
        Ok(c.query_row(ENDLESS, [], |row| row.get::<_, i64>(0))?)
    });
    assert!(matches!(written.await, Err(StoreError::Ended)));
    // What a delivery answered is still to be written down.
    store
        .digest_ran(
            "daily".to_owned(),
            tidings::domain::schedule::LastRun::starting(world.clock.now()),
        )
        .await
        .unwrap();
    assert!(store.digest_last("daily").unwrap().is_some());
}

#[tokio::test]
async fn documents_that_wait_are_left_to_the_next_start() {
    let world = World::new(HARBOUR).await;
    let link = format!("{}/a", world.site.address());
    let item = Item::new(
        "1",
        "The harbour opens",
        link,
        "Sat, 13 Jun 2026 10:00:00 GMT",
        "The harbour is open.",
    );
    world.site.set("/feed.xml", Answer::feed(rss("A Feed", &[item])));
    world.work().await;
    assert_eq!(world.documents().len(), 1);
    world
        .ctx
        .store
        .write(|c| Ok(c.execute("UPDATE document SET dirty = dirty + 1", [])?))
        .await
        .unwrap();
    std::fs::remove_file(world.ctx.config.archive.path.join(&world.documents()[0].0)).unwrap();
    world.ctx.shared.cancel();
    assert_eq!(write_documents::write_dirty(&world.ctx).await.unwrap(), 0);
    assert!(write_documents::is_owed(&world.ctx));
    let world = world.reopened(HARBOUR).await;
    assert_eq!(write_documents::write_dirty(&world.ctx).await.unwrap(), 1);
    assert!(!write_documents::is_owed(&world.ctx));
    assert_eq!(world.documents().len(), 1);
}
