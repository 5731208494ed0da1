//! Kept pictures where the disk is full: no article is lost for one, none is kept twice, no row is
//! without its file, and no file without a row stays.

use std::os::unix::fs::symlink;
use std::path::Path;

use chrono::TimeDelta;
use tidings::domain::image::ImageHash;
use tidings::jobs::maintenance::sweep_images;

use crate::full_disk::{SmallDisk, is_whole};
use crate::images::{KEPT, files, page, picture, png, verified};
use crate::poll::item;
use crate::process::tidings;
use crate::support::World;
use crate::support::database::Database;
use crate::support::site::{Answer, Item, rss};

const GUIDS: [&str; 12] = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"];
/// Bytes of a picture beyond its head.
const BYTES: usize = 60_000;

/// Returns a world whose feed has an article with a picture of its own for each of `GUIDS`, none read yet.
async fn with_pictures() -> World {
    let world = World::new(KEPT).await;
    let mut items: Vec<Item> = Vec::new();
    for (at, guid) in GUIDS.iter().enumerate() {
        let (path, image) = (format!("/{guid}"), format!("/{guid}.png"));
        // Nothing that makes them copies of each other.
        let title = [
            "crane", "ferry", "opera", "court", "market", "school", "bus", "auction", "resort", "fair", "hall", "mill",
        ][at];
        let said = format!(
            "In the harbour of town {at} the {title} is number {}. The {title} stays there.",
            at * 37
        );
        items.push(item(
            &world,
            guid,
            &path,
            &format!("Harbour: {title} of town {at}"),
            &said,
        ));
        world.site.set(
            &path,
            page(&format!("Harbour: {title} of town {at}"), &image, &said).header("etag", "\"1\""),
        );
        world.site.set(&image, picture(png(1200, 630, &vec![at as u8; BYTES])));
    }
    world.site.set("/icon.png", picture(png(180, 180, b"icon")));
    world.site.set("/feed.xml", Answer::feed(rss("The Feed", &items)));
    world
}

/// Holds every row of a picture to a whole file of its own, and returns how many there are.
#[track_caller]
fn kept(state: &Path) -> usize {
    let hashes: Vec<String> = Database::of(state).all("SELECT hash FROM image ORDER BY 1");
    for hash in &hashes {
        let bytes = std::fs::read(state.join("images").join(&hash[..2]).join(hash)).unwrap();
        assert_eq!(ImageHash::of(&bytes).as_str(), hash);
    }
    let lone = "SELECT count(*) FROM image WHERE hash NOT IN (SELECT hash FROM article_image WHERE hash IS NOT NULL
                UNION SELECT hash FROM publisher_icon WHERE hash IS NOT NULL)";
    assert_eq!(Database::of(state).one::<i64>(lone), 0, "a picture that nobody has");
    hashes.len()
}

/// Looks at all articles again, which have not changed, and holds what is there then to what there would have been.
async fn comes_by_itself(world: &World) {
    world.work_after(TimeDelta::hours(30)).await;
    sweep_images::run(&world.ctx).await.unwrap();
    let leads = world.database().count("article_image WHERE hash IS NOT NULL");
    assert_eq!(leads, GUIDS.len() as i64);
    let rows = kept(&world.ctx.config.state_dir);
    assert_eq!(files(world).len(), rows, "{:?}", files(world));
    assert_eq!(world.documents().len(), GUIDS.len());
    assert!(
        world
            .documents()
            .iter()
            .all(|(_, text)| text.contains("isCached: true"))
    );
    assert!(verified(world));
}

#[tokio::test]
async fn pictures_that_find_no_room_come_once_there_is_some() {
    let Some(disk) = SmallDisk::of(300) else { return };
    let world = with_pictures().await;
    symlink(disk.path(), world.ctx.config.state_dir.join("images")).unwrap();
    world.work().await;
    let state = &world.ctx.config.state_dir;
    let rows = kept(state);
    assert!((1..GUIDS.len()).contains(&rows), "{rows}");
    assert_eq!(files(&world).len(), rows, "nothing is left of those without room");
    assert_eq!((world.documents().len(), verified(&world)), (GUIDS.len(), true));
    disk.grow(64_000);
    comes_by_itself(&world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures_that_leave_the_database_no_room_cost_no_article() {
    let Some(disk) = SmallDisk::of(1_100) else { return };
    let world = with_pictures().await.reopened_after(KEPT, |folder, _| {
        let state = disk.path().join("state");
        let path = folder.join("tidings.toml");
        let text = std::fs::read_to_string(&path).unwrap();
        let own = format!("state_dir = \"{}\"", folder.display());
        let moved = text.replace(&own, &format!("state_dir = \"{}\"", state.display()));
        std::fs::write(
            &path,
            moved.replace(
                "[archive]",
                &format!("[archive]\npath = \"{}\"", folder.join("news").display()),
            ),
        )
        .unwrap();
        let said = tidings(folder)
            .arg("poll")
            .stderr(std::process::Stdio::piped())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&said.stderr).into_owned();
        assert!(said.contains("disk is full") || said.contains("is not kept"), "{said}");
        disk.grow(64_000);
        for _ in 0..20 {
            assert!(tidings(folder).arg("poll").status().unwrap().success());
            kept(&state);
        }
        is_whole(&state);
        assert_eq!(Database::of(&state).count("article"), GUIDS.len() as i64);
    });
    drop(world.await);
}
