//! One recorded command, and whether a run of ours agrees with it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use regex::Regex;
use serde::Deserialize;

use crate::run::Run;

/// A line of a transcript (fixtures/transcripts/README.md).
#[derive(Deserialize)]
pub struct Record {
    /// Who ran it.
    pub user: String,
    /// The line of shell.
    pub cmd: String,
    /// What it read.
    #[serde(default)]
    pub stdin: Option<String>,
    exit: i32,
    /// What it printed.
    pub stdout: String,
    stderr: String,
    docker: Vec<Vec<String>>,
    /// What became of files.
    pub files: BTreeMap<String, Option<State>>,
}

/// What a file or directory (no content) was left as.
#[derive(Deserialize)]
pub struct State {
    /// Permission bits, `0o644`.
    mode: String,
    /// Absent for directories.
    pub content: Option<String>,
}

/// What can differ.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// Exit status.
    Exit,
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
    /// Docker calls that change something.
    Docker,
    /// Changed files: mode and content.
    Files,
}

impl Record {
    /// Whether this is a command of the product, and no step around it (push, ssh, listing).
    pub fn is_compared(&self) -> bool {
        let product = ["dokku", "plugn", "sshcommand", "PLUGIN_PATH=", "cat "];
        let withheld = self.stdout.starts_with("<generated file");
        product.iter().any(|start| self.cmd.starts_with(start)) && !withheld
    }

    /// Every part in which a run differs, with both sides as text.
    pub fn differences(&self, run: &Run) -> Vec<(Part, String)> {
        let sides = |want: &str, got: &str| format!("want {want:?}\n    got  {got:?}");
        let mut found = Vec::new();
        if self.exit != run.status {
            found.push((Part::Exit, format!("want {} got {}", self.exit, run.status)));
        }
        if !agrees(&self.stdout, &run.stdout) {
            found.push((Part::Stdout, sides(&self.stdout, &run.stdout)));
        }
        if !agrees(&self.stderr, &run.stderr) {
            found.push((Part::Stderr, sides(&self.stderr, &run.stderr)));
        }
        let want = changing(self.docker.iter().map(|call| &call[1..]));
        let got = changing(run.docker_calls());
        if want.len() != got.len() || !want.iter().zip(&got).all(|(want, got)| agrees(want, got)) {
            found.push((Part::Docker, format!("want {want:?}\n    got  {got:?}")));
        }
        let files = self.file_differences(run);
        if !files.is_empty() {
            found.push((Part::Files, files));
        }
        found
    }

    fn file_differences(&self, run: &Run) -> String {
        let mut text = String::new();
        let recorded = self
            .files
            .iter()
            .filter(|(name, state)| is_watched(name) && is_file(state.as_ref()));
        for (name, state) in recorded {
            let (want, got) = (state.as_ref(), run.changes.get(name));
            let same = match (want, got) {
                (None, None | Some(None)) => true,
                (Some(want), Some(Some(got))) => {
                    want.mode() == got.mode
                        && agrees(want.content.as_deref().unwrap_or_default(), &got.content)
                }
                _ => false,
            };
            if !same {
                let want = want.map(|want| (want.mode.as_str(), want.content.as_deref()));
                let _ = write!(text, "\n    {name}: want {want:?} got {got:?}");
            }
        }
        for (name, got) in &run.changes {
            if is_watched(name) && !self.files.contains_key(name) {
                let _ = write!(text, "\n    {name}: not in the record, got {got:?}");
            }
        }
        text
    }
}

impl State {
    /// Permission bits.
    pub fn mode(&self) -> u32 {
        u32::from_str_radix(self.mode.trim_start_matches("0o"), 8).unwrap()
    }
}

fn is_file(state: Option<&State>) -> bool {
    state.is_none_or(|state| state.content.is_some())
}

/// The calls that change something, as lines. How an answer is asked for is the product's own
/// affair, and so is whether it skips a removal of nothing.
fn changing<'a>(calls: impl Iterator<Item = &'a [String]>) -> Vec<String> {
    calls
        .filter(|call| changes(call))
        .map(|call| call.join(" "))
        .collect()
}

fn changes(call: &[String]) -> bool {
    let word = |at: usize| call.get(at).map_or("", String::as_str);
    if matches!(
        word(0),
        "" | "-D" | "inspect" | "logs" | "version" | "ps" | "images" | "info"
    ) {
        return false;
    }
    match word(1) {
        "inspect" | "list" | "ls" | "logs" | "port" | "version" | "info" | "wait" | "cp"
        | "attach" => false,
        "rm" => call.iter().skip(2).any(|name| !name.is_empty()),
        _ => true,
    }
}

/// Whether a text agrees with a recorded one, in which `<ID1>`, `<TIME>` … stand for anything
/// within a line.
fn agrees(want: &str, got: &str) -> bool {
    want == got || pattern(&without_accidents(want)).is_match(&without_accidents(got))
}

/// Lines that programs of the recorded host said, beside the product: it had no init system
/// (reference 40 §7), and its git no configured name for a first branch.
const HOST_WORDS: &[&str] = &[
    "invoke-rc.d: could not determine current runlevel",
    "Adding user dokku to group adm",
    "Starting nginx: nginx.",
    "hint:",
];

/// A text without what differs by accident: the host's words, where in upstream's source bash was,
/// orders that differ from run to run, and the padding of a column that is filled by a path in a
/// world, where paths are longer.
fn without_accidents(text: &str) -> String {
    let own = text
        .split_inclusive('\n')
        .filter(|line| !HOST_WORDS.iter().any(|words| line.starts_with(words)));
    let mut lines: Vec<String> = own.map(canonical).collect();
    if lines
        .first()
        .is_some_and(|title| title.contains("Setting resource "))
    {
        // Reference 23: the order of the settings is random upstream.
        lines[1..].sort_unstable();
    }
    lines.concat()
}

fn canonical(line: &str) -> String {
    if line.contains("/home/dokku") && line.ends_with(" \n") {
        return format!("{}\n", line.trim_end());
    }
    if let Some((_, words)) = behind_bash_place(line) {
        return words.to_owned();
    }
    // Reference 02 §10: valid flags and properties come in random order upstream.
    for title in ["valid flags: ", "valid properties include: "] {
        if let Some((start, names)) = line.split_once(title) {
            let mut names: Vec<&str> = names.trim_end().split(", ").collect();
            names.sort_unstable();
            return format!("{start}{title}{}\n", names.join(", "));
        }
    }
    line.to_owned()
}

/// Splits `FILE: line N: WORDS`.
fn behind_bash_place(line: &str) -> Option<(&str, &str)> {
    let (file, rest) = line.split_once(": line ")?;
    let (number, words) = rest.split_once(": ")?;
    let is_place = file.starts_with('/') && number.bytes().all(|byte| byte.is_ascii_digit());
    is_place.then_some((file, words))
}

/// Files that are no affair of the product, or that the recorder withheld.
fn is_watched(name: &str) -> bool {
    !name.starts_with("/home/dokku/.parallel/") && !name.ends_with("/hooks/pre-receive")
}

fn pattern(want: &str) -> Regex {
    let placeholder = Regex::new("<(?:ID|SHA|TMP|TIME|IP|NAME|PID|N|UNAME|MEMORY)[0-9]*>").unwrap();
    let mut pattern = "^".to_owned();
    let mut last = 0;
    for hit in placeholder.find_iter(want) {
        pattern += &regex::escape(&want[last..hit.start()]);
        pattern += "[^\n]*?";
        last = hit.end();
    }
    pattern += &regex::escape(&want[last..]);
    Regex::new(&(pattern + "$")).unwrap()
}

#[test]
fn placeholders_stand_for_anything_within_one_line() {
    assert!(agrees("a <ID1> b\n", "a f00 b\n"));
    assert!(agrees("<TIME>", "12:00"));
    assert!(!agrees("a <ID1> b", "a f\n00 b"));
    assert!(!agrees("a <ID1> b", "a f00 c"));
    assert!(!agrees("a", "ab"));
    assert!(agrees(
        "x, valid flags: --b, --a\n",
        "x, valid flags: --a, --b\n"
    ));
}

#[test]
fn accidents_of_the_recorded_host_are_not_compared() {
    assert!(agrees("/a/b: line 7: /c: gone\n", "/c: gone\n"));
    assert!(!agrees("/a/b: line 7: /c: gone\n", "/d: gone\n"));
    assert!(agrees("hint: x\nhint:\nend\n", "end\n"));
    assert!(!agrees("FOO\n", ""));
    let settings = "=====> Setting resource limits for a\n";
    assert!(agrees(
        &format!("{settings}  b: 1\n  a: 2\n"),
        &format!("{settings}  a: 2\n  b: 1\n")
    ));
    assert!(!agrees(
        &format!("{settings}  b: 1\n"),
        &format!("{settings}  b: 2\n")
    ));
}

#[test]
fn asking_and_removing_nothing_are_not_compared() {
    let call = |line: &str| -> Vec<String> { line.split(' ').map(str::to_owned).collect() };
    assert!(!changes(&call("container inspect x")));
    assert!(!changes(&call("container rm")));
    assert!(!changes(&call("image rm ")));
    assert!(changes(&call("image rm x")));
    assert!(changes(&call("container create x")));
}
