//! The only writer below the data roots. A change is a value (`Change`) that passes one gate
//! (`Store::apply`): files are replaced by temp file, fsync and rename in the same directory, so a
//! reader sees the old content or the new, never half of it.

mod exchange;
mod lock;
mod receive;

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fs::{self, OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt, lchown, symlink};
use std::path::{Path, PathBuf};

use nix::unistd::{Gid, Group, Uid, User, chown};
use thiserror::Error;

pub use self::lock::LockFile;
pub use self::receive::Received;

use crate::env::Env;
use crate::failure::Failure;
use crate::paths::Paths;

/// A change on disk, before it is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Replaces a file; an existing one keeps its mode unless `mode` says otherwise.
    Write {
        /// The file.
        path: PathBuf,
        /// Its whole new content.
        content: Vec<u8>,
        /// Its mode; 0644 for a new file when absent.
        mode: Option<u32>,
    },
    /// Creates a directory with its parents; an existing one is left as it is.
    MakeDir(PathBuf),
    /// Sets the mode of a path.
    Chmod(PathBuf, u32),
    /// Gives a path with all below it to the system user, links themselves included.
    Give(PathBuf),
    /// Removes a file or link; a missing one is fine.
    Remove(PathBuf),
    /// Removes a directory with all below it; a missing one is fine.
    RemoveTree(PathBuf),
    /// Makes or replaces a symbolic link.
    Link {
        /// The link.
        path: PathBuf,
        /// What it points to.
        target: PathBuf,
    },
    /// Copies a file with its mode.
    Copy {
        /// Source.
        from: PathBuf,
        /// Destination.
        to: PathBuf,
    },
    /// Renames a path within its file system; a file in the way is replaced.
    Move {
        /// Old name.
        from: PathBuf,
        /// New name.
        to: PathBuf,
    },
    /// Lets two paths change places, at once or not at all.
    Exchange(PathBuf, PathBuf),
}

/// A change that could not be made.
#[derive(Debug, Error)]
#[error("{}: {source}", path.display())]
pub struct StoreError {
    path: PathBuf,
    source: io::Error,
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::text(error)
    }
}

/// The result of a change.
pub type Stored<T = ()> = Result<T, StoreError>;

/// The gate. When it runs as root, what it creates below the data roots belongs to the system
/// user; files of the machine (`/etc/…`) stay root's.
#[derive(Debug, Default)]
pub struct Store {
    owner: Option<(Uid, Gid)>,
    data_roots: Vec<PathBuf>,
    held: RefCell<BTreeSet<PathBuf>>,
}

impl Store {
    /// A store that gives new files to `$DOKKU_SYSTEM_USER:$DOKKU_SYSTEM_GROUP` when it may.
    pub fn new(env: &Env, paths: &Paths) -> Self {
        let owner = Uid::effective()
            .is_root()
            .then(|| system_owner(env))
            .flatten();
        Self {
            owner,
            data_roots: paths.data_roots(),
            ..Self::default()
        }
    }

    /// Makes one change.
    pub fn apply(&self, change: &Change) -> Stored {
        let path = match change {
            Change::Write { path, .. }
            | Change::Link { path, .. }
            | Change::Copy { to: path, .. }
            | Change::Move { to: path, .. } => path,
            Change::MakeDir(path)
            | Change::Chmod(path, _)
            | Change::Give(path)
            | Change::Remove(path)
            | Change::RemoveTree(path)
            | Change::Exchange(path, _) => path,
        };
        self.make(change).map_err(|source| StoreError {
            path: path.clone(),
            source,
        })
    }

    /// Replaces a file, keeping the mode of an existing one.
    pub fn write(&self, path: impl AsRef<Path>, content: impl Into<Vec<u8>>) -> Stored {
        let path = path.as_ref().to_owned();
        self.apply(&Change::Write {
            path,
            content: content.into(),
            mode: None,
        })
    }

    /// Replaces a file and sets its mode.
    pub fn write_mode(
        &self,
        path: impl AsRef<Path>,
        content: impl Into<Vec<u8>>,
        mode: u32,
    ) -> Stored {
        let path = path.as_ref().to_owned();
        self.apply(&Change::Write {
            path,
            content: content.into(),
            mode: Some(mode),
        })
    }

    /// Creates a directory with its parents.
    pub fn make_dir(&self, path: impl AsRef<Path>) -> Stored {
        self.apply(&Change::MakeDir(path.as_ref().to_owned()))
    }

    /// Removes a file; a missing one is fine.
    pub fn remove(&self, path: impl AsRef<Path>) -> Stored {
        self.apply(&Change::Remove(path.as_ref().to_owned()))
    }

    /// Removes a directory with all below it; a missing one is fine.
    pub fn remove_tree(&self, path: impl AsRef<Path>) -> Stored {
        self.apply(&Change::RemoveTree(path.as_ref().to_owned()))
    }

    /// Makes or replaces a symbolic link.
    pub fn link(&self, path: impl AsRef<Path>, target: impl AsRef<Path>) -> Stored {
        let (path, target) = (path.as_ref().to_owned(), target.as_ref().to_owned());
        self.apply(&Change::Link { path, target })
    }

    /// Copies a file with its mode.
    pub fn copy(&self, from: impl AsRef<Path>, to: impl AsRef<Path>) -> Stored {
        let (from, to) = (from.as_ref().to_owned(), to.as_ref().to_owned());
        self.apply(&Change::Copy { from, to })
    }

    /// Renames a path within its file system.
    pub fn rename(&self, from: impl AsRef<Path>, to: impl AsRef<Path>) -> Stored {
        let (from, to) = (from.as_ref().to_owned(), to.as_ref().to_owned());
        self.apply(&Change::Move { from, to })
    }

    #[expect(clippy::disallowed_methods, reason = "this is the gate")]
    fn make(&self, change: &Change) -> io::Result<()> {
        match change {
            Change::Write {
                path,
                content,
                mode,
            } => self.replace(path, content, *mode),
            Change::MakeDir(path) => self.create_dirs(path),
            Change::Chmod(path, mode) => fs::set_permissions(path, Permissions::from_mode(*mode)),
            Change::Give(path) => self.give_tree(path),
            Change::Remove(path) => missing_is_fine(fs::remove_file(path)),
            Change::RemoveTree(path) => missing_is_fine(remove_tree(path)),
            Change::Link { path, target } => {
                let temp = temp_sibling(path);
                symlink(target, &temp)?;
                fs::rename(&temp, path)
            }
            Change::Copy { from, to } => {
                let mode = fs::metadata(from)?.permissions().mode() & 0o7777;
                self.replace(to, &fs::read(from)?, Some(mode))
            }
            Change::Move { from, to } => fs::rename(from, to),
            Change::Exchange(a, b) => exchange::exchange(a, b),
        }
    }

    #[expect(clippy::disallowed_methods, reason = "this is the gate")]
    fn replace(&self, path: &Path, content: &[u8], mode: Option<u32>) -> io::Result<()> {
        let old = fs::metadata(path).ok();
        let mode = mode
            .or_else(|| old.as_ref().map(|meta| meta.permissions().mode() & 0o7777))
            .unwrap_or(0o644);
        // Follow a link, as truncating upstream does: the link stays, its target changes.
        let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let temp = temp_sibling(&target);
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&temp)?;
        let written = file
            .write_all(content)
            .and_then(|()| fs::set_permissions(&temp, Permissions::from_mode(mode)))
            .and_then(|()| file.sync_all())
            .and_then(|()| self.give(&temp))
            .and_then(|()| fs::rename(&temp, &target));
        if written.is_err() {
            let _ = fs::remove_file(&temp);
        }
        written
    }

    fn create_dirs(&self, path: &Path) -> io::Result<()> {
        if path.is_dir() {
            return Ok(());
        }
        if let Some(parent) = path.parent() {
            self.create_dirs(parent)?;
        }
        match fs::create_dir(path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => Ok(()),
            Err(error) => Err(error),
            Ok(()) => {
                fs::set_permissions(path, Permissions::from_mode(0o755))?;
                self.give(path)
            }
        }
    }

    fn give_tree(&self, path: &Path) -> io::Result<()> {
        let Some((uid, gid)) = self.owner else {
            return Ok(());
        };
        lchown(path, Some(uid.as_raw()), Some(gid.as_raw()))?;
        if fs::symlink_metadata(path)?.is_dir() {
            for entry in fs::read_dir(path)? {
                self.give_tree(&entry?.path())?;
            }
        }
        Ok(())
    }

    fn give(&self, path: &Path) -> io::Result<()> {
        match self.owner {
            Some((uid, gid)) if self.data_roots.iter().any(|root| path.starts_with(root)) => {
                Ok(chown(path, Some(uid), Some(gid))?)
            }
            _ => Ok(()),
        }
    }
}

fn system_owner(env: &Env) -> Option<(Uid, Gid)> {
    let name = |key: &str| {
        let value = env.get(key);
        if value.is_empty() {
            "dokku".to_owned()
        } else {
            value.to_owned()
        }
    };
    let user = User::from_name(&name("DOKKU_SYSTEM_USER")).ok()??;
    let group = Group::from_name(&name("DOKKU_SYSTEM_GROUP")).ok()??;
    Some((user.uid, group.gid))
}

/// Takes the tree away at once and removes it then, so that nobody finds half of it.
#[expect(clippy::disallowed_methods, reason = "this is the gate")]
fn remove_tree(path: &Path) -> io::Result<()> {
    let away = temp_sibling(path);
    // A mount point, or a directory of others: as it stands.
    if fs::rename(path, &away).is_err() {
        return fs::remove_dir_all(path);
    }
    fs::remove_dir_all(&away).inspect_err(|_| {
        // What is left must be found where it was.
        let _ = fs::rename(&away, path);
    })
}

fn missing_is_fine(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

fn temp_sibling(path: &Path) -> PathBuf {
    use std::sync::atomic::{AtomicU32, Ordering};
    static COUNTER: AtomicU32 = AtomicU32::new(0);
    let count = COUNTER.fetch_add(1, Ordering::Relaxed);
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.{}-{count}.tmp", std::process::id()))
}

/// Whether a name is one that [`temp_sibling`] makes.
pub fn is_temporary(name: &str) -> bool {
    let inner = name.strip_prefix('.').and_then(|n| n.strip_suffix(".tmp"));
    let stamp = inner.and_then(|inner| inner.rsplit_once('.')?.1.split_once('-'));
    stamp.is_some_and(|(pid, count)| [pid, count].iter().all(|n| n.parse::<u32>().is_ok()))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_rewrite_keeps_the_mode_and_leaves_no_temp_file() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("ENV");
        let store = Store::default();
        store.write_mode(&file, "a", 0o600).unwrap();
        store.write(&file, "b").unwrap();
        assert_eq!(fs::read(&file).unwrap(), b"b");
        assert_eq!(
            fs::metadata(&file).unwrap().permissions().mode() & 0o777,
            0o600
        );
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_tree_is_removed_with_nothing_left_beside_it_and_a_missing_one_is_fine() {
        let dir = tempfile::tempdir().unwrap();
        let tree = dir.path().join("app");
        let store = Store::default();
        store.make_dir(tree.join("a/b")).unwrap();
        store.write(tree.join("a/b/c"), "c").unwrap();
        store.remove_tree(&tree).unwrap();
        store.remove_tree(&tree).unwrap();
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_tree_that_can_not_be_removed_stays_in_its_place() {
        let store = Store::default();
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("app");
        store.write(&file, "no directory").unwrap();
        assert!(store.remove_tree(&file).is_err());
        assert_eq!(fs::read(&file).unwrap(), b"no directory");
    }
}
