//! `install`: the host's names, the start of all apps at boot, the message of the day.
//! Reference 04 §8.3. Written files of the machine are replaced each time, the names never.

use std::path::{Path, PathBuf};

use crate::cmd::{Cmd, Stderr, Stdin};
use crate::ctx::Ctx;
use crate::failure::Outcome;
use crate::registry::Call;

const MOTD: &str = r#"#!/bin/sh
# Tells how to set dokku up, until that is done.
if [ ! -f /home/dokku/HOSTNAME ]; then
  cat <<TEXT

To avoid cli-based dokku configuration, use the web installer
Debian-based installs should have this running and available
on port 80. You can also install it via the following commands:

  cd /root/dokku
  sudo make dokku-installer

TEXT
fi
"#;

/// `install`.
pub fn install(ctx: &Ctx, _call: &Call) -> Outcome {
    name_host(ctx)?;
    let dokku = path_of_dokku(ctx);
    let init = ctx.output(&asking("/sbin/init", "--version"));
    if String::from_utf8_lossy(&init.stdout).contains("upstart") {
        let file = ctx.paths.system("/etc/init/dokku-redeploy.conf");
        ctx.store.write_mode(file, upstart_job(&dokku), 0o644)?;
    }
    if is_systemd_running(ctx) {
        let file = "/etc/systemd/system/dokku-redeploy.service";
        let unit = systemd_unit(&dokku);
        ctx.store.write_mode(ctx.paths.system(file), unit, 0o644)?;
        ctx.run(&Cmd::new("systemctl").args(["--quiet", "reenable", "dokku-redeploy"]))?;
    }
    let motd = ctx.paths.system("/etc/update-motd.d");
    ctx.store.make_dir(&motd)?;
    Ok(ctx.store.write_mode(motd.join("99-dokku"), MOTD, 0o755)?)
}

/// Writes `HOSTNAME`, and `VHOST` when the name resolves, unless they are there.
fn name_host(ctx: &Ctx) -> Outcome {
    let (hostname, vhost) = (
        ctx.paths.root().join("HOSTNAME"),
        ctx.paths.root().join("VHOST"),
    );
    if !hostname.exists() {
        let asked = ["-f", "-s"].map(|form| ctx.read(&asking("hostname", form)).text());
        // A name that does not resolve has no long form; without any, the next run asks again.
        let Some(name) = asked.iter().find(|name| !name.is_empty()) else {
            return Ok(());
        };
        ctx.store.write(&hostname, format!("{name}\n"))?;
    }
    if vhost.exists() {
        return Ok(());
    }
    let name = std::fs::read_to_string(&hostname).unwrap_or_default();
    let lookup = asking("dig", "+short").arg(name.trim());
    if !ctx.output(&lookup).text().is_empty() {
        ctx.store.copy(hostname, vhost)?;
    }
    Ok(())
}

fn asking(program: &str, option: &str) -> Cmd {
    Cmd::new(program)
        .arg(option)
        .stdin(Stdin::Null)
        .stderr(Stderr::Null)
}

fn is_systemd_running(ctx: &Ctx) -> bool {
    let units = ctx.output(&asking("systemctl", "--no-pager"));
    String::from_utf8_lossy(&units.stdout).contains("-.mount")
}

/// The `dokku` of the caller's PATH, else this program.
pub(crate) fn path_of_dokku(ctx: &Ctx) -> PathBuf {
    std::env::split_paths(ctx.env.get("PATH"))
        .map(|dir| dir.join("dokku"))
        .find(|file| file.is_file())
        .unwrap_or_else(|| PathBuf::from("/usr/bin/dokku"))
}

fn upstart_job(dokku: &Path) -> String {
    format!(
        "description \"Dokku app redeploy service\"\n\
         start on filesystem and started docker\n\
         script\n  \
           sleep 2\n  \
           sudo -i -u dokku {} ps:restore\n\
         end script\n",
        dokku.display()
    )
}

fn systemd_unit(dokku: &Path) -> String {
    format!(
        "[Unit]\n\
         Description=Dokku app redeploy service\n\
         Requires=docker.service\n\
         After=docker.service\n\
         \n\
         [Service]\n\
         Type=simple\n\
         User=dokku\n\
         ExecStart={} ps:restore\n\
         \n\
         [Install]\n\
         WantedBy=docker.service\n",
        dokku.display()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_boot_unit_restores_all_apps_as_the_dokku_user() {
        let unit = systemd_unit(Path::new("/usr/bin/dokku"));
        assert!(unit.contains("\nUser=dokku\nExecStart=/usr/bin/dokku ps:restore\n\n[Install]"));
    }
}
