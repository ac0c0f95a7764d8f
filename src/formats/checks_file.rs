//! The `CHECKS` file: settings and check lines (reference 32 §3). Running checks, and reading the
//! settings' defaults from config, is the scheduler's work.

use std::time::Duration;

/// What a `CHECKS` file says. Settings that it lacks come from elsewhere.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChecksFile {
    /// `WAIT`: sleep before every attempt.
    pub wait: Option<Seconds>,
    /// `TIMEOUT`: limit of one request.
    pub timeout: Option<Seconds>,
    /// `ATTEMPTS`: attempts per check.
    pub attempts: Option<u32>,
    /// The checks in file order.
    pub checks: Vec<Check>,
}

/// A time as written, for messages, and as `sleep` understands it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seconds {
    /// The text, e.g. `0.5` or `1m`.
    pub text: String,
    /// Its meaning.
    pub duration: Duration,
}

/// `http` or `https`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// Plain.
    Http,
    /// TLS, with verified certificates.
    Https,
}

/// One check line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// How the container is asked.
    pub scheme: Scheme,
    /// The `Host` header to send, with its port if the URL has one.
    pub host: Option<String>,
    /// Path and query; empty for `//host`.
    pub path: String,
    /// Extended regular expression that the response must match; empty matches always.
    pub expected: String,
}

/// A setting that is no number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("Invalid value for {name}: {value}")]
pub struct InvalidSetting {
    /// `WAIT`, `TIMEOUT`, `ATTEMPTS`, or the name of a config variable.
    pub name: String,
    /// The value, trimmed.
    pub value: String,
}

impl ChecksFile {
    /// Reads the file: settings count wherever they stand, the last one wins; lines that are neither
    /// setting nor check are ignored.
    ///
    /// # Errors
    /// A setting that is no number.
    pub fn parse(text: &str) -> Result<Self, InvalidSetting> {
        let mut file = Self::default();
        for line in text.lines() {
            file.setting(line)?;
            file.checks.extend(Check::parse(line));
        }
        Ok(file)
    }

    fn setting(&mut self, line: &str) -> Result<(), InvalidSetting> {
        let line = line.trim();
        let comment = [line.find(" #"), line.find("\t#")]
            .into_iter()
            .flatten()
            .min();
        let line = comment.and_then(|at| line.get(..at)).unwrap_or(line);
        let Some((name, value)) = line.split_once('=').map(|(n, v)| (n, v.trim())) else {
            return Ok(());
        };
        // An empty value says nothing, so the defaults apply.
        let is_set = !value.is_empty();
        match name {
            "WAIT" => self.wait = is_set.then(|| Seconds::parse(name, value)).transpose()?,
            "TIMEOUT" => self.timeout = is_set.then(|| Seconds::parse(name, value)).transpose()?,
            "ATTEMPTS" => {
                self.attempts = is_set.then(|| parse_attempts(name, value)).transpose()?
            }
            _ => {}
        }
        Ok(())
    }
}

impl Seconds {
    /// A count of seconds, with `sleep`'s fractions and suffixes (`s`, `m`, `h`, `d`).
    ///
    /// # Errors
    /// Everything else; `name` is the setting's name for the message.
    pub fn parse(name: &str, text: &str) -> Result<Self, InvalidSetting> {
        let value = text.trim();
        let (number, unit) = match value.strip_suffix(['s', 'm', 'h', 'd']) {
            Some(number) => (number, value.chars().next_back()),
            None => (value, None),
        };
        let factor = match unit {
            Some('m') => 60.0,
            Some('h') => 3600.0,
            Some('d') => 86400.0,
            _ => 1.0,
        };
        // Rust would also take `inf`, `nan` and exponents.
        let is_decimal = number.bytes().all(|b| b.is_ascii_digit() || b == b'.');
        let seconds = number.parse::<f64>().ok().filter(|_| is_decimal);
        let duration = seconds.and_then(|s| Duration::try_from_secs_f64(s * factor).ok());
        let invalid = || InvalidSetting {
            name: name.to_owned(),
            value: value.to_owned(),
        };
        Ok(Self {
            text: value.to_owned(),
            duration: duration.ok_or_else(invalid)?,
        })
    }
}

/// A count of attempts.
///
/// # Errors
/// Everything but a decimal number; `name` is the setting's name for the message.
pub fn parse_attempts(name: &str, text: &str) -> Result<u32, InvalidSetting> {
    let value = text.trim();
    let invalid = |_| InvalidSetting {
        name: name.to_owned(),
        value: value.to_owned(),
    };
    value.parse().map_err(invalid)
}

impl Check {
    /// Reads a check line; `None` for blank lines, comments, settings and garbage. Every line starts
    /// without `Host` header.
    pub fn parse(line: &str) -> Option<Self> {
        let line = line.trim();
        let (url, expected) = line.split_once([' ', '\t']).unwrap_or((line, ""));
        let (scheme, rest) = match url.strip_prefix("https:") {
            Some(rest) => (Scheme::Https, rest),
            None => (Scheme::Http, url.strip_prefix("http:").unwrap_or(url)),
        };
        let (host, path) = match rest.strip_prefix("//") {
            Some(rest) => rest.split_at(rest.find('/').unwrap_or(rest.len())),
            None => ("", rest),
        };
        rest.starts_with('/').then(|| Self {
            scheme,
            host: (!host.is_empty()).then(|| host.to_owned()),
            path: path.to_owned(),
            expected: expected.trim().to_owned(),
        })
    }

    /// The URL as messages show it: with `localhost` when the line names no host.
    pub fn shown_url(&self) -> String {
        self.url(self.host.as_deref().unwrap_or("localhost"))
    }

    /// The URL to ask: at the container's address.
    pub fn request_url(&self, ip: &str, port: &str) -> String {
        self.url(&format!("{ip}:{port}"))
    }

    fn url(&self, host: &str) -> String {
        let scheme = match self.scheme {
            Scheme::Http => "http",
            Scheme::Https => "https",
        };
        format!("{scheme}://{host}{}", self.path)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn the_recorded_file_has_three_settings_and_one_check() {
        let text =
            "WAIT=2     # Wait 2 seconds\nTIMEOUT=5 # c\n\nATTEMPTS=2\t# d\n\n/ nodejs/express\n";
        let file = ChecksFile::parse(text).unwrap();
        assert_eq!(file.wait.unwrap().text, "2");
        assert_eq!(file.timeout.unwrap().duration, Duration::from_secs(5));
        assert_eq!(file.attempts, Some(2));
        let check = file.checks.first().unwrap();
        assert_eq!(
            (check.shown_url().as_str(), check.expected.as_str()),
            ("http://localhost/", "nodejs/express")
        );
        assert_eq!(file.checks.len(), 1);
    }

    #[test]
    fn url_forms_give_request_host_and_shown_url() {
        for (url, request, host, shown) in [
            (
                "/path",
                "http://1.2.3.4:5/path",
                None,
                "http://localhost/path",
            ),
            (
                "//host/path",
                "http://1.2.3.4:5/path",
                Some("host"),
                "http://host/path",
            ),
            ("//host", "http://1.2.3.4:5", Some("host"), "http://host"),
            (
                "http://host/path",
                "http://1.2.3.4:5/path",
                Some("host"),
                "http://host/path",
            ),
            (
                "https://host/p?a=b",
                "https://1.2.3.4:5/p?a=b",
                Some("host"),
                "https://host/p?a=b",
            ),
            (
                "https:/path",
                "https://1.2.3.4:5/path",
                None,
                "https://localhost/path",
            ),
            (
                "http://foo.com:8080/x",
                "http://1.2.3.4:5/x",
                Some("foo.com:8080"),
                "http://foo.com:8080/x",
            ),
        ] {
            let check = Check::parse(url).unwrap();
            assert_eq!(check.request_url("1.2.3.4", "5"), request);
            assert_eq!(check.host.as_deref(), host, "{url}");
            assert_eq!(check.shown_url(), shown);
        }
    }

    #[test]
    fn the_expected_text_is_the_rest_of_the_line() {
        let check = Check::parse("  /a \t  Hello  (World) # kept  ").unwrap();
        assert_eq!(
            (check.path.as_str(), check.expected.as_str()),
            ("/a", "Hello  (World) # kept")
        );
        assert_eq!(Check::parse("/a").unwrap().expected, "");
    }

    #[test]
    fn a_host_does_not_leak_into_later_lines() {
        let file = ChecksFile::parse("//host/a\n/b\n").unwrap();
        assert_eq!(file.checks.last().unwrap().host, None);
    }

    #[test]
    fn other_lines_are_no_checks() {
        for line in [
            "",
            "# /a",
            "WAIT=5",
            "ftp://x/y",
            "http:x",
            "HTTP://x/y",
            "garbage /a",
        ] {
            assert_eq!(Check::parse(line), None, "{line}");
        }
    }

    #[test]
    fn only_exact_names_are_settings_and_the_last_one_wins() {
        let text = "/a\nwait=1\nWAIT =2\nX=1\n/b?WAIT=3\n#WAIT=4\nWAIT=5\nWAIT=6\nTIMEOUT=\n";
        let file = ChecksFile::parse(text).unwrap();
        assert_eq!(file.wait.unwrap().text, "6");
        assert_eq!((file.timeout, file.attempts), (None, None));
    }

    #[test]
    fn times_may_have_fractions_and_suffixes() {
        for (text, millis) in [
            ("0.5", 500),
            ("2s", 2000),
            ("1m", 60_000),
            (" 3 ", 3000),
            ("0", 0),
        ] {
            let seconds = Seconds::parse("WAIT", text).unwrap();
            assert_eq!(seconds.duration, Duration::from_millis(millis), "{text}");
        }
    }

    #[test]
    fn settings_that_are_no_numbers_are_refused() {
        for line in [
            "WAIT=x",
            "WAIT=-1",
            "WAIT=inf",
            "WAIT=1e3",
            "TIMEOUT=5 6",
            "ATTEMPTS=2.5",
            "WAIT=a=b",
        ] {
            assert!(ChecksFile::parse(line).is_err(), "{line}");
        }
        let error = ChecksFile::parse("ATTEMPTS=x # c").unwrap_err();
        assert_eq!(error.to_string(), "Invalid value for ATTEMPTS: x");
    }
}
