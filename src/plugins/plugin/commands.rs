//! `plugin:*` but install. Reference 03 §5.

use super::tree::{self, Name};
use super::{PluginError, completion, listing, update as updating};
use crate::ctx::Ctx;
use crate::failure::{Failure, Outcome};
use crate::registry::Call;
use crate::triggers::PLUGN_VERSION;

/// `plugin:list`.
pub fn list(ctx: &Ctx, _call: &Call) -> Outcome {
    ctx.ui.line(format!("plugn: {PLUGN_VERSION}"));
    for line in listing::lines(ctx) {
        ctx.ui.line(line);
    }
    Ok(())
}

/// `plugin:installed NAME`: the exit code is the answer.
pub fn installed(ctx: &Ctx, call: &Call) -> Outcome {
    match Name::parse(call.arg(0)) {
        Ok(name) if name.is_available(ctx) => Ok(()),
        _ => Err(Failure::Status(1)),
    }
}

/// `plugin:enable NAME`.
pub fn enable(ctx: &Ctx, call: &Call) -> Outcome {
    let name = given(call, "enable")?;
    let name = Name::parse(name).map_err(|_| PluginError::Missing)?;
    enable_told(ctx, &name)?;
    completion::prime(ctx)
}

/// Enables a plugin after the checks of `plugin:enable`, and says so.
pub fn enable_told(ctx: &Ctx, name: &Name) -> Outcome {
    if name.enabled(ctx).exists() {
        return Err(PluginError::Enabled.into());
    }
    if !name.is_available(ctx) {
        return Err(PluginError::Missing.into());
    }
    tree::enable(ctx, name)?;
    ctx.ui
        .info1_quiet(format!("Plugin {} enabled", name.as_str()));
    Ok(())
}

/// `plugin:disable NAME`.
pub fn disable(ctx: &Ctx, call: &Call) -> Outcome {
    let name = given(call, "disable")?;
    let name = Name::parse(name).map_err(|_| PluginError::Disabled)?;
    if name.is_core(ctx) {
        return Err(PluginError::Core("disable").into());
    }
    if !name.is_enabled(ctx) {
        return Err(PluginError::Disabled.into());
    }
    if !name.is_available(ctx) {
        return Err(PluginError::Missing.into());
    }
    tree::disable(ctx, &name)?;
    ctx.ui
        .info1_quiet(format!("Plugin {} disabled", name.as_str()));
    completion::prime(ctx)
}

/// `plugin:uninstall NAME`: its own `uninstall` hook runs first, if it is enabled.
pub fn uninstall(ctx: &Ctx, call: &Call) -> Outcome {
    let text = given(call, "uninstall")?;
    let missing = || PluginError::NotInstalled(text.to_owned());
    let name = Name::parse(text).map_err(|_| missing())?;
    if name.is_core(ctx) {
        return Err(PluginError::Core("uninstall").into());
    }
    if !name.is_available(ctx) {
        return Err(missing().into());
    }
    ctx.trigger("uninstall", &[text])?;
    tree::remove(ctx, &name)?;
    ctx.ui.info1_quiet(format!("Plugin {text} uninstalled"));
    completion::prime(ctx)
}

/// `plugin:update [NAME [COMMITTISH]]`, then the `update` hooks of all plugins.
pub fn update(ctx: &Ctx, call: &Call) -> Outcome {
    if !call.arg(0).is_empty() {
        updating::update(ctx, call.arg(0), call.arg(1))?;
    }
    ctx.trigger("update", &[])?;
    completion::prime(ctx)
}

/// `plugin:trigger HOOK [ARG…]`.
pub fn trigger(ctx: &Ctx, call: &Call) -> Outcome {
    let Some(args) = call.raw.get(1..) else {
        return Err(Failure::Status(1));
    };
    ctx.trigger_raw(call.arg(0), args)
}

fn given<'a>(call: &'a Call, verb: &'static str) -> Result<&'a str, PluginError> {
    match call.arg(0) {
        "" => Err(PluginError::NoName(verb)),
        name => Ok(name),
    }
}
