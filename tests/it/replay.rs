//! Recorded sessions of Dokku 0.20.4, run again: stdout, stderr, exit status, docker calls that
//! change something and changed files must be those of the record, but for the reviewed list.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use crate::common::compare::{Entry, Seen};
use crate::common::deviations::{self, List, judge};
use crate::common::record::{Record, State, records};
use crate::docker::{Answer, Container, Image, Process};
use crate::run::Run;
use crate::tree::{ROOTS, Tree};
use crate::world::World;

/// The reviewed differences.
fn listed() -> List {
    deviations::parse(include_str!("deviations.toml"))
}

const TRANSCRIPTS: &[&str] = &[
    "01-cli",
    "02-apps",
    "03-config",
    "04-domains-network-proxy-certs",
    "05-options",
];

/// The one key that the recorded host knew: its listed fingerprint, and a key of our own.
const KEYS: &str = concat!(
    r#"command="FINGERPRINT=SHA256:2dKdTu1lg1yXT7RTJBXtnK2F4OLVj6S55PrS58U89xA NAME=\"test\" "#,
    r#"`cat /home/dokku/.sshcommand` $SSH_ORIGINAL_COMMAND",no-agent-forwarding,no-user-rc,"#,
    "no-X11-forwarding,no-port-forwarding ssh-ed25519 ",
    "AAAAC3NzaC1lZDI1NTE5AAAAILQhAvwmOv3QWQ3piahrs5RGei4GLc8blNNKWE529hV9 test\n",
);

#[test]
fn the_command_line_replays() {
    // The recorded host had been installed for real; a second `plugin:install` has less to do.
    let world = recorded_host().file("sys/etc/nginx/dhparam.pem", "recorded");
    let installed = world.invocation().user("root").dokku(["plugin:install"]);
    assert_eq!(installed.status, 0, "{installed}");
    replay("01-cli", world.file("home/.ssh/authorized_keys", KEYS));
}

#[test]
fn apps_replay() {
    replay("02-apps", recorded_host());
}

#[test]
fn config_replays() {
    replay("03-config", with_apps());
}

#[test]
fn domains_network_proxy_and_certs_replay() {
    replay("04-domains-network-proxy-certs", with_apps());
}

#[test]
fn options_replay() {
    replay("05-options", with_apps());
}

/// A host as the recorded one was: without an init system, and two global settings are the work of
/// upstream's `install` hooks.
fn recorded_host() -> World {
    let env = "CURL_CONNECT_TIMEOUT=\"90\"\nCURL_TIMEOUT=\"600\"";
    let world = World::new().file("home/ENV", env);
    let no_init = "invoke-rc.d: could not determine current runlevel\n";
    for (argv, stdout, stderr) in [
        ("gpasswd", "Adding user dokku to group adm\n", ""),
        (
            "invoke-rc.d nginx start",
            "Starting nginx: nginx.\n",
            no_init,
        ),
        ("invoke-rc.d nginx reload", "", no_init),
    ] {
        let argv: Vec<&str> = argv.split(' ').collect();
        answer(&world, &argv, stdout, stderr);
    }
    world
}

/// The sessions after the first two began with these apps.
fn with_apps() -> World {
    recorded_host().app("cloned").app("node-app").app("other")
}

#[test]
fn listed_deviations_are_few_and_name_their_command() {
    let listed = listed();
    let compared: usize = TRANSCRIPTS
        .iter()
        .map(|name| {
            records(name)
                .iter()
                .filter(|record| record.is_compared())
                .count()
        })
        .sum();
    for deviation in &listed.deviation {
        let records = records(&deviation.transcript);
        let cmd = records
            .get(deviation.line - 1)
            .map(|record| record.cmd.as_str());
        assert_eq!(cmd, Some(deviation.cmd.as_str()), "line {}", deviation.line);
    }
    assert!(
        listed.deviation.len() * 20 < compared,
        "{} deviations of {compared} commands are 5 % or more",
        listed.deviation.len()
    );
}

/// Runs a transcript in order and fails on each difference that is not listed, and on each listed
/// one that is none any more.
fn replay(transcript: &str, world: World) {
    let listed = listed();
    let mut complaints = String::new();
    for (at, record) in records(transcript).into_iter().enumerate() {
        let line = at + 1;
        let record = &listed.without_noise(record, transcript, line);
        if !record.is_compared() {
            apply(&world, record);
            continue;
        }
        prepare(&world, transcript, line, record);
        let user = if record.user == "root" {
            "root"
        } else {
            "dokku"
        };
        let stdin = record.stdin.clone().unwrap_or_default();
        let before = Tree::of(&world);
        let run = world
            .invocation()
            .user(user)
            .stdin(stdin)
            .shell(&record.cmd);
        let differences = record.differences(&seen(&run), false);
        if let Some(complaint) = judge(&differences, listed.of(transcript, line)) {
            let _ = writeln!(
                complaints,
                "{transcript} line {line}: {}\n{complaint}",
                record.cmd
            );
        }
        if !differences.is_empty() {
            // A different outcome must not spoil the commands that follow.
            take_back(&world, &before, &run);
            apply(&world, record);
        }
    }
    assert!(complaints.is_empty(), "\n{complaints}");
}

/// A run as the records tell it; the product's users own nothing in a world.
fn seen(run: &Run) -> Seen {
    let entry = |entry: &crate::tree::Entry| Entry {
        mode: entry.mode,
        owner: None,
        content: Some(entry.content.clone()),
    };
    let files = run.changes.iter();
    Seen {
        status: run.status,
        stdout: run.stdout.clone(),
        stderr: run.stderr.clone(),
        docker: run.docker_calls().map(<[String]>::to_vec).collect(),
        files: files
            .map(|(name, state)| (name.clone(), state.as_ref().map(entry)))
            .collect(),
    }
}

/// Undoes what a run did to files.
fn take_back(world: &World, before: &Tree, run: &Run) {
    for name in run.changes.keys() {
        let Some(path) = here(world, name) else {
            continue;
        };
        match before.entry(name) {
            Some(entry) => {
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(&path, &entry.content).unwrap();
                fs::set_permissions(path, fs::Permissions::from_mode(entry.mode)).unwrap();
            }
            None => {
                let _ = fs::remove_file(path);
            }
        }
    }
}

/// Leaves the files as the record did.
fn apply(world: &World, record: &Record) {
    for (name, state) in &record.files {
        let Some(path) = here(world, name) else {
            continue;
        };
        match state {
            None if path.is_dir() => fs::remove_dir_all(path).unwrap(),
            None => {
                let _ = fs::remove_file(path);
            }
            Some(state) => {
                if let Some(content) = &state.content {
                    fs::create_dir_all(path.parent().unwrap()).unwrap();
                    fs::write(&path, content).unwrap();
                } else {
                    fs::create_dir_all(&path).unwrap();
                }
                fs::set_permissions(path, fs::Permissions::from_mode(state.mode())).unwrap();
            }
        }
    }
}

/// A product path's place in the world; only the data roots are watched.
fn here(world: &World, name: &str) -> Option<PathBuf> {
    ROOTS.iter().find_map(|(relative, root)| {
        let below = name.strip_prefix(root)?.trim_start_matches('/');
        Some(world.path(relative).join(below))
    })
}

/// Sets the stage where the record depends on what docker or the host knew.
fn prepare(world: &World, transcript: &str, line: usize, record: &Record) {
    if record.cmd.starts_with("dokku report") {
        report_facts(world, &record.stdout);
    }
    if let Some((_, tarball)) = record.cmd.split_once("< server_ssl") {
        let tarball = format!("server_ssl{tarball}");
        pack(world, &tarball, &record.files);
    }
    let exited: &[&str] = match (transcript, line) {
        ("01-cli", 19) => &["one", "two", "three", "four"],
        ("05-options", 126) => &["peersbench.web.1.1795342125", "peersbench.web.1.1795342398"],
        _ => &[],
    };
    for name in exited {
        let container = Container {
            name: (*name).to_owned(),
            status: "exited".to_owned(),
            labels: [("dokku".to_owned(), String::new())].into(),
            ..Container::default()
        };
        let added = world
            .docker_home()
            .update(|state| state.add_container(container));
        added.unwrap();
    }
}

/// What docker and herokuish told a recorded `dokku report`.
fn report_facts(world: &World, stdout: &str) {
    let image = Image {
        names: vec!["gliderlabs/herokuish:latest".to_owned()],
        ..Image::default()
    };
    let herokuish = Process {
        matches: "herokuish version".to_owned(),
        stdout: section(stdout, "herokuish version"),
        // The recorded build of it lacked the list that it prints next (reference 04 §6).
        exit: 2,
        ..Process::default()
    };
    let preset = world.docker_home().update(|state| {
        state.add_image(image);
        state.processes.insert(0, herokuish);
    });
    preset.unwrap();
    answer(world, &["version"], &section(stdout, "docker version"), "");
    let info = section(stdout, "docker daemon info");
    answer(world, &["-D", "system", "info"], &info, "");
}

/// Packs the files that a recorded command unpacked into a tarball in the working directory.
fn pack(world: &World, tarball: &str, files: &BTreeMap<String, Option<State>>) {
    let dir = world.path("tmp/pack");
    fs::create_dir_all(&dir).unwrap();
    let mut names = Vec::new();
    for (path, state) in files {
        let name = Path::new(path)
            .file_name()
            .unwrap()
            .to_string_lossy()
            .into_owned();
        if let Some(content) = state.as_ref().and_then(|state| state.content.as_ref()) {
            fs::write(dir.join(&name), content).unwrap();
            names.push(format!("./{name}"));
        }
    }
    let mut tar = assert_cmd::Command::new("tar");
    tar.arg("-cf")
        .arg(world.path("home").join(tarball))
        .arg("-C")
        .arg(&dir)
        .args(names);
    tar.assert().success();
}

/// Scripts what docker or another program of the host says, for good.
fn answer(world: &World, argv: &[&str], stdout: &str, stderr: &str) {
    let answer = Answer {
        argv: argv.iter().map(|word| (*word).to_owned()).collect(),
        stdout: stdout.to_owned(),
        stderr: stderr.to_owned(),
        ..Answer::default()
    };
    world
        .docker_home()
        .update(|state| state.answers.insert(0, answer))
        .unwrap();
}

/// The indented lines below a title of a recorded `dokku report`.
fn section(stdout: &str, title: &str) -> String {
    let lines = stdout
        .lines()
        .skip_while(|line| !line.contains(title))
        .skip(1);
    lines
        .take_while(|line| !line.starts_with("-----> "))
        .map(|line| format!("{}\n", line.strip_prefix("       ").unwrap_or(line)))
        .collect()
}
