//! Argv builders and output parsers of the programs that Dokku runs. Pure: running is `exec`'s.

pub mod accounts;
pub mod curl;
pub mod docker;
pub mod git;
pub mod inspect;
pub mod network;
pub mod nginx;
pub mod openssl;
pub mod plugin_source;
pub mod tar;
pub mod template_host;
