//! The host names under which an app is served. Reference 40 §5 steps 7 and 8.

use std::collections::BTreeSet;

use super::certificate;
use crate::app::App;
use crate::ctx::Ctx;
use crate::plugins::{certs, domains};

/// The names of one build.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    /// Whether the app has domains at all.
    pub vhosts_enabled: bool,
    /// Whether it has a certificate.
    pub tls: bool,
    /// Its domains.
    pub domains: Vec<String>,
    /// Domains that the certificate covers; the host's name when vhosts are disabled.
    pub tls_domains: Vec<String>,
}

/// Whether the app has domains.
pub fn vhosts_enabled(ctx: &Ctx, app: &App) -> bool {
    domains::is_enabled(ctx, app)
}

/// Whether the app has a certificate.
pub fn tls_enabled(ctx: &Ctx, app: &App) -> bool {
    certs::is_enabled(ctx, app)
}

impl Names {
    /// Collects the names; tells on stdout when the certificate covers none of the domains.
    pub fn of(ctx: &Ctx, app: &App) -> Self {
        let mut names = Self {
            vhosts_enabled: vhosts_enabled(ctx, app),
            tls: tls_enabled(ctx, app),
            domains: domains::app_domains(ctx, app),
            tls_domains: Vec::new(),
        };
        if !names.tls {
            return names;
        }
        let of_certificate = certs::hostnames(ctx, app);
        let vhosts = lines(&ctx.paths.app_file(app, "VHOST"));
        certificate::warn_of_mismatch(ctx, app, &of_certificate, &vhosts, &names.domains);
        names.tls_domains = if names.vhosts_enabled {
            certificate::covered(&of_certificate, &vhosts)
        } else {
            lines(&ctx.paths.root().join("HOSTNAME"))
        };
        names
    }

    /// `server_name` of every server.
    pub fn server_name(&self) -> String {
        self.domains.join(" ")
    }

    /// `server_name` of TLS servers alone: what is not in `server_name` already.
    pub fn tls_server_name(&self) -> String {
        let extra = self.tls_domains.iter().rev();
        let extra: Vec<&str> = extra
            .filter(|name| !self.domains.contains(name))
            .map(String::as_str)
            .collect();
        extra.join(" ")
    }

    /// All names, each once, in byte order.
    pub fn all(&self) -> BTreeSet<&str> {
        let all = self.domains.iter().chain(&self.tls_domains);
        all.map(String::as_str).collect()
    }

    /// `https` with a certificate, else `http`.
    pub fn scheme(&self) -> &'static str {
        if self.tls { "https" } else { "http" }
    }
}

fn lines(path: &std::path::Path) -> Vec<String> {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    text.lines()
        .filter(|line| !line.is_empty())
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn the_tls_name_adds_only_what_all_servers_have_not() {
        let mut names = Names {
            vhosts_enabled: true,
            tls: true,
            domains: list(&["a.me", "b.me"]),
            tls_domains: list(&["b.me"]),
        };
        assert_eq!(names.tls_server_name(), "");
        names.domains = Vec::new();
        names.tls_domains = list(&["x", "y"]);
        assert_eq!(names.tls_server_name(), "y x");
    }

    #[test]
    fn names_are_listed_once_with_wildcards_and_capitals_first() {
        let names = Names {
            domains: list(&["b.me", "*.b.me", "B.me"]),
            tls_domains: list(&["b.me"]),
            ..Default::default()
        };
        let all: Vec<&str> = names.all().into_iter().collect();
        assert_eq!(all, ["*.b.me", "B.me", "b.me"]);
    }
}
