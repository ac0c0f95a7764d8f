//! Hooks of the `buildpacks` plugin. Reference 21, "Triggers".

use std::path::Path;

use super::{NAME, commands, urls};
use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::{Failure, Outcome};
use crate::registry::Call;
use crate::report;

/// `install`.
pub fn install(ctx: &Ctx, _call: &Call) -> Outcome {
    ctx.properties(NAME).setup().map_err(|error| match error {
        Failure::Text(text) => {
            Failure::text(format!("Unable to install the buildpacks plugin: {text}"))
        }
        other => other,
    })
}

/// `post-extract APP DIR [REV]`: writes `.buildpacks`, in place of a committed one.
pub fn post_extract(ctx: &Ctx, call: &Call) -> Outcome {
    let urls = urls(ctx, &App::parse(call.arg(0))?);
    if urls.is_empty() {
        return Ok(());
    }
    let file = Path::new(call.arg(1)).join(".buildpacks");
    let content: String = urls.iter().map(|url| format!("{url}\n")).collect();
    // Removed first: a committed link must not lead the content out of the source tree.
    let written = ctx
        .store
        .remove(&file)
        .and_then(|()| ctx.store.write_mode(&file, content, 0o600));
    written.map_err(|error| Failure::text(format!("Error writing .buildpacks file: {error}")))
}

/// `post-app-clone-setup OLD NEW`, `post-app-rename-setup OLD NEW`.
pub fn clone(ctx: &Ctx, call: &Call) -> Outcome {
    ctx.properties(NAME).clone_hook(call)
}

/// `post-delete APP`.
pub fn delete(ctx: &Ctx, call: &Call) -> Outcome {
    ctx.properties(NAME).delete_hook(call)
}

/// `report APP`.
pub fn report(ctx: &Ctx, call: &Call) -> Outcome {
    report::hook(ctx, call, commands::report_of)
}
