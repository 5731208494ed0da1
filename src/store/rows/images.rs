//! Kept pictures as every change of who has them leaves them.

use crate::domain::ArticleId;
use crate::store::engine::StoreError;
use crate::store::engine::client::Connection;
use crate::store::engine::statement::{execute, select_optional};

/// Forgets a picture that nobody has any more; its file is swept.
pub fn release(c: &Connection, hash: &str) -> Result<(), StoreError> {
    let sql = "DELETE FROM image WHERE hash = ?1
               AND NOT EXISTS (SELECT 1 FROM article_image WHERE article_image.hash = ?1)
               AND NOT EXISTS (SELECT 1 FROM publisher_icon WHERE publisher_icon.hash = ?1)";
    execute(c, sql, [hash])?;
    Ok(())
}

/// Forgets an article's picture where the article names another by now, or none.
pub fn drop_replaced(c: &Connection, article: ArticleId) -> Result<(), StoreError> {
    let sql = "DELETE FROM article_image WHERE article = ?1
               AND url IS DISTINCT FROM (SELECT image_url FROM article WHERE id = ?1) RETURNING hash";
    release_if_any(c, select_optional(c, sql, [article.0], |row| row.get(0))?)
}

/// Forgets a publisher's icon where it has no article any more.
pub fn drop_lone_icon(c: &Connection, domain: &str) -> Result<(), StoreError> {
    let sql = "DELETE FROM publisher_icon WHERE domain = ?1
               AND NOT EXISTS (SELECT 1 FROM article WHERE provider_domain = ?1) RETURNING hash";
    release_if_any(c, select_optional(c, sql, [domain], |row| row.get(0))?)
}

fn release_if_any(c: &Connection, gone: Option<Option<String>>) -> Result<(), StoreError> {
    match gone.flatten() {
        Some(hash) => release(c, &hash),
        None => Ok(()),
    }
}
