//! Kept pictures as every change of who has them leaves them.

use rusqlite::Connection;

use crate::store::engine::StoreError;
use crate::store::engine::statement::execute;

/// Forgets a picture that nobody has any more; its file is swept.
pub fn release(c: &Connection, hash: &str) -> Result<(), StoreError> {
    let sql = "DELETE FROM image WHERE hash = ?1
               AND NOT EXISTS (SELECT 1 FROM article_image WHERE article_image.hash = ?1)
               AND NOT EXISTS (SELECT 1 FROM publisher_icon WHERE publisher_icon.hash = ?1)";
    execute(c, sql, [hash])?;
    Ok(())
}
