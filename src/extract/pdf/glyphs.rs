//! What the pages of a PDF show: pieces of text with their places, in the order in which they are drawn.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use hayro_interpret::font::GlyphRun;
use hayro_interpret::hayro_cmap::BfString;
use hayro_interpret::hayro_syntax::object::dict::keys;
use hayro_interpret::hayro_syntax::object::{Dict, String as PdfString};
use hayro_interpret::hayro_syntax::{LoadPdfError, Pdf};
use hayro_interpret::kurbo::{Affine, BezPath, Point, Rect};
use hayro_interpret::{
    BlendMode, ClipPath, Context, Device, DrawMode, DrawProps, Image, ImageDrawProps, InterpreterCache,
    InterpreterSettings, SoftMask, TransformExt, interpret_page,
};

use super::article::{LETTERS_MAX, PAGES_MAX, PdfError};
use super::shown::{BASELINE_NEAR, Info, Shown, ShownPage, TextPiece};
use crate::text;

/// A gap of this part of a letter's height parts two words.
const WORD_GAP: f64 = 0.17;
/// A gap of so many heights of a letter parts two pieces: columns, cells of a table.
const PIECE_GAP: f64 = 1.5;
/// What is drawn again so near to where it was is the same, in points.
const AGAIN_DISTANCE: f64 = 1.0;
/// Letters larger than this, in points, are no letters.
const SIZE_MAX: f64 = 2000.0;

/// Returns what a PDF shows.
///
/// # Errors
/// It cannot be opened.
pub fn read(bytes: Vec<u8>) -> Result<Shown, PdfError> {
    let pdf = Pdf::new(bytes).map_err(|error| match error {
        LoadPdfError::Decryption(_) => PdfError::Encrypted,
        LoadPdfError::Invalid => PdfError::Damaged,
    })?;
    let mut shown = Shown {
        info: info(&pdf),
        is_cut: pdf.pages().len() > PAGES_MAX,
        ..Shown::default()
    };
    let cache = InterpreterCache::new();
    let mut letters_left = LETTERS_MAX;
    for page in pdf.pages().iter().take(PAGES_MAX) {
        let to_page = page.initial_transform(true).to_kurbo();
        let (width, height) = page.render_dimensions();
        let area = Rect::new(0.0, 0.0, f64::from(width), f64::from(height));
        let mut context = Context::new(to_page, area, &cache, pdf.xref(), InterpreterSettings::default());
        let mut reader = PageReader::new(letters_left);
        // Drawing cannot be stopped but by unwinding; a panic is let through.
        let drawn = catch_unwind(AssertUnwindSafe(|| interpret_page(page, &mut context, &mut reader)));
        if let Err(payload) = drawn
            && !payload.is::<NoLettersLeft>()
        {
            resume_unwind(payload);
        }
        reader.end_piece();
        letters_left = reader.letters_left;
        shown.pictures += reader.pictures;
        shown.unknown_letters += reader.unknown_letters;
        shown.pages.push(reader.into_page());
        if letters_left == 0 {
            shown.is_cut = true;
            break;
        }
    }
    Ok(shown)
}

/// What drawing is ended with.
struct NoLettersLeft;

/// Notes what is drawn on one page.
#[derive(Default)]
struct PageReader {
    pieces: Vec<TextPiece>,
    /// Those within what the page calls no part of its text: running heads, page numbers.
    artifacts: Vec<TextPiece>,
    current: Option<TextPiece>,
    /// For each open part of the page, whether it is an artifact.
    open: Vec<bool>,
    /// Where the last run of letters began, and how many they were.
    last_run: Option<(Point, usize)>,
    letters_left: usize,
    pictures: usize,
    unknown_letters: usize,
}

/// Parts of a page that are open at once, of which notice is taken.
const OPEN_MAX: usize = 1000;

impl PageReader {
    fn new(letters_left: usize) -> Self {
        Self {
            letters_left,
            ..Self::default()
        }
    }

    fn end_piece(&mut self) {
        let Some(mut piece) = self.current.take() else { return };
        piece.text = text::one_line(&piece.text);
        if piece.text.is_empty() {
            return;
        }
        match self.open.contains(&true) {
            true => self.artifacts.push(piece),
            false => self.pieces.push(piece),
        }
    }

    /// Returns the page; one that calls most of itself no part of its text does not know what it says.
    fn into_page(self) -> ShownPage {
        let letters = |pieces: &[TextPiece]| pieces.iter().map(|piece| piece.text.len()).sum::<usize>();
        let is_believed = letters(&self.pieces) >= letters(&self.artifacts);
        let mut pieces = self.pieces;
        if !is_believed {
            pieces.extend(self.artifacts);
        }
        ShownPage { pieces }
    }

    fn add(&mut self, letters: &str, left: Point, right: f64, size: f64) {
        if self.letters_left == 0 {
            resume_unwind(Box::new(NoLettersLeft));
        }
        self.letters_left -= 1;
        if let Some(piece) = &mut self.current {
            let height = piece.size.max(size);
            let gap = left.x - piece.right;
            let is_in_line = (left.y - piece.baseline).abs() < BASELINE_NEAR * height
                || (size < 0.8 * piece.size && (left.y - piece.baseline).abs() < 0.6 * height);
            if is_in_line && gap < PIECE_GAP * height && gap > -0.6 * height {
                // Bold letters are drawn twice by some.
                let is_again = gap < -0.3 * size && piece.text.ends_with(letters) && right <= piece.right + 0.1 * size;
                if is_again {
                    return;
                }
                if gap > WORD_GAP * size && !piece.text.ends_with(' ') {
                    piece.text.push(' ');
                }
                piece.text.push_str(letters);
                piece.right = piece.right.max(right);
                return;
            }
            self.end_piece();
        }
        if letters.trim().is_empty() {
            return;
        }
        self.current = Some(TextPiece {
            text: letters.to_owned(),
            left: left.x,
            right,
            baseline: left.y,
            size,
        });
    }
}

impl Device<'_> for PageReader {
    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, '_>, props: DrawProps<'_>, _: &DrawMode) {
        let start = run
            .glyphs()
            .first()
            .map(|glyph| props.transform * glyph.transform() * Point::ZERO);
        let drawn = start.map(|start| (start, run.glyphs().len()));
        if let (Some((start, count)), Some((before, count_before))) = (drawn, self.last_run)
            && count == count_before
            && start.distance(before) < AGAIN_DISTANCE
        {
            // Filled and then drawn around, or drawn twice to look bold.
            return;
        }
        self.last_run = drawn;
        for glyph in run.glyphs() {
            let place: Affine = props.transform * glyph.transform();
            let advance = match &**glyph {
                hayro_interpret::font::Glyph::Outline(glyph) => glyph.advance_width(),
                hayro_interpret::font::Glyph::Type3(glyph) => glyph.advance_width(),
            };
            let left = place * Point::ZERO;
            let right = place * Point::new(f64::from(advance.unwrap_or(500.0)), 0.0);
            let up = place * Point::new(0.0, 1000.0);
            let size = (up.y - left.y).abs();
            let is_upright = (right.y - left.y).abs() <= 0.3 * (right.x - left.x).abs() && right.x >= left.x;
            let is_sane = left.is_finite() && right.is_finite() && size > 0.5 && size < SIZE_MAX;
            if !is_upright || !is_sane {
                // A watermark, a note along the margin.
                continue;
            }
            match glyph.as_unicode() {
                Some(BfString::Char(c)) if is_letter(c) => self.add(c.encode_utf8(&mut [0; 4]), left, right.x, size),
                Some(BfString::String(letters)) if letters.len() <= 16 && letters.chars().all(is_letter) => {
                    self.add(&letters, left, right.x, size);
                }
                Some(_) => {}
                None => self.unknown_letters += 1,
            }
        }
    }

    fn draw_image(&mut self, _: Image<'_, '_>, _: ImageDrawProps<'_>) {
        self.pictures += 1;
    }

    fn begin_marked_content(&mut self, tag: &[u8], _: Option<&Dict<'_>>) {
        self.end_piece();
        if self.open.len() < OPEN_MAX {
            self.open.push(tag == b"Artifact");
        }
    }

    fn end_marked_content(&mut self) {
        self.end_piece();
        self.open.pop();
    }

    fn draw_path(&mut self, _: &BezPath, _: DrawProps<'_>, _: &DrawMode) {}
    fn push_clip_path(&mut self, _: &ClipPath) {}
    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'_>>, _: BlendMode) {}
    fn pop_clip(&mut self) {}
    fn pop_transparency_group(&mut self) {}
}

/// Whether it is text: no control character and none of the letters fonts make up for themselves.
fn is_letter(c: char) -> bool {
    text::is_kept(c) && !('\u{E000}'..='\u{F8FF}').contains(&c)
}

fn info(pdf: &Pdf) -> Info {
    let metadata = pdf.metadata();
    let said = |bytes: &Option<Box<[u8]>>| bytes.as_deref().map(said).unwrap_or_default();
    let made_at = metadata.creation_date.and_then(|date| {
        let day = chrono::NaiveDate::from_ymd_opt(date.year.into(), date.month.into(), date.day.into())?;
        let at = day.and_hms_opt(date.hour.into(), date.minute.into(), date.second.into())?;
        let minutes = i32::from(date.utc_offset_hour) * 60
            + i32::from(date.utc_offset_minute) * i32::from(date.utc_offset_hour.signum());
        Some((at.and_utc().timestamp() - i64::from(minutes) * 60, minutes))
    });
    let catalog = pdf.xref().get::<Dict<'_>>(pdf.xref().root_id());
    let language = catalog.and_then(|catalog| catalog.get::<PdfString<'_>>(keys::LANG));
    Info {
        title: said(&metadata.title),
        author: said(&metadata.author),
        made_at,
        language: language.map(|tag| self::said(tag.as_bytes())),
    }
}

/// Returns a text string of a PDF: UTF-16 or UTF-8 where it says so, else one byte a letter.
fn said(bytes: &[u8]) -> String {
    /// More is no title.
    const BYTES_MAX: usize = 2000;
    let bytes = &bytes[..bytes.len().min(BYTES_MAX)];
    let decoded = match bytes {
        [0xfe, 0xff, rest @ ..] => encoding_rs::UTF_16BE.decode_without_bom_handling(rest).0,
        [0xff, 0xfe, rest @ ..] => encoding_rs::UTF_16LE.decode_without_bom_handling(rest).0,
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest),
        // Some write UTF-8 without saying so; else its own encoding is Latin for nearly every letter of a name.
        _ => match std::str::from_utf8(bytes) {
            Ok(text) => text.into(),
            Err(_) => encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0,
        },
    };
    text::one_line(&decoded)
}
