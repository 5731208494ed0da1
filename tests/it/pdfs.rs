//! Articles that are PDFs, over a site on loopback and by the program itself: it reads each in a process of its own.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use flate2::{Compress, Compression, FlushCompress};
use tidings::clock::Clock;
use tidings::domain::article::Article;
use tidings::store::Store;
use tidings::store::articles::ArticleFilter;

use crate::support::site::{Answer, Item, rss};
use crate::support::{HARBOUR, World};

const TEXT: &str = "The council of Harbour Town voted on Tuesday to keep the night ferry to the islands.";

/// Returns a PDF of one page, whose contents are `stream` with these filters.
fn pdf(filters: &str, stream: &[u8], info: &str) -> Vec<u8> {
    let mut out = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n\
        2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n\
        3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 6 0 R /Resources << /Font << /F1 4 0 R >> >> >>\n\
        endobj\n4 0 obj\n<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>\nendobj\n"
        .to_vec();
    let _ = write!(
        out,
        "5 0 obj\n<< {info} >>\nendobj\n6 0 obj\n<< /Length {} {filters} >>\nstream\n",
        stream.len()
    );
    out.extend_from_slice(stream);
    // Without a table of its objects, which every reader then looks for.
    out.extend_from_slice(b"\nendstream\nendobj\ntrailer\n<< /Size 7 /Root 1 0 R /Info 5 0 R >>\n");
    out
}

fn plain(info: &str) -> Vec<u8> {
    let text = format!("BT /F1 11 Tf 60 700 Td ({TEXT}) Tj 0 -14 Td (It ends in two years.) Tj ET");
    pdf("", text.as_bytes(), info)
}

/// Packs as many copies of `part`, of which only two are ever there.
fn packed(part: &[u8], times: usize) -> Vec<u8> {
    let mut compress = Compress::new(Compression::fast(), true);
    let mut out = Vec::with_capacity(part.len());
    compress.compress_vec(part, &mut out, FlushCompress::Full).unwrap();
    let begun = out.len();
    compress.compress_vec(part, &mut out, FlushCompress::Full).unwrap();
    let block = out[begun..].to_vec();
    out.extend(block.repeat(times));
    out
}

fn tidings(config: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tidings"));
    command.env("TIDINGS_LOG", "warn");
    command.arg("--config").arg(config).args(args).output().unwrap()
}

fn extract(bytes: &[u8], args: &[&str]) -> Output {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_tidings"));
    command.arg("extract").args(args).arg(file.path()).stdin(Stdio::null());
    command.output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_poll_reads_pdfs_and_outlives_those_that_break_their_reader() {
    let world = World::new(HARBOUR).await;
    let links = ["good", "named", "bomb", "damaged"];
    let titles = ["Harbour one", "Harbour two", "Harbour three", "Harbour four"];
    let today = Clock::system().now().to_rfc2822();
    let mut items = Vec::new();
    for (name, title) in links.iter().zip(titles) {
        let link = format!("{}/{name}.pdf", world.site.address());
        items.push(Item::new(
            name,
            title,
            link,
            &today,
            "The feed's own words of a harbour.",
        ));
    }
    world.site.set("/feed.xml", Answer::feed(rss("The Feed", &items)));
    let answer = |bytes: Vec<u8>| Answer::new(200, "application/pdf", bytes);
    world
        .site
        .set("/good.pdf", answer(plain("/Title (Microsoft Word - 12 final.docx)")));
    let named = plain("/Title (The council of Harbour Town on its ferry) /Author (Ana Lopez)");
    world
        .site
        .set("/named.pdf", Answer::new(200, "application/octet-stream", named));
    let bomb = pdf(
        "/Filter /FlateDecode",
        &packed(&b"q 1 0 0 1 0 0 cm Q ".repeat(50_000), 700),
        "",
    );
    world.site.set("/bomb.pdf", answer(bomb));
    world.site.set("/damaged.pdf", answer(b"%PDF-1.7\nnothing".to_vec()));

    let config = world.ctx.config.path.clone();
    let state = world.ctx.config.state_dir.clone();
    drop(world.ctx);
    let polled = tokio::task::spawn_blocking(move || tidings(&config, &["poll"]))
        .await
        .unwrap();
    let told = said(&polled);
    assert!(polled.status.success(), "{told}");
    assert!(told.contains("/bomb.pdf: the PDF breaks its reader: "), "{told}");
    assert!(
        told.contains("/damaged.pdf: the PDF is damaged; the feed's text serves"),
        "{told}"
    );
    let store = Store::open(&state).unwrap();
    let listed = store.list_articles(&ArticleFilter::default()).unwrap();
    let article = |name: &str| -> Article {
        let articles = listed.iter().map(|listed| store.article(listed.id).unwrap().unwrap());
        let is_it = |article: &Article| article.web_url.ends_with(&format!("/{name}.pdf"));
        articles.into_iter().find(is_it).unwrap_or_else(|| panic!("{name}"))
    };
    let good = article("good");
    assert_eq!(good.title, "Harbour one", "the feed's, for the PDF has none");
    assert_eq!(good.body_text, format!("{TEXT} It ends in two years."));
    let named = article("named");
    assert_eq!(named.title, "The council of Harbour Town on its ferry");
    assert_eq!(named.byline.as_deref(), Some("Ana Lopez"));
    for name in ["bomb", "damaged"] {
        assert_eq!(article(name).body_text, "The feed's own words of a harbour.");
    }
}

#[test]
fn the_program_reads_one_and_says_why_it_cannot() {
    let output = extract(&plain("/Author (Ana Lopez)"), &["--format", "json"]);
    let article: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        article["body"],
        format!("{TEXT} It ends in two years."),
        "{}",
        said(&output)
    );
    assert_eq!(
        (&article["byline"], &article["verdict"]),
        (&"Ana Lopez".into(), &"complete".into())
    );
    let output = extract(&plain(""), &["--explain"]);
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        told.contains("article  the pages of a PDF") && told.contains("kept     The council"),
        "{told}"
    );
    let picture = b"q 500 0 0 700 40 40 cm BI /W 1 /H 1 /CS /G /BPC 8 ID x EI Q";
    let output = extract(&pdf("", picture, ""), &[]);
    assert!(
        said(&output).contains("the PDF holds pictures of its pages (a scan) and no text"),
        "{}",
        said(&output)
    );
    assert_eq!(output.status.code(), Some(1));
}
