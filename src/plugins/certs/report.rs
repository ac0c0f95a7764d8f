//! `certs:report` and its trigger. Reference 43 §2.

use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::Outcome;
use crate::plugins::certs::{certificate_file, describe, dir, is_enabled};
use crate::registry::{Call, Dialect};
use crate::report::{self, Empty, Report, row};
use crate::tools::openssl::{self, Certificate};

/// `certs:report [<app>] [<flag>]`.
pub fn run(ctx: &Ctx, call: &Call) -> Outcome {
    report::serve(ctx, Dialect::Shell, call, |ctx, app| Ok(of_app(ctx, app)))
}

/// `report APP`.
pub fn trigger(ctx: &Ctx, call: &Call) -> Outcome {
    report::hook(ctx, call, |ctx, app| Ok(of_app(ctx, app)))
}

fn of_app(ctx: &Ctx, app: &App) -> Report {
    let enabled = is_enabled(ctx, app);
    let (certificate, verified) = if enabled {
        (describe(ctx, app), verified(ctx, app))
    } else {
        (Certificate::default(), "")
    };
    let issuer: Vec<&str> = certificate.issuer.split_whitespace().collect();
    Report {
        title: format!("{app} ssl information"),
        rows: vec![
            row("--ssl-dir", dir(ctx, app).to_string_lossy()),
            row("--ssl-enabled", enabled.to_string()),
            row("--ssl-hostnames", certificate.hostnames.join(" ")),
            row("--ssl-expires-at", certificate.expires_at.as_str()),
            row("--ssl-issuer", issuer.join(" ").replace('"', "")),
            row("--ssl-starts-at", certificate.starts_at.as_str()),
            row("--ssl-subject", certificate.subject.replace('/', "; ")),
            row("--ssl-verified", verified),
        ],
        dialect: Dialect::Shell,
        empty: Empty::NotDeployed,
    }
}

/// Compat: whatever the host's authorities don't vouch for is called self signed, expired
/// certificates too. openssl's reasons, which upstream lets through to stderr, are not shown.
fn verified(ctx: &Ctx, app: &App) -> &'static str {
    let output = ctx.output(&openssl::verify(&certificate_file(ctx, app)));
    if output.text().contains("OK") {
        "verified by a certificate authority"
    } else {
        "self signed"
    }
}
