//! Articles taken in from documents instead of from a source: known, and never news.
//!
//! They belong to a source of their own that is never polled. Whatever feed brings one of them later finds it by its
//! address.

use super::tombstones;
use crate::clustering::ClusterItem;
use crate::domain::article::{Article, BodyState};
use crate::domain::source::SourceKind;
use crate::domain::topic::Match;
use crate::domain::{ArticleId, SourceId, StoryId, Timestamp};
use crate::identifiers::named_by;
use crate::store::documents::document_inputs;
use crate::store::engine::OptionalExtension;
use crate::store::engine::client::{Connection, ToSql, params};
use crate::store::engine::fulltext::FullTextRow;
use crate::store::engine::statement::{self, execute, select_one};
use crate::store::engine::{Role, Store, StoreError, WriterState, columns, seconds};
use crate::store::rows::{document_marks, identifiers, membership};

/// An article as a document tells of it.
#[derive(Debug, Clone, PartialEq)]
pub struct ImportedArticle {
    pub article: Article,
    /// What it may be known by, the best first.
    pub keys: Vec<String>,
    /// What it is known by when others have all of these; without it, one that another has makes it known already.
    pub own_key: Option<String>,
    pub quality: i32,
    /// Matches with the name of their topic, best first.
    pub matches: Vec<(String, Match)>,
    pub document: DocumentName,
    /// Whether it is to be given a place in a story, by its own date.
    pub is_placed: bool,
}

/// What an article's document is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DocumentName {
    None,
    /// This name; its file is there.
    Own(String),
    /// A name made from this stem; its file is to be written.
    Stem(String),
}

/// A story as documents tell of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedStory {
    pub members: Vec<ArticleId>,
    pub copies: Vec<ArticleId>,
}

impl Store {
    /// Returns the source that articles taken in from documents of `folder` belong to.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn source_of_documents(&self, folder: String) -> Result<SourceId, StoreError> {
        self.write_as(Role::Stories, move |c| {
            c.execute(
                "INSERT INTO source (kind, address, name, active, schedule) VALUES (?1, ?2, ?3, 0, '')
                 ON CONFLICT (address) DO NOTHING",
                params![SourceKind::Documents.as_str(), folder, "documents"],
            )?;
            let sql = "SELECT id FROM source WHERE address = ?1";
            Ok(SourceId(c.query_row(sql, [folder], |row| row.get(0))?))
        })
        .await
    }

    /// Takes articles in, in the order of their dates. One that is known by any of its keys stays as it is: nothing comes
    /// back for it.
    ///
    /// # Errors
    /// The database cannot be written; none of them is taken in then.
    pub async fn import_articles(
        &self,
        source: SourceId,
        taken: Vec<ImportedArticle>,
    ) -> Result<Vec<Option<ArticleId>>, StoreError> {
        self.enqueue_as(Role::Stories, move |c, writer_state| {
            taken
                .into_iter()
                .map(|one| import_article(c, writer_state, source, one))
                .collect()
        })
        .await
    }

    /// Ends the placing of articles by their own dates.
    ///
    /// # Errors
    /// The writer is gone.
    pub async fn end_replay(&self) -> Result<(), StoreError> {
        self.enqueue_as(Role::Stories, |_, writer_state| {
            writer_state.live_stories.forget();
            Ok(())
        })
        .await
    }

    /// Stores stories as documents tell of them. Returns their numbers.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn import_stories(&self, stories: Vec<ImportedStory>) -> Result<Vec<StoryId>, StoreError> {
        self.enqueue_as(Role::Stories, move |c, writer_state| {
            writer_state.live_stories.forget();
            stories.iter().map(|story| import_story(c, story)).collect()
        })
        .await
    }

    /// Stores which stories are near each.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn set_related(&self, near: Vec<(StoryId, Vec<StoryId>)>) -> Result<(), StoreError> {
        self.write_as(Role::Stories, move |c| {
            near.iter()
                .try_for_each(|(story, others)| document_inputs::set_related(c, *story, others))
        })
        .await
    }

    /// Takes the marks off all documents, whose files are what the store was made from, but for those of these articles.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn all_documents_written(&self, but: Vec<ArticleId>) -> Result<(), StoreError> {
        self.write_as(Role::Stories, move |c| {
            c.execute("UPDATE document SET dirty = 0 WHERE dirty > 0", ())?;
            for article in but {
                execute(c, "UPDATE document SET dirty = 1 WHERE article = ?1", [article.0])?;
            }
            Ok(())
        })
        .await
    }
}

fn import_article(
    c: &Connection,
    writer_state: &mut WriterState,
    source: SourceId,
    one: ImportedArticle,
) -> Result<Option<ArticleId>, StoreError> {
    let Some(key) = free_key(c, &one)? else {
        return Ok(None);
    };
    let Some(id) = insert(c, source, &one, &key)? else {
        return Ok(None);
    };
    let article = Article { id, ..one.article };
    membership::replace_matches(c, id, &one.matches, false)?;
    match &one.document {
        DocumentName::None => {}
        DocumentName::Own(name) => {
            c.prepare_cached("INSERT INTO document (article, name, dirty) VALUES (?1, ?2, 0)")?
                .execute(params![id.0, name])?;
        }
        DocumentName::Stem(stem) => document_marks::name(c, id, stem)?,
    }
    if one.is_placed {
        identifiers::keep_named(c, id, &named_by(&article), false)?;
        let item = ClusterItem::of(&article, one.matches.first().map(|(topic, _)| topic.as_str()));
        writer_state
            .live_stories
            .place_by_date(c, article.published_at, &item)?;
        document_marks::mark_article(c, id)?;
    }
    writer_state.texts.add(FullTextRow {
        article: id,
        is_indexed: false,
        title: article.title,
        excerpt: article.excerpt,
        body: article.body_text,
    });
    Ok(Some(id))
}

/// Returns what an article is to be known by; nothing for one that is known already.
fn free_key(c: &Connection, one: &ImportedArticle) -> Result<Option<String>, StoreError> {
    let mut known = c.prepare_cached("SELECT EXISTS (SELECT 1 FROM article WHERE url_key = ?1)")?;
    let mut free = None;
    for key in &one.keys {
        match known.query_row([key], |row| row.get::<bool>(0))? {
            true if one.own_key.is_none() => return Ok(None),
            true => {}
            false if one.own_key.is_none() && tombstones::has_tombstone(c, key)? => return Ok(None),
            false => {
                free.get_or_insert(key);
            }
        }
    }
    Ok(free.or(one.own_key.as_ref()).cloned())
}

fn insert(c: &Connection, source: SourceId, one: &ImportedArticle, key: &str) -> Result<Option<ArticleId>, StoreError> {
    let a = &one.article;
    let image = a.image.as_ref();
    let id = c.next_numbers("article", 1)?[0];
    let added = columns::insert_each(
        c,
        "article",
        &[[
            ("id", id.into()),
            ("source", source.0.into()),
            ("url_key", key.into()),
            ("title", a.title.value()),
            ("excerpt", a.excerpt.value()),
            ("original_url", a.original_url.value()),
            ("web_url", a.web_url.value()),
            ("amp_url", a.amp_url.value()),
            ("published_at", seconds(a.published_at).into()),
            ("seen_at", seconds(a.seen_at).into()),
            ("provider_name", a.provider_name.value()),
            ("provider_domain", a.provider_domain.value()),
            ("image_url", image.map(|i| &i.url).into()),
            ("image_width", image.and_then(|i| i.width).into()),
            ("image_height", image.and_then(|i| i.height).into()),
            ("is_video", a.is_video.into()),
            ("quality", one.quality.into()),
            ("is_news", false.into()),
            ("is_dated", true.into()),
            ("body_state", BodyState::Extracted.as_str().into()),
            ("wants_page", false.into()),
        ]],
    )?;
    if added == 0 {
        return Ok(None);
    }
    let id = ArticleId(id);
    c.prepare_cached("INSERT INTO body (article, feed_text, text, markdown) VALUES (?1, '', ?2, ?3)")?
        .execute(params![id.0, a.body_text, a.body_markdown])?;
    Ok(Some(id))
}

fn import_story(c: &Connection, story: &ImportedStory) -> Result<StoryId, StoreError> {
    let sql = "INSERT INTO story (started_at, updated_at) VALUES (0, 0)";
    let id = StoryId(statement::insert(c, sql, ())?);
    let mut member = c.prepare_cached(
        "INSERT INTO member (article, story, copy_of, joined_at)
         VALUES (?1, ?2, ?3, (SELECT published_at FROM article WHERE id = ?1))",
    )?;
    let mut event = c.prepare_cached(
        "INSERT INTO story_event (at, story, kind, article)
         VALUES ((SELECT published_at FROM article WHERE id = ?1), ?2, ?3, ?1)",
    )?;
    let original = story.members.first();
    for (place, article) in story.members.iter().enumerate() {
        member.execute(params![article.0, id.0, Option::<i64>::None])?;
        event.execute(params![article.0, id.0, if place == 0 { "start" } else { "join" }])?;
    }
    for copy in &story.copies {
        member.execute(params![copy.0, id.0, original.map(|article| article.0)])?;
        event.execute(params![copy.0, id.0, "copy"])?;
    }
    let sql = "UPDATE story SET started_at = (SELECT min(joined_at) FROM member WHERE story = ?1),
               updated_at = (SELECT max(joined_at) FROM member WHERE story = ?1) WHERE id = ?1";
    execute(c, sql, [id.0])?;
    Ok(id)
}

impl Store {
    /// Whether nothing was ever stored here that a rebuilt database would lack.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn is_empty(&self) -> Result<bool, StoreError> {
        self.read(|c| {
            let sql = "SELECT 1 FROM article UNION ALL SELECT 1 FROM digest LIMIT 1";
            let found: Option<i64> = c.query_row(sql, (), |row| row.get(0)).optional()?;
            Ok(found.is_none())
        })
    }

    /// Returns the number of the article at this address, as documents write it; of several none.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn sole_article_at(&self, web_url: &str) -> Result<Option<ArticleId>, StoreError> {
        self.read(|c| {
            let sql = "SELECT max(id), count(*) FROM article WHERE web_url = ?1";
            let (id, count): (Option<i64>, i64) = select_one(c, sql, [web_url], |row| Ok((row.get(0)?, row.get(1)?)))?;
            Ok(id.filter(|_| count == 1).map(ArticleId))
        })
    }

    /// Has articles found by their address quickly, until told to end.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn index_addresses(&self, wanted: bool) -> Result<(), StoreError> {
        self.write_as(Role::Stories, move |c| {
            let sql = match wanted {
                true => "CREATE INDEX IF NOT EXISTS article_address ON article (web_url)",
                false => "DROP INDEX IF EXISTS article_address",
            };
            Ok(c.execute_batch(sql)?)
        })
        .await
    }

    /// Sets since when articles are current, and for which settings documents are written.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn set_prepared(&self, since: Timestamp, mark: i64) -> Result<(), StoreError> {
        self.write_as(Role::Stories, move |c| document_inputs::set_prepared(c, since, mark))
            .await
    }
}
