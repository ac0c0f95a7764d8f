//! Checking configurations with `nginx -t`: the whole, and each app's alone to find the culprit.
//! Reference 40 §3, §6, §8.

use std::io::Write;
use std::path::Path;

use tempfile::NamedTempFile;

use super::server;
use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::Outcome;
use crate::tools::nginx;

/// What to do with an app's invalid configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Invalid {
    /// Show it.
    Show,
    /// Show and remove it.
    Clean,
}

/// Checks the whole configuration. When it is invalid, that of each of `apps` is checked alone and
/// shown if it is bad; the failure has the status of a last check whose output is shown.
pub fn validate(ctx: &Ctx, apps: &[String], invalid: Invalid) -> Outcome {
    let binary = server::location(ctx)?;
    if is_valid(ctx, &binary) {
        return Ok(());
    }
    for app in apps {
        check_one(ctx, &binary, app, invalid)?;
    }
    if is_valid(ctx, &binary) {
        return Ok(());
    }
    ctx.run(&server::as_root(&nginx::test(&binary)))
}

/// The names of all apps, to be checked.
pub fn all_apps(ctx: &Ctx) -> Vec<String> {
    App::all(ctx).iter().map(App::to_string).collect()
}

/// Whether the whole configuration is valid.
pub fn is_valid(ctx: &Ctx, binary: &str) -> bool {
    ctx.silent(&server::as_root(&nginx::test(binary))) == 0
}

/// Whether an app's configuration is valid without those of the other apps.
pub fn is_valid_alone(ctx: &Ctx, binary: &str, config: &Path) -> Outcome<bool> {
    is_valid_text(ctx, binary, &nginx::wrapper(config))
}

/// Whether nginx can use the certificate and key in an app's `tls` directory.
pub fn is_usable(ctx: &Ctx, tls: &Path) -> Outcome<bool> {
    is_valid_text(
        ctx,
        &server::location(ctx)?,
        &nginx::certificate_wrapper(tls),
    )
}

fn is_valid_text(ctx: &Ctx, binary: &str, text: &str) -> Outcome<bool> {
    let prefix = format!(
        "dokku-{}-nginx_vhosts_is_valid_nginx_config_func.",
        ctx.env.get("DOKKU_PID")
    );
    let mut wrapper = NamedTempFile::with_prefix(prefix)?;
    wrapper.write_all(text.as_bytes())?;
    let test = server::as_root(&nginx::test_file(binary, wrapper.path()));
    Ok(ctx.silent(&test) == 0)
}

fn check_one(ctx: &Ctx, binary: &str, name: &str, invalid: Invalid) -> Outcome {
    let config = App::parse(name).map(|app| ctx.paths.app_file(&app, "nginx.conf"));
    let Some(config) = config.ok().filter(|config| config.is_file()) else {
        ctx.ui
            .warn_quiet(format!("No nginx config found for {name}"));
        return Ok(());
    };
    if is_valid_alone(ctx, binary, &config)? {
        return Ok(());
    }
    ctx.ui.warn(format!(
        "Failed to validate nginx config for {name}. Contents below..."
    ));
    ctx.ui.write(&std::fs::read(&config)?);
    if invalid == Invalid::Clean {
        ctx.ui.warn("Removing invalid nginx file");
        ctx.store.remove(&config)?;
    }
    Ok(())
}
