//! Locks: of a directory, for a change of its files, and of a lock file, for work that takes long.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::{FileExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use super::{Store, StoreError, Stored, temp_sibling};

impl Store {
    /// Does `work` while holding the lock of a directory (flock on the directory itself, so no
    /// lock file appears). Nested calls on the same directory do not block themselves.
    pub fn locked<T>(&self, dir: &Path, work: impl FnOnce() -> T) -> Stored<T> {
        if self.held.borrow().contains(dir) {
            return Ok(work());
        }
        let failed = |source| StoreError {
            path: dir.to_owned(),
            source,
        };
        let lock = File::open(dir).map_err(failed)?;
        lock.lock().map_err(failed)?;
        self.held.borrow_mut().insert(dir.to_owned());
        let result = work();
        self.held.borrow_mut().remove(dir);
        Ok(result)
    }

    /// Tries to lock a lock file, which names its holder from its first moment on. `None`: somebody
    /// else holds it.
    pub fn try_lock_file(&self, path: &Path, holder: &str) -> Stored<Option<LockFile>> {
        let failed = |source| StoreError {
            path: path.to_owned(),
            source,
        };
        loop {
            if let Some(file) = self.new_lock(path, holder).map_err(failed)? {
                let path = path.to_owned();
                return Ok(Some(LockFile { path, _file: file }));
            }
            let file = match OpenOptions::new().write(true).open(path) {
                // Gone meanwhile; but not a link that leads nowhere.
                Err(error) if error.kind() == io::ErrorKind::NotFound && !path.is_symlink() => {
                    continue;
                }
                opened => opened.map_err(failed)?,
            };
            match file.try_lock() {
                Ok(()) => {}
                Err(fs::TryLockError::WouldBlock) => return Ok(None),
                Err(fs::TryLockError::Error(source)) => return Err(failed(source)),
            }
            // The file may have been removed between open and lock: then lock the new one.
            if same_file(&file, path) {
                name_holder(&file, holder).map_err(failed)?;
                let path = path.to_owned();
                return Ok(Some(LockFile { path, _file: file }));
            }
        }
    }

    /// Makes a lock file that is locked already when it appears. `None`: there is one.
    #[expect(clippy::disallowed_methods, reason = "this is the gate")]
    fn new_lock(&self, path: &Path, holder: &str) -> io::Result<Option<File>> {
        if path.exists() {
            return Ok(None);
        }
        let temp = temp_sibling(path);
        let made = self
            .named_lock(&temp, holder)
            .and_then(|file| fs::hard_link(&temp, path).map(|()| file));
        let _ = fs::remove_file(&temp);
        match made {
            Ok(file) => Ok(Some(file)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(None),
            // Not every file system has links.
            Err(_) => match self.named_lock(path, holder) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(None),
                made => made.map(Some),
            },
        }
    }

    /// Makes a file that is locked and names its holder; when it can't be named, there is none.
    #[expect(clippy::disallowed_methods, reason = "this is the gate")]
    fn named_lock(&self, path: &Path, holder: &str) -> io::Result<File> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true).mode(0o644);
        let file = options.open(path)?;
        name_holder(&file, holder)
            .and_then(|()| self.give(path))
            .and_then(|()| Ok(file.try_lock()?))
            .inspect_err(|_| {
                let _ = fs::remove_file(path);
            })?;
        Ok(file)
    }
}

/// A held lock file; dropping it releases the lock and leaves the file.
#[derive(Debug)]
pub struct LockFile {
    path: PathBuf,
    /// What holds the lock until it is closed.
    _file: File,
}

impl LockFile {
    /// Removes the file while the lock is still held, then releases it.
    pub fn remove(self, store: &Store) -> Stored {
        store.remove(&self.path)
    }
}

/// Writes the holder over whoever held the file before; it is on disk when this returns. First the
/// text and then the length: an empty file would mean something else.
fn name_holder(file: &File, holder: &str) -> io::Result<()> {
    file.write_all_at(holder.as_bytes(), 0)?;
    file.set_len(holder.len() as u64)?;
    file.sync_data()
}

fn same_file(file: &File, path: &Path) -> bool {
    match (file.metadata(), fs::metadata(path)) {
        (Ok(a), Ok(b)) => (a.dev(), a.ino()) == (b.dev(), b.ino()),
        _ => false,
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_lock_file_is_exclusive_until_it_is_dropped() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(".deploy.lock");
        let store = Store::default();
        let lock = store.try_lock_file(&path, "1234").unwrap().unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"1234");
        assert!(store.try_lock_file(&path, "56").unwrap().is_none());
        lock.remove(&store).unwrap();
        assert!(!path.exists());
        drop(store.try_lock_file(&path, "1234").unwrap().unwrap());
        let again = store.try_lock_file(&path, "56").unwrap();
        assert!(again.is_some());
        assert_eq!(fs::read(&path).unwrap(), b"56");
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_lock_is_made_without_links_too_and_never_over_another_one() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("lock");
        let store = Store::default();
        let _held = store.named_lock(&path, "1234").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"1234");
        let again = store.named_lock(&path, "56").unwrap_err();
        assert_eq!(again.kind(), io::ErrorKind::AlreadyExists);
        assert!(store.new_lock(&path, "56").unwrap().is_none());
        assert!(store.try_lock_file(&path, "56").unwrap().is_none());
    }

    #[test]
    fn nested_directory_locks_do_not_block_themselves() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::default();
        let answer = store.locked(dir.path(), || store.locked(dir.path(), || 42).unwrap());
        assert_eq!(answer.unwrap(), 42);
    }
}
