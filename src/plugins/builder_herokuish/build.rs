//! Source into the image, environment into the image, `/build`. Reference 20 §9.1–§9.2.

use std::ffi::OsString;
use std::path::Path;

use crate::app::App;
use crate::cmd::{Cmd, Stdin};
use crate::ctx::Ctx;
use crate::failure::{Failure, Outcome};
use crate::formats::env_export;
use crate::interrupt;
use crate::plugins::common::feed::Feed;
use crate::plugins::common::{docker_args, images};
use crate::plugins::config::{self, Restart};
use crate::registry::Call;
use crate::settings::Scope;
use crate::tools::docker::Docker;

/// `builder-build TYPE APP DIR`.
pub fn hook(ctx: &Ctx, call: &Call) -> Outcome {
    if call.arg(0) != "herokuish" {
        return Ok(());
    }
    let (app, dir) = (App::existing(ctx, call.arg(1))?, call.arg(2));
    let image = images::name(&app, "");
    let base = base_image(ctx, &app, dir)?;
    add_source(ctx, &app, dir, &base, &image)?;
    ctx.store.make_dir(ctx.paths.app_file(&app, "cache"))?;
    ctx.trigger("pre-build-buildpack", &[&app, dir])?;
    run_build(ctx, &app, &image)?;
    ctx.trigger("post-build-buildpack", &[&app, dir])
}

/// The builder's image; plugins may replace it.
fn base_image(ctx: &Ctx, app: &App, dir: &str) -> Outcome<String> {
    let base = images::builder(ctx, app);
    ctx.trigger(
        "builder-create-dokku-image",
        &["herokuish", app, dir, &base],
    )?;
    let (replaced, fired) =
        ctx.trigger_output("builder-dokku-image", &["herokuish", app, dir, &base]);
    fired?;
    let replaced = String::from_utf8_lossy(&replaced).trim().to_owned();
    Ok(if replaced.is_empty() { base } else { replaced })
}

fn add_source(ctx: &Ctx, app: &App, dir: &str, base: &str, image: &str) -> Outcome {
    let feed = Feed {
        app,
        from: base,
        to: image,
        script: "mkdir -p /app && tar -xC /app",
        failure: "Failure extracting app code",
    };
    let tar = Cmd::new("tar")
        .args(["-c", "."])
        .cwd(Path::new(dir))
        .stdin(Stdin::Null);
    feed.output_of(ctx, &tar)
}

/// `pre-build-buildpack APP DIR`: default curl limits, and the environment into the image.
pub fn pre_build_buildpack(ctx: &Ctx, call: &Call) -> Outcome {
    let app = App::existing(ctx, call.arg(0))?;
    for (key, value) in [("CURL_CONNECT_TIMEOUT", "90"), ("CURL_TIMEOUT", "600")] {
        if ctx.global_config(key).is_empty() {
            config::set(ctx, &Scope::Global, &[(key, value.as_bytes())], Restart::No)?;
        }
    }
    ctx.ui.info1("Adding BUILD_ENV to build environment...");
    let image = images::name(&app, "");
    let merged = ctx.merged_settings(&app)?;
    let files = Feed {
        app: &app,
        from: &image,
        to: &image,
        script: "mkdir -p /tmp/env; cat | tar -x -C /tmp/env",
        failure: "Failure injecting BUILD_ENV into build environment",
    };
    files.bytes(ctx, env_export::bundle(&merged))?;
    let dotenv = Feed {
        script: "cat >> /app/.env",
        failure: "Failure injecting old-style BUILD_ENV",
        ..files
    };
    let mut text = env_export::envfile(&merged);
    text.push(b'\n');
    dotenv.bytes(ctx, text)
}

fn run_build(ctx: &Ctx, app: &App, image: &str) -> Outcome {
    let arguments = arguments(ctx, app)?;
    let cache = ctx.paths.host_app_file(app, "cache").display().to_string();
    let create = command(&ctx.docker(), app, image, &cache, arguments);
    let created = ctx.read(&create);
    Failure::from_status(created.status)?;
    let id = created.text();
    ctx.trigger("post-container-create", &["app", &id, app, "build"])?;
    // A build that nobody waits for any more would go on beside the next one, in the same cache.
    interrupt::hold(|| follow(ctx, &id))??;
    Failure::from_status(ctx.read(&ctx.docker().commit(app, &[], &id, image)).status)
}

/// Starts a build's container and shows its output until it has ended well.
fn follow(ctx: &Ctx, id: &str) -> Outcome {
    let docker = ctx.docker();
    Failure::from_status(ctx.read(&docker.container_start(id)).status)?;
    // Logs, unlike attach, begin at the first byte however late we come.
    let logs = docker.command(&["container", "logs", "--follow", id]);
    ctx.status_until(&logs.stdin(Stdin::Null), &docker.container_stop("", &[id]));
    interrupt::check()?;
    let waited = ctx.read(&docker.container_wait(id));
    if waited.text().trim() != "0" {
        ctx.ui.warn("Failure during app build");
        return Err(Failure::Status(1));
    }
    Ok(())
}

fn arguments(ctx: &Ctx, app: &App) -> Outcome<Vec<OsString>> {
    let mut text = docker_args::lenient_fragment(ctx, "docker-args-build", &[app, "herokuish"]);
    text.extend_from_slice(docker_args::trace_fragment(ctx));
    let process = &[app.as_str(), "herokuish"];
    text.extend(docker_args::fragment(
        ctx,
        "docker-args-process-build",
        process,
    )?);
    docker_args::words(ctx, &text)
}

fn command(docker: &Docker, app: &App, image: &str, cache: &str, args: Vec<OsString>) -> Cmd {
    let mount = format!("{cache}:/cache");
    let mut words = docker.labels(app);
    words.extend(["-v".into(), mount, "-e".into(), "CACHE_PATH=/cache".into()]);
    docker
        .container_create(&words)
        .args(args)
        .args([image, "/build"])
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::env::Env;

    #[test]
    fn the_build_container_is_created_as_recorded() {
        let ctx = Ctx::new(Env::default(), &crate::plugins::REGISTRY, Vec::new());
        let app = App::parse("hk").unwrap();
        let args = vec!["--env=USER=herokuishuser".into()];
        let cmd = command(
            &ctx.docker(),
            &app,
            "dokku/hk:latest",
            "/home/dokku/hk/cache",
            args,
        );
        assert_eq!(
            cmd.words().join(" "),
            "docker container create --label=com.dokku.app-name=hk \
             --label=org.label-schema.schema-version=1.0 --label=org.label-schema.vendor=dokku \
             --label=dokku -v /home/dokku/hk/cache:/cache -e CACHE_PATH=/cache \
             --env=USER=herokuishuser dokku/hk:latest /build"
        );
    }
}
