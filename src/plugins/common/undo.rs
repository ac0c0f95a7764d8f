//! A failed build or deploy changes nothing: image, settings and scale that the app runs on are put
//! back. Upstream leaves `dokku/APP:latest` at the refused image, and the next restart or boot takes
//! that one (reference 20, Better than upstream).
//!
//! What stood is also written to `$DOKKU_ROOT/APP/.deploy.undo` while the work runs, locked: a file
//! that nobody holds is that of a deploy that was killed, and the next one puts things back first.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{containers, images};
use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::Outcome;
use crate::plugins::config::{self, Restart};
use crate::settings::Scope;

/// The ports that the source exposes, by which the proxy finds its own.
const PORTS: &str = "DOKKU_DOCKERFILE_PORTS";

/// What a build records of its source.
const BUILT: [&str; 4] = [
    "DOKKU_APP_TYPE",
    "DOKKU_DOCKERFILE_CMD",
    "DOKKU_DOCKERFILE_ENTRYPOINT",
    PORTS,
];

/// The scale, and the copy of it that an image brought along.
const SCALE: [&str; 2] = ["DOKKU_SCALE", "DOKKU_SCALE.extracted"];

/// Names the app whose deploy guards already, for what its hooks run.
const GUARDED: &str = "DOKKU_RS_GUARDED";

/// What an app with containers stands on.
#[derive(Debug, Deserialize, PartialEq, Serialize)]
struct Standing {
    /// Its recorded containers: once they are others, a new set serves, whatever failed after that.
    containers: Vec<String>,
    /// Id of `dokku/APP:latest`, if there is one.
    image: Option<String>,
    /// Variables of the app; `None`: unset.
    variables: BTreeMap<String, Option<String>>,
    /// Contents of [`SCALE`]; `None`: no such file.
    scale: [Option<String>; 2],
}

/// Does work that may build or deploy; when it fails, image and settings of an app that was deployed
/// before (and the variables `more`) are as they were.
pub fn guarded(ctx: &Ctx, app: &App, more: &[&str], work: impl FnOnce(&Ctx) -> Outcome) -> Outcome {
    let file = file(ctx, app);
    let is_first = containers::ids(ctx, app).is_empty() && !file.exists();
    if is_first || ctx.env.get(GUARDED) == app.as_str() {
        return work(ctx);
    }
    // Another deploy of the app is on its way, and puts back what it found.
    let Some(mut lock) = ctx.store.try_lock_file(&file)? else {
        return work(ctx);
    };
    put_back_of_killed(ctx, app, &file);
    let standing = Standing::of(ctx, app, more);
    lock.mark(&serde_json::to_string(&standing).unwrap_or_default())?;
    let done = work(&ctx.with_env(GUARDED, app));
    if done.is_err() {
        standing.put_back(ctx, app);
    }
    lock.remove(&ctx.store)?;
    done
}

fn file(ctx: &Ctx, app: &App) -> PathBuf {
    ctx.paths.app_file(app, ".deploy.undo")
}

fn put_back_of_killed(ctx: &Ctx, app: &App, file: &Path) {
    let left = std::fs::read(file).unwrap_or_default();
    if let Ok(standing) = serde_json::from_slice::<Standing>(&left) {
        standing.put_back(ctx, app);
    }
}

impl Standing {
    fn of(ctx: &Ctx, app: &App, more: &[&str]) -> Self {
        let image = ctx.image(&images::name(app, ""));
        let names = BUILT.iter().chain(more).filter(|name| !name.is_empty());
        Self {
            containers: containers::ids(ctx, app),
            image: image.map(|image| image.id.clone()),
            variables: names
                .map(|name| ((*name).to_owned(), variable(ctx, app, name)))
                .collect(),
            scale: scale(ctx, app),
        }
    }

    /// What can't be put back stays: the failure of the deploy itself is what the user must read.
    fn put_back(&self, ctx: &Ctx, app: &App) {
        if containers::ids(ctx, app) != self.containers {
            return;
        }
        let name = images::name(app, "");
        let now = ctx.image(&name).map(|image| image.id.clone());
        if let Some(old) = &self.image
            && now.as_ref() != Some(old)
        {
            ctx.silent(&ctx.docker().image_tag(old, &name));
        }
        self.put_scale_back(ctx, app);
        let ports = variable(ctx, app, PORTS);
        self.put_variables_back(&ctx.quiet(), app);
        if ports != variable(ctx, app, PORTS) {
            // The proxy may have been configured for what the new image exposes.
            let again = || ctx.trigger("proxy-build-config", &[app]);
            let _ = ctx.quiet().ui.capture(again);
        }
    }

    /// A scale that the user has set meanwhile stays; one that the image brought goes.
    fn put_scale_back(&self, ctx: &Ctx, app: &App) {
        if self.scale[1] == scale(ctx, app)[1] {
            return;
        }
        for (name, old) in SCALE.iter().zip(&self.scale) {
            let path = ctx.paths.app_file(app, name);
            let _ = match old {
                Some(old) => ctx.store.write(path, old.as_bytes()),
                None => ctx.store.remove(path),
            };
        }
    }

    fn put_variables_back(&self, ctx: &Ctx, app: &App) {
        let scope = Scope::App(app.clone());
        for (name, old) in &self.variables {
            if *old == variable(ctx, app, name) {
                continue;
            }
            let _ = match old {
                Some(old) => config::set(ctx, &scope, &[(name, old.as_bytes())], Restart::No),
                None => config::unset(ctx, &scope, &[name], Restart::No),
            };
        }
    }
}

fn scale(ctx: &Ctx, app: &App) -> [Option<String>; 2] {
    SCALE.map(|name| std::fs::read_to_string(ctx.paths.app_file(app, name)).ok())
}

fn variable(ctx: &Ctx, app: &App, name: &str) -> Option<String> {
    Some(ctx.app_config(app, name)).filter(|value| !value.is_empty())
}
