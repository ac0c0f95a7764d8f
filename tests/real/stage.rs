//! Where the machine must be what the recorded one was: steps before a command, and commands in
//! other words (the record's samples lay elsewhere).

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::common::record::{Record, State, records};
use crate::files::DEAD;
use crate::machine::{APPS, Machine};

/// Commands about all apps of a machine.
const ABOUT_ALL: &[&str] = &[
    "dokku apps:list",
    "dokku buildpacks:report",
    "dokku certs:report",
    "dokku checks:report",
    "dokku docker-options:report",
    "dokku domains:report",
    "dokku git:report",
    "dokku network:list",
    "dokku network:rebuildall",
    "dokku network:report",
    "dokku nginx:report",
    "dokku proxy:report",
    "dokku ps:rebuildall",
    "dokku ps:report",
    "dokku ps:restartall",
    "dokku ps:retire",
    "dokku ps:startall",
    "dokku ps:stopall",
    "dokku resource:report",
    "dokku storage:report",
];

/// Whether a command must be left out because it is about other people's apps as well.
pub fn is_left_out(machine: &Machine, record: &Record) -> bool {
    machine.has_other_apps && ABOUT_ALL.contains(&record.cmd.replace("--quiet ", "").as_str())
}

/// What the recorded machine's list of old containers held before, as the first lines of its
/// first recorded state.
pub fn earlier_state(transcript: &str) -> BTreeMap<String, State> {
    let lines = match transcript {
        "06-deploy-dockerfile" => 2,
        _ => 1,
    };
    let records = records(transcript);
    let first = records.iter().find_map(|record| record.files.get(DEAD));
    let mut earlier = BTreeMap::new();
    if let Some(Some(state)) = first {
        let mut state = state.clone();
        let text = state.content.unwrap_or_default();
        let start: Vec<&str> = text.split_inclusive('\n').take(lines).collect();
        state.content = Some(start.concat());
        earlier.insert(DEAD.to_owned(), state);
    }
    earlier
}

/// Sets the stage for a command; returns a rule by which it is an other stage than the record's.
pub fn before(
    machine: &Machine,
    transcript: &str,
    line: usize,
    record: &Record,
) -> Option<&'static str> {
    match (transcript, line) {
        ("06-deploy-dockerfile", 1) => {
            earlier_apps(machine, "node-app cloned-app renamed-app");
            earlier_nginx_properties(machine);
        }
        ("06-deploy-dockerfile", 77) => {
            push_to_a_locked_app(machine);
            return Some("locks block");
        }
        ("06-deploy-dockerfile", 93) => old_containers_stop(machine),
        ("06-deploy-dockerfile", 97) => time_passes(),
        ("07-deploy-herokuish", 1) => earlier_apps(machine, "hk-app"),
        ("07-deploy-herokuish", 20) => lay_certificate(machine, record),
        ("08-deploy-failures", 4) => a_report_wrote_the_scale(machine),
        _ => {}
    }
    None
}

/// Apps of these names were once destroyed; the record's scheduler kept their directories.
fn earlier_apps(machine: &Machine, apps: &str) {
    let line = format!("cd /var/lib/dokku/data/scheduler-docker-local && mkdir {apps}");
    assert!(machine.run("dokku", &line, 1).status.success());
}

/// An app of that name once had properties, and destroying it left them.
fn earlier_nginx_properties(machine: &Machine) {
    let line = "mkdir -p /var/lib/dokku/config/nginx/node-app && \
                cd /var/lib/dokku/config/nginx/node-app && printf 127.0.0.1 >bind-address-ipv4 && \
                printf true >hsts && printf 100 >hsts-max-age && chmod 600 *";
    assert!(machine.run("dokku", line, 1).status.success());
}

/// The record's lock stopped nobody; ours must.
fn push_to_a_locked_app(machine: &Machine) {
    let push = machine.run("root", "push-app dockerfile-procfile node-app", 2);
    let told = String::from_utf8_lossy(&push.stderr).into_owned();
    assert!(!push.status.success(), "a locked app was deployed: {told}");
    assert!(told.contains("lock"), "a refused push says why: {told}");
    let unlock = machine.run("dokku", "dokku apps:unlock node-app", 1);
    assert!(unlock.status.success());
}

/// The record's `ps:report` did; ours only reads.
fn a_report_wrote_the_scale(machine: &Machine) {
    let line = "echo web=1 >/home/dokku/bad-app/DOKKU_SCALE";
    assert!(machine.run("dokku", line, 1).status.success());
}

/// The old containers of the records' apps but the last have stopped.
fn old_containers_stop(machine: &Machine) {
    let text = fs::read_to_string(DEAD).unwrap();
    let words = text.lines().map(|line| line.split(' ').collect::<Vec<_>>());
    let ours = words.filter(|words| APPS.contains(&words[0]));
    let mut ids: Vec<&str> = ours.map(|words| words[1]).collect();
    ids.pop();
    let stop = format!("docker container stop --time=1 {}; true", ids.join(" "));
    machine.run("root", &stop, 1);
}

/// All old containers but the last have had their time.
fn time_passes() {
    let text = fs::read_to_string(DEAD).unwrap();
    let last = text.lines().count() - 1;
    let lines = text.lines().enumerate().map(|(at, line)| {
        let (start, _) = line.rsplit_once(' ').unwrap();
        let due = if at == last { "9999999999" } else { "1" };
        format!("{start} {due}\n")
    });
    fs::write(DEAD, lines.collect::<String>()).unwrap();
}

/// The certificate that the record added lies in the working directory.
fn lay_certificate(machine: &Machine, record: &Record) {
    for (path, state) in &record.files {
        let content = state.as_ref().and_then(|state| state.content.as_ref());
        let name = Path::new(path).file_name().unwrap();
        if path.contains("/tls/server.") {
            fs::write(machine.path(name.to_str().unwrap()), content.unwrap()).unwrap();
        }
    }
}

/// The command as it is run here.
pub fn command(machine: &Machine, transcript: &str, line: usize, record: &Record) -> String {
    let apps = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/apps");
    let dir = machine.path("").display().to_string();
    match (transcript, line) {
        ("06-deploy-dockerfile", 77) => "push-app dockerfile-procfile node-app".to_owned(),
        ("06-deploy-dockerfile", 85) => {
            format!("cd {apps} && {}", record.cmd.replace("/tmp/", &dir))
        }
        ("07-deploy-herokuish", 11) => format!("timeout 3 {}", record.cmd),
        ("07-deploy-herokuish", 20) => {
            format!("cd {dir} && dokku certs:add hk-app server.crt server.key")
        }
        ("08-deploy-failures", 8) => "push-app nothing undetected-app".to_owned(),
        ("08-deploy-failures", 9) => "push-app hello Bad-Name".to_owned(),
        _ => record.cmd.clone(),
    }
}

/// How many commits the pushed sample has.
pub fn commits(transcript: &str, line: usize) -> usize {
    match transcript {
        "06-deploy-dockerfile" if line >= 77 => 2,
        _ => 1,
    }
}
