//! What commands cost: processes started, docker calls made.

use crate::world::World;

/// Words of strace for whatever starts a process.
const STARTING: &str = "trace=execve,execveat,fork,vfork,clone,clone3";

/// Runs `dokku WORDS…` below strace; returns how often it started a process after its own start.
fn spawned(world: &World, words: &[&str]) -> usize {
    let log = world.path("tmp/strace.log").to_string_lossy().into_owned();
    let traced = ["-f", "-qq", "-e", STARTING, "-e", "signal=none", "-o", &log];
    let run = world
        .invocation()
        .program("strace", traced.iter().chain(["dokku"].iter()).chain(words));
    assert_eq!(run.status, 0, "{run}");
    let log = world.read("tmp/strace.log");
    // The tail of an interrupted call is no call of its own.
    let calls = log.lines().filter(|line| !line.contains("resumed>"));
    calls.count() - 1
}

#[test]
fn listing_apps_starts_no_process() {
    let world = World::new().app("a").app("b");
    assert_eq!(spawned(&world, &["apps:list"]), 0);
}

#[test]
fn getting_a_config_variable_starts_no_process() {
    let world = World::new()
        .app("a")
        .did(&["config:set", "--no-restart", "a", "KEY=value"]);
    assert_eq!(spawned(&world, &["config:get", "a", "KEY"]), 0);
}

#[test]
fn a_process_that_is_started_is_counted() {
    let world = World::new().plugin("third", &[("subcommands/default", "#!/bin/sh\ntrue\n")]);
    assert!(spawned(&world, &["third"]) > 0);
}

#[test]
fn a_first_push_of_a_dockerfile_app_calls_docker_at_most_25_times() {
    let world = World::new().serves(5000, "Hello from dokku-rs");
    let run = world.push("hello", "a");
    assert_eq!(run.status, 0, "{run}");
    let calls = run.docker_calls().count();
    assert!(calls <= 25, "{calls} calls\n{run}");
}
