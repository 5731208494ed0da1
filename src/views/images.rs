//! Kept pictures: what an article or a publisher has, and its bytes.

use serde::Serialize;

use super::error::ViewError;
use crate::config::Config;
use crate::domain::ArticleId;
use crate::domain::image::{ImageFormat, ImageHash, KeptImage};
use crate::image_files::ImageFiles;
use crate::store::Store;

/// A kept picture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ImageView {
    /// What its bytes are asked for by; the same hash is the same bytes for ever.
    pub hash: String,
    pub media_type: &'static str,
    pub width: u32,
    pub height: u32,
    /// Where it is from.
    pub url: String,
}

impl ImageView {
    /// Returns its hash with the ending of its kind.
    pub fn file_name(&self) -> String {
        let ending = self.media_type.rsplit('/').next().unwrap_or_default();
        format!("{}.{ending}", self.hash)
    }
}

/// A kept picture's bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageBytes {
    pub format: ImageFormat,
    pub bytes: Vec<u8>,
}

fn view((url, kept): (String, KeptImage)) -> ImageView {
    ImageView {
        hash: kept.hash.to_string(),
        media_type: kept.format.media_type(),
        width: kept.width,
        height: kept.height,
        url,
    }
}

/// Returns an article's lead picture, if it is kept.
///
/// # Errors
/// The store cannot be read.
pub fn of_article(store: &Store, article: ArticleId) -> Result<Option<ImageView>, ViewError> {
    Ok(store.article_image(article)?.map(view))
}

/// Returns a publisher's icon, if it is kept.
///
/// # Errors
/// The store cannot be read.
pub fn of_publisher(store: &Store, domain: &str) -> Result<Option<ImageView>, ViewError> {
    Ok(store.publisher_icon(domain)?.map(view))
}

/// Returns the bytes of a picture that is kept; none where its file is gone, damaged or cannot be read, or what is named is no
/// hash.
///
/// # Errors
/// The store cannot be read.
pub fn bytes(store: &Store, config: &Config, hash: &str) -> Result<Option<ImageBytes>, ViewError> {
    let Some(hash) = ImageHash::parse(hash) else {
        return Ok(None);
    };
    let Some(kept) = store.kept_image(&hash)? else {
        return Ok(None);
    };
    let read = ImageFiles::of(&config.state_dir).read(&hash, kept.bytes);
    Ok(read.ok().flatten().map(|bytes| ImageBytes {
        format: kept.format,
        bytes,
    }))
}
