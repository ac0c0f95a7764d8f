//! What came of a run, as one text for snapshots: exit status, stdout and stderr (always both),
//! every call of docker and other host programs, every changed file.

use std::fmt::{self, Display, Write as _};
use std::process::Output;

use crate::normal;
use crate::tree::Changes;
use crate::world::World;

/// A finished run. Paths are the product's; ids, times and the like are as they came.
#[derive(Debug)]
pub struct Run {
    /// The command as a person would type it.
    pub command: String,
    /// Exit status; 128 and the signal when it was killed.
    pub status: i32,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
    /// Calls of docker and other recorded programs, in order.
    pub calls: Vec<Vec<String>>,
    /// Changed files below the data roots.
    pub changes: Changes,
}

impl Run {
    /// Puts the product's paths in place of the world's.
    pub fn new(
        world: &World,
        command: &str,
        output: &Output,
        calls: Vec<Vec<String>>,
        mut changes: Changes,
    ) -> Self {
        use std::os::unix::process::ExitStatusExt as _;
        let text = |bytes: &[u8]| normal::paths(world, &String::from_utf8_lossy(bytes));
        for entry in changes.values_mut().flatten() {
            entry.content = normal::paths(world, &entry.content);
        }
        let killed = output.status.signal().map(|signal| 128 + signal);
        let words = |words: Vec<String>| words.iter().map(|w| normal::paths(world, w)).collect();
        Self {
            command: normal::paths(world, command),
            status: output.status.code().or(killed).unwrap_or(-1),
            stdout: text(&output.stdout),
            stderr: text(&output.stderr),
            calls: calls.into_iter().map(words).collect(),
            changes,
        }
    }

    /// Calls of docker, without its own name.
    pub fn docker_calls(&self) -> impl Iterator<Item = &[String]> {
        let docker = self
            .calls
            .iter()
            .filter(|call| call.first().is_some_and(|w| w == "docker"));
        docker.map(|call| &call[1..])
    }
}

impl Display for Run {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = format!("$ {}\nexit {}\n", self.command, self.status);
        section(&mut text, "stdout", &self.stdout)?;
        section(&mut text, "stderr", &self.stderr)?;
        for call in &self.calls {
            writeln!(text, "called: {}", shell_words::join(call))?;
        }
        for (name, entry) in &self.changes {
            match entry {
                None => writeln!(text, "removed: {name}")?,
                Some(entry) => {
                    section(
                        &mut text,
                        &format!("{:04o} {name}", entry.mode),
                        &entry.content,
                    )?;
                }
            }
        }
        out.write_str(normal::volatile(&text).trim_end())
    }
}

/// A title and the lines below it; a missing final newline is shown.
fn section(text: &mut String, title: &str, content: &str) -> fmt::Result {
    if content.is_empty() {
        return writeln!(text, "{title}: (empty)");
    }
    writeln!(text, "{title}:")?;
    for line in content.split_inclusive('\n') {
        match line.strip_suffix('\n') {
            Some(line) => writeln!(text, "  |{line}|")?,
            None => writeln!(text, "  |{line}| (no newline)")?,
        }
    }
    Ok(())
}
