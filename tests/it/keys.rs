//! ssh keys whose comments are in any encoding, and key files that are none.

use std::fs;

use crate::run::Run;
use crate::world::World;

const KEY: &[u8] =
    b"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGlWWVQY1y63hJHfDnLEoZx2dfRJzIr/E0aLdSVOS1ir J\xf6rg";
const FINGERPRINT: &str = "SHA256:4T6LM48nB6SLdZp/x0DQAvDmvCqm194kJYxjZ4aYpLA";

fn with_key_file() -> World {
    let world = World::new();
    fs::write(world.path("tmp/key.pub"), KEY).unwrap();
    world
}

fn root(world: &World, words: &[&str]) -> Run {
    world.invocation().user("root").dokku(words)
}

#[test]
fn a_key_with_a_latin_1_comment_is_added_listed_and_removed() {
    let world = with_key_file();
    let path = world.path("tmp/key.pub").to_string_lossy().into_owned();
    let keys = world.path("home/.ssh/authorized_keys");
    let row = format!("{FINGERPRINT} NAME=\"me\"");

    let run = root(&world, &["ssh-keys:add", "me", &path]);
    assert_eq!((run.status, run.stdout.trim()), (0, FINGERPRINT), "{run}");
    assert!(fs::read(&keys).unwrap().ends_with(b" J\xf6rg\n"));

    for run in [
        world.dokku(["ssh-keys:list"]),
        world.invocation().program("sshcommand", ["list", "dokku"]),
    ] {
        assert!(run.status == 0 && run.stdout.starts_with(&row), "{run}");
    }

    let run = root(&world, &["ssh-keys:remove", "me"]);
    assert_eq!((run.status, &*run.stderr), (0, ""), "{run}");
    assert_eq!(fs::read(&keys).unwrap(), b"");

    let add = ["acl-add", "dokku", "me"];
    let piped = world.invocation().stdin(KEY).program("sshcommand", add);
    assert_eq!(piped.stdout.trim(), FINGERPRINT, "{piped}");
    let remove = ["acl-remove", "dokku", "me"];
    let run = world.invocation().program("sshcommand", remove);
    assert_eq!(run.status, 0, "{run}");
    assert_eq!(fs::read(&keys).unwrap(), b"");
}

#[test]
fn a_piped_key_with_a_latin_1_comment_is_added() {
    let world = World::new();
    let run = world
        .invocation()
        .user("root")
        .stdin(KEY)
        .dokku(["ssh-keys:add", "me"]);
    assert_eq!((run.status, run.stdout.trim()), (0, FINGERPRINT), "{run}");
}

#[test]
fn a_missing_key_file_is_an_empty_key_and_a_directory_is_no_key() {
    let world = World::new();
    let garbage = world.path("tmp/garbage").to_string_lossy().into_owned();
    fs::write(&garbage, b"\xff\xfe").unwrap();
    let dir = world.path("tmp").to_string_lossy().into_owned();
    for (file, said) in [
        ("/not/there", "Empty key was specified\n"),
        (&*dir, "Key specified in is not a valid ssh public key\n"),
        (
            &*garbage,
            "Key specified in is not a valid ssh public key\n",
        ),
    ] {
        let run = root(&world, &["ssh-keys:add", "me", file]);
        assert_eq!((run.status, &*run.stderr), (1, said), "{run}");
    }
}

#[test]
fn a_key_file_that_cannot_be_read_is_told_in_the_words_of_cat() {
    for (file, reason) in [
        ("/nope", "No such file or directory"),
        ("/tmp", "Is a directory"),
    ] {
        let add = ["acl-add", "dokku", "me", file];
        let run = World::new().invocation().program("sshcommand", add);
        assert_eq!(run.stderr, format!("cat: {file}: {reason}\n"), "{run}");
        assert_eq!(run.status, 1, "{run}");
    }
}
