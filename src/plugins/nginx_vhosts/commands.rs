//! `nginx:build-config`, `nginx:show-config` and `nginx:validate-config`. Reference 40 §3.

use super::error::NginxError;
use super::validate::{self, Invalid};
use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::Outcome;
use crate::registry::Call;

/// `nginx:build-config <app>`
pub fn build_config(ctx: &Ctx, call: &Call) -> Outcome {
    let app = call.arg(0);
    if app.is_empty() {
        return Err(NginxError::NoApp.into());
    }
    let kind = ctx.trigger_text("proxy-type", &[app]);
    if kind != "nginx" {
        return Err(NginxError::OtherProxy(app.to_owned(), kind).into());
    }
    ctx.trigger("proxy-build-config", &[app])
}

/// `nginx:show-config <app>`
pub fn show_config(ctx: &Ctx, call: &Call) -> Outcome {
    let app = App::existing(ctx, call.arg(0))?;
    let path = ctx.paths.app_file(&app, "nginx.conf");
    if !path.is_file() {
        return Err(NginxError::NoConfig(app).into());
    }
    ctx.ui.write(&std::fs::read(path)?);
    Ok(())
}

/// `nginx:show-conf <app>`, its former name.
pub fn show_conf(ctx: &Ctx, call: &Call) -> Outcome {
    ctx.ui.warn("Deprecated: Please use nginx:show-config");
    show_config(ctx, call)
}

/// `nginx:validate-config [<app>] [--clean]`
pub fn validate_config(ctx: &Ctx, call: &Call) -> Outcome {
    let (app, invalid) = match (call.arg(0), call.arg(1)) {
        ("--clean", _) => ("", Invalid::Clean),
        (app, "--clean") => (app, Invalid::Clean),
        (app, _) => (app, Invalid::Show),
    };
    let apps = match app {
        "" => validate::all_apps(ctx),
        app => vec![app.to_owned()],
    };
    validate::validate(ctx, &apps, invalid)
}

/// `nginx:validate [<app>] [--clean]`, its former name.
pub fn validate(ctx: &Ctx, call: &Call) -> Outcome {
    ctx.ui.warn("Deprecated: Please use nginx:validate-config");
    validate_config(ctx, call)
}
