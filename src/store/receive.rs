//! Files that arrive as a stream, and take their place only when they are whole and wanted.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, Read};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use super::{Store, StoreError, Stored, temp_sibling};

impl Store {
    /// Copies a stream into a new file beside `target`, which it may replace later.
    pub fn receive(&self, target: &Path, from: &mut dyn Read) -> Stored<Received> {
        let temp = temp_sibling(target);
        let mut received = Received {
            temp: Some(temp.clone()),
            target: target.to_owned(),
            bytes: 0,
        };
        received.bytes = self.copy_stream(&temp, from).map_err(|source| StoreError {
            path: target.to_owned(),
            source,
        })?;
        Ok(received)
    }

    fn copy_stream(&self, temp: &Path, from: &mut dyn Read) -> io::Result<u64> {
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(temp)?;
        let bytes = io::copy(from, &mut file)?;
        self.give(temp)?;
        Ok(bytes)
    }
}

/// A received file that is not in place yet; dropping it removes it.
#[derive(Debug)]
pub struct Received {
    temp: Option<PathBuf>,
    target: PathBuf,
    bytes: u64,
}

impl Received {
    /// Where it is for now.
    pub fn path(&self) -> &Path {
        self.temp.as_deref().unwrap_or(&self.target)
    }

    /// Its size in bytes.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Puts it in the place of its target, mode 0644.
    #[expect(clippy::disallowed_methods, reason = "this is the gate")]
    pub fn keep(mut self) -> Stored {
        let Some(temp) = self.temp.take() else {
            return Ok(());
        };
        fs::set_permissions(&temp, Permissions::from_mode(0o644))
            .and_then(|()| File::open(&temp)?.sync_all())
            .and_then(|()| fs::rename(&temp, &self.target))
            .map_err(|source| StoreError {
                path: self.target.clone(),
                source,
            })
    }
}

impl Drop for Received {
    #[expect(clippy::disallowed_methods, reason = "this is the gate")]
    fn drop(&mut self) {
        if let Some(temp) = &self.temp {
            // A file that cannot be removed stays; there is nobody to tell.
            let _ = fs::remove_file(temp);
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_received_file_replaces_its_target_only_when_it_is_kept() {
        let dir = tempfile::tempdir().unwrap();
        let target = dir.path().join("src.tar");
        let store = Store::default();
        store.write(&target, "old").unwrap();
        drop(store.receive(&target, &mut &b"bad"[..]).unwrap());
        assert_eq!(fs::read(&target).unwrap(), b"old");
        let received = store.receive(&target, &mut &b"new"[..]).unwrap();
        assert_eq!(received.bytes(), 3);
        received.keep().unwrap();
        assert_eq!(fs::read(&target).unwrap(), b"new");
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }
}
