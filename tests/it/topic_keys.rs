//! What topics are known by stays what it was: a database written before finds them unchanged.

use tidings::jobs::archive::write_documents;

use crate::support::World;

/// What the rows of `tests/data/topic_keys.sql` were written with.
const CONFIG: &str = r#"
[[source]]
feed = "http://a.example/feed"
name = "A"
schedule = "every 1h"
full_text = "never"

[[topic]]
name = "Städte"

[[topic]]
name = "Velden \"Hafen\""
parent = "Städte"
query = '"harbour bridge" OR Hafenbrücke'

[[topic]]
name = "Ferries"
keywords = ["ferry", "O'Neill\\quay", "हिन्दी"]
where = "text"
stem = true
"#;

/// A change that is to prepare articles or write documents anew (`FORMAT` of prepared articles, `FORM` of documents)
/// needs these rows written anew; no other one does.
#[tokio::test]
async fn an_old_database_is_matched_prepared_and_written_no_more() {
    let world = World::new("").await;
    let rows = format!(
        "{}CREATE TRIGGER prepared BEFORE UPDATE OF prepared ON member
         BEGIN SELECT raise(ABORT, 'a member is prepared anew'); END;",
        include_str!("../data/topic_keys.sql")
    );
    world.database().run(&rows);

    let world = world.reopened(CONFIG).await;
    let store = &world.ctx.store;
    assert_eq!(store.unmatched_topics().unwrap(), []);
    while store.load_stories(world.clock.now()).await.unwrap() {}
    write_documents::move_window(&world.ctx).await.unwrap();
    assert!(!store.has_dirty_documents().unwrap());
}
