//! Reading the `ENV` files: an app's, the global one, and the two merged. Changing them (which
//! prints and fires triggers) is the config plugin's. Reference 11 §1.

use std::path::PathBuf;

use thiserror::Error;

use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::Failure;
use crate::formats::env_file::EnvMap;

/// Whose environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// `$DOKKU_ROOT/ENV`.
    Global,
    /// `$DOKKU_ROOT/APP/ENV`.
    App(App),
}

/// An `ENV` file that cannot be read or understood: never treated as empty when it is to be
/// rewritten.
#[derive(Debug, Error)]
#[error("Unable to read {}: {reason}", path.display())]
pub struct SettingsError {
    path: PathBuf,
    reason: String,
}

impl From<SettingsError> for Failure {
    fn from(error: SettingsError) -> Self {
        Self::text(error)
    }
}

impl Scope {
    /// The file.
    pub fn file(&self, ctx: &Ctx) -> PathBuf {
        match self {
            Self::Global => ctx.paths.root().join("ENV"),
            Self::App(app) => ctx.paths.app_file(app, "ENV"),
        }
    }
}

impl Ctx {
    /// The environment of a scope and the names of invalid keys that were left out; a missing
    /// file is an empty environment.
    pub fn settings_with_invalid(
        &self,
        scope: &Scope,
    ) -> Result<(EnvMap, Vec<String>), SettingsError> {
        let path = scope.file(self);
        let failed = |reason: String| SettingsError {
            path: path.clone(),
            reason,
        };
        match std::fs::read(&path) {
            Ok(bytes) => EnvMap::parse(&bytes).map_err(|error| failed(error.to_string())),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Default::default()),
            Err(error) => Err(failed(error.to_string())),
        }
    }

    /// The environment of a scope.
    pub fn settings(&self, scope: &Scope) -> Result<EnvMap, SettingsError> {
        Ok(self.settings_with_invalid(scope)?.0)
    }

    /// An app's environment over the global one.
    pub fn merged_settings(&self, app: &App) -> Result<EnvMap, SettingsError> {
        let global = self.settings(&Scope::Global)?;
        Ok(EnvMap::merge(
            &global,
            &self.settings(&Scope::App(app.clone()))?,
        ))
    }

    /// An app's own value; empty when unset.
    pub fn app_config(&self, app: &App, key: &str) -> String {
        self.setting(&Scope::App(app.clone()), key)
    }

    /// A global value; empty when unset.
    pub fn global_config(&self, key: &str) -> String {
        self.setting(&Scope::Global, key)
    }

    /// The app's value, else the global one, else empty.
    pub fn config(&self, app: &App, key: &str) -> String {
        let own = self.app_config(app, key);
        if own.is_empty() {
            self.global_config(key)
        } else {
            own
        }
    }

    fn setting(&self, scope: &Scope, key: &str) -> String {
        self.settings(scope)
            .ok()
            .and_then(|map| map.text(key))
            .unwrap_or_default()
    }
}
