//! What dokku needs from the machine: which programs, in which Debian packages, and how their lack
//! is told. Nothing is installed from here (scripts/packages.sh does that for the demo).

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use crate::ctx::Ctx;
use crate::failure::{Failure, Outcome};

/// A program that dokku calls; any of `programs` will do.
#[derive(Debug, PartialEq, Eq)]
struct Need {
    programs: &'static [&'static str],
    package: &'static str,
    purpose: &'static str,
}

const fn need(
    programs: &'static [&'static str],
    package: &'static str,
    purpose: &'static str,
) -> Need {
    Need {
        programs,
        package,
        purpose,
    }
}

/// Without these it does not work.
const REQUIRED: &[Need] = &[
    need(&["docker"], "docker.io", "runs the apps"),
    need(
        &["nginx", "openresty"],
        "nginx",
        "hands requests to the apps",
    ),
    need(&["git"], "git", "receives the apps"),
    need(&["git-shell"], "git", "receives pushes over ssh"),
    need(&["sshd"], "openssh-server", "lets users and git in"),
    need(&["ssh-keygen"], "openssh-client", "reads users' keys"),
    need(
        &["sudo"],
        "sudo",
        "reloads nginx, and switches to user dokku",
    ),
    need(&["openssl"], "openssl", "makes and reads certificates"),
    need(&["tar"], "tar", "unpacks source trees"),
    need(&["curl"], "curl", "fetches plugins and checks apps"),
    need(&["bash"], "bash", "user dokku's shell, and plugins'"),
    need(&["useradd"], "passwd", "makes user dokku"),
    need(&["usermod"], "passwd", "puts user dokku into its groups"),
    need(&["gpasswd"], "passwd", "puts user dokku into its groups"),
    need(&["setsid"], "util-linux", "runs clean-up in the background"),
];

/// Without these a part is missing.
const OPTIONAL: &[Need] = &[
    need(&["logger"], "bsdutils", "events are not logged"),
    need(
        &["rsyslogd"],
        "rsyslog",
        "events do not reach /var/log/dokku",
    ),
    need(&["column"], "bsdextrautils", "many plugins' help needs it"),
    need(&["logrotate"], "logrotate", "logs grow without end"),
];

/// Does the timed work where there is no systemd.
const CRON: &[Need] = &[need(
    &["cron", "crond"],
    "cron",
    "old containers are not retired, and apps not restored at boot",
)];

/// Directories that a plain user's PATH may lack.
const SYSTEM_PATH: &[&str] = &["/usr/local/sbin", "/usr/sbin", "/sbin"];

/// PATH with the directories of system programs at its end.
pub fn search_path(path: &str) -> String {
    let mut dirs: Vec<&str> = path.split(':').filter(|dir| !dir.is_empty()).collect();
    for dir in SYSTEM_PATH {
        if !dirs.contains(dir) {
            dirs.push(dir);
        }
    }
    dirs.join(":")
}

/// Fails with a list of all that is missing; what is merely useful is noted.
pub fn check(ctx: &Ctx) -> Outcome {
    let dirs: Vec<PathBuf> = std::env::split_paths(ctx.env.get("PATH")).collect();
    let mut useful = missing(OPTIONAL, &dirs);
    if !ctx.paths.system("/run/systemd/system").is_dir() {
        useful.extend(missing(CRON, &dirs));
    }
    for lack in useful {
        ctx.ui.exclaim(format!(
            "{} (package {}) is missing: {}",
            lack.programs.join(" or "),
            lack.package,
            lack.purpose
        ));
    }
    let lacks = missing(REQUIRED, &dirs);
    if lacks.is_empty() {
        return Ok(());
    }
    for line in complaint(&lacks) {
        ctx.ui.warn(line);
    }
    Err(Failure::Status(1))
}

fn missing(needs: &'static [Need], dirs: &[PathBuf]) -> Vec<&'static Need> {
    let found = |program: &&str| dirs.iter().any(|dir| is_program(&dir.join(program)));
    needs
        .iter()
        .filter(|need| !need.programs.iter().any(found))
        .collect()
}

fn is_program(path: &Path) -> bool {
    std::fs::metadata(path)
        .is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
}

fn complaint(missing: &[&Need]) -> Vec<String> {
    let mut lines = vec!["dokku was not installed, for these programs are missing:".to_owned()];
    let mut packages: Vec<&str> = Vec::new();
    for need in missing {
        let programs = need.programs.join(" or ");
        lines.push(format!(
            "  {programs:<18} {:<15} {}",
            need.package, need.purpose
        ));
        if !packages.contains(&need.package) {
            packages.push(need.package);
        }
    }
    lines.push(format!(
        "On Debian or Ubuntu: apt-get install {}",
        packages.join(" ")
    ));
    lines
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn everything_that_is_missing_is_told_at_once_with_its_package() {
        let dir = tempfile::tempdir().unwrap();
        for need in REQUIRED.iter().filter(|need| need.package != "git") {
            let file = dir.path().join(need.programs[0]);
            std::fs::write(&file, "").unwrap();
            std::fs::set_permissions(&file, PermissionsExt::from_mode(0o755)).unwrap();
        }
        std::fs::remove_file(dir.path().join("nginx")).unwrap();
        let lines = complaint(&missing(REQUIRED, &[dir.path().to_owned()]));
        assert_eq!(
            lines,
            [
                "dokku was not installed, for these programs are missing:",
                "  nginx or openresty nginx           hands requests to the apps",
                "  git                git             receives the apps",
                "  git-shell          git             receives pushes over ssh",
                "On Debian or Ubuntu: apt-get install nginx git",
            ]
        );
    }

    #[test]
    fn a_file_that_cannot_be_run_is_no_program() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("logger"), "").unwrap();
        let lacks = missing(OPTIONAL, &[dir.path().to_owned()]);
        assert!(lacks.iter().any(|need| need.programs == ["logger"]));
    }

    #[test]
    fn programs_of_the_system_are_found_whatever_path_the_caller_has() {
        assert_eq!(
            search_path("/usr/bin:/sbin"),
            "/usr/bin:/sbin:/usr/local/sbin:/usr/sbin"
        );
    }
}
