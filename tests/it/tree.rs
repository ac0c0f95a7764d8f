//! The files below a world's data roots, and how they changed.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use crate::world::World;

/// What is watched: the world's directory and the product's name of it.
pub const ROOTS: &[(&str, &str)] = &[
    ("home", "/home/dokku"),
    ("lib/config", "/var/lib/dokku/config"),
    ("lib/data", "/var/lib/dokku/data"),
];

/// A file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Permission bits.
    pub mode: u32,
    /// Content; `(binary)` when it is no text.
    pub content: String,
}

/// Files by their product path; links and the insides of git repositories are left out.
#[derive(Debug, Default)]
pub struct Tree(BTreeMap<String, Entry>);

/// What became of a file: its new state, or `None` when it was removed.
pub type Changes = BTreeMap<String, Option<Entry>>;

impl Tree {
    /// The files of a world now.
    pub fn of(world: &World) -> Self {
        let mut tree = Self::default();
        for (relative, name) in ROOTS {
            tree.walk(&world.path(relative), name);
        }
        tree
    }

    fn walk(&mut self, dir: &Path, name: &str) {
        for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
            let file = entry.file_name().to_string_lossy().into_owned();
            let name = format!("{name}/{file}");
            match entry.file_type() {
                Ok(kind) if kind.is_dir() && !is_git_inside(dir, &file) => {
                    self.walk(&entry.path(), &name);
                }
                Ok(kind) if kind.is_file() && !file.ends_with(".sample") => {
                    self.0.insert(name, read(&entry.path()));
                }
                _ => {}
            }
        }
    }

    /// A file by its product path.
    pub fn entry(&self, name: &str) -> Option<&Entry> {
        self.0.get(name)
    }

    /// What changed since an earlier look.
    pub fn since(&self, before: &Self) -> Changes {
        let gone = before.0.keys().filter(|name| !self.0.contains_key(*name));
        let changed = self
            .0
            .iter()
            .filter(|(name, entry)| before.0.get(*name) != Some(*entry));
        gone.map(|name| (name.clone(), None))
            .chain(changed.map(|(name, entry)| (name.clone(), Some(entry.clone()))))
            .collect()
    }
}

fn is_git_inside(dir: &Path, name: &str) -> bool {
    let inside = ["objects", "refs", "logs", "info", "branches", "worktrees"];
    inside.contains(&name) && (dir.join("HEAD").exists() || dir.join("objects").exists())
}

fn read(path: &Path) -> Entry {
    let mode = fs::metadata(path).map_or(0, |meta| meta.permissions().mode() & 0o7777);
    let bytes = fs::read(path).unwrap_or_default();
    Entry {
        mode,
        content: String::from_utf8(bytes).unwrap_or_else(|_| "(binary)".to_owned()),
    }
}
