//! Entries: what a poll brought becomes new articles, links to known ones, and changes.

use crate::decide::draft::ArticleDraft;
use crate::decide::revision::{self, Revision};
use crate::decide::{ChangedEntry, EntryIdentity, EntryMark, NewArticle, PreviousEntry};
use crate::domain::article::BodyState;
use crate::domain::feed::EntryKey;
use crate::domain::{ArticleId, SourceId, Timestamp};
use crate::store::articles::records;
use crate::store::engine::DatabaseResult;
use crate::store::engine::client::{Connection, Row, ToSql, ValueRef, params};
use crate::store::engine::fulltext::{FullTextRow, PendingRows};
use crate::store::engine::statement::{execute, execute_each, select_each, select_one};
use crate::store::engine::{StoreError, columns, moment_or_none, seconds};
use crate::store::rows::article::{self, page_host};
use crate::store::rows::document_marks;
use crate::store::rows::revisions::insert_revision;

/// Keys of one source that one article is known by; with more, the source gives it a new one at every poll.
const KEYS_MAX: usize = 8;
/// Older articles under one headline that a new entry is compared with.
const ALIKE_MAX: usize = 8;

/// Stores new articles and their entries.
///
/// # Errors
/// Another source has brought one of them since it was decided that they are new; nothing of the unit is to be kept then.
pub fn insert_new(
    c: &Connection,
    now: Timestamp,
    source: SourceId,
    new: Vec<NewArticle>,
    texts: &mut PendingRows,
) -> Result<(), StoreError> {
    let ids = c.next_numbers("article", new.len())?;
    let numbered = || ids.iter().zip(&new);
    let hosts: Vec<_> = new
        .iter()
        .map(|new| page_host(&new.draft.web_url, new.wants_page && new.is_pending))
        .collect();
    let articles = numbered().zip(&hosts).map(|((id, new), page_host)| {
        let draft = &new.draft;
        let image = draft.image.as_ref();
        let state = match new.is_pending {
            true => BodyState::Pending,
            false => BodyState::FromFeed,
        };
        [
            ("id", id.value()),
            ("source", source.0.into()),
            ("url_key", new.identity.url_key.value()),
            ("title", draft.title.value()),
            ("excerpt", draft.excerpt.value()),
            ("byline", draft.byline.value()),
            ("original_url", draft.original_url.value()),
            ("web_url", draft.web_url.value()),
            ("published_at", seconds(draft.published_at).into()),
            ("seen_at", seconds(now).into()),
            ("language", draft.language.value()),
            ("provider_name", draft.provider_name.value()),
            ("provider_domain", draft.provider_domain.value()),
            ("image_url", image.map(|i| &i.url).into()),
            ("image_width", image.and_then(|i| i.width).into()),
            ("image_height", image.and_then(|i| i.height).into()),
            ("is_video", draft.is_video.into()),
            ("is_news", new.is_news.into()),
            ("is_dated", draft.is_dated.into()),
            ("is_teaser", new.is_teaser.into()),
            ("body_state", state.as_str().into()),
            ("wants_page", new.wants_page.into()),
            ("work_at", new.is_pending.then(|| seconds(now)).into()),
            ("page_host", page_host.value()),
        ]
    });
    let articles: Vec<_> = articles.collect();
    if columns::insert_each(c, "article", &articles)? < new.len() {
        return Err(StoreError::KnownMeanwhile);
    }
    let bodies = numbered().map(|(id, new)| {
        let (text, markdown) = (&new.draft.feed_text, &new.draft.feed_markdown);
        [id.value(), text.value(), (markdown != text).then_some(markdown).into()]
    });
    let sql = "INSERT INTO body (article, feed_text, feed_markdown) VALUES (?1, ?2, ?3)";
    execute_each(c, sql, &bodies.collect::<Vec<_>>())?;
    let entries = numbered().map(|(id, new)| entry_row(source, &new.identity, new.mark, *id));
    execute_each(c, ENTRY, &entries.collect::<Vec<_>>())?;
    for (id, new) in numbered() {
        records::take_over(c, now, ArticleId(*id), &new.draft.record)?;
    }
    // The full-text index is written once per article; one with work left is indexed when that is done.
    for (id, new) in ids.into_iter().zip(new).filter(|(_, new)| !new.is_pending) {
        texts.add(FullTextRow {
            article: ArticleId(id),
            is_indexed: false,
            title: new.draft.title,
            excerpt: new.draft.excerpt,
            body: new.draft.feed_text,
        });
    }
    Ok(())
}

/// Records which article an entry speaks of.
const ENTRY: &str = "INSERT INTO entry (source, key, fingerprint, article, title_hash, published_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6)
    ON CONFLICT (source, key) DO UPDATE SET fingerprint = excluded.fingerprint, article = excluded.article,
        title_hash = excluded.title_hash, published_at = excluded.published_at";

fn entry_row(source: SourceId, identity: &EntryIdentity, said: EntryMark, article: i64) -> [ValueRef<'_>; 6] {
    [
        source.0.into(),
        identity.key.0.value(),
        identity.fingerprint.into(),
        article.into(),
        said.title.into(),
        said.published_at.map(seconds).into(),
    ]
}

/// Records that an entry speaks of an article we have, and what its source says of it now, under whatever key. The older
/// keys of an article whose source gives it a new one at every poll are forgotten.
pub fn link_known_entry(
    c: &Connection,
    source: SourceId,
    identity: &EntryIdentity,
    said: EntryMark,
    article: ArticleId,
) -> Result<(), StoreError> {
    execute(c, ENTRY, entry_row(source, identity, said, article.0))?;
    let keys = c
        .prepare_cached("UPDATE entry SET title_hash = ?3, published_at = ?4 WHERE article = ?1 AND source = ?2")?
        .execute(params![article.0, source.0, said.title, said.published_at.map(seconds)])?;
    if keys > KEYS_MAX {
        c.prepare_cached("DELETE FROM entry WHERE article = ?1 AND source = ?2 AND key <> ?3")?
            .execute(params![article.0, source.0, identity.key.0])?;
    }
    Ok(())
}

/// Whether a source has ever brought anything.
pub fn has_any(c: &Connection, source: SourceId) -> Result<bool, StoreError> {
    Ok(
        c.prepare_cached("SELECT EXISTS (SELECT 1 FROM entry WHERE source = ?1)")?
            .query_row([source.0], |row| row.get(0))?,
    )
}

/// Returns what a source last said of each article, if it ever did; under this key, where it has several.
pub fn pasts(
    c: &Connection,
    source: SourceId,
    articles: &[(&EntryKey, ArticleId)],
) -> Result<Vec<Option<PreviousEntry>>, StoreError> {
    let sql = format!("{PAST} WHERE entry.article = ?1 AND entry.source = ?2 ORDER BY key = ?3 DESC LIMIT 1");
    let rows: Vec<_> = articles
        .iter()
        .map(|(key, article)| [article.0.into(), source.0.into(), (&key.0).into()])
        .collect();
    let found = select_each(c, &sql, &rows, past_from)?;
    Ok(found.into_iter().map(|past| past.into_iter().next()).collect())
}

/// Returns what a source said under each headline, latest first. Without statistics SQLite would read all entries of the
/// source.
pub fn alike(c: &Connection, source: SourceId, titles: &[i64]) -> Result<Vec<Vec<PreviousEntry>>, StoreError> {
    let sql = format!(
        "{} WHERE entry.source = ?1 AND entry.title_hash = ?2 ORDER BY entry.article DESC LIMIT {ALIKE_MAX}",
        PAST.replace("FROM entry", "FROM entry INDEXED BY entry_title")
    );
    let rows: Vec<_> = titles.iter().map(|title| [source.0.into(), (*title).into()]).collect();
    select_each(c, &sql, &rows, past_from)
}

const PAST: &str = "SELECT article.id, entry.key, original_url, title, entry.title_hash, entry.published_at, feed_text
     FROM entry JOIN article ON article.id = entry.article JOIN body ON body.article = entry.article";

fn past_from(row: &Row<'_>) -> DatabaseResult<PreviousEntry> {
    Ok(PreviousEntry {
        article: row.get(0)?,
        key: EntryKey(row.get(1)?),
        link: row.get(2)?,
        title: row.get(3)?,
        said_title: row.get(4)?,
        said_published_at: moment_or_none(row.get(5)?),
        text: row.get(6)?,
    })
}

/// Takes over what a changed entry says. A headline or a text it replaces becomes a revision; an article that had work done on it
/// gets that work again.
pub fn apply_change(c: &Connection, now: Timestamp, source: SourceId, change: &ChangedEntry) -> Result<(), StoreError> {
    link_known_entry(c, source, &change.identity, change.mark, change.article)?;
    let Some(old) = article::article(c, change.article)? else {
        return Ok(());
    };
    let sql = "SELECT text IS NULL FROM body WHERE article = ?1";
    let shows_feed: bool = select_one(c, sql, [change.article.0], |row| row.get(0))?;
    if revision::is_revised_by(&old, shows_feed, change) {
        insert_revision(c, change.article, &Revision::of(now, &old))?;
    }
    set_feed_text(c, change.article, &change.draft)?;
    // Matching and, where the page was fetched, extraction come again and compare with the text as it is now.
    let sql =
        "UPDATE article SET title = ?2, excerpt = ?3, work_at = ?4, attempts = 0, version = version + 1 WHERE id = ?1";
    let (title, excerpt) = (revision::headline(&old, change), revision::excerpt(&old, change));
    execute(c, sql, params![change.article.0, title, excerpt, seconds(now)])?;
    document_marks::mark_article(c, change.article)
}

/// Makes what an entry says the feed's text of an article.
pub fn set_feed_text(c: &Connection, article: ArticleId, draft: &ArticleDraft) -> Result<(), StoreError> {
    c.prepare_cached("UPDATE body SET feed_text = ?2, feed_markdown = ?3 WHERE article = ?1")?
        .execute(params![
            article.0,
            draft.feed_text,
            (draft.feed_markdown != draft.feed_text).then_some(&draft.feed_markdown)
        ])?;
    Ok(())
}
