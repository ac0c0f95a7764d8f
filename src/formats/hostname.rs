//! Domain names: which are valid, which are addresses, and the default domains of an app
//! (reference 42 §2). The VHOST files themselves belong to the domains plugin.

use std::fmt;
use std::net::Ipv6Addr;

/// A valid domain, stored as typed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Domain(String);

/// A domain that [`is_valid_hostname`] refuses.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0} is invalid. exiting...")]
pub struct InvalidDomain(pub String);

impl Domain {
    /// Validates `text`.
    ///
    /// # Errors
    /// `$D is invalid. exiting...`
    pub fn parse(text: &str) -> Result<Self, InvalidDomain> {
        if is_valid_hostname(text) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidDomain(text.to_owned()))
        }
    }

    /// The domain as typed.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether `name` is made of letters, digits, `-`, `*` and dots, and doesn't end in a dot. Neither
/// labels nor lengths are checked.
pub fn is_valid_hostname(name: &str) -> bool {
    let is_label = |c: char| c.is_ascii_alphanumeric() || c == '*' || c == '-';
    name.ends_with(is_label) && name.chars().all(|c| is_label(c) || c == '.')
}

/// Whether `name` ends in an IPv4 address: four groups of up to three digits.
pub fn ends_in_ipv4(name: &str) -> bool {
    let is_group =
        |group: &str| (1..=3).contains(&group.len()) && group.bytes().all(|b| b.is_ascii_digit());
    let mut groups = name.rsplit('.');
    let last_three = groups
        .by_ref()
        .take(3)
        .filter(|group| is_group(group))
        .count();
    last_three == 3
        && groups
            .next()
            .is_some_and(|group| group.ends_with(|c: char| c.is_ascii_digit()))
}

/// Whether `name` is an IPv6 address.
pub fn is_ipv6(name: &str) -> bool {
    name.parse::<Ipv6Addr>().is_ok()
}

/// Whether any line of the global `VHOST` file makes a domain, so that apps get default domains.
pub fn is_global_vhost_enabled(global: &str) -> bool {
    global.lines().any(is_valid_hostname)
}

/// The default domains of `app` for the content of the global `VHOST` file. `hook` runs the trigger
/// `nginx-hostname APP SUBDOMAIN VHOST` and returns its output, which wins unless it's empty.
/// Duplicates are dropped.
///
/// # Errors
/// Those of `hook`.
pub fn default_vhosts<E>(
    app: &str,
    global: &str,
    mut hook: impl FnMut(&str, &str) -> Result<String, E>,
) -> Result<Vec<String>, E> {
    let mut domains: Vec<String> = Vec::new();
    if !is_global_vhost_enabled(global) {
        return Ok(domains);
    }
    let vhosts = global.lines().filter(|line| !line.trim().is_empty());
    for vhost in vhosts.filter(|line| !ends_in_ipv4(line) && !is_ipv6(line)) {
        let subdomain = app
            .strip_suffix(vhost)
            .and_then(|rest| rest.strip_suffix('.'))
            .unwrap_or(app);
        let answer = hook(subdomain, vhost)?;
        let domain = match answer.is_empty() {
            true => default_vhost(app, vhost),
            false => answer,
        };
        if !domains.contains(&domain) {
            domains.push(domain);
        }
    }
    Ok(domains)
}

/// A dotted app name is its own domain, another one a subdomain of `vhost`.
fn default_vhost(app: &str, vhost: &str) -> String {
    let name = app.replacen('/', "-", 1);
    if app.contains('.') {
        name
    } else {
        format!("{name}.{vhost}")
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    fn vhosts(app: &str, global: &str) -> Vec<String> {
        let Ok(domains) = default_vhosts(app, global, |_, _| Ok::<_, Infallible>(String::new()));
        domains
    }

    #[test]
    fn names_of_letters_digits_hyphens_stars_and_dots_are_valid() {
        for name in [
            "dokku.me",
            ".dokku.me",
            "*.dokku.me",
            "a*b",
            "a--b.c",
            "127.0.0.1",
            "-",
            "DOKKU.Me",
            "a..b",
            "localhost",
        ] {
            assert_eq!(
                Domain::parse(name).map(|d| d.to_string()),
                Ok(name.to_owned())
            );
        }
        for name in [
            "",
            ".",
            "dokku.me.",
            "a_b",
            "a:80",
            "http://x.y",
            "a b",
            "é.de",
            "a\\b",
        ] {
            assert!(!is_valid_hostname(name), "{name}");
        }
    }

    #[test]
    fn an_invalid_domain_is_named_in_the_message() {
        let message = Domain::parse("http://x.y").map_err(|error| error.to_string());
        assert_eq!(message, Err("http://x.y is invalid. exiting...".to_owned()));
    }

    #[test]
    fn only_a_trailing_ipv4_address_counts() {
        for name in ["127.0.0.1", "x.127.0.0.1", "1234.1.1.1", "a1.2.3.4"] {
            assert!(ends_in_ipv4(name), "{name}");
        }
        for name in [
            "127.0.0.1.xip.io.dokku.me",
            "1.1.1.1234",
            "1.1.1",
            "a.1.1.1",
            "1..1.1",
            "",
        ] {
            assert!(!ends_in_ipv4(name), "{name}");
        }
        assert!(is_ipv6("::1") && is_ipv6("fe80::1:2") && !is_ipv6("dokku.me"));
    }

    #[test]
    fn default_domains_are_subdomains_of_each_global_domain() {
        assert_eq!(
            vhosts("app", "dokku.me\n\nx.y\n"),
            ["app.dokku.me", "app.x.y"]
        );
        assert_eq!(vhosts("a/b/c", "dokku.me"), ["a-b/c.dokku.me"]);
        assert_eq!(
            vhosts("app", "127.0.0.1.xip.io.dokku.me"),
            ["app.127.0.0.1.xip.io.dokku.me"]
        );
    }

    #[test]
    fn a_dotted_app_is_its_own_domain_once() {
        assert_eq!(vhosts("test.dokku.test", "dokku.test"), ["test.dokku.test"]);
        assert_eq!(
            vhosts("test.dokku.test", "dokku.test\nx.y"),
            ["test.dokku.test"]
        );
    }

    #[test]
    fn addresses_and_missing_global_domains_give_no_default() {
        for global in ["", "\n", "127.0.0.1\n::1\n", "not valid\n"] {
            assert_eq!(vhosts("app", global), Vec::<String>::new(), "{global:?}");
        }
        assert!(is_global_vhost_enabled("bad_one\n127.0.0.1"));
    }

    #[test]
    fn the_hook_sees_the_subdomain_and_its_output_is_used_verbatim() {
        let hook = |sub: &str, vhost: &str| Ok::<_, Infallible>(format!("{sub}_{vhost}"));
        let Ok(domains) = default_vhosts("test.dokku.test", "dokku.test\nx.y", hook);
        assert_eq!(domains, ["test_dokku.test", "test.dokku.test_x.y"]);
    }

    #[test]
    fn a_failing_hook_ends_the_computation() {
        assert_eq!(default_vhosts("app", "dokku.me", |_, _| Err(7)), Err(7));
    }
}
