//! The config of an app that has no web process any more: nothing can be built for it, and the old one
//! must neither point to an address that another container may get, nor keep nginx from loading the
//! configs of other apps.

use std::path::Path;

use super::build::serialised;
use super::{server, validate};
use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::Outcome;
use crate::formats::nginx_conf::with_upstreams_down;
use crate::plugins::common::backup::Backup;

/// Makes the config that the app has, if any, point nowhere: nginx goes on answering for its domains,
/// with 502. One that nginx refuses goes. Nothing is told of a config that stays.
pub fn point_nowhere(ctx: &Ctx, app: &App) -> Outcome {
    let path = ctx.paths.app_file(app, "nginx.conf");
    if !path.is_file() {
        return Ok(());
    }
    serialised(ctx, || {
        let config = std::fs::read(&path)?;
        let down = with_upstreams_down(&config);
        if down != config {
            ctx.store.write(&path, down)?;
        }
        load(ctx, app, &path)
    })
}

/// Makes nginx load the config, or removes it when it is why nginx loads none.
fn load(ctx: &Ctx, app: &App, path: &Path) -> Outcome {
    let binary = server::location(ctx)?;
    if validate::is_valid(ctx, &binary) {
        return server::reload(ctx);
    }
    let is_innocent = validate::is_valid_alone(ctx, &binary, path)?;
    let refused = Backup::of(&[path.to_owned()]);
    ctx.store.remove(path)?;
    let is_valid = validate::is_valid(ctx, &binary);
    if is_innocent && !is_valid {
        refused.restore(ctx)?;
    } else {
        ctx.ui.warn(format!(
            "Removing nginx.conf of {app}: it has no web listeners, and nginx refuses its former config"
        ));
    }
    if is_valid {
        return server::reload(ctx);
    }
    // Scaling an app down must not fail for the fault of another one.
    ctx.ui
        .warn("nginx is not reloaded: the config of another app is invalid");
    Ok(())
}
