//! The "Bad input" tables of the references: what a wrong call is told, its exit status, and that
//! it changes nothing. The tables are `inputs/*.txt`: after a prompt (`$`, or `#` for root) the
//! command and its status; then its stdout (`> …`) and its stderr, both exact.

use std::fmt::Write as _;

use crate::docker::Image;
use crate::run::Run;
use crate::world::World;

/// A call and what comes of it.
#[derive(Debug, Default)]
struct Row<'a> {
    user: &'a str,
    command: &'a str,
    status: i32,
    stdout: String,
    stderr: String,
}

impl Row<'_> {
    fn is_met(&self, run: &Run) -> bool {
        let told = (run.status, &run.stdout, &run.stderr);
        told == (self.status, &self.stdout, &self.stderr) && run.changes.is_empty()
    }
}

fn rows(table: &str) -> Vec<Row<'_>> {
    let mut rows: Vec<Row> = Vec::new();
    for line in table.lines() {
        let prompt = [("$ ", "dokku"), ("# ", "root")]
            .into_iter()
            .find_map(|(prompt, user)| Some((line.strip_prefix(prompt)?, user)));
        if let Some((call, user)) = prompt {
            let (command, status) = call.rsplit_once(" → ").unwrap();
            let status = status.parse().unwrap();
            rows.push(Row {
                user,
                command,
                status,
                ..Row::default()
            });
            continue;
        }
        let row = rows.last_mut().unwrap();
        match line.strip_prefix("> ") {
            Some(out) => row.stdout += &format!("{out}\n"),
            None => row.stderr += &format!("{line}\n"),
        }
    }
    // A confirmation waits behind its prompt.
    for row in &mut rows {
        if row.stdout == "> \n" {
            row.stdout.pop();
        }
    }
    rows
}

/// Runs a table in one world; all rows that are not met are shown together.
fn check(world: &World, table: &str) {
    let mut complaints = String::new();
    for row in rows(table) {
        let call = world.invocation().user(row.user);
        let run = call.shell(&format!("dokku {}", row.command));
        if !row.is_met(&run) {
            let _ = writeln!(complaints, "\n{run}\nexpected: {row:#?}");
        }
    }
    assert!(complaints.is_empty(), "{complaints}");
}

#[test]
fn apps_and_their_names() {
    let world = World::new().app("a").app("other");
    check(&world, include_str!("inputs/apps.txt"));
}

#[test]
fn config_keys_and_pairs() {
    let world = World::new().app("a");
    check(&world, include_str!("inputs/config.txt"));
}

#[test]
fn git_tarballs_and_tags() {
    let world = World::new().app("a");
    check(&world, include_str!("inputs/git-tar-tags.txt"));
}

#[test]
fn buildpacks_and_resources() {
    let world = World::new()
        .app("a")
        .app("with")
        .did(&["buildpacks:add", "with", "heroku/nodejs"]);
    check(&world, include_str!("inputs/buildpacks-resource.txt"));
}

#[test]
fn docker_options_and_mounts() {
    let world = World::new()
        .app("a")
        .app("with")
        .did(&["storage:mount", "with", "/a:/b"]);
    check(&world, include_str!("inputs/docker-options-storage.txt"));
}

/// A host with an app `a`, an app `d` that runs a web and a worker process, and `shipped`, whose
/// image sets its scale.
fn deployed() -> World {
    World::new()
        .app("a")
        .app("shipped")
        .app("d")
        .deployed("d", Image::default(), &["web.1", "worker.1"])
        .file("home/d/DOKKU_SCALE", "web=1\nworker=1\n")
        .file("home/shipped/DOKKU_SCALE.extracted", "web=1\n")
}

#[test]
fn processes_checks_and_the_scheduler() {
    check(&deployed(), include_str!("inputs/ps-checks-scheduler.txt"));
}

#[test]
fn containers_to_enter_to_read_and_to_run() {
    check(&deployed(), include_str!("inputs/enter-logs-run.txt"));
}

#[test]
fn nginx_certificates_and_domains() {
    let world = World::new()
        .app("a")
        .app("off")
        .did(&["nginx:set", "off", "access-log-path", "off"])
        .did(&["nginx:set", "off", "error-log-path", "/dev/null"])
        .did(&["proxy:set", "off", "haproxy"]);
    check(&world, include_str!("inputs/nginx-certs-domains.txt"));
}

#[test]
fn ports_and_networks() {
    let world = World::new().app("a").app("with").did(&[
        "network:set",
        "with",
        "attach-post-create",
        "net-one",
    ]);
    check(&world, include_str!("inputs/proxy-network.txt"));
}

#[test]
fn keys_and_triggers() {
    check(&World::new(), include_str!("inputs/ssh-keys-plugin.txt"));
}
