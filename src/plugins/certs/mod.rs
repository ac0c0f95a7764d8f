//! The `certs` plugin.

use crate::app::App;
use crate::ctx::Ctx;
use crate::registry::{Dialect, EMPTY, HelpStyle, Plugin};

/// Its table.
pub const PLUGIN: Plugin = Plugin {
    name: "certs",
    namespace: "certs",
    dialect: Dialect::Shell,
    about: "Manage SSL (TLS) certs",
    help: HelpStyle::Summary,
    ..EMPTY
};

/// Whether the app has a certificate and a key.
pub fn is_enabled(ctx: &Ctx, app: &App) -> bool {
    let file = |name: &str| ctx.paths.app_file(app, name).is_file();
    file("tls/server.crt") && file("tls/server.key")
}
