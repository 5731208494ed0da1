//! A digest from the store to the mail server: sent once, tried again with the same Message-ID, given up aloud.

use chrono::TimeDelta;
use tidings::config::DigestSettings;
use tidings::domain::DigestId;
use tidings::domain::channel::Channel;
use tidings::domain::schedule::LastRun;
use tidings::jobs::digest::{self, DigestRunResult, delivery};

use crate::support::World;
use crate::support::site::{Answer, Item, rss};
use crate::support::smtp::{self, Step, Trouble};

async fn world(port: u16) -> World {
    let config = format!(
        "[mail]\nfrom = \"Tidings <tidings@example.org>\"\nsmtp = \"smtp://127.0.0.1:{port}\"\n\n\
         [[source]]\nfeed = \"{{site}}/feed.xml\"\nschedule = \"every 1h\"\n\n\
         [[topic]]\nname = \"Face Scans\"\nquery = '\"face scan\"'\n\n\
         [[digest]]\nname = \"daily\"\ntopics = [\"Face Scans\"]\nschedule = \"0 7 * * *\"\n\
         deliver = [\"mail:reader@example.org\", \"file:{{folder}}/out/\"]\n"
    );
    let world = World::new("").await;
    let config = config.replace("{folder}", &world.folder.path().display().to_string());
    let world = world.reopened(&config).await;
    tell(&world, "a", "Face scan at the harbour gate");
    world.work().await;
    world
}

fn tell(world: &World, guid: &'static str, title: &str) {
    let link = format!("{}/{guid}", world.site.address());
    world.site.set(
        "/feed.xml",
        Answer::feed(rss("F", &[Item::new(guid, title, link, "", "A face scan, it says.")])),
    );
}

fn states(world: &World) -> Vec<(String, String)> {
    let newest = world.ctx.store.digests(1).unwrap().remove(0);
    newest
        .deliveries
        .into_iter()
        .map(|one| (one.channel.split(':').next().unwrap().to_owned(), one.state))
        .collect()
}

fn message_id(message: &str) -> &str {
    message
        .lines()
        .find(|line| line.to_lowercase().starts_with("message-id:"))
        .unwrap()
}

#[tokio::test]
async fn a_digest_arrives_once_on_every_channel() {
    let server = smtp::start(None, 0).await;
    let world = world(server.port).await;
    world.digest().await.unwrap();
    delivery::deliver_due(&world.ctx).await.unwrap();
    assert_eq!(
        states(&world),
        [
            ("mail".to_owned(), "sent".to_owned()),
            ("file".to_owned(), "sent".to_owned())
        ]
    );
    let seen = server.seen.lock().unwrap();
    assert_eq!(seen.messages.len(), 1);
    assert!(seen.messages[0].contains("multipart/alternative") && seen.messages[0].contains("auto-generated"));
    assert_eq!(std::fs::read_dir(world.folder.path().join("out")).unwrap().count(), 2);
}

#[tokio::test]
async fn a_server_that_is_busy_is_asked_again_and_nobody_else_waits() {
    let server = smtp::start(Some((Step::Recipient, Trouble::Answer("451 later"))), 1).await;
    let world = world(server.port).await;
    world.digest().await.unwrap();
    assert_eq!(
        states(&world),
        [
            ("mail".to_owned(), "retry".to_owned()),
            ("file".to_owned(), "sent".to_owned())
        ]
    );
    assert_eq!(delivery::deliver_due(&world.ctx).await.unwrap(), 0, "not at once");
    world.clock.advance(TimeDelta::hours(1));
    assert_eq!(delivery::deliver_due(&world.ctx).await.unwrap(), 1);
    assert_eq!(delivery::deliver_due(&world.ctx).await.unwrap(), 0);
    assert_eq!(server.seen.lock().unwrap().messages.len(), 1);
}

#[tokio::test]
async fn a_mail_that_was_taken_goes_out_once_in_whatever_words_that_is_said() {
    let taken = b"250 2.0.0 Message accept\xe9\r\n".to_vec();
    let server = smtp::start(Some((Step::End, Trouble::Bytes(taken))), usize::MAX).await;
    let world = world(server.port).await;
    world.digest().await.unwrap();
    assert_eq!(states(&world)[0].1, "sent");
    world.clock.advance(TimeDelta::hours(1));
    assert_eq!(delivery::deliver_due(&world.ctx).await.unwrap(), 0);
    assert_eq!(server.seen.lock().unwrap().messages.len(), 1);
}

#[tokio::test]
async fn a_mail_cut_off_goes_out_again_under_the_same_message_id() {
    // The server has taken the message, but its answer never came.
    let server = smtp::start(Some((Step::End, Trouble::HangUp)), 1).await;
    let world = world(server.port).await;
    world.digest().await.unwrap();
    world.clock.advance(TimeDelta::hours(1));
    delivery::deliver_due(&world.ctx).await.unwrap();
    let seen = server.seen.lock().unwrap();
    let ids: Vec<&str> = seen.messages.iter().map(|message| message_id(message)).collect();
    assert!(!ids.is_empty() && ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    assert_eq!(states(&world)[0].1, "sent");
}

#[tokio::test]
async fn a_refused_recipient_is_given_up_and_the_next_digest_says_so() {
    let server = smtp::start(Some((Step::Recipient, Trouble::Answer("550 no such mailbox"))), 1).await;
    let world = world(server.port).await;
    world.digest().await.unwrap();
    assert_eq!(states(&world)[0].1, "failed");
    let listed = |world: &World| {
        let config = world.folder.path().join("tidings.toml");
        let program = env!("CARGO_BIN_EXE_tidings");
        let output = std::process::Command::new(program)
            .arg("--config")
            .arg(config)
            .arg("sources")
            .output();
        String::from_utf8(output.unwrap().stdout).unwrap()
    };
    let shown = listed(&world);
    assert!(
        shown.contains("digest 1 to mail") && shown.contains("not delivered\n") && shown.contains("550"),
        "{shown}"
    );
    tell(&world, "b", "Another face scan, at the ferry");
    world.work_after(TimeDelta::hours(24)).await;
    let text = world.digest().await.unwrap();
    assert!(text.contains("550"), "{text}");
    assert!(!listed(&world).contains("not delivered"), "a digest has told it");
    assert_eq!(states(&world)[0].1, "sent");
    let results = delivery::resend(&world.ctx, DigestId(1)).await.unwrap();
    assert!(results.iter().all(|(_, result)| result.is_ok()), "{results:?}");
}

#[tokio::test]
async fn a_schedule_is_owed_once_however_long_the_machine_slept() {
    let server = smtp::start(None, 0).await;
    let world = world(server.port).await;
    assert_eq!(
        digest::run_due(&world.ctx).await.unwrap(),
        0,
        "the first run waits for its time"
    );
    world.clock.advance(TimeDelta::days(5));
    assert_eq!(digest::run_due(&world.ctx).await.unwrap(), 1);
    assert_eq!(digest::run_due(&world.ctx).await.unwrap(), 0);
    world.clock.advance(TimeDelta::days(-3));
    assert_eq!(
        digest::run_due(&world.ctx).await.unwrap(),
        0,
        "a clock set back sends nothing again"
    );
}

fn on_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The digest with one recipient more, for whom no message can be made.
fn with_one_more(world: &World, channel: Channel) -> DigestSettings {
    let mut settings = world.ctx.config.digests[0].clone();
    settings.deliver.insert(0, channel.into());
    settings
}

#[tokio::test]
async fn a_recipient_no_message_can_be_made_for_harms_nobody_else() {
    for channel in ["mail:nobody", "mail:a b@example.org", "webhook:gone"] {
        let (kind, name) = channel.split_once(':').unwrap();
        let wrong = match kind {
            "mail" => Channel::Mail(name.to_owned()),
            _ => Channel::Webhook(name.to_owned()),
        };
        let server = smtp::start(None, 0).await;
        let world = world(server.port).await;
        let settings = with_one_more(&world, wrong);
        digest::run(&world.ctx, world.clock.now(), &settings).await.unwrap();
        delivery::deliver_due(&world.ctx).await.unwrap();
        let shown = states(&world);
        let shown: Vec<&str> = shown.iter().map(|(_, state)| state.as_str()).collect();
        assert_eq!(shown, ["failed", "sent", "sent"], "{channel}");
        assert_eq!(
            world.ctx.store.next_delivery_due().unwrap(),
            None,
            "nothing is tried for ever"
        );
        let troubled = world.ctx.store.troubled_deliveries(9).unwrap();
        assert_eq!((troubled.len(), troubled[0].channel.as_str()), (1, channel));
        tell(&world, "b", "Another face scan, at the ferry");
        world.work_after(TimeDelta::hours(24)).await;
        let text = world.digest().await.unwrap();
        assert!(on_one_line(&text).contains(&troubled[0].error[..20]), "{text}");
        let again = delivery::resend(&world.ctx, DigestId(1)).await.unwrap();
        let told: Vec<bool> = again.iter().map(|(_, result)| result.is_ok()).collect();
        assert_eq!(told, [false, true, true], "{again:?}");
    }
}

#[tokio::test]
async fn a_digest_that_cannot_be_made_is_one_that_was_not_delivered() {
    let server = smtp::start(None, 0).await;
    let world = world(server.port).await;
    let (ctx, settings) = (&world.ctx, world.ctx.config.digests[0].clone());
    let done = LastRun::starting(world.clock.now());
    let made = digest::or_unmade(ctx, &settings, done, async { panic!("on purpose") });
    let DigestRunResult::Recorded(id) = made.await.unwrap() else {
        panic!("it is recorded")
    };
    assert_eq!(delivery::deliver_due(ctx).await.unwrap(), 0);
    let shown = states(&world);
    assert!(shown.iter().all(|(_, state)| state == "failed"), "{shown:?}");
    assert!(ctx.store.digest_text(id).unwrap().unwrap().contains("on purpose"));
    assert_eq!(
        ctx.store.last_digest_to("daily").unwrap(),
        None,
        "its window is the next one's"
    );
    // What it would have told is told by the next, which names it.
    world.work_after(TimeDelta::hours(24)).await;
    let text = world.digest().await.unwrap();
    let shown = on_one_line(&text);
    assert!(
        shown.contains("harbour gate") && shown.contains("could not be made"),
        "{text}"
    );
    assert_eq!(server.seen.lock().unwrap().messages.len(), 1);
    assert_eq!(world.digest().await, None, "and nothing twice");
}
