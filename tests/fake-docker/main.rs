//! A docker client for tests: keeps images, containers and networks as data beside its program,
//! records every call, and refuses (exit 64) each one that it does not know. By another name
//! (`nginx`, `sudo` …) it only records that it was called. Built as an example: never installed.
#![expect(clippy::disallowed_methods, reason = "no part of the product")]

mod container;
mod exec;
mod files;
mod format;
mod image;
mod network;
mod run;
#[allow(dead_code, reason = "the harness uses the rest")]
mod state;
mod words;

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use state::{Answer, Home, State};

/// A call that the fake does not know, and what about it.
#[derive(Debug)]
pub struct Refusal(pub String);

/// What a call prints and ends with.
#[derive(Debug, Default)]
pub struct Reply {
    status: u8,
    stdout: Vec<u8>,
    stderr: Vec<u8>,
}

/// A reply, unless the call is unknown.
pub type Outcome = Result<Reply, Refusal>;

impl Reply {
    /// Text on stdout, status 0.
    pub fn text(text: impl Into<Vec<u8>>) -> Self {
        Self {
            stdout: text.into(),
            ..Self::default()
        }
    }

    /// Lines on stdout, status 0.
    pub fn lines<S: AsRef<str>>(lines: &[S]) -> Self {
        let lines: Vec<String> = lines.iter().map(|l| format!("{}\n", l.as_ref())).collect();
        Self::text(lines.concat())
    }

    /// A message on stderr, status 1.
    pub fn error(text: impl AsRef<str>) -> Self {
        Self {
            status: 1,
            stderr: format!("{}\n", text.as_ref()).into_bytes(),
            ..Self::default()
        }
    }
}

impl From<io::Error> for Refusal {
    fn from(error: io::Error) -> Self {
        Self(format!("fake docker: {error}"))
    }
}

/// One call: the state to change and the files beside it.
pub struct Call<'a> {
    /// Images, containers, networks.
    pub state: &'a mut State,
    /// Where their files are.
    pub home: &'a Home,
}

fn main() -> ExitCode {
    let (home, argv) = match (own_home(), words()) {
        (Some(home), argv) if !argv.is_empty() => (home, argv),
        _ => return ExitCode::from(64),
    };
    let reply = answer(&home, &argv).unwrap_or_else(|Refusal(why)| {
        let text = format!("fake docker does not know: {}: {why}\n", argv.join(" "));
        let _ = home.refuse(&text);
        Reply {
            status: 64,
            stdout: Vec::new(),
            stderr: text.into_bytes(),
        }
    });
    let _ = io::stdout().write_all(&reply.stdout);
    let _ = io::stderr().write_all(&reply.stderr);
    ExitCode::from(reply.status)
}

/// `docker/` beside the directory of this program.
fn own_home() -> Option<Home> {
    let program: PathBuf = std::env::current_exe().ok()?;
    Some(Home::at(program.parent()?.parent()?.join("docker")))
}

/// The command line, with the program's bare name as first word.
fn words() -> Vec<String> {
    let mut words: Vec<String> = std::env::args_os()
        .map(|word| word.to_string_lossy().into_owned())
        .collect();
    if let Some(first) = words.first_mut() {
        let name = Path::new(&*first).file_name().unwrap_or_default();
        *first = name.to_string_lossy().into_owned();
    }
    words
}

fn answer(home: &Home, argv: &[String]) -> Outcome {
    home.record(argv)?;
    let is_docker = argv.first().is_some_and(|name| name == "docker");
    let words = argv.get(usize::from(is_docker)..).unwrap_or_default();
    home.update(|state| match state.take_answer(words) {
        Some(answer) => Ok(scripted(answer)),
        None if is_docker => docker(&mut Call { state, home }, words),
        None => Ok(Reply::default()),
    })?
}

fn scripted(answer: Answer) -> Reply {
    Reply {
        status: answer.status,
        stdout: answer.stdout.into_bytes(),
        stderr: answer.stderr.into_bytes(),
    }
}

fn docker(call: &mut Call, argv: &[String]) -> Outcome {
    let word = |at: usize| argv.get(at).map_or("", String::as_str);
    let from = |at: usize| argv.get(at..).unwrap_or_default();
    match (word(0), word(1)) {
        ("image", verb) => image::run(call, verb, from(2)),
        ("images", _) => image::run(call, "list", from(1)),
        ("container", verb) => container::run(call, verb, from(2)),
        ("inspect" | "logs" | "exec" | "run", _) => container::run(call, word(0), from(1)),
        ("ps", _) => container::run(call, "list", from(1)),
        ("network", verb) => network::run(call, verb, from(2)),
        ("-D", _) => docker(call, from(1)),
        ("version", "--format") => Ok(Reply::text("20.10.24\n")),
        ("version", "") => Ok(Reply::text("Client:\n Version: 20.10.24\n")),
        ("system", "info") | ("info", "") => Ok(Reply::text("Client:\n Context: default\n")),
        ("volume", "ls" | "list") => Ok(Reply::default()),
        _ => Err(Refusal("no such command".to_owned())),
    }
}
