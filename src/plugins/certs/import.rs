//! Getting a certificate and its key from files or out of a tar archive, and checking them before
//! anything is replaced. Reference 43 §2.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::cmd::Stdin;
use crate::ctx::{Ctx, Input};
use crate::failure::{Failure, Outcome};
use crate::tools::{openssl, tar};
use crate::ui::stdin_is_terminal;

/// Why a certificate can't be imported.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum ImportError {
    /// A path that is no file.
    #[error("{0} file specified not found, please check file paths")]
    NotFound(&'static str),
    /// Neither files nor an archive were given.
    #[error("Tar archive containing server.crt and server.key expected on stdin")]
    NothingGiven,
    /// An archive without such a file.
    #[error("Tar archive is missing .{0} file")]
    Missing(&'static str),
    /// An archive with several such files.
    #[error("Tar archive contains more than one .{0} file")]
    Several(&'static str),
    /// A file that openssl does not understand.
    #[error("{0} file is not valid PEM: {1}")]
    Unreadable(&'static str, String),
    /// A key of another certificate.
    #[error("KEY file does not belong to the certificate in the CRT file")]
    Mismatch,
}

impl From<ImportError> for Failure {
    fn from(error: ImportError) -> Self {
        Self::text(error)
    }
}

/// A certificate (with its chain) and its key, PEM each.
pub struct Pair {
    /// Certificate.
    pub crt: Vec<u8>,
    /// Private key.
    pub key: Vec<u8>,
}

/// Reads the pair from two files, or else from the archive on stdin.
pub fn read(ctx: &Ctx, crt: Option<&OsString>, key: Option<&OsString>) -> Outcome<Pair> {
    let given = |word: Option<&OsString>| word.filter(|word| !word.is_empty()).map(PathBuf::from);
    match (given(crt), given(key)) {
        (Some(crt), Some(key)) => from_files(&crt, &key),
        _ if matches!(ctx.input, Input::Inherit) && stdin_is_terminal() => {
            Err(ImportError::NothingGiven.into())
        }
        _ => from_archive(ctx),
    }
}

fn from_files(crt: &Path, key: &Path) -> Outcome<Pair> {
    for (path, name) in [(crt, "CRT"), (key, "KEY")] {
        if !path.is_file() {
            return Err(ImportError::NotFound(name).into());
        }
    }
    pair(crt, key)
}

fn from_archive(ctx: &Ctx) -> Outcome<Pair> {
    let archive = ctx.read_input()?;
    let temp = temp_dir(ctx, "set")?;
    let extract = tar::extract_listing(temp.path(), tar::is_gzipped(&archive));
    ctx.run(&extract.stdin(Stdin::Bytes(archive)))?;
    let files = visible_files(temp.path())?;
    pair(&only(&files, "crt")?, &only(&files, "key")?)
}

fn pair(crt: &Path, key: &Path) -> Outcome<Pair> {
    Ok(Pair {
        crt: std::fs::read(crt)?,
        key: std::fs::read(key)?,
    })
}

/// A directory below `/tmp` that only we can read; it goes when it is dropped.
pub fn temp_dir(ctx: &Ctx, purpose: &str) -> Outcome<tempfile::TempDir> {
    let pid = ctx.env.get("DOKKU_PID");
    let temp = tempfile::Builder::new()
        .prefix(&format!("dokku-{pid}-cmd-certs-{purpose}."))
        .tempdir_in("/tmp")?;
    Ok(temp)
}

/// Regular files below a directory; names that begin with a dot (such as the `._server.crt` of
/// macOS) and links don't count.
fn visible_files(dir: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(dir)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        if entry.file_name().to_string_lossy().starts_with('.') {
            continue;
        }
        if kind.is_dir() {
            files.extend(visible_files(&entry.path())?);
        } else if kind.is_file() {
            files.push(entry.path());
        }
    }
    Ok(files)
}

/// The one file of a kind.
fn only(files: &[PathBuf], kind: &'static str) -> Result<PathBuf, ImportError> {
    // Compat: upstream's pattern `.crt$` takes any character for the dot.
    let fits = |path: &&PathBuf| path.to_string_lossy().ends_with(kind);
    let mut found = files.iter().filter(fits);
    match (found.next(), found.next()) {
        (None, _) => Err(ImportError::Missing(kind)),
        (Some(path), None) => Ok(path.clone()),
        (Some(_), Some(_)) => Err(ImportError::Several(kind)),
    }
}

impl Pair {
    /// Fails unless both are readable and belong together: nginx would refuse them later.
    pub fn check(&self, ctx: &Ctx) -> Outcome {
        let public = |name, cmd| {
            let output = ctx.output(&cmd);
            if output.ok() {
                Ok(output.stdout)
            } else {
                let reason = output.error_text();
                let first = reason.lines().next().unwrap_or_default().to_owned();
                Err(ImportError::Unreadable(name, first))
            }
        };
        let of_crt = public("CRT", openssl::public_key_of_certificate(self.crt.clone()))?;
        let of_key = public("KEY", openssl::public_key_of_private_key(self.key.clone()))?;
        if of_crt == of_key {
            Ok(())
        } else {
            Err(ImportError::Mismatch.into())
        }
    }
}

#[cfg(test)]
#[expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "tests lay files out"
)]
mod tests {
    use super::*;

    #[test]
    fn hidden_files_links_and_directories_are_no_certificates() {
        let temp = tempfile::tempdir().unwrap();
        let dir = temp.path();
        std::fs::create_dir_all(dir.join("certs/.git")).unwrap();
        std::fs::create_dir_all(dir.join("dir.crt")).unwrap();
        for name in [
            "certs/my.site.crt",
            "certs/._my.site.crt",
            "certs/.git/x.crt",
            "a.key",
        ] {
            std::fs::write(dir.join(name), "").unwrap();
        }
        std::os::unix::fs::symlink("a.key", dir.join("b.key")).unwrap();
        let files = visible_files(dir).unwrap();
        assert_eq!(only(&files, "crt"), Ok(dir.join("certs/my.site.crt")));
        assert_eq!(only(&files, "key"), Ok(dir.join("a.key")));
    }

    #[test]
    fn an_archive_must_hold_exactly_one_of_each() {
        let files = ["/t/a.crt", "/t/b.crt"].map(PathBuf::from);
        let error = |kind| only(&files, kind).unwrap_err().to_string();
        assert_eq!(error("crt"), "Tar archive contains more than one .crt file");
        assert_eq!(error("key"), "Tar archive is missing .key file");
    }
}
