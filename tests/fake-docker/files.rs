//! Files of images and containers: plain directory trees, copied when one is made from another.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Copies a directory tree; a missing one is an empty one.
pub fn copy_tree(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    let Ok(entries) = fs::read_dir(from) else {
        return Ok(());
    };
    for entry in entries.flatten() {
        copy(&entry.path(), &to.join(entry.file_name()))?;
    }
    Ok(())
}

/// Copies a file, a link or a directory.
pub fn copy(from: &Path, to: &Path) -> io::Result<()> {
    let kind = fs::symlink_metadata(from)?.file_type();
    if kind.is_dir() {
        return copy_tree(from, to);
    }
    if let Some(parent) = to.parent() {
        fs::create_dir_all(parent)?;
    }
    if kind.is_symlink() {
        let _ = fs::remove_file(to);
        return std::os::unix::fs::symlink(fs::read_link(from)?, to);
    }
    fs::copy(from, to).map(|_| ())
}

/// A path inside a tree: `/app/Procfile` of the tree at `root`.
pub fn inside(root: &Path, path: &str) -> PathBuf {
    let parts = path
        .split('/')
        .filter(|part| !matches!(*part, "" | "." | ".."));
    parts.fold(root.to_owned(), |path, part| path.join(part))
}
