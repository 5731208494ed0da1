//! The daemon as a process: it polls, reloads on SIGHUP, keeps the old settings when the new ones are wrong, and ends
//! within seconds on SIGTERM. A reload leaves writes under way alone, and changes nothing where it fails.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use tidings::config::Config;

use crate::support::site::{Answer, Item, Site, rss};
use crate::support::{World, config_text, documents};

/// A line that does not come within this time never does.
const PATIENCE: Duration = Duration::from_secs(60);

struct Daemon {
    child: Child,
    lines: Receiver<String>,
}

impl Drop for Daemon {
    fn drop(&mut self) {
        // It has ended already when all went well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Daemon {
    fn start(folder: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_tidings"))
            .arg("--config")
            .arg(folder.join("tidings.toml"))
            .arg("run")
            .env("NO_COLOR", "1")
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (sender, lines) = channel();
        let log = BufReader::new(child.stderr.take().unwrap());
        std::thread::spawn(move || {
            log.lines()
                .map_while(Result::ok)
                .for_each(|line| drop(sender.send(line)))
        });
        Self { child, lines }
    }

    #[track_caller]
    fn wait_for(&self, part: &str) -> String {
        let end = Instant::now() + PATIENCE;
        let mut seen = Vec::new();
        while let Ok(line) = self.lines.recv_timeout(end.saturating_duration_since(Instant::now())) {
            if line.contains(part) {
                return line;
            }
            seen.push(line);
        }
        panic!("\"{part}\" was not logged; this was:\n{}", seen.join("\n"));
    }

    fn signal(&self, name: &str) {
        let status = Command::new("kill")
            .arg(format!("-{name}"))
            .arg(self.child.id().to_string())
            .status()
            .unwrap();
        assert!(status.success());
    }
}

const REST: &str = "[[topic]]\nname = \"Face Scans\"\nquery = '\"face scan\"'\n\n[[source]]\nfeed = \"{site}/feed.xml\"\nname = \"One\"\nschedule = \"every 1h\"\n";

#[tokio::test(flavor = "multi_thread")]
async fn it_polls_reloads_and_ends() {
    let site = Site::start().await;
    let folder = tempfile::tempdir().unwrap();
    let write = |rest: &str| {
        std::fs::write(
            folder.path().join("tidings.toml"),
            config_text(folder.path(), &site.address(), rest),
        )
        .unwrap();
    };
    let item = |n: &'static str| {
        Item::new(
            n,
            &format!("Face scan {n}"),
            format!("{}/{n}", site.address()),
            "",
            "A face scan here.",
        )
    };
    site.set("/feed.xml", Answer::feed(rss("One", &[item("a")])));
    site.set("/other.xml", Answer::feed(rss("Two", &[item("b")])));
    write(REST);

    let mut daemon = Daemon::start(folder.path());
    daemon.wait_for("following 1 topic over 1 source");
    daemon.wait_for("polled One: 1 new");
    daemon.wait_for("wrote 1 document");
    assert_eq!(documents(&folder.path().join("news")).len(), 1);

    write(&format!("{REST}colour = \"red\"\n"));
    daemon.signal("HUP");
    let line = daemon.wait_for("the old settings stay");
    assert!(line.contains("wrong"), "{line}");
    daemon.wait_for("colour");

    write(&format!(
        "{REST}\n[[source]]\nfeed = \"{{site}}/other.xml\"\nname = \"Two\"\nschedule = \"every 1h\"\n"
    ));
    daemon.signal("HUP");
    daemon.wait_for("configuration reloaded: 1 source added");
    daemon.wait_for("polled Two: 1 new");
    assert_eq!(site.asked("/feed.xml").len(), 1, "a reload polls nobody again too soon");

    let begun = Instant::now();
    daemon.signal("TERM");
    daemon.wait_for("stopped");
    assert!(daemon.child.wait().unwrap().success());
    assert!(begun.elapsed() < Duration::from_secs(10));

    let again = Daemon::start(folder.path());
    again.wait_for("following 1 topic over 2 sources");
    again.signal("TERM");
    again.wait_for("stopped");
    assert_eq!(
        site.asked("/feed.xml").len(),
        1,
        "a restart polls nobody again too soon"
    );
}

/// Returns the configuration of a world, ending with `rest` now.
fn changed(world: &World, rest: &str) -> Config {
    let path = world.folder.path().join("changed.toml");
    std::fs::write(&path, config_text(world.folder.path(), &world.site.address(), rest)).unwrap();
    Config::load(&path).unwrap()
}

#[tokio::test]
async fn a_reload_leaves_a_write_under_way_alone_and_a_start_removes_a_killed_one() {
    let world = World::new(REST).await;
    let unfinished = world.ctx.config.archive.path.join(".tidings-2026-06-12-a.md");
    std::fs::write(&unfinished, "half a docu").unwrap();
    world.ctx.reloaded(changed(&world, REST)).await.unwrap();
    assert!(unfinished.exists());
    world.reopened(REST).await;
    assert!(!unfinished.exists());
}

/// A write of a rule that fails at once, and one whose transaction cannot be committed.
const FAILING: [&str; 2] = [
    "CREATE TRIGGER failing BEFORE UPDATE OF rule ON topic BEGIN SELECT raise(ABORT, 'no'); END",
    "CREATE TABLE owed (source INTEGER REFERENCES source DEFERRABLE INITIALLY DEFERRED);
     CREATE TRIGGER failing BEFORE UPDATE OF rule ON topic BEGIN INSERT INTO owed VALUES (77); END",
];

#[tokio::test]
async fn a_reload_that_fails_half_way_changes_nothing() {
    for failing in FAILING {
        let world = World::new(REST).await;
        world.database().run(failing);
        let other = REST.replace("feed.xml", "other.xml").replace("\"face scan\"", "scan");
        assert!(world.ctx.reloaded(changed(&world, &other)).await.is_err());
        let followed = world
            .ctx
            .store
            .sources()
            .unwrap()
            .into_iter()
            .filter(|source| source.active);
        let followed: Vec<_> = followed.map(|source| source.address).collect();
        assert_eq!(followed, [format!("{}/feed.xml", world.site.address())]);

        // What is placed from now on is prepared for the old topics too: a start with these finds it so.
        let link = format!("{}/a", world.site.address());
        let item = Item::new("a", "Face scan a", link, "", "A face scan here.");
        world.site.set("/feed.xml", Answer::feed(rss("One", &[item])));
        assert_eq!(world.work().await.new_articles, 1);
        world.database().run(
            "DROP TRIGGER failing;
             CREATE TRIGGER prepared BEFORE UPDATE OF prepared ON member
             BEGIN SELECT raise(ABORT, 'a member is prepared anew'); END",
        );
        let world = world.reopened(REST).await;
        while world.ctx.store.load_stories(world.clock.now()).await.unwrap() {}
    }
}
