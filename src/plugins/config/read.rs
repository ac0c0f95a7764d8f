//! Loading a scope's variables for the config commands. Reference 11 §1.

use std::path::PathBuf;

use crate::ctx::Ctx;
use crate::failure::{Failure, Outcome};
use crate::formats::env_file::EnvMap;
use crate::settings::Scope;

/// The variables of a scope. Invalid keys are reported and removed from the file.
pub fn load(ctx: &Ctx, scope: &Scope) -> Outcome<EnvMap> {
    let (map, invalid) = ctx.settings_with_invalid(scope)?;
    if invalid.is_empty() {
        return Ok(map);
    }
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
    write_back(ctx, scope).map_err(|_| {
        Failure::text(format!(
            "Error writing back config for {name} after removing invalid keys"
        ))
    })
}

/// The variables of a scope; an app's with the global ones below them when `merged`.
pub fn load_merged(ctx: &Ctx, scope: &Scope, merged: bool) -> Outcome<EnvMap> {
    let own = load(ctx, scope)?;
    match scope {
        Scope::App(_) if merged => Ok(EnvMap::merge(&load(ctx, &Scope::Global)?, &own)),
        _ => Ok(own),
    }
}

/// The directory that a scope's file lies in, whose lock guards it.
pub fn dir(ctx: &Ctx, scope: &Scope) -> PathBuf {
    match scope {
        Scope::Global => ctx.paths.root().to_owned(),
        Scope::App(app) => ctx.paths.app(app),
    }
}

/// Rewrites a file as it is read: without its invalid keys.
fn write_back(ctx: &Ctx, scope: &Scope) -> Outcome<EnvMap> {
    ctx.store.locked(&dir(ctx, scope), || {
        let map = ctx.settings(scope)?;
        ctx.store.write(scope.file(ctx), map.to_file())?;
        Ok(map)
    })?
}
