//! Docker calls that change something, as lines that can be compared.

use std::collections::{BTreeMap, BTreeSet};

use crate::texts::volatile;

/// The name of a rule and what it took out of a list of calls.
pub type Removed = BTreeMap<&'static str, Vec<String>>;

/// What is left when the rules are applied to calls (without `docker` itself): lines, and what
/// each rule took. `retiring` are containers whose end a background process looks after.
pub fn changing(calls: &[Vec<String>], retiring: &BTreeSet<String>) -> (Vec<String>, Removed) {
    let helpers = helpers(calls);
    let mut stopped = stopped(calls);
    stopped.retain(|id| !retiring.contains(id));
    let mut lines = Vec::new();
    let mut removed = Removed::new();
    for call in calls.iter().filter(|call| !only_asks(call)) {
        let line = line(call);
        if let Some(script) = call.iter().find(|word| is_phase_script(word)) {
            removed
                .entry("phase scripts")
                .or_default()
                .push(script.clone());
        }
        match rule(call, &helpers, &stopped, retiring) {
            Some(rule) => removed.entry(rule).or_default().push(line),
            None => lines.push(line),
        }
    }
    (lines, removed)
}

/// Containers that only lend a file of their image.
fn helpers(calls: &[Vec<String>]) -> BTreeSet<String> {
    let copies = calls.iter().filter(|call| starts(call, "container cp"));
    let ids = copies.flat_map(|call| call.iter().filter_map(|word| word.split_once(':')));
    ids.map(|(id, _)| id.to_owned()).collect()
}

/// Containers that were stopped: an app that is destroyed stops its own before it removes them.
fn stopped(calls: &[Vec<String>]) -> BTreeSet<String> {
    let stops = calls.iter().filter(|call| starts(call, "container stop"));
    stops
        .flat_map(|call| call.iter().skip(2).cloned())
        .collect()
}

/// The rule by which a call is not compared.
fn rule(
    call: &[String],
    helpers: &BTreeSet<String>,
    stopped: &BTreeSet<String>,
    retiring: &BTreeSet<String>,
) -> Option<&'static str> {
    let forced = call.iter().any(|word| word == "--force");
    let ids = || call.iter().skip(2).filter(|word| !word.starts_with('-'));
    let all_retire = || ids().count() > 0 && ids().all(|id| retiring.contains(id));
    if starts(call, "container create") && lends(call)
        || starts(call, "container cp")
        || starts(call, "container rm") && forced && ids().all(|id| helpers.contains(id))
    {
        return Some("helper containers");
    }
    if starts(call, "image rm") && call.iter().any(|word| word.ends_with(":latest")) {
        // tags:destroy refuses this tag.
        return Some("shared images");
    }
    if starts(call, "image prune") || starts(call, "image rm") && ids().all(|id| is_id(id)) {
        return Some("cleanup");
    }
    if starts(call, "container rm") && !forced {
        return Some("cleanup");
    }
    let ends = ["update", "stop", "kill", "rm"];
    let is_end = ends
        .iter()
        .any(|verb| starts(call, &format!("container {verb}")));
    if is_end && all_retire() {
        return Some("retirement");
    }
    let of_the_app = ids().any(|id| stopped.contains(id));
    (starts(call, "container rm") && !of_the_app).then_some("leftovers at once")
}

/// The shell text around a predeploy, release or postdeploy command is each product's own.
fn is_phase_script(word: &str) -> bool {
    word.starts_with("set -eo pipefail")
}

/// `touch x` of a script with `touch x || exit 1`.
fn phase_command(script: &str) -> &str {
    let start = script.split(" || exit 1").next().unwrap_or(script);
    start.rsplit([';', '\n']).next().unwrap_or(start).trim()
}

/// `container create LABEL… IMAGE`: no command, no name, never started.
fn lends(call: &[String]) -> bool {
    let labels = call.iter().skip(2).rev().skip(1);
    labels.clone().all(|word| word.starts_with("--label="))
        && !call.iter().any(|word| word.contains("container-type"))
}

fn is_id(word: &str) -> bool {
    word.is_empty()
        || word.starts_with("<ID")
        || word.starts_with("sha256:")
        || word.len() >= 12 && word.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn starts(call: &[String], words: &str) -> bool {
    let words: Vec<&str> = words.split(' ').collect();
    call.len() >= words.len() && call.iter().zip(&words).all(|(word, want)| word == want)
}

/// Whether a call changes nothing.
fn only_asks(call: &[String]) -> bool {
    let word = |at: usize| call.get(at).map_or("", String::as_str);
    let asking = [
        "inspect", "list", "ls", "logs", "port", "version", "info", "wait", "attach", "top",
    ];
    let old = [
        "", "-D", "inspect", "logs", "version", "ps", "images", "info",
    ];
    old.contains(&word(0)) || asking.contains(&word(1))
}

/// A call as a line; random names, numbers and times as the record has them.
fn line(call: &[String]) -> String {
    let mut words: Vec<String> = call.iter().map(|word| volatile(word)).collect();
    if starts(call, "container rename")
        && let Some(old) = words.get_mut(2)
        && !old.contains(".")
    {
        "<NAME>".clone_into(old);
    }
    for word in words.iter_mut().filter(|word| is_phase_script(word)) {
        *word = phase_command(word).to_owned();
    }
    let quoted = words
        .iter()
        .map(|word| match word.contains(char::is_whitespace) {
            false if !word.is_empty() => word.clone(),
            _ => format!("'{word}'"),
        });
    quoted.collect::<Vec<String>>().join(" ")
}

#[test]
fn calls_that_lend_files_or_ask_are_not_compared() {
    let call = |line: &str| -> Vec<String> { line.split(' ').map(str::to_owned).collect() };
    let calls = [
        call("container create --label=dokku dokku/a:latest"),
        call("container cp f00:/app/x /tmp/x"),
        call("container rm --force f00"),
        call("container inspect f00"),
        call("container create --label=com.dokku.container-type=deploy dokku/a:latest"),
        call("container stop f01"),
        call("container rm --force f01"),
        call("container rm --force f02 f03"),
        call("container rename odd_jones a.web.1"),
    ];
    let (lines, removed) = changing(&calls, &BTreeSet::new());
    assert_eq!(
        lines,
        [
            "container create --label=com.dokku.container-type=deploy dokku/a:latest",
            "container stop f01",
            "container rm --force f01",
            "container rename <NAME> a.web.1",
        ]
    );
    assert_eq!(removed["helper containers"].len(), 3);
    assert_eq!(removed["leftovers at once"].len(), 1);
}
