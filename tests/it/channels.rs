//! Webhooks against a server of their shape, and what one channel's trouble means for the others.

use chrono::TimeDelta;
use serde_json::Value;
use tidings::jobs::digest::{self, delivery};

use crate::support::World;
use crate::support::hooks::{Hooks, Posted};
use crate::support::site::{Answer, Item, rss};

/// A title that means something in chats, where it is not disarmed.
const HOSTILE: &str = "Face scan: @everyone **bold** *b* `x` [a](b) & more";

async fn world(deliver: &str, rest: &str) -> World {
    let world = World::new("").await;
    let config = format!(
        "{rest}\n[[source]]\nfeed = \"{{site}}/feed.xml\"\nschedule = \"every 1h\"\n\
         [[topic]]\nname = \"Face Scans\"\nquery = '\"face scan\"'\n\
         [[digest]]\nname = \"daily\"\nschedule = \"0 7 * * *\"\n\
         deliver = [{deliver}, \"file:{}/out/\"]\n",
        world.folder.path().display()
    );
    let world = world.reopened(&config).await;
    let link = format!("{}/a", world.site.address());
    world.site.set(
        "/feed.xml",
        Answer::feed(rss("F", &[Item::new("a", HOSTILE, link, "", "A face scan, it says.")])),
    );
    world.work().await;
    world
}

fn hook(port: u16, path: &str, service: &str, more: &str) -> String {
    format!("[[webhook]]\nname = \"hook\"\nurl = \"http://127.0.0.1:{port}{path}\"\nservice = \"{service}\"\n{more}\n")
}

fn token() -> String {
    format!(
        "token = {{ file = \"{}/tests/data/webhook-token\" }}",
        env!("CARGO_MANIFEST_DIR")
    )
}

async fn send(service: &str, path: &str, more: &str) -> (Hooks, World) {
    let hooks = Hooks::start().await;
    let world = world("\"webhook:hook\"", &hook(hooks.port, path, service, more)).await;
    world.digest().await.unwrap();
    (hooks, world)
}

async fn posted(service: &str, path: &str, more: &str) -> Posted {
    let (hooks, world) = send(service, path, more).await;
    assert_eq!(states(&world), ["sent", "sent"], "{:?}", hooks.posted());
    let posted = hooks.posted();
    assert_eq!(posted.len(), 1);
    posted[0].clone()
}

fn states(world: &World) -> Vec<String> {
    let newest = world.ctx.store.digests(1).unwrap().remove(0);
    newest.deliveries.into_iter().map(|delivery| delivery.state).collect()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

#[tokio::test]
async fn plain_json_has_every_story() {
    let posted = posted("json", "/in?x=1", "").await;
    assert_eq!((posted.method.as_str(), posted.path.as_str()), ("POST", "/in"));
    let story = &posted.body["sections"][0]["stories"][0];
    assert!(text(&story["title"]).starts_with("Face scan: @everyone"), "{story}");
    assert_eq!(
        (text(&story["status"]), &posted.body["test"]),
        ("new", &Value::Bool(false))
    );
    assert!(text(&posted.body["subject"]).contains(": Face scan: @everyone"));
}

#[tokio::test]
async fn ntfy_gets_its_topic_at_the_root() {
    let posted = posted("ntfy", "/sub/news", &token()).await;
    assert_eq!(posted.path, "/sub/");
    assert_eq!(text(&posted.body["topic"]), "news");
    assert_eq!(posted.authorization.as_deref(), Some("Bearer tk_secret"));
    assert!(text(&posted.body["message"]).len() <= 4096 && text(&posted.body["title"]).contains(": Face scan"));
}

#[tokio::test]
async fn slack_and_discord_call_nobody() {
    let slack = posted("slack", "/services/T/B/x", "").await;
    let said = text(&slack.body["text"]);
    assert!(said.contains("&amp; more") && !said.contains("**bold"), "{said}");
    let discord = posted("discord", "/api/webhooks/1/x", "").await;
    assert_eq!(discord.body["allowed_mentions"]["parse"], serde_json::json!([]));
    let said = text(&discord.body["embeds"][0]["description"]);
    assert!(said.contains("\\*\\*bold\\*\\*") && said.contains("\\[a\\]"), "{said}");
}

#[tokio::test]
async fn matrix_gets_one_event_however_often_it_is_sent() {
    let more = format!("room = \"!a:example.org\"\n{}", token());
    let (hooks, world) = send("matrix", "", &more).await;
    delivery::resend(&world.ctx, tidings::domain::DigestId(1))
        .await
        .unwrap();
    let posted = hooks.posted();
    assert_eq!(posted.len(), 2);
    assert_eq!(posted[0].method, "PUT");
    assert!(
        posted[0]
            .path
            .starts_with("/_matrix/client/v3/rooms/!a:example.org/send/m.room.message/digest-"),
        "{}",
        posted[0].path
    );
    assert_eq!(posted[0].path, posted[1].path, "the same transaction is one event");
    let html = text(&posted[0].body["formatted_body"]);
    assert!(html.contains("&amp; more"), "{html}");
    assert!(posted[0].bytes < 65_536);
}

#[tokio::test]
async fn what_a_webhook_answers_decides_and_the_others_are_served() {
    let page = vec![("content-type", "text/html; charset=utf-8")];
    let json = vec![("content-type", "application/json")];
    for (answer, state, words) in [
        ((500, json.clone(), "oops"), "retry", "127.0.0.1 answered 500"),
        ((200, page.clone(), "<!doctype html><p>log in"), "retry", "with a page"),
        ((404, page, "<p>"), "retry", "answered 404"),
        (
            (301, vec![("location", "http://127.0.0.1:1/")], ""),
            "retry",
            "not followed",
        ),
        ((400, json.clone(), "no such field"), "failed", "no such field"),
        (
            (429, vec![("retry-after", "7200")], "slow down"),
            "retry",
            "answered 429",
        ),
    ] {
        let hooks = Hooks::start().await;
        let status = answer.0;
        hooks.answer(answer);
        let world = world("\"webhook:hook\"", &hook(hooks.port, "/secret-path", "json", "")).await;
        world.digest().await.unwrap();
        let newest = world.ctx.store.digests(1).unwrap().remove(0);
        let delivery = &newest.deliveries[0];
        let error = delivery.error.clone().unwrap();
        assert_eq!(
            (&*delivery.channel, &*delivery.state),
            ("webhook:hook", state),
            "{error}"
        );
        assert!(error.contains(words) && !error.contains("secret-path"), "{error}");
        assert_eq!(newest.deliveries[1].state, "sent");
        if status == 429 {
            let next = world.ctx.store.next_delivery_due().unwrap().unwrap();
            assert_eq!(
                next - world.clock.now(),
                TimeDelta::hours(2),
                "it waits as long as it was asked to"
            );
        }
    }
}

#[tokio::test]
async fn a_webhook_that_recovers_gets_what_was_frozen() {
    let hooks = Hooks::start().await;
    hooks.answer((503, Vec::new(), ""));
    let world = world(&format!("\"webhook:http://127.0.0.1:{}/in\"", hooks.port), "").await;
    world.digest().await.unwrap();
    hooks.answer((204, Vec::new(), ""));
    world.clock.advance(TimeDelta::minutes(10));
    assert_eq!(delivery::deliver_due(&world.ctx).await.unwrap(), 1);
    let posted = hooks.posted();
    assert_eq!(posted.len(), 2);
    assert_eq!(posted[0].body, posted[1].body);
}

#[tokio::test]
async fn a_secret_that_is_not_there_keeps_only_its_own_channel_waiting() {
    let mail = "[mail]\nfrom = \"t@example.org\"\nsmtp = \"smtps://me@mail.example.org\"\npassword = { file = \"/nowhere/password\" }\n";
    let world = world("\"mail:reader@example.org\"", mail).await;
    assert!(world.ctx.config.unready()[0].contains("/nowhere/password"));
    world.digest().await.unwrap();
    let newest = world.ctx.store.digests(1).unwrap().remove(0);
    assert_eq!(states(&world), ["retry", "sent"]);
    assert!(
        newest.deliveries[0]
            .error
            .as_ref()
            .unwrap()
            .contains("/nowhere/password")
    );
}

#[tokio::test]
async fn a_test_is_marked_and_counts_for_nothing() {
    let hooks = Hooks::start().await;
    let world = world("\"webhook:hook\"", &hook(hooks.port, "/in", "json", "")).await;
    let settings = world.ctx.config.digests[0].clone();
    let channel = tidings::domain::channel::Channel::parse("webhook:hook").unwrap();
    let subject = delivery::send_test(&world.ctx, &settings, &channel).await.unwrap();
    assert!(subject.starts_with("[Test] "));
    assert_eq!(hooks.posted()[0].body["test"], Value::Bool(true));
    assert!(world.ctx.store.digests(5).unwrap().is_empty());
    assert_ne!(
        digest::run(&world.ctx, world.clock.now(), &settings).await.unwrap(),
        digest::DigestRunResult::Nothing
    );
}
