//! The `proxy` plugin: whether and by what an app is proxied, and on which ports. All of it is
//! kept in the app's config; the work is done by the proxy's implementation (nginx-vhosts) through
//! triggers. Reference 41.

mod certs;
mod commands;
mod error;
mod ports;
mod report;
mod triggers;

pub use certs::TlsPorts;
pub use error::ProxyError;
pub use ports::stored as port_maps;

use crate::app::App;
use crate::ctx::Ctx;
use crate::registry::{Dialect, EMPTY, HelpStyle, Plugin, command, hook};

/// Its table.
pub const PLUGIN: Plugin = Plugin {
    name: "proxy",
    namespace: "proxy",
    dialect: Dialect::Compiled,
    about: "Manage the proxy integration for an app",
    help: HelpStyle::Summary,
    commands: &[
        command(
            "proxy:disable",
            "<app>",
            "Disable proxy for app",
            commands::disable,
        ),
        command(
            "proxy:enable",
            "<app>",
            "Enable proxy for app",
            commands::enable,
        ),
        command(
            "proxy:ports",
            "<app>",
            "List proxy port mappings for app",
            ports::list,
        ),
        command(
            "proxy:ports-add",
            "<app> [<scheme>:<host-port>:<container-port>...]",
            "Add proxy port mappings to an app",
            ports::add,
        ),
        command(
            "proxy:ports-clear",
            "<app>",
            "Clear all proxy port mappings for an app",
            ports::clear,
        ),
        command(
            "proxy:ports-remove",
            "<app> [<host-port>|<scheme>:<host-port>:<container-port>...]",
            "Remove specific proxy port mappings from an app",
            ports::remove,
        ),
        command(
            "proxy:ports-set",
            "<app> [<scheme>:<host-port>:<container-port>...]",
            "Set proxy port mappings for an app",
            ports::set,
        ),
        command(
            "proxy:report",
            "[<app>] [<flag>]",
            "Displays a proxy report for one or more apps",
            report::report,
        ),
        command(
            "proxy:set",
            "<app> <proxy-type>",
            "Set proxy type for app",
            commands::set,
        ),
    ],
    hooks: &[
        hook("post-certs-remove", certs::post_certs_remove),
        hook("post-certs-update", certs::post_certs_update),
        hook("ports-get", triggers::ports_get),
        hook("ports-get-available", triggers::ports_get_available),
        hook("proxy-is-enabled", triggers::proxy_is_enabled),
        hook("proxy-type", triggers::proxy_type),
        hook("report", report::hook),
    ],
    aliases: &[("ports:add", "proxy:ports-add")],
    ..EMPTY
};

/// Whether the proxy is enabled for an app.
pub fn is_enabled(ctx: &Ctx, app: &App) -> bool {
    ctx.app_config(app, "DOKKU_DISABLE_PROXY").is_empty()
}

/// The name of the app's proxy implementation, `nginx` unless set.
pub fn kind(ctx: &Ctx, app: &App) -> String {
    let kind = ctx.app_config(app, "DOKKU_APP_PROXY_TYPE");
    if kind.is_empty() {
        "nginx".to_owned()
    } else {
        kind
    }
}
