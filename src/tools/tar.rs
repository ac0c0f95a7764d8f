//! GNU tar's argv.

use std::path::Path;

use crate::cmd::Cmd;

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
    fn only_a_gzip_stream_is_unpacked_as_one() {
        assert!(is_gzipped(b"\x1f\x8b\x08"));
        assert!(!is_gzipped(b"./server.crt"));
        let cmd = extract_listing(Path::new("/t"), true);
        assert_eq!(cmd.to_string(), "tar xvzf -");
        assert_eq!(cmd.cwd.as_deref(), Some(Path::new("/t")));
    }
}
