//! Values are bytes: whatever is set comes back from every place that a value reaches, and no
//! shell ever sees it unquoted. References 11 §1–§5, §8, 14 §3, 30 §3, 33 §3, 41 §2.

use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::process::Output;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::docker::{Image, Process};
use crate::invocation::calls;
use crate::world::World;

/// What some reader of values might take for its own syntax.
const PIECES: &[&[u8]] = &[
    b" ",
    b"  ",
    b"\t",
    b"\n",
    b"\r",
    b"'",
    b"\"",
    b"\\",
    b"\\n",
    b"$K",
    b"${K}",
    b"$(touch pwned)",
    b"`touch pwned`",
    b"; touch pwned;",
    b"'; touch pwned; '",
    b"\"; touch pwned; \"",
    b"| touch pwned",
    b"#",
    b" # c",
    b"=",
    b"!",
    b"!!",
    b"*",
    b"~",
    b"%s",
    b"&",
    b"<",
    b">",
    b"export ",
    b"\x01",
    b"\x7f",
    b"\xff",
    b"\xe2\x82",
    "é".as_bytes(),
    "\u{2028}".as_bytes(),
    "日本".as_bytes(),
    b"-e",
    b"--",
];

/// Any bytes without NUL, some of them of the kind above.
fn value() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        vec(1..=255_u8, 0..48),
        vec(prop::sample::select(PIECES), 0..12).prop_map(|pieces| pieces.concat()),
    ]
}

fn check<S: Strategy>(cases: u32, strategy: S, test: impl Fn(S::Value)) {
    let config = Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    };
    let mut runner = TestRunner::new(config);
    let outcome = runner.run(&strategy, |value| {
        test(value);
        Ok(())
    });
    outcome.unwrap();
}

/// `KEY=value`, `--env=KEY=value` …
fn word(head: &str, value: &[u8]) -> OsString {
    OsString::from_vec([head.as_bytes(), value].concat())
}

fn stdout(output: &Output) -> &[u8] {
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{:?}: {stderr}", output.status);
    &output.stdout
}

fn dokku(world: &World, words: &[&str]) -> Vec<u8> {
    stdout(&world.invocation().output("dokku", words)).to_vec()
}

/// Sets `V` of the app `a`, without a restart.
fn set(world: &World, value: &[u8]) {
    let words = ["config:set", "--no-restart", "a"].map(OsString::from);
    let words = words.into_iter().chain([word("V=", value)]);
    stdout(&world.invocation().output("dokku", words));
}

/// What a line of bash prints.
fn bash(world: &World, line: &str) -> Vec<u8> {
    stdout(&world.invocation().output("bash", ["-c", line])).to_vec()
}

/// A value as Go writes it into JSON: a byte that is no UTF-8 becomes U+FFFD.
fn as_text(value: &[u8]) -> String {
    let mut text = String::new();
    for chunk in value.utf8_chunks() {
        text += chunk.valid();
        text.extend(chunk.invalid().iter().map(|_| '\u{fffd}'));
    }
    text
}

#[test]
fn a_value_comes_back_from_every_export() {
    let world = World::new().app("a").app("b");
    check(48, value(), |value| {
        set(&world, &value);
        assert_eq!(
            dokku(&world, &["config:get", "a", "V"]),
            [&value[..], b"\n"].concat()
        );
        let file = std::fs::read(world.path("home/a/ENV")).unwrap();
        assert_eq!(
            dokku(&world, &["config:export", "--format", "envfile", "a"]),
            [&file[..], b"\n"].concat()
        );
        std::fs::write(world.path("home/b/ENV"), file).unwrap();
        assert_eq!(
            dokku(&world, &["config:get", "b", "V"]),
            [&value[..], b"\n"].concat()
        );
        for format in ["exports", "shell"] {
            let line =
                format!("eval \"$(dokku config:export --format {format} a)\"; printf %s \"$V\"");
            assert_eq!(bash(&world, &line), value, "{format}");
        }
        let line =
            "eval \"set -- $(dokku config:export --format docker-args a)\"; printf %s \"$1\"";
        assert_eq!(bash(&world, line), word("--env=V=", &value).as_bytes());
        let quoted = "eval \"V=$(dokku config:get --quoted a V)\"; printf %s \"$V\"";
        assert_eq!(bash(&world, quoted), value);
        let json: serde_json::Value =
            serde_json::from_slice(&dokku(&world, &["config:export", "--format", "json", "a"]))
                .unwrap();
        assert_eq!(json["V"], as_text(&value));
        assert_eq!(bash(&world, "dokku config:bundle a | tar -xO V"), value);
    });
    assert!(!world.path("home/pwned").exists());
}

#[test]
fn a_value_arrives_over_ssh_quoted_or_encoded() {
    let world = World::new().app("a");
    check(48, value(), |value| {
        let quoted = shell_quoted(&word("V=", &value));
        assert_eq!(
            over_ssh(
                &world,
                &[b"config:set --no-restart a ", &quoted[..]].concat()
            ),
            value,
            "quoted"
        );
        let encoded = BASE64_STANDARD.encode(&value);
        let command = format!("config:set --encoded --no-restart a V={encoded}");
        assert_eq!(over_ssh(&world, command.as_bytes()), value, "encoded");
    });
    assert!(!world.path("home/pwned").exists());
}

/// Runs a command of an ssh session, then returns what `V` is.
fn over_ssh(world: &World, command: &[u8]) -> Vec<u8> {
    let text = OsString::from_vec(command.to_vec());
    let first_words = command.split(|byte| byte.is_ascii_whitespace());
    let first_words: Vec<OsString> = first_words
        .map(|w| OsString::from_vec(w.to_vec()))
        .collect();
    let session = world.invocation().env("SSH_ORIGINAL_COMMAND", text);
    stdout(&session.output("dokku", first_words));
    let mut got = dokku(world, &["config:get", "a", "V"]);
    assert_eq!(got.pop(), Some(b'\n'));
    got
}

/// Between single quotes, as both a shell and xargs read it.
fn shell_quoted(word: &OsString) -> Vec<u8> {
    let mut quoted = vec![b'\''];
    for &byte in word.as_bytes() {
        match byte {
            b'\'' => quoted.extend_from_slice(b"'\\''"),
            _ => quoted.push(byte),
        }
    }
    quoted.push(b'\'');
    quoted
}

/// A host with a running app whose processes are not checked.
fn running() -> World {
    let image = Image {
        cmd: vec!["/app/web.sh".to_owned()],
        ..Image::default()
    };
    World::new()
        .app("a")
        .deployed("a", image, &["web.1"])
        .file("home/a/DOKKU_SCALE", "web=1\n")
        .did(&["checks:disable", "a"])
}

/// The last `docker container create` call, its bytes as text.
fn created(world: &World) -> Vec<String> {
    let is_create =
        |call: &Vec<String>| call.get(1..3) == Some(&["container", "create"].map(str::to_owned));
    calls(world).into_iter().rfind(is_create).unwrap()
}

#[test]
fn values_reach_containers_as_one_word_each() {
    let world = running();
    check(4, vec(value(), 1..8), |values| {
        let words = ["config:set", "a"].map(OsString::from).into_iter();
        let pairs = values
            .iter()
            .enumerate()
            .map(|(n, value)| word(&format!("V{n}="), value));
        stdout(&world.invocation().output("dokku", words.chain(pairs)));
        let deployed = created(&world);
        dokku(&world, &["run", "a", "true"]);
        let ran = created(&world);
        for (n, value) in values.iter().enumerate() {
            let expected = word(&format!("--env=V{n}="), value)
                .to_string_lossy()
                .into_owned();
            assert!(
                deployed.contains(&expected),
                "{expected:?} is not in {deployed:?}"
            );
            assert!(ran.contains(&expected), "{expected:?} is not in {ran:?}");
        }
    });
    assert!(!world.path("home/pwned").exists());
}

#[test]
fn a_value_of_100_kb_is_a_value() {
    let value = b"0123456789 'x' \"y\" $z #\n\xff".repeat(4096);
    let value = &value[..100_000];
    let world = running();
    set(&world, value);
    assert_eq!(
        dokku(&world, &["config:get", "a", "V"]),
        [value, b"\n"].concat()
    );
    assert_eq!(
        bash(
            &world,
            "eval \"$(dokku config:export a)\"; printf %s \"$V\""
        ),
        value
    );
    assert_eq!(bash(&world, "dokku config:bundle a | tar -xO V"), value);
    dokku(&world, &["ps:restart", "a"]);
    let expected = word("--env=V=", value).to_string_lossy().into_owned();
    assert!(created(&world).contains(&expected));
    let quoted = shell_quoted(&word("V=", &value[1..]));
    assert_eq!(
        over_ssh(
            &world,
            &[b"config:set --no-restart a ", &quoted[..]].concat()
        ),
        &value[1..]
    );
}

#[test]
fn free_text_settings_never_reach_a_shell() {
    let hostile = "$(touch pwned)`touch pwned`; touch pwned; ' \" touch pwned";
    let label = "--label 'x=$(touch pwned)`touch pwned`;touch pwned'";
    let settings: &[&[&str]] = &[
        &["git:set", "a", "deploy-branch", hostile],
        &["git:set", "a", "keep-git-dir", hostile],
        &["network:set", "a", "tld", hostile],
        &["network:set", "a", "bind-all-interfaces", hostile],
        &["nginx:set", "a", "bind-address-ipv4", hostile],
        &["nginx:set", "a", "hsts-max-age", hostile],
        &["scheduler-docker-local:set", "a", "disable-chown", hostile],
        &["docker-options:add", "a", "build,deploy,run", label],
        &[
            "config:set",
            "--no-restart",
            "--global",
            "G=$(touch pwned)`touch pwned`'\"",
        ],
        &["ps:restart", "a"],
        &["run", "a", "$(touch pwned)", "`touch pwned`", hostile],
        &["enter", "a", "web", "$(touch pwned)", hostile],
        &["url", "a"],
    ];
    // A shell would run these; without one they are refused somewhere.
    let refused: &[&[&str]] = &[
        &["logs", "a", "-n", "$(touch pwned)"],
        &["nginx:access-logs", "a", "; touch pwned"],
        &["resource:limit", "--cpu", hostile, "a"],
        &["ps:restart", "a"],
        &["resource:limit-clear", "a"],
        &[
            "storage:mount",
            "a",
            "/host $(touch pwned):/app;touch pwned",
        ],
        &["ps:restart", "a"],
        &["apps:clone", "a", "b"],
        &["--force", "apps:destroy", "a"],
    ];
    let quiet = Process {
        matches: "touch".to_owned(),
        ..Process::default()
    };
    let world = running().process(quiet);
    for (n, words) in settings.iter().chain(refused).enumerate() {
        let run = world.dokku(*words);
        assert!(n >= settings.len() || run.status == 0, "{run}");
        assert!(!world.path("home/pwned").exists(), "{run}");
        assert!(!world.path("home/a/pwned").exists(), "{run}");
    }
}

/// Maps as `proxy:ports-add` takes them.
fn port_maps() -> impl Strategy<Value = Vec<String>> {
    let scheme = prop::sample::select(&["http", "https", "grpc", "grpcs", "tcp", "X"][..]);
    let map = (scheme, 1..=65535_u32, 1..=65535_u32);
    vec(
        map.prop_map(|(scheme, host, container)| format!("{scheme}:{host}:{container}")),
        1..5,
    )
}

#[test]
fn port_maps_are_added_set_and_removed() {
    let world = World::new().app("a").did(&["proxy:set", "a", "none"]);
    let call = |verb: &str, maps: &[String]| {
        let verb = format!("proxy:ports-{verb}");
        let words: Vec<&str> = [verb.as_str(), "a"]
            .into_iter()
            .chain(maps.iter().map(String::as_str))
            .collect();
        dokku(&world, &words);
    };
    let stored = || {
        let text = dokku(&world, &["proxy:report", "a", "--proxy-port-map"]);
        let text = String::from_utf8(text).unwrap();
        text.split_whitespace()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let sorted = |maps: &[&[String]]| {
        let mut maps = maps.concat();
        maps.sort();
        maps.dedup();
        maps
    };
    check(16, (port_maps(), port_maps()), |(first, second)| {
        call("set", &first);
        assert_eq!(stored(), sorted(&[&first]));
        call("add", &second);
        assert_eq!(stored(), sorted(&[&first, &second]));
        call("remove", &second);
        let mut left = sorted(&[&first]);
        left.retain(|map| !second.contains(map));
        assert_eq!(stored(), left);
        call("set", &first);
        call("clear", &[]);
        assert_eq!(stored(), Vec::<String>::new());
    });
}

#[test]
fn a_value_with_a_nul_byte_is_refused_and_nothing_is_written() {
    let world = World::new().app("a");
    for scope in ["a", "--global"] {
        let words = ["config:set", "--no-restart", "--encoded", scope];
        let pairs = ["GOOD=YQ==", "BAD=YQBi"];
        let run = world.dokku(words.iter().chain(&pairs));
        assert_eq!(run.status, 1, "{run}");
        let said = "FAILED: Invalid value for key 'BAD': it contains a NUL byte\n";
        assert_eq!((&*run.stdout, &*run.stderr), ("", said));
        assert!(run.changes.is_empty(), "{run}");
    }
}
