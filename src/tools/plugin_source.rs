//! The argv that fetches and updates a plugin: git, curl or wget, tar, mv. Reference 03 §3.1, §3.2.

use std::path::Path;

use crate::cmd::{Cmd, Effect};

/// `git clone URL NAME` in the directory of available plugins.
pub fn clone(available: &Path, url: &str, name: &str) -> Cmd {
    Cmd::new("git")
        // `--`: neither may be taken for an option.
        .args(["clone", "--", url, name])
        .cwd(available)
        .effect(Effect::Anything)
}

/// `git WORDS…` in a plugin's work tree.
pub fn git(plugin: &Path, words: &[&str]) -> Cmd {
    Cmd::new("git")
        // Root updates plugins that belong to dokku, which git calls dubious ownership.
        .args(["-c", "safe.directory=*"])
        .args(words.iter().copied())
        .cwd(plugin)
        .effect(Effect::Anything)
}

/// Writes what a URL serves to stdout: curl, which also reads `file:`.
pub fn curl(url: &str) -> Cmd {
    // Fail on HTTP errors, be silent but for errors, follow redirects.
    Cmd::new("curl").args(["-fsSL", "--", url])
}

/// The same with wget.
pub fn wget(url: &str) -> Cmd {
    Cmd::new("wget").args(["-q", "-O-", "--", url])
}

/// Unpacks a gzipped tarball from stdin into a directory.
pub fn unpack(dir: &Path) -> Cmd {
    Cmd::new("tar")
        .args(["-xzf", "-", "-C"])
        .arg(dir)
        // The archive's owners are of another machine.
        .arg("--no-same-owner")
        .effect(Effect::Anything)
}

/// Renames a directory; an existing target is an error, never a parent.
pub fn rename(from: &Path, to: &Path) -> Cmd {
    Cmd::new("mv")
        .args(["--no-target-directory", "--"])
        .arg(from)
        .arg(to)
        .effect(Effect::Anything)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plugin_is_cloned_beside_the_others() {
        let cmd = clone(Path::new("/p/available"), "https://h/x.git", "x");
        assert_eq!(cmd.to_string(), "git clone -- https://h/x.git x");
        assert_eq!(cmd.cwd.as_deref(), Some(Path::new("/p/available")));
    }

    #[test]
    fn a_download_follows_redirects_and_fails_on_http_errors() {
        assert_eq!(
            curl("https://h/x.tgz").words(),
            ["curl", "-fsSL", "--", "https://h/x.tgz"]
        );
    }
}
