//! Loading a scope's variables for the config commands. Reference 11 §1.

use crate::ctx::Ctx;
use crate::failure::Outcome;
use crate::formats::env_file::EnvMap;
use crate::settings::Scope;

/// The variables of a scope. Invalid keys are reported and left out of what is written next.
pub fn load(ctx: &Ctx, scope: &Scope) -> Outcome<EnvMap> {
    let (map, invalid) = ctx.settings_with_invalid(scope)?;
    let name = match scope {
        Scope::Global => "<global>",
        Scope::App(app) => app.as_str(),
    };
    for key in invalid {
        // Upstream prints this on stdout, into the value of config:get.
        ctx.ui.err(format!(
            "-----> Deleting invalid key {key} from config for {name}"
        ));
    }
    Ok(map)
}
