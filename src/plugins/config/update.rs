//! Changing variables: print, write, `post-config-update`, restart. Reference 11 §4.3, §4.4.

use thiserror::Error;

use crate::ctx::{Ctx, Input};
use crate::failure::{Failure, Outcome, code_of};
use crate::formats::env_export;
use crate::formats::env_file::{EnvMap, is_valid_key};
use crate::registry::Dialect;
use crate::settings::Scope;

/// Whether a change restarts the app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Restart {
    /// Restart a deployed app (unless `DOKKU_APP_RESTORE` is `0`).
    Yes,
    /// `--no-restart`.
    No,
}

/// Why variables can't be changed.
#[derive(Debug, Error)]
pub enum ConfigError {
    /// A name that no shell variable may have.
    #[error("Invalid key name: '{0}'")]
    InvalidKey(String),
    /// A value that no environment can hold, docker's neither.
    #[error("Invalid value for key '{0}': it contains a NUL byte")]
    Nul(String),
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        Self::text(error)
    }
}

/// Sets variables, as `config:set` does. Failures are told in the config plugin's words, so other
/// plugins pass them on as they are.
pub fn set(ctx: &Ctx, scope: &Scope, pairs: &[(&str, &[u8])], restart: Restart) -> Outcome {
    ctx.told(Dialect::Compiled, set_untold(ctx, scope, pairs, restart))
}

fn set_untold(ctx: &Ctx, scope: &Scope, pairs: &[(&str, &[u8])], restart: Restart) -> Outcome {
    check_keys(pairs.iter().map(|(key, _)| *key))?;
    if let Some((key, _)) = pairs.iter().find(|(_, value)| value.contains(&0)) {
        return Err(ConfigError::Nul((*key).to_owned()).into());
    }
    let mut given = EnvMap::new();
    for (key, value) in pairs {
        given.set(*key, *value);
    }
    change(ctx, scope, restart, |map| Some(put(ctx, map, &given)))
}

/// Unsets variables, as `config:unset` does; told like `set`.
pub fn unset(ctx: &Ctx, scope: &Scope, keys: &[&str], restart: Restart) -> Outcome {
    ctx.told(Dialect::Compiled, unset_untold(ctx, scope, keys, restart))
}

fn unset_untold(ctx: &Ctx, scope: &Scope, keys: &[&str], restart: Restart) -> Outcome {
    check_keys(keys.iter().copied())?;
    change(ctx, scope, restart, |map| take(ctx, map, keys))
}

/// Gives a variable the value that `edit` makes of the present one (empty when there is none), all
/// under the lock; `None` unsets it. Told like `set`.
pub fn revise(
    ctx: &Ctx,
    scope: &Scope,
    key: &str,
    restart: Restart,
    edit: impl FnOnce(&str) -> Option<String>,
) -> Outcome {
    let changed = change(ctx, scope, restart, |map| {
        match edit(&map.text(key).unwrap_or_default()) {
            None => take(ctx, map, &[key]),
            Some(value) => {
                let mut given = EnvMap::new();
                given.set(key, value);
                Some(put(ctx, map, &given))
            }
        }
    });
    ctx.told(Dialect::Compiled, changed)
}

/// What was done to a map: `set`, `unset` or `clear`, and the keys that it names.
struct Done {
    operation: &'static str,
    keys: Vec<String>,
}

impl Done {
    fn new<'a>(operation: &'static str, keys: impl IntoIterator<Item = &'a str>) -> Self {
        let keys = keys.into_iter().map(str::to_owned).collect();
        Self { operation, keys }
    }
}

/// Tells and sets variables.
fn put(ctx: &Ctx, map: &mut EnvMap, given: &EnvMap) -> Done {
    ctx.ui.info1_quiet("Setting config vars");
    if !ctx.ui.is_quiet() {
        ctx.ui.line(env_export::pretty(given, "       "));
    }
    for key in given.keys() {
        map.set(key, given.get(key).unwrap_or_default());
    }
    Done::new("set", given.keys())
}

/// Tells and unsets variables; `None` when none was set.
fn take(ctx: &Ctx, map: &mut EnvMap, keys: &[&str]) -> Option<Done> {
    let mut changed = false;
    for key in keys {
        if map.unset(key) {
            ctx.ui.info1_quiet(format!("Unsetting {key}"));
            changed = true;
        } else {
            ctx.ui
                .info1_quiet(format!("Skipping {key}, it is not set in the environment"));
        }
    }
    changed.then(|| Done::new("unset", keys.iter().copied()))
}

/// Removes all variables, as `config:clear` is meant to do; told like `set`.
pub fn clear(ctx: &Ctx, scope: &Scope, restart: Restart) -> Outcome {
    ctx.told(Dialect::Compiled, clear_untold(ctx, scope, restart))
}

fn clear_untold(ctx: &Ctx, scope: &Scope, restart: Restart) -> Outcome {
    change(ctx, scope, restart, |map| {
        let mut changed = false;
        for key in map.keys() {
            ctx.ui.info1_quiet(format!("Unsetting {key}"));
            changed = true;
        }
        *map = EnvMap::new();
        changed.then(|| Done::new("clear", []))
    })
}

fn check_keys<'a>(mut keys: impl Iterator<Item = &'a str>) -> Result<(), ConfigError> {
    match keys.find(|key| !is_valid_key(key)) {
        Some(key) => Err(ConfigError::InvalidKey(key.to_owned())),
        None => Ok(()),
    }
}

/// Reads, changes and writes a scope's file under its lock, then fires and restarts. Nothing is
/// written or fired when `edit` did nothing.
fn change(
    ctx: &Ctx,
    scope: &Scope,
    restart: Restart,
    edit: impl FnOnce(&mut EnvMap) -> Option<Done>,
) -> Outcome {
    let changed = ctx.store.locked(&super::read::dir(ctx, scope), || {
        let mut map = super::read::load(ctx, scope)?;
        let done = edit(&mut map);
        if done.is_some() {
            ctx.store.write(scope.file(ctx), map.to_file())?;
        }
        Outcome::Ok((done, map.text("DOKKU_APP_RESTORE").unwrap_or_default()))
    });
    let (done, restore) = changed??;
    if let Some(done) = done {
        updated(ctx, scope, &done);
    }
    restart_if_wanted(ctx, scope, restart, &restore);
    Ok(())
}

fn updated(ctx: &Ctx, scope: &Scope, done: &Done) {
    let app = match scope {
        Scope::Global => "",
        Scope::App(app) => app.as_str(),
    };
    let args: Vec<&str> = [app, done.operation]
        .into_iter()
        .chain(done.keys.iter().map(String::as_str))
        .collect();
    let fired = ctx
        .with_input(Input::Null)
        .trigger("post-config-update", &args);
    warn_of(ctx, "triggering post-config-update", &fired);
}

fn restart_if_wanted(ctx: &Ctx, scope: &Scope, restart: Restart, restore: &str) {
    let Scope::App(app) = scope else { return };
    if restart == Restart::No || restore == "0" {
        return;
    }
    ctx.ui.info1(format!("Restarting app {app}"));
    let fired = ctx.with_input(Input::Null).trigger("app-restart", &[app]);
    warn_of(ctx, "restarting app", &fired);
}

/// Compat: the variables are set whatever becomes of the trigger, so it is only a warning, exit 0.
fn warn_of(ctx: &Ctx, what: &str, fired: &Outcome) {
    if fired.is_err() {
        ctx.ui.warn(format!(
            "Failure while {what}: exit status {}",
            code_of(fired)
        ));
    }
}
