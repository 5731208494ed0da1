//! PDFs made here by a few lines of code: what they show is read, and nothing they hold breaks the reader.

use std::fmt::Write as _;
use std::panic::catch_unwind;

use super::*;
use crate::domain::article::Verdict;
use crate::extract::Extraction;

/// Returns a PDF of these objects, the first being its catalog.
fn file(objects: &[String], trailer: &str) -> Vec<u8> {
    let mut out = "%PDF-1.7\n".to_owned();
    let mut places = Vec::new();
    for (at, object) in objects.iter().enumerate() {
        places.push(out.len());
        let _ = write!(out, "{} 0 obj\n{object}\nendobj\n", at + 1);
    }
    let table = out.len();
    let _ = write!(out, "xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for place in places {
        let _ = writeln!(out, "{place:010} 00000 n ");
    }
    let size = objects.len() + 1;
    let _ = write!(
        out,
        "trailer\n<< /Size {size} /Root 1 0 R {trailer} >>\nstartxref\n{table}\n%%EOF\n"
    );
    // One byte a letter.
    out.chars()
        .map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?'))
        .collect()
}

/// Returns a PDF with these contents of pages, and what it says of itself.
fn pdf(pages: &[String], info: &str) -> Vec<u8> {
    let kids: String = (0..pages.len()).map(|at| format!("{} 0 R ", 5 + 2 * at)).collect();
    let mut objects = vec![
        "<< /Type /Catalog /Pages 2 0 R /Lang (en-GB) >>".to_owned(),
        format!("<< /Type /Pages /Kids [{kids}] /Count {} >>", pages.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_owned(),
        format!("<< {info} >>"),
    ];
    for (at, content) in pages.iter().enumerate() {
        let resources = "/Resources << /Font << /F1 3 0 R >> >>";
        objects.push(format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] {resources} /Contents {} 0 R >>",
            6 + 2 * at
        ));
        objects.push(format!(
            "<< /Length {} >>\nstream\n{content}\nendstream",
            content.chars().count()
        ));
    }
    file(&objects, "/Info 4 0 R")
}

/// Returns a line of text at a place, counted from the page's lower left corner.
fn at(left: u32, up: u32, size: u32, text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace('(', "\\(").replace(')', "\\)");
    format!("BT /F1 {size} Tf {left} {up} Td ({text}) Tj ET\n")
}

/// Returns lines in one column, from `up` downwards.
fn column(left: u32, up: u32, lines: &[&str]) -> String {
    let place = |(nth, line): (usize, &&str)| at(left, up - 14 * nth as u32, 11, line);
    lines.iter().enumerate().map(place).collect()
}

fn texts(article: &PdfArticle) -> Vec<String> {
    article
        .paragraphs
        .iter()
        .map(|paragraph| paragraph.text.clone())
        .collect()
}

const FERRY: [&str; 6] = [
    "The council of Harbour Town voted on Tuesday to keep its well-known night ferry for",
    "another two years, and to publish the time-",
    "table by the end of September. Its well-",
    "known captain was there.",
    "Opponents had asked for an independent investigation of the contracts for mainte-",
    "nance; their amendment failed.",
];

/// Every file of `tests/data/pdf` gives what stands beside it.
#[test]
fn files_give_what_is_expected_of_them() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/pdf");
    let mut seen = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|ending| ending != "pdf") {
            continue;
        }
        seen += 1;
        let extraction = Extraction::from(read(std::fs::read(&path).unwrap()).unwrap());
        let metadata = &extraction.metadata;
        let (byline, date) = (metadata.byline.as_deref(), metadata.published_at);
        let date = date.map(|at| at.date_naive().to_string());
        let told = format!(
            "title: {}\nauthor: {}\ndate: {}\n\n{}\n",
            metadata.title,
            byline.unwrap_or("-"),
            date.as_deref().unwrap_or("-"),
            extraction.markdown
        );
        let expected = std::fs::read_to_string(path.with_extension("expected")).unwrap();
        assert_eq!(told, expected, "{}", path.display());
    }
    assert!(seen >= 3);
}

#[test]
fn what_a_file_calls_itself_is_believed_where_it_is_plausible() {
    let page = || at(60, 780, 22, "Night ferry stays for two years") + &column(60, 700, &FERRY);
    for (info, title, byline) in [
        (
            "/Title (Night ferry stays for two years - Harbour Gazette) /Author (Ana Lopez; Bo Berg)",
            "Night ferry stays for two years",
            Some("Ana Lopez, Bo Berg"),
        ),
        (
            "/Title (Council of Harbour Town on its night ferry) /Author (alopez)",
            "Council of Harbour Town on its night ferry",
            None,
        ),
        (
            "/Title (Template of the annual report 2019) /Author (Microsoft Office User)",
            "Night ferry stays for two years",
            None,
        ),
        (
            "/Title (untitled) /Author (RICOH Aficio MP 4000)",
            "Night ferry stays for two years",
            None,
        ),
        (
            "/Title (ferry_v3_FINAL.indd) /Author (Ministry of Transport)",
            "Night ferry stays for two years",
            Some("Ministry of Transport"),
        ),
        (
            "/Title <FEFF> /Author (\\(c\\) 2026)",
            "Night ferry stays for two years",
            None,
        ),
    ] {
        let article = read(pdf(&[page()], info)).unwrap();
        assert_eq!(
            (article.title.as_str(), article.byline.as_deref()),
            (title, byline),
            "{info}"
        );
    }
}

#[test]
fn lines_are_joined_and_hyphens_closed() {
    let article = read(pdf(&[column(60, 700, &FERRY)], "")).unwrap();
    assert_eq!(
        texts(&article),
        [
            "The council of Harbour Town voted on Tuesday to keep its well-known night ferry for another two years, and to \
             publish the timetable by the end of September. Its well-known captain was there.",
            "Opponents had asked for an independent investigation of the contracts for maintenance; their amendment failed."
        ]
    );
}

#[test]
fn what_is_set_larger_is_the_headline_or_a_heading() {
    let page = at(60, 780, 22, "Night ferry stays for two more years")
        + &at(60, 755, 11, "By Ana Lopez")
        + &at(60, 740, 11, "12 June 2026")
        + &column(60, 710, &FERRY)
        + &at(60, 600, 15, "What it costs")
        + &column(60, 580, &FERRY);
    let info = "/Title (Microsoft Word - draft.docx) /Author (alopez) /CreationDate (D:20260703120000+02'00')";
    let article = read(pdf(&[page], info)).unwrap();
    assert_eq!(article.title, "Night ferry stays for two more years");
    assert_eq!(article.byline.as_deref(), Some("Ana Lopez"));
    assert_eq!(article.published_at, Some(1_781_222_400), "not when it was printed");
    assert_eq!(article.language.as_deref(), Some("en-gb"));
    let extraction = Extraction::from(article);
    assert_eq!(extraction.verdict, Verdict::Complete);
    assert!(
        extraction.markdown.contains("\n\n## What it costs\n\nThe council"),
        "{}",
        extraction.markdown
    );
    assert!(!extraction.text.contains("stays for two"), "{}", extraction.text);
}

#[test]
fn what_repeats_on_its_pages_is_no_text() {
    let page = |nth: usize| {
        let texts = [format!(
            "Page {nth} tells of the pier number {nth}, which was built before all others were."
        )];
        at(
            60,
            810,
            9,
            if nth.is_multiple_of(2) {
                "Harbour Town Gazette"
            } else {
                "12 June 2026"
            },
        ) + &column(60, 700, &[&texts[0], "Nobody knows by whom it was built."])
            + &at(290, 30, 9, &format!("- {nth} -"))
    };
    let pages: Vec<String> = (1..=6).map(page).collect();
    let text = Extraction::from(read(pdf(&pages, "")).unwrap()).text;
    assert!(
        !text.contains("Gazette") && !text.contains("June") && !text.contains("- 3 -"),
        "{text}"
    );
    assert!(text.contains("Page 3 tells of the pier number 3"), "{text}");
}

#[test]
fn the_last_line_of_a_text_is_no_number_of_its_page() {
    for (gap, number, is_kept) in [
        (14, "2026", true),
        (14, "12 000", true),
        (17, "1848-49", true),
        (30, "3", false),
        (30, "- 3 -", false),
        (200, "345", false),
    ] {
        let lines = [
            "The council of Harbour Town built the pier for the night ferry between",
            "1990 and the winter of",
        ];
        let page = column(60, 700, &lines) + &at(60, 686 - gap, 11, number);
        let text = texts(&read(pdf(&[page], "")).unwrap()).join(" ");
        assert_eq!(text.ends_with(number), is_kept, "{gap} {number}: {text}");
    }
}

#[test]
fn a_dash_amid_a_sentence_begins_no_item() {
    let dashed = |dash: &str, before: &str| {
        let second = format!("{dash} and with it the winter timetable of the islands - for another two years.");
        let lines = [before, second.as_str()];
        texts(&read(pdf(&[column(60, 700, &lines)], "")).unwrap()).len()
    };
    for dash in ["-", "*"] {
        let is_sign = dash == "*";
        let full = "The council of Harbour Town voted on Tuesday to keep its well-known night ferry";
        assert_eq!(dashed(dash, full), 1 + usize::from(is_sign), "{dash}");
        // Behind what announces it, a sentence that ended and a line that is not full.
        for before in [
            "The council of Harbour Town voted on Tuesday for the following on the ferries:",
            "The council of Harbour Town voted on Tuesday to keep its well-known ferry here.",
            "The council wants to keep",
        ] {
            assert_eq!(dashed(dash, before), 2, "{dash} {before}");
        }
    }
    let list = [
        "- the night ferry from the old pier to the islands, which the council keeps running",
        "- the winter timetable of all the other ferries, which the council has not yet seen",
    ];
    assert_eq!(texts(&read(pdf(&[column(60, 700, &list)], "")).unwrap()).len(), 2);
}

#[test]
fn a_list_of_dates_is_text() {
    let page = |dates: &[&str]| {
        let place = |(nth, date): (usize, &&str)| at(60, 730 - 40 * nth as u32, 11, date);
        let lines: String = dates.iter().enumerate().map(place).collect();
        texts(&read(pdf(&[at(60, 780, 22, "The ferry stays in harbour") + &lines], "")).unwrap())
    };
    let days = ["12 June 2026", "3 July 2026", "14 August 2026", "2 September 2026"];
    assert_eq!(page(&days), days);
    let about = page(&["12 June 2026", "The night ferry stays on its pier."]);
    assert!(!about.contains(&"12 June 2026".to_owned()), "{about:?}");
}

#[test]
fn columns_are_read_one_after_the_other_however_they_are_drawn() {
    let left: Vec<String> = (0..12)
        .map(|n| format!("left line {n} of the first column here"))
        .collect();
    let right: Vec<String> = (0..12).map(|n| format!("right line {n} of the other column")).collect();
    let side = |x, lines: &[String], n: usize| at(x, 700 - 14 * n as u32, 11, &lines[n]);
    let in_order = (0..12)
        .map(|n| side(60, &left, n))
        .chain((0..12).map(|n| side(320, &right, n)));
    // From below, the right one first.
    let about = (0..12).rev().flat_map(|n| [side(320, &right, n), side(60, &left, n)]);
    let expected = format!("{} {}", left.join(" "), right.join(" "));
    for page in [in_order.collect::<String>(), about.collect::<String>()] {
        let text = read(pdf(&[page], ""))
            .map(|article| Extraction::from(article).text)
            .unwrap();
        assert_eq!(text.replace("\n\n", " "), expected);
    }
}

#[test]
fn the_numbers_of_a_bills_lines_are_no_text() {
    let line = |n: u32| {
        at(60, 760 - 20 * n, 11, &n.to_string()) + &at(90, 760 - 20 * n, 11, "the minister shall report on the ferries")
    };
    let text = texts(&read(pdf(&[(1..=20).map(line).collect()], "")).unwrap()).join(" ");
    assert!(!text.contains(|c: char| c.is_ascii_digit()), "{text}");
}

#[test]
fn what_cannot_be_read_says_why() {
    let picture = "q 500 0 0 700 40 40 cm BI /W 1 /H 1 /CS /G /BPC 8 ID x EI Q";
    for (bytes, expected) in [
        (pdf(&[picture.to_owned(), picture.to_owned()], ""), PdfError::Scanned),
        (pdf(&["0 0 m 9 9 l S".to_owned()], ""), PdfError::NoText),
        (b"%PDF-1.7\nnothing else".to_vec(), PdfError::Damaged),
    ] {
        assert_eq!(read(bytes).unwrap_err(), expected);
    }
}

#[test]
fn a_pdf_is_known_by_its_beginning_and_its_name() {
    for (bytes, kind, expected) in [
        (&b"%PDF-1.4\n"[..], None, true),
        (b"\r\n%PDF-1.4\n", Some("text/html"), true),
        (b"junk %PDF-1.4\n", Some("application/pdf"), true),
        (b"junk %PDF-1.4\n", None, false),
        (b"<html>not found", Some("application/pdf"), false),
    ] {
        assert_eq!(is_pdf(bytes, kind), expected, "{kind:?}");
    }
}

/// A document with everything the tests above have.
fn sample() -> Vec<u8> {
    let page = |n: u32| at(60, 780, 22, "A headline") + &column(60, 700, &FERRY) + &at(300, 30, 9, &n.to_string());
    pdf(
        &(1..=3).map(page).collect::<Vec<_>>(),
        "/Title (A headline) /Author (Ana Lopez)",
    )
}

#[test]
fn no_part_and_no_changed_byte_breaks_the_reader() {
    let whole = sample();
    let mut files: Vec<Vec<u8>> = (0..20).map(|n| whole[..whole.len() * n / 20].to_vec()).collect();
    let mut random = 7_u64;
    let mut next = move |below: usize| {
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (random >> 33) as usize % below
    };
    for _ in 0..300 {
        let mut changed = whole.clone();
        for _ in 0..=next(12) {
            let place = next(changed.len());
            changed[place] = next(256) as u8;
        }
        files.push(changed);
    }
    for (nth, bytes) in files.into_iter().enumerate() {
        assert!(catch_unwind(|| drop(read(bytes))).is_ok(), "file {nth}");
    }
}

#[test]
fn what_leads_in_circles_ends() {
    let page = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /XObject << /X 5 0 R >> >> >>";
    let form = "<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Length 11 /Resources << /XObject << /X 5 0 R >> >> >>\n\
                stream\n/X Do /X Do\nendstream";
    let deep = format!("<< /Deep {}{} >>", "[".repeat(100_000), "]".repeat(100_000));
    let objects = |pages: &str, contents: &str| {
        let catalog = "<< /Type /Catalog /Pages 2 0 R >>";
        file(
            &[catalog, pages, page, contents, form, &deep].map(str::to_owned),
            "/Info 6 0 R",
        )
    };
    let content = "<< /Length 5 >>\nstream\n/X Do\nendstream";
    let pages = "<< /Type /Pages /Kids [3 0 R] /Count 1 >>";
    for bytes in [
        // A tree of pages that holds itself, contents that are themselves.
        objects("<< /Type /Pages /Kids [2 0 R 2 0 R 3 0 R] /Count 3 >>", content),
        objects(pages, "4 0 R"),
        objects(pages, "<< /Length 4 0 R >>\nstream\n\nendstream"),
        file(&["1 0 R".to_owned()], "/Prev 9 /Info 1 0 R"),
    ] {
        assert!(read(bytes).is_err());
    }
}

#[test]
fn of_ten_thousand_pages_the_first_are_read() {
    let page = at(60, 700, 11, "The council of Harbour Town voted on Tuesday.");
    let article = read(pdf(&vec![page; 10_000], "")).unwrap();
    assert!(article.is_cut);
    assert_eq!(Extraction::from(article).verdict, Verdict::Teaser);
}
