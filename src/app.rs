//! Validated names. A function that takes `&App` need not ask again whether it is well-formed;
//! one that got it from `App::existing` need not ask whether it is on disk. Reference 10 §1.4.

use std::fmt;

use thiserror::Error;

use crate::ctx::Ctx;
use crate::failure::{Outcome, fail};
use crate::registry::{Call, Dialect};

/// An app's name: safe as one path component and as a docker tag component's source.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct App(String);

/// Why a word is no app.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum NameError {
    /// The empty word.
    #[error("APP must not be null")]
    Null,
    /// Not a legal name.
    #[error("App name must begin with lowercase alphanumeric character")]
    Invalid,
    /// No directory of that name.
    #[error("App {0} does not exist")]
    Missing(String),
}

impl NameError {
    /// The text of the compiled plugins, without `FAILED: `.
    pub fn compiled_text(&self) -> String {
        match self {
            Self::Invalid => format!("{self}, and cannot include uppercase characters or colons"),
            _ => self.to_string(),
        }
    }
}

impl App {
    /// Checks the syntax: first `[a-z0-9]`, no upper-case ASCII letter, no colon; and, unlike
    /// upstream, no `/` and no control character, so that a name is always one path component.
    pub fn parse(name: &str) -> Result<Self, NameError> {
        let first = name.chars().next().ok_or(NameError::Null)?;
        let bad = |c: char| c.is_ascii_uppercase() || c == ':' || c == '/' || c.is_control();
        if !(first.is_ascii_lowercase() || first.is_ascii_digit()) || name.chars().any(bad) {
            return Err(NameError::Invalid);
        }
        Ok(Self(name.to_owned()))
    }

    /// Checks the syntax and that the app's directory exists (symlinks followed).
    pub fn existing(ctx: &Ctx, name: &str) -> Result<Self, NameError> {
        let app = Self::parse(name)?;
        if app.exists(ctx) {
            Ok(app)
        } else {
            Err(NameError::Missing(name.to_owned()))
        }
    }

    /// The existing app that a command's first word names. Compiled plugins tell an empty word
    /// from a missing one, shell plugins don't.
    pub fn required(ctx: &Ctx, dialect: Dialect, call: &Call) -> Outcome<Self> {
        let missing = match dialect {
            Dialect::Shell => call.arg(0).is_empty(),
            Dialect::Compiled => call.args.is_empty(),
        };
        if missing {
            return fail("Please specify an app to run the command on");
        }
        Ok(Self::existing(ctx, call.arg(0))?)
    }

    /// Whether the app's directory exists.
    pub fn exists(&self, ctx: &Ctx) -> bool {
        ctx.paths.app(self).is_dir()
    }

    /// Every app: directories in `$DOKKU_ROOT` (symlinks followed) but `tls`, dot names and names
    /// that are no legal app name, in byte order. Reference 10 §1.6.
    pub fn all(ctx: &Ctx) -> Vec<Self> {
        let Ok(entries) = std::fs::read_dir(ctx.paths.root()) else {
            return Vec::new();
        };
        let mut apps: Vec<Self> = entries
            .flatten()
            .filter(|entry| entry.path().is_dir())
            .filter_map(|entry| entry.file_name().into_string().ok())
            .filter(|name| name != "tls" && !name.starts_with('.'))
            // Upstream lists upper-case directories too; no command can use one.
            .filter_map(|name| Self::parse(&name).ok())
            .collect();
        apps.sort();
        apps
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl AsRef<str> for App {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl std::ops::Deref for App {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_the_reference() {
        for good in [
            "a",
            "1994testapp",
            "app.example.com",
            "my_app",
            "my-app",
            "sp ace",
        ] {
            assert_eq!(App::parse(good).map(|a| a.to_string()), Ok(good.to_owned()));
        }
        for bad in [
            "testApp",
            "TestApp",
            "testapp:latest",
            "-x",
            "_a",
            ".ssh",
            "../x",
            "a/b",
        ] {
            assert_eq!(App::parse(bad), Err(NameError::Invalid), "{bad}");
        }
        assert_eq!(App::parse(""), Err(NameError::Null));
    }
}
