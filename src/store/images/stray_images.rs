//! Pictures whose file or whose row is alone: what a kill, a restored backup or a hand in the folder left.

use crate::domain::ArticleId;
use crate::domain::image::ImageHash;
use crate::store::engine::client::params;
use crate::store::engine::statement::{execute, select_all};
use crate::store::engine::{Role, Store, StoreError};
use crate::store::rows::{document_marks, images};

impl Store {
    /// Returns up to `limit` kept pictures after `after`, in order, with how many bytes each has.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn kept_images_after(&self, after: &str, limit: usize) -> Result<Vec<(ImageHash, u64)>, StoreError> {
        self.read(|c| {
            let sql = "SELECT hash, bytes FROM image WHERE hash > ?1 ORDER BY hash LIMIT ?2";
            let found = select_all(c, sql, params![after, limit as i64], |row| {
                let (hash, bytes): (String, i64) = (row.get(0)?, row.get(1)?);
                Ok(ImageHash::parse(&hash).map(|hash| (hash, bytes.unsigned_abs())))
            })?;
            Ok(found.into_iter().flatten().collect())
        })
    }

    /// Forgets icons of publishers without an article: what was theirs is another's by now.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn forget_lone_icons(&self) -> Result<(), StoreError> {
        self.write_as(Role::Stories, |c| {
            let sql = "SELECT domain FROM publisher_icon
                       WHERE NOT EXISTS (SELECT 1 FROM article WHERE provider_domain = domain)";
            let domains: Vec<String> = select_all(c, sql, (), |row| row.get(0))?;
            domains.iter().try_for_each(|domain| images::drop_lone_icon(c, domain))
        })
        .await
    }

    /// Forgets pictures whose files are gone; documents say so.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn forget_images(&self, gone: Vec<ImageHash>) -> Result<(), StoreError> {
        self.write_as(Role::Stories, move |c| {
            for hash in gone.iter().map(ImageHash::as_str) {
                let sql = "SELECT article FROM article_image WHERE hash = ?1";
                let articles: Vec<ArticleId> = select_all(c, sql, [hash], |row| row.get(0))?;
                let sql = "SELECT domain FROM publisher_icon WHERE hash = ?1";
                let domains: Vec<String> = select_all(c, sql, [hash], |row| row.get(0))?;
                for article in articles {
                    document_marks::mark_article(c, article)?;
                }
                for domain in domains {
                    document_marks::mark_publisher(c, &domain)?;
                }
                execute(c, "DELETE FROM article_image WHERE hash = ?1", [hash])?;
                execute(c, "UPDATE publisher_icon SET hash = NULL WHERE hash = ?1", [hash])?;
                execute(c, "DELETE FROM image WHERE hash = ?1", [hash])?;
            }
            Ok(())
        })
        .await
    }
}
