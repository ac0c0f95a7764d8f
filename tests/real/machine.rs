//! The machine: who runs commands on it and how, which docker calls they made. What it lends for
//! the time of a session (an ssh key, a recording docker) it takes back when it is dropped.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::time::Duration;

use assert_cmd::Command;
use tempfile::TempDir;

use crate::calls::CallLog;

/// What makes every docker call of dokku pass our recorder.
const DOCKER_RC: &str = "/home/dokku/.dokkurc/DOCKER_BIN";

/// Where a program is put that dokku shall find.
const PARALLEL: &str = "/usr/local/bin/parallel";

/// The global domain of the recorded machine.
const DOMAIN: &str = "dokku.me";

/// First word of the recorder's own notes: a container's id and the call that created it.
pub const CREATED: &str = "created";

/// Name of the log of docker calls in the session's own directory.
const CALLS: &str = "calls";

/// Name of the ssh key of a session.
const KEY_NAME: &str = "real-replay";

/// Apps of the records; whatever has these names is destroyed before and after.
pub const APPS: &[&str] = &[
    "node-app",
    "cloned-app",
    "renamed-app",
    "hk-app",
    "hk-renamed",
    "bad-app",
    "undetected-app",
    "nope-app",
    "1app",
    "cloned",
    "cloned2",
    "has.dot",
    "has_underscore",
    "novhost",
    "other",
    "renamed",
    "renamed3",
    "sp ace",
    "withvhost",
];

/// The machine in the hands of one session.
pub struct Machine {
    dir: TempDir,
    calls: CallLog,
    /// Global domains that were set before, in lines.
    domains: String,
    ssh_port: String,
    /// Whether other apps live here, which must not be touched.
    pub has_other_apps: bool,
    /// Whether `parallel` is only lent.
    lends_parallel: bool,
}

impl Machine {
    /// Prepares the machine; says what is missing.
    pub fn new() -> Self {
        let root = nix::unistd::Uid::effective().is_root();
        assert!(root, "the replay creates keys and apps: run it as root");
        assert!(Path::new("/home/dokku").is_dir(), "install dokku first");
        let domains = fs::read_to_string("/home/dokku/VHOST").unwrap_or_default();
        let dir = tempfile::Builder::new()
            .prefix("dokku-real.")
            .tempdir()
            .unwrap();
        fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let mut machine = Self {
            calls: CallLog::new(dir.path().join(CALLS)),
            dir,
            domains,
            ssh_port: ssh_port(),
            has_other_apps: false,
            lends_parallel: false,
        };
        machine.clear();
        dokku(&["domains:set-global", DOMAIN]);
        machine.has_other_apps = fs::read_dir("/home/dokku").unwrap().flatten().any(|entry| {
            let hidden = entry.file_name().to_string_lossy().starts_with('.');
            entry.path().is_dir() && !hidden
        });
        // What the first build of a buildpack app leaves; the recorded machine had seen one.
        let limits = ["CURL_CONNECT_TIMEOUT=90", "CURL_TIMEOUT=600"];
        dokku(&[&["config:set", "--global", "--no-restart"][..], &limits].concat());
        machine.lend_key();
        machine.lend_docker();
        machine.lend_parallel();
        machine
    }

    /// A file of the session's own directory.
    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn lend_key(&self) {
        let key = self.path("key");
        let quiet = ["-q", "-t", "ed25519", "-N", "", "-C", KEY_NAME, "-f"];
        Command::new("ssh-keygen")
            .args(quiet)
            .arg(&key)
            .assert()
            .success();
        let public = key.with_extension("pub");
        let mut add = Command::new("dokku");
        add.args(["ssh-keys:add", KEY_NAME])
            .arg(public)
            .assert()
            .success();
    }

    /// The recorded machine had this program, by which dokku knows that it may do all apps at once; it
    /// is never run.
    fn lend_parallel(&mut self) {
        let is_there = Command::new("which").arg("parallel").output();
        self.lends_parallel = !is_there.unwrap().status.success();
        if self.lends_parallel {
            fs::write(PARALLEL, "#!/bin/sh\nexit 1\n").unwrap();
            fs::set_permissions(PARALLEL, fs::Permissions::from_mode(0o755)).unwrap();
        }
    }

    fn lend_docker(&self) {
        let (program, docker) = (self.path("docker"), real_docker());
        let script = format!(
            "#!/bin/bash\n\
             {note}\n\
             note \"$@\"\n\
             if [[ \"$1 $2\" != 'container create' ]]; then exec {docker} \"$@\"; fi\n\
             id=$({docker} \"$@\") || exit\n\
             note {CREATED} \"$id\" \"$*\"\n\
             echo \"$id\"\n",
            note = CallLog::note(&self.path(CALLS)),
            docker = docker.display()
        );
        fs::write(&program, script).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        let rc = format!("export DOCKER_BIN={}\n", program.display());
        fs::write(DOCKER_RC, rc).unwrap();
    }

    /// Runs a line of bash as a user of the machine, with nothing to read.
    pub fn run(&self, user: &str, line: &str, commits: usize) -> Output {
        self.run_with(user, line, commits, String::new())
    }

    /// Runs a line of bash as a user of the machine, which reads `stdin`.
    pub fn run_with(&self, user: &str, line: &str, commits: usize, stdin: String) -> Output {
        let script = format!("{}\n{line}", self.prelude(commits));
        let mut command = Command::new("sudo");
        command.args(["-n", "-H", "-u", user, "--", "bash", "-c", &script]);
        command.current_dir("/").timeout(Duration::from_secs(180));
        command.write_stdin(stdin).output().unwrap()
    }

    /// The recorder's names for pushing and ssh.
    fn prelude(&self, commits: usize) -> String {
        let here = env!("CARGO_MANIFEST_DIR");
        let key = self.path("key");
        let options = format!(
            "-i {} -o IdentitiesOnly=yes -o HostName=localhost -o Port={} \
             -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR",
            key.display(),
            self.ssh_port
        );
        format!(
            "export GIT_SSH_COMMAND='ssh {options}' PUSH_COMMITS={commits}\n\
             ssh() {{ command ssh {options} \"$@\"; }}\n\
             push-app() {{ {here}/fixtures/apps/push-app.sh \"$1\" \"$2\" \"${{3:-master}}\" dokku.me; }}"
        )
    }

    /// The docker calls since the last question, and notes `created ID CALL` after some.
    pub fn docker_calls(&self) -> Vec<Vec<String>> {
        self.calls.take()
    }

    /// Containers of the records' apps that docker knows of now.
    pub fn containers(&self) -> BTreeSet<String> {
        let list = [
            "container",
            "list",
            "--all",
            "--quiet",
            "--no-trunc",
            "--filter",
        ];
        let mut ids = BTreeSet::new();
        for app in APPS {
            let label = format!("label=com.dokku.app-name={app}");
            let output = Command::new(real_docker()).args(list).arg(label).output();
            let text = String::from_utf8(output.unwrap().stdout).unwrap();
            ids.extend(text.lines().map(str::to_owned));
        }
        ids
    }

    /// Destroys what the records' apps left, finished or not.
    fn clear(&self) {
        for app in APPS {
            if Path::new("/home/dokku").join(app).is_dir() {
                dokku(&["--force", "apps:destroy", app]);
            }
            for log in ["access", "error"] {
                let _ = fs::remove_file(format!("/var/log/nginx/{app}-{log}.log"));
            }
            for leftover in ["config/nginx", "data/scheduler-docker-local"] {
                let _ = fs::remove_dir_all(Path::new("/var/lib/dokku").join(leftover).join(app));
            }
        }
        let mut network = Command::new(real_docker());
        let _ = network.args(["network", "rm", "rec-net"]).output();
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        let _ = fs::remove_file(DOCKER_RC);
        if self.lends_parallel {
            let _ = fs::remove_file(PARALLEL);
        }
        self.clear();
        dokku(&["ssh-keys:remove", KEY_NAME]);
        let before: Vec<&str> = self.domains.split_whitespace().collect();
        match before.as_slice() {
            [] => dokku(&["domains:clear-global"]),
            domains => dokku(&[&["domains:set-global"], domains].concat()),
        }
    }
}

/// Runs a command of the product whose outcome is nobody's business.
fn dokku(words: &[&str]) {
    let _ = Command::new("dokku").args(words).output();
}

/// Where this machine's sshd listens.
fn ssh_port() -> String {
    let output = Command::new("/usr/sbin/sshd").arg("-T").output();
    let text = String::from_utf8(output.unwrap().stdout).unwrap();
    let port = text.lines().find_map(|line| line.strip_prefix("port "));
    port.unwrap_or("22").to_owned()
}

fn real_docker() -> PathBuf {
    let path = std::env::var_os("PATH").unwrap();
    std::env::split_paths(&path)
        .map(|dir| dir.join("docker"))
        .find(|program| program.is_file())
        .unwrap()
}
