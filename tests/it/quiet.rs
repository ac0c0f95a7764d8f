//! What `--quiet` hides, and what depends on a terminal. References 01 §6, §7 and the marks
//! "quiet-able" of all others.

use std::fmt::Write as _;

use insta::assert_snapshot;

use crate::docker::{Image, Process};
use crate::normal;
use crate::world::World;

/// A host with an undeployed app `a` and an app `d` that runs a web process; checks wait for
/// nothing, and its image has a Procfile.
fn host() -> World {
    let image = Image {
        names: vec!["dokku/d:latest".to_owned()],
        workdir: "/app".to_owned(),
        cmd: vec!["/app/web.sh".to_owned()],
        ..Image::default()
    };
    let procfile = "web: /app/web.sh\nhello: echo hello\n";
    let logs = Process {
        matches: "web.1".to_owned(),
        stays: true,
        stdout: "listening\n".to_owned(),
        ..Process::default()
    };
    let world = World::new()
        .file("home/ENV", "DOKKU_DEFAULT_CHECKS_WAIT=\"0\"")
        .app("a")
        .app("d")
        .deployed("d", image, &["web.1"])
        .process(logs)
        .file("home/d/DOKKU_SCALE", "web=1\n");
    let id = world.docker_state(|state| state.images.last().unwrap().id.clone());
    let files = world.docker_home().files(&id);
    std::fs::create_dir_all(files.join("app")).unwrap();
    std::fs::write(files.join("app/Procfile"), procfile).unwrap();
    world
}

/// Every command that prints at least one line that may be quieted, and some that look like it.
const COMMANDS: &[&str] = &[
    "apps:create b",
    "apps:list",
    "apps:lock a",
    "apps:locked a",
    "apps:unlock a",
    "apps:clone --skip-deploy a c",
    "apps:rename --skip-deploy c e",
    "apps:destroy e force",
    "apps:report a",
    "buildpacks:add a heroku/nodejs",
    "buildpacks:list a",
    "buildpacks:remove a heroku/nodejs",
    "checks:disable a web",
    "checks:enable a",
    "config:set a A=1",
    "config a",
    "config:unset a A NOPE",
    "config:set --no-restart a A=1",
    "config:clear --no-restart a",
    "docker-options:clear a build",
    "domains:add a a.example.com",
    "domains:add a a.example.com",
    "domains:remove a a.example.com",
    "domains:clear a",
    "domains:disable a",
    "domains:enable a",
    "domains:add-global b.example.com",
    "domains:clear-global",
    "domains:set-global dokku.me",
    "events:on",
    "events:off",
    "git:set a deploy-branch main",
    "git:set a deploy-branch",
    "git:initialize a",
    "network:create net",
    "network:list",
    "network:exists net",
    "network:set a attach-post-create net",
    "network:set a attach-post-create",
    "network:destroy net force",
    "network:rebuild d",
    "nginx:set a hsts false",
    "nginx:set a hsts",
    "nginx:build-config a",
    "nginx:build-config d",
    "proxy:ports-add a http:8080:5000",
    "proxy:ports a",
    "proxy:ports-remove a 8080",
    "proxy:ports-clear a",
    "proxy:set a nginx",
    "proxy:disable a",
    "proxy:disable a",
    "proxy:enable a",
    "proxy:enable a",
    "ps:restart-policy a",
    "ps:set-restart-policy a always",
    "ps:scale a",
    "ps:scale a web=1",
    "ps:stop d",
    "ps:start d",
    "ps:restart d",
    "checks:skip d",
    "ps:restart d",
    "checks:run d",
    "resource:limit --cpu 1 a",
    "resource:limit --process-type web --cpu 1 a",
    "resource:limit a",
    "resource:reserve --memory 1g a",
    "resource:limit-clear a",
    "resource:reserve-clear --process-type web a",
    "run d hello",
    "logs:failed a",
    "scheduler-docker-local:set a disable-chown true",
    "scheduler-docker-local:set a disable-chown",
    "storage:mount a /a:/b",
    "storage:list a",
    "tags d",
    "tags:create d v1",
    "cleanup",
    "version",
];

#[test]
fn quiet_hides_headers_and_notices_and_nothing_else() {
    let (loud, quiet) = (host(), host());
    let mut text = String::new();
    for command in COMMANDS {
        let all = loud.invocation().shell(&format!("dokku {command}"));
        let less = quiet
            .invocation()
            .shell(&format!("dokku --quiet {command}"));
        let _ = writeln!(text, "{command} → {}", less.status);
        assert_eq!(all.status, less.status, "{all}\n\n{less}");
        let (all, less) = (printed(&loud, &all), printed(&quiet, &less));
        let mut left = less.iter().peekable();
        for line in &all {
            let is_left = left.next_if(|left| *left == line).is_some();
            let mark = if is_left { " " } else { "-" };
            let _ = writeln!(text, "  {mark} {line}");
        }
        for line in left {
            let _ = writeln!(text, "  + {line}");
        }
    }
    assert_snapshot!(text.trim_end());
}

/// The lines on both streams, without what differs between two hosts.
fn printed(world: &World, run: &crate::run::Run) -> Vec<String> {
    let streams = [("out", &run.stdout), ("err", &run.stderr)];
    let lines = streams.into_iter().flat_map(|(stream, text)| {
        let text = normal::volatile(&normal::paths(world, text));
        let lines: Vec<String> = text
            .lines()
            .map(|line| format!("{stream} |{line}|"))
            .collect();
        lines
    });
    lines.collect()
}

#[test]
fn help_has_a_head_on_a_terminal_only() {
    let world = World::new();
    let on_a_terminal = |words: &[&str]| world.invocation().on_a_terminal().dokku(words).stdout;
    let piped = world.dokku(["help"]).stdout;
    let head = "Usage: dokku [--quiet|--trace|--rm-container|--rm|--force] COMMAND <app> \
                [command-specific-options]\n\nPrimary help options, type \"dokku COMMAND:help\" for \
                more details, or dokku help --all to see all commands.\n\nCommands:\n\n";
    for words in [&["help"][..], &[], &["--trace-nothing"]] {
        assert_eq!(on_a_terminal(words), format!("{head}{piped}"), "{words:?}");
    }
    assert_eq!(on_a_terminal(&["--quiet", "help"]), piped);
    let all = on_a_terminal(&["help", "--all"]);
    let (core, community) = all.split_once("\nCommunity plugin commands:\n\n").unwrap();
    assert!(core.starts_with(head), "{core}");
    assert_eq!(community, "");
}

#[test]
fn containers_get_a_terminal_when_there_is_one() {
    let world = host();
    let calls = |run: crate::run::Run| {
        let calls = run.docker_calls().map(|call| call.join(" "));
        calls.collect::<Vec<_>>().join("\n")
    };
    for (words, piped, terminal) in [
        (
            ["run", "d", "hello"].as_slice(),
            "container start --attach ",
            "container start --attach --interactive ",
        ),
        (
            ["enter", "d", "web", "ls"].as_slice(),
            "container exec fa4e",
            "container exec -i -t fa4e",
        ),
    ] {
        let without = calls(world.dokku(words));
        assert!(without.contains(piped), "{without}");
        let with = calls(world.invocation().on_a_terminal().dokku(words));
        assert!(with.contains(terminal), "{with}");
        assert_eq!(
            with.contains(" --interactive --tty "),
            words[0] == "run",
            "{with}"
        );
    }
}

#[test]
fn nothing_is_read_from_a_terminal_that_should_come_through_a_pipe() {
    let world = World::new().app("a");
    for (user, words, told) in [
        (
            "dokku",
            ["certs:add", "a"],
            "Tar archive containing server.crt and server.key expected on stdin\n",
        ),
        (
            "dokku",
            ["certs:update", "a"],
            "Tar archive containing server.crt and server.key expected on stdin\n",
        ),
        (
            "root",
            ["ssh-keys:add", "name"],
            "No key specified via file or pipe\n",
        ),
    ] {
        let run = world.invocation().user(user).on_a_terminal().dokku(words);
        assert_eq!((run.status, run.stderr.as_str()), (1, told), "{run}");
        assert!(run.changes.is_empty(), "{run}");
    }
}
