//! A failed build or deploy changes nothing: image, settings and scale that the app runs on are put
//! back. Upstream leaves `dokku/APP:latest` at the refused image, and the next restart or boot takes
//! that one (reference 20, Better than upstream).
//!
//! While the work runs, `$DOKKU_ROOT/APP/.deploy.undo` holds what stood before, and is locked, so
//! that the deploys of an app wait for each other. Beside it `.deploy.made` holds what was built. A
//! file that nobody holds is that of a deploy that was killed: the next one puts things back first.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{containers, images, lock};
use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::Outcome;
use crate::plugins::config::{self, Restart};
use crate::settings::Scope;
use crate::store::LockFile;

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

/// What stood before, and what the work has made of it.
const FILES: [&str; 2] = [".deploy.undo", ".deploy.made"];

/// What an app with containers stands on.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
struct Standing {
    /// Its recorded containers: once they are others, a new set serves, whatever failed after that.
    containers: Vec<String>,
    /// Id of `dokku/APP:latest`, if there is one.
    image: Option<String>,
    /// Variables of the app; `None`: unset.
    variables: BTreeMap<String, Option<String>>,
    /// Contents of [`SCALE`]; `None`: no such file.
    scale: [Option<String>; 2],
    /// The process that works.
    pid: u32,
}

/// Does work that may build or deploy, when no other deploy of the app does; when it fails, image,
/// settings and scale of an app that was deployed before (and the variables `more`) are as they were.
pub fn guarded<T>(
    ctx: &Ctx,
    app: &App,
    more: &[&str],
    work: impl FnOnce(&Ctx) -> Outcome<T>,
) -> Outcome<T> {
    let [undo, made] = files(ctx, app);
    let Some(mut lock) = take(ctx, app, &undo)? else {
        return work(ctx);
    };
    if let Some(mut left) = Standing::read(&undo) {
        // A hook of the putting back may call dokku, and must not wait for us.
        left.pid = std::process::id();
        lock.mark(&left.text())?;
        left.put_back(ctx, app);
    }
    let has_run = !containers::ids(ctx, app).is_empty() || containers::none_wanted(ctx, app);
    let done = if has_run {
        let before = Standing::of(ctx, app, BUILT.iter().chain(more).copied());
        ctx.store.write(&made, before.nothing_made().text())?;
        lock.mark(&before.text())?;
        let done = work(ctx);
        if done.is_err() {
            before.put_back(ctx, app);
        }
        done
    } else {
        ctx.store.remove(&made)?;
        lock.mark(&nobody_stands())?;
        work(ctx)
    };
    ctx.store.remove(&made)?;
    lock.remove(&ctx.store)?;
    done
}

/// Does work that ends an app or moves it, when no deploy of the app runs; those that come
/// meanwhile wait. What a killed deploy left is kept for the next one, should the app go on.
pub fn alone<T>(ctx: &Ctx, app: &App, work: impl FnOnce(&Ctx) -> Outcome<T>) -> Outcome<T> {
    let _pushes = lock::turn(ctx, app)?;
    let [undo, _] = files(ctx, app);
    let Some(mut lock) = take(ctx, app, &undo)? else {
        return work(ctx);
    };
    let left = Standing::read(&undo);
    let pid = std::process::id();
    lock.mark(&match &left {
        Some(left) => Standing {
            pid,
            ..left.clone()
        }
        .text(),
        None => nobody_stands(),
    })?;
    let done = work(ctx);
    if done.is_ok() || left.is_none() {
        lock.remove(&ctx.store)?;
    }
    done
}

/// Puts image, settings and scale back before the guarded work ends, for what it has to do with them
/// once it has failed.
pub fn put_back(ctx: &Ctx, app: &App) {
    let [undo, _] = files(ctx, app);
    if lock::is_own(&undo)
        && let Some(before) = Standing::read(&undo)
    {
        before.restore(ctx, app);
    }
}

/// Notes the image that a build, or a task of the deploy, has made, so that one which a user puts in
/// its place is not taken for its work.
pub fn note_image(ctx: &Ctx, app: &App) -> Outcome {
    note(ctx, app, |made| made.image = latest(ctx, app))
}

/// Sets a variable of the app as a build's work: a failed or killed one loses it again, but not what
/// a user sets meanwhile.
pub fn set_variable(ctx: &Ctx, app: &App, name: &str, value: &str) -> Outcome {
    let scope = Scope::App(app.clone());
    config::set(ctx, &scope, &[(name, value.as_bytes())], Restart::No)?;
    note(ctx, app, |made| {
        if let Some(known) = made.variables.get_mut(name) {
            *known = Some(value.to_owned());
        }
    })
}

fn note(ctx: &Ctx, app: &App, change: impl FnOnce(&mut Standing)) -> Outcome {
    let [_, file] = files(ctx, app);
    let Some(before) = Standing::read(&file) else {
        return Ok(());
    };
    let mut made = before.clone();
    change(&mut made);
    if made != before {
        ctx.store.write(file, made.text())?;
    }
    Ok(())
}

fn files(ctx: &Ctx, app: &App) -> [PathBuf; 2] {
    FILES.map(|name| ctx.paths.app_file(app, name))
}

/// The mark of a lock's holder when nothing has to be put back.
fn nobody_stands() -> String {
    std::process::id().to_string()
}

/// The lock, waited for. `None`: this is part of the work that holds it.
fn take(ctx: &Ctx, app: &App, file: &Path) -> Outcome<Option<LockFile>> {
    let mut told = false;
    let taken = lock::take(ctx, file, || {
        if !told {
            ctx.ui
                .info1(format!("Waiting for another deploy of {app} to end"));
            told = true;
        }
    });
    if taken.is_err() {
        // What was waited for may have been the app's destruction.
        App::existing(ctx, app)?;
    }
    taken
}

impl Standing {
    fn read(file: &Path) -> Option<Self> {
        serde_json::from_slice(&std::fs::read(file).ok()?).ok()
    }

    fn text(&self) -> String {
        // Strings and numbers: there is nothing that JSON could not say.
        serde_json::to_string(self).unwrap_or_default()
    }

    fn of<'a>(ctx: &Ctx, app: &App, names: impl Iterator<Item = &'a str>) -> Self {
        Self {
            containers: containers::ids(ctx, app),
            image: latest(ctx, app),
            variables: names
                .filter(|name| !name.is_empty())
                .map(|name| (name.to_owned(), variable(ctx, app, name)))
                .collect(),
            scale: scale(ctx, app),
            pid: std::process::id(),
        }
    }

    /// What the work has made of it when it begins; the image that it will make is not known.
    fn nothing_made(&self) -> Self {
        Self {
            image: None,
            ..self.clone()
        }
    }

    fn put_back(&self, ctx: &Ctx, app: &App) {
        if self.restore(ctx, app) {
            // The proxy may have been configured for what the new image exposes.
            let again = || ctx.trigger("proxy-build-config", &[app]);
            let _ = ctx.quiet().ui.capture(again);
        }
    }

    /// What can't be put back stays: the failure of the deploy itself is what the user must read.
    /// Tells whether the exposed ports were others.
    fn restore(&self, ctx: &Ctx, app: &App) -> bool {
        if containers::ids(ctx, app) != self.containers {
            return false;
        }
        let now = Self::of(ctx, app, self.variables.keys().map(String::as_str));
        // What somebody has changed since the build is no longer its work.
        let made = Self::read(&files(ctx, app)[1]);
        let made = made.as_ref().unwrap_or(&now);
        if let Some(old) = &self.image
            && now.image.as_ref() != Some(old)
            && (made.image.is_none() || now.image == made.image)
        {
            ctx.silent(&ctx.docker().image_tag(old, &images::name(app, "")));
        }
        // A shipped scale can't be changed by hand, so this one is the image's.
        if now.scale[1] != self.scale[1] {
            self.put_scale_back(ctx, app);
        }
        for (name, value) in &now.variables {
            if made.variables.get(name) == Some(value) {
                self.put_variable_back(&ctx.quiet(), app, name, value.as_ref());
            }
        }
        now.variables.get(PORTS) != Some(&variable(ctx, app, PORTS))
    }

    fn put_scale_back(&self, ctx: &Ctx, app: &App) {
        for (name, old) in SCALE.iter().zip(&self.scale) {
            let path = ctx.paths.app_file(app, name);
            let _ = match old {
                Some(old) => ctx.store.write(path, old.as_bytes()),
                None => ctx.store.remove(path),
            };
        }
    }

    fn put_variable_back(&self, ctx: &Ctx, app: &App, name: &str, now: Option<&String>) {
        let scope = Scope::App(app.clone());
        let old = self.variables.get(name).and_then(Option::as_ref);
        let _ = match old {
            _ if old == now => Ok(()),
            Some(old) => config::set(ctx, &scope, &[(name, old.as_bytes())], Restart::No),
            None => config::unset(ctx, &scope, &[name], Restart::No),
        };
    }
}

fn latest(ctx: &Ctx, app: &App) -> Option<String> {
    let image = ctx.image(&images::name(app, ""))?;
    Some(image.id.clone())
}

fn scale(ctx: &Ctx, app: &App) -> [Option<String>; 2] {
    SCALE.map(|name| std::fs::read_to_string(ctx.paths.app_file(app, name)).ok())
}

fn variable(ctx: &Ctx, app: &App, name: &str) -> Option<String> {
    Some(ctx.app_config(app, name)).filter(|value| !value.is_empty())
}
