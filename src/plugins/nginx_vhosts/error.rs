//! What can go wrong with nginx, in Dokku's words (reference 40 §1, §3, §5).

use std::path::PathBuf;

use thiserror::Error;

use crate::app::App;
use crate::failure::Failure;
use crate::template::TemplateError;

/// Why an nginx command or hook stops.
#[derive(Debug, Error)]
pub enum NginxError {
    /// A command or hook that needs an app got none.
    #[error("Please specify an app to run the command on")]
    NoApp,
    /// Another proxy serves the app.
    #[error("Configured proxy for {0} is {1}")]
    OtherProxy(String, String),
    /// `nginx:set APP` alone.
    #[error("No key specified")]
    NoKey,
    /// A property that does not exist.
    #[error("Invalid key specified, valid keys include: {0}")]
    InvalidKey(String),
    /// The log is switched off; `access` or `error`.
    #[error("{0} logs are disabled for this app")]
    LogsDisabled(&'static str),
    /// The app has no config yet.
    #[error("No nginx.conf exists for {0}")]
    NoConfig(App),
    /// Nothing executable where nginx should be.
    #[error("Could not find nginx binary in $PATH or at '{0}'.")]
    NoBinary(String),
    /// The deployed image is gone.
    #[error("Missing image for app")]
    NoImage,
    /// A file that a deployed app must have.
    #[error("Unable to read {}", .0.display())]
    Unreadable(PathBuf),
    /// The template is faulty.
    #[error(transparent)]
    Template(#[from] TemplateError),
}

impl From<NginxError> for Failure {
    fn from(error: NginxError) -> Self {
        Self::text(error)
    }
}
