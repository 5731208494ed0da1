//! Lead pictures for the demo newsroom: two flat colours, drawn on demand.
//!
//! Not a general PNG encoder: one bit a pixel, a palette of two. The same name always gives the same picture. A file would
//! not do: every story has colours of its own.

use std::io::Write;

use flate2::write::ZlibEncoder;
use flate2::{Compression, Crc};

/// Width in pixels, as the pages announce it.
pub const WIDTH: u32 = 1200;
/// Height in pixels, as the pages announce it.
pub const HEIGHT: u32 = 630;

/// Returns a PNG of 1200 × 630 pixels whose colours follow from `name`.
pub fn png(name: &str) -> Vec<u8> {
    let hash = name.bytes().fold(2_166_136_261_u32, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(16_777_619)
    });
    let [_, red, green, blue] = (hash | 0x0040_4040).to_be_bytes();
    let mut out = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut header = [WIDTH.to_be_bytes(), HEIGHT.to_be_bytes()].concat();
    header.extend([1, 3, 0, 0, 0]);
    chunk(&mut out, b"IHDR", &header);
    chunk(&mut out, b"PLTE", &[red, green, blue, red / 2, green / 2, blue / 2]);
    chunk(&mut out, b"IDAT", &zlib(&rows()));
    chunk(&mut out, b"IEND", &[]);
    out
}

/// Sky over sea: the lower third is the darker colour.
fn rows() -> Vec<u8> {
    let mut rows = Vec::new();
    for y in 0..HEIGHT {
        let pixels = if y < HEIGHT * 2 / 3 { 0x00 } else { 0xff };
        rows.push(0);
        rows.extend(std::iter::repeat_n(pixels, (WIDTH / 8) as usize));
    }
    rows
}

fn chunk(out: &mut Vec<u8>, kind: &[u8; 4], data: &[u8]) {
    let length = u32::try_from(data.len()).expect("a picture of fixed size is far below 4 GB");
    let body = [kind.as_slice(), data].concat();
    let mut check = Crc::new();
    check.update(&body);
    out.extend(length.to_be_bytes());
    out.extend(&body);
    out.extend(check.sum().to_be_bytes());
}

fn zlib(data: &[u8]) -> Vec<u8> {
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::fast());
    let written = packed.write_all(data).and_then(|()| packed.finish());
    written.expect("memory takes what is written to it")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_tells_its_size() {
        let png = png("tide");
        let size = imagesize::blob_size(&png).unwrap();
        assert_eq!((size.width, size.height), (WIDTH as usize, HEIGHT as usize));
        assert!(png.len() < 100_000, "{}", png.len());
    }
}
