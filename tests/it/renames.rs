//! Renaming and cloning when something fails: the old app is as it was, nothing is left of the new.

use std::fs;

use crate::docker::Image;
use crate::never_lost::deployed;
use crate::world::World;

/// An app with a property of every plugin that keeps some, and a build cache.
fn full_app() -> World {
    let mut world = World::new().app("a").file("home/a/cache/node", "x");
    for command in [
        "git:set a deploy-branch main",
        "resource:limit --memory 100 a",
        "nginx:set a bind-address-ipv4 127.0.0.1",
        "network:set a bind-all-interfaces true",
        "buildpacks:add a https://github.com/heroku/heroku-buildpack-nodejs.git",
        "scheduler-docker-local:set a disable-chown true",
    ] {
        world = world.did(&command.split(' ').collect::<Vec<_>>());
    }
    world
}

fn properties(world: &World, app: &str) -> Vec<String> {
    let plugins = fs::read_dir(world.path("lib/config")).unwrap().flatten();
    let mut found: Vec<String> = plugins
        .filter_map(|plugin| fs::read_dir(plugin.path().join(app)).ok())
        .flat_map(|files| files.flatten())
        .map(|file| {
            let value = fs::read_to_string(file.path()).unwrap();
            format!("{} {}", file.file_name().to_string_lossy(), value.trim())
        })
        .collect();
    found.sort();
    found
}

#[test]
fn a_failed_rename_or_clone_leaves_the_old_app_as_it_was_and_nothing_of_the_new() {
    for (command, hook) in [
        ("apps:rename", "post-create"),
        ("apps:rename", "post-app-rename-setup"),
        ("apps:clone", "post-create"),
        ("apps:clone", "post-app-clone-setup"),
    ] {
        let world = full_app().plugin("zz-test", &[(hook, "#!/bin/sh\nexit 3\n")]);
        let before = properties(&world, "a");
        assert_eq!(before.len(), 6, "{before:?}");
        let run = world.dokku([command, "a", "b"]);
        assert_eq!(run.status, 1, "{run}");
        assert!(run.stderr.ends_with("FAILED: exit status 3\n"), "{run}");
        assert!(run.changes.is_empty(), "{run}");
        assert_eq!(properties(&world, "a"), before);
        assert_eq!(properties(&world, "b"), Vec::<String>::new());

        fs::remove_file(world.path("lib/plugins/enabled/zz-test")).unwrap();
        let retry = world.dokku([command, "--skip-deploy", "a", "b"]);
        assert_eq!(retry.status, 0, "{retry}");
        assert_eq!(properties(&world, "b"), before);
    }
}

#[test]
fn a_renamed_apps_old_properties_go_whatever_the_scheduler() {
    for scheduler in ["docker-local", "other"] {
        let world = full_app().did(&[
            "config:set",
            "--global",
            &format!("DOKKU_SCHEDULER={scheduler}"),
        ]);
        let before = properties(&world, "a");
        let run = world.dokku(["apps:rename", "--skip-deploy", "a", "b"]);
        assert_eq!(run.status, 0, "{run}");
        assert_eq!(properties(&world, "a"), Vec::<String>::new());
        assert_eq!(properties(&world, "b"), before);
    }
}

fn opening(run: &crate::run::Run) -> Vec<&str> {
    let calls = run
        .docker_calls()
        .map(|call| call.iter().map(String::as_str));
    let calls: Vec<Vec<&str>> = calls.map(Iterator::collect).collect();
    let images = calls.iter().filter_map(|call| {
        let at = call.iter().position(|word| *word == "chmod")?;
        call.get(at - 1).copied()
    });
    images.collect()
}

#[test]
fn the_cache_of_an_app_without_an_image_is_opened_in_the_builders() {
    let world = full_app();
    let run = world.dokku(["apps:rename", "--skip-deploy", "a", "b"]);
    assert_eq!(run.status, 0, "{run}");
    assert_eq!(opening(&run), ["gliderlabs/herokuish:latest"], "{run}");
    assert!(!world.path("home/a").exists(), "{run}");

    let world = full_app().deployed("a", Image::default(), &[]);
    let run = world.dokku(["apps:rename", "--skip-deploy", "a", "b"]);
    assert_eq!(run.status, 0, "{run}");
    assert_eq!(opening(&run), ["dokku/a"], "{run}");
}

#[test]
fn a_cache_that_stays_shut_hinders_no_rename() {
    // The fake docker has neither image.
    let world = full_app();
    let run = world.dokku(["apps:rename", "--skip-deploy", "a", "b"]);
    assert_eq!(run.status, 0, "{run}");
    let warning = " !     Unable to open the build cache of a\n";
    assert!(run.stderr.contains(warning), "{run}");
    assert!(!world.path("home/a").exists(), "{run}");
}

#[test]
fn a_clone_that_is_asked_to_end_leaves_nothing_of_the_copy() {
    let hook = ("post-app-clone-setup", "#!/bin/sh\nkill -TERM $PPID\n");
    let world = full_app().plugin("zz-test", &[hook]);
    let before = properties(&world, "a");
    let run = world.dokku(["apps:clone", "a", "b"]);
    assert_eq!(run.status, 1, "{run}");
    assert!(!world.path("home/b").exists(), "{run}");
    assert_eq!(properties(&world, "a"), before);
    assert_eq!(properties(&world, "b"), Vec::<String>::new());
}

#[test]
fn half_a_copy_of_an_app_owns_none_of_its_containers() {
    let world = deployed();
    let id = world.read("home/a/CONTAINER.web.1");
    // As a killed clone of upstream's leaves it.
    let world = world.app("b").file("home/b/CONTAINER.web.1", &id);
    let run = world.dokku(["--force", "apps:destroy", "b"]);
    assert_eq!(run.status, 0, "{run}");
    let status = world.docker_state(|state| {
        let at = state.position(id.trim());
        at.map(|at| state.containers[at].status.clone())
    });
    assert_eq!(status.as_deref(), Some("running"), "{run}");
}
