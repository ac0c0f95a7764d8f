//! The web server of this host: nginx, or openresty in its place. Where it is, what it can do, and
//! asking it to load its configuration again. Reference 40 §1, §7.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use nix::unistd::Uid;

use super::error::NginxError;
use crate::cmd::Cmd;
use crate::ctx::Ctx;
use crate::exec::Output;
use crate::failure::{Failure, Outcome};
use crate::tools::nginx::{self, Features, Version};

const OPENRESTY: &str = "/usr/bin/openresty";
const NGINX: &str = "/usr/sbin/nginx";

/// Whether openresty takes the place of nginx.
pub fn uses_openresty(ctx: &Ctx) -> bool {
    is_executable(&ctx.paths.system(OPENRESTY))
}

/// The service's name.
pub fn service(ctx: &Ctx) -> &'static str {
    if uses_openresty(ctx) {
        "openresty"
    } else {
        "nginx"
    }
}

/// The directory of its logs.
pub fn log_root(ctx: &Ctx) -> &'static str {
    if uses_openresty(ctx) {
        "/var/log/openresty"
    } else {
        "/var/log/nginx"
    }
}

/// The directory of its configuration.
pub fn config_root(ctx: &Ctx) -> &'static str {
    if uses_openresty(ctx) {
        "/usr/local/openresty/nginx/conf"
    } else {
        "/etc/nginx"
    }
}

/// The program: openresty, else nginx of the PATH, else `/usr/sbin/nginx`.
pub fn location(ctx: &Ctx) -> Result<String, NginxError> {
    if uses_openresty(ctx) {
        return Ok(OPENRESTY.to_owned());
    }
    let of_path = ctx
        .env
        .get("PATH")
        .split(':')
        .filter(|dir| !dir.is_empty())
        .map(|dir| Path::new(dir).join("nginx"))
        .find(|path| is_executable(path));
    match of_path {
        Some(path) => Ok(path.to_string_lossy().into_owned()),
        None if is_executable(&ctx.paths.system(NGINX)) => Ok(NGINX.to_owned()),
        None => Err(NginxError::NoBinary(NGINX.to_owned())),
    }
}

/// What the program can do, by its version.
pub fn features(ctx: &Ctx, binary: &str) -> Features {
    let said = ctx.merged(&nginx::version(binary));
    Features::of(Version::of_banner(&said.text()))
}

/// The command, through sudo unless this is root already.
pub fn as_root(cmd: &Cmd) -> Cmd {
    if Uid::effective().is_root() {
        cmd.clone()
    } else {
        nginx::with_sudo(cmd)
    }
}

/// The init system's command for an action on the service; `None`: unknown distribution.
pub fn init_command(ctx: &Ctx, action: &str) -> Option<Cmd> {
    let runit = is_executable(&ctx.paths.system("/usr/bin/sv"));
    nginx::init_command(ctx.env.get("DOKKU_DISTRO"), runit, service(ctx), action)
}

/// A command of the init system, as root; its program is that of this machine's root.
pub fn as_init(ctx: &Ctx, cmd: &Cmd) -> Cmd {
    let program = ctx.paths.system(&cmd.program.to_string_lossy());
    as_root(&Cmd {
        program: program.into(),
        ..cmd.clone()
    })
}

/// Makes the server load its configuration again: through the init system, and where that cannot
/// (containers, unknown distributions) by telling the server itself. A server that does not run
/// has nothing to load.
pub fn reload(ctx: &Ctx) -> Outcome {
    let Some(init) = init_command(ctx, "reload") else {
        return signal(ctx)?.told(ctx);
    };
    let asked = ctx.output(&as_init(ctx, &init));
    let deaf = is_deaf(&asked.error_text());
    if asked.ok() && !deaf {
        ctx.ui.err_bytes(&asked.stderr);
        return Ok(());
    }
    match signal(ctx)? {
        Signalled::Done => Ok(()),
        signalled if deaf => signalled.told(ctx),
        _ => Signalled::Failed(asked).told(ctx),
    }
}

enum Signalled {
    Done,
    NotRunning,
    Failed(Output),
}

impl Signalled {
    fn told(self, ctx: &Ctx) -> Outcome {
        match self {
            Self::Done | Self::NotRunning => Ok(()),
            Self::Failed(output) => {
                ctx.ui.err_bytes(&output.stderr);
                Failure::from_status(output.status)
            }
        }
    }
}

fn signal(ctx: &Ctx) -> Outcome<Signalled> {
    let output = ctx.output(&as_root(&nginx::signal_reload(&location(ctx)?)));
    Ok(if output.ok() {
        Signalled::Done
    } else if is_not_running(&output.error_text()) {
        Signalled::NotRunning
    } else {
        Signalled::Failed(output)
    })
}

/// Whether an init system's complaint says that there is none, or that it may do nothing.
fn is_deaf(error: &str) -> bool {
    [
        "could not determine current runlevel",
        "policy-rc.d denied execution",
        "has not been booted with systemd",
        "Failed to connect to bus",
        "command not found",
        "unable to open supervise/ok",
    ]
    .iter()
    .any(|complaint| error.contains(complaint))
}

/// Whether `nginx -s reload` found no server to tell.
fn is_not_running(error: &str) -> bool {
    let no_pid_file = error.contains(".pid\" failed (2:");
    no_pid_file || error.contains("invalid PID number") || error.contains("(3: No such process)")
}

fn is_executable(path: &Path) -> bool {
    std::fs::metadata(path)
        .is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_init_system_is_recognised_by_its_complaints() {
        for error in [
            "invoke-rc.d: could not determine current runlevel",
            "invoke-rc.d: policy-rc.d denied execution of reload.",
            "System has not been booted with systemd as init system (PID 1). Can't operate.",
            "sudo: /usr/sbin/invoke-rc.d: command not found",
        ] {
            assert!(is_deaf(error), "{error}");
        }
        assert!(!is_deaf("nginx.service is not active, cannot reload."));
    }

    #[test]
    fn a_server_that_does_not_run_is_told_apart_from_a_failing_one() {
        for error in [
            "nginx: [error] invalid PID number \"\" in \"/run/nginx.pid\"",
            "nginx: [error] open() \"/run/nginx.pid\" failed (2: No such file or directory)",
            "nginx: [alert] kill(4711, 1) failed (3: No such process)",
        ] {
            assert!(is_not_running(error), "{error}");
        }
        assert!(!is_not_running(
            "nginx: [emerg] unknown directive \"x\" in /etc/nginx/nginx.conf:1"
        ));
    }
}
