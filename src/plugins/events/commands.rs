//! `events` and `events:*`. Reference 03 §7.

use std::path::PathBuf;

use super::hooks::HOOKS;
use crate::cmd::Cmd;
use crate::ctx::Ctx;
use crate::failure::Outcome;
use crate::registry::Call;

fn switch(ctx: &Ctx) -> PathBuf {
    ctx.paths.root().join(".dokkurc/DOKKU_EVENTS")
}

/// `events [-t]`: nothing when there is no log file.
pub fn show(ctx: &Ctx, call: &Call) -> Outcome {
    let file = ctx.paths.events_log();
    if !file.exists() {
        return Ok(());
    }
    if call.arg(0) == "-t" {
        return Err(ctx.replace(&Cmd::new("tail").arg("-F").arg(file)));
    }
    ctx.run(&Cmd::new("tail").args(["-n", "100"]).arg(file))
}

/// `events:list`: the triggers that are logged.
pub fn list(ctx: &Ctx, _call: &Call) -> Outcome {
    if !ctx.env.is_on("DOKKU_EVENTS") {
        ctx.ui.warn("Events logger disabled");
        return Ok(());
    }
    let title = "Events currently logged";
    ctx.ui
        .line_quiet(format!("{:<6} {title:<18} {}", "=====>", columns([""; 3])));
    let mut names: Vec<&str> = HOOKS.iter().map(|hook| hook.name).collect();
    names.retain(|name| *name != "install");
    names.sort_unstable();
    for name in names {
        ctx.ui.line(format!("{name:<25} {}", columns([""; 3])));
    }
    Ok(())
}

/// Compat: upstream lays single names out in rows of four cells, so lines end in blanks.
fn columns(cells: [&str; 3]) -> String {
    cells.map(|cell| format!("{cell:<25}")).join(" ")
}

/// `events:on`.
pub fn on(ctx: &Ctx, _call: &Call) -> Outcome {
    ctx.ui.line("Enabling dokku events logger");
    ctx.store.make_dir(ctx.paths.root().join(".dokkurc"))?;
    ctx.store.write(switch(ctx), "export DOKKU_EVENTS=1\n")?;
    Ok(())
}

/// `events:off`.
pub fn off(ctx: &Ctx, _call: &Call) -> Outcome {
    ctx.ui.line("Disabling dokku events logger");
    ctx.store.remove(switch(ctx))?;
    Ok(())
}
