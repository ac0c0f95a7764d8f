//! Global flags: found anywhere in the command line, removed only from its front.
//! Reference 01 §2.2, §3.

use std::ffi::OsString;

use crate::env::Env;

/// Walks all words and sets the variables of the flags among them.
pub fn scan(env: &Env, words: &[OsString]) -> Env {
    let mut env = env.clone();
    let mut seen: Vec<String> = Vec::new();
    let mut rest = words.iter();
    while let Some(word) = rest.next() {
        let text = word.to_string_lossy();
        let variable = match text.as_ref() {
            "--quiet" => Some("DOKKU_QUIET_OUTPUT"),
            "--detach" => Some("DOKKU_DETACH_CONTAINER"),
            "--trace" => Some("DOKKU_TRACE"),
            "--rm" | "--rm-container" => Some("DOKKU_RM_CONTAINER"),
            "--force" => Some("DOKKU_APPS_FORCE_DELETE"),
            _ => None,
        };
        if let Some(variable) = variable {
            env.set(variable, "1");
        }
        if text.starts_with("--") {
            seen.push(text.clone().into_owned());
        }
        if text == "--app" {
            env.set("DOKKU_APP_NAME", rest.next().cloned().unwrap_or_default());
        }
    }
    env.set_default("DOKKU_GLOBAL_FLAGS", seen.join(" "));
    env
}

/// Drops the flags in front of the command word.
pub fn strip_leading(mut words: Vec<OsString>) -> Vec<OsString> {
    let is_flag = |word: &OsString| word.as_encoded_bytes().starts_with(b"--");
    let mut walk = words.clone().into_iter();
    while let Some(word) = walk.next() {
        if word == "--version" {
            continue;
        }
        if word == "--app" {
            if words.len() >= 2 {
                words.drain(..2);
            }
            walk.next();
        } else if is_flag(&word) {
            words.drain(..1);
        } else {
            break;
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<OsString> {
        line.split_whitespace().map(OsString::from).collect()
    }

    fn stripped(line: &str) -> String {
        let kept = strip_leading(words(line));
        let kept: Vec<String> = kept
            .iter()
            .map(|w| w.to_string_lossy().into_owned())
            .collect();
        kept.join(" ")
    }

    #[test]
    fn leading_flags_are_stripped_as_the_reference_lists() {
        for (line, left) in [
            ("--quiet --app foo --rm run --force", "run --force"),
            ("--help", ""),
            ("--quiet --version", "--version"),
            ("--version --quiet", "--quiet"),
            ("--app foo", ""),
            ("--app", "--app"),
            ("--app --quiet run x", "run x"),
            ("-v", "-v"),
        ] {
            assert_eq!(stripped(line), left, "{line}");
        }
    }

    #[test]
    fn flags_count_wherever_they_stand() {
        let env = scan(
            &Env::default(),
            &words("--quiet --app foo run --label=a=b x --rm"),
        );
        assert_eq!(
            env.get("DOKKU_GLOBAL_FLAGS"),
            "--quiet --app --label=a=b --rm"
        );
        assert_eq!(env.get("DOKKU_APP_NAME"), "foo");
        assert_eq!(env.get("DOKKU_RM_CONTAINER"), "1");
    }

    #[test]
    fn outer_global_flags_win() {
        let mut outer = Env::default();
        outer.set("DOKKU_GLOBAL_FLAGS", "--a");
        assert_eq!(
            scan(&outer, &words("x --b")).get("DOKKU_GLOBAL_FLAGS"),
            "--a"
        );
    }
}
