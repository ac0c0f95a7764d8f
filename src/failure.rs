//! How a command ends badly: what to tell, and the exit code. Where it is printed is decided once,
//! at the edge of a command or hook (`Ctx::tell`), because Dokku's compiled plugins put `FAILED: `
//! in front of a text and its shell plugins don't (reference 01 §6.1).

use std::fmt::Display;

use crate::app::NameError;

/// The result of every command, hook and step.
pub type Outcome<T = ()> = Result<T, Failure>;

/// A reason to stop.
#[derive(Debug)]
pub enum Failure {
    /// A text for stderr (with `FAILED: ` from compiled plugins), exit 1.
    Text(String),
    /// A text for stderr exactly as it stands, and an exit code.
    Exact(String, i32),
    /// A bad or unknown app name; shell and compiled plugins word it differently. Exit 1.
    Name(NameError),
    /// Already told, or a child's own status: only the exit code is left.
    Status(i32),
}

impl Failure {
    /// A text with exit code 1.
    pub fn text(text: impl Display) -> Self {
        Self::Text(text.to_string())
    }

    /// `Ok` for status 0, else the status.
    pub fn from_status(status: i32) -> Outcome {
        if status == 0 {
            Ok(())
        } else {
            Err(Self::Status(status))
        }
    }

    /// The exit code.
    pub fn code(&self) -> i32 {
        match self {
            Self::Text(_) | Self::Name(_) => 1,
            Self::Exact(_, code) | Self::Status(code) => *code,
        }
    }
}

/// Shorthand: stop with a text and exit code 1.
pub fn fail<T>(text: impl Display) -> Outcome<T> {
    Err(Failure::text(text))
}

impl From<NameError> for Failure {
    fn from(error: NameError) -> Self {
        Self::Name(error)
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::text(error)
    }
}

/// The exit code of an outcome.
pub fn code_of(outcome: &Outcome) -> i32 {
    outcome.as_ref().err().map_or(0, Failure::code)
}
