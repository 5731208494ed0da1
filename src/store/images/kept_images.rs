//! Which picture an article has and which icon a publisher; rows that stand for files that are there.

use crate::domain::image::{ImageFormat, ImageHash, KeptImage};
use crate::domain::{ArticleId, Timestamp};
use crate::store::engine::DatabaseResult;
use crate::store::engine::client::{Connection, Row, params};
use crate::store::engine::statement::{execute, select_one, select_optional};
use crate::store::engine::{Store, StoreError, seconds};
use crate::store::rows::{document_marks, images};

impl Store {
    /// Returns a kept picture by what is in it.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn kept_image(&self, hash: &ImageHash) -> Result<Option<KeptImage>, StoreError> {
        self.read(|c| {
            let sql = "SELECT hash, format, width, height, bytes FROM image WHERE hash = ?1";
            Ok(select_optional(c, sql, [hash.as_str()], kept_from)?.flatten())
        })
    }

    /// Returns the picture that was kept from an address, for whichever article.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn kept_image_from(&self, url: &str) -> Result<Option<KeptImage>, StoreError> {
        self.read(|c| {
            let sql = "SELECT image.hash, format, width, height, bytes FROM article_image
                       JOIN image ON image.hash = article_image.hash WHERE article_image.url = ?1 LIMIT 1";
            Ok(select_optional(c, sql, [url], kept_from)?.flatten())
        })
    }

    /// Returns the lead picture of an article, if it is kept, and the address it is from.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn article_image(&self, article: ArticleId) -> Result<Option<(String, KeptImage)>, StoreError> {
        self.read(|c| {
            let sql = "SELECT image.hash, format, width, height, bytes, url FROM article_image
                       JOIN image ON image.hash = article_image.hash WHERE article = ?1";
            let found = select_optional(c, sql, [article.0], |row| Ok((row.get(5)?, kept_from(row)?)))?;
            Ok(found.and_then(|(url, kept)| Some((url, kept?))))
        })
    }

    /// Returns the icon of a publisher, if it is kept, and the address it is from.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn publisher_icon(&self, domain: &str) -> Result<Option<(String, KeptImage)>, StoreError> {
        self.read(|c| {
            let sql = "SELECT image.hash, format, width, height, bytes, url FROM publisher_icon
                       JOIN image ON image.hash = publisher_icon.hash WHERE domain = ?1";
            let found = select_optional(c, sql, [domain], |row| Ok((row.get(5)?, kept_from(row)?)))?;
            Ok(found.and_then(|(url, kept)| Some((url, kept?))))
        })
    }

    /// Gives an article its picture, which is a file already; its document says so. Nothing where the article names another
    /// by now.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn keep_article_image(&self, article: ArticleId, url: String, kept: KeptImage) -> Result<(), StoreError> {
        self.write(move |c| {
            let sql = "SELECT EXISTS (SELECT 1 FROM article WHERE id = ?1 AND image_url = ?2)";
            if !select_one(c, sql, params![article.0, url], |row| row.get::<bool>(0))? {
                return Ok(());
            }
            let sql = "SELECT hash FROM article_image WHERE article = ?1";
            let old: Option<Option<String>> = select_optional(c, sql, [article.0], |row| row.get(0))?;
            insert(c, &kept)?;
            let sql = "INSERT INTO article_image (article, url, hash) VALUES (?1, ?2, ?3)
                    ON CONFLICT (article) DO UPDATE SET url = excluded.url, hash = excluded.hash";
            execute(c, sql, params![article.0, url, kept.hash.as_str()])?;
            // What the picture is, whatever its page says of it.
            let sql = "UPDATE article SET image_width = ?2, image_height = ?3 WHERE id = ?1";
            execute(c, sql, params![article.0, kept.width, kept.height])?;
            if let Some(old) = old.flatten().filter(|old| old != kept.hash.as_str()) {
                images::release(c, &old)?;
            }
            document_marks::mark_article(c, article)
        })
        .await
    }

    /// Whether an article's picture was neither kept from this address nor found not to be had there.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn wants_image(&self, article: ArticleId, url: &str) -> Result<bool, StoreError> {
        self.read(|c| {
            let sql = "SELECT NOT EXISTS (SELECT 1 FROM article_image WHERE article = ?1 AND url = ?2)";
            select_one(c, sql, params![article.0, url], |row| row.get(0))
        })
    }

    /// Takes note of a picture that is not kept: its size, if that is known, and whether it is not to be had from there.
    /// Nothing where the article names another by now.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn image_not_kept(
        &self,
        article: ArticleId,
        url: String,
        size: Option<(u32, u32)>,
        is_final: bool,
    ) -> Result<(), StoreError> {
        self.write(move |c| {
            if is_final {
                let sql = "INSERT INTO article_image (article, url)
                           SELECT id, image_url FROM article WHERE id = ?1 AND image_url = ?2 ON CONFLICT DO NOTHING";
                execute(c, sql, params![article.0, url])?;
            }
            let Some((width, height)) = size else { return Ok(()) };
            let sql = "UPDATE article SET image_width = ?3, image_height = ?4 WHERE id = ?1 AND image_url = ?2
                       AND (image_width IS DISTINCT FROM ?3 OR image_height IS DISTINCT FROM ?4)";
            match execute(c, sql, params![article.0, url, width, height])? {
                0 => Ok(()),
                _ => document_marks::mark_article(c, article),
            }
        })
        .await
    }

    /// Whether a publisher's icon was neither kept nor asked for since `since`.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn wants_icon(&self, domain: &str, since: Timestamp) -> Result<bool, StoreError> {
        self.read(|c| wants_icon(c, domain, since))
    }

    /// Takes it on to ask for a publisher's icon; whoever comes second, or asks again before `since`, does not. Returns
    /// whether it is to be asked for.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn claim_icon(
        &self,
        domain: String,
        url: String,
        now: Timestamp,
        since: Timestamp,
    ) -> Result<bool, StoreError> {
        self.write(move |c| {
            if !wants_icon(c, &domain, since)? {
                return Ok(false);
            }
            let sql = "INSERT INTO publisher_icon (domain, url, asked_at) VALUES (?1, ?2, ?3)
                    ON CONFLICT (domain) DO UPDATE SET url = excluded.url, asked_at = excluded.asked_at";
            execute(c, sql, params![domain, url, seconds(now)])?;
            Ok(true)
        })
        .await
    }

    /// Gives a publisher its icon, which is a file already; all its documents show it.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn keep_icon(&self, domain: String, url: String, kept: KeptImage) -> Result<(), StoreError> {
        self.write(move |c| {
            insert(c, &kept)?;
            let sql = "UPDATE publisher_icon SET url = ?2, hash = ?3 WHERE domain = ?1";
            if execute(c, sql, params![domain, url, kept.hash.as_str()])? == 0 {
                // Its last article was purged meanwhile.
                return images::release(c, kept.hash.as_str());
            }
            document_marks::mark_publisher(c, &domain)
        })
        .await
    }
}

fn wants_icon(c: &Connection, domain: &str, since: Timestamp) -> Result<bool, StoreError> {
    let sql =
        "SELECT NOT EXISTS (SELECT 1 FROM publisher_icon WHERE domain = ?1 AND (hash IS NOT NULL OR asked_at >= ?2))";
    select_one(c, sql, params![domain, seconds(since)], |row| row.get(0))
}

fn insert(c: &Connection, kept: &KeptImage) -> Result<(), StoreError> {
    let sql =
        "INSERT INTO image (hash, format, width, height, bytes) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING";
    let (hash, format, bytes) = (kept.hash.as_str(), kept.format.as_str(), kept.bytes.cast_signed());
    execute(c, sql, params![hash, format, kept.width, kept.height, bytes])?;
    Ok(())
}

/// Returns a picture; none where another program has written what this one does not know.
fn kept_from(row: &Row<'_>) -> DatabaseResult<Option<KeptImage>> {
    let (hash, format): (String, String) = (row.get(0)?, row.get(1)?);
    let (width, height, bytes) = (row.get(2)?, row.get(3)?, row.get::<i64>(4)?);
    let known = ImageHash::parse(&hash).zip(ImageFormat::of_name(&format));
    Ok(known.map(|(hash, format)| KeptImage {
        hash,
        format,
        width,
        height,
        bytes: bytes.unsigned_abs(),
    }))
}
