//! Two paths change places in one step.

use std::io;
use std::path::Path;

/// Exchanges what two paths name. Not every file system can; then nothing has changed.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
pub fn exchange(a: &Path, b: &Path) -> io::Result<()> {
    use nix::fcntl::{AT_FDCWD, RenameFlags, renameat2};
    Ok(renameat2(
        AT_FDCWD,
        a,
        AT_FDCWD,
        b,
        RenameFlags::RENAME_EXCHANGE,
    )?)
}

/// The C library of this target offers no such call.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub fn exchange(_a: &Path, _b: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::fs;

    use crate::store::{Change, Store};

    #[test]
    fn directories_change_places_with_all_they_hold() {
        let dir = tempfile::tempdir().unwrap();
        let [a, b] = ["a", "b"].map(|name| dir.path().join(name));
        let store = Store::default();
        for path in [&a, &b] {
            store.make_dir(path).unwrap();
            let name = path.file_name().unwrap().to_string_lossy();
            store.write(path.join("name"), &*name).unwrap();
        }
        let exchange = Change::Exchange(a.clone(), b.clone());
        store.apply(&exchange).unwrap();
        assert_eq!(fs::read(a.join("name")).unwrap(), b"b");
        assert_eq!(fs::read(b.join("name")).unwrap(), b"a");
        store.remove_tree(&b).unwrap();
        assert!(store.apply(&exchange).is_err());
        assert_eq!(fs::read(a.join("name")).unwrap(), b"b");
    }
}
