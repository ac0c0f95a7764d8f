//! The command lines of `dokku install` and `dokku uninstall`.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::Parser;
use clap::error::ErrorKind;

use crate::ctx::Ctx;
use crate::failure::{Failure, Outcome};
use crate::formats::hostname::Domain;

/// Sets dokku up on this machine, or brings an older installation up to date. Run it as root;
/// running it again does no harm.
#[derive(Debug, Parser)]
#[command(bin_name = "dokku install")]
pub struct InstallOptions {
    /// Directory below which bin/ gets the programs
    #[arg(long, value_name = "DIR", default_value = "/usr")]
    pub prefix: PathBuf,
    /// Name of this host, for the URLs of apps without domains [default: what `hostname -f` says]
    #[arg(long, value_name = "NAME", value_parser = Domain::parse)]
    pub hostname: Option<Domain>,
    /// Domain below which each new app gets its own [default: the host's name, if it resolves]
    #[arg(long, value_name = "DOMAIN", value_parser = Domain::parse)]
    pub vhost: Option<Domain>,
}

/// Takes dokku away from this machine. Apps, their configuration, data, containers, third-party
/// plugins and the user stay.
#[derive(Debug, Parser)]
#[command(bin_name = "dokku uninstall")]
pub struct UninstallOptions {
    /// Directory below which bin/ has the programs
    #[arg(long, value_name = "DIR", default_value = "/usr")]
    pub prefix: PathBuf,
}

/// Reads a command line; `words` begins with the command. Help goes to stdout with status 0, a
/// wrong line's text to stderr with status 2.
pub fn parse<P: Parser>(ctx: &Ctx, words: &[OsString]) -> Outcome<P> {
    P::try_parse_from(words).map_err(|error| {
        let text = error.to_string();
        if error.kind() == ErrorKind::DisplayHelp {
            ctx.ui.write(text.as_bytes());
            return Failure::Status(0);
        }
        Failure::Exact(text.trim_end().to_owned(), 2)
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn the_programs_go_to_usr_unless_told_otherwise() {
        let plain = InstallOptions::try_parse_from(["install"]).unwrap();
        assert_eq!(plain.prefix, PathBuf::from("/usr"));
        let local = InstallOptions::try_parse_from(["install", "--prefix", "/usr/local"]).unwrap();
        assert_eq!(local.prefix, PathBuf::from("/usr/local"));
    }

    #[test]
    fn a_domain_that_is_none_is_refused() {
        let error = InstallOptions::try_parse_from(["install", "--vhost", "not a domain"]);
        assert!(error.unwrap_err().to_string().contains("not a domain"));
    }
}
