//! A scratch host: its own data roots, plugin tree, programs and fake docker, in one temporary
//! directory. Built up by words, then asked to run things; what came of it is a `Run`.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use tempfile::TempDir;

use crate::backend::Backend;
use crate::docker::{Container, Home, Image, Process, State};
use crate::invocation::Invocation;
use crate::run::Run;

/// Programs of the binary, by the names that it is called by.
const FACES: &[&str] = &["plugn", "sigil", "sshcommand", "procfile-util"];

/// Programs that change a host or ask the network: in a world they only record that they were
/// called.
const RECORDED: &[&str] = &[
    "adduser",
    "apk",
    "apt",
    "apt-get",
    "chgrp",
    "chown",
    "dig",
    "dnf",
    "dpkg",
    "gpasswd",
    "groupadd",
    "groupdel",
    "initctl",
    "invoke-rc.d",
    "logger",
    "logrotate",
    "nginx",
    "openresty",
    "pacman",
    "parallel",
    "passwd",
    "rsyslogd",
    "runuser",
    "service",
    "sv",
    "systemctl",
    "useradd",
    "userdel",
    "usermod",
    "visudo",
    "yum",
    "zypper",
];

/// Directories of a world: the data roots, what a machine has below `/etc`, and the harness's own.
const DIRECTORIES: &[&str] = &[
    "home",
    "lib/config",
    "lib/data/storage",
    "log",
    "tmp",
    "docker",
    "sys/etc/cron.d",
    "sys/etc/default",
    "sys/etc/logrotate.d",
    "sys/etc/nginx/conf.d",
    "sys/etc/rsyslog.d",
    "sys/etc/sudoers.d",
];

/// A scratch host.
pub struct World {
    root: TempDir,
    real_root: PathBuf,
    docker: Home,
    backend: Option<Backend>,
}

impl World {
    /// A freshly installed host with the global domain `dokku.me` and no apps.
    pub fn new() -> Self {
        let root = tempfile::Builder::new()
            .prefix("world.")
            .tempdir_in(env!("CARGO_TARGET_TMPDIR"))
            .unwrap();
        let real_root = fs::canonicalize(root.path()).unwrap();
        let world = Self {
            docker: Home::at(real_root.join("docker")),
            root,
            real_root,
            backend: None,
        };
        world.lay_directories();
        world.lay_programs();
        world.lay_plugins();
        world
    }

    fn lay_directories(&self) {
        for dir in DIRECTORIES {
            fs::create_dir_all(self.path(dir)).unwrap();
        }
        fs::write(self.path("lib/STABLE_VERSION"), "0.20.4").unwrap();
        fs::write(self.path("sys/etc/os-release"), "ID=debian\n").unwrap();
        fs::write(self.path("sys/etc/hostname"), "vm\n").unwrap();
        fs::write(self.path("home/HOSTNAME"), "dokku.me\n").unwrap();
        fs::write(self.path("home/VHOST"), "dokku.me\n").unwrap();
    }

    fn lay_programs(&self) {
        let bin = self.path("bin");
        fs::create_dir_all(&bin).unwrap();
        provide(Path::new(env!("CARGO_BIN_EXE_dokku")), &bin.join("dokku"));
        for face in FACES {
            symlink("dokku", bin.join(face)).unwrap();
        }
        for name in std::iter::once(&"docker").chain(RECORDED) {
            provide(fake_docker(), &bin.join(name));
        }
        fs::create_dir_all(self.path("sys/usr/sbin")).unwrap();
        symlink(
            "../../../bin/invoke-rc.d",
            self.path("sys/usr/sbin/invoke-rc.d"),
        )
        .unwrap();
        self.script("bin/sudo", SUDO);
        self.script("bin/ssh", SSH);
    }

    fn lay_plugins(&self) {
        let files = concat!(env!("CARGO_MANIFEST_DIR"), "/plugins");
        let binary = self.path("bin/dokku").to_string_lossy().into_owned();
        let run = self
            .invocation()
            .env("DOKKU_LIB_ROOT", self.path("lib"))
            .dokku(["layout", &binary, files]);
        assert_eq!(run.status, 0, "the plugin tree was not laid: {run}");
    }

    /// A path below the world's root: `home/…`, `lib/…`, `sys/…`.
    pub fn path(&self, relative: &str) -> PathBuf {
        self.real_root.join(relative)
    }

    /// The world's fake docker.
    pub fn docker_home(&self) -> &Home {
        &self.docker
    }

    /// Reads a file of the world.
    pub fn read(&self, relative: &str) -> String {
        fs::read_to_string(self.path(relative)).unwrap_or_default()
    }

    /// Writes a file (mode 0644), with its parents.
    pub fn file(self, relative: &str, content: &str) -> Self {
        let path = self.path(relative);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
        self
    }

    fn script(&self, relative: &str, content: &str) {
        let path = self.path(relative);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// Creates an app.
    pub fn app(self, name: &str) -> Self {
        self.did(&["apps:create", name])
    }

    /// Runs a command that must succeed, as a step on the way to the one under test.
    pub fn did(self, words: &[&str]) -> Self {
        let run = self.dokku(words);
        assert_eq!(run.status, 0, "a preparing step failed: {run}");
        self
    }

    /// Installs and enables a third-party plugin: its executable files and their scripts.
    pub fn plugin(self, name: &str, files: &[(&str, &str)]) -> Self {
        let dir = format!("lib/plugins/available/{name}");
        for (file, script) in files {
            self.script(&format!("{dir}/{file}"), script);
        }
        let toml = "[plugin]\ndescription = \"a test plugin\"\nversion = \"1.0.0\"\n";
        fs::write(self.path(&dir).join("plugin.toml"), toml).unwrap();
        symlink(self.path(&dir), self.path("lib/plugins/enabled").join(name)).unwrap();
        self
    }

    /// Presets what the fake docker knows.
    pub fn docker(self, change: impl FnOnce(&mut State)) -> Self {
        self.docker.update(change).unwrap();
        self
    }

    /// Asks the fake docker's state.
    pub fn docker_state<T>(&self, ask: impl FnOnce(&mut State) -> T) -> T {
        self.docker.update(ask).unwrap()
    }

    /// Presets an image; `files` are paths inside and their contents.
    pub fn image(self, image: Image, files: &[(&str, &str)]) -> Self {
        let id = self.docker.update(|state| state.add_image(image)).unwrap();
        for (path, content) in files {
            let file = self.docker.files(&id).join(path.trim_start_matches('/'));
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, content).unwrap();
        }
        self
    }

    /// Presets a container.
    pub fn container(self, container: Container) -> Self {
        self.docker(|state| {
            state.add_container(container);
        })
    }

    /// Scripts what a process does whose command line or dyno name contains a text.
    pub fn process(self, process: Process) -> Self {
        self.docker(|state| state.processes.insert(0, process))
    }

    /// The next docker call that starts with some words fails.
    pub fn docker_fails(self, words: &[&str], status: u8, stderr: &str) -> Self {
        let answer = crate::docker::Answer {
            argv: words.iter().map(|word| (*word).to_owned()).collect(),
            status,
            stderr: stderr.to_owned(),
            times: Some(1),
            ..Default::default()
        };
        self.docker(|state| state.answers.push(answer))
    }

    /// Presets a deployed app without building it: an image, and a running container on record
    /// for each process (`web.1`).
    pub fn deployed(self, app: &str, image: Image, processes: &[&str]) -> Self {
        let name = format!("dokku/{app}:latest");
        let mut world = self.image(
            Image {
                names: vec![name.clone()],
                ..image
            },
            &[],
        );
        for process in processes {
            world = world.running(app, &name, process);
        }
        world
    }

    fn running(self, app: &str, image: &str, process: &str) -> Self {
        let kind = process.split('.').next().unwrap();
        let labels = [
            ("dokku", ""),
            ("com.dokku.app-name", app),
            ("com.dokku.container-type", "deploy"),
            ("com.dokku.process-type", kind),
            ("com.dokku.dyno", process),
        ];
        let container = Container {
            name: format!("{app}.{process}"),
            image: image.to_owned(),
            status: "running".to_owned(),
            labels: labels.map(|(k, v)| (k.to_owned(), v.to_owned())).into(),
            ..Container::default()
        };
        let (id, ip) = self
            .docker
            .update(|state| {
                let id = state.add_container(container);
                let ip = state.containers.last().unwrap().ip.clone();
                (id, ip)
            })
            .unwrap();
        self.file(&format!("home/{app}/CONTAINER.{process}"), &id)
            .file(&format!("home/{app}/IP.{process}"), &ip)
            .file(&format!("home/{app}/PORT.{process}"), "5000")
    }

    /// From now on containers get addresses on which a real web server answers `body` at `port`.
    pub fn serves(mut self, port: u16, body: &'static str) -> Self {
        let backend = Backend::start(port, body);
        let subnet = backend.subnet().to_owned();
        self.backend = Some(backend);
        self.docker(|state| state.subnet = subnet)
    }

    /// The first three numbers of the containers' addresses, when a web server answers there.
    pub fn subnet(&self) -> Option<&str> {
        self.backend.as_ref().map(Backend::subnet)
    }

    /// Something to run: words, stdin, user and environment are still open.
    pub fn invocation(&self) -> Invocation<'_> {
        Invocation::new(self)
    }

    /// Runs `dokku WORDS…` as the dokku user with an empty stdin.
    pub fn dokku<W: AsRef<str>>(&self, words: impl IntoIterator<Item = W>) -> Run {
        self.invocation().dokku(words)
    }

    /// Runs the command of an ssh session.
    pub fn ssh(&self, command: &str) -> Run {
        self.invocation().ssh(command)
    }

    /// Pushes a sample app of `fixtures/apps` over the world's ssh: git, receive-pack and the
    /// hook are real, only sshd is left out.
    pub fn push(&self, sample: &str, app: &str) -> Run {
        self.invocation().push(sample, app)
    }

    /// A text in which the product's data paths are the world's.
    pub fn localised(&self, text: &str) -> String {
        let roots = [
            ("/home/dokku", "home"),
            ("/var/lib/dokku", "lib"),
            ("/var/log/dokku", "log"),
        ];
        roots
            .iter()
            .fold(text.to_owned(), |text, (product, relative)| {
                text.replace(product, &self.path(relative).to_string_lossy())
            })
    }

    /// The root as it may appear in texts: as it was made, and without links.
    pub fn roots(&self) -> [String; 2] {
        [self.root.path(), &self.real_root].map(|path| path.to_string_lossy().into_owned())
    }
}

/// Lends a program by hard link; copies it when the world is on another file system.
fn provide(program: &Path, to: &Path) {
    if fs::hard_link(program, to).is_err() {
        fs::copy(program, to).unwrap();
    }
}

/// The fake docker's program, built once when it is missing or older than its source: `cargo test
/// --test it` builds no examples.
fn fake_docker() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let profile = Path::new(env!("CARGO_BIN_EXE_dokku")).parent().unwrap();
        let program = profile.join("examples/fake-docker");
        if is_stale(&program) {
            let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
            let mut build = assert_cmd::Command::new(cargo);
            build.current_dir(env!("CARGO_MANIFEST_DIR"));
            build.args([
                "build",
                "--quiet",
                "--example",
                "fake-docker",
                "--target-dir",
            ]);
            build.arg(profile.parent().unwrap());
            if profile.ends_with("release") {
                build.arg("--release");
            }
            build.assert().success();
        }
        program
    })
}

fn is_stale(program: &Path) -> bool {
    let changed = |path: &Path| fs::metadata(path).and_then(|meta| meta.modified()).ok();
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fake-docker");
    let newest = fs::read_dir(source)
        .unwrap()
        .flatten()
        .filter_map(|file| changed(&file.path()));
    changed(program) < newest.max()
}

/// Records its call like the other host programs do, and runs the command behind its own flags.
const SUDO: &str = r#"#!/bin/sh
while :; do
  case $1 in
    -u | -g) shift 2 ;;
    -*) shift ;;
    *) break ;;
  esac
done
name=${1##*/}
shift
exec "$name" "$@"
"#;

/// Plays sshd: the forced command of an authorized key, without a network.
const SSH: &str = r#"#!/bin/sh
while :; do
  case $1 in
    -o | -p | -i) shift 2 ;;
    -*) shift ;;
    *) break ;;
  esac
done
shift
export SSH_ORIGINAL_COMMAND="$*" NAME=tester FINGERPRINT=SHA256:fake
exec dokku $SSH_ORIGINAL_COMMAND
"#;
