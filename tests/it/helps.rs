//! The help texts: of every plugin, and of the commands that stand alone. References 01 §7 and the
//! help section of each plugin's.

use insta::assert_snapshot;

use crate::table::short;
use crate::world::World;

/// Namespaces whose bare word prints the same help.
const BARE: &[&str] = &[
    "apps",
    "buildpacks",
    "certs",
    "checks",
    "docker-options",
    "domains",
    "git",
    "network",
    "nginx",
    "plugin",
    "proxy",
    "ps",
    "repo",
    "resource",
    "scheduler-docker-local",
    "ssh-keys",
    "storage",
    "tar",
    "trace",
];

/// Namespaces whose bare word is a command of its own, or none.
const COMMANDS: &[&str] = &[
    "config", "enter", "events", "logs", "run", "shell", "tags", "url", "urls", "version",
];

#[test]
fn every_plugin_has_its_help() {
    let world = World::new();
    let all = BARE.iter().chain(COMMANDS);
    let commands: Vec<String> = all.map(|name| format!("{name}:help")).collect();
    assert_snapshot!(short(&world, &commands));
}

#[test]
fn a_bare_plugin_name_is_a_wish_for_its_help() {
    let world = World::new();
    for name in BARE {
        let help = world.dokku([format!("{name}:help")]);
        for words in [vec![*name], vec![*name, "anything"]] {
            let run = world.dokku(words);
            assert_eq!(
                (run.status, &run.stdout, &run.stderr),
                (0, &help.stdout, &help.stderr),
                "{run}"
            );
        }
    }
}

#[test]
fn the_whole_help_lists_every_command_once() {
    let world = World::new();
    assert_snapshot!(short(&world, &["help".to_owned(), "help --all".to_owned()]));
}

#[test]
fn a_third_party_plugin_stands_below_the_core() {
    let commands = "#!/usr/bin/env bash\ncase \"$1\" in\n  help) echo '    fake, A plugin for tests' ;;\n\
                    *) exit 10 ;;\nesac\n";
    let world = World::new().plugin("fake", &[("commands", commands)]);
    let help = world.dokku(["help"]).stdout;
    assert!(
        help.ends_with("\n    fake   A plugin for tests\n"),
        "{help}"
    );
    let help = world.invocation().on_a_terminal().dokku(["help"]).stdout;
    let end = "\nCommunity plugin commands:\n\n    fake   A plugin for tests\n";
    assert!(help.ends_with(end), "{help}");
}
