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
use crate::plugins::nginx_vhosts;
use crate::store::Change;

/// Names of files and their contents.
pub type Files<'a> = [(&'a str, &'a [u8])];

/// The directory beside `tls` in which the next one is made, and where the former one then is.
const NEXT: &str = ".tls.next";

/// Where a certificate that is being removed stays until no config names it.
const REMOVED: &str = ".tls.removed";

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
    end_hand_over(ctx, app)?;
    let home = ctx.paths.app(app);
    let former = ctx
        .store
        .locked(&home, || install_locked(ctx, app, files))??;
    forget_removed(ctx, app)?;
    Ok(former)
}

fn install_locked(ctx: &Ctx, app: &App, files: &Files) -> Outcome<Former> {
    let tls = dir(ctx, app);
    let next = ctx.paths.app_file(app, NEXT);
    // What a killed command has left.
    ctx.store.remove_tree(&next)?;
    let in_place = |_| tls.exists();
    if tls.is_symlink() || carry_others(ctx, &tls, &next, files).is_err_and(in_place) {
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
    for name in [NEXT, REMOVED] {
        ctx.store.remove_tree(ctx.paths.app_file(app, name))?;
    }
    Ok(ctx.store.remove_tree(dir(ctx, app))?)
}

/// Whether there is something to remove, if only the rest that a killed removal has left.
pub fn is_removable(ctx: &Ctx, app: &App) -> bool {
    dir(ctx, app).is_dir() || removed(ctx, app).is_dir()
}

/// Takes the directory away from its place; nginx finds its files elsewhere until
/// [`finish_removal`], whatever ends this command.
pub fn set_aside(ctx: &Ctx, app: &App) -> Outcome {
    let (tls, removed) = (dir(ctx, app), removed(ctx, app));
    end_hand_over(ctx, app)?;
    if !tls.is_dir() {
        return Ok(());
    }
    forget_removed(ctx, app)?;
    hand_over(ctx, app, &tls, &removed)
}

/// Removes what a killed removal has left of a directory that is there again, or still.
fn forget_removed(ctx: &Ctx, app: &App) -> Outcome {
    let removed = removed(ctx, app);
    if fs::symlink_metadata(&removed).is_ok() {
        nginx_vhosts::rename_in_config(ctx, app, &removed, &dir(ctx, app))?;
        ctx.store.remove_tree(removed)?;
    }
    Ok(())
}

/// Puts the directory back.
pub fn bring_back(ctx: &Ctx, app: &App) -> Outcome {
    hand_over(ctx, app, &removed(ctx, app), &dir(ctx, app))
}

/// Lets go what was set aside, and a config that still needs it.
pub fn finish_removal(ctx: &Ctx, app: &App) -> Outcome {
    let removed = removed(ctx, app);
    nginx_vhosts::remove_naming(ctx, app, &removed)?;
    Ok(ctx.store.remove_tree(removed)?)
}

fn removed(ctx: &Ctx, app: &App) -> PathBuf {
    ctx.paths.app_file(app, REMOVED)
}

/// Renames the directory while the app's config names its files: at each step they can be found by
/// the name that the config has, since the other name is a link at first.
fn hand_over(ctx: &Ctx, app: &App, from: &Path, to: &Path) -> Outcome {
    ctx.store
        .link(to, from.file_name().map(Path::new).unwrap_or(from))?;
    nginx_vhosts::rename_in_config(ctx, app, from, to)?;
    let exchange = Change::Exchange(from.to_owned(), to.to_owned());
    if ctx.store.apply(&exchange).is_ok() {
        ctx.store.remove(from)?;
    } else {
        ctx.store.remove(to)?;
        ctx.store.rename(from, to)?;
    }
    Ok(())
}

/// Ends a hand-over that was killed, so that `tls` is the directory itself, a link of the user's, or
/// nothing.
fn end_hand_over(ctx: &Ctx, app: &App) -> Outcome {
    let (tls, removed) = (dir(ctx, app), removed(ctx, app));
    let Ok(target) = fs::read_link(&tls) else {
        return Ok(());
    };
    if target == Path::new(REMOVED) {
        hand_over(ctx, app, &removed, &tls)?;
    } else if tls.file_name() == Some(target.as_os_str()) {
        ctx.store.remove(tls)?;
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
