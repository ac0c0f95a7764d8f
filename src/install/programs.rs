//! The programs in `bin/`: the binary itself and the links by which it answers to other names.
//! A program of somebody else is moved aside, told, and put back by `dokku uninstall`.

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use crate::ctx::Ctx;
use crate::failure::{Failure, Outcome};

/// Other names of the binary.
pub const FACES: &[&str] = &["plugn", "sigil", "sshcommand", "procfile-util"];

/// By these bytes the binary knows itself, and an older or newer version of it.
const MARK: &[u8] = b"dokku-rs: one binary, many faces";

/// What a program of somebody else is renamed to.
const ASIDE: &str = ".before-dokku-rs";

/// Puts the binary and its links below `bin`; returns the binary's path.
pub fn place(ctx: &Ctx, bin: &Path) -> Outcome<PathBuf> {
    ctx.store.make_dir(bin)?;
    let binary = bin.join("dokku");
    place_binary(ctx, &binary)?;
    for face in FACES {
        let link = bin.join(face);
        if !is_our_link(&link) {
            move_aside(ctx, &link)?;
        }
        ctx.store.link(link, "dokku")?;
    }
    Ok(binary)
}

/// Removes what `place` has put, and puts back what was there before.
pub fn remove(ctx: &Ctx, bin: &Path) -> Outcome {
    for face in FACES {
        let link = bin.join(face);
        if is_our_link(&link) {
            ctx.store.remove(&link)?;
            put_back(ctx, &link)?;
        }
    }
    let binary = bin.join("dokku");
    if is_ours(&binary) {
        ctx.store.remove(&binary)?;
        put_back(ctx, &binary)?;
    }
    Ok(())
}

fn place_binary(ctx: &Ctx, binary: &Path) -> Outcome {
    let own = Path::new("/proc/self/exe");
    if same_file(own, binary) && !binary.is_symlink() {
        return Ok(());
    }
    if binary.is_symlink() || !is_ours(binary) {
        move_aside(ctx, binary)?;
        ctx.store.remove(binary)?;
    }
    let bytes = std::fs::read(own).map_err(Failure::text)?;
    ctx.store.write_mode(binary, bytes, 0o755)?;
    Ok(())
}

/// Keeps a foreign file under another name; its own name is free for replacing then.
fn move_aside(ctx: &Ctx, path: &Path) -> Outcome {
    if path.symlink_metadata().is_err() {
        return Ok(());
    }
    let aside = aside_of(path);
    match std::fs::read_link(path) {
        Ok(target) => ctx.store.link(&aside, target)?,
        Err(_) => ctx.store.copy(path, &aside)?,
    }
    ctx.ui.exclaim(format!(
        "{} is not ours: moved to {}",
        path.display(),
        aside.display()
    ));
    Ok(())
}

fn put_back(ctx: &Ctx, path: &Path) -> Outcome {
    let aside = aside_of(path);
    if aside.symlink_metadata().is_err() {
        return Ok(());
    }
    match std::fs::read_link(&aside) {
        Ok(target) => ctx.store.link(path, target)?,
        Err(_) => ctx.store.copy(&aside, path)?,
    }
    ctx.store.remove(&aside)?;
    ctx.ui.verbose(format!("{} is as before", path.display()));
    Ok(())
}

fn aside_of(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!("{name}{ASIDE}"))
}

/// Whether a file is this program, in whatever version.
pub fn is_ours(path: &Path) -> bool {
    // Opaque, or the optimiser might cut the mark up and leave none in the binary.
    let mark = std::hint::black_box(MARK);
    std::fs::read(path).is_ok_and(|bytes| bytes.windows(mark.len()).any(|part| part == mark))
}

fn is_our_link(path: &Path) -> bool {
    std::fs::read_link(path).is_ok_and(|target| target == Path::new("dokku"))
}

fn same_file(a: &Path, b: &Path) -> bool {
    match (std::fs::metadata(a), std::fs::metadata(b)) {
        (Ok(a), Ok(b)) => (a.dev(), a.ino()) == (b.dev(), b.ino()),
        _ => false,
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::env::Env;

    fn ctx() -> Ctx {
        Ctx::new(Env::default(), &crate::plugins::REGISTRY, Vec::new())
    }

    #[test]
    fn a_foreign_program_is_moved_aside_and_comes_back() {
        let dir = tempfile::tempdir().unwrap();
        let sigil = dir.path().join("sigil");
        std::fs::write(&sigil, "somebody else's").unwrap();
        let ctx = ctx();
        ctx.ui.capture(|| place(&ctx, dir.path())).1.unwrap();
        assert_eq!(std::fs::read_link(&sigil).unwrap(), Path::new("dokku"));
        let aside = dir.path().join("sigil.before-dokku-rs");
        assert_eq!(std::fs::read_to_string(&aside).unwrap(), "somebody else's");
        ctx.ui.capture(|| remove(&ctx, dir.path())).1.unwrap();
        assert_eq!(std::fs::read_to_string(&sigil).unwrap(), "somebody else's");
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[test]
    fn our_own_older_binary_is_replaced_without_a_copy() {
        let dir = tempfile::tempdir().unwrap();
        let older = [b"\x7fELF", MARK].concat();
        std::fs::write(dir.path().join("dokku"), older).unwrap();
        let ctx = ctx();
        let (told, placed) = ctx.ui.capture(|| place(&ctx, dir.path()));
        placed.unwrap();
        assert_eq!(String::from_utf8_lossy(&told), "");
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 5);
    }

    #[test]
    fn a_link_called_dokku_is_replaced_and_its_target_kept() {
        let dir = tempfile::tempdir().unwrap();
        let target = dir.path().join("target");
        std::fs::write(&target, "elsewhere").unwrap();
        let ctx = ctx();
        ctx.store.link(dir.path().join("dokku"), &target).unwrap();
        ctx.ui.capture(|| place(&ctx, dir.path())).1.unwrap();
        assert_eq!(std::fs::read_to_string(&target).unwrap(), "elsewhere");
        assert!(!dir.path().join("dokku").is_symlink());
    }
}
