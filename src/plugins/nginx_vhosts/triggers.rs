//! The hooks of the `nginx-vhosts` plugin. Reference 40 §4. Those of the proxy do nothing for apps
//! that another proxy serves.

use super::error::NginxError;
use super::{build, ports, property, server};
use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::Outcome;
use crate::plugins::config::{self, Restart};
use crate::plugins::{domains, ps};
use crate::registry::Call;
use crate::settings::Scope;

/// `core-post-deploy APP PORT IP TAG`
pub fn core_post_deploy(ctx: &Ctx, call: &Call) -> Outcome {
    let app = App::existing(ctx, call.arg(0))?;
    if !is_ours(ctx, &app) {
        return Ok(());
    }
    if ctx.trigger_answer("network-config-exists", &[&app])? != "true" {
        return build::retire(ctx, &app);
    }
    if !domains::is_enabled(ctx, &app) {
        ctx.ui
            .info1("VHOST support disabled. Skipping domains setup");
    } else if !ctx.paths.app_file(&app, "VHOST").exists() {
        domains::setup(ctx, &app)?;
    }
    build::build(ctx, &app)
}

/// `proxy-build-config APP`
pub fn proxy_build_config(ctx: &Ctx, call: &Call) -> Outcome {
    let name = named(call)?;
    if !is_ours(ctx, name) {
        return Ok(());
    }
    ctx.trigger("network-build-config", &[name])?;
    build::build(ctx, &App::existing(ctx, name)?)
}

/// `post-domains-update APP [ACTION …]`, `post-proxy-ports-update APP ACTION`
pub fn post_update(ctx: &Ctx, call: &Call) -> Outcome {
    let name = named(call)?;
    if !is_ours(ctx, name) {
        return Ok(());
    }
    build::build(ctx, &App::existing(ctx, name)?)
}

/// `proxy-clear-config APP`: the server keeps what it has loaded.
pub fn proxy_clear_config(ctx: &Ctx, call: &Call) -> Outcome {
    let name = named(call)?;
    if !is_ours(ctx, name) {
        return Ok(());
    }
    ctx.trigger("network-clear-config", &[name])?;
    let app = App::parse(name)?;
    ctx.store.remove(ctx.paths.app_file(&app, "nginx.conf"))?;
    Ok(())
}

/// `proxy-enable APP [--no-restart]`
pub fn proxy_enable(ctx: &Ctx, call: &Call) -> Outcome {
    let app = App::existing(ctx, call.arg(0))?;
    if !is_ours(ctx, &app) {
        return Ok(());
    }
    domains::enable_vhost(ctx, &app)?;
    restart(ctx, &app, call)
}

/// `proxy-disable APP [--no-restart]`
pub fn proxy_disable(ctx: &Ctx, call: &Call) -> Outcome {
    let app = App::existing(ctx, call.arg(0))?;
    if !is_ours(ctx, &app) {
        return Ok(());
    }
    domains::disable_vhost(ctx, &app)?;
    restart(ctx, &app, call)
}

/// `pre-enable-vhost APP`, `pre-disable-vhost APP`: other ports will be right.
pub fn forget_ports(ctx: &Ctx, call: &Call) -> Outcome {
    let app = App::existing(ctx, call.arg(0))?;
    if !is_ours(ctx, &app) {
        return Ok(());
    }
    config::unset(&ctx.quiet(), &Scope::App(app), ports::ALL, Restart::No)
}

/// `post-delete APP TAG`: a later app of the name must not inherit the properties.
pub fn post_delete(ctx: &Ctx, call: &Call) -> Outcome {
    if let Ok(app) = App::parse(call.arg(0)) {
        ctx.properties(property::STORE).destroy(&app)?;
    }
    server::reload(ctx)
}

/// `post-app-clone-setup OLD NEW`
pub fn post_app_clone_setup(ctx: &Ctx, call: &Call) -> Outcome {
    let (old, new) = (App::parse(call.arg(0))?, App::parse(call.arg(1))?);
    ctx.properties(property::STORE).clone_to(&old, &new)?;
    ctx.store.remove(ctx.paths.app_file(&new, "nginx.conf"))?;
    Ok(())
}

/// `post-app-rename-setup OLD NEW`
pub fn post_app_rename_setup(ctx: &Ctx, call: &Call) -> Outcome {
    let (old, new) = (App::parse(call.arg(0))?, App::parse(call.arg(1))?);
    ctx.properties(property::STORE).clone_to(&old, &new)?;
    ctx.trigger("proxy-clear-config", &[&new])
}

/// Whether nginx serves the app.
pub fn is_ours(ctx: &Ctx, app: &str) -> bool {
    ctx.trigger_text("proxy-type", &[app]) == "nginx"
}

fn named(call: &Call) -> Result<&str, NginxError> {
    match call.arg(0) {
        "" => Err(NginxError::NoApp),
        name => Ok(name),
    }
}

fn restart(ctx: &Ctx, app: &App, call: &Call) -> Outcome {
    if call.arg(1) == "--no-restart" {
        return Ok(());
    }
    ps::restart(ctx, app)
}
