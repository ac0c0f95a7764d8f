//! `dokku uninstall`: takes away what `dokku install` and the install hooks have put on the machine,
//! and nothing that belongs to apps or users.

use crate::cmd::Cmd;
use crate::ctx::Ctx;
use crate::failure::Outcome;
use crate::install::options::UninstallOptions;
use crate::install::{machine, manual, programs, tree};
use crate::plugins::events;

/// systemd units, stopped before their files go.
const UNITS: &[&str] = &[
    "dokku-redeploy.service",
    "dokku-retire.timer",
    "dokku-retire.service",
];

/// Files of the machine.
const FILES: &[&str] = &[
    "/etc/systemd/system/dokku-redeploy.service",
    "/etc/systemd/system/dokku-retire.service",
    "/etc/systemd/system/dokku-retire.timer",
    "/etc/init/dokku-redeploy.conf",
    machine::BOOT_CRON,
    "/etc/cron.d/dokku-retire",
    "/etc/update-motd.d/99-dokku",
    "/etc/sudoers.d/dokku-nginx",
    "/etc/sudoers.d/dokku-openresty",
    "/etc/nginx/conf.d/dokku.conf",
    "/usr/local/openresty/nginx/conf/conf.d/dokku.conf",
    "/etc/rsyslog.d/99-dokku.conf",
    "/etc/logrotate.d/dokku",
    machine::COMPLETION_FILE,
    manual::FILE,
    "/var/cache/dokku-completion",
];

/// Removes dokku and says what it left.
pub fn run(ctx: &Ctx, options: &UninstallOptions) -> Outcome {
    ctx.ui.info1("Removing dokku");
    let systemd = ctx.paths.system("/run/systemd/system").is_dir();
    if systemd {
        ctx.silent(&stop_units());
    }
    for file in FILES {
        let path = ctx.paths.system(file);
        if path.symlink_metadata().is_ok() {
            ctx.store.remove(path)?;
            ctx.ui.verbose(*file);
        }
    }
    tree::remove(ctx)?;
    ctx.ui
        .verbose(ctx.paths.core_plugins().display().to_string());
    for (name, _) in machine::version_files("") {
        ctx.store.remove(ctx.paths.lib().join(name))?;
    }
    if !ctx.paths.is_scratch() {
        reload_services(ctx, systemd);
    }
    let bin = ctx
        .paths
        .system(&options.prefix.join("bin").to_string_lossy());
    programs::remove(ctx, &bin)?;
    ctx.ui
        .verbose(format!("dokku and its links in {}", bin.display()));
    tell_what_stays(ctx);
    Ok(())
}

fn stop_units() -> Cmd {
    Cmd::new("systemctl")
        .args(["--quiet", "disable", "--now"])
        .args(UNITS.iter().copied())
}

/// Lets the services forget the files; one that does not run has nothing to forget.
fn reload_services(ctx: &Ctx, systemd: bool) {
    if systemd {
        ctx.silent(&Cmd::new("systemctl").arg("daemon-reload"));
    }
    if ctx.paths.system("/run/nginx.pid").exists() && ctx.silent(&nginx("-t")) == 0 {
        ctx.silent(&nginx("-s").arg("reload"));
    }
    events::restart_rsyslog(ctx);
}

fn nginx(flag: &str) -> Cmd {
    Cmd::new("nginx").arg(flag)
}

fn tell_what_stays(ctx: &Ctx) {
    let root = ctx.paths.root().display();
    let lib = ctx.paths.lib().display();
    ctx.ui.info1("Left as they are");
    ctx.ui
        .verbose("apps' containers and images (they run on, but nginx does not know them)");
    ctx.ui
        .verbose(format!("{root}: apps, their configuration, keys"));
    ctx.ui.verbose(format!(
        "{lib}/config, {lib}/data, {lib}/plugins: settings, data, third-party plugins"
    ));
    ctx.ui
        .verbose(format!("{}: logs", ctx.paths.logs().display()));
    ctx.ui
        .verbose("user and group dokku; nginx's dhparam.pem; installed packages");
    ctx.ui.info2("dokku is removed");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_stopped_and_disabled_in_one_call() {
        assert_eq!(
            stop_units().to_string(),
            "systemctl --quiet disable --now dokku-redeploy.service dokku-retire.timer \
             dokku-retire.service"
        );
    }
}
