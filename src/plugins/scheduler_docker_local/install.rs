//! `install`: data directory, properties, and the timer that retires old containers.
//! Reference 30 §6.

use crate::cmd::{Cmd, Effect};
use crate::ctx::Ctx;
use crate::failure::Outcome;
use crate::plugins::standard;
use crate::registry::Call;

/// Trigger `install`, as root.
pub fn hook(ctx: &Ctx, _call: &Call) -> Outcome {
    ctx.store
        .make_dir(ctx.paths.data("scheduler-docker-local"))?;
    ctx.properties("scheduler-docker-local").setup()?;
    let user = ctx.env.get("DOKKU_SYSTEM_USER");
    let dokku = standard::path_of_dokku(ctx).display().to_string();
    let table = ctx.paths.system("/etc/cron.d/dokku-retire");
    if systemd_runs(ctx) {
        ctx.store.remove(table)?;
        ctx.store.write(
            ctx.paths.system("/etc/systemd/system/dokku-retire.service"),
            service(user, &dokku),
        )?;
        ctx.store.write(
            ctx.paths.system("/etc/systemd/system/dokku-retire.timer"),
            TIMER,
        )?;
        for words in [
            ["reenable", "dokku-retire"],
            ["enable", "dokku-retire.timer"],
            ["start", "dokku-retire.timer"],
        ] {
            let systemctl = Cmd::new("systemctl").arg("--quiet").args(words);
            ctx.run(&systemctl.effect(Effect::Anything))?;
        }
        return Ok(());
    }
    // A machine without cron may get one later.
    ctx.store.make_dir(ctx.paths.system("/etc/cron.d"))?;
    ctx.store.write(table, cron(user, &dokku))?;
    Ok(())
}

/// Whether systemd is the running init.
fn systemd_runs(ctx: &Ctx) -> bool {
    ctx.paths.system("/run/systemd/system").is_dir()
}

fn service(user: &str, dokku: &str) -> String {
    format!(
        "[Unit]\nDescription=Dokku retire service\nRequires=docker.service\n\
         After=docker.service\n\n[Service]\nType=oneshot\nUser={user}\n\
         ExecStart={dokku} ps:retire\n\n[Install]\nWantedBy=docker.service\n"
    )
}

const TIMER: &str = "[Unit]\nDescription=Run dokku-retire.service every 5 minutes\n\n\
    [Timer]\nOnCalendar=*:0/5\nPersistent=true\n\n[Install]\nWantedBy=timers.target\n";

fn cron(user: &str, dokku: &str) -> String {
    format!(
        "PATH=/usr/local/bin:/usr/bin:/bin\nSHELL=/bin/bash\n\n\
         */5 * * * * {user} {dokku} ps:retire >> /var/log/dokku/retire.log 2>&1\n"
    )
}
