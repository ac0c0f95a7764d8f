//! `ssh-keys:*`. Reference 14 §5.

use std::io::Read;
use std::os::unix::ffi::OsStrExt;

use thiserror::Error;

use super::key_file::{KeyFile, verify};
use super::settings::settings;
use super::sshcommand::{ACL_ADD_USAGE, listing};
use crate::ctx::{Ctx, Input};
use crate::failure::{Failure, Outcome};
use crate::formats::authorized_keys::PublicKey;
use crate::registry::Call;
use crate::ui::stdin_is_terminal;

/// What the commands refuse.
#[derive(Debug, Error)]
enum SshKeysError {
    #[error("No key specified via file or pipe")]
    NoKey,
    #[error("Empty key was specified")]
    EmptyKey,
    #[error(
        "Too many keys provided, set one per invocation of dokku ssh-keys:add <NAME> <KEY_FILE>"
    )]
    TooMany,
    #[error("Key specified in is not a valid ssh public key")]
    NotAKey,
    #[error("A name is required to remove a key, ie: dokku ssh-keys:remove <name>")]
    NoName,
}

impl From<SshKeysError> for Failure {
    fn from(error: SshKeysError) -> Self {
        Self::text(error)
    }
}

/// `ssh-keys:list [--format json] [NAME]`. A name `json` lists as JSON, as ever.
pub fn list(ctx: &Ctx, call: &Call) -> Outcome {
    let keys = verify(&KeyFile::of_dokku(ctx))?;
    let (name, format) = match (call.arg(0), call.arg(1)) {
        ("--format", format) => (call.arg(2), format),
        (name, _) => (name, ""),
    };
    listing(ctx, &keys, name, format)
}

/// `ssh-keys:add NAME [KEY_FILE]`: prints the fingerprint.
pub fn add(ctx: &Ctx, call: &Call) -> Outcome {
    let (name, path) = (call.arg(0), call.arg(1));
    let text = if path.is_empty() {
        piped(ctx)?
    } else {
        from_file(path)?
    };
    let key = single_key(&text)?;
    if name.is_empty() {
        return Err(returned(ACL_ADD_USAGE, 1));
    }
    let file = KeyFile::of_dokku(ctx);
    if file.read()?.is_some() {
        // Before anything is written: a broken file stays as it is.
        verify(&file)?;
    }
    let added = file.add(ctx, &settings(ctx), name, key);
    let fingerprint = added.map_err(|error| returned(&error.to_string(), error.code()))?;
    ctx.ui.line(fingerprint);
    Ok(())
}

/// `ssh-keys:remove NAME`: an unknown name is fine.
pub fn remove(ctx: &Ctx, call: &Call) -> Outcome {
    let file = KeyFile::of_dokku(ctx);
    verify(&file)?;
    match call.raw.first().filter(|name| !name.is_empty()) {
        None => Err(SshKeysError::NoName.into()),
        Some(name) => Ok(file.remove(ctx, name.as_bytes())?),
    }
}

/// The shell library's `verify_ssh_key_file`.
pub fn verify_function(ctx: &Ctx, _call: &Call) -> Outcome {
    verify(&KeyFile::of_dokku(ctx)).map(|_| ())
}

/// sshcommand's message, and the line that upstream's plugin puts behind it.
fn returned(text: &str, code: i32) -> Failure {
    Failure::text(format!("{text}\nsshcommand returned an error: {code}"))
}

/// A missing file counts as an empty one; a directory, or what may not be read, as no key.
fn from_file(path: &str) -> Result<Vec<u8>, SshKeysError> {
    use std::io::ErrorKind::{NotADirectory, NotFound};
    std::fs::read(path).map_err(|error| match error.kind() {
        NotFound | NotADirectory => SshKeysError::EmptyKey,
        _ => SshKeysError::NotAKey,
    })
}

/// The key on stdin; anything but a terminal will do.
fn piped(ctx: &Ctx) -> Outcome<Vec<u8>> {
    let mut text = Vec::new();
    match &ctx.input {
        Input::Inherit if stdin_is_terminal() => return Err(SshKeysError::NoKey.into()),
        Input::Inherit => std::io::stdin().lock().read_to_end(&mut text)?,
        Input::Null => 0,
        Input::File(file) => (&**file).read_to_end(&mut text)?,
    };
    Ok(text)
}

/// The one line of a key's text that is not blank.
fn single_key(text: &[u8]) -> Result<&[u8], SshKeysError> {
    let lines = text.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    let mut lines = lines.filter(|line| !line.is_empty());
    let key = lines.next().ok_or(SshKeysError::EmptyKey)?;
    if lines.next().is_some() {
        return Err(SshKeysError::TooMany);
    }
    if PublicKey::parse(&String::from_utf8_lossy(key)).is_err() {
        return Err(SshKeysError::NotAKey);
    }
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str =
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIO5hQFrZNGVSo2aRzXLBcTqQNnYPXx9YYlzyBkR1cVxP me@here";

    fn said(text: &str) -> String {
        match single_key(text.as_bytes()) {
            Ok(key) => String::from_utf8_lossy(key).into_owned(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn a_key_is_one_line_with_or_without_a_newline() {
        assert_eq!(said(KEY), KEY);
        assert_eq!(said(&format!("{KEY}\n")), KEY);
        assert_eq!(said(&format!("\n{KEY}\n\n")), KEY);
        assert_eq!(said(" \n"), SshKeysError::EmptyKey.to_string());
        assert_eq!(
            said(&format!("{KEY}\n{KEY}")),
            SshKeysError::TooMany.to_string()
        );
        assert_eq!(said("nonsense"), SshKeysError::NotAKey.to_string());
    }

    #[test]
    fn a_key_that_brings_its_own_options_is_refused() {
        let text = format!("command=\"x\" {KEY}");
        assert_eq!(said(&text), SshKeysError::NotAKey.to_string());
    }
}
