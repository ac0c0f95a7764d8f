//! GNU tar's argv.

use std::path::Path;

use crate::cmd::Cmd;

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
}
