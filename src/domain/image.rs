//! Pictures that are kept: known by what is in them, never by what they were called or said to be.
//!
//! Only the head of a picture is read, for its format and its size. SVG is none here: it is a program of its own.

use std::fmt;

use data_encoding::HEXLOWER;
use imagesize::{Compression, ImageType};
use sha2::{Digest as _, Sha256};
use thiserror::Error;

use super::named::named;

/// A kept picture has so many pixels at most: one of a few bytes may be of a size that no program can show.
const PIXELS_MAX: u64 = 100_000_000;

/// What a kept picture may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImageFormat {
    Png,
    Jpeg,
    Gif,
    WebP,
    Avif,
}

// The name used in tables and output.
named!(
    ImageFormat,
    Png = "png",
    Jpeg = "jpeg",
    Gif = "gif",
    WebP = "webp",
    Avif = "avif"
);

impl ImageFormat {
    /// Returns the media type to serve it as.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Gif => "image/gif",
            Self::WebP => "image/webp",
            Self::Avif => "image/avif",
        }
    }
}

/// The SHA-256 of a picture's bytes: 64 small hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ImageHash(String);

impl ImageHash {
    /// Returns the hash of these bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(HEXLOWER.encode(&Sha256::digest(bytes)))
    }

    /// Returns the hash a text is; nothing else can be the name of a file.
    pub fn parse(text: &str) -> Option<Self> {
        let is_hash = text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        is_hash.then(|| Self(text.to_owned()))
    }

    /// Returns its digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ImageHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A picture that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptImage {
    pub hash: ImageHash,
    pub format: ImageFormat,
    pub width: u32,
    pub height: u32,
    /// How many there are.
    pub bytes: u64,
}

/// Why bytes are not kept as a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum NoImage {
    #[error("it is none of PNG, JPEG, GIF, WebP and AVIF")]
    Format,
    #[error("its head cannot be read")]
    Head,
    #[error("it has no pixels, or more than {PIXELS_MAX}")]
    Size,
}

impl KeptImage {
    /// Returns what these bytes are as a picture.
    ///
    /// # Errors
    /// They are none that is kept.
    pub fn of(bytes: &[u8]) -> Result<Self, NoImage> {
        let format = match imagesize::image_type(bytes) {
            Ok(ImageType::Png) => ImageFormat::Png,
            Ok(ImageType::Jpeg) => ImageFormat::Jpeg,
            Ok(ImageType::Gif) => ImageFormat::Gif,
            Ok(ImageType::Webp) => ImageFormat::WebP,
            Ok(ImageType::Heif(Compression::Av1)) => ImageFormat::Avif,
            _ => return Err(NoImage::Format),
        };
        let size = imagesize::blob_size(bytes).map_err(|_| NoImage::Head)?;
        let pixels = (size.width as u64).saturating_mul(size.height as u64);
        if pixels == 0 || pixels > PIXELS_MAX {
            return Err(NoImage::Size);
        }
        let side = |side: usize| u32::try_from(side).map_err(|_| NoImage::Size);
        Ok(Self {
            hash: ImageHash::of(bytes),
            format,
            width: side(size.width)?,
            height: side(size.height)?,
            bytes: bytes.len() as u64,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
        bytes.extend(width.to_be_bytes());
        bytes.extend(height.to_be_bytes());
        bytes.extend(b"\x08\x02\0\0\0");
        bytes
    }

    const WEBP: &[u8] = b"RIFF\x1a\0\0\0WEBPVP8L\x0d\0\0\0\x2f\x3f\x81\x31\0\0\0\0\0\0\0\0\0\0";
    const JPEG: &[u8] =
        b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0\xff\xc0\0\x11\x08\0\xc8\x01\x40\x03\x01\x22\0";

    #[test]
    fn a_picture_is_what_its_bytes_are() {
        for (bytes, expected) in [
            (png(1200, 630).as_slice(), Ok(("image/png", 1200, 630))),
            (b"GIF89a\x40\x01\xc8\0\0\0\0", Ok(("image/gif", 320, 200))),
            (JPEG, Ok(("image/jpeg", 320, 200))),
            (WEBP, Ok(("image/webp", 320, 199))),
            (&png(0, 630), Err(NoImage::Size)),
            (&png(u32::MAX, u32::MAX), Err(NoImage::Size)),
            (&png(20_000, 20_000), Err(NoImage::Size)),
            (&png(1200, 630)[..12], Err(NoImage::Head)),
            (b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>", Err(NoImage::Format)),
            (b"<!doctype html><img src=a.png>", Err(NoImage::Format)),
            (b"\0\0\x01\0\x01\0\x10\x10\0\0", Err(NoImage::Format)),
            (b"BM\x46\0\0\0", Err(NoImage::Format)),
            (b"", Err(NoImage::Format)),
        ] {
            let found = KeptImage::of(bytes);
            let found = found.map(|image| (image.format.media_type(), image.width, image.height));
            assert_eq!(found, expected, "{:?}", String::from_utf8_lossy(bytes));
        }
    }

    #[test]
    fn no_hash_leads_out_of_the_folder() {
        let hash = ImageHash::of(b"");
        assert_eq!(ImageHash::parse(hash.as_str()), Some(hash.clone()));
        let long = hash.as_str().to_owned() + "0";
        for text in [
            "",
            "..",
            "../../etc/passwd",
            &hash.as_str().to_uppercase(),
            &hash.as_str()[1..],
            &long,
        ] {
            assert_eq!(ImageHash::parse(text), None, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_panic_it(head in 0..5_usize, bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200)) {
            let heads: [&[u8]; 5] = [b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF\0\0\0\0WEBP", b"\0\0\0\x20ftypavif"];
            let _ = KeptImage::of(&[heads[head], &bytes].concat());
        }
    }
}
