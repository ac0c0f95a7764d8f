//! The docker-options hooks: the options of a phase as a docker-args fragment. Reference 24.

use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::Outcome;
use crate::formats::docker_options::fragment;
use crate::plugins::docker_options::text;
use crate::registry::Call;

/// `docker-args-build APP TYPE`; TYPE leaves out what that builder doesn't take.
pub fn build(ctx: &Ctx, call: &Call) -> Outcome {
    print(ctx, call, "build")
}

/// `docker-args-deploy APP TAG …`.
pub fn deploy(ctx: &Ctx, call: &Call) -> Outcome {
    print(ctx, call, "deploy")
}

/// `docker-args-run APP TAG`.
pub fn run(ctx: &Ctx, call: &Call) -> Outcome {
    print(ctx, call, "run")
}

/// The input, then the options. Compat: a tag named like a builder filters as that builder does.
fn print(ctx: &Ctx, call: &Call, phase: &str) -> Outcome {
    let app = App::parse(call.arg(0))?;
    ctx.ui.write(&ctx.read_input()?);
    let options = fragment(&text(ctx, &app, phase), call.arg(1));
    ctx.ui.write(options.as_bytes());
    Ok(())
}
