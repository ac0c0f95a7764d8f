//! The `network:*` commands about docker networks and about rebuilding. No option is parsed: a
//! word with a dash is a word (reference 44 §2).

use super::docker_networks;
use super::error::NetworkError;
use super::rebuild::rebuild;
use crate::app::App;
use crate::confirm;
use crate::ctx::Ctx;
use crate::failure::{Failure, Outcome};
use crate::registry::Call;

/// `network:create <network>`
pub fn create(ctx: &Ctx, call: &Call) -> Outcome {
    let name = call.arg(0);
    ctx.ui.info1_quiet(format!("Creating network {name}"));
    Ok(docker_networks::create(ctx, name)?)
}

/// `network:destroy <network> [force]`
pub fn destroy(ctx: &Ctx, call: &Call) -> Outcome {
    let name = call.arg(0);
    if call.arg(1) != "force" {
        confirm::destruction(ctx, "network", name)?;
    }
    ctx.ui.info1_quiet(format!("Destroying network {name}"));
    Ok(docker_networks::remove(ctx, name)?)
}

/// `network:exists <network>`
pub fn exists(ctx: &Ctx, call: &Call) -> Outcome {
    let name = call.arg(0);
    if name.is_empty() {
        return Err(NetworkError::NoName.into());
    }
    if !docker_networks::exists(ctx, name)? {
        return Err(NetworkError::Unknown.into());
    }
    ctx.ui.info1_quiet("Network exists");
    Ok(())
}

/// `network:list`
pub fn list(ctx: &Ctx, _call: &Call) -> Outcome {
    let names = docker_networks::names(ctx)?;
    ctx.ui.info2_quiet("Networks");
    for name in names {
        ctx.ui.line(name);
    }
    Ok(())
}

/// `network:rebuild <app>`: the exit code is the number of containers that failed.
pub fn rebuild_one(ctx: &Ctx, call: &Call) -> Outcome {
    let app = App::existing(ctx, call.arg(0))?;
    from_failures(rebuild(ctx, &app))
}

/// `network:rebuildall`: the exit code is the number of containers that failed.
pub fn rebuild_all(ctx: &Ctx, _call: &Call) -> Outcome {
    let apps = App::all(ctx);
    if apps.is_empty() {
        return Err(NetworkError::NoApps.into());
    }
    from_failures(apps.iter().map(|app| rebuild(ctx, app)).sum())
}

/// An exit code has one byte, so more failures than that read as the most it can say.
fn from_failures(count: usize) -> Outcome {
    Failure::from_status(i32::from(u8::try_from(count).unwrap_or(u8::MAX)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::code_of;

    #[test]
    fn the_exit_code_of_a_rebuild_counts_failures_up_to_one_byte() {
        assert_eq!(code_of(&from_failures(0)), 0);
        assert_eq!(code_of(&from_failures(3)), 3);
        assert_eq!(code_of(&from_failures(256)), 255);
    }
}
