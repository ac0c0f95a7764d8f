//! Files as they were before a change that may have to be taken back.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use crate::ctx::Ctx;
use crate::failure::Outcome;
use crate::store::Change;

/// The changes that bring back contents and modes, and remove what was not there.
pub struct Backup(Vec<Change>);

impl Backup {
    /// Reads the files.
    pub fn of(paths: &[PathBuf]) -> Self {
        Self(paths.iter().map(|path| back_to_now(path)).collect())
    }

    /// Makes the files what they were.
    pub fn restore(self, ctx: &Ctx) -> Outcome {
        for change in &self.0 {
            ctx.store.apply(change)?;
        }
        Ok(())
    }
}

fn back_to_now(path: &Path) -> Change {
    let path = path.to_owned();
    let meta = std::fs::metadata(&path);
    match (std::fs::read(&path), meta) {
        (Ok(content), Ok(meta)) => Change::Write {
            path,
            content,
            mode: Some(meta.permissions().mode() & 0o7777),
        },
        _ => Change::Remove(path),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::env::Env;

    #[test]
    fn files_come_back_with_their_modes_and_new_ones_go() {
        let dir = tempfile::tempdir().unwrap();
        let ctx = Ctx::new(Env::default(), &crate::plugins::REGISTRY, Vec::new());
        let (changed, gone) = (dir.path().join("nginx.conf"), dir.path().join("server.key"));
        let absent = dir.path().join("hsts.conf");
        ctx.store.write_mode(&changed, "old", 0o600).unwrap();
        ctx.store.write_mode(&gone, "key", 0o640).unwrap();
        let before = Backup::of(&[changed.clone(), gone.clone(), absent.clone()]);
        ctx.store.write(&changed, "new").unwrap();
        ctx.store.remove(&gone).unwrap();
        ctx.store.write(&absent, "new").unwrap();
        before.restore(&ctx).unwrap();
        assert_eq!(std::fs::read(&changed).unwrap(), b"old");
        let mode = std::fs::metadata(&gone).unwrap().permissions().mode();
        assert_eq!(mode & 0o7777, 0o640);
        assert!(!absent.exists());
    }
}
