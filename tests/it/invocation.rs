//! One thing to run in a world: which program, as whom, with which environment and stdin.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::process::Output;
use std::time::Duration;

use assert_cmd::Command;
use nix::unistd::{Gid, Group, Uid, User};

use crate::run::Run;
use crate::tree::Tree;
use crate::world::World;

/// Nothing in a test takes longer.
const LIMIT: Duration = Duration::from_secs(60);

/// A run that has not begun.
pub struct Invocation<'a> {
    world: &'a World,
    env: BTreeMap<String, OsString>,
    stdin: Vec<u8>,
    terminal: bool,
}

impl<'a> Invocation<'a> {
    /// As the dokku user, with an otherwise empty environment and stdin.
    pub fn new(world: &'a World) -> Self {
        let path = |relative: &str| world.path(relative).to_string_lossy().into_owned();
        let system = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
        let (user, group) = own_names();
        let env = [
            ("PATH", format!("{}:{system}", path("bin"))),
            ("HOME", path("home")),
            ("LC_ALL", "C".to_owned()),
            ("TMPDIR", path("tmp")),
            ("USER", "dokku".to_owned()),
            ("DOKKU_RS_USER", "dokku".to_owned()),
            ("DOKKU_RS_SYSROOT", path("sys")),
            ("DOKKU_ROOT", path("home")),
            ("DOKKU_LIB_PATH", path("lib")),
            ("DOKKU_LOGS_DIR", path("log")),
            ("DOKKU_SYSTEM_USER", user),
            ("DOKKU_SYSTEM_GROUP", group),
            // The world lies in a checkout: git must not find that one's repository.
            ("GIT_CEILING_DIRECTORIES", path("")),
            ("GIT_CONFIG_NOSYSTEM", "1".to_owned()),
        ];
        Self {
            world,
            env: env
                .map(|(name, value)| (name.to_owned(), value.into()))
                .into(),
            stdin: Vec::new(),
            terminal: false,
        }
    }

    /// Sets a variable.
    pub fn env(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.env.insert(name.to_owned(), value.into());
        self
    }

    /// The user who runs it.
    pub fn user(self, name: &str) -> Self {
        self.env("DOKKU_RS_USER", name).env("USER", name)
    }

    /// What it reads.
    pub fn stdin(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.stdin = bytes.into();
        self
    }

    /// A terminal is its stdin; stdout and stderr are read as ever.
    pub fn on_a_terminal(mut self) -> Self {
        self.terminal = true;
        self
    }

    /// Runs `dokku WORDS…`.
    pub fn dokku<W: AsRef<str>>(self, words: impl IntoIterator<Item = W>) -> Run {
        self.program("dokku", words)
    }

    /// Runs a program of the world's `bin`, or of the system.
    pub fn program<W: AsRef<str>>(self, program: &str, words: impl IntoIterator<Item = W>) -> Run {
        let words: Vec<String> = words
            .into_iter()
            .map(|word| word.as_ref().to_owned())
            .collect();
        let shown = shell_words::join(std::iter::once(program).chain(words.iter().map(|w| &**w)));
        self.run(&shown, program, &words)
    }

    /// Runs the command of an ssh session, as the forced command of an authorized key does.
    pub fn ssh(self, command: &str) -> Run {
        let words: Vec<String> = command.split_whitespace().map(str::to_owned).collect();
        let open = self
            .env("SSH_ORIGINAL_COMMAND", command)
            .env("NAME", "tester")
            .env("FINGERPRINT", "SHA256:fake");
        open.run(&format!("ssh dokku@dokku.me {command}"), "dokku", &words)
    }

    /// Runs a line of bash. The product's data paths in it mean the world's, unless the line is a
    /// command of the product: those take their arguments as they are.
    pub fn shell(self, script: &str) -> Run {
        let here = if script.starts_with("dokku ") {
            // What a line reads is the world's, too: this host has another name than the recorded.
            let hostname = self.world.path("sys/etc/hostname");
            script.replace("< /etc/hostname", &format!("< {}", hostname.display()))
        } else {
            self.world.localised(script)
        };
        self.run(script, "bash", &["-c".to_owned(), here])
    }

    /// Pushes a sample app of `fixtures/apps`.
    pub fn push(self, sample: &str, app: &str) -> Run {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/apps/push-app.sh");
        let words = [sample.to_owned(), app.to_owned()];
        self.run(&format!("push-app {sample} {app}"), script, &words)
    }

    /// Runs a program and returns just what it printed, as bytes.
    pub fn output<W: AsRef<OsStr>>(
        self,
        program: &str,
        words: impl IntoIterator<Item = W>,
    ) -> Output {
        let own = self.world.path("bin").join(program);
        let program = if own.exists() {
            own.into_os_string()
        } else {
            program.into()
        };
        let words: Vec<OsString> = words.into_iter().map(|w| w.as_ref().to_owned()).collect();
        let shown = format!("{program:?} {words:?}");
        let mut command = std::process::Command::new(program);
        command
            .args(words)
            .env_clear()
            .envs(&self.env)
            .current_dir(self.world.path("home"));
        let output = if self.terminal {
            // The other end stays open until the command has ended.
            let pty = nix::pty::openpty(None, None).unwrap();
            command.stdin(pty.slave).output().unwrap()
        } else {
            let mut command = Command::from_std(command);
            command
                .timeout(LIMIT)
                .write_stdin(self.stdin)
                .output()
                .unwrap()
        };
        let refused = std::fs::read_to_string(self.world.docker_home().refusals());
        assert_eq!(
            refused.unwrap_or_default(),
            "",
            "the fake docker refused, in: {shown}"
        );
        output
    }

    fn run(self, shown: &str, program: &str, words: &[String]) -> Run {
        let before = Tree::of(self.world);
        let calls_before = calls(self.world).len();
        let world = self.world;
        let output = self.output(program, words);
        let changes = Tree::of(world).since(&before);
        let calls = calls(world).split_off(calls_before);
        Run::new(world, shown, &output, calls, changes)
    }
}

/// The calls of docker and other recorded programs so far.
pub fn calls(world: &World) -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(world.docker_home().calls()).unwrap_or_default();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// Who runs the tests: the owner of all files of a world, whoever the host's dokku user is.
fn own_names() -> (String, String) {
    let user = User::from_uid(Uid::effective()).ok().flatten();
    let group = Group::from_gid(Gid::effective()).ok().flatten();
    (
        user.map_or_else(|| Uid::effective().to_string(), |user| user.name),
        group.map_or_else(|| Gid::effective().to_string(), |group| group.name),
    )
}
