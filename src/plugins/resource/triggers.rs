//! Hooks of the `resource` plugin. Reference 23, "Triggers".

use super::{NAME, Request, docker_args};
use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::{Failure, Outcome, fail};
use crate::registry::Call;

/// `install`.
pub fn install(ctx: &Ctx, _call: &Call) -> Outcome {
    ctx.properties(NAME).setup().map_err(|error| match error {
        Failure::Text(text) => {
            Failure::text(format!("Unable to install the resource plugin: {text}"))
        }
        other => other,
    })
}

/// `docker-args-process-deploy APP SOURCE TAG [PROCESS-TYPE [INDEX]]`: options, then stdin.
pub fn docker_args(ctx: &Ctx, call: &Call) -> Outcome {
    let app = App::parse(call.arg(0))?;
    if ctx.env.get("DOKKU_OMIT_RESOURCE_ARGS") != "1" {
        let get = |name: &str| ctx.properties(NAME).get(&app, name);
        let fragment = docker_args::fragment(&get, call.arg(3));
        ctx.ui.write(fragment.as_bytes());
    }
    ctx.ui.write(&ctx.read_input()?);
    Ok(())
}

/// `resource-get-property APP PROCESS-TYPE REQUEST KEY`.
pub fn get_property(ctx: &Ctx, call: &Call) -> Outcome {
    let app = App::parse(call.arg(0))?;
    let dir = ctx.paths.properties().join(NAME).join(app.as_str());
    if !dir.is_dir() {
        return fail(format!("open {}: no such file or directory", dir.display()));
    }
    let get = |name: &str| ctx.properties(NAME).get(&app, name);
    let requests = [Request::Limit, Request::Reserve].into_iter();
    let value = requests
        .filter(|request| request.name() == call.arg(2))
        .find_map(|request| docker_args::effective(&get, call.arg(1), request, call.arg(3)));
    ctx.ui.line(value.unwrap_or_default());
    Ok(())
}

/// `post-app-clone-setup OLD NEW`, `post-app-rename-setup OLD NEW`.
pub fn clone(ctx: &Ctx, call: &Call) -> Outcome {
    ctx.properties(NAME).clone_hook(call)
}

/// `post-delete APP`.
pub fn delete(ctx: &Ctx, call: &Call) -> Outcome {
    ctx.properties(NAME).delete_hook(call)
}
