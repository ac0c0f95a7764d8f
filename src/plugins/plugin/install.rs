//! `plugin:install` and `plugin:install-dependencies`. Reference 03 §5.

use super::commands::enable_told;
use super::tree::{self, Name};
use super::{completion, fetch, update};
use crate::ctx::Ctx;
use crate::failure::Outcome;
use crate::registry::Call;

/// A plugin to download.
#[derive(Debug, PartialEq, Eq)]
struct Request<'a> {
    url: &'a str,
    name: &'a str,
    committish: &'a str,
}

/// `plugin:install [--core | URL [--committish C] [--name N]]`.
pub fn command(ctx: &Ctx, call: &Call) -> Outcome {
    match call.arg(0) {
        "--core" => {
            if call.args.len() > 1 {
                ctx.ui.info1_quiet(
                    "Cannot install additional core plugins, running core plugin install trigger",
                );
            }
            ctx.core_only().trigger("install", &[])?;
        }
        word => {
            if is_url(word) {
                download_and_enable(ctx, &request(call))?;
            } else if !word.is_empty() {
                ctx.ui
                    .warn(format!("Ignoring {word}: not a URL of a plugin"));
            }
            ctx.trigger("install", &[])?;
        }
    }
    completion::prime(ctx)
}

/// `plugin:install-dependencies [--core]`.
pub fn dependencies(ctx: &Ctx, call: &Call) -> Outcome {
    if call.arg(0) == "--core" {
        ctx.core_only().trigger("dependencies", &[])
    } else {
        ctx.trigger("dependencies", &[])
    }
}

/// Upstream knows neither `http:` nor scp-like addresses, and ignores such a word silently.
fn is_url(word: &str) -> bool {
    let starts = ["https:", "http:", "git", "ssh:", "file:"];
    let ends = [".tar.gz", ".tgz", ".git"];
    starts.iter().any(|start| word.starts_with(start)) || ends.iter().any(|end| word.ends_with(end))
}

/// Options stand behind the URL; the first word that is none ends them, unknown ones are ignored.
fn request(call: &Call) -> Request<'_> {
    let url = call.arg(0);
    let mut request = Request {
        url,
        name: default_name(url),
        committish: "",
    };
    let mut words = call.rest(1).iter().map(String::as_str);
    while let Some(word) = words.next().filter(|word| word.starts_with('-')) {
        match word {
            "--committish" => request.committish = words.next().unwrap_or_default(),
            "--name" => request.name = words.next().unwrap_or_default(),
            _ => {}
        }
    }
    request
}

/// The last component without `.git` and without `dokku-`.
fn default_name(url: &str) -> &str {
    let last = url.rsplit('/').next().unwrap_or_default();
    let base = last.strip_suffix(".git").unwrap_or(last);
    base.strip_prefix("dokku-").unwrap_or(base)
}

/// Enables the plugin last, when it is there whole and at the wanted commit.
fn download_and_enable(ctx: &Ctx, request: &Request) -> Outcome {
    let name = Name::parse(request.name)?;
    ctx.ui.info1_quiet(format!(
        "Cloning plugin repo {} to {}",
        request.url,
        name.available(ctx).display()
    ));
    fetch::fetch(ctx, request.url, &name)?;
    let (told, pinned) = ctx.ui.capture(|| match request.committish {
        "" => Ok(()),
        committish => update::update(ctx, request.name, committish),
    });
    let enabled = pinned.and_then(|()| enable_told(ctx, &name));
    if enabled.is_err() {
        tree::remove(ctx, &name)?;
    }
    // Compat: told behind the line of enabling, although it was done before.
    ctx.ui.write(&told);
    enabled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_from_the_last_component() {
        for (url, name) in [
            ("https://github.com/dokku/dokku-postgres.git", "postgres"),
            ("https://github.com/dokku/dokku-redis", "redis"),
            ("git@github.com:x/legit", "legit"),
        ] {
            assert_eq!(default_name(url), name);
        }
    }

    #[test]
    fn options_end_at_the_first_other_word() {
        let call = Call::of(
            "plugin:install",
            &[
                "https://h/x.git",
                "--committish",
                "v1",
                "--odd",
                "--name",
                "y",
                "z",
                "--name",
                "w",
            ],
        );
        assert_eq!(
            request(&call),
            Request {
                url: "https://h/x.git",
                name: "y",
                committish: "v1"
            }
        );
    }

    #[test]
    fn addresses_and_archives_are_urls_and_names_are_not() {
        for url in [
            "https://h/x",
            "http://h/x.git",
            "git@h:x",
            "ssh://h/x",
            "file:///x",
            "me@h:x.git",
            "/tmp/x.tgz",
        ] {
            assert!(is_url(url), "{url}");
        }
        assert!(!is_url("postgres") && !is_url("/tmp/plugin"));
    }
}
