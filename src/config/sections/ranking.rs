//! The `[ranking]` table: what counts for an article.

use std::collections::BTreeMap;

use crate::config::reading::raw::{File, Table, as_integer};
use crate::ranking::{RankingSettings, Weights};

pub fn read(file: &mut File<'_>, root: &mut Table<'_>) -> RankingSettings {
    let mut ranking = RankingSettings {
        published: 50,
        weights: Weights::default(),
        providers: BTreeMap::new(),
    };
    let Some(mut table) = root.table(file, "ranking") else {
        return ranking;
    };
    if let Some(published) = table.integer(file, "published", 0..201) {
        ranking.published = i32::try_from(published).unwrap_or(ranking.published);
    }
    if let Some(mut providers) = table.table(file, "providers") {
        for (domain, value) in providers.take_rest() {
            if let Some(worth) = as_integer(file, &value, -100..101) {
                let domain = domain.to_ascii_lowercase();
                ranking
                    .providers
                    .insert(domain, i32::try_from(worth).unwrap_or_default());
            }
        }
    }
    table.close(file);
    ranking
}
