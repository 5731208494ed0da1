//! Lead pictures for the demo newsroom: two flat colours, drawn on demand.
//!
//! Not a general PNG encoder: one bit a pixel, a palette of two, no compression. The same name
//! always gives the same picture.

/// Width in pixels, as the pages announce it.
pub const WIDTH: u32 = 1200;
/// Height in pixels, as the pages announce it.
pub const HEIGHT: u32 = 630;

/// The longest stored block of the deflate format, in bytes.
const STORED_BLOCK_MAX: usize = 65_535;

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
    out.extend(length.to_be_bytes());
    out.extend(&body);
    out.extend(crc32(&body).to_be_bytes());
}

/// The zlib format with stored blocks only.
fn zlib(data: &[u8]) -> Vec<u8> {
    let mut out = vec![0x78, 0x01];
    let mut blocks = data.chunks(STORED_BLOCK_MAX).peekable();
    while let Some(block) = blocks.next() {
        let length = u16::try_from(block.len()).expect("a chunk is no longer than a stored block");
        out.push(u8::from(blocks.peek().is_none()));
        out.extend(length.to_le_bytes());
        out.extend((!length).to_le_bytes());
        out.extend(block);
    }
    out.extend(adler32(data).to_be_bytes());
    out
}

fn crc32(data: &[u8]) -> u32 {
    !data.iter().fold(u32::MAX, |mut crc, byte| {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 {
                (crc >> 1) ^ 0xedb8_8320
            } else {
                crc >> 1
            };
        }
        crc
    })
}

fn adler32(data: &[u8]) -> u32 {
    let (low, high) = data.iter().fold((1_u32, 0_u32), |(low, high), byte| {
        let low = (low + u32::from(*byte)) % 65_521;
        (low, (high + low) % 65_521)
    });
    high << 16 | low
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

    #[test]
    fn checksums_are_the_published_ones() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert_eq!(adler32(b"Wikipedia"), 0x11e6_0398);
    }
}
