//! Articles that several sources tell: whose words they have, and what an entry of another makes of them.

use std::collections::HashMap;

use super::entries;
use crate::decide::{SyndicatedArticle, SyndicatedEntry};
use crate::domain::article::BodyState;
use crate::domain::source::SourceKind;
use crate::domain::{ArticleId, SourceId, Timestamp};
use crate::store::engine::client::{Connection, params};
use crate::store::engine::statement::{execute, select_each, select_one};
use crate::store::engine::{StoreError, WriterState, seconds};
use crate::store::rows::{article, document_marks, images};
use crate::store::stories::unplaced;

/// Returns how those of some articles stand that another source than this one tells.
pub fn syndicated_articles(
    c: &Connection,
    source: SourceId,
    ids: &[ArticleId],
) -> Result<HashMap<ArticleId, SyndicatedArticle>, StoreError> {
    let sql =
        "SELECT source.address, article.title, article.body_state, article.verdict IS NOT NULL, article.wants_page,
                      article.is_news, article.is_dated,
                      EXISTS (SELECT 1 FROM digest_item WHERE digest_item.article = article.id),
                      source.kind = ?3 AND source.schedule = '', article.id
               FROM article JOIN source ON source.id = article.source
               WHERE article.id = ?1 AND article.source <> ?2";
    let rows: Vec<_> = ids
        .iter()
        .map(|id| [id.0.into(), source.0.into(), SourceKind::Documents.as_str().into()])
        .collect();
    let found = select_each(c, sql, &rows, |row| {
        let state: String = row.get(2)?;
        let is = |one: BodyState| state == one.as_str();
        let elsewhere = SyndicatedArticle {
            teller: row.get(0)?,
            title: row.get(1)?,
            topics: Vec::new(),
            pending: None,
            is_page_read: is(BodyState::Extracted),
            was_asked: is(BodyState::Extracted) || is(BodyState::Failed) || row.get(3)?,
            wants_page: row.get(4)?,
            is_news: row.get(5)?,
            is_dated: row.get(6)?,
            was_told: row.get(7)?,
            is_taken_in: row.get(8)?,
        };
        Ok((ArticleId(row.get(9)?), elsewhere, is(BodyState::Pending)))
    })?;
    let found: Vec<_> = found.into_iter().flatten().collect();
    let sql = "SELECT topic.name FROM match JOIN topic ON topic.id = match.topic
               WHERE match.article = ?1 AND topic.active = 1";
    let rows: Vec<_> = found.iter().map(|(id, ..)| [id.0.into()]).collect();
    let topics = select_each(c, sql, &rows, |row| row.get(0))?;
    let mut syndicated = HashMap::new();
    for ((id, mut elsewhere, is_pending), topics) in found.into_iter().zip(topics) {
        if is_pending {
            elsewhere.pending = article::article(c, id)?.map(Box::new);
        }
        elsewhere.topics = topics;
        syndicated.insert(id, elsewhere);
    }
    Ok(syndicated)
}

/// Writes what an entry makes of an article that another source tells; there is work on the article again.
pub fn apply_syndicated(
    c: &Connection,
    now: Timestamp,
    source: SourceId,
    retold: &SyndicatedEntry,
    writer_state: &mut WriterState,
) -> Result<(), StoreError> {
    entries::link_known_entry(c, source, &retold.identity, retold.mark, retold.article)?;
    let (id, draft, does) = (retold.article.0, &retold.draft, retold.change);
    if does.keeps_old {
        let sql = "INSERT INTO wording (article, source, title, text, language, yields)
                   SELECT article.id, article.source, article.title, body.feed_text, article.language, 0
                   FROM article JOIN body ON body.article = article.id WHERE article.id = ?1
                    ON CONFLICT (article, source) DO UPDATE SET title = excluded.title, text = excluded.text, language = excluded.language, yields = excluded.yields";
        execute(c, sql, [id])?;
    }
    if does.adds {
        c.prepare_cached(
            "INSERT INTO wording (article, source, title, text, language, yields)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                    ON CONFLICT (article, source) DO UPDATE SET title = excluded.title, text = excluded.text, language = excluded.language, yields = excluded.yields",
        )?
        .execute(params![
            id,
            source.0,
            draft.title,
            draft.feed_text,
            draft.language,
            does.wants_page
        ])?;
    }
    if does.replaces {
        replace_words(c, source, retold)?;
        images::drop_replaced(c, retold.article)?;
    }
    if does.wants_page {
        let web_url: String = select_one(c, "SELECT web_url FROM article WHERE id = ?1", [id], |row| row.get(0))?;
        let sql = "UPDATE article SET wants_page = 1, page_etag = NULL, page_last_modified = NULL, page_parts = NULL,
                       page_host = ?2
                   WHERE id = ?1";
        execute(c, sql, params![id, article::page_host(&web_url, true)])?;
    }
    if does.is_news {
        // Whoever brings it as new dates it; its page has the last word.
        c.prepare_cached("UPDATE article SET is_news = 1, published_at = ?2, is_dated = ?3 WHERE id = ?1")?
            .execute(params![id, seconds(draft.published_at), draft.is_dated])?;
    }
    if does.is_news || does.adds {
        unplaced::join_as_of(c, now, retold.article, writer_state)?;
    }
    c.prepare_cached("UPDATE article SET work_at = ?2, attempts = 0, version = version + 1 WHERE id = ?1")?
        .execute(params![id, seconds(now)])?;
    document_marks::mark_article(c, retold.article)
}

fn replace_words(c: &Connection, source: SourceId, retold: &SyndicatedEntry) -> Result<(), StoreError> {
    let draft = &retold.draft;
    c.prepare_cached(
        "UPDATE article SET source = ?2, title = ?3, excerpt = ?4, byline = ?5, original_url = ?6, web_url = ?7,
             language = ?8, provider_name = ?9, provider_domain = ?10, is_video = ?11,
             published_at = CASE WHEN ?12 = 1 THEN ?13 ELSE published_at END,
             is_dated = CASE WHEN ?12 = 1 THEN 1 ELSE is_dated END,
             image_url = coalesce(?14, image_url), image_width = NULL, image_height = NULL
         WHERE id = ?1",
    )?
    .execute(params![
        retold.article.0,
        source.0,
        draft.title,
        draft.excerpt,
        draft.byline,
        draft.original_url,
        draft.web_url,
        draft.language,
        draft.provider_name,
        draft.provider_domain,
        draft.is_video,
        draft.is_dated,
        seconds(draft.published_at),
        draft.image.as_ref().map(|image| &image.url),
    ])?;
    entries::set_feed_text(c, retold.article, draft)
}
