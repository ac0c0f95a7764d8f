//! GNU tar's argv. It keeps extraction inside the target by itself: leading slashes are dropped,
//! names with `..` are refused, and links that lead out are made last.

use std::path::Path;

use crate::cmd::{Cmd, Effect};

/// `tar -tf ARCHIVE`: names of the entries, a line each. The compression is found out by tar.
pub fn list(archive: &Path) -> Cmd {
    Cmd::new("tar").arg("-tf").arg(archive)
}

/// `tar -x -C DIR -f ARCHIVE --strip-components=N`.
pub fn extract(archive: &Path, dir: &Path, strip: usize) -> Cmd {
    Cmd::new("tar")
        .args(["-x", "-C"])
        .arg(dir)
        .arg("-f")
        .arg(archive)
        .arg(format!("--strip-components={strip}"))
        .effect(Effect::Anything)
}

/// `chmod -R u+rwX DIR`: what was archived unreadable can be built and removed again.
pub fn make_readable(dir: &Path) -> Cmd {
    Cmd::new("chmod").args(["-R", "u+rwX"]).arg(dir)
}

/// How many leading directories all entries share: a tarball of one directory is deployed as that
/// directory (reference 13 §B.2).
pub fn shared_depth(listing: &str) -> usize {
    let mut names = listing.lines().map(|name| name.trim_start_matches('/'));
    let Some(first) = names.next() else { return 0 };
    let shared = names.fold(first.as_bytes(), |prefix, name| {
        let same = prefix.iter().zip(name.as_bytes());
        let length = same.take_while(|(a, b)| a == b).count();
        prefix.get(..length).unwrap_or_default()
    });
    shared.iter().filter(|byte| **byte == b'/').count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_depth_is_that_of_the_directories_which_all_entries_share() {
        for (listing, depth) in [
            ("./\n./a\n./b\n", 1),
            ("prefix/./\nprefix/./a\n", 2),
            ("app/\napp/x\napp/y\n", 1),
            ("a\nb\n", 0),
            ("app1/x\napp2/y\n", 0),
            ("a/b/c\n", 2),
            ("x\n", 0),
            ("", 0),
            ("/srv/app/\n/srv/app/x\n", 2),
        ] {
            assert_eq!(shared_depth(listing), depth, "{listing:?}");
        }
    }

    #[test]
    fn argv() {
        let (archive, dir) = (Path::new("/a/src.tar"), Path::new("/tmp/x"));
        assert_eq!(list(archive).to_string(), "tar -tf /a/src.tar");
        assert_eq!(
            extract(archive, dir, 2).words().join(" "),
            "tar -x -C /tmp/x -f /a/src.tar --strip-components=2"
        );
    }
}
