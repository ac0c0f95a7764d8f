//! The files and directories of the records' apps below the data roots, and settings of all apps.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::Path;

use nix::unistd::{Gid, Group, Uid, User};

use crate::common::compare::Entry;
use crate::machine::APPS;

/// Lines `APP CID TIME` of all apps: old containers that wait for their end.
pub const DEAD: &str = "/var/lib/dokku/data/scheduler-docker-local/dead-containers";

/// Settings of all apps.
const GLOBAL: &[&str] = &[
    "/home/dokku/.dokkurc",
    "/home/dokku/ENV",
    "/home/dokku/VHOST",
    "/var/lib/dokku/config/git/--global",
];

/// Directories of git and of builders: they are watched, what is in them is not.
const OPAQUE: &[&str] = &["branches", "hooks", "info", "logs", "objects", "refs"];

/// By path; directories end in a slash.
pub type Tree = BTreeMap<String, Entry>;

/// Everything of the records' apps now.
pub fn tree() -> Tree {
    let mut tree = Tree::new();
    for app in APPS {
        walk(&Path::new("/home/dokku").join(app), &mut tree);
    }
    for root in ["/var/lib/dokku/config", "/var/lib/dokku/data"] {
        for plugin in fs::read_dir(root).into_iter().flatten().flatten() {
            for app in APPS {
                walk(&plugin.path().join(app), &mut tree);
            }
        }
    }
    for path in [&[DEAD], GLOBAL].concat() {
        walk(Path::new(path), &mut tree);
    }
    tree
}

fn walk(path: &Path, tree: &mut Tree) {
    let Ok(meta) = fs::symlink_metadata(path) else {
        return;
    };
    let name = path.to_string_lossy().into_owned();
    let mut entry = Entry {
        mode: meta.permissions().mode() & 0o7777,
        owner: Some(owner(meta.uid(), meta.gid())),
        content: None,
    };
    if meta.is_file() {
        let bytes = fs::read(path).unwrap_or_default();
        entry.content = Some(String::from_utf8_lossy(&bytes).into_owned());
        tree.insert(name, entry);
    } else if meta.is_dir() && !name.ends_with("/cache") {
        tree.insert(format!("{name}/"), entry);
        let opaque = OPAQUE.iter().any(|opaque| path.ends_with(opaque));
        for inner in fs::read_dir(path).into_iter().flatten().flatten() {
            if !opaque {
                walk(&inner.path(), tree);
            }
        }
    }
}

fn owner(uid: u32, gid: u32) -> String {
    let user = User::from_uid(Uid::from_raw(uid)).ok().flatten();
    let group = Group::from_gid(Gid::from_raw(gid)).ok().flatten();
    format!(
        "{}:{}",
        user.map_or_else(|| uid.to_string(), |user| user.name),
        group.map_or_else(|| gid.to_string(), |group| group.name)
    )
}
