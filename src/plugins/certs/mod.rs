//! The `certs` plugin: an app's certificate and key in its `tls` directory. Reference 43.

mod answers;
mod commands;
mod generate;
mod import;
mod report;
#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests;
mod tls;
mod triggers;

use std::path::PathBuf;

use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::Outcome;
use crate::registry::{Call, Dialect, EMPTY, HelpStyle, Plugin, advertised, command, hook};
use crate::tools::openssl::{self, Certificate};

/// Its table.
pub const PLUGIN: Plugin = Plugin {
    name: "certs",
    namespace: "certs",
    dialect: Dialect::Shell,
    about: "Manage SSL (TLS) certs",
    help: HelpStyle::Summary,
    commands: &[
        command(
            "certs:add",
            "<app> CRT KEY",
            "Add an ssl endpoint to an app. Can also import from a tarball on stdin",
            commands::add,
        ),
        advertised(
            "certs:chain",
            "CRT [CRT ...]",
            "[NOT IMPLEMENTED] Print the ordered and complete chain for the given certificate",
        ),
        command(
            "certs:generate",
            "<app> DOMAIN",
            "Generate a key and certificate signing request (and self-signed certificate)",
            generate::run,
        ),
        advertised(
            "certs:key",
            "<app> CRT KEY [KEY ...]",
            "[NOT IMPLEMENTED] Print the correct key for the given certificate",
        ),
        command(
            "certs:remove",
            "<app>",
            "Remove an SSL Endpoint from an app",
            commands::remove,
        ),
        command(
            "certs:report",
            "[<app>] [<flag>]",
            "Displays an ssl report for one or more apps",
            report::run,
        ),
        advertised(
            "certs:rollback",
            "<app>",
            "[NOT IMPLEMENTED] Rollback an SSL Endpoint for an app",
        ),
        command(
            "certs:update",
            "<app> CRT KEY",
            "Update an SSL Endpoint on an app. Can also import from a tarball on stdin",
            commands::add,
        ),
    ],
    hooks: &[
        hook("post-app-clone-setup", triggers::post_app_clone_setup),
        hook("report", report::trigger),
    ],
    functions: &[hook("get_ssl_hostnames", print_hostnames)],
    ..EMPTY
};

/// Whether the app has a certificate and a key.
pub fn is_enabled(ctx: &Ctx, app: &App) -> bool {
    certificate_file(ctx, app).exists() && dir(ctx, app).join(KEY).exists()
}

/// The host names of the app's certificate (`get_ssl_hostnames`), sorted; none without one.
pub fn hostnames(ctx: &Ctx, app: &App) -> Vec<String> {
    if certificate_file(ctx, app).exists() {
        describe(ctx, app).hostnames
    } else {
        Vec::new()
    }
}

const CRT: &str = "server.crt";
const KEY: &str = "server.key";
const CSR: &str = "server.csr";

fn dir(ctx: &Ctx, app: &App) -> PathBuf {
    ctx.paths.app_file(app, "tls")
}

fn certificate_file(ctx: &Ctx, app: &App) -> PathBuf {
    dir(ctx, app).join(CRT)
}

fn describe(ctx: &Ctx, app: &App) -> Certificate {
    let output = ctx.output(&openssl::describe(&certificate_file(ctx, app)));
    Certificate::parse(&output.text())
}

fn print_hostnames(ctx: &Ctx, call: &Call) -> Outcome {
    let app = App::existing(ctx, call.arg(0))?;
    for name in hostnames(ctx, &app) {
        ctx.ui.line(name);
    }
    Ok(())
}
