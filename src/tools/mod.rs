//! Argv builders and output parsers of the programs that Dokku runs. Pure: running is `exec`'s.

pub mod accounts;
pub mod docker;
pub mod git;
pub mod inspect;
pub mod plugin_source;
pub mod tar;
