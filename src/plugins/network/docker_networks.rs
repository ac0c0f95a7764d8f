//! The docker networks of this host: which there are, and making and removing one.

use super::error::NetworkError;
use crate::cmd::Cmd;
use crate::ctx::Ctx;
use crate::failure::{Outcome, fail};

/// Names of all networks, in docker's order. When docker fails its own output is shown and its
/// status is the failure.
pub fn names(ctx: &Ctx) -> Outcome<Vec<String>> {
    let output = ctx.read(&ctx.docker().network_list());
    let text = output.text();
    if !output.ok() {
        for line in text.lines() {
            ctx.ui.verbose_quiet(line);
        }
        return fail(format!("exit status {}", output.status));
    }
    Ok(text.lines().map(str::to_owned).collect())
}

/// Whether a network of exactly this name exists.
pub fn exists(ctx: &Ctx, name: &str) -> Outcome<bool> {
    Ok(names(ctx)?.iter().any(|known| known == name))
}

/// Makes an attachable network.
pub fn create(ctx: &Ctx, name: &str) -> Result<(), NetworkError> {
    change(ctx, &ctx.docker().network_create(name))
}

/// Removes a network.
pub fn remove(ctx: &Ctx, name: &str) -> Result<(), NetworkError> {
    change(ctx, &ctx.docker().network_rm(name))
}

fn change(ctx: &Ctx, cmd: &Cmd) -> Result<(), NetworkError> {
    let output = ctx.output(cmd);
    if output.ok() {
        Ok(())
    } else {
        Err(NetworkError::Docker(output.error_text()))
    }
}
