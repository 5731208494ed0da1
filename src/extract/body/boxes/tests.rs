use url::Url;

use crate::extract::{ExtractOptions, extract};

const TEXT: &str = "<p>The council of Harbour Town voted on Tuesday, by 61 to 44, to close the old swimming hall.</p>\
    <p>Repairs would have cost four million, the treasurer said, and nobody knew where a tenth of that was to come from.</p>\
    <p>The hall was built in 1931, and three of its walls stand on timber that the harbour has been eating ever since.</p>\
    <p>Sixty people held up towels in the gallery, and the youngest of them had learned to swim there in the spring.</p>";
const END: &str =
    "<p>The vote is final, and the water will be let out on the last day of September, the mayor said.</p>";

/// Reads an article with something amid it.
fn read(amid: &str) -> String {
    let url = Url::parse("https://example.org/a").unwrap();
    let html = format!("<main><article><h1>Council closes hall</h1>{TEXT}{TEXT2}{amid}{END}</article></main>");
    extract(&html, &url, &ExtractOptions::default()).text
}

const TEXT2: &str = "<p>A second hall stands on the hill, but its basin is a third as long and has been shut on Sundays for years.</p>\
    <p>Members of the swimming club asked for a year in which to find the money, and were refused by a wide margin.</p>";

#[track_caller]
fn goes(amid: &str) {
    let text = read(amid);
    assert!(!text.contains("towel rack"), "{text}");
    assert!(
        text.contains("refused by") && text.ends_with("the mayor said."),
        "{text}"
    );
}

#[track_caller]
fn stays(amid: &str) {
    let text = read(amid);
    assert!(text.contains("towel rack"), "{text}");
}

#[test]
fn a_picture_and_the_text_below_it_in_a_box_are_a_picture_with_its_caption() {
    let caption = "Ida Holm, 81, beside the towel rack that she gave to the hall in 1967";
    goes(&format!("<div><div><img src=/a.jpg></div><div>{caption}</div></div>"));
    goes(&format!("<center><img src=/a.jpg><br>{caption}</center>"));
    for more in [
        ". It is to be sold.</p><p>Image: Jo Marsh",
        ". It is to be sold. (Photo: Jo Marsh)",
        ". It is to be sold. © Jo Marsh",
        ".</p><p class=caption>It is to be sold.",
    ] {
        goes(&format!(
            "<div><span><img src=/a.jpg></span><p>{caption}{more}</p></div>"
        ));
    }
    goes(&format!(
        "<section><h3>Seen</h3><video src=/a.mp4></video><div class=media-caption>{caption}</div></section>"
    ));
    stays(&format!("<p class=text-caption>{caption}.</p>"));
    stays(&format!("<p><img src=/a.jpg>{caption}.</p>"));
    stays(&format!("<div><img src=/a.jpg></div><p>{caption}.</p>"));
    stays(&format!(
        "<div><h3>The rack</h3><img src=/a.jpg><p>{caption}.</p></div>"
    ));
    stays("<ul><li><div><img src=/a.jpg><p>A towel rack of oak</p></div></li><li>Two benches</li></ul>");
}

#[test]
fn a_paragraph_in_a_box_with_a_picture_is_no_caption() {
    stays(
        "<div><img src=/a.jpg>A towel rack is left. The mayor has counted what else could be sold, and found two benches.</div>",
    );
    stays(
        "<div><img src=/a.jpg><p>A towel rack is left, said the mayor, who had counted what could be sold, and two benches that \
        stood at the long wall of the basin, and a clock that nobody had wound since the day on which the club was told \
        that its hall would have to close.</p></div>",
    );
    let url = Url::parse("https://example.org/a").unwrap();
    let lead = "<div class=lead><img src=/a.jpg><p>A towel rack is all that is left of the swimming hall of the town.</p></div>";
    let html = format!("<main><article><h1>Council closes hall</h1>{lead}{TEXT}{TEXT2}{END}</article></main>");
    let text = extract(&html, &url, &ExtractOptions::default()).text;
    assert!(text.contains("towel rack"), "{text}");
}

#[test]
fn a_page_of_very_many_boxes_is_looked_through_once() {
    const MANY: usize = 100_000;
    let caption = "<p>Ida Holm, 81, beside the rack that she gave to the hall in 1967</p>";
    for amid in [
        format!("<div>{}{caption}</div>", "<img>".repeat(MANY)),
        "<p class=caption></p>".repeat(MANY),
        "<form></form>".repeat(MANY),
        format!("<div>{}</div>", "<form></form>".repeat(MANY)),
        format!("<ul>{}</ul>", "<li><img src=/a.jpg></li>".repeat(MANY)),
        "<div class=hidden></div>".repeat(MANY),
    ] {
        assert!(read(&amid).contains("the hill"), "{}", &amid[..40]);
    }
}

#[test]
fn a_form_goes_with_what_stands_around_it_for_its_sake() {
    let form = "<form action=/letter><label>Your address</label><input type=email></form>";
    goes(&format!(
        "<div><h3>The towel rack</h3><p>Our letter on Fridays.</p>{form}<p>You can end it at any time.</p></div>"
    ));
    goes("<form action=/poll><p>Would you keep the towel rack?</p><label>Yes</label><label>No</label></form>");
    stays(&format!(
        "<p>A towel rack is left, said the mayor, who had counted what could be sold.</p>{form}"
    ));
    stays(&format!(
        "<section><h3>What is left</h3><p>A towel rack is left, said the mayor, who had counted on Monday what there was that \
        could be sold, and two benches.</p>{form}</section>"
    ));
    stays(&format!(
        "<div><p>A towel rack is left.</p><ul><li>Two benches</li></ul>{form}</div>"
    ));
}

#[test]
fn a_card_that_leads_to_another_page_by_its_heading_is_no_part_of_the_article() {
    goes("<div><h3><a href=/b>The towel rack of Harbour Town</a></h3><p>Who has it now, and why.</p></div>");
    goes("<div><a href=/b><img src=/b.jpg><h4>The towel rack of Harbour Town</h4></a><p>Who has it now.</p></div>");
    stays("<div><h3><a href='#rack'>The towel rack</a></h3><p>It was given to the hall.</p></div>");
    for link in ["/a#rack", "/a/#rack", "https://example.org/a#rack", "/a"] {
        stays(&format!(
            "<section><h2><a href='{link}'>The towel rack</a></h2><p>It was given to the hall.</p></section>"
        ));
    }
    goes("<section><h2><a href='/a?page=2'>The towel rack</a></h2><p>It was given to the hall.</p></section>");
    stays("<div><a id=rack><h3>The towel rack</h3></a><p>It was given to the hall.</p></div>");
    stays("<h3><a href=/b>The towel rack</a></h3><p>It was given to the hall in 1967 by Ida Holm.</p>");
}

#[test]
fn a_list_of_other_articles_goes_and_one_that_the_article_announces_stays() {
    let list = "<ul><li><a href=/b>The towel rack of Harbour Town</a></li><li><a href=/c>Ida Holm swims every Thursday</a></li></ul>";
    goes(list);
    goes(&format!("<p>Read also:</p>{list}"));
    stays(&format!("<p>The club names two sources:</p>{list}"));
    stays(&format!("<h2>What the club has found</h2>{list}"));
    stays("<ul><li><a href=/b>A towel rack</a></li><li><a href=/c>Two benches</a></li></ul>");
    stays(
        "<ul><li><a href='/a#b'>The towel rack of Harbour Town</a></li><li><a href='/a#c'>The two benches of it</a></li></ul>",
    );
    stays(
        "<ul><li><a href='#b'>The towel rack of Harbour Town</a></li><li><a href='#c'>The two benches of Harbour Town</a></li></ul>",
    );
}

#[test]
fn a_page_that_is_made_of_such_boxes_keeps_them() {
    let box_of = |n: usize| {
        format!(
            "<div><img src=/{n}.jpg><p>Rack {n}, a towel rack of oak, was built by the harbour's own carpenters</p></div>"
        )
    };
    stays(&(1..20).map(box_of).collect::<String>());
}
