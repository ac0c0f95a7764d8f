//! A failed build or deploy changes nothing: image, settings and scale that the app runs on are put
//! back. Upstream leaves `dokku/APP:latest` at the refused image, and the next restart or boot takes
//! that one (reference 20, Better than upstream).
//!
//! While the work runs, `$DOKKU_ROOT/APP/.deploy.turn` is locked, so that the deploys of an app wait
//! for each other, `.deploy.undo` holds what stood before, and `.deploy.made` what has come of it. An
//! `.deploy.undo` that is there when the lock is free is that of a deploy that was killed, or that
//! docker's end kept from putting things back: the next one does it first.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::state::StateFiles;
use super::{containers, images, lock};
use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::{Outcome, fail};
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

/// The lock, what stood before, and what the work has made of it.
const FILES: [&str; 3] = [".deploy.turn", ".deploy.undo", ".deploy.made"];

/// What an app with containers stands on.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
struct Standing {
    /// Its recorded containers.
    containers: Vec<String>,
    /// The files that record them, with their addresses.
    #[serde(default)]
    state: StateFiles,
    /// Whether a new set serves, whatever fails after that.
    #[serde(default)]
    switched: bool,
    /// Id of `dokku/APP:latest`, if there is one.
    image: Option<String>,
    /// Variables of the app; `None`: unset.
    variables: BTreeMap<String, Option<String>>,
    /// Contents of [`SCALE`]; `None`: no such file.
    scale: [Option<String>; 2],
}

/// Does work that may build or deploy, when no other deploy of the app does; when it fails, image,
/// settings and scale of an app that was deployed before (and the variables `more`) are as they were.
pub fn guarded<T>(
    ctx: &Ctx,
    app: &App,
    more: &[&str],
    work: impl FnOnce(&Ctx) -> Outcome<T>,
) -> Outcome<T> {
    let [turn, ..] = files(ctx, app);
    let Some(lock) = take(ctx, app, &turn)? else {
        return work(ctx);
    };
    let done = settle(ctx, app).and_then(|()| noted(ctx, app, more, work));
    lock.remove(&ctx.store)?;
    done
}

/// Puts back what an earlier deploy has left undone.
fn settle(ctx: &Ctx, app: &App) -> Outcome {
    let [_, undo, _] = files(ctx, app);
    if let Some(left) = Standing::read(&undo)
        && !left.put_back(ctx, app)
    {
        return fail(format!(
            "Unable to undo an earlier deploy of {app}: docker does not answer"
        ));
    }
    forget(ctx, app)
}

/// Does the work while what stood before is on disk, if the app stands on anything.
fn noted<T>(
    ctx: &Ctx,
    app: &App,
    more: &[&str],
    work: impl FnOnce(&Ctx) -> Outcome<T>,
) -> Outcome<T> {
    let [_, undo, made] = files(ctx, app);
    let has_run = !containers::ids(ctx, app).is_empty() || containers::none_wanted(ctx, app);
    if !has_run {
        return work(ctx);
    }
    let before = Standing::of(ctx, app, BUILT.iter().chain(more).copied());
    ctx.store.write(&made, before.nothing_made().text())?;
    ctx.store.write(&undo, before.text())?;
    let done = work(ctx);
    if done.is_ok() || before.put_back(ctx, app) {
        forget(ctx, app)?;
    }
    done
}

fn forget(ctx: &Ctx, app: &App) -> Outcome {
    let [_, undo, made] = files(ctx, app);
    ctx.store.remove(undo)?;
    ctx.store.remove(made)?;
    Ok(())
}

/// Puts back what an earlier deploy has left undone, if it has.
pub fn finish_left(ctx: &Ctx, app: &App) -> Outcome {
    let [_, undo, _] = files(ctx, app);
    match undo.exists() {
        true => guarded(ctx, app, &[], |_| Ok(())),
        false => Ok(()),
    }
}

/// Does work that ends an app, stops it or moves it, when no deploy of the app runs; those that come
/// meanwhile wait.
pub fn alone<T>(ctx: &Ctx, app: &App, work: impl FnOnce(&Ctx) -> Outcome<T>) -> Outcome<T> {
    let _pushes = lock::turn(ctx, app)?;
    let [turn, ..] = files(ctx, app);
    let Some(lock) = take(ctx, app, &turn)? else {
        return work(ctx);
    };
    let done = work(ctx);
    lock.remove(&ctx.store)?;
    done
}

/// Puts image, settings and scale back before the guarded work ends, for what it has to do with them
/// once it has failed.
pub fn put_back(ctx: &Ctx, app: &App) {
    let [turn, undo, _] = files(ctx, app);
    if lock::is_own(&turn)
        && let Some(before) = Standing::read(&undo)
    {
        let _ = before.restore(ctx, app);
    }
}

/// Notes that the new set of the app serves, so that nothing of its deploy is undone any more.
pub fn note_switched(ctx: &Ctx, app: &App) -> Outcome {
    note(ctx, app, |made| made.switched = true)
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
    let [.., file] = files(ctx, app);
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

fn files(ctx: &Ctx, app: &App) -> [PathBuf; 3] {
    FILES.map(|name| ctx.paths.app_file(app, name))
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
            state: StateFiles::read(ctx, app),
            switched: false,
            image: latest(ctx, app),
            variables: names
                .filter(|name| !name.is_empty())
                .map(|name| (name.to_owned(), variable(ctx, app, name)))
                .collect(),
            scale: scale(ctx, app),
        }
    }

    /// What the work has made of it when it begins; the image that it will make is not known.
    fn nothing_made(&self) -> Self {
        Self {
            image: None,
            ..self.clone()
        }
    }

    /// `false`: docker does not answer, and it has to be tried again.
    fn put_back(&self, ctx: &Ctx, app: &App) -> bool {
        let Some(proxy_differs) = self.restore(ctx, app) else {
            return false;
        };
        if proxy_differs {
            let again = || ctx.trigger("proxy-build-config", &[app]);
            let _ = ctx.quiet().ui.capture(again);
        }
        true
    }

    /// What can't be put back stays: the failure of the deploy itself is what the user must read.
    /// Tells whether the proxy may have been configured for something else; `None`: docker does not
    /// answer.
    fn restore(&self, ctx: &Ctx, app: &App) -> Option<bool> {
        let now = Self::of(ctx, app, self.variables.keys().map(String::as_str));
        // What somebody has changed since the build is no longer its work.
        let made = Self::read(&files(ctx, app)[2]);
        let made = made.as_ref().unwrap_or(&now);
        let has_others = now.containers != self.containers;
        if made.switched || has_others && !self.take_up_old_set(ctx, app)? {
            return Some(false);
        }
        if let Some(old) = &self.image
            && now.image.as_ref() != Some(old)
            && (made.image.is_none() || now.image == made.image)
        {
            let back = ctx.docker().image_tag(old, &images::name(app, ""));
            if ctx.silent(&back) != 0 && !containers::docker_answers(ctx) {
                return None;
            }
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
        Some(has_others || now.variables.get(PORTS) != Some(&variable(ctx, app, PORTS)))
    }

    /// A deploy that was killed when it had recorded its containers, but before they served: the old
    /// ones are the app's again, if they are all there. `None`: docker does not answer.
    fn take_up_old_set(&self, ctx: &Ctx, app: &App) -> Option<bool> {
        if self.state == StateFiles::default() {
            return Some(false);
        }
        let found = ctx.containers(&self.containers);
        if found.iter().any(Option::is_none) {
            return containers::docker_answers(ctx).then_some(false);
        }
        Some(self.state.restore(ctx, app).is_ok())
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
