//! An archive as a site: real Hugo and Jekyll build documents whose texts look like their own templates, and show what
//! the page shows.

use std::fs;
use std::path::Path;
use std::process::Command;

use scraper::Html;

/// Paragraphs of a page, each to be shown as it is.
const TEXTS: &[&str] = &[
    "They write {{ page.title }} or {{{ triple }}} where a title is to stand.",
    "{% other %} and {%- raw -%} and {% endraw %}{% raw %} are for what is to be done.",
    "{{< figure src=x >}} and {{% other %}} and {{/* this */}} are for pictures.",
    "{: .class #id} begins a line, {::comment} another, and a third ends so {:toc} {.red}",
    "It costs $5 to $10, US$5-$7 or $$x^2$$ and 100%% of it, says #MeToo, and a == b.",
];
const CODE: &str = "env: ${{ secrets.TOKEN }}";

/// Returns a document of a page with these texts, under the name it would have.
fn document(folder: &Path) -> String {
    let paragraphs: String = TEXTS
        .iter()
        .map(|text| format!("<p>{}</p>", text.replace('<', "&lt;")))
        .collect();
    let page = format!(
        "<html lang=en><head><title>On {{{{ templates }}}} and {{% raw %}}</title>
         <meta property=article:published_time content=2026-06-10T10:00:00Z></head>
         <body><article><h1>On {{{{ templates }}}} and {{% raw %}}</h1>{paragraphs}
         <h2>Heads with {{#anchor}} {{.class}}</h2><p>Inline <code>{{{{ site.url }}}}</code> too.</p>
         <pre><code>{CODE}</code></pre><p><a href='https://a.example/{{{{x}}}}?y={{%z%}}'>A link</a> ends it.</p>
         </article></body></html>"
    );
    fs::write(folder.join("page.html"), page).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_tidings"))
        .arg("extract")
        .arg(folder.join("page.html"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// Builds a site and returns the words of its only article.
fn built(folder: &Path, program: &str, args: &[&str], page: &str) -> Option<String> {
    let output = match Command::new(program).args(args).current_dir(folder).output() {
        Ok(output) => output,
        Err(error) => {
            println!("skipped: {program} is not installed ({error})");
            return None;
        }
    };
    assert!(output.status.success(), "{program}: {output:?}");
    let html = fs::read_to_string(folder.join(page)).unwrap();
    let words: String = Html::parse_document(&html).root_element().text().collect();
    Some(words.split_whitespace().collect::<Vec<_>>().join(" "))
}

#[track_caller]
fn shows_it_all(program: &str, words: &str) {
    for text in TEXTS
        .iter()
        .chain(&[CODE, "Heads with {#anchor} {.class}", "Inline {{ site.url }} too."])
    {
        assert!(words.contains(text), "{program} does not show {text:?}:\n{words}");
    }
}

#[test]
fn hugo_shows_templates_as_text() {
    let folder = tempfile::tempdir().unwrap();
    let (content, layouts) = (
        folder.path().join("content/news"),
        folder.path().join("layouts/_default"),
    );
    fs::create_dir_all(&content).unwrap();
    fs::create_dir_all(&layouts).unwrap();
    fs::write(content.join("2026-06-10-templates.md"), document(folder.path())).unwrap();
    fs::write(layouts.join("single.html"), "<main>{{ .Content }}</main>").unwrap();
    fs::write(
        folder.path().join("config.toml"),
        "baseURL = \"https://news.example/\"\ndisableKinds = [\"home\", \"section\", \"taxonomy\", \"term\", \"RSS\", \"sitemap\"]\n\
         [frontmatter]\ndate = [\"publishedDateTime\"]\n[markup.goldmark.extensions]\ntypographer = false\n",
    )
    .unwrap();
    let page = "public/news/2026-06-10-templates/index.html";
    if let Some(words) = built(folder.path(), "hugo", &[], page) {
        shows_it_all("hugo", &words);
    }
}

#[test]
fn jekyll_shows_templates_as_text() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("_news")).unwrap();
    fs::write(
        folder.path().join("_news/2026-06-10-templates.md"),
        document(folder.path()),
    )
    .unwrap();
    fs::write(
        folder.path().join("_config.yml"),
        "collections:\n  news:\n    output: true\nexclude: [page.html]\nkramdown:\n  smart_quotes: [apos, apos, quot, quot]\n",
    )
    .unwrap();
    let page = "_site/news/2026-06-10-templates.html";
    if let Some(words) = built(folder.path(), "jekyll", &["build"], page) {
        shows_it_all("jekyll", &words);
    }
}
