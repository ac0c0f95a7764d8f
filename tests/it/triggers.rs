//! Which triggers a command fires, with what, and in which order: recorded by a third-party plugin
//! with a hook for every trigger, and held against the timelines of reference 05 §6. What is known
//! about an image is asked for once, so `deployed-app-*` comes less often than there (05 §10).

use std::fmt::Write as _;
use std::fs;

use insta::assert_snapshot;

use crate::docker::Image;
use crate::normal;
use crate::world::World;

const CERTIFICATE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/certs/server.crt");
const KEY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/certs/server.key");

/// Writes its name and arguments, the empty ones as `''`, to a file.
const HOOK: &str = r#"#!/bin/sh
line=${0##*/}
for word; do line="$line ${word:-''}"; done
echo "$line" >>"$TMPDIR/triggers"
"#;

/// Installs the plugin; it comes first of all, so that what a hook fires stands below its own
/// trigger. `user-auth` is left out: every command begins with it.
fn recorded(world: World) -> World {
    let events = fs::read_dir(world.path("lib/plugins/enabled/20_events")).unwrap();
    let names = events.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let no_trigger = [
        "commands",
        "install",
        "plugin.toml",
        "subcommands",
        "user-auth",
    ];
    let names: Vec<String> = names
        .filter(|name| !no_trigger.contains(&&**name))
        .collect();
    assert!(names.len() > 90, "{names:?}");
    let hooks: Vec<(&str, &str)> = names.iter().map(|name| (&**name, HOOK)).collect();
    world.plugin("00_recorder", &hooks)
}

/// A host with an undeployed app `a`.
fn undeployed() -> World {
    recorded(World::new().app("a"))
}

/// A host with an app `a` that runs a web and a worker process; checks wait for nothing.
fn deployed() -> World {
    let image = Image {
        cmd: vec!["/app/web.sh".to_owned()],
        ports: vec!["3000/tcp".to_owned()],
        ..Image::default()
    };
    let world = World::new()
        .file("home/ENV", "DOKKU_DEFAULT_CHECKS_WAIT=\"0\"")
        .app("a")
        .deployed("a", image, &["web.1", "worker.1"])
        .file("home/a/DOKKU_SCALE", "web=1\nworker=1\n");
    recorded(world)
}

/// What a run of each command fires; all of them must end well.
fn fired(world: &World, commands: &[&str]) -> String {
    let mut text = String::new();
    for command in commands {
        let run = world.invocation().shell(&format!("dokku {command}"));
        assert_eq!(run.status, 0, "{run}");
        let _ = writeln!(text, "$ dokku {}", run.command.trim_start_matches("dokku "));
        let _ = writeln!(text, "{}", record(world));
    }
    text.trim_end().to_owned()
}

/// The record so far, which starts anew.
fn record(world: &World) -> String {
    let log = world.read("tmp/triggers");
    let _ = fs::remove_file(world.path("tmp/triggers"));
    normal::volatile(&normal::paths(world, &log))
}

#[test]
fn creating_cloning_renaming_and_destroying_an_app() {
    assert_snapshot!(fired(
        &undeployed(),
        &[
            "apps:create b",
            "apps:clone a c",
            "apps:clone --skip-deploy a d",
            "apps:clone --ignore-existing a d",
            "apps:rename a e",
            "apps:rename --skip-deploy e f",
            "--force apps:destroy f",
        ]
    ));
}

#[test]
fn destroying_a_deployed_app() {
    assert_snapshot!(fired(&deployed(), &["--force apps:destroy a"]));
}

#[test]
fn a_push_its_rebuild_and_its_clone() {
    let world = recorded(World::new().serves(5000, "Hello from dokku-rs"));
    let run = world.push("hello", "a");
    assert_eq!(run.status, 0, "{run}");
    let pushed = record(&world);
    let then = fired(&world, &["ps:rebuild a", "apps:clone a b"]);
    assert_snapshot!(format!("$ git push\n{pushed}\n{then}"));
}

#[test]
fn stopping_starting_restarting_and_scaling() {
    assert_snapshot!(fired(
        &deployed(),
        &[
            "ps:stop a",
            "ps:start a",
            "ps:start a",
            "ps:restart a",
            "ps:scale a",
            "ps:scale a worker=0",
            "ps:restore a",
            "ps:retire",
        ]
    ));
}

#[test]
fn scaling_before_the_first_deploy() {
    assert_snapshot!(fired(&undeployed(), &["ps:scale a", "ps:scale a web=2"]));
}

#[test]
fn setting_and_unsetting_config() {
    assert_snapshot!(fired(
        &deployed(),
        &[
            "config:set --no-restart a B=1 A=2",
            "config:set --global C=3",
            "config:unset --no-restart a B NOPE A",
            "config:unset --no-restart a NOPE",
            "config:unset --global C",
            "config:clear --no-restart a",
            "config:set a A=1",
            "config:unset a NOPE",
        ]
    ));
}

#[test]
fn domains_of_an_app_that_is_not_deployed() {
    assert_snapshot!(fired(
        &undeployed(),
        &[
            "domains:add a a.example.com b.example.com",
            "domains:add a a.example.com",
            "domains:remove a b.example.com",
            "domains:set a c.example.com",
            "domains:clear a",
            "domains:disable a",
            "domains:add a d.example.com",
            "domains:disable a",
            "domains:enable a",
            "domains:add-global e.example.com",
            "domains:clear-global",
            "domains:clear a",
        ]
    ));
}

#[test]
fn domains_of_a_deployed_app() {
    assert_snapshot!(fired(
        &deployed(),
        &[
            "domains:add a a.example.com",
            "domains:disable a",
            "domains:enable a"
        ]
    ));
}

#[test]
fn certificates() {
    let add = format!("certs:add a {CERTIFICATE} {KEY}");
    let text = fired(
        &deployed(),
        &["proxy:ports-set a http:80:5000", &add, "certs:remove a"],
    );
    assert_snapshot!(text.replace(env!("CARGO_MANIFEST_DIR"), "<CHECKOUT>"));
}

#[test]
fn ports_and_the_proxy() {
    assert_snapshot!(fired(
        &deployed(),
        &[
            "proxy:ports-add a http:8080:5000",
            "proxy:ports-remove a 8080",
            "proxy:ports-clear a",
            "proxy:set a nginx",
            "proxy:disable a",
            "proxy:enable a",
            "proxy:set a haproxy",
            "proxy:ports-set a http:80:5000",
        ]
    ));
}

#[test]
fn tags_and_one_off_commands() {
    assert_snapshot!(fired(
        &deployed(),
        &[
            "run -e A=1 a echo hello",
            "enter a web true",
            "checks:run a web",
            "logs a",
            "logs:failed a",
            "cleanup",
            "cleanup a",
            "tags:create a v1",
            "tags:deploy a v1",
            "tags:destroy a v1",
        ]
    ));
}

#[test]
fn reports_and_settings() {
    assert_snapshot!(fired(
        &deployed(),
        &[
            "url a",
            "urls a",
            "apps:report a",
            "ps:report a",
            "ps:inspect a",
            "nginx:build-config a",
            "network:rebuild a",
            "checks:disable a",
            "checks:skip a worker",
            "checks:enable a",
            "git:set a deploy-branch main",
            "git:initialize a",
            "storage:mount a /a:/b",
            "docker-options:add a deploy --init",
            "buildpacks:add a heroku/nodejs",
            "resource:limit --cpu 1 a",
            "network:set a tld svc",
            "nginx:set a hsts false",
            "events:on",
            "events:off",
        ]
    ));
}

#[test]
fn a_tarball() {
    let world = recorded(World::new().serves(5000, "Hello from dokku-rs").app("a"));
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/apps/hello");
    let run = world
        .invocation()
        .shell(&format!("tar -c -C {sample} . | dokku tar:in a"));
    assert_eq!(run.status, 0, "{run}");
    assert_snapshot!(record(&world));
}
