//! A user's `authorized_keys` on disk: read, checked, and replaced under a lock (mode 0600).
//! Reference 14 §1.4–§1.6, §5.5.

use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use nix::unistd::{Uid, User};
use thiserror::Error;

use super::settings::Settings;
use crate::cmd::{Cmd, Effect};
use crate::ctx::Ctx;
use crate::failure::{Failure, Outcome};
use crate::formats::authorized_keys::{AuthorizedKeys, KeyName, PublicKey, entry_line};
use crate::store::Change;
use crate::users::DOKKU_USER;

/// Where a user's keys are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyFile {
    /// The user's home.
    pub home: PathBuf,
    owner: Option<Uid>,
}

/// Why a key is not taken, in the words and with the exit codes of sshcommand.
#[derive(Debug, Error)]
pub enum KeyError {
    /// The name is taken.
    #[error("Duplicate ssh key name")]
    DuplicateName,
    /// The key is known.
    #[error("Duplicate ssh public key specified")]
    DuplicateKey,
    /// The name could break out of the forced command.
    #[error("Invalid ssh key name")]
    InvalidName,
    /// No key, or one with options in front.
    #[error("Invalid ssh public key")]
    InvalidKey,
    /// The file can't be read or written.
    #[error("{0}")]
    File(String),
}

impl KeyError {
    /// The exit code.
    pub fn code(&self) -> i32 {
        match self {
            // What ssh-keygen leaves with.
            Self::InvalidKey => 255,
            _ => 1,
        }
    }
}

impl From<KeyError> for Failure {
    fn from(error: KeyError) -> Self {
        Self::Exact(error.to_string(), error.code())
    }
}

impl KeyFile {
    /// The keys of the dokku user.
    pub fn of_dokku(ctx: &Ctx) -> Self {
        Self {
            home: ctx.paths.root().to_owned(),
            owner: uid(DOKKU_USER),
        }
    }

    /// The keys of a user; `None` when the machine has no such user. In a test world, which has
    /// no users, dokku is the owner of `$DOKKU_ROOT`.
    pub fn of_user(ctx: &Ctx, name: &str) -> Option<Self> {
        if name == DOKKU_USER && ctx.env.is_on("DOKKU_RS_USER") {
            return Some(Self::of_dokku(ctx));
        }
        let user = User::from_name(name).ok().flatten()?;
        Some(Self {
            home: user.dir,
            owner: Some(user.uid),
        })
    }

    /// The file.
    pub fn path(&self) -> PathBuf {
        self.dir().join("authorized_keys")
    }

    fn dir(&self) -> PathBuf {
        self.home.join(".ssh")
    }

    /// The keys; `None` when there is no file or an empty one.
    pub fn read(&self) -> io::Result<Option<AuthorizedKeys>> {
        match std::fs::read(self.path()) {
            Ok(bytes) if bytes.is_empty() => Ok(None),
            Ok(bytes) => Ok(Some(AuthorizedKeys::parse(&bytes))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Adds a key and returns its fingerprint. Nothing is written unless all is well.
    pub fn add(
        &self,
        ctx: &Ctx,
        settings: &Settings,
        name: &str,
        key: &[u8],
    ) -> Result<String, KeyError> {
        let name = KeyName::parse(name).map_err(|_| KeyError::InvalidName)?;
        self.make_dir(ctx)?;
        let added = ctx.store.locked(&self.dir(), || {
            let mut keys = self.read().map_err(io_error)?.unwrap_or_default();
            if settings.unique_name && keys.has_name(name.as_str()) {
                return Err(KeyError::DuplicateName);
            }
            let public = PublicKey::parse(&String::from_utf8_lossy(key));
            let public = public.map_err(|_| KeyError::InvalidKey)?;
            let fingerprint = public.fingerprint();
            if settings.unique_fingerprint && keys.has_fingerprint(&fingerprint) {
                return Err(KeyError::DuplicateKey);
            }
            let home = self.home.to_string_lossy();
            let line = entry_line(
                &fingerprint,
                &name,
                &home,
                &settings.options,
                key.trim_ascii(),
            );
            keys.add(line);
            self.write(ctx, &keys)?;
            Ok(fingerprint)
        });
        added.map_err(|error| KeyError::File(error.to_string()))?
    }

    /// Removes the keys of a name; the file is left alone when there are none.
    pub fn remove(&self, ctx: &Ctx, name: &[u8]) -> Result<(), KeyError> {
        if !self.path().exists() {
            return Ok(());
        }
        let removed = ctx.store.locked(&self.dir(), || {
            let mut keys = self.read().map_err(io_error)?.unwrap_or_default();
            if keys.remove(name) {
                self.write(ctx, &keys)?;
            }
            Ok(())
        });
        removed.map_err(|error| KeyError::File(error.to_string()))?
    }

    /// Makes the directory and an empty file, where they are missing.
    pub fn create(&self, ctx: &Ctx) -> Result<(), KeyError> {
        self.make_dir(ctx)?;
        if self.path().exists() {
            return Ok(());
        }
        self.write(ctx, &AuthorizedKeys::default())
    }

    fn make_dir(&self, ctx: &Ctx) -> Result<(), KeyError> {
        let dir = self.dir();
        if dir.is_dir() {
            return Ok(());
        }
        let made = ctx
            .store
            .make_dir(&dir)
            .and_then(|()| ctx.store.apply(&Change::Chmod(dir.clone(), 0o700)));
        made.map_err(|error| KeyError::File(error.to_string()))?;
        self.give(ctx, &dir);
        Ok(())
    }

    fn write(&self, ctx: &Ctx, keys: &AuthorizedKeys) -> Result<(), KeyError> {
        let path = self.path();
        let written = ctx.store.write_mode(&path, keys.to_bytes(), 0o600);
        written.map_err(|error| KeyError::File(error.to_string()))?;
        self.give(ctx, &path);
        Ok(())
    }

    /// What root wrote must be readable by the user, for sshd reads it as them.
    fn give(&self, ctx: &Ctx, path: &Path) {
        let Some(owner) = self.owner.filter(|_| Uid::effective().is_root()) else {
            return;
        };
        if std::fs::metadata(path).is_ok_and(|meta| meta.uid() == owner.as_raw()) {
            return;
        }
        let chown = Cmd::new("chown").arg(owner.to_string()).arg(path);
        // Said by chown itself when it can't.
        ctx.status(&chown.effect(Effect::Anything));
    }
}

fn uid(name: &str) -> Option<Uid> {
    let user = User::from_name(name).ok().flatten();
    user.map(|user| user.uid)
}

fn io_error(error: io::Error) -> KeyError {
    KeyError::File(error.to_string())
}

/// Checks every line of the dokku user's keys; all bad ones are told.
pub fn verify(file: &KeyFile) -> Outcome<AuthorizedKeys> {
    let Some(keys) = file.read()? else {
        return Err(Failure::text("No public keys found."));
    };
    let path = file.path();
    let bad: Vec<String> = keys
        .bad_lines()
        .iter()
        .map(|line| format!("{} line {line} failed ssh-keygen check.", path.display()))
        .collect();
    if bad.is_empty() {
        Ok(keys)
    } else {
        Err(Failure::text(bad.join("\n")))
    }
}
