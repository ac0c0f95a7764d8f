//! What lies between a command and its host: programs that change it, rc files, hooks of others.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use nix::unistd::Uid;

use crate::run::Run;
use crate::world::World;

/// Runs `dokku WORDS…` as one whom file modes bind, also when root runs the tests.
fn bound_by_modes(world: &World, words: &[&str]) -> Run {
    let rights = "--bounding-set=-dac_override,-dac_read_search";
    match Uid::effective().is_root() {
        true => world
            .invocation()
            .program("setpriv", [&[rights, "dokku"], words].concat()),
        false => world.dokku(words),
    }
}

fn with_mode(world: World, file: &str, mode: u32) -> World {
    fs::set_permissions(world.path(file), PermissionsExt::from_mode(mode)).unwrap();
    world
}

#[test]
fn package_managers_of_a_world_are_not_those_of_the_host() {
    for (distro, manager) in [
        ("debian", "apt-get"),
        ("opensuse", "zypper"),
        ("arch", "pacman"),
    ] {
        let world = World::new().file("sys/etc/os-release", &format!("ID={distro}\n"));
        // Before it is called: the host's own must not be.
        assert!(world.path("bin").join(manager).exists());
        let run = world
            .invocation()
            .user("root")
            .dokku(["plugin:install-dependencies", "--core"]);
        assert_eq!(run.status, 0, "{run}");
        let called = run.calls.iter().filter_map(|call| call.first());
        assert_eq!(called.collect::<Vec<_>>(), [manager], "{run}");
    }
}

#[test]
fn host_defaults_that_may_not_be_read_do_not_count_but_other_rc_files_must_be_readable() {
    let defaults = "sys/etc/default/dokku";
    let world = World::new().file(defaults, "false\n");
    assert_eq!(world.dokku(["version"]).status, 1);
    let world = with_mode(world, defaults, 0);
    let run = bound_by_modes(&world, &["version"]);
    assert_eq!((run.status, &*run.stderr), (0, ""), "{run}");

    for rc in ["home/dokkurc", "home/.dokkurc/one"] {
        let world = with_mode(World::new().file(rc, ""), rc, 0);
        let run = bound_by_modes(&world, &["version"]);
        let file = rc.replace("home", "/home/dokku");
        let said = format!("Unable to read {file} for sourcing\n");
        assert_eq!((run.status, run.stderr.clone()), (1, said), "{run}");
    }
}

#[test]
fn an_rc_file_that_exits_ends_dokku_with_its_status() {
    for (line, status) in [("exit 0", 0), ("exit 7", 7), ("false", 1)] {
        let world = World::new().file("home/dokkurc", &format!("echo said\n{line}\n"));
        let run = world.dokku(["apps:create", "a"]);
        assert_eq!((run.status, &*run.stdout), (status, ""), "{run}");
        assert_eq!(run.stderr, "said\n", "{run}");
        assert!(run.changes.is_empty(), "{run}");
    }
}

#[test]
fn a_hook_that_we_may_not_execute_is_no_hook() {
    let hook = "lib/plugins/available/zz-test/post-create";
    let world = World::new().plugin("zz-test", &[("post-create", "#!/bin/sh\nexit 3\n")]);
    let world = with_mode(world, hook, 0o655);
    let run = bound_by_modes(&world, &["apps:create", "a"]);
    assert_eq!(run.status, 0, "{run}");

    let world = with_mode(world, hook, 0o755);
    let run = bound_by_modes(&world, &["apps:create", "b"]);
    assert_eq!(run.status, 1, "{run}");
}

#[test]
fn a_host_whose_name_does_not_resolve_is_called_by_its_short_name() {
    for (script, name) in [
        ("#!/bin/sh\n[ \"$1\" = -s ] && echo vm\n", "vm\n"),
        ("#!/bin/sh\nexit 1\n", ""),
    ] {
        let world = with_mode(
            World::new().file("bin/hostname", script),
            "bin/hostname",
            0o755,
        );
        fs::remove_file(world.path("home/HOSTNAME")).unwrap();
        let install = world.path("lib/plugins/enabled/00_dokku-standard/install");
        let run = world
            .invocation()
            .program(install.to_str().unwrap(), [""; 0]);
        assert_eq!(run.status, 0, "{run}");
        assert_eq!(world.read("home/HOSTNAME"), name, "{run}");
    }
}
