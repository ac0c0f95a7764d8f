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
}
