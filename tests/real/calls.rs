//! The log of the docker calls of a session. Calls come from parallel processes, some of which
//! outlive the command that started them: writers and the reader take turns by a lock on the file.

use std::fs::{self, File};
use std::io::Read as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

/// A file that holds, for every call, the number of its words and then the words, each ended by NUL.
pub struct CallLog {
    path: PathBuf,
}

impl CallLog {
    /// An empty log that every user may write to.
    pub fn new(path: PathBuf) -> Self {
        fs::write(&path, "").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o666)).unwrap();
        Self { path }
    }

    /// A bash function `note WORD...` that adds a call to the log at `path`.
    pub fn note(path: &Path) -> String {
        // Without the lock a word with a newline would reach the file in two pieces.
        let path = path.display();
        format!("note() {{ {{ flock 9 && printf '%s\\0' $# \"$@\" >&9; }} 9>>{path}; }}")
    }

    /// The calls since the last time, which are then forgotten.
    pub fn take(&self) -> Vec<Vec<String>> {
        let mut options = File::options();
        let mut file = options.read(true).write(true).open(&self.path).unwrap();
        file.lock().unwrap();
        let mut text = String::new();
        file.read_to_string(&mut text).unwrap();
        file.set_len(0).unwrap();
        let mut words = text.split_terminator('\0').map(str::to_owned);
        let mut calls = Vec::new();
        while let Some(count) = words.next() {
            calls.push(words.by_ref().take(count.parse().unwrap()).collect());
        }
        calls
    }
}

#[test]
fn calls_of_parallel_processes_stay_whole() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("calls");
    let note = CallLog::note(&path);
    let log = CallLog::new(path);
    let script =
        format!("{note}\nfor i in {{1..50}}; do note run \"$1\" $'MULTI=a\\nb' \"$i\"; done");
    let writers: Vec<_> = (0..4)
        .map(|writer| {
            let mut bash = std::process::Command::new("bash");
            bash.args(["-c", &script, "bash", &writer.to_string()]);
            bash.spawn().unwrap()
        })
        .collect();
    let mut calls = Vec::new();
    for mut writer in writers {
        while writer.try_wait().unwrap().is_none() {
            calls.extend(log.take());
        }
    }
    calls.extend(log.take());
    let mut wanted = Vec::new();
    for writer in 0..4 {
        for i in 1..=50 {
            let words = ["run", &writer.to_string(), "MULTI=a\nb", &i.to_string()];
            wanted.push(words.map(str::to_owned).to_vec());
        }
    }
    calls.sort();
    wanted.sort();
    assert_eq!(calls, wanted);
}
