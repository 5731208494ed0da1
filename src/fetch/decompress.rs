//! Bodies that were packed on their way: gzip and deflate, of one piece or of several.
//!
//! The client beneath stops behind the first piece of gzip and takes the rest for nothing; here all are read. What it does
//! unpack itself are Brotli, which knows one piece only, and zstd.

use std::io::{self, ErrorKind, Read};

use flate2::bufread::GzDecoder;
use flate2::{Decompress, FlushDecompress, Status};

/// What a gzip file begins with.
pub(super) const GZIP_MAGIC: [u8; 3] = [0x1f, 0x8b, 0x08];
/// Pieces one body may have: each costs a decoder, however little is in it.
const PIECES_MAX: usize = 10_000;
/// Bytes unpacked between two looks at the bound.
const STEP: usize = 32 * 1024;

/// How a body is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ContentEncoding {
    Gzip,
    /// In the zlib format, as it ought to be, or without it.
    Deflate,
}

/// Adds what a body holds to `out`, at most `max` bytes and one more where there are more. What follows the last piece and
/// begins no other is padding, which some servers send.
///
/// # Errors
/// The body is cut short or damaged; `out` has what came before.
pub(super) fn decompress(body: &[u8], packing: ContentEncoding, max: u64, out: &mut Vec<u8>) -> io::Result<()> {
    let most = usize::try_from(max).unwrap_or(usize::MAX).saturating_add(1);
    let mut rest = body;
    for _ in 0..PIECES_MAX {
        rest = match packing {
            ContentEncoding::Gzip => gunzip(rest, most, out)?,
            ContentEncoding::Deflate => inflate(rest, most, out)?,
        };
        let goes_on = match packing {
            ContentEncoding::Gzip => begins_gzip(rest),
            ContentEncoding::Deflate => is_zlib(rest),
        };
        if out.len() >= most || !goes_on {
            return Ok(());
        }
    }
    let said = format!("it consists of more than {PIECES_MAX} pieces");
    Err(io::Error::new(ErrorKind::InvalidData, said))
}

/// Unpacks one piece and returns what follows it.
fn gunzip<'b>(body: &'b [u8], most: usize, out: &mut Vec<u8>) -> io::Result<&'b [u8]> {
    let mut decoder = GzDecoder::new(body);
    let room = most.saturating_sub(out.len()) as u64;
    decoder.by_ref().take(room).read_to_end(out)?;
    Ok(decoder.into_inner())
}

/// As `gunzip`; its decoder would take a cut body for a whole one.
fn inflate<'b>(body: &'b [u8], most: usize, out: &mut Vec<u8>) -> io::Result<&'b [u8]> {
    let mut decoder = Decompress::new(is_zlib(body));
    let mut rest = body;
    while out.len() < most {
        let (before, had) = (decoder.total_in(), out.len());
        out.reserve(STEP.min(most - had));
        let status = decoder.decompress_vec(rest, out, FlushDecompress::None)?;
        let taken = usize::try_from(decoder.total_in() - before).unwrap_or(usize::MAX);
        rest = rest.get(taken..).unwrap_or_default();
        if status == Status::StreamEnd {
            break;
        }
        if taken == 0 && out.len() == had {
            return Err(ErrorKind::UnexpectedEof.into());
        }
    }
    out.truncate(most);
    Ok(rest)
}

fn begins_gzip(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(GZIP_MAGIC.len())];
    !head.is_empty() && GZIP_MAGIC.starts_with(head)
}

fn is_zlib(bytes: &[u8]) -> bool {
    matches!(bytes, [method, check, ..] if method & 0x0f == 8 && (u16::from(*method) << 8 | u16::from(*check)).is_multiple_of(31))
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
    use proptest::prelude::*;

    const MAX: u64 = 1_000_000;

    fn gzip(text: &str) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(text.as_bytes()).unwrap();
        encoder.finish().unwrap()
    }

    fn zlib(text: &str) -> Vec<u8> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(text.as_bytes()).unwrap();
        encoder.finish().unwrap()
    }

    fn raw(text: &str) -> Vec<u8> {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(text.as_bytes()).unwrap();
        encoder.finish().unwrap()
    }

    fn unpacked(body: &[u8], packing: ContentEncoding, max: u64) -> Result<String, ErrorKind> {
        let mut out = Vec::new();
        decompress(body, packing, max, &mut out).map_err(|error| error.kind())?;
        Ok(String::from_utf8(out).unwrap())
    }

    #[track_caller]
    fn check(body: &[&[u8]], packing: ContentEncoding, expected: &str) {
        assert_eq!(unpacked(&body.concat(), packing, MAX).as_deref(), Ok(expected));
    }

    #[test]
    fn all_pieces_are_read_and_padding_is_not() {
        let (one, two, none) = (gzip("<rss>"), gzip("</rss>"), gzip(""));
        check(&[&one, &two], ContentEncoding::Gzip, "<rss></rss>");
        check(&[&none, &one, &none, &none, &two], ContentEncoding::Gzip, "<rss></rss>");
        check(&[&one, &[0; 500]], ContentEncoding::Gzip, "<rss>");
        check(&[&one, &two, b"\r\n"], ContentEncoding::Gzip, "<rss></rss>");
        check(
            &[&zlib("<rss>"), &zlib("</rss>")],
            ContentEncoding::Deflate,
            "<rss></rss>",
        );
        check(&[&zlib("<rss>"), &[0; 3]], ContentEncoding::Deflate, "<rss>");
        check(&[&raw("<rss>"), &[0; 3]], ContentEncoding::Deflate, "<rss>");
    }

    #[test]
    fn what_is_cut_or_damaged_is_an_error() {
        let long: String = (0..20_000).map(|n| n.to_string()).collect();
        for (packing, body) in [
            (ContentEncoding::Gzip, gzip(&long)),
            (ContentEncoding::Gzip, [gzip("a"), gzip(&long)].concat()),
            (ContentEncoding::Deflate, zlib(&long)),
            (ContentEncoding::Deflate, raw(&long)),
            (ContentEncoding::Deflate, [zlib("a"), zlib(&long)].concat()),
        ] {
            for cut in [1, 2, 9, body.len() / 2] {
                let error = unpacked(&body[..body.len() - cut], packing, MAX).unwrap_err();
                assert_eq!(error, ErrorKind::UnexpectedEof, "{packing:?} {cut}");
            }
            let mut out = Vec::new();
            let _ = decompress(&body[..body.len() - 9], packing, MAX, &mut out);
            assert!(!out.is_empty(), "what came before is there");
        }
        assert!(unpacked(b"", ContentEncoding::Gzip, MAX).is_err());
        assert!(unpacked(b"", ContentEncoding::Deflate, MAX).is_err());
        let second_cut_in_its_head = [gzip("a"), vec![0x1f, 0x8b]].concat();
        assert!(unpacked(&second_cut_in_its_head, ContentEncoding::Gzip, MAX).is_err());
        let mut wrong_sum = gzip("abc");
        *wrong_sum.last_mut().unwrap() ^= 1;
        assert!(unpacked(&wrong_sum, ContentEncoding::Gzip, MAX).is_err());
        assert!(unpacked(b"<rss>no gzip</rss>", ContentEncoding::Gzip, MAX).is_err());
    }

    #[test]
    fn the_bound_is_for_all_pieces_together() {
        let zeros = "0".repeat(600);
        for (packing, body) in [
            (ContentEncoding::Gzip, [gzip(&zeros), gzip(&zeros)].concat()),
            (ContentEncoding::Deflate, [zlib(&zeros), zlib(&zeros)].concat()),
        ] {
            assert_eq!(unpacked(&body, packing, 1200).unwrap().len(), 1200);
            assert_eq!(
                unpacked(&body, packing, 1199).unwrap().len(),
                1200,
                "one more tells that there is more"
            );
            assert_eq!(unpacked(&body, packing, 100).unwrap().len(), 101);
        }
        assert!(unpacked(&gzip("").repeat(PIECES_MAX + 1), ContentEncoding::Gzip, MAX).is_err());
    }

    proptest! {
        #[test]
        fn no_body_panics(bytes in prop::collection::vec(any::<u8>(), 0..80), at in 0_usize..40, with in any::<u8>()) {
            for packing in [ContentEncoding::Gzip, ContentEncoding::Deflate] {
                let mut body = [gzip("some words"), zlib("some words"), bytes.clone()].concat();
                body[at] ^= with;
                for body in [&bytes, &body] {
                    let mut out = Vec::new();
                    let _ = decompress(body, packing, 1000, &mut out);
                    prop_assert!(out.len() <= 1001);
                }
            }
        }
    }
}
