//! What of an output is Dokku's own, and without what differs from run to run.

use std::sync::OnceLock;

use regex::Regex;

/// What carries the lines of a push from the other side.
const REMOTE: &str = "remote: ";

/// Starts of lines that git, ssh, later docker clients and the recorded machine's missing init
/// system say.
const FOREIGN: &[&str] = &[
    "hint:",
    "Pseudo-terminal will not",
    "To ssh://",
    "Cloning into",
    " * [new branch]",
    " ! [remote rejected]",
    "error: failed to push",
    "fatal: ",
    "Please make sure you have the correct access",
    "and the repository exists.",
    "invoke-rc.d: ",
    "DEPRECATED: The legacy builder",
    "            Install the buildx component",
    "            https://docs.docker.com/go/buildx/",
];

/// What of a command's output is compared: Dokku's lines, in an order and without the parts that
/// some commands leave to chance or to the machine.
pub fn comparable(cmd: &str, text: &str) -> String {
    let lines = own(text);
    let lines = lines.split_inclusive('\n');
    if cmd.ends_with(" env") {
        // What the image adds is its own affair; bash's order is by hash.
        let images = ["NODE_EXTRA_CA_CERTS=", "PS1=", "SELF=", "SELF_EXECUTABLE="];
        return sorted(lines.filter(|line| !images.iter().any(|name| line.starts_with(name))));
    }
    if cmd.starts_with("dokku logs ") || cmd.ends_with(" run hk-app worker") {
        // Containers are followed at once; how often a worker spoke is a matter of time.
        return sorted(lines);
    }
    if cmd.starts_with("dokku tags ") {
        // Columns are as wide as the ages in them.
        return lines.map(single_blanks).collect();
    }
    if cmd.starts_with("dokku report") {
        return lines
            .filter(|line| line.contains("---->"))
            .map(title)
            .collect();
    }
    if cmd.starts_with("dokku ps:inspect") {
        let lines: Vec<String> = lines.filter_map(inspected).collect();
        return sorted(lines.iter().map(String::as_str));
    }
    lines.collect()
}

/// A recorded output without lines that a listed rule explains, and that rule; both sides are
/// comparable already.
pub fn explained(cmd: &str, want: &str, got: &str) -> (String, Option<&'static str>) {
    if want.contains("$plugin/$hook") && !got.contains("$plugin/$hook") {
        let alive = want
            .split_inclusive('\n')
            .filter(|line| !line.contains("$plugin/$hook"));
        return (alive.collect(), Some("a failed deploy just fails"));
    }
    const RETIRES: &str = "-----> Shutting down old containers";
    if cmd.starts_with("dokku apps:rename") && want.contains(RETIRES) && !got.contains(RETIRES) {
        let is_id = |line: &str| line.trim_start_matches("\x1b[1G").starts_with("       <ID");
        let lines = want.split_inclusive('\n');
        let rest = lines.filter(|line| !line.contains(RETIRES) && !is_id(line));
        return (rest.collect(), Some("a renamed app has nothing to retire"));
    }
    (want.to_owned(), None)
}

fn sorted<'a>(lines: impl Iterator<Item = &'a str>) -> String {
    let mut lines: Vec<&str> = lines.collect();
    lines.sort_unstable();
    lines.dedup();
    lines.concat()
}

fn single_blanks(line: &str) -> String {
    let words: Vec<&str> = line.split_whitespace().collect();
    format!("{}\n", words.join(" "))
}

/// `-----> uname` of `-----> uname: Linux …`.
fn title(line: &str) -> String {
    let title = line.split(':').next().unwrap_or(line);
    format!("{}\n", title.trim_end())
}

/// A line of a container's description without what docker, not the product, put there.
fn inspected(line: &str) -> Option<String> {
    let dockers = [
        "NODE_EXTRA_CA_CERTS",
        "\"PATH=",
        "\"LowerDir\"",
        "\"MacAddress\"",
        "\"Pid\"",
        "com.dokku-rs.content",
    ];
    let is_dockers = dockers.iter().any(|name| line.contains(name));
    // Clients of other versions say [] for null.
    (!is_dockers).then(|| line.replace(",\n", "\n").replace(": []", ": null"))
}

/// Dokku's lines of a recorded or real output.
fn own(text: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut building = false;
    let mut foreign = false;
    for line in text.lines() {
        let line = unwrapped(line);
        let bare = line.trim_start_matches("\x1b[1G").to_owned();
        let follows_foreign = foreign && line.is_empty();
        foreign = FOREIGN.iter().any(|start| line.starts_with(start)) || is_range(&line);
        if foreign || follows_foreign {
            continue;
        }
        if bare.starts_with("-----> Releasing ") {
            building = false;
        }
        let line = volatile(&line);
        let again = line.contains("dying;") && lines.last() == Some(&line);
        if !building && !starts_build(&bare) && !again {
            lines.push(line.clone());
        }
        if starts_build(&bare) || bare.starts_with("-----> Adding BUILD_ENV") {
            building = true;
        }
    }
    while lines.last().is_some_and(|line| line.is_empty()) {
        lines.pop();
    }
    lines.iter().map(|line| format!("{line}\n")).collect()
}

/// Where docker's or a buildpack's own output begins; it ends with the release.
fn starts_build(line: &str) -> bool {
    line.starts_with("Sending build context to Docker daemon") || line.starts_with("Step 1/")
}

/// `   9145d48..0a2dead  master -> master`, git's word for a push.
fn is_range(line: &str) -> bool {
    line.starts_with("   ") && line.contains("..") && line.contains(" -> ")
}

/// A line without what git adds on its way.
fn unwrapped(line: &str) -> String {
    match line.strip_prefix(REMOTE) {
        Some(inner) => inner.trim_end_matches(' ').replace("\x1b[K", ""),
        None if line == REMOTE.trim_end() => String::new(),
        None => line.to_owned(),
    }
}

/// Replaces times, hashes, random numbers and this machine's name.
pub fn volatile(text: &str) -> String {
    static RULES: OnceLock<Vec<(Regex, &'static str)>> = OnceLock::new();
    let rules = RULES.get_or_init(|| {
        [
            ("20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z", "<TIME>"),
            ("(?-u:\\b)[0-9a-f]{40}(?-u:\\b)", "<SHA>"),
            ("^(       Git sha: +)[0-9a-f]{7}", "$1<SHA>"),
            ("\\.[0-9]{10}(?-u:\\b)", ".<TIME>"),
            (" [0-9]{10}(?-u:\\b)", " <TIME>"),
            ("(?-u:\\b)run\\.[0-9]+(?-u:\\b)", "run.<N>"),
            (
                "   (?:<ID[0-9]+>|[0-9a-f]{12})   .* ago +[0-9.]+[kM]B$",
                "   <N>",
            ),
            ("^[0-9]{3,}$", "<N>"),
            // The id that docker echoes when it stops a container.
            ("^\x1b\\[1G[0-9a-f]{64}$", "<N>"),
            // Each shell has its own words for it.
            ("dying;: .*nterminated quoted string", "dying;: <N>"),
        ]
        .map(|(pattern, name)| (Regex::new(pattern).unwrap(), name))
        .into()
    });
    let mut text = text.replace(&format!("http://{}:", host()), "http://vm:");
    for (pattern, name) in rules {
        text = pattern.replace_all(&text, *name).into_owned();
    }
    text
}

/// The name by which dokku knows this machine; the record's was `vm`.
fn host() -> &'static str {
    static HOST: OnceLock<String> = OnceLock::new();
    HOST.get_or_init(|| {
        let name = std::fs::read_to_string("/home/dokku/HOSTNAME").unwrap_or_default();
        name.trim().to_owned()
    })
}

#[test]
fn a_rule_explains_only_its_own_lines() {
    let want = "\x1b[1G-----> Shutting down old containers in 5 seconds\n\x1b[1G       <ID1>\nx\n";
    let (text, rule) = explained("dokku apps:rename a b", want, "x\n");
    assert_eq!((text.as_str(), rule.is_some()), ("x\n", true));
    let (text, rule) = explained("dokku ps:rebuild a", want, "x\n");
    assert_eq!((text.as_str(), rule.is_some()), (want, false));
}

#[test]
fn only_dokkus_lines_remain() {
    let push = "hint: x\nremote: \x1b[1G-----> Cleaning up...        \nremote: \x1b[1GSending build \
                context to Docker daemon  8kB        \nremote: \x1b[1G-----> odd        \n\
                remote: \x1b[1G-----> Releasing a        \nTo ssh://dokku.me/a\n";
    assert_eq!(
        own(push),
        "\x1b[1G-----> Cleaning up...\n\x1b[1G-----> Releasing a\n"
    );
}
