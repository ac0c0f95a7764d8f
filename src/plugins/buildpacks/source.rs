//! What counts as a buildpack: `OWNER/NAME` or a url. Pure. Reference 21, "Buildpack value syntax".

use thiserror::Error;

use crate::failure::Failure;

/// Why a word is no buildpack.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum SourceError {
    /// The empty word; upstream words it the same for add, set and remove.
    #[error("Must specify a buildpack to add")]
    Missing,
    /// Neither shorthand nor url.
    #[error("Invalid buildpack specified: {0}")]
    Invalid(String),
}

impl From<SourceError> for Failure {
    fn from(error: SourceError) -> Self {
        Self::text(error)
    }
}

/// The url that a buildpack word stands for.
pub fn url(word: &str) -> Result<String, SourceError> {
    let word = word.trim();
    if word.is_empty() {
        return Err(SourceError::Missing);
    }
    if let Some((owner, name)) = shorthand(word) {
        return Ok(format!(
            "https://github.com/{owner}/heroku-buildpack-{name}.git"
        ));
    }
    if is_url(word) {
        Ok(word.to_owned())
    } else {
        Err(SourceError::Invalid(word.to_owned()))
    }
}

/// `OWNER/NAME`; hyphens are allowed, unlike upstream (`heroku-community/apt`).
fn shorthand(word: &str) -> Option<(&str, &str)> {
    let is_name = |part: &str| {
        let inner = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        !part.is_empty() && !part.starts_with('-') && part.chars().all(inner)
    };
    word.split_once('/')
        .filter(|(owner, name)| is_name(owner) && is_name(name))
}

/// `SCHEME://HOST/OWNER/REPOSITORY…`, `git@HOST:OWNER/REPOSITORY…`, or an archive at the root of
/// a host.
fn is_url(word: &str) -> bool {
    if word.chars().any(char::is_whitespace) {
        return false;
    }
    let schemes = ["https", "http", "git"].iter();
    let rest = schemes
        .filter_map(|scheme| word.strip_prefix(scheme))
        .find_map(|rest| rest.strip_prefix("://").or(rest.strip_prefix('@')));
    let Some((host, path)) = rest.and_then(|rest| rest.split_once(['/', ':'])) else {
        return false;
    };
    if host.is_empty() {
        return false;
    }
    match path.split_once(['/', ':']) {
        // What follows the owner must begin with a slash, so a second colon is no url.
        Some((owner, repository)) => {
            !owner.is_empty()
                && !repository.is_empty()
                && path.get(owner.len()..).is_some_and(|r| r.starts_with('/'))
        }
        None => word.starts_with("http") && is_archive(path),
    }
}

fn is_archive(path: &str) -> bool {
    [".tgz", ".tar.gz"].iter().any(|ending| {
        path.strip_suffix(ending)
            .is_some_and(|stem| !stem.is_empty())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_owner_and_a_name_stand_for_a_github_repository() {
        let php = "https://github.com/heroku/heroku-buildpack-php.git".to_owned();
        assert_eq!(url("heroku/php"), Ok(php.clone()));
        assert_eq!(url(" heroku/php\n"), Ok(php));
        let apt = "https://github.com/heroku-community/heroku-buildpack-apt.git".to_owned();
        assert_eq!(url("heroku-community/apt"), Ok(apt));
    }

    #[test]
    fn urls_are_kept_as_they_are() {
        for good in [
            "https://github.com/a/b",
            "https://github.com/a/b.git#v1",
            "git://github.com/a/b",
            "git@github.com:a/b.git",
            "https://u:p@github.com/a/b",
            "https://host:8080/a/b",
            "https://github.com/a/b/tree.tgz",
            "https://example.com/a.tgz",
        ] {
            assert_eq!(url(good), Ok(good.to_owned()));
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for bad in [
            "nodejs",
            "/nodejs",
            "http://nodejs",
            "http://nodejs/",
            "https://example.com/a",
            "ssh://git@github.com/a/b",
            "ftp://example.com/a/b",
            "https://github.com/a/b c",
            "https://github.com/a/b\nhttps://github.com/c/d",
            "--index",
        ] {
            assert_eq!(url(bad), Err(SourceError::Invalid(bad.to_owned())), "{bad}");
        }
        assert_eq!(url(" "), Err(SourceError::Missing));
    }
}
