//! A recorded command of Dokku 0.20.4, and when a text agrees with a recorded one.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use regex::Regex;
use serde::Deserialize;

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
    /// Exit status.
    pub exit: Exit,
    /// What it printed.
    pub stdout: String,
    /// What it complained.
    pub stderr: String,
    /// Its docker calls.
    pub docker: Vec<Vec<String>>,
    /// What became of files.
    pub files: BTreeMap<String, Option<State>>,
}

/// What a file or directory (no content) was left as.
#[derive(Clone, Debug, Deserialize)]
pub struct State {
    /// Permission bits, `0o644`.
    pub mode: String,
    /// `user:group`.
    pub owner: String,
    /// Absent for directories.
    pub content: Option<String>,
}

/// How it ended: a status, or in words (`timeout`).
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(untagged)]
pub enum Exit {
    /// By itself.
    Status(i32),
    /// By force.
    Words(String),
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

/// The commands of a transcript, in order; `name` is the file's without `.jsonl`.
pub fn records(transcript: &str) -> Vec<Record> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/transcripts");
    let text = fs::read_to_string(dir.join(format!("{transcript}.jsonl"))).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

impl State {
    /// Permission bits.
    pub fn mode(&self) -> u32 {
        u32::from_str_radix(self.mode.trim_start_matches("0o"), 8).unwrap()
    }
}

/// Whether a text agrees with a recorded one, in which `<ID1>`, `<TIME>` … stand for anything
/// within a line.
pub fn agrees(want: &str, got: &str) -> bool {
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
