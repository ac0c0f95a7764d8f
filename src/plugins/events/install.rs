//! The `install` hook: log directory and file, rsyslog's routing, log rotation. Reference 03 §7.3.

use std::path::Path;
use std::time::{Duration, Instant};

use nix::unistd::{Group, User};

use super::log::log;
use crate::cmd::{Cmd, Effect};
use crate::ctx::Ctx;
use crate::failure::Outcome;
use crate::registry::Call;
use crate::store::Change;

/// Distributions whose syslog daemon runs as root.
const ROOT_SYSLOG: &[&str] = &["arch", "debian", "centos", "rhel"];

/// `install`, run as root.
pub fn install(ctx: &Ctx, call: &Call) -> Outcome {
    log_files(ctx)?;
    let routed = route(ctx)?;
    let rotated = rotate(ctx)?;
    if (routed || rotated) && ctx.paths.system(RSYSLOG_CONF).exists() {
        restart_rsyslog(ctx);
    }
    log(ctx, call)
}

/// By the init system; by hand where the daemon has no init script (Debian 12 without systemd). One
/// that does not run reads its new configuration when it is started.
pub(crate) fn restart_rsyslog(ctx: &Ctx) {
    let service = Cmd::new("service")
        .args(["rsyslog", "restart"])
        .effect(Effect::Anything);
    if ctx.silent(&service) == 0 {
        return;
    }
    let pid_file = ctx.paths.system("/run/rsyslogd.pid");
    let Ok(pid) = std::fs::read_to_string(pid_file) else {
        return;
    };
    let process = Path::new("/proc").join(pid.trim());
    if ctx.silent(&Cmd::new("kill").arg(pid.trim())) != 0 {
        return;
    }
    let deadline = Instant::now() + RSYSLOG_STOPS_WITHIN;
    while process.exists() && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(50));
    }
    ctx.silent(&Cmd::new("rsyslogd").effect(Effect::Anything));
}

/// It empties its queues first.
const RSYSLOG_STOPS_WITHIN: Duration = Duration::from_secs(5);

const RSYSLOG_CONF: &str = "/etc/rsyslog.d/99-dokku.conf";
const LOGROTATE_CONF: &str = "/etc/logrotate.d/dokku";

fn log_files(ctx: &Ctx) -> Outcome {
    let dir = ctx.paths.logs();
    if !dir.is_dir() {
        ctx.store.make_dir(dir)?;
        ctx.store.apply(&Change::Chmod(dir.to_owned(), 0o775))?;
    }
    own(ctx, dir)?;
    let file = ctx.paths.events_log();
    if !file.exists() {
        ctx.store.write_mode(file, "", 0o664)?;
        own(ctx, file)?;
    }
    Ok(())
}

/// Gives a path to the syslog daemon (where that is no root) and to group dokku; names that the
/// machine does not know are left out.
fn own(ctx: &Ctx, path: &Path) -> Outcome {
    let distro = ctx.env.get("DOKKU_DISTRO");
    let has_user = matches!(User::from_name("syslog"), Ok(Some(_)));
    let has_group = matches!(Group::from_name("dokku"), Ok(Some(_)));
    let owner = if ROOT_SYSLOG.contains(&distro) || !has_user {
        "root"
    } else {
        "syslog"
    };
    if !has_group {
        return Ok(());
    }
    ctx.run(
        &Cmd::new("chown")
            .arg(format!("{owner}:dokku"))
            .arg(path)
            .effect(Effect::Anything),
    )
}

/// Routes the event lines to their file; whether anything was written.
fn route(ctx: &Ctx) -> Outcome<bool> {
    let conf = ctx.paths.system(RSYSLOG_CONF);
    let has_rsyslog = conf.parent().is_some_and(Path::is_dir);
    let known = std::fs::read_to_string(&conf).unwrap_or_default();
    if !has_rsyslog || known.contains("dokku-event") {
        return Ok(false);
    }
    let log = ctx.paths.events_log().display();
    ctx.store.write(
        conf,
        format!(":syslogtag, contains, \"dokku-event\" {log}\n"),
    )?;
    Ok(true)
}

/// Rotates all logs of dokku; whether anything was written.
fn rotate(ctx: &Ctx) -> Outcome<bool> {
    let conf = ctx.paths.system(LOGROTATE_CONF);
    if conf.exists() || !conf.parent().is_some_and(Path::is_dir) {
        return Ok(false);
    }
    let owner = if ctx.env.get("DOKKU_DISTRO") == "debian" {
        "root"
    } else {
        "syslog"
    };
    ctx.store.write(conf, rotation(ctx.paths.logs(), owner))?;
    Ok(true)
}

fn rotation(logs: &Path, owner: &str) -> String {
    let lines = [
        "daily",
        "rotate 7",
        "missingok",
        "notifempty",
        &format!("su {owner} dokku"),
        "compress",
        "delaycompress",
        "postrotate",
        "        reload rsyslog >/dev/null 2>&1 || true",
        "endscript",
        &format!("create 664 {owner} dokku"),
    ];
    let body: String = lines
        .iter()
        .map(|line| format!("        {line}\n"))
        .collect();
    format!("{}/*.log {{\n{body}}}\n", logs.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rotation_hands_the_new_file_to_the_syslog_daemon() {
        let text = rotation(Path::new("/var/log/dokku"), "root");
        assert!(text.starts_with("/var/log/dokku/*.log {\n        daily\n"));
        assert!(text.contains("        su root dokku\n"));
        assert!(text.contains("\n                reload rsyslog >/dev/null 2>&1 || true\n"));
        assert!(text.ends_with("        create 664 root dokku\n}\n"));
    }
}
