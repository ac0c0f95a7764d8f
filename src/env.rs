//! A snapshot of environment variables, taken once at start. Nothing later reads the process
//! environment; children get exactly this map. What each name means is told in reference 01 §2.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};

/// Environment variables by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Env {
    vars: BTreeMap<OsString, OsString>,
}

impl Env {
    /// Makes a snapshot from any list of pairs; a later pair wins.
    pub fn from_pairs(pairs: impl IntoIterator<Item = (OsString, OsString)>) -> Self {
        Self {
            vars: pairs.into_iter().collect(),
        }
    }

    /// The value as text; empty when unset or not UTF-8.
    pub fn get(&self, name: &str) -> &str {
        self.vars
            .get(OsStr::new(name))
            .and_then(|v| v.to_str())
            .unwrap_or("")
    }

    /// The raw value, when set.
    pub fn raw(&self, name: &str) -> Option<&OsStr> {
        self.vars.get(OsStr::new(name)).map(OsString::as_os_str)
    }

    /// Whether the variable is set to something non-empty (bash's `[[ -n $X ]]`).
    pub fn is_on(&self, name: &str) -> bool {
        self.raw(name).is_some_and(|v| !v.is_empty())
    }

    /// Sets a variable.
    pub fn set(&mut self, name: impl Into<OsString>, value: impl Into<OsString>) {
        self.vars.insert(name.into(), value.into());
    }

    /// Sets a variable that is unset or empty (bash's `${X:=value}`).
    pub fn set_default(&mut self, name: &str, value: impl Into<OsString>) {
        if !self.is_on(name) {
            self.set(name, value);
        }
    }

    /// Removes a variable.
    pub fn unset(&mut self, name: &str) {
        self.vars.remove(OsStr::new(name));
    }

    /// All pairs, sorted by name.
    pub fn pairs(&self) -> impl Iterator<Item = (&OsStr, &OsStr)> {
        self.vars
            .iter()
            .map(|(k, v)| (k.as_os_str(), v.as_os_str()))
    }
}
