//! Adding and removing an app's certificate. Reference 43 §2.

use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::{Outcome, fail};
use crate::plugins::certs::tls::{self, Former};
use crate::plugins::certs::{CRT, KEY, dir, import, is_enabled};
use crate::plugins::nginx_vhosts;
use crate::plugins::proxy::TlsPorts;
use crate::registry::Call;

/// `certs:add` and `certs:update <app> [CRT KEY]`: from files, or from a tar archive on stdin.
pub fn add(ctx: &Ctx, call: &Call) -> Outcome {
    let app = named_app(ctx, call)?;
    let pair = import::read(ctx, call.raw.get(1), call.raw.get(2))?;
    pair.check(ctx)?;
    let had_pair = is_enabled(ctx, &app);
    let former = tls::install(ctx, &app, &[(CRT, &pair.crt), (KEY, &pair.key)])?;
    let followed = follow(ctx, &app);
    if followed.is_err() && is_refused(ctx, &app) {
        take_back(ctx, &app, former, had_pair)?;
    } else {
        former.forget(ctx)?;
    }
    followed
}

fn follow(ctx: &Ctx, app: &App) -> Outcome {
    ctx.trigger("post-certs-update", &[app])?;
    ctx.trigger("post-domains-update", &[app])
}

/// Whether a failure is the new pair's: that of another app's config must not undo a renewal.
fn is_refused(ctx: &Ctx, app: &App) -> bool {
    nginx_vhosts::is_ours(ctx, app)
        && matches!(nginx_vhosts::is_usable(ctx, &dir(ctx, app)), Ok(false))
}

/// Puts back what was there before a pair that nginx refuses.
fn take_back(ctx: &Ctx, app: &App, former: Former, had_pair: bool) -> Outcome {
    ctx.ui.warn(format!(
        "nginx refuses the new certificate of {app}, the former state is put back"
    ));
    former.restore(ctx, app)?;
    if !had_pair {
        ctx.trigger("post-certs-remove", &[app])?;
    }
    ctx.trigger("post-domains-update", &[app])
}

/// `certs:remove <app>`.
pub fn remove(ctx: &Ctx, call: &Call) -> Outcome {
    let app = named_app(ctx, call)?;
    if !tls::is_removable(ctx, &app) {
        return fail("An app-specific SSL endpoint is not defined");
    }
    ctx.ui.info1(format!("Removing SSL endpoint from {app}"));
    let ports = TlsPorts::of(ctx, &app);
    tls::set_aside(ctx, &app)?;
    let unserved = ctx
        .trigger("post-certs-remove", &[&app])
        .and_then(|()| ctx.trigger("post-domains-update", &[&app]));
    match unserved {
        Ok(()) => tls::finish_removal(ctx, &app),
        Err(_) => keep(ctx, &app, ports).and(unserved),
    }
}

/// The proxy can't do without the certificate, so the app keeps it.
fn keep(ctx: &Ctx, app: &App, ports: TlsPorts) -> Outcome {
    ctx.ui.warn(format!("{app} keeps its certificate"));
    tls::bring_back(ctx, app)?;
    ports.restore(ctx, app)?;
    // It may serve without TLS already. When this fails, too, it has been told why.
    let again = || ctx.trigger("post-domains-update", &[app]);
    let _ = ctx.quiet().ui.capture(again);
    Ok(())
}

/// The app that a command is about.
pub fn named_app(ctx: &Ctx, call: &Call) -> Outcome<App> {
    if call.arg(0).is_empty() {
        return fail("Please specify an app to run the command on");
    }
    Ok(App::existing(ctx, call.arg(0))?)
}
