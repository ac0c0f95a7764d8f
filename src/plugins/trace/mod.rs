//! The `trace` plugin: switching trace mode on and off for the whole host. Reference 03 §6.

use std::path::PathBuf;

use crate::ctx::Ctx;
use crate::failure::Outcome;
use crate::registry::{Call, Dialect, EMPTY, HelpStyle, Plugin, command};

/// Its table.
pub const PLUGIN: Plugin = Plugin {
    name: "trace",
    namespace: "trace",
    dialect: Dialect::Shell,
    about: "Manage trace mode",
    help: HelpStyle::Summary,
    commands: &[
        command("trace:on", "", "Enable trace mode", on),
        command("trace:off", "", "Disable trace mode", off),
    ],
    ..EMPTY
};

fn switch(ctx: &Ctx) -> PathBuf {
    ctx.paths.root().join(".dokkurc/DOKKU_TRACE")
}

/// `trace:on`.
fn on(ctx: &Ctx, _call: &Call) -> Outcome {
    ctx.ui.info1("Enabling trace mode");
    ctx.store.make_dir(ctx.paths.root().join(".dokkurc"))?;
    ctx.store.write(switch(ctx), "export DOKKU_TRACE=1\n")?;
    Ok(())
}

/// `trace:off`.
fn off(ctx: &Ctx, _call: &Call) -> Outcome {
    ctx.ui.info1("Disabling trace mode");
    ctx.store.make_dir(ctx.paths.root().join(".dokkurc"))?;
    ctx.store.remove(switch(ctx))?;
    Ok(())
}
