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

/// Whether a text is a recorded one, in which `<ID1>`, `<TIME>` … stand for anything within a line.
pub fn agrees(want: &str, got: &str) -> bool {
    want == got || pattern(want).is_match(got)
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
}
