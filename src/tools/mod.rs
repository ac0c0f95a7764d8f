//! Argv builders and output parsers of the programs that Dokku runs. Pure: running is `exec`'s.

pub mod docker;
pub mod git;
pub mod inspect;
pub mod network;
pub mod nginx;
pub mod template_host;
