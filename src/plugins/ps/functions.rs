//! Native functions of the shell library `ps/functions`. Reference 31 §7.

use super::{procfile, scale};
use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::Outcome;
use crate::plugins::common::images;
use crate::registry::Call;

/// `extract_procfile APP [TAG]`.
pub fn extract_procfile(ctx: &Ctx, call: &Call) -> Outcome {
    let app = App::existing(ctx, call.arg(0))?;
    procfile::extract(ctx, &app, &images::deploying(ctx, &app, call.arg(1))?)
}

/// `generate_scale_file APP [TAG]`.
pub fn generate_scale_file(ctx: &Ctx, call: &Call) -> Outcome {
    let app = App::existing(ctx, call.arg(0))?;
    scale::generate(ctx, &app, &images::deploying(ctx, &app, call.arg(1))?)
}

/// `set_scale APP TYPE=N…`, for the image tag in `IMAGE_TAG`.
pub fn set_scale(ctx: &Ctx, call: &Call) -> Outcome {
    let app = App::existing(ctx, call.arg(0))?;
    scale::set(ctx, &app, ctx.env.get("IMAGE_TAG"), call.rest(1))
}
