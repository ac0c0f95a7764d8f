//! Changing an app's `tls` directory: a certificate and its key change in one step, since nginx
//! refuses the configs of all apps while one pair does not match.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::{Outcome, fail};
use crate::plugins::certs::dir;
use crate::plugins::common::backup::Backup;
use crate::store::Change;

/// Names of files and their contents.
pub type Files<'a> = [(&'a str, &'a [u8])];

/// The directory beside `tls` in which the next one is made, and where the former one then is.
const NEXT: &str = ".tls.next";

const DIR_MODE: u32 = 0o750;
const FILE_MODE: u32 = 0o640;

/// What stood before files were put in place.
#[must_use]
pub enum Former {
    /// No directory.
    Nothing,
    /// A whole directory, now here.
    Aside(PathBuf),
    /// These files, in a directory that could not be exchanged.
    Files(Backup),
}

impl Former {
    /// Makes the directory what it was.
    pub fn restore(self, ctx: &Ctx, app: &App) -> Outcome {
        let tls = dir(ctx, app);
        match self {
            Self::Nothing => ctx.store.remove_tree(tls)?,
            Self::Files(before) => before.restore(ctx)?,
            Self::Aside(former) => {
                ctx.store.apply(&Change::Exchange(tls, former.clone()))?;
                ctx.store.remove_tree(former)?;
            }
        }
        Ok(())
    }

    /// Lets it go.
    pub fn forget(self, ctx: &Ctx) -> Outcome {
        if let Self::Aside(former) = self {
            ctx.store.remove_tree(former)?;
        }
        Ok(())
    }
}

/// Puts files into the app's `tls` directory (0640 in 0750), all or none of them; the others that it
/// holds stay. A link in the place of one is replaced, its target is left alone.
pub fn install(ctx: &Ctx, app: &App, files: &Files) -> Outcome<Former> {
    ctx.store
        .locked(&ctx.paths.app(app), || install_locked(ctx, app, files))?
}

fn install_locked(ctx: &Ctx, app: &App, files: &Files) -> Outcome<Former> {
    let tls = dir(ctx, app);
    let next = ctx.paths.app_file(app, NEXT);
    // What a killed command has left.
    ctx.store.remove_tree(&next)?;
    if tls.is_symlink() || carry_others(ctx, &tls, &next, files).is_err() {
        ctx.store.remove_tree(&next)?;
        return install_in_place(ctx, &tls, files);
    }
    let made = write_all(ctx, &next, files).and_then(|()| take_place(ctx, &next, &tls));
    if !matches!(made, Ok(Some(Former::Aside(_)))) {
        ctx.store.remove_tree(&next)?;
    }
    match made? {
        Some(former) => Ok(former),
        None => install_in_place(ctx, &tls, files),
    }
}

/// Removes the directory, with what a killed command has left beside it.
pub fn remove(ctx: &Ctx, app: &App) -> Outcome {
    for path in [dir(ctx, app), ctx.paths.app_file(app, NEXT)] {
        ctx.store.remove_tree(path)?;
    }
    Ok(())
}

/// Makes the next directory, with all that the present one holds beside the files.
fn carry_others(ctx: &Ctx, tls: &Path, next: &Path, files: &Files) -> Outcome {
    make_dir(ctx, next, DIR_MODE)?;
    if !tls.exists() {
        return Ok(());
    }
    for entry in fs::read_dir(tls)? {
        let entry = entry?;
        let is_other = |(name, _): &(&str, _)| entry.file_name() != OsStr::new(name);
        if files.iter().all(is_other) {
            carry(ctx, &entry.path(), &next.join(entry.file_name()))?;
        }
    }
    Ok(())
}

fn carry(ctx: &Ctx, from: &Path, to: &Path) -> Outcome {
    let meta = fs::symlink_metadata(from)?;
    if meta.is_symlink() {
        ctx.store.link(to, fs::read_link(from)?)?;
    } else if meta.is_file() {
        ctx.store.copy(from, to)?;
    } else if meta.is_dir() {
        make_dir(ctx, to, meta.permissions().mode() & 0o7777)?;
        for entry in fs::read_dir(from)? {
            let entry = entry?;
            carry(ctx, &entry.path(), &to.join(entry.file_name()))?;
        }
    } else {
        return fail(format!("{} can not be copied", from.display()));
    }
    Ok(())
}

fn make_dir(ctx: &Ctx, path: &Path, mode: u32) -> Outcome {
    ctx.store.make_dir(path)?;
    ctx.store.apply(&Change::Chmod(path.to_owned(), mode))?;
    Ok(())
}

fn write_all(ctx: &Ctx, dir: &Path, files: &Files) -> Outcome {
    for (name, content) in files {
        ctx.store.write_mode(dir.join(name), *content, FILE_MODE)?;
    }
    Ok(())
}

/// Puts the next directory in place of the present one; `None`: this file system can't.
fn take_place(ctx: &Ctx, next: &Path, tls: &Path) -> Outcome<Option<Former>> {
    if !tls.exists() {
        ctx.store.rename(next, tls)?;
        return Ok(Some(Former::Nothing));
    }
    let exchange = Change::Exchange(tls.to_owned(), next.to_owned());
    let exchanged = ctx.store.apply(&exchange).is_ok();
    Ok(exchanged.then(|| Former::Aside(next.to_owned())))
}

/// The next best: all are written before the first takes its place, and an error brings all back.
fn install_in_place(ctx: &Ctx, tls: &Path, files: &Files) -> Outcome<Former> {
    make_dir(ctx, tls, DIR_MODE)?;
    let path = |name: &str| tls.join(name);
    let paths: Vec<PathBuf> = files.iter().map(|(name, _)| path(name)).collect();
    let before = Backup::of(&paths);
    let next = tls.join(NEXT);
    make_dir(ctx, &next, DIR_MODE)?;
    let moved = write_all(ctx, &next, files).and_then(|()| {
        for (name, _) in files {
            ctx.store.rename(next.join(name), path(name))?;
        }
        Ok(())
    });
    let cleaned = ctx.store.remove_tree(next);
    if let Err(error) = moved {
        before.restore(ctx)?;
        return Err(error);
    }
    cleaned?;
    Ok(Former::Files(before))
}
