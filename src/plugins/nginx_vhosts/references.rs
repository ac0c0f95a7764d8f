//! An app's config and the files that it names: it must never name one that is gone, or nginx refuses
//! the configs of all apps.

use std::path::{Path, PathBuf};

use super::build::{alone, serialised};
use super::{server, validate};
use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::Outcome;

/// Makes the config name the files of one directory by the name of another. Both hold the same, so
/// that nothing is checked or loaded.
pub fn rename_in_config(ctx: &Ctx, app: &App, from: &Path, to: &Path) -> Outcome {
    alone(ctx, app, || {
        let (path, text) = config(ctx, app);
        let renamed = text.replace(&inside(from), &inside(to));
        if renamed != text {
            ctx.store.write(path, renamed)?;
        }
        Ok(())
    })
}

/// Removes a config that still names files of a directory, which is about to go: nothing has built
/// a new one (the app has no web listeners, or another proxy).
pub fn remove_naming(ctx: &Ctx, app: &App, dir: &Path) -> Outcome {
    alone(ctx, app, || {
        let (path, text) = config(ctx, app);
        if !text.contains(&inside(dir)) {
            return Ok(());
        }
        ctx.ui.warn(format!(
            "Removing nginx.conf of {app}: it needs the certificate that is removed"
        ));
        serialised(ctx, || {
            ctx.store.remove(path)?;
            if validate::is_valid(ctx, &server::location(ctx)?) {
                server::reload(ctx)?;
            }
            Ok(())
        })
    })
}

/// Where the config is, and what it says; nothing without one.
fn config(ctx: &Ctx, app: &App) -> (PathBuf, String) {
    let path = ctx.paths.app_file(app, "nginx.conf");
    let text = std::fs::read_to_string(&path).unwrap_or_default();
    (path, text)
}

fn inside(dir: &Path) -> String {
    format!("{}/", dir.display())
}
