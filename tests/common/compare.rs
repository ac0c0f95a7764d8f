//! Whether what came of a command agrees with the record of it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::record::{self, Exit, Part, Record, State};

/// What came of a command of ours, by the product's own paths.
pub struct Seen {
    /// Exit status; 128 and the signal when it was killed.
    pub status: i32,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
    /// Docker calls without `docker` itself, in order.
    pub docker: Vec<Vec<String>>,
    /// What changed; `None`: removed.
    pub files: BTreeMap<String, Option<Entry>>,
}

/// A file, or a directory (no content).
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Permission bits.
    pub mode: u32,
    /// `user:group`; `None` where the product's users are not there to own anything.
    pub owner: Option<String>,
    /// Content; absent for directories.
    pub content: Option<String>,
}

impl Entry {
    fn agrees(&self, want: &State) -> bool {
        let content = match (&want.content, &self.content) {
            (Some(want), Some(got)) => agrees(want, got),
            (want, got) => want.is_none() && got.is_none(),
        };
        let owner = self.owner.as_ref().is_none_or(|owner| *owner == want.owner);
        content && owner && want.mode() == self.mode
    }
}

impl Record {
    /// Whether this is a command of the product, and no step around it (push, ssh, listing).
    pub fn is_compared(&self) -> bool {
        let product = ["dokku", "plugn", "sshcommand", "PLUGIN_PATH=", "cat "];
        let withheld = self.stdout.starts_with("<generated file");
        product.iter().any(|start| self.cmd.starts_with(start)) && !withheld
    }

    /// Every part in which we differ, with both sides as text; `with_dirs`: in directories as well.
    pub fn differences(&self, seen: &Seen, with_dirs: bool) -> Vec<(Part, String)> {
        let sides = |want: &str, got: &str| format!("want {want:?}\n    got  {got:?}");
        let mut found = Vec::new();
        if self.exit != Exit::Status(seen.status) {
            let ends = format!("want {:?} got {}", self.exit, seen.status);
            found.push((Part::Exit, ends));
        }
        if !agrees(&self.stdout, &seen.stdout) {
            found.push((Part::Stdout, sides(&self.stdout, &seen.stdout)));
        }
        if !agrees(&self.stderr, &seen.stderr) {
            found.push((Part::Stderr, sides(&self.stderr, &seen.stderr)));
        }
        let want = changing(self.docker.iter().map(|call| &call[1..]));
        let got = changing(seen.docker.iter().map(Vec::as_slice));
        if want.len() != got.len() || !want.iter().zip(&got).all(|(want, got)| agrees(want, got)) {
            found.push((Part::Docker, format!("want {want:?}\n    got  {got:?}")));
        }
        let files = self.file_differences(seen, with_dirs);
        if !files.is_empty() {
            found.push((Part::Files, files));
        }
        found
    }

    fn file_differences(&self, seen: &Seen, with_dirs: bool) -> String {
        let mut text = String::new();
        let recorded = self
            .files
            .iter()
            .filter(|(name, state)| is_watched(name) && (with_dirs || is_file(state.as_ref())));
        for (name, state) in recorded {
            let (want, got) = (state.as_ref(), seen.files.get(name));
            let same = match (want, got) {
                (None, None | Some(None)) => true,
                (Some(want), Some(Some(got))) => got.agrees(want),
                _ => false,
            };
            if !same {
                let _ = write!(text, "\n    {name}: want {want:?} got {got:?}");
            }
        }
        for (name, got) in &seen.files {
            if is_watched(name) && !self.files.contains_key(name) {
                let _ = write!(text, "\n    {name}: not in the record, got {got:?}");
            }
        }
        text
    }
}

/// Whether a text is the recorded one.
fn agrees(want: &str, got: &str) -> bool {
    record::agrees(&unpadded(want), &unpadded(got))
}

/// The one column that a world can't fill as the recorded host did: below its longer root the
/// certificate's directory is wider than the column, and gets no blanks.
fn unpadded(text: &str) -> String {
    let line = |line: &str| match line.starts_with("       Ssl dir: ") {
        true => format!("{}\n", line.trim_end()),
        false => line.to_owned(),
    };
    text.split_inclusive('\n').map(line).collect()
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

/// Files that are no affair of the product, or that the recorder withheld.
fn is_watched(name: &str) -> bool {
    !name.starts_with("/home/dokku/.parallel/") && !name.ends_with("/hooks/pre-receive")
}

#[test]
fn only_the_certificates_directory_may_lack_a_blank() {
    assert!(agrees(
        "       Ssl dir:  /home/dokku/a/tls \n",
        "       Ssl dir:  /home/dokku/a/tls\n"
    ));
    assert!(!agrees("       App dir: /a \n", "       App dir: /a\n"));
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
