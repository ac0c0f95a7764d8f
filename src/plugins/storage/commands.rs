//! Listing, making and removing bind mounts. They take effect with the next deploy or restart.
//! Reference 25.

use thiserror::Error;

use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::{Failure, Outcome};
use crate::plugins::docker_options;
use crate::plugins::storage::mounts::{is_mount_of, is_path_pair, option, rest};
use crate::registry::Call;

/// The phases whose containers have an app's mounts.
const PHASES: [&str; 2] = ["deploy", "run"];

/// Why a mount can't be changed.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum StorageError {
    /// No app.
    #[error("Please specify an app to run the command on")]
    NoApp,
    /// No mount.
    #[error("Please specify two paths delimited by colon.")]
    NoPath,
    /// Something else than two absolute paths.
    #[error("Storage path must be two valid paths divided by colon.")]
    BadPath,
    /// Mounted already.
    #[error("Mount path already exists.")]
    Exists,
    /// Not mounted.
    #[error("Mount path does not exist.")]
    Missing,
}

impl From<StorageError> for Failure {
    fn from(error: StorageError) -> Self {
        Self::text(error)
    }
}

/// `storage:list <app>`.
pub fn list(ctx: &Ctx, call: &Call) -> Outcome {
    if call.arg(0).is_empty() {
        return Err(StorageError::NoApp.into());
    }
    let app = App::existing(ctx, call.arg(0))?;
    ctx.ui.line_quiet(format!("{app} volume bind-mounts:"));
    for line in docker_options::lines(ctx, &app, "deploy") {
        if let Some(rest) = rest(&line) {
            ctx.ui.line(format!("    {rest}"));
        }
    }
    Ok(())
}

/// `storage:mount <app> <host-dir:container-dir>`.
pub fn mount(ctx: &Ctx, call: &Call) -> Outcome {
    let (app, path) = app_and_path(ctx, call)?;
    let deploy = docker_options::lines(ctx, &app, "deploy");
    if deploy.iter().any(|line| is_mount_of(line, path)) {
        return Err(StorageError::Exists.into());
    }
    for phase in PHASES {
        docker_options::add(ctx, &app, phase, &option(path))?;
    }
    Ok(())
}

/// `storage:unmount <app> <host-dir:container-dir>`.
pub fn unmount(ctx: &Ctx, call: &Call) -> Outcome {
    let (app, path) = app_and_path(ctx, call)?;
    let option = option(path);
    if !docker_options::lines(ctx, &app, "deploy").contains(&option) {
        return Err(StorageError::Missing.into());
    }
    for phase in PHASES {
        docker_options::remove(ctx, &app, phase, &option)?;
    }
    Ok(())
}

fn app_and_path<'a>(ctx: &Ctx, call: &'a Call) -> Outcome<(App, &'a str)> {
    let (name, path) = (call.arg(0), call.arg(1));
    if name.is_empty() {
        return Err(StorageError::NoApp.into());
    }
    if path.is_empty() {
        return Err(StorageError::NoPath.into());
    }
    let app = App::existing(ctx, name)?;
    if is_path_pair(path) {
        Ok((app, path))
    } else {
        Err(StorageError::BadPath.into())
    }
}
