//! One transcript, command by command: what differs and is not listed is a complaint, and so is
//! what is listed and does not differ.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::time::Instant;

use crate::common::compare::Entry;
use crate::common::deviations::{self, List, judge};
use crate::common::record::{Exit, Part, Record, State, records};
use crate::docker::{Removed, changing};
use crate::files::{DEAD, Tree, tree};
use crate::ids::Ids;
use crate::machine::{APPS, CREATED, Machine};
use crate::{stage, texts};

/// The reviewed differences.
pub fn listed() -> List {
    deviations::parse(include_str!("deviations.toml"))
}

/// A transcript that is being replayed.
pub struct Session {
    transcript: &'static str,
    machine: Machine,
    ids: Ids,
    /// What the record left of files so far.
    expected: BTreeMap<String, State>,
    /// Containers that background processes of this session look after.
    retired: BTreeSet<String>,
    /// Rules of the list that made a difference.
    rules: BTreeSet<&'static str>,
    listed: List,
}

/// What came of a command.
struct Outcome {
    status: i32,
    stdout: String,
    stderr: String,
    /// Docker calls that are about the records' apps.
    calls: Vec<Vec<String>>,
    before: Tree,
    after: Tree,
}

impl Session {
    /// A session on a machine without the records' apps.
    pub fn new(transcript: &'static str) -> Self {
        Self {
            transcript,
            machine: Machine::new(),
            ids: Ids::default(),
            expected: stage::earlier_state(transcript),
            retired: BTreeSet::new(),
            rules: BTreeSet::new(),
            listed: listed(),
        }
    }

    /// Runs every command and judges it.
    pub fn replay(mut self) {
        let mut complaints = String::new();
        let mut compared = 0;
        for (at, record) in records(self.transcript).iter().enumerate() {
            let line = at + 1;
            if stage::is_left_out(&self.machine, record) {
                eprintln!(
                    "{line} left out, it is about other apps too: {}",
                    record.cmd
                );
                self.note(record);
                continue;
            }
            compared += 1;
            let start = Instant::now();
            let differences = self.play(line, record);
            let verdict = judge(&differences, self.listed.of(self.transcript, line));
            let took = start.elapsed().as_secs_f32();
            eprintln!("{line} ({took:.1} s): {}", record.cmd);
            if let Some(complaint) = verdict {
                eprintln!("{complaint}");
                let _ = writeln!(complaints, "line {line}: {}\n{complaint}", record.cmd);
            }
        }
        complaints += &self.odd_rules();
        eprintln!("{compared} commands compared, rules: {:?}", self.rules);
        assert!(complaints.is_empty(), "\n{complaints}");
    }

    fn play(&mut self, line: usize, record: &Record) -> Vec<(Part, String)> {
        self.retired.extend(dead(&tree()));
        let rule = stage::before(&self.machine, self.transcript, line, record);
        self.rules.extend(rule);
        let outcome = self.run(line, record);
        // Docker first: what it started tells which container a recorded id means.
        let docker = self.docker_differences(record, &outcome);
        let mut found = self.output_differences(record, &outcome);
        found.extend(docker.map(|text| (Part::Docker, text)));
        let files = self.file_differences(record, &outcome);
        if !files.is_empty() {
            found.push((Part::Files, files));
        }
        self.note(record);
        found
    }

    fn run(&self, line: usize, record: &Record) -> Outcome {
        let user = if record.user == "root" {
            "root"
        } else {
            "dokku"
        };
        let command = stage::command(&self.machine, self.transcript, line, record);
        let before = tree();
        let mut known = self.known_containers();
        self.machine.docker_calls();
        let commits = stage::commits(self.transcript, line);
        let output = self.machine.run(user, &command, commits);
        let after = tree();
        let mut calls = self.machine.docker_calls();
        known.extend(self.known_containers());
        known.extend(created(&calls));
        calls.retain(|call| self.is_ours(call, &known));
        Outcome {
            status: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
            calls,
            before,
            after,
        }
    }

    fn output_differences(&mut self, record: &Record, outcome: &Outcome) -> Vec<(Part, String)> {
        let mut found = Vec::new();
        let ended = match &record.exit {
            Exit::Status(status) => outcome.status == *status,
            Exit::Words(words) => words == "timeout" && outcome.status == 124,
        };
        if !ended {
            let ends = format!("want {:?} got {}", record.exit, outcome.status);
            found.push((Part::Exit, ends));
        }
        for (part, want, got) in [
            (Part::Stdout, &record.stdout, &outcome.stdout),
            (Part::Stderr, &record.stderr, &outcome.stderr),
        ] {
            if want.starts_with("<generated file") && !got.is_empty() {
                continue;
            }
            let want = texts::comparable(&record.cmd, want);
            let got = texts::comparable(&record.cmd, got);
            let (want, rule) = texts::explained(&record.cmd, &want, &got);
            self.rules.extend(rule);
            if !self.ids.agree(&want, &got) {
                found.push((part, self.sides(&want, &got)));
            }
        }
        found
    }

    /// The lines of both sides that have no partner at their place.
    fn sides(&self, want: &str, got: &str) -> String {
        let (mut want, mut got): (Vec<&str>, Vec<&str>) =
            (want.lines().collect(), got.lines().collect());
        let same = |(want, got): &(&&str, &&str)| self.ids.agree(want, got);
        let head = want.iter().zip(&got).take_while(same).count();
        want.drain(..head);
        got.drain(..head);
        let same = |(want, got): &(&&str, &&str)| self.ids.agree(want, got);
        let tail = want
            .iter()
            .rev()
            .zip(got.iter().rev())
            .take_while(same)
            .count();
        want.truncate(want.len() - tail);
        got.truncate(got.len() - tail);
        format!("after {head} lines\n    want {want:#?}\n    got  {got:#?}")
    }

    fn docker_differences(&mut self, record: &Record, outcome: &Outcome) -> Option<String> {
        let recorded_dead = self
            .expected
            .get(DEAD)
            .and_then(|state| state.content.as_deref());
        let recorded_dead = second_words(recorded_dead);
        let recorded: Vec<Vec<String>> = record
            .docker
            .iter()
            .map(|call| call[1..].to_vec())
            .collect();
        let (want, want_removed) = changing(&recorded, &recorded_dead);
        let (got, got_removed) = changing(&outcome.calls, &self.retired);
        self.note_rules(&want_removed, &got_removed);
        for (want, got) in want.iter().zip(&got) {
            self.learn(want, got);
        }
        let same = want.len() == got.len()
            && want
                .iter()
                .zip(&got)
                .all(|(want, got)| self.ids.agree(want, got));
        (!same).then(|| self.sides(&want.join("\n"), &got.join("\n")))
    }

    /// Containers by which to tell our calls from those of others who deploy here meanwhile.
    fn known_containers(&self) -> BTreeSet<String> {
        match self.machine.has_other_apps {
            true => self.machine.containers(),
            false => BTreeSet::new(),
        }
    }

    /// A call is ours when no one else deploys here, or when it names our apps.
    fn is_ours(&self, call: &[String], known: &BTreeSet<String>) -> bool {
        let line = call.join(" ");
        if line.starts_with(CREATED) {
            return false;
        }
        let names = APPS.iter().copied().chain(["rec-net", "herokuish version"]);
        let mut names = names.chain(known.iter().map(String::as_str));
        !self.machine.has_other_apps || names.any(|name| line.contains(name))
    }

    /// `container start <ID1>` says which container that is.
    fn learn(&mut self, want: &str, got: &str) {
        let ids = (want.rsplit_once(' '), got.rsplit_once(' '));
        if let (Some(("container start", name)), Some(("container start", id))) = ids {
            self.ids.bind(name, id);
        }
    }

    fn note_rules(&mut self, want: &Removed, got: &Removed) {
        for rule in want.keys().chain(got.keys()) {
            if want.get(rule) != got.get(rule) {
                self.rules.insert(rule);
            }
        }
    }

    fn file_differences(&mut self, record: &Record, outcome: &Outcome) -> String {
        let mut text = String::new();
        let changed = outcome
            .after
            .iter()
            .filter(|(path, entry)| outcome.before.get(*path) != Some(*entry));
        let gone = outcome
            .before
            .keys()
            .filter(|path| !outcome.after.contains_key(*path));
        let touched: BTreeSet<&String> = changed.map(|(path, _)| path).chain(gone).collect();
        let paths: BTreeSet<&String> = record.files.keys().chain(touched).collect();
        for path in paths.into_iter().filter(|path| *path != DEAD) {
            let want = match record.files.get(path) {
                Some(state) => state.as_ref(),
                None => self.expected.get(path),
            };
            let got = outcome.after.get(path);
            let rule = match (want, got) {
                (Some(_), None) => leftover(path, record),
                (None, Some(entry)) => failure_list(path, entry),
                _ => None,
            };
            if rule.is_some() {
                self.rules.extend(rule);
                continue;
            }
            if !self.is_same_file(path, want, got) {
                let _ = write!(text, "\n    {path}: want {want:?} got {got:?}");
            }
        }
        text + &self.dead_differences(record, outcome)
    }

    fn is_same_file(&self, path: &str, want: Option<&State>, got: Option<&Entry>) -> bool {
        let (Some(want), Some(got)) = (want, got) else {
            return want.is_none() && got.is_none();
        };
        let content = match (&want.content, &got.content) {
            (Some(want), Some(got)) if want.starts_with("<generated") => !got.is_empty(),
            (Some(_), Some(got)) if path.ends_with(".tar") => !got.is_empty(),
            (Some(want), Some(got)) if path.ends_with("/DOKKU_PROCFILE") => {
                declarations(want) == declarations(got)
            }
            (Some(want), Some(got)) => self.ids.agree(want, got),
            (want, got) => want.is_none() && got.is_none(),
        };
        content && want.mode() == got.mode && got.owner.as_ref() == Some(&want.owner)
    }

    /// The list of old containers grows by the same apps; the record began with more in it.
    fn dead_differences(&self, record: &Record, outcome: &Outcome) -> String {
        let content = |tree: &Tree| tree.get(DEAD).and_then(|entry| entry.content.clone());
        let ours = (content(&outcome.before), content(&outcome.after));
        let before = self
            .expected
            .get(DEAD)
            .and_then(|state| state.content.clone());
        let after = match record.files.get(DEAD) {
            Some(state) => state.as_ref().and_then(|state| state.content.clone()),
            None => before.clone(),
        };
        let (want, got) = match record.cmd.as_str() {
            "dokku ps:retire" => (apps(after), apps(ours.1)),
            // Its text is compared, with the rule about renamed apps.
            rename if rename.starts_with("dokku apps:rename") => return String::new(),
            _ => (added(before, after), added(ours.0, ours.1)),
        };
        match want == got {
            true => String::new(),
            false => format!("\n    {DEAD}: want new lines of {want:?} got {got:?}"),
        }
    }

    /// Takes over what the record left, and learns which containers its files name.
    fn note(&mut self, record: &Record) {
        for (path, state) in &record.files {
            match state {
                Some(state) => self.expected.insert(path.clone(), state.clone()),
                None => self.expected.remove(path),
            };
        }
        for (path, state) in &self.expected {
            let content = state.content.as_deref().unwrap_or_default().trim();
            if path.contains("/CONTAINER.")
                && let Ok(id) = fs::read_to_string(path)
            {
                self.ids.bind(content, &id);
            }
        }
    }

    /// Rules that should have made a difference here, and unlisted ones that did.
    fn odd_rules(&self) -> String {
        let rules = self.listed.rule.iter();
        let due = rules.clone().filter(|rule| rule.seen_in == self.transcript);
        let idle = due.filter(|rule| !self.rules.contains(rule.name.as_str()));
        let idle = idle.map(|rule| format!("rule '{}' makes no difference\n", rule.name));
        let listed: BTreeSet<&str> = rules.map(|rule| rule.name.as_str()).collect();
        let unlisted = self.rules.iter().filter(|rule| !listed.contains(*rule));
        let unlisted = unlisted.map(|rule| format!("rule '{rule}' is not listed\n"));
        idle.chain(unlisted).collect()
    }
}

/// The rule by which a file that the record left may be gone.
pub fn leftover(path: &str, record: &Record) -> Option<&'static str> {
    let scratch = ["/.deploy.lock", "/DOKKU_PROCFILE"];
    if scratch.iter().any(|name| path.ends_with(name)) && record.cmd != "dokku apps:lock node-app" {
        return Some("scratch files");
    }
    if path == "/var/lib/dokku/data/scheduler-docker-local/failed-containers" {
        return Some("failed containers");
    }
    let destroys = record.cmd.contains("apps:destroy") || record.cmd.contains("apps:rename");
    let kept = ["/scheduler-docker-local/", "/config/nginx/"];
    let is_kept = kept.iter().any(|part| path.contains(part));
    (destroys && is_kept).then_some("nothing left behind")
}

/// The rule by which an app has a list of failed containers: `ID TYPE.N` lines.
fn failure_list(path: &str, entry: &Entry) -> Option<&'static str> {
    let text = entry.content.as_deref().unwrap_or_default();
    let is_id = |word: &str| word.len() == 64 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_line = |line: &str| line.split_once(' ').is_some_and(|(id, _)| is_id(id));
    let is_list = path.ends_with("/failed-containers") && text.lines().all(is_line);
    is_list.then_some("failed containers")
}

/// Ids that the recorder noted of containers of the records' apps.
fn created(calls: &[Vec<String>]) -> Vec<String> {
    let notes = calls.iter().filter_map(|call| match call.as_slice() {
        [word, id, line] if word == CREATED => Some((id, line)),
        _ => None,
    });
    let ours = notes.filter(|(_, line)| APPS.iter().any(|app| line.contains(app)));
    ours.map(|(id, _)| id.clone()).collect()
}

/// Containers that a background process is about to stop.
fn dead(tree: &Tree) -> BTreeSet<String> {
    second_words(tree.get(DEAD).and_then(|entry| entry.content.as_deref()))
}

fn second_words(text: Option<&str>) -> BTreeSet<String> {
    let lines = text.unwrap_or_default().lines();
    lines
        .filter_map(|line| line.split(' ').nth(1))
        .map(str::to_owned)
        .collect()
}

/// The lines of a Procfile that declare something: comments are the sample's.
fn declarations(text: &str) -> Vec<&str> {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines.filter(|line| !line.is_empty()).collect()
}

/// The apps of `APP CID TIME` lines.
fn apps(text: Option<String>) -> Vec<String> {
    let text = text.unwrap_or_default();
    let firsts = text.lines().filter_map(|line| line.split(' ').next());
    firsts.map(str::to_owned).collect()
}

/// The apps of lines that are new.
fn added(before: Option<String>, after: Option<String>) -> Vec<String> {
    let before = before.unwrap_or_default();
    let old: BTreeSet<&str> = before.lines().collect();
    let after = after.unwrap_or_default();
    let new: String = after
        .lines()
        .filter(|line| !old.contains(line))
        .map(|line| format!("{line}\n"))
        .collect();
    apps(Some(new))
}
