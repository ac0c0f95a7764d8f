//! Docker cleanup. Reference 02 §5.

use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::Outcome;

/// Removes what an app (or the host) no longer needs.
pub fn docker_cleanup(_ctx: &Ctx, _app: Option<&App>, _force: bool) -> Outcome {
    Ok(())
}

/// The docker commands of a cleanup.
pub fn run_docker(_ctx: &Ctx, _app: Option<&App>) {}
