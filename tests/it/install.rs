//! `dokku install` and `dokku uninstall` in a scratch root: what lies where afterwards, with which
//! modes. No user, service or file of this machine is touched; programs are stand-ins.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use assert_cmd::Command;
use tempfile::TempDir;

/// Programs that an installation asks for.
const PROGRAMS: &[&str] = &[
    "bash",
    "chgrp",
    "chown",
    "cron",
    "curl",
    "dig",
    "docker",
    "git",
    "git-shell",
    "gpasswd",
    "hostname",
    "logger",
    "logrotate",
    "nginx",
    "openssl",
    "rsyslogd",
    "service",
    "setsid",
    "ssh-keygen",
    "sshd",
    "sudo",
    "systemctl",
    "tar",
    "useradd",
    "usermod",
];

struct Root {
    dir: TempDir,
}

impl Root {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let programs = dir.path().join("programs");
        fs::create_dir(&programs).unwrap();
        for name in PROGRAMS {
            let program = programs.join(name);
            fs::write(&program, "#!/bin/sh\n").unwrap();
            fs::set_permissions(&program, PermissionsExt::from_mode(0o755)).unwrap();
        }
        // What the packages of the programs have made.
        for below in ["logrotate.d", "nginx", "rsyslog.d", "sudoers.d"] {
            fs::create_dir_all(dir.path().join("sys/etc").join(below)).unwrap();
        }
        Self { dir }
    }

    fn path(&self, below: &str) -> String {
        self.dir.path().join(below).to_string_lossy().into_owned()
    }

    fn dokku(&self, words: &[&str]) -> assert_cmd::assert::Assert {
        Command::new(env!("CARGO_BIN_EXE_dokku"))
            .args(words)
            .env_clear()
            .env("PATH", self.path("programs"))
            .env("DOKKU_RS_USER", "root")
            .env("DOKKU_RS_SYSROOT", self.path("sys"))
            .env("DOKKU_ROOT", self.path("home/dokku"))
            .env("DOKKU_LIB_PATH", self.path("lib"))
            .env("DOKKU_LOGS_DIR", self.path("log"))
            .assert()
    }

    /// `MODE PATH` of everything below `below`, sorted; links show their target.
    fn tree(&self, below: &str) -> Vec<String> {
        let mut lines = Vec::new();
        list(&self.dir.path().join(below), "", &mut lines);
        lines.sort_by(|a, b| a.split_at(5).1.cmp(b.split_at(5).1));
        lines
    }
}

fn list(dir: &Path, prefix: &str, lines: &mut Vec<String>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        let name = format!("{prefix}{}", path.file_name().unwrap().to_string_lossy());
        let meta = fs::symlink_metadata(&path).unwrap();
        if let Ok(target) = fs::read_link(&path) {
            lines.push(format!("link {name} -> {}", target.display()));
        } else if meta.is_dir() {
            lines.push(format!(
                "{:04o} {name}/",
                meta.permissions().mode() & 0o7777
            ));
            list(&path, &format!("{name}/"), lines);
        } else {
            lines.push(format!("{:04o} {name}", meta.permissions().mode() & 0o7777));
        }
    }
}

#[test]
fn an_installation_lays_the_machine_out_and_a_second_one_changes_nothing() {
    let root = Root::new();
    root.dokku(&[
        "install",
        "--hostname",
        "host.example",
        "--vhost",
        "apps.example",
    ])
    .success();
    insta::assert_snapshot!(root.tree("sys").join("\n"), @r"
    0755 etc/
    0755 etc/cron.d/
    0644 etc/cron.d/dokku-redeploy
    0644 etc/cron.d/dokku-retire
    0755 etc/logrotate.d/
    0644 etc/logrotate.d/dokku
    0755 etc/nginx/
    0755 etc/nginx/conf.d/
    0644 etc/nginx/conf.d/dokku.conf
    0644 etc/nginx/conf.d/server_names_hash_bucket_size.conf
    0755 etc/rsyslog.d/
    0644 etc/rsyslog.d/99-dokku.conf
    0755 etc/sudoers.d/
    0440 etc/sudoers.d/dokku-nginx
    0755 etc/update-motd.d/
    0755 etc/update-motd.d/99-dokku
    0755 usr/
    0755 usr/bin/
    0755 usr/bin/dokku
    link usr/bin/plugn -> dokku
    link usr/bin/procfile-util -> dokku
    link usr/bin/sigil -> dokku
    link usr/bin/sshcommand -> dokku
    0755 usr/share/
    0755 usr/share/bash-completion/
    0755 usr/share/bash-completion/completions/
    0644 usr/share/bash-completion/completions/dokku
    0755 usr/share/man/
    0755 usr/share/man/man1/
    0644 usr/share/man/man1/dokku.1.gz
    0755 var/
    0755 var/log/
    0755 var/log/nginx/
    ");
    insta::assert_snapshot!(root.tree("home").join("\n"), @r"
    0755 dokku/
    0755 dokku/.dokkurc/
    0700 dokku/.ssh/
    0600 dokku/.ssh/authorized_keys
    0644 dokku/.sshcommand
    0644 dokku/HOSTNAME
    0644 dokku/VHOST
    ");
    let first = root.tree("");
    root.dokku(&["install"]).success();
    assert_eq!(first, root.tree(""));
    let name = fs::read_to_string(root.path("home/dokku/VHOST")).unwrap();
    assert_eq!(name, "apps.example\n");
}

#[test]
fn systemd_gets_units_where_it_runs_and_cron_tables_go() {
    let root = Root::new();
    root.dokku(&["install"]).success();
    for dir in ["sys/run/systemd/system", "sys/etc/systemd/system"] {
        fs::create_dir_all(root.path(dir)).unwrap();
    }
    let list_units = "#!/bin/sh\necho '  -.mount  loaded active mounted  Root Mount'\n";
    fs::write(root.path("programs/systemctl"), list_units).unwrap();
    root.dokku(&["install"]).success();
    let units = root.tree("sys/etc/systemd");
    assert_eq!(
        units,
        [
            "0755 system/",
            "0644 system/dokku-redeploy.service",
            "0644 system/dokku-retire.service",
            "0644 system/dokku-retire.timer"
        ]
    );
    assert_eq!(root.tree("sys/etc/cron.d"), [""; 0]);
}

#[test]
fn nothing_is_changed_when_a_program_is_missing() {
    let root = Root::new();
    fs::remove_file(root.path("programs/nginx")).unwrap();
    let run = root.dokku(&["install"]).code(1);
    let told = String::from_utf8_lossy(&run.get_output().stderr).into_owned();
    assert!(told.contains("nginx or openresty nginx"), "{told}");
    assert_eq!(root.tree("sys").len(), 5);
}

#[test]
fn removing_dokku_leaves_apps_and_third_party_plugins() {
    let root = Root::new();
    root.dokku(&["install"]).success();
    for dir in ["home/dokku/app", "lib/plugins/available/redis"] {
        fs::create_dir(root.path(dir)).unwrap();
    }
    let run = root.dokku(&["uninstall"]).success();
    let told = String::from_utf8_lossy(&run.get_output().stdout).into_owned();
    assert!(told.contains("/home/dokku: apps"), "{told}");
    let programs = root.tree("sys/usr/bin");
    assert!(programs.is_empty(), "{programs:?}");
    assert_eq!(root.tree("lib/plugins/available"), ["0755 redis/"]);
    assert!(Path::new(&root.path("home/dokku/app")).is_dir());
}
