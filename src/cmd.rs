//! A command to run, as a value: built purely, compared in tests, printed by tracing, and run only
//! by `exec`.

use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};

/// Where a command's stdin comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Stdin {
    /// The context's input (normally the caller's own stdin).
    #[default]
    Context,
    /// `/dev/null`.
    Null,
    /// These bytes.
    Bytes(Vec<u8>),
    /// A file.
    File(PathBuf),
    /// What the command in front of it in a pipeline prints.
    Pipe,
}

/// Where a command's stderr goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stderr {
    /// The caller's stderr.
    #[default]
    Inherit,
    /// Nowhere.
    Null,
    /// Wherever stdout goes.
    Stdout,
}

/// What a command changes that stays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Effect {
    /// Nothing (or only a helper that is removed again).
    #[default]
    None,
    /// Containers or networks.
    Containers,
    /// Anything, images included.
    Anything,
}

/// Program, arguments, environment changes, directory and input of one process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cmd {
    /// The program, looked up in the child's PATH.
    pub program: OsString,
    /// Its arguments.
    pub args: Vec<OsString>,
    /// Variables to set, or with `None` to remove, on top of the context's environment.
    pub env: Vec<(OsString, Option<OsString>)>,
    /// Working directory; the context's when absent.
    pub cwd: Option<PathBuf>,
    /// Input.
    pub stdin: Stdin,
    /// Error output.
    pub stderr: Stderr,
    /// What it changes: decides which remembered facts are dropped, and what a plan would skip.
    pub effect: Effect,
}

impl Cmd {
    /// A command that only reads, until `effect` says otherwise.
    pub fn new(program: impl Into<OsString>) -> Self {
        Self {
            program: program.into(),
            args: Vec::new(),
            env: Vec::new(),
            cwd: None,
            stdin: Stdin::default(),
            stderr: Stderr::default(),
            effect: Effect::default(),
        }
    }

    /// Appends one argument.
    pub fn arg(mut self, arg: impl Into<OsString>) -> Self {
        self.args.push(arg.into());
        self
    }

    /// Appends arguments.
    pub fn args<A: Into<OsString>>(mut self, args: impl IntoIterator<Item = A>) -> Self {
        self.args.extend(args.into_iter().map(Into::into));
        self
    }

    /// Sets a variable for the child.
    pub fn env(mut self, name: impl Into<OsString>, value: impl Into<OsString>) -> Self {
        self.env.push((name.into(), Some(value.into())));
        self
    }

    /// Removes a variable for the child.
    pub fn env_remove(mut self, name: impl Into<OsString>) -> Self {
        self.env.push((name.into(), None));
        self
    }

    /// Sets the working directory.
    pub fn cwd(mut self, dir: impl AsRef<Path>) -> Self {
        self.cwd = Some(dir.as_ref().to_owned());
        self
    }

    /// Sets the input.
    pub fn stdin(mut self, stdin: Stdin) -> Self {
        self.stdin = stdin;
        self
    }

    /// Sets where stderr goes.
    pub fn stderr(mut self, stderr: Stderr) -> Self {
        self.stderr = stderr;
        self
    }

    /// Says what the command changes.
    pub fn effect(mut self, effect: Effect) -> Self {
        self.effect = effect;
        self
    }

    /// Program and arguments as text, for tests and messages.
    pub fn words(&self) -> Vec<String> {
        std::iter::once(&self.program)
            .chain(&self.args)
            .map(|word| word.to_string_lossy().into_owned())
            .collect()
    }
}

impl fmt::Display for Cmd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&shell_words::join(self.words()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_prints_as_one_shell_quoted_line() {
        let cmd = Cmd::new("docker").args(["run", "a b", "$x"]);
        assert_eq!(cmd.to_string(), "docker run 'a b' '$x'");
    }
}
