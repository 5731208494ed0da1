//! Pictures that are kept: known by what is in them, never by what they were called or said to be.
//!
//! Only the head of a picture is read, for its format and its size. SVG is none here: it is a program of its own. Nor is
//! ICO: it is several pictures, and who has one has others.

use std::fmt;

use data_encoding::HEXLOWER;
use imagesize::ImageType;
use sha2::{Digest as _, Sha256};
use thiserror::Error;

use super::named::named;

/// A kept picture has so many pixels at most: one of a few bytes may be of a size that no program can show.
const PIXELS_MAX: u64 = 100_000_000;
/// So many bytes of a picture are its head. Some have colour profiles and previews of themselves before their size.
const HEAD_BYTES_MAX: usize = 1024 * 1024;
/// So many brands of an AVIF are looked at.
const BRANDS_MAX: usize = 32;

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
            Ok(ImageType::Heif(_)) if is_avif(bytes) => ImageFormat::Avif,
            _ => return Err(NoImage::Format),
        };
        let (width, height) = head_size(bytes).ok_or(NoImage::Head)?;
        if !(1..=PIXELS_MAX).contains(&(u64::from(width) * u64::from(height))) {
            return Err(NoImage::Size);
        }
        Ok(Self {
            hash: ImageHash::of(bytes),
            format,
            width,
            height,
            bytes: bytes.len() as u64,
        })
    }
}

/// Returns a picture's width and height, if its head tells them and neither is nothing.
pub fn size(bytes: &[u8]) -> Option<(u32, u32)> {
    head_size(bytes).filter(|(width, height)| *width > 0 && *height > 0)
}

fn head_size(bytes: &[u8]) -> Option<(u32, u32)> {
    let size = imagesize::blob_size(&bytes[..bytes.len().min(HEAD_BYTES_MAX)]).ok()?;
    Some((u32::try_from(size.width).ok()?, u32::try_from(size.height).ok()?))
}

/// Whether one of the brands in the first box of a file (ISO/IEC 14496-12) is a picture's or a sequence's of AVIF. Files of
/// several brands name it wherever they like.
fn is_avif(bytes: &[u8]) -> bool {
    let Some(length) = bytes.first_chunk().map(|length| u32::from_be_bytes(*length)) else {
        return false;
    };
    let first = &bytes[..bytes.len().min(usize::try_from(length).unwrap_or(usize::MAX))];
    let mut brands = first.chunks_exact(4).skip(2).take(BRANDS_MAX);
    brands.any(|brand| matches!(brand, b"avif" | b"avis"))
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

    const PLAIN: &[u8] = include_bytes!("../../tests/data/images/plain.avif");
    const ALPHA: &[u8] = include_bytes!("../../tests/data/images/alpha.avif");
    const TURNED: &[u8] = include_bytes!("../../tests/data/images/turned.avif");
    const MOVING: &[u8] = include_bytes!("../../tests/data/images/moving.avif");
    /// Bytes of the first box of an AVIF, and where its size stands.
    const FIRST: usize = 32;

    /// Returns an AVIF under these brands.
    fn of_brands(brands: &[&[u8; 4]]) -> Vec<u8> {
        let length = u32::try_from(12 + brands.len() * 4).unwrap();
        let others = brands[1..].iter().flat_map(|brand| brand.iter());
        let head = [&length.to_be_bytes()[..], b"ftyp", brands[0], &[0; 4]].concat();
        [&head, &others.copied().collect::<Vec<u8>>()[..], &PLAIN[FIRST..]].concat()
    }

    /// Returns an AVIF that says it is so large.
    fn of_size(width: u32, height: u32) -> Vec<u8> {
        let at = PLAIN.windows(4).position(|tag| tag == b"ispe").unwrap() + 8;
        let size = [width.to_be_bytes(), height.to_be_bytes()].concat();
        [&PLAIN[..at], &size[..], &PLAIN[at + 8..]].concat()
    }

    #[test]
    fn the_head_of_a_hostile_picture_ends() {
        let boxes = |size: u32, tag: &[u8; 4]| [&size.to_be_bytes()[..], tag].concat();
        let start = [PLAIN[..FIRST].to_vec(), boxes(4_000_000, b"meta"), vec![0; 4]].concat();
        let inside = [start.clone(), boxes(8, b"iprp"), boxes(u32::MAX, b"ipco")].concat();
        for (head, piece) in [
            (PLAIN[..FIRST].to_vec(), boxes(8, b"free")),
            (start.clone(), boxes(8, b"free")),
            (inside.clone(), boxes(8, b"free")),
            (inside.clone(), [boxes(20, b"ispe"), vec![255; 12]].concat()),
            (inside, boxes(0, b"mdat")),
            (JPEG[..2].to_vec(), vec![0xff, 0xe1, 0, 2]),
            (JPEG[..2].to_vec(), vec![0xff, 0xd8, 0, 2]),
            (b"\xff\xd8\xff".to_vec(), vec![0xff]),
        ] {
            let hostile = [head, piece.repeat(5_000_000 / piece.len())].concat();
            assert!(KeptImage::of(&hostile).is_err());
        }
    }

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
            (PLAIN, Ok(("image/avif", 64, 48))),
            (ALPHA, Ok(("image/avif", 40, 30))),
            (TURNED, Ok(("image/avif", 20, 50))),
            (MOVING, Ok(("image/avif", 32, 16))),
            (&PLAIN[..100], Err(NoImage::Head)),
            (
                &of_brands(&[b"mif1", b"miaf", b"MiHB", b"avif"]),
                Ok(("image/avif", 64, 48)),
            ),
            (&of_brands(&[b"heic", b"mif1", b"heic"]), Err(NoImage::Format)),
            (&of_brands(&[b"isom", b"iso2", b"mp41"]), Err(NoImage::Format)),
            (&of_size(60_000, 60_000), Err(NoImage::Size)),
            (&of_size(u32::MAX, u32::MAX), Err(NoImage::Size)),
            (&of_size(0, 48), Err(NoImage::Size)),
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

        #[test]
        fn no_damage_panics_it(which in 0..4_usize, at in 0..400_usize, byte in proptest::prelude::any::<u8>(), cut in 0..1_200_usize) {
            let mut bytes = [PLAIN, ALPHA, TURNED, MOVING][which].to_vec();
            let last = bytes.len() - 1;
            bytes[at.min(last)] = byte;
            bytes.truncate(cut);
            if let Ok(image) = KeptImage::of(&bytes) {
                proptest::prop_assert_eq!(size(&bytes), Some((image.width, image.height)));
            }
        }
    }
}
