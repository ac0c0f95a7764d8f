//! The config hooks: values for other plugins, variables for containers. Reference 11 §6.

use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::Outcome;
use crate::flags;
use crate::formats::env_export;
use crate::plugins::common::images;
use crate::registry::{Call, Dialect};
use crate::settings::Scope;

/// `config-get APP KEY`: the value without newline, nothing when there is none; an empty APP means
/// the global environment.
pub fn config_get(ctx: &Ctx, call: &Call) -> Outcome {
    let call = flags::none("config-get", call)?;
    let scope = match call.arg(0) {
        "" => Some(Scope::Global),
        name => App::existing(ctx, name).ok().map(Scope::App),
    };
    if let Some(scope) = scope {
        print_value(ctx, &scope, call.arg(1));
    }
    Ok(())
}

/// `config-get-global KEY`: the same of the global environment.
pub fn config_get_global(ctx: &Ctx, call: &Call) -> Outcome {
    let call = flags::none("config-get-global", call)?;
    print_value(ctx, &Scope::Global, call.arg(0));
    Ok(())
}

fn print_value(ctx: &Ctx, scope: &Scope, key: &str) {
    // Compat: a value that can't be had is no output and exit 0.
    if let Ok(env) = ctx.settings(scope) {
        ctx.ui.write(env.get(key).unwrap_or_default());
    }
}

/// `docker-args-deploy APP TAG …` and `docker-args-run APP TAG`: the input and, unless herokuish
/// brings the variables into the image itself, the merged environment as `--env=K='v'` words.
/// It complains as the shell script that it is upstream.
pub fn docker_args(ctx: &Ctx, call: &Call) -> Outcome {
    ctx.told(Dialect::Shell, docker_args_untold(ctx, call))
}

fn docker_args_untold(ctx: &Ctx, call: &Call) -> Outcome {
    let app = App::parse(call.arg(0))?;
    let name = images::deploying(ctx, &app, call.arg(1))?;
    ctx.ui.write(&ctx.read_input()?);
    let app = App::existing(ctx, &app)?;
    let herokuish = ctx
        .image(&name)
        .is_some_and(|image| images::is_herokuish(ctx, &app, &image));
    if !herokuish {
        ctx.ui.write(b" ");
        ctx.ui
            .write(&env_export::docker_args(&ctx.merged_settings(&app)?));
    }
    Ok(())
}
