//! A week of entries, with feeds that misbehave, told day by day: nothing stands in two digests.

use chrono::Duration;

use crate::support::week;

#[tokio::test]
async fn nothing_of_a_week_is_told_twice() {
    let recording = week::read(include_str!("../data/week.jsonl"));
    let query = "bridge OR strike OR village OR reef OR train OR licence OR glass OR tide OR letters OR heron OR choir OR swing";
    let told = week::play(&recording, query, Duration::hours(3)).await;
    assert_eq!(told.addresses_again, Vec::<String>::new());
    // The heading of a column is used again for another text; nothing else may come again.
    assert_eq!(told.headlines_again, ["Letters to the editor"]);
    assert_eq!(
        told.articles,
        recording.len() as i64,
        "every entry is one article, whatever its feed did to it"
    );
    assert!(told.digests == 8 && told.news >= 30, "{told:?}");
}
