//! Locks: of a directory, for a change of its files, and of a lock file, for work that takes long.

use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::{FileExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use super::{Store, StoreError, Stored};

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

    /// Tries to lock a lock file (created when missing). `None`: somebody else holds it.
    pub fn try_lock_file(&self, path: &Path) -> Stored<Option<LockFile>> {
        let failed = |source| StoreError {
            path: path.to_owned(),
            source,
        };
        loop {
            let file = OpenOptions::new()
                .create(true)
                .truncate(false)
                .write(true)
                .mode(0o644)
                .open(path)
                .map_err(failed)?;
            match file.try_lock() {
                Ok(()) => {}
                Err(fs::TryLockError::WouldBlock) => return Ok(None),
                Err(fs::TryLockError::Error(source)) => return Err(failed(source)),
            }
            // The file may have been removed between open and lock: then lock the new one.
            if same_file(&file, path) {
                return Ok(Some(LockFile {
                    path: path.to_owned(),
                    file,
                }));
            }
        }
    }
}

/// A held lock file; dropping it releases the lock and leaves the file.
#[derive(Debug)]
pub struct LockFile {
    path: PathBuf,
    file: File,
}

impl LockFile {
    /// Writes who holds the lock, or what for, into its file; it is on disk when this returns.
    pub fn mark(&mut self, holder: &str) -> Stored {
        let failed = |source| StoreError {
            path: self.path.clone(),
            source,
        };
        self.file.set_len(0).map_err(failed)?;
        let written = self.file.write_all_at(holder.as_bytes(), 0);
        written.and_then(|()| self.file.sync_data()).map_err(failed)
    }

    /// Removes the file while the lock is still held, then releases it.
    pub fn remove(self, store: &Store) -> Stored {
        store.remove(&self.path)
    }
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
        let lock = store.try_lock_file(&path).unwrap().unwrap();
        assert!(store.try_lock_file(&path).unwrap().is_none());
        lock.remove(&store).unwrap();
        assert!(!path.exists());
        assert!(store.try_lock_file(&path).unwrap().is_some());
    }

    #[test]
    fn nested_directory_locks_do_not_block_themselves() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::default();
        let answer = store.locked(dir.path(), || store.locked(dir.path(), || 42).unwrap());
        assert_eq!(answer.unwrap(), 42);
    }
}
