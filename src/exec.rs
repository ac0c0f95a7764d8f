//! The only place that starts processes. A `Cmd` is run in one of a few ways; its stdout goes to
//! the ui (so captures and prefixes apply), its status is 128+N when a signal ended it.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Read as _};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::ExitStatus;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::time::Duration;

use duct::{Expression, Handle, ReaderHandle};

use crate::cmd::{Cmd, Stderr, Stdin};
use crate::ctx::{Ctx, Input};
use crate::failure::{Failure, Outcome};
use crate::interrupt;

/// How long lines are waited for before it is asked again whether anybody wants them.
const SLICE: Duration = Duration::from_millis(100);

/// How many bytes tell a text from a program: bash looks at as many.
const HEAD: u64 = 80;

/// What a captured command left.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Output {
    /// Exit status, 128+N for signal N, 126/127 when it could not be started.
    pub status: i32,
    /// Its stdout.
    pub stdout: Vec<u8>,
    /// Its stderr.
    pub stderr: Vec<u8>,
}

impl Output {
    /// Whether it succeeded.
    pub fn ok(&self) -> bool {
        self.status == 0
    }

    /// Stdout as text without the trailing newlines.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.stdout)
            .trim_end_matches('\n')
            .to_owned()
    }

    /// Stderr as trimmed text.
    pub fn error_text(&self) -> String {
        String::from_utf8_lossy(&self.stderr).trim().to_owned()
    }
}

impl Ctx {
    /// Runs a command with its output shown; a non-zero status is the failure.
    pub fn run(&self, cmd: &Cmd) -> Outcome {
        Failure::from_status(self.status(cmd))
    }

    /// Runs a command with its output shown; returns the status.
    pub fn status(&self, cmd: &Cmd) -> i32 {
        let ran = if self.ui.is_direct() {
            let expression = self.expression(cmd).unchecked();
            self.started(cmd, || expression.run())
                .map(|out| status_code(out.status))
        } else {
            self.started(cmd, || self.expression(cmd).stdout_to_ui(self))
        };
        ran.unwrap_or_else(|error| self.not_started(cmd, &error))
    }

    /// Runs a command with its output shown; returns the status. When the work is asked to end,
    /// another one runs beside it, which makes it end.
    pub fn status_until(&self, cmd: &Cmd, stop: &Cmd) -> i32 {
        self.until(stop, || self.status(cmd))
    }

    /// Runs a command and captures stdout and stderr. When the work is asked to end, another one
    /// runs beside it, which makes it end.
    pub fn output_until(&self, cmd: &Cmd, stop: &Cmd) -> Output {
        self.until(stop, || self.output(cmd))
    }

    fn until<T>(&self, stop: &Cmd, run: impl FnOnce() -> T) -> T {
        let stop = self.expression(stop).stdout_null().stderr_null();
        let ended = AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                while !ended.load(Ordering::SeqCst) && !interrupt::asked() {
                    std::thread::sleep(SLICE);
                }
                if interrupt::asked() {
                    // One that can't be stopped is waited for.
                    let _ = stop.unchecked().run();
                }
            });
            let done = run();
            ended.store(true, Ordering::SeqCst);
            done
        })
    }

    /// Runs a command with stdout and stderr discarded; returns the status.
    pub fn silent(&self, cmd: &Cmd) -> i32 {
        let expression = self.expression(cmd).stdout_null().stderr_null().unchecked();
        self.started(cmd, || expression.run())
            .map_or(127, |out| status_code(out.status))
    }

    /// Runs a command and captures stdout and stderr.
    pub fn output(&self, cmd: &Cmd) -> Output {
        let expression = self
            .expression(cmd)
            .stdout_capture()
            .stderr_capture()
            .unchecked();
        self.captured(cmd, || expression.run())
    }

    /// Runs a command and captures stdout; stderr goes where the command says.
    pub fn read(&self, cmd: &Cmd) -> Output {
        let expression = self.expression(cmd).stdout_capture().unchecked();
        let output = self.captured(cmd, || expression.run());
        self.ui.err_bytes(&output.stderr);
        output
    }

    /// Runs a command and captures stdout and stderr mixed, in order, as stdout.
    pub fn merged(&self, cmd: &Cmd) -> Output {
        let cmd = cmd.clone().stderr(Stderr::Stdout);
        let expression = self.expression(&cmd).stdout_capture().unchecked();
        self.captured(&cmd, || expression.run())
    }

    /// Runs `from | to` and captures the stdout of `to`; the status is that of the last command
    /// that failed.
    pub fn pipeline(&self, from: &Cmd, to: &Cmd) -> Output {
        let expression = self
            .expression(from)
            .pipe(self.expression(&to.clone().stdin(Stdin::Pipe)))
            .stdout_capture()
            .unchecked();
        self.captured(to, || expression.run())
    }

    /// Becomes the command; returns only when it could not be started.
    pub fn replace(&self, cmd: &Cmd) -> Failure {
        let (program, args) = launched(cmd);
        #[expect(clippy::disallowed_methods, reason = "this is the gate")]
        let mut command = std::process::Command::new(&program);
        command.args(args).env_clear().envs(self.child_env(cmd));
        if let Some(dir) = cmd.cwd.as_ref().or(self.cwd.as_ref()) {
            command.current_dir(dir);
        }
        let error = command.exec();
        Failure::Status(self.not_started(cmd, &error))
    }

    /// Starts a command in a session of its own, on `/dev/null`, and does not wait for it.
    pub fn detach(&self, cmd: &Cmd) -> Outcome {
        let setsid = Cmd {
            program: "setsid".into(),
            args: std::iter::once(cmd.program.clone())
                .chain(cmd.args.clone())
                .collect(),
            ..cmd.clone()
        };
        let expression = self
            .expression(&setsid.stdin(Stdin::Null))
            .stdout_null()
            .stderr_null()
            .unchecked();
        self.started(cmd, || expression.start())
            .map(|_| ())
            .map_err(Failure::from)
    }

    /// Runs several commands at once and captures stdout and stderr of each.
    pub fn together(&self, cmds: &[Cmd]) -> Vec<Output> {
        let start = |cmd| {
            let expression = self.expression(cmd).stdout_capture().stderr_capture();
            expression.unchecked().start()
        };
        let handles: Vec<io::Result<Handle>> = cmds.iter().map(start).collect();
        cmds.iter()
            .zip(handles)
            .map(|(cmd, handle)| self.captured(cmd, || handle.and_then(Handle::into_output)))
            .collect()
    }

    /// Starts several commands at once with stdout and stderr mixed; `on_line(i, line)` gets each
    /// line of the i-th as it comes; returns the statuses when all have ended. They are killed when
    /// nobody wants their lines any more: the work was asked to end, or our reader went away.
    pub fn concurrently(&self, cmds: &[Cmd], mut on_line: impl FnMut(usize, &[u8])) -> Vec<i32> {
        let start = |cmd: &Cmd| {
            let merged = cmd.clone().stderr(Stderr::Stdout);
            self.expression(&merged).unchecked().reader().ok()
        };
        let readers: Vec<Option<ReaderHandle>> = cmds.iter().map(start).collect();
        let (sender, receiver) = mpsc::sync_channel(WAITING);
        std::thread::scope(|scope| {
            let spawn = |(index, reader)| {
                let sender = sender.clone();
                scope.spawn(move || read_lines(reader, index, &sender))
            };
            let workers: Vec<_> = readers.iter().enumerate().map(spawn).collect();
            drop(sender);
            loop {
                match receiver.recv_timeout(SLICE) {
                    Ok((index, line)) => on_line(index, &line),
                    Err(mpsc::RecvTimeoutError::Timeout) => {}
                    Err(mpsc::RecvTimeoutError::Disconnected) => break,
                }
                if interrupt::asked() || self.ui.is_broken() {
                    readers.iter().flatten().for_each(|reader| {
                        let _ = reader.kill();
                    });
                }
            }
            let join = |worker: std::thread::ScopedJoinHandle<i32>| worker.join().unwrap_or(127);
            workers.into_iter().map(join).collect()
        })
    }

    fn started<T>(&self, cmd: &Cmd, start: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
        if self.env.is_on("DOKKU_TRACE") {
            self.ui.err(format!("+ {cmd}"));
        }
        self.facts.forget(cmd.effect);
        start()
    }

    fn captured(
        &self,
        cmd: &Cmd,
        start: impl FnOnce() -> io::Result<std::process::Output>,
    ) -> Output {
        match self.started(cmd, start) {
            Ok(out) => Output {
                status: status_code(out.status),
                stdout: out.stdout,
                stderr: out.stderr,
            },
            Err(error) => Output {
                status: start_error_code(&error),
                stdout: Vec::new(),
                stderr: start_error_text(cmd, &error).into_bytes(),
            },
        }
    }

    fn not_started(&self, cmd: &Cmd, error: &io::Error) -> i32 {
        self.ui.err_bytes(start_error_text(cmd, error).as_bytes());
        start_error_code(error)
    }

    fn child_env(&self, cmd: &Cmd) -> BTreeMap<OsString, OsString> {
        let mut env: BTreeMap<OsString, OsString> = self
            .env
            .pairs()
            .map(|(k, v)| (k.to_owned(), v.to_owned()))
            .collect();
        for (name, value) in &cmd.env {
            match value {
                Some(value) => env.insert(name.clone(), value.clone()),
                None => env.remove(name),
            };
        }
        env
    }

    fn expression(&self, cmd: &Cmd) -> Expression {
        let (program, args) = launched(cmd);
        #[expect(clippy::disallowed_methods, reason = "this is the gate")]
        let mut expression = duct::cmd(program, args).full_env(self.child_env(cmd));
        if let Some(dir) = cmd.cwd.as_ref().or(self.cwd.as_ref()) {
            expression = expression.dir(dir);
        }
        expression = match &cmd.stdin {
            Stdin::Pipe => expression,
            Stdin::Null => expression.stdin_null(),
            Stdin::Bytes(bytes) => expression.stdin_bytes(bytes.clone()),
            Stdin::File(path) => expression.stdin_path(path),
            Stdin::Context => match &self.input {
                Input::Inherit => expression,
                Input::Null => expression.stdin_null(),
                Input::File(file) => match file.try_clone() {
                    Ok(file) => expression.stdin_file(file),
                    Err(_) => expression.stdin_null(),
                },
            },
        };
        match cmd.stderr {
            Stderr::Inherit => expression,
            Stderr::Null => expression.stderr_null(),
            Stderr::Stdout => expression.stderr_to_stdout(),
        }
    }
}

/// What the kernel is asked to run. It refuses a text without `#!` line, such as an empty hook:
/// that is read by bash, as it is when a shell starts it.
fn launched(cmd: &Cmd) -> (OsString, Vec<OsString>) {
    if !is_bare_script(Path::new(&cmd.program)) {
        return (cmd.program.clone(), cmd.args.clone());
    }
    let script = std::iter::once(cmd.program.clone());
    ("bash".into(), script.chain(cmd.args.clone()).collect())
}

/// Whether a program that is given by its path is a text without `#!` line.
fn is_bare_script(program: &Path) -> bool {
    // A program that is looked up in PATH is one of the host's own.
    if program.components().nth(1).is_none() {
        return false;
    }
    let mut head = Vec::new();
    let read = File::open(program).and_then(|file| file.take(HEAD).read_to_end(&mut head));
    read.is_ok() && !head.starts_with(b"#!") && !head.contains(&0)
}

trait StdoutToUi {
    fn stdout_to_ui(self, ctx: &Ctx) -> io::Result<i32>;
}

impl StdoutToUi for Expression {
    fn stdout_to_ui(self, ctx: &Ctx) -> io::Result<i32> {
        let reader = self.unchecked().reader()?;
        ctx.ui.pump(&reader)?;
        Ok(reader.try_wait()?.map_or(0, |out| status_code(out.status)))
    }
}

/// How many lines wait to be taken before their commands must: a slow reader fills no memory.
const WAITING: usize = 64;

/// Bytes after which a line is passed on although it has not ended.
const LONGEST: u64 = 1 << 20;

fn read_lines(
    handle: &Option<ReaderHandle>,
    index: usize,
    sender: &mpsc::SyncSender<(usize, Vec<u8>)>,
) -> i32 {
    use std::io::{BufRead, Read};
    let Some(handle) = handle else {
        return 127;
    };
    let mut reader = io::BufReader::new(handle);
    loop {
        let mut line = Vec::new();
        match reader.by_ref().take(LONGEST).read_until(b'\n', &mut line) {
            // duct's reader repeats an error for ever: stop at the first one.
            Ok(0) | Err(_) => break,
            Ok(_) => {
                if sender.send((index, line)).is_err() {
                    break;
                }
            }
        }
    }
    handle
        .try_wait()
        .ok()
        .flatten()
        .map_or(0, |out| status_code(out.status))
}

fn status_code(status: ExitStatus) -> i32 {
    status
        .code()
        .or_else(|| status.signal().map(|signal| 128 + signal))
        .unwrap_or(1)
}

fn start_error_code(error: &io::Error) -> i32 {
    if error.kind() == io::ErrorKind::NotFound {
        127
    } else {
        126
    }
}

fn start_error_text(cmd: &Cmd, error: &io::Error) -> String {
    let program = cmd.program.to_string_lossy();
    if error.kind() == io::ErrorKind::NotFound {
        format!("{program}: command not found\n")
    } else {
        format!("{program}: {error}\n")
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::env::Env;
    use crate::plugins::REGISTRY;

    #[test]
    fn a_pipe_wins_over_the_input_of_the_context() {
        let mut env = Env::default();
        env.set("PATH", "/usr/bin:/bin");
        let ctx = Ctx::new(env, &REGISTRY, Vec::new()).with_input(Input::Null);
        let output = ctx.pipeline(&Cmd::new("printf").arg("text"), &Cmd::new("cat"));
        assert_eq!(output.text(), "text");
    }

    fn ctx() -> Ctx {
        let mut env = Env::default();
        env.set("PATH", "/usr/bin:/bin");
        Ctx::new(env, &REGISTRY, Vec::new())
    }

    #[test]
    fn lines_that_nobody_has_taken_yet_are_not_hoarded() {
        let dir = tempfile::tempdir().unwrap();
        let script = "yes $(printf %01000d 0) | head -n 50000; touch done";
        let cmd = Cmd::new("sh").args(["-c", script]).cwd(dir.path());
        let (mut lines, mut ended) = (0, false);
        ctx().concurrently(&[cmd], |_, _| {
            if lines == 0 {
                std::thread::sleep(Duration::from_secs(1));
                ended = dir.path().join("done").exists();
            }
            lines += 1;
        });
        assert_eq!((lines, ended), (50000, false));
    }

    #[test]
    fn a_line_without_end_is_passed_on_in_pieces() {
        let cmd = Cmd::new("sh").args(["-c", "yes | tr -d '\\n' | head -c 3000000; echo; echo x"]);
        let mut pieces = Vec::new();
        ctx().concurrently(&[cmd], |_, line| pieces.push(line.to_vec()));
        assert!(pieces.iter().all(|piece| piece.len() <= 1 << 20));
        assert_eq!(pieces.concat().len(), 3_000_003);
        assert_eq!(pieces.last().unwrap(), b"x\n");
    }
}
