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

/// Writes names of a directory to stdout, leaving out anything called `cache` or `.cache`.
pub fn create_without_caches(dir: &Path, names: &[String]) -> Cmd {
    Cmd::new("tar")
        .arg("-C")
        .arg(dir)
        .args(["--exclude=cache", "--exclude=.cache", "-cf", "-", "--"])
        // `./`: a name may begin with a dash or an `@`.
        .args(names.iter().map(|name| format!("./{name}")))
}

/// Unpacks stdin into a directory with the modes of the archive.
pub fn extract_preserving(dir: &Path) -> Cmd {
    Cmd::new("tar").arg("-C").arg(dir).args(["-xpf", "-"])
}

/// Unpacks an archive from stdin into a directory and lists its members as they are stored. tar
/// does not recognise compression on a pipe, so the caller says whether there is any.
pub fn extract_listing(dir: &Path, gzipped: bool) -> Cmd {
    let flags = if gzipped { "xvzf" } else { "xvf" };
    Cmd::new("tar").args([flags, "-"]).cwd(dir)
}

/// Whether bytes begin like a gzip stream.
pub fn is_gzipped(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0x1f, 0x8b])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_with_dashes_are_no_options() {
        let cmd = create_without_caches(Path::new("/a"), &["-x".into()]);
        assert_eq!(
            cmd.to_string(),
            "tar -C /a '--exclude=cache' '--exclude=.cache' -cf - -- ./-x"
        );
    }

    #[test]
    fn only_a_gzip_stream_is_unpacked_as_one() {
        assert!(is_gzipped(b"\x1f\x8b\x08"));
        assert!(!is_gzipped(b"./server.crt"));
        let cmd = extract_listing(Path::new("/t"), true);
        assert_eq!(cmd.to_string(), "tar xvzf -");
        assert_eq!(cmd.cwd.as_deref(), Some(Path::new("/t")));
    }

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
