//! The records that deploy nothing, on this machine: every command that shapes an app, compared to
//! the byte as in the scratch worlds, and here with real users, owners, modes and docker as well.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::path::Path;
use std::process::Command;

use nix::unistd::{Group, User};

use crate::common::compare::{Entry, Seen};
use crate::common::deviations::{self, List, judge};
use crate::common::record::{Record, State, records};
use crate::files::{DEAD, Tree, tree};
use crate::machine::{APPS, CREATED, Machine};
use crate::{session, stage};

/// The differences that are reviewed for worlds; the list of this machine adds to it, or replaces
/// what is said there of a command.
fn listed_for_worlds() -> List {
    deviations::parse(include_str!("../it/deviations.toml"))
}

/// Runs the commands of a transcript, on a machine that has these apps.
pub fn replay(transcript: &'static str, apps: &[&str]) {
    let machine = Machine::new();
    for app in apps {
        let create = machine.run("dokku", &format!("dokku apps:create {app}"), 1);
        assert!(create.status.success());
    }
    // The record began without; what users have set stays.
    let _ = fs::remove_dir("/var/lib/dokku/config/git/--global");
    let (worlds, ours) = (listed_for_worlds(), session::listed());
    let mut complaints = String::new();
    let mut compared = 0;
    for (at, record) in records(transcript).into_iter().enumerate() {
        let line = at + 1;
        let mut record = worlds.without_noise(record, transcript, line);
        if record.cmd.contains("ls -la && ") {
            // A step around the command, which is not run.
            record.stdout.clear();
        }
        if !record.is_compared() && record.user != "root" || stage::is_left_out(&machine, &record) {
            leave_as(&record);
            continue;
        }
        compared += 1;
        let before = tree();
        let seen = run(&machine, &record, &before);
        let differences = record.differences(&seen, true);
        let known = ours.of(transcript, line);
        let known = known.or_else(|| worlds.of(transcript, line));
        if let Some(complaint) = judge(&differences, known) {
            let _ = writeln!(complaints, "line {line}: {}\n{complaint}", record.cmd);
        }
        if !differences.is_empty() {
            take_back(&before, &seen);
            leave_as(&record);
        }
    }
    eprintln!("{transcript}: {compared} commands compared");
    assert!(complaints.is_empty(), "\n{complaints}");
}

fn run(machine: &Machine, record: &Record, before: &Tree) -> Seen {
    let user = if record.user == "root" {
        "root"
    } else {
        "dokku"
    };
    let cmd = with_tarball(machine, record);
    let line = format!("cd {} && {cmd}", machine.path("").display());
    machine.docker_calls();
    let stdin = record.stdin.clone().unwrap_or_default();
    let output = machine.run_with(user, &line, 1, stdin);
    let mut docker = machine.docker_calls();
    docker.retain(|call| is_ours(machine, call));
    let after = tree();
    let paths: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let is_change = |path: &&String| before.get(*path) != after.get(*path);
    let is_others = |path: &String| machine.has_other_apps && path == DEAD;
    let changed = paths.into_iter().filter(is_change).filter(|path| {
        let may_go = session::leftover(path, record).is_some();
        (after.contains_key(*path) || !may_go) && !is_others(path)
    });
    Seen {
        status: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        docker,
        files: changed
            .map(|path| (path.clone(), after.get(path).cloned()))
            .collect(),
    }
}

/// Whether a docker call is the command's own, and not that of others who deploy here meanwhile.
fn is_ours(machine: &Machine, call: &[String]) -> bool {
    let line = call.join(" ");
    let names = APPS.iter().chain(&["network ", "herokuish version"]);
    let is_known = || names.clone().any(|name| line.contains(name));
    call[0] != CREATED && (!machine.has_other_apps || is_known())
}

/// The command with the tarball that it reads at hand, packed from what the record unpacked.
fn with_tarball(machine: &Machine, record: &Record) -> String {
    let unpacks = record.cmd.rsplit_once("ls -la && ");
    let reads = record.cmd.rsplit_once("< server_ssl");
    let dir = machine.path("certificate");
    if unpacks.is_some() || reads.is_some() {
        let _ = fs::remove_dir_all(&dir);
        fs::create_dir(&dir).unwrap();
        for (path, state) in &record.files {
            if let Some(content) = state.as_ref().and_then(|state| state.content.as_ref())
                && path.contains("/tls/server.")
            {
                let name = Path::new(path).file_name().unwrap();
                fs::write(dir.join(name), content).unwrap();
            }
        }
    }
    match (unpacks, reads) {
        (Some((_, add)), _) => format!("cd certificate && {add}"),
        (None, Some((_, name))) => {
            let mut tar = Command::new("tar");
            tar.args(["-C", &dir.display().to_string(), "-cf"])
                .arg(machine.path(&format!("server_ssl{name}")))
                .args(["./server.crt", "./server.key"]);
            assert!(tar.status().unwrap().success());
            record.cmd.clone()
        }
        (None, None) => record.cmd.clone(),
    }
}

/// Undoes what a command did to files: a different outcome must not spoil those that follow.
fn take_back(before: &Tree, seen: &Seen) {
    for path in seen.files.keys() {
        put(path, before.get(path));
    }
}

/// Leaves the files as the record did.
fn leave_as(record: &Record) {
    let entry = |state: &State| Entry {
        mode: state.mode(),
        owner: Some(state.owner.clone()),
        content: state.content.clone(),
    };
    let states: BTreeMap<&String, Option<Entry>> = record
        .files
        .iter()
        .map(|(path, state)| (path, state.as_ref().map(entry)))
        .collect();
    for (path, state) in states {
        put(path, state.as_ref());
    }
}

fn put(path: &str, entry: Option<&Entry>) {
    let place = Path::new(path);
    let Some(entry) = entry else {
        let _ = match place.is_dir() {
            true => fs::remove_dir_all(place),
            false => fs::remove_file(place),
        };
        return;
    };
    match &entry.content {
        Some(content) => fs::write(place, content).unwrap(),
        None => fs::create_dir_all(place).unwrap(),
    }
    fs::set_permissions(place, fs::Permissions::from_mode(entry.mode)).unwrap();
    let (user, group) = entry.owner.as_ref().unwrap().split_once(':').unwrap();
    let user = User::from_name(user).unwrap().unwrap();
    let group = Group::from_name(group).unwrap().unwrap();
    chown(place, Some(user.uid.as_raw()), Some(group.gid.as_raw())).unwrap();
}
