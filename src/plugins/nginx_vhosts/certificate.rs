//! Whether the names of an app's certificate fit its domains. Reference 40 §5 step 8, §5.2.

use crate::app::App;
use crate::ctx::Ctx;

/// Whether a name of a certificate, which may hold `*` for (a part of) one label, covers a domain.
pub fn covers(name: &str, domain: &str) -> bool {
    let (mut names, mut labels) = (name.split('.'), domain.split('.'));
    loop {
        match (names.next(), labels.next()) {
            (None, None) => return true,
            (Some(pattern), Some(label)) if label_matches(pattern, label) => {}
            _ => return false,
        }
    }
}

fn label_matches(pattern: &str, label: &str) -> bool {
    let (pattern, label) = (pattern.to_ascii_lowercase(), label.to_ascii_lowercase());
    let Some((head, tail)) = pattern.split_once('*') else {
        return pattern == label;
    };
    let rest = label.strip_prefix(head);
    rest.is_some_and(|rest| rest.ends_with(tail))
}

/// The domains that some name of the certificate covers.
pub fn covered(names: &[String], domains: &[String]) -> Vec<String> {
    let mut domains = domains.to_vec();
    domains.retain(|domain| names.iter().any(|name| covers(name, domain)));
    domains
}

/// Tells when no domain of the app is covered; that is no error.
pub fn warn_of_mismatch(
    ctx: &Ctx,
    app: &App,
    names: &[String],
    vhosts: &[String],
    domains: &[String],
) {
    if !covered(names, vhosts).is_empty() {
        return;
    }
    let info1 = |text: &str| ctx.ui.info1(text);
    info1(&format!(
        "No matching configured domains for {app} found in SSL certificate. Your app will show as \
         insecure in a browser if accessed via SSL"
    ));
    info1("Please add appropriate domains via the dokku domains command");
    for (heading, list) in [
        ("Configured domains for app:", domains),
        ("Domains found in SSL certificate:", names),
    ] {
        if !list.is_empty() {
            info1(heading);
        }
        for name in list {
            ctx.ui.info2(name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wildcard_covers_exactly_one_label() {
        assert!(covers("*.dokku.me", "app.dokku.me"));
        assert!(!covers("*.dokku.me", "a.app.dokku.me"));
        assert!(!covers("*.dokku.me", "dokku.me"));
        assert!(covers("www-*.dokku.me", "www-1.dokku.me"));
    }

    #[test]
    fn names_are_compared_whole_and_without_regard_to_case() {
        assert!(covers("App.dokku.me", "app.Dokku.me"));
        assert!(!covers("app.dokku.me", "xapp.dokku.me"));
        assert!(!covers("app.dokku.me", "app.dokku.me.evil.com"));
        assert!(!covers("app.dokku.me", "appxdokku.me"));
    }
}
