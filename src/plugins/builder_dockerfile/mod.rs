//! The `builder-dockerfile` plugin: builds an app by its Dockerfile. Reference 20 §8.

mod build;
mod directives;

use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::Outcome;
use crate::plugins::common::images;
use crate::registry::{Call, Dialect, EMPTY, HelpStyle, Plugin, hook};

/// Its table.
pub const PLUGIN: Plugin = Plugin {
    name: "builder-dockerfile",
    namespace: "builder-dockerfile",
    dialect: Dialect::Shell,
    help: HelpStyle::None,
    hooks: &[
        hook("builder-build", build::hook),
        hook("builder-release", release),
    ],
    ..EMPTY
};

/// `builder-release TYPE APP TAG`: rebuilds the image with the release label.
fn release(ctx: &Ctx, call: &Call) -> Outcome {
    if call.arg(0) != "dockerfile" {
        return Ok(());
    }
    let (app, tag) = (App::existing(ctx, call.arg(1))?, call.arg(2));
    ctx.trigger("pre-release-dockerfile", &[&app, tag])?;
    label_release(ctx, &images::name(&app, tag))?;
    ctx.trigger("post-release-dockerfile", &[&app, tag])
}

/// Builds `FROM IMAGE` over the image with the label of the release stage; output only on failure.
pub fn label_release(ctx: &Ctx, image: &str) -> Outcome {
    let output = ctx.merged(&ctx.docker().build_release(image));
    if !output.ok() {
        ctx.ui.write(&output.stdout);
    }
    crate::failure::Failure::from_status(output.status)
}
