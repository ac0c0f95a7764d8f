//! The hooks of the `network` plugin. Reference 44 §4. Like all compiled hooks they refuse a first
//! argument that begins with a dash.

use super::error::NetworkError;
use super::property::BIND_ALL_INTERFACES;
use super::{attach, endpoint, listeners, property, rebuild};
use crate::app::App;
use crate::ctx::{Ctx, Input};
use crate::failure::Outcome;
use crate::flags;
use crate::registry::Call;

/// `core-post-deploy APP PORT IP TAG`
pub fn core_post_deploy(ctx: &Ctx, call: &Call) -> Outcome {
    let call = words(call)?;
    attach::after_deploy(ctx, &App::parse(call.arg(0))?)
}

/// `install`: the property store, and the property that newer apps get at their creation.
pub fn install(ctx: &Ctx, call: &Call) -> Outcome {
    words(call)?;
    let properties = ctx.properties("network");
    properties.setup()?;
    for app in App::all(ctx) {
        if properties.get(&app, BIND_ALL_INTERFACES).is_some() {
            continue;
        }
        // Apps of that age were reached through their published ports when they had no proxy.
        // Upstream, by mistake, publishes the ports of every such app.
        let proxied = ctx
            .with_input(Input::Null)
            .trigger_text("proxy-is-enabled", &[&app]);
        let value = if proxied == "false" { "true" } else { "false" };
        ctx.ui.verbose_quiet(format!(
            "Setting network property '{BIND_ALL_INTERFACES}' to {value}"
        ));
        properties.set(&app, BIND_ALL_INTERFACES, value)?;
    }
    Ok(())
}

/// `network-build-config APP`: what cannot be recorded is told and fails nothing.
pub fn build_config(ctx: &Ctx, call: &Call) -> Outcome {
    let app = App::existing(ctx, words(call)?.arg(0))?;
    rebuild::rebuild(ctx, &app);
    Ok(())
}

/// `network-clear-config APP`: what runs keeps its address, or no proxy could be built again before
/// the next deploy.
pub fn clear_config(ctx: &Ctx, call: &Call) -> Outcome {
    listeners::clear_stale(ctx, &App::parse(words(call)?.arg(0))?)
}

/// `network-compute-ports APP TYPE HEROKUISH`
pub fn compute_ports(ctx: &Ctx, call: &Call) -> Outcome {
    let call = words(call)?;
    let app = App::parse(call.arg(0))?;
    let ports = endpoint::container_ports(ctx, &app, call.arg(2) == "true");
    ctx.ui.line(ports.join(" "));
    Ok(())
}

/// `network-config-exists APP`
pub fn config_exists(ctx: &Ctx, call: &Call) -> Outcome {
    let app = App::parse(words(call)?.arg(0))?;
    ctx.ui.line(listeners::config_exists(ctx, &app).to_string());
    Ok(())
}

/// `network-get-ipaddr APP TYPE CONTAINER`
pub fn get_ipaddr(ctx: &Ctx, call: &Call) -> Outcome {
    let call = words(call)?;
    let container = ctx.container(call.arg(2));
    let address = container.map(|container| endpoint::address(&container));
    ctx.ui.line(address.unwrap_or_default());
    Ok(())
}

/// `network-get-listeners APP [TYPE]`
pub fn get_listeners(ctx: &Ctx, call: &Call) -> Outcome {
    let call = words(call)?;
    let kind = match call.arg(1) {
        "" => {
            ctx.ui.warn(
                "Deprecated: Please specify a processType argument for the \
                 network-get-listeners plugin trigger",
            );
            "web"
        }
        kind => kind,
    };
    let found = App::parse(call.arg(0)).map(|app| listeners::listeners(ctx, &app, kind));
    ctx.ui.line(found.unwrap_or_default().join(" "));
    Ok(())
}

/// `network-get-port APP TYPE CONTAINER HEROKUISH`
pub fn get_port(ctx: &Ctx, call: &Call) -> Outcome {
    let call = words(call)?;
    let app = App::parse(call.arg(0))?;
    ctx.ui
        .line(endpoint::port(ctx, &app, call.arg(3) == "true"));
    Ok(())
}

/// `network-get-property APP PROPERTY`
pub fn get_property(ctx: &Ctx, call: &Call) -> Outcome {
    let call = words(call)?;
    let app = App::parse(call.arg(0))?;
    ctx.ui.line(property::get(ctx, &app, call.arg(1)));
    Ok(())
}

/// `network-write-ipaddr APP TYPE INDEX ADDRESS`
pub fn write_ipaddr(ctx: &Ctx, call: &Call) -> Outcome {
    let call = words(call)?;
    let app = named_app(ctx, &call)?;
    listeners::write_address(ctx, &app, call.arg(1), call.arg(2), call.arg(3))
}

/// `network-write-port APP TYPE INDEX PORT`
pub fn write_port(ctx: &Ctx, call: &Call) -> Outcome {
    let call = words(call)?;
    let app = named_app(ctx, &call)?;
    listeners::write_port(ctx, &app, call.arg(1), call.arg(2), call.arg(3))
}

/// `post-create APP`
pub fn post_create(ctx: &Ctx, call: &Call) -> Outcome {
    let app = App::parse(words(call)?.arg(0))?;
    ctx.properties("network")
        .set(&app, BIND_ALL_INTERFACES, "false")
}

/// `post-delete APP TAG`
pub fn post_delete(ctx: &Ctx, call: &Call) -> Outcome {
    let app = App::parse(words(call)?.arg(0))?;
    ctx.properties("network").destroy(&app)
}

/// `post-app-clone-setup OLD NEW`, `post-app-rename-setup OLD NEW`: the copied app directory must
/// not name the old containers.
pub fn post_app_clone_setup(ctx: &Ctx, call: &Call) -> Outcome {
    let call = words(call)?;
    let (old, new) = (App::parse(call.arg(0))?, App::parse(call.arg(1))?);
    listeners::clear(ctx, &new)?;
    ctx.properties("network").clone_to(&old, &new)
}

/// `post-container-create CONTAINER_TYPE CONTAINER APP PHASE [TYPE]`
pub fn post_container_create(ctx: &Ctx, call: &Call) -> Outcome {
    let call = words(call)?;
    if call.arg(0) != "app" {
        return Ok(());
    }
    let app = App::parse(call.arg(2))?;
    attach::after_create(ctx, &app, call.arg(1), call.arg(3), call.arg(4))
}

fn words(call: &Call) -> Outcome<Call> {
    flags::none(&call.name, call)
}

fn named_app(ctx: &Ctx, call: &Call) -> Outcome<App> {
    if call.arg(0).is_empty() {
        return Err(NetworkError::NoApp.into());
    }
    Ok(App::existing(ctx, call.arg(0))?)
}
