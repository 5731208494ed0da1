//! The end comes soon: nothing unbounded is done on the way out, and what is left is kept for the next start.

use tidings::jobs::archive::write_documents;

use crate::support::site::{Answer, Item, rss};
use crate::support::{HARBOUR, World};

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
    world.database().run("UPDATE document SET dirty = dirty + 1");
    std::fs::remove_file(world.ctx.config.archive.path.join(&world.documents()[0].0)).unwrap();
    world.ctx.shared.cancel();
    assert_eq!(write_documents::write_dirty(&world.ctx).await.unwrap(), 0);
    assert!(write_documents::is_owed(&world.ctx));
    let world = world.reopened(HARBOUR).await;
    assert_eq!(write_documents::write_dirty(&world.ctx).await.unwrap(), 1);
    assert!(!write_documents::is_owed(&world.ctx));
    assert_eq!(world.documents().len(), 1);
}
