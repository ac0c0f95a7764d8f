//! The `VHOST` files: reading, changing, and an app's default domains. Reference 42 §1, §2.

use std::convert::Infallible;
use std::path::{Path, PathBuf};

use crate::app::App;
use crate::ctx::{Ctx, Input};
use crate::failure::{Failure, Outcome};
use crate::formats::hostname::{self, Domain, InvalidDomain};
use crate::store::Stored;

impl From<InvalidDomain> for Failure {
    fn from(error: InvalidDomain) -> Self {
        Self::text(error)
    }
}

/// An app's file.
pub fn app_file(ctx: &Ctx, app: &App) -> PathBuf {
    ctx.paths.app_file(app, "VHOST")
}

/// The file of the global domains.
pub fn global_file(ctx: &Ctx) -> PathBuf {
    ctx.paths.root().join("VHOST")
}

/// A file's content as text; `None` when there is no file.
fn text(file: &Path) -> Option<String> {
    let bytes = std::fs::read(file).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// A file's domains; `None` when there is no file.
pub fn lines(file: &Path) -> Option<Vec<String>> {
    let text = text(file)?;
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    Some(lines.map(str::to_owned).collect())
}

/// The global domains, none when none of the lines is a host name.
pub fn global(ctx: &Ctx) -> Option<Vec<String>> {
    let text = text(&global_file(ctx)).unwrap_or_default();
    hostname::is_global_vhost_enabled(&text)
        .then(|| lines(&global_file(ctx)))
        .flatten()
}

/// An app's default domains (`get_default_vhosts`); the `nginx-hostname` trigger may word them.
pub fn defaults(ctx: &Ctx, app: &App) -> Vec<String> {
    let global = text(&global_file(ctx)).unwrap_or_default();
    let ctx = ctx.with_input(Input::Null);
    let Ok(domains) = hostname::default_vhosts(app, &global, |subdomain, vhost| {
        Ok::<_, Infallible>(ctx.trigger_text("nginx-hostname", &[app, subdomain, vhost]))
    });
    domains
}

/// Replaces a file's domains, one a line.
pub fn write(ctx: &Ctx, file: &Path, domains: &[String]) -> Stored {
    let text: String = domains.iter().map(|domain| format!("{domain}\n")).collect();
    ctx.store.write(file, text)
}

/// Creates a file that is not there.
pub fn touch(ctx: &Ctx, file: &Path) -> Stored {
    if file.exists() {
        return Ok(());
    }
    ctx.store.write(file, "")
}

/// Checks domains before any of them is stored. They are kept as typed, upper case included.
pub fn validate(domains: &[String]) -> Outcome {
    for domain in domains {
        Domain::parse(domain)?;
    }
    Ok(())
}

/// Appends domains to a file; returns, for each of them, whether it was new.
pub fn append(ctx: &Ctx, file: &Path, domains: &[String]) -> Outcome<Vec<bool>> {
    change(ctx, file, |stored| {
        let mut new = Vec::new();
        for domain in domains {
            let known = stored.contains(domain);
            if !known {
                stored.push(domain.clone());
            }
            new.push(!known);
        }
        new
    })
}

/// Removes domains from a file; those that are not in it are fine.
pub fn remove(ctx: &Ctx, file: &Path, domains: &[String]) -> Outcome {
    change(ctx, file, |stored| {
        stored.retain(|domain| !domains.contains(domain));
    })
}

/// Replaces the domains of a file, each kept once.
pub fn replace(ctx: &Ctx, file: &Path, domains: &[String]) -> Outcome {
    change(ctx, file, |stored| {
        stored.clear();
        for domain in domains {
            if !stored.contains(domain) {
                stored.push(domain.clone());
            }
        }
    })
}

/// Changes a file under the lock of its directory.
fn change<T>(ctx: &Ctx, file: &Path, edit: impl FnOnce(&mut Vec<String>) -> T) -> Outcome<T> {
    let dir = file.parent().unwrap_or(file);
    ctx.store.locked(dir, || {
        let mut stored = lines(file).unwrap_or_default();
        let result = edit(&mut stored);
        write(ctx, file, &stored)?;
        Ok(result)
    })?
}
