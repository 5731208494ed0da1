//! Pictures and their files brought in line: files without a row are deleted, rows without a file forgotten, and icons of
//! publishers without an article.
//!
//! A kill leaves the first, and so does a purge; a database that came back from a backup finds the second.

use std::io;
use std::sync::Arc;

use crate::domain::image::ImageHash;
use crate::domain::plural::counted;
use crate::image_files::ImageFiles;
use crate::jobs::runtime::{Context, JobError};

/// Rows looked at at a time.
const BATCH: usize = 1_000;

/// Sweeps the folder of kept pictures; one that cannot be read waits for the next day. Returns how many files went.
///
/// # Errors
/// The store cannot be used.
pub async fn run(ctx: &Arc<Context>) -> Result<usize, JobError> {
    ctx.store.forget_lone_icons().await?;
    let mut swept = 0;
    let files = ImageFiles::of(&ctx.config.state_dir);
    let folders = match files.folders() {
        Ok(folders) => folders,
        Err(error) => return Ok(unreadable(&error)),
    };
    for folder in folders {
        // A folder at a time: whoever keeps a picture meanwhile waits for no more.
        let _held = ctx.shared.images.lock().await;
        let store = ctx.store.clone();
        let is_known = move |hash: &ImageHash| !matches!(store.kept_image(hash), Ok(None));
        let deleted = tokio::task::spawn_blocking(move || ImageFiles::sweep(&folder, is_known)).await;
        let what = "sweeping pictures";
        match deleted.map_err(|_| JobError::Panicked { what })? {
            Ok(deleted) => swept += deleted,
            Err(error) => return Ok(swept + unreadable(&error)),
        }
    }
    forget_gone(ctx, files).await?;
    if swept > 0 {
        tracing::debug!("deleted {} that no article has", counted(swept, "picture", "pictures"));
    }
    Ok(swept)
}

async fn forget_gone(ctx: &Arc<Context>, files: ImageFiles) -> Result<(), JobError> {
    let mut after = String::new();
    loop {
        let _held = ctx.shared.images.lock().await;
        let batch = ctx.store.kept_images_after(&after, BATCH)?;
        let Some((last, _)) = batch.last() else {
            return Ok(());
        };
        last.as_str().clone_into(&mut after);
        let here = files.clone();
        let is_gone = move |(hash, bytes): (ImageHash, u64)| (!here.has(&hash, bytes)).then_some(hash);
        let gone = tokio::task::spawn_blocking(move || batch.into_iter().filter_map(is_gone).collect::<Vec<_>>()).await;
        let what = "looking for pictures";
        let gone = gone.map_err(|_| JobError::Panicked { what })?;
        if !gone.is_empty() {
            ctx.store.forget_images(gone).await?;
        }
    }
}

fn unreadable(error: &io::Error) -> usize {
    tracing::warn!("cannot sweep the folder of pictures: {error}; it is tried again tomorrow");
    0
}
