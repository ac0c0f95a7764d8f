//! `common/fn NAME ARGS…`: functions of the shell libraries whose whole behaviour is native. The
//! rows stand in the tables of the plugins that own them; here is the look-up and common's own.

use std::ffi::OsString;
use std::path::Path;

use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::{Failure, Outcome, fail};
use crate::help;
use crate::plugins::common::{cleanup, release, urls};
use crate::registry::Call;

/// The program.
pub fn program(ctx: &Ctx, call: &Call) -> Outcome {
    let mut words = call.raw.iter().cloned();
    let name = words
        .next()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let words: Vec<OsString> = words.collect();
    let plugins = ctx.registry.plugins.iter();
    let found = plugins
        .flat_map(|plugin| plugin.functions)
        .find(|row| row.name == name);
    match found {
        Some(row) => (row.run)(ctx, &Call::new(&name, words)),
        None => fail(format!("Unknown function: {name}")),
    }
}

/// `release_and_deploy APP [TAG]`.
pub fn release_and_deploy(ctx: &Ctx, call: &Call) -> Outcome {
    release::release_and_deploy(ctx, &App::existing(ctx, call.arg(0))?, call.arg(1))
}

/// `dokku_receive APP TYPE DIR`.
pub fn dokku_receive(ctx: &Ctx, call: &Call) -> Outcome {
    let app = App::existing(ctx, call.arg(0))?;
    // Any name is a builder: a third-party `builder-build` hook may answer to it.
    release::receive(ctx, &app, call.arg(1), Path::new(call.arg(2)))
}

/// `docker_cleanup APP|--global|"" [true]`.
pub fn docker_cleanup(ctx: &Ctx, call: &Call) -> Outcome {
    let app = match call.arg(0) {
        "" | "--global" => None,
        name => Some(App::parse(name)?),
    };
    cleanup::docker_cleanup_of_caller(ctx, app.as_ref(), call.arg(1) == "true")
}

/// `get_app_urls url|urls APP`.
pub fn get_app_urls(ctx: &Ctx, call: &Call) -> Outcome {
    let app = App::existing(ctx, call.arg(1))?;
    show(
        ctx,
        if call.arg(0) == "url" {
            urls::url(ctx, &app)
        } else {
            urls::urls(ctx, &app)
        },
    )
}

/// `internal_get_app_urls url|urls APP`: without asking the `app-urls` trigger.
pub fn internal_get_app_urls(ctx: &Ctx, call: &Call) -> Outcome {
    let app = App::existing(ctx, call.arg(1))?;
    show(
        ctx,
        if call.arg(0) == "url" {
            urls::own_url(ctx, &app)
        } else {
            urls::own_urls(ctx, &app)
        },
    )
}

fn show(ctx: &Ctx, urls: Outcome<Vec<String>>) -> Outcome {
    for url in urls? {
        ctx.ui.line(url);
    }
    Ok(())
}

/// `fn-help-content PLUGIN_DIR`: the plugin's raw help lines.
pub fn help_content(ctx: &Ctx, call: &Call) -> Outcome {
    let plugin = ctx.registry.plugin(call.arg(0)).ok_or(Failure::Status(1))?;
    for line in help::lines(plugin, true) {
        ctx.ui.line(line);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plugins::testing::{run, world};

    #[test]
    fn a_cleanup_of_the_shell_library_is_skipped_by_the_callers_variable() {
        let (_root, ctx, _) = world();
        let ctx = ctx.with_env("DOKKU_SKIP_CLEANUP", "false");
        let skipped = "-----> DOKKU_SKIP_CLEANUP set. Skipping dokku cleanup\n";
        for words in [&["a"] as &[_], &["--global"]] {
            assert_eq!(run(&ctx, docker_cleanup, words), (skipped.to_owned(), None));
        }
    }
}
