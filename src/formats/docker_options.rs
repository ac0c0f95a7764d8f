//! The `DOCKER_OPTIONS_*` files of an app, one option a line (reference 24), their restart policy
//! (31 §3.7, §3.8) and the docker-args fragment made of them. Splitting into words is `args`.

/// Adds `option` as a line of its own, or as its lines when it has several; returns the new content:
/// sorted bytewise, without duplicates and blank lines, each line ended by a newline. Options are
/// kept verbatim.
pub fn add(text: &str, option: &str) -> String {
    normalised(text.lines().chain(option.lines()))
}

/// Removes the lines that are exactly `option`, or one of its lines; returns the new content as
/// [`add`] does.
pub fn remove(text: &str, option: &str) -> String {
    let is_meant = |line: &str| option.lines().any(|meant| meant == line);
    normalised(text.lines().filter(|line| !is_meant(line)))
}

/// The options in effect: lines trimmed, blank lines and comments skipped.
pub fn options(text: &str) -> impl Iterator<Item = &str> {
    text.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// What a `docker-args-*` trigger prints after its input: each option behind one blank. `kind` is the
/// trigger's second argument: `dockerfile` and `herokuish` skip what their build doesn't take.
pub fn fragment(text: &str, kind: &str) -> String {
    options(text)
        .filter(|option| !is_skipped(option, kind))
        .map(|o| format!(" {o}"))
        .collect()
}

fn is_skipped(option: &str, kind: &str) -> bool {
    let skipped: &[&str] = match kind {
        "dockerfile" => &["--link", "-v", "--volume"],
        "herokuish" => &["--file", "--build-arg"],
        _ => &[],
    };
    skipped.iter().any(|start| option.starts_with(start))
}

/// The value of the report: each newline replaced by a blank, so it ends in one.
pub fn report_value(text: &str) -> String {
    text.replace('\n', " ")
}

/// The restart policies of the deploy file: what follows `--restart=` at the start of a line.
pub fn restart_policies(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter_map(|line| line.strip_prefix(RESTART))
}

/// Replaces the restart policy; returns the new content as [`add`] does.
pub fn set_restart_policy(text: &str, policy: &str) -> String {
    let is_policy = |line: &str| {
        line.strip_prefix(RESTART)
            .is_some_and(|rest| !rest.contains(char::is_whitespace))
    };
    let option = format!("{RESTART}{policy}");
    normalised(
        text.lines()
            .filter(|line| !is_policy(line))
            .chain([option.as_str()]),
    )
}

/// Whether docker knows `policy`: `^(no|unless-stopped|always|on-failure(:[1-9][0-9]*)?)$`.
pub fn is_restart_policy(policy: &str) -> bool {
    let is_count = |count: &str| {
        !count.starts_with('0') && !count.is_empty() && count.bytes().all(|b| b.is_ascii_digit())
    };
    matches!(policy, "no" | "unless-stopped" | "always" | "on-failure")
        || policy.strip_prefix("on-failure:").is_some_and(is_count)
}

/// A docker-args fragment without its restart policies, for containers that run once
/// (reference 22, step 6): every `--restart=…` and one blank behind it goes.
pub fn without_restart(fragment: &str) -> String {
    let mut kept = String::with_capacity(fragment.len());
    let mut rest = fragment;
    while let Some(at) = rest.find(RESTART) {
        let (before, option) = rest.split_at(at);
        kept.push_str(before);
        let value = option.strip_prefix(RESTART).unwrap_or_default();
        let after = value.trim_start_matches(|c: char| !c.is_whitespace() && !c.is_control());
        if after.len() == value.len() {
            kept.push_str(RESTART);
            rest = value;
        } else {
            rest = after.strip_prefix([' ', '\t']).unwrap_or(after);
        }
    }
    kept.push_str(rest);
    kept
}

/// Docker arguments without `-v` and `--volume`, which `docker image build` doesn't know
/// (reference 20 §8.1).
pub fn without_volumes(words: Vec<String>) -> Vec<String> {
    let mut kept = Vec::with_capacity(words.len());
    let mut words = words.into_iter();
    while let Some(word) = words.next() {
        if word == "-v" || word == "--volume" {
            words.next();
        } else if !word.starts_with("-v") && !word.starts_with("--volume=") {
            kept.push(word);
        }
    }
    kept
}

const RESTART: &str = "--restart=";

fn normalised<'a>(lines: impl Iterator<Item = &'a str>) -> String {
    let mut lines: Vec<&str> = lines.filter(|line| !line.trim().is_empty()).collect();
    lines.sort_unstable();
    lines.dedup();
    lines.iter().map(|line| format!("{line}\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adding_sorts_and_drops_duplicates_and_blank_lines() {
        let text = "--restart=on-failure:10\n\n-v /tmp:/t";
        let added = add(text, "--link a:b");
        assert_eq!(added, "--link a:b\n--restart=on-failure:10\n-v /tmp:/t\n");
        assert_eq!(add(&added, "-v /tmp:/t"), added);
        let recorded = add(
            &add("", "-v /var:/x --cap-add SYS_ADMIN"),
            "-v /var/lib/x:/storage",
        );
        assert_eq!(
            recorded,
            "-v /var/lib/x:/storage\n-v /var:/x --cap-add SYS_ADMIN\n"
        );
    }

    #[test]
    fn options_are_stored_verbatim() {
        let option = r#"--env "A=b\nc" \\"#;
        assert_eq!(add("", option), format!("{option}\n"));
    }

    #[test]
    fn an_option_of_several_lines_is_several_options() {
        let both = add("--b=2\n-v /a\n", "--b=2\n\n--a=1");
        assert_eq!(both, "--a=1\n--b=2\n-v /a\n");
        assert_eq!(remove(&both, "--b=2\n--a=1"), "-v /a\n");
    }

    #[test]
    fn removal_compares_whole_lines_literally() {
        let text = "-v /a.b\n-v /axb\n-v /a.b:/c\n";
        assert_eq!(remove(text, "-v /a.b"), "-v /a.b:/c\n-v /axb\n");
        assert_eq!(remove("-v /a\n", "-v /a"), "");
        assert_eq!(remove("-v /a\n", "-v"), "-v /a\n");
    }

    #[test]
    fn a_fragment_skips_comments_and_what_the_build_does_not_take() {
        let text = "# c\n\n  --link a:b \n-v /x:/y\n--file D\n--build-arg K=v\n--cap-add X";
        assert_eq!(
            fragment(text, "latest"),
            " --link a:b -v /x:/y --file D --build-arg K=v --cap-add X"
        );
        assert_eq!(
            fragment(text, "dockerfile"),
            " --file D --build-arg K=v --cap-add X"
        );
        assert_eq!(
            fragment(text, "herokuish"),
            " --link a:b -v /x:/y --cap-add X"
        );
        assert_eq!(fragment("", "run"), "");
    }

    #[test]
    fn the_report_value_ends_in_a_blank() {
        assert_eq!(report_value("--a\n# c\n"), "--a # c ");
    }

    #[test]
    fn the_restart_policy_is_replaced_only_on_lines_of_its_own() {
        let text = "--restart=on-failure:10\n--restart=no --init\n-v /a:/b\n";
        let policies: Vec<&str> = restart_policies(text).collect();
        assert_eq!(policies, ["on-failure:10", "no --init"]);
        let set = set_restart_policy(text, "always");
        assert_eq!(set, "--restart=always\n--restart=no --init\n-v /a:/b\n");
    }

    #[test]
    fn restart_policies_are_validated() {
        for policy in [
            "no",
            "unless-stopped",
            "always",
            "on-failure",
            "on-failure:20",
        ] {
            assert!(is_restart_policy(policy), "{policy}");
        }
        for policy in [
            "",
            "on-failure:",
            "on-failure:0",
            "on-failure:x",
            "always ",
            "NO",
        ] {
            assert!(!is_restart_policy(policy), "{policy}");
        }
    }

    #[test]
    fn containers_that_run_once_lose_the_restart_policy() {
        for (fragment, kept) in [
            (
                " --link a:b --restart=on-failure:10 -v /x:/y",
                " --link a:b -v /x:/y",
            ),
            ("--restart=always", ""),
            (" --restart=a  --restart=b\t-x", "  -x"),
            (" --restart= x", " --restart= x"),
            (" --init", " --init"),
        ] {
            assert_eq!(without_restart(fragment), kept, "{fragment}");
        }
    }

    #[test]
    fn image_builds_lose_volumes_but_no_values_that_look_like_them() {
        let words = [
            "-v",
            "/a:/b",
            "-v/c:/d",
            "--volume=/e",
            "--volume",
            "/f",
            "--env=A-v",
            "x",
        ];
        let kept = without_volumes(words.map(str::to_owned).to_vec());
        assert_eq!(kept, ["--env=A-v", "x"]);
    }
}
