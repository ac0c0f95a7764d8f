//! Argv builders and output parsers of the programs that Dokku runs. Pure: running is `exec`'s.

pub mod curl;
pub mod docker;
pub mod inspect;
pub mod tar;
