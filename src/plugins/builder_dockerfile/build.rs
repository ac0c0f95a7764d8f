//! `docker image build` of a pushed tree. Reference 20 §8.1.

use std::ffi::OsString;
use std::path::Path;

use super::directives;
use crate::app::App;
use crate::cmd::{Cmd, Effect};
use crate::ctx::Ctx;
use crate::failure::Outcome;
use crate::formats::docker_options::without_volumes;
use crate::plugins::common::{docker_args, files, images, undo};
use crate::registry::Call;
use crate::tools::docker::Docker;

/// `builder-build TYPE APP DIR`.
pub fn hook(ctx: &Ctx, call: &Call) -> Outcome {
    if call.arg(0) != "dockerfile" {
        return Ok(());
    }
    let app = App::existing(ctx, call.arg(1))?;
    let dir = Path::new(call.arg(2));
    record_directives(ctx, &app, dir)?;
    ctx.trigger("pre-build-dockerfile", &[&app])?;
    let options = options(ctx, &app)?;
    ctx.run(&command(&ctx.docker(), &app, options).cwd(dir))?;
    ctx.trigger("post-build-dockerfile", &[&app])
}

/// Keeps what later steps need to know of the Dockerfile in the app's config.
fn record_directives(ctx: &Ctx, app: &App, dir: &Path) -> Outcome {
    let bytes = files::in_tree(dir, "Dockerfile").unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    let ports = directives::exposed_ports(&text);
    let found = [
        (
            "DOKKU_DOCKERFILE_PORTS",
            Some(ports.as_str()).filter(|ports| !ports.is_empty()),
        ),
        (
            "DOKKU_DOCKERFILE_ENTRYPOINT",
            directives::last_line(&text, "ENTRYPOINT"),
        ),
        ("DOKKU_DOCKERFILE_CMD", directives::last_line(&text, "CMD")),
    ];
    for (key, value) in found {
        if let Some(value) = value {
            undo::set_variable(ctx, app, key, value)?;
        }
    }
    Ok(())
}

/// Options of the docker-args triggers (without volumes, which a build can't have), then the
/// app's own build options.
fn options(ctx: &Ctx, app: &App) -> Outcome<Vec<OsString>> {
    let mut text = docker_args::lenient_fragment(ctx, "docker-args-build", &[app, "dockerfile"]);
    let process = &[app.as_str(), "dockerfile"];
    text.extend(docker_args::fragment(
        ctx,
        "docker-args-process-build",
        process,
    )?);
    let words = docker_args::words(ctx, &text)?;
    let words = words
        .into_iter()
        .map(|word| word.to_string_lossy().into_owned())
        .collect();
    let mut words = without_volumes(words);
    let setting = |key: &str| {
        let own = ctx.config(app, key);
        if own.is_empty() {
            ctx.env.get(key).to_owned()
        } else {
            own
        }
    };
    if setting("DOKKU_DOCKERFILE_CACHE_BUILD") == "false" {
        words.push("--no-cache".to_owned());
    }
    words.extend(
        setting("DOKKU_DOCKER_BUILD_OPTS")
            .split_whitespace()
            .map(str::to_owned),
    );
    Ok(words.into_iter().map(OsString::from).collect())
}

fn command(docker: &Docker, app: &App, options: Vec<OsString>) -> Cmd {
    // Compat: one word, so docker reads a single label and the image gets no app label; with the
    // label, the cleanup's `image prune` would take the images behind `tags:create` (20 §8.3).
    let labels = format!(
        "--label=org.label-schema.schema-version=1.0 --label=org.label-schema.vendor=dokku \
         --label=com.dokku.app-name={app}"
    );
    docker
        .command(&["image", "build", &labels])
        .args(docker.build_args())
        .args(options)
        .args(["-t", &images::name(app, ""), "."])
        .effect(Effect::Anything)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::env::Env;

    #[test]
    fn the_build_command_is_the_recorded_one() {
        let ctx = Ctx::new(Env::default(), &crate::plugins::REGISTRY, Vec::new());
        let app = App::parse("node-app").unwrap();
        let cmd = command(&ctx.docker(), &app, vec!["--build-arg=A=b c".into()]);
        assert_eq!(
            cmd.words(),
            [
                "docker",
                "image",
                "build",
                "--label=org.label-schema.schema-version=1.0 --label=org.label-schema.vendor=dokku --label=com.dokku.app-name=node-app",
                "--label=org.label-schema.schema-version=1.0",
                "--label=org.label-schema.vendor=dokku",
                "--label=dokku",
                "--build-arg=A=b c",
                "-t",
                "dokku/node-app:latest",
                "."
            ]
        );
    }

    #[test]
    fn a_dockerfile_outside_of_the_tree_leaves_nothing_in_the_config() {
        let (root, ctx, app) = crate::plugins::testing::world();
        let outside = root.path().join("a/outside");
        ctx.store.write(&outside, "CMD secret\n").unwrap();
        let tree = tempfile::tempdir().unwrap();
        let link = tree.path().join("Dockerfile");
        ctx.store.link(link, outside).unwrap();
        record_directives(&ctx, &app, tree.path()).unwrap();
        assert_eq!(ctx.app_config(&app, "DOKKU_DOCKERFILE_CMD"), "");
    }
}
