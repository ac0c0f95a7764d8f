//! Baking the environment into the image. Reference 20 §9.3.

use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::Outcome;
use crate::formats::env_export;
use crate::formats::env_file::EnvMap;
use crate::plugins::builder_dockerfile::label_release;
use crate::plugins::common::feed::Feed;
use crate::plugins::common::images;
use crate::registry::Call;
use crate::settings::Scope;

/// `builder-release TYPE APP TAG`.
pub fn hook(ctx: &Ctx, call: &Call) -> Outcome {
    if call.arg(0) != "herokuish" {
        return Ok(());
    }
    let (app, tag) = (App::existing(ctx, call.arg(1))?, call.arg(2));
    let image = images::name(&app, tag);
    ctx.trigger("pre-release-buildpack", &[&app, tag])?;
    let global = Feed {
        app: &app,
        from: &image,
        to: &image,
        script: "mkdir -p /app/.profile.d && cat > /app/.profile.d/00-global-env.sh",
        failure: "Failure injecting global environment variables",
    };
    bake(ctx, &global, &ctx.settings(&Scope::Global)?)?;
    let own = Feed {
        script: "mkdir -p /app/.profile.d && cat > /app/.profile.d/01-app-env.sh",
        failure: "Failure injecting app environment variables",
        ..global
    };
    bake(ctx, &own, &ctx.settings(&Scope::App(app.clone()))?)?;
    label_release(ctx, &image)?;
    ctx.trigger("post-release-buildpack", &[&app, tag])
}

fn bake(ctx: &Ctx, feed: &Feed, variables: &EnvMap) -> Outcome {
    if variables.is_empty() {
        return Ok(());
    }
    let mut text = env_export::exports(variables);
    text.push(b'\n');
    feed.bytes(ctx, text)
}
