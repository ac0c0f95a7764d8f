//! A host for tests: an environment, files and standard input of the test's choice.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io;

use super::{DirEntry, Host};

/// What the fake world holds. `run` answers with its words, one a line.
#[derive(Default)]
pub struct FakeHost {
    pub env: BTreeMap<String, String>,
    pub files: BTreeMap<String, String>,
    pub stdin: RefCell<String>,
}

impl FakeHost {
    pub fn with_env(name: &str, value: &str) -> Self {
        let env = BTreeMap::from([(name.to_owned(), value.to_owned())]);
        Self {
            env,
            ..Self::default()
        }
    }

    pub fn with_files(files: &[(&str, &str)]) -> Self {
        let files = files
            .iter()
            .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()));
        Self {
            files: files.collect(),
            ..Self::default()
        }
    }
}

impl Host for FakeHost {
    fn env(&self, name: &str) -> Option<String> {
        self.env.get(name).cloned()
    }

    fn read_file(&self, path: &str) -> io::Result<Vec<u8>> {
        let found = self.files.get(path).ok_or(io::ErrorKind::NotFound)?;
        Ok(found.clone().into_bytes())
    }

    fn exists(&self, path: &str) -> bool {
        self.files.contains_key(path)
    }

    fn list_dir(&self, path: &str) -> io::Result<Vec<DirEntry>> {
        if path != "d" {
            return Err(io::ErrorKind::NotFound.into());
        }
        let entry = |name: &str, is_dir| DirEntry {
            name: name.to_owned(),
            is_dir,
        };
        Ok(vec![entry("z", true), entry("b", false), entry("a", false)])
    }

    fn stdin(&self) -> io::Result<Vec<u8>> {
        Ok(self.stdin.take().into_bytes())
    }

    fn run(&self, words: &[String]) -> Result<Vec<u8>, String> {
        match words {
            [command] if command == "false" => Err("exit status 1".to_owned()),
            words => Ok((words.join("\n") + "\n").into_bytes()),
        }
    }

    fn http_get(&self, url: &str) -> Result<Vec<u8>, String> {
        Ok(format!("<{url}>").into_bytes())
    }
}
