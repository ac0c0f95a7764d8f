//! The commands about one app's domains. Reference 42 §3.

use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::{Outcome, fail};
use crate::plugins::config::Restart;
use crate::plugins::domains::{self, vhosts};
use crate::registry::Call;

/// `domains:add <app> <domain>…`.
pub fn run_add(ctx: &Ctx, call: &Call) -> Outcome {
    let (app, domains) = app_and_domains(ctx, call)?;
    add(ctx, &app, domains)
}

/// Adds domains to an app, as `domains:add` does, and has the proxy rebuilt.
pub fn add(ctx: &Ctx, app: &App, domains: &[String]) -> Outcome {
    vhosts::validate(domains)?;
    let new = vhosts::append(ctx, &vhosts::app_file(ctx, app), domains)?;
    for (domain, new) in domains.iter().zip(new) {
        if new {
            ctx.ui.info1(format!("Added {domain} to {app}"));
        } else {
            ctx.ui
                .info1(format!("Skipping: {domain} already added to {app}"));
        }
    }
    // Upstream overwrites the new domains by the default ones here.
    if !domains::is_enabled(ctx, app) {
        domains::enable_vhost(ctx, app)?;
    }
    updated(ctx, app, "add", domains)
}

/// `domains:remove <app> <domain>…`; a domain that is not there is removed as well.
pub fn remove(ctx: &Ctx, call: &Call) -> Outcome {
    let (app, domains) = app_and_domains(ctx, call)?;
    vhosts::remove(ctx, &vhosts::app_file(ctx, &app), domains)?;
    for domain in domains {
        ctx.ui.info1(format!("Removed {domain} from {app}"));
    }
    updated(ctx, &app, "remove", domains)
}

/// `domains:set <app> <domain>…`.
pub fn set(ctx: &Ctx, call: &Call) -> Outcome {
    let (app, domains) = app_and_domains(ctx, call)?;
    vhosts::validate(domains)?;
    vhosts::replace(ctx, &vhosts::app_file(ctx, &app), domains)?;
    ctx.ui.info1(format!("Set {} for {app}", domains.join(" ")));
    if !domains::is_enabled(ctx, &app) {
        domains::enable_vhost(ctx, &app)?;
    }
    updated(ctx, &app, "set", domains)
}

/// `domains:clear <app>`: back to the default domains.
pub fn clear(ctx: &Ctx, call: &Call) -> Outcome {
    let app = only_app(ctx, call)?;
    ctx.store.remove(vhosts::app_file(ctx, &app))?;
    domains::setup(ctx, &app)?;
    updated(ctx, &app, "clear", &[])?;
    ctx.ui.info1(format!("Cleared domains in {app}"));
    Ok(())
}

/// `domains:disable <app>`.
pub fn disable(ctx: &Ctx, call: &Call) -> Outcome {
    let app = only_app(ctx, call)?;
    // Compat: the file is made first, so its deletion is always told, and an already disabled app
    // is left with an empty one.
    vhosts::touch(ctx, &vhosts::app_file(ctx, &app))?;
    if !domains::is_enabled(ctx, &app) {
        return already(ctx, &app, "disabled");
    }
    domains::switch_off(ctx, &app, Restart::Yes)
}

/// `domains:enable <app>`.
pub fn enable(ctx: &Ctx, call: &Call) -> Outcome {
    enable_with(ctx, call, Restart::Yes)
}

/// The shell function `domains_enable APP --no-restart`.
pub fn enable_without_restart(ctx: &Ctx, call: &Call) -> Outcome {
    enable_with(ctx, call, Restart::No)
}

fn enable_with(ctx: &Ctx, call: &Call, restart: Restart) -> Outcome {
    let app = only_app(ctx, call)?;
    let file = vhosts::app_file(ctx, &app);
    vhosts::touch(ctx, &file)?;
    if domains::is_enabled(ctx, &app) {
        return already(ctx, &app, "enabled");
    }
    let defaults = vhosts::defaults(ctx, &app);
    if vhosts::lines(&file).unwrap_or_default().is_empty() && !defaults.is_empty() {
        vhosts::write(ctx, &file, &defaults)?;
    }
    domains::switch_on(ctx, &app, restart)
}

/// `domains:setup <app>`.
pub fn run_setup(ctx: &Ctx, call: &Call) -> Outcome {
    domains::setup(ctx, &only_app(ctx, call)?)
}

fn already(ctx: &Ctx, app: &App, state: &str) -> Outcome {
    ctx.ui.info1(format!(
        "domains (VHOST) support is already {state} for app ({app})"
    ));
    Ok(())
}

fn updated(ctx: &Ctx, app: &App, action: &str, domains: &[String]) -> Outcome {
    let args: Vec<&str> = [app.as_str(), action]
        .into_iter()
        .chain(domains.iter().map(String::as_str))
        .collect();
    ctx.trigger("post-domains-update", &args)
}

fn only_app(ctx: &Ctx, call: &Call) -> Outcome<App> {
    if call.arg(0).is_empty() {
        return fail("Please specify an app to run the command on");
    }
    Ok(App::existing(ctx, call.arg(0))?)
}

fn app_and_domains<'a>(ctx: &Ctx, call: &'a Call) -> Outcome<(App, &'a [String])> {
    let name = call.arg(0);
    if name.is_empty() {
        return fail("Please specify an app to run the command on");
    }
    if call.arg(1).is_empty() {
        return fail(missing_domain(&format!(" {name}")));
    }
    Ok((App::existing(ctx, name)?, call.rest(1)))
}

/// Compat: upstream prints the app where it means the command, and one blank too many.
pub fn missing_domain(after_dokku: &str) -> String {
    format!("Please specify a domain name. Usage: dokku{after_dokku}  <domain> [<domain> ...]")
}
