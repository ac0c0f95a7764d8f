//! `pre-deploy`: ownership of storage mounts, and the notice about checks. Reference 30 §4.

use super::deploy;
use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::Outcome;
use crate::formats::docker_options::without_restart;
use crate::plugins::common::{docker_args, files, images};
use crate::plugins::storage;
use crate::registry::Call;

const EXAMPLES: &str = "http://dokku.viewdocs.io/dokku/deployment/zero-downtime-deploys/";

/// `pre-deploy APP TAG`.
pub fn hook(ctx: &Ctx, call: &Call) -> Outcome {
    let (app, tag) = (App::existing(ctx, call.arg(0))?, call.arg(1));
    if !deploy::runs(ctx, &app) {
        return Ok(());
    }
    give_mounts_to_app_user(ctx, &app, tag)?;
    ctx.ui.info2("Processing deployment checks");
    let image = images::deploying(ctx, &app, tag)?;
    if files::from_image(ctx, &app, &image, "CHECKS").is_none() {
        let url = ctx.env.get("DOKKU_CHECKS_URL");
        let url = if url.is_empty() { EXAMPLES } else { url };
        ctx.ui
            .verbose("No CHECKS file found. Simple container checks will be performed.");
        ctx.ui.verbose(format!(
            "For more efficient zero downtime deployments, create a CHECKS file. \
             See {url} for examples"
        ));
    }
    Ok(())
}

/// Chowns the storage mounts of a herokuish app to the user that it runs as.
fn give_mounts_to_app_user(ctx: &Ctx, app: &App, tag: &str) -> Outcome {
    let mounts = storage::mounts(ctx, app);
    let paths: Vec<&str> = mounts
        .iter()
        .filter_map(|mount| mount.split(':').nth(1))
        .collect();
    let disabled = ctx
        .properties("scheduler-docker-local")
        .get_or(app, "disable-chown", "");
    if paths.is_empty()
        || disabled == "true"
        || ctx.app_config(app, "DOKKU_APP_TYPE") != "herokuish"
    {
        return Ok(());
    }
    let text = docker_args::fragment(ctx, "docker-args-deploy", &[app, tag])?;
    let text = without_restart(&String::from_utf8_lossy(&text)).into_bytes();
    let user = images::app_user(ctx, app);
    let quoted: Vec<String> = paths
        .iter()
        .map(|path| shell_words::quote(path).into_owned())
        .collect();
    let script = format!(
        "find {} -not -user {user} -print0 | xargs -0 -r chown -R {user}",
        quoted.join(" ")
    );
    let docker = ctx.docker();
    let run = docker
        .command(&["container", "run"])
        .args(docker.labels(app))
        .args(docker_args::words(ctx, &text)?)
        .args([&images::name(app, tag), "/bin/bash", "-c", &script])
        .effect(crate::cmd::Effect::Containers);
    // Compat: a failing chown does not stop the deploy.
    ctx.status(&run);
    Ok(())
}
