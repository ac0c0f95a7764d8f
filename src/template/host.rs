//! The world as a template sees it. The engine itself does no I/O: it asks a [`Host`].

use std::io;

/// One name in a directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirEntry {
    /// The name without its directory.
    pub name: String,
    /// Whether it is a directory itself; a symbolic link to one is not.
    pub is_dir: bool,
}

/// What templates may ask of the world (reference 45 §4).
pub trait Host {
    /// An environment variable.
    fn env(&self, name: &str) -> Option<String>;
    /// A file's content; relative paths are relative to the working directory.
    fn read_file(&self, path: &str) -> io::Result<Vec<u8>>;
    /// Whether the path exists.
    fn exists(&self, path: &str) -> bool;
    /// The names in a directory, in any order.
    fn list_dir(&self, path: &str) -> io::Result<Vec<DirEntry>>;
    /// Standard input to its end; nothing when it was read before.
    fn stdin(&self) -> io::Result<Vec<u8>>;
    /// Runs `words` (never empty) without a shell and with empty stdin; its stdout. The error is
    /// Go's text: `exit status N` or `exec: "x": executable file not found in $PATH`.
    fn run(&self, words: &[String]) -> Result<Vec<u8>, String>;
    /// The body of a GET request, whatever its status; the error is a transport error's text.
    fn http_get(&self, url: &str) -> Result<Vec<u8>, String>;
}

/// A host with an empty environment and nothing else: for pure renders.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoHost;

impl Host for NoHost {
    fn env(&self, _name: &str) -> Option<String> {
        None
    }

    fn read_file(&self, _path: &str) -> io::Result<Vec<u8>> {
        Err(io::ErrorKind::NotFound.into())
    }

    fn exists(&self, _path: &str) -> bool {
        false
    }

    fn list_dir(&self, _path: &str) -> io::Result<Vec<DirEntry>> {
        Err(io::ErrorKind::NotFound.into())
    }

    fn stdin(&self) -> io::Result<Vec<u8>> {
        Ok(Vec::new())
    }

    fn run(&self, _words: &[String]) -> Result<Vec<u8>, String> {
        Err("commands are not available here".to_owned())
    }

    fn http_get(&self, _url: &str) -> Result<Vec<u8>, String> {
        Err("the network is not available here".to_owned())
    }
}
