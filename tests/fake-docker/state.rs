//! What the fake docker knows, and where it keeps it: one JSON file below one directory, guarded by
//! one lock file. Shared with the test harness, which presets and reads it.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// An image.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct Image {
    /// Full id, `sha256:…`; given by `State::add_image` when empty.
    pub id: String,
    /// `repository:tag` names; none: dangling.
    pub names: Vec<String>,
    /// `KEY=VALUE` lines.
    pub env: Vec<String>,
    /// Working directory, may be empty.
    pub workdir: String,
    /// `3000/tcp` …
    pub ports: Vec<String>,
    /// Command words.
    pub cmd: Vec<String>,
    /// Entrypoint words.
    pub entrypoint: Vec<String>,
    /// Labels.
    pub labels: BTreeMap<String, String>,
}

/// A container.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct Container {
    /// Full id; given by `State::add_container` when empty.
    pub id: String,
    /// Name without the leading slash; given when empty.
    pub name: String,
    /// Image name as it was asked for.
    pub image: String,
    /// Labels, those of the image included.
    pub labels: BTreeMap<String, String>,
    /// `KEY=VALUE` lines.
    pub env: Vec<String>,
    /// Command words.
    pub cmd: Vec<String>,
    /// `created`, `running`, `exited` …
    pub status: String,
    /// Status of the process once it has exited.
    pub exit: i32,
    /// Address on the default bridge.
    pub ip: String,
    /// `default`, or the network of `--network`.
    pub network_mode: String,
    /// Networks connected later.
    pub networks: Vec<String>,
    /// Restart policy.
    pub restart: String,
    /// Container port to host port.
    pub published: BTreeMap<String, String>,
    /// `HOST:CONTAINER` mounts.
    pub binds: Vec<String>,
    /// What the process wrote to stdout.
    pub stdout: String,
    /// What the process wrote to stderr.
    pub stderr: String,
    /// Removed as soon as it exits.
    pub auto_remove: bool,
}

/// A network.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct Network {
    /// Name.
    pub name: String,
    /// Labels.
    pub labels: BTreeMap<String, String>,
}

/// A scripted answer to calls that start with some words.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct Answer {
    /// The first words of the call: behind `docker`, or with the name of another program.
    pub argv: Vec<String>,
    /// Exit status.
    pub status: u8,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
    /// How often it answers; absent: always.
    pub times: Option<u32>,
}

/// What a process does whose command line or dyno label contains some text.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct Process {
    /// The text.
    pub matches: String,
    /// It keeps running instead of exiting.
    pub stays: bool,
    /// Exit status.
    pub exit: i32,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

/// Everything that the fake knows.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct State {
    /// Images, oldest first.
    pub images: Vec<Image>,
    /// Containers, oldest first.
    pub containers: Vec<Container>,
    /// Networks but the built-in ones.
    pub networks: Vec<Network>,
    /// Scripted answers; the first that fits is used.
    pub answers: Vec<Answer>,
    /// Scripted processes; the first that fits is used.
    pub processes: Vec<Process>,
    /// The first three numbers of container addresses, `172.17.0` when empty.
    pub subnet: String,
    /// Number of the newest id.
    pub serial: u64,
}

/// All ids start with this: the harness recognises them in any text.
pub const ID_MARK: &str = "fa4ed0c4";

impl State {
    /// A fresh 64-digit id.
    pub fn new_id(&mut self) -> String {
        self.serial += 1;
        format!("{ID_MARK}{:04x}{}", self.serial, "0".repeat(52))
    }

    /// Adds an image, or replaces the names of those that had its names.
    pub fn add_image(&mut self, mut image: Image) -> String {
        if image.id.is_empty() {
            image.id = format!("sha256:{}", self.new_id());
        }
        for other in &mut self.images {
            other.names.retain(|name| !image.names.contains(name));
        }
        let id = image.id.clone();
        self.images.push(image);
        id
    }

    /// Adds a container with a fresh id, name and address where it has none.
    pub fn add_container(&mut self, mut container: Container) -> String {
        if container.id.is_empty() {
            container.id = self.new_id();
        }
        if container.name.is_empty() {
            container.name = format!("fake_{}", self.serial);
        }
        if container.ip.is_empty() && container.network_mode != "host" {
            container.ip = self.new_address();
        }
        for (field, default) in [
            (&mut container.status, "created"),
            (&mut container.network_mode, "default"),
            (&mut container.restart, "no"),
        ] {
            if field.is_empty() {
                default.clone_into(field);
            }
        }
        let id = container.id.clone();
        self.containers.push(container);
        id
    }

    fn new_address(&self) -> String {
        let subnet = match self.subnet.as_str() {
            "" => "172.17.0",
            subnet => subnet,
        };
        let free = (2..=254)
            .map(|host| format!("{subnet}.{host}"))
            .find(|ip| self.containers.iter().all(|container| container.ip != *ip));
        free.unwrap_or_default()
    }

    /// An image by name (`:latest` may be left out) or id.
    pub fn image(&self, name: &str) -> Option<&Image> {
        let full = full_name(name);
        let named = self.images.iter().find(|image| image.names.contains(&full));
        named.or_else(|| self.images.iter().find(|image| is_id(&image.id, name)))
    }

    /// Position of a container by name, id or start of an id.
    pub fn position(&self, name: &str) -> Option<usize> {
        let hit = |c: &Container| is_id(&c.id, name) || c.name == name.trim_start_matches('/');
        self.containers.iter().position(hit)
    }

    /// Takes the first scripted answer to a call.
    pub fn take_answer(&mut self, argv: &[String]) -> Option<Answer> {
        let at = self
            .answers
            .iter()
            .position(|answer| answer.times != Some(0) && argv.starts_with(&answer.argv))?;
        let answer = self.answers.get_mut(at)?;
        if let Some(times) = &mut answer.times {
            *times -= 1;
        }
        Some(answer.clone())
    }
}

/// `name:latest` for a name without tag.
pub fn full_name(name: &str) -> String {
    let last = name.rsplit('/').next().unwrap_or_default();
    if last.contains(':') {
        name.to_owned()
    } else {
        format!("{name}:latest")
    }
}

fn is_id(id: &str, asked: &str) -> bool {
    let bare = |id: &'_ str| id.trim_start_matches("sha256:").to_owned();
    !asked.is_empty() && asked.len() >= 4 && bare(id).starts_with(&bare(asked))
}

/// The directory of one fake docker.
#[derive(Clone, Debug)]
pub struct Home {
    dir: PathBuf,
}

impl Home {
    /// A fake docker that lives in a directory.
    pub fn at(dir: impl Into<PathBuf>) -> Self {
        Self { dir: dir.into() }
    }

    /// The calls so far, one JSON array a line.
    pub fn calls(&self) -> PathBuf {
        self.dir.join("calls.jsonl")
    }

    /// The calls that were refused, as text: a test fails when there are any.
    pub fn refusals(&self) -> PathBuf {
        self.dir.join("refusals")
    }

    /// The files of an image or container.
    pub fn files(&self, id: &str) -> PathBuf {
        self.dir
            .join("files")
            .join(id.trim_start_matches("sha256:"))
    }

    /// Appends a call to the record.
    pub fn record(&self, argv: &[String]) -> std::io::Result<()> {
        let mut line = serde_json::to_string(argv)?;
        line.push('\n');
        append(&self.calls(), &line)
    }

    /// Appends to the refusals.
    pub fn refuse(&self, text: &str) -> std::io::Result<()> {
        append(&self.refusals(), text)
    }

    /// Changes the state under the lock.
    pub fn update<T>(&self, change: impl FnOnce(&mut State) -> T) -> std::io::Result<T> {
        std::fs::create_dir_all(&self.dir)?;
        let lock = File::create(self.dir.join("lock"))?;
        lock.lock()?;
        let file = self.dir.join("state.json");
        let mut state: State = match std::fs::read(&file) {
            Ok(text) => serde_json::from_slice(&text)?,
            Err(_) => State::default(),
        };
        let before = state.clone();
        let result = change(&mut state);
        if state != before {
            write_whole(&file, &serde_json::to_vec(&state)?)?;
        }
        Ok(result)
    }
}

fn append(file: &Path, text: &str) -> std::io::Result<()> {
    let mut file = File::options().create(true).append(true).open(file)?;
    file.write_all(text.as_bytes())
}

fn write_whole(file: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let next = file.with_extension("next");
    std::fs::write(&next, bytes)?;
    std::fs::rename(next, file)
}
