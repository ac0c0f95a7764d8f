//! What the command line says to input that is wrong in form: reference 01 §3–§5 and §10, 14 §5.

use std::fmt::Write as _;

use insta::assert_snapshot;

use crate::table::{short, told};
use crate::world::World;

#[test]
fn unknown_commands_are_told_with_the_whole_line() {
    let world = World::new();
    assert_snapshot!(told(
        &world,
        &[
            "dokku fakecommand",
            "dokku fakecommand a 'b c'",
            "dokku fakeplugin:help",
            "dokku fake:sub a b",
            "dokku apps:",
            "dokku apps:nope",
            "dokku apps/../config",
            "dokku :",
        ]
    ));
}

#[test]
fn no_command_at_all_is_a_wish_for_help() {
    let world = World::new();
    let help = world.dokku(["help"]);
    for line in ["dokku", "dokku ''", "dokku --", "dokku --quiet"] {
        let run = world.invocation().shell(line);
        assert_eq!((run.status, &run.stdout), (0, &help.stdout), "{line}");
    }
    assert_eq!(world.ssh("").stdout, help.stdout);
}

#[test]
fn unknown_flags_are_dropped_before_a_command_and_refused_as_one() {
    let world = World::new();
    assert_snapshot!(told(
        &world,
        &[
            "dokku --bogus version",
            "dokku --quiet --bogus version",
            "dokku -x",
            "dokku -x=5",
            "dokku -=5",
            "dokku -help",
            "dokku -",
            "dokku - a",
            "dokku -x version",
            "dokku --app nope config:get KEY",
            "dokku --app",
        ]
    ));
}

#[test]
fn commands_without_an_app_ask_for_one() {
    let world = World::new();
    let commands = [
        "apps:create",
        "apps:destroy",
        "apps:exists",
        "apps:lock",
        "apps:unlock",
        "apps:locked",
        "apps:clone",
        "apps:rename",
        "certs:add",
        "checks:run",
        "config",
        "config:get",
        "config:keys",
        "config:export",
        "config:set",
        "config:unset",
        "domains:add",
        "domains:remove",
        "domains:set",
        "domains:clear",
        "enter",
        "git:initialize",
        "docker-options:add",
        "logs",
        "nginx:build-config",
        "proxy:ports",
        "proxy:ports-add",
        "proxy:enable",
        "proxy:disable",
        "ps:scale",
        "ps:start",
        "ps:stop",
        "ps:restart",
        "ps:rebuild",
        "repo:gc",
        "resource:limit",
        "run",
        "storage:mount",
        "storage:list",
        "tags",
        "tags:create",
        "tar:in",
        "url",
        "urls",
        "buildpacks:add",
        "network:rebuild",
    ];
    assert_snapshot!(short(&world, &commands.map(str::to_owned)));
}

#[test]
fn commands_for_an_app_that_is_not_there_name_it() {
    let world = World::new();
    let commands = [
        "apps:destroy nope",
        "apps:lock nope",
        "apps:locked nope",
        "apps:report nope",
        "apps:clone nope other",
        "apps:rename nope other",
        "certs:add nope",
        "certs:remove nope",
        "checks:run nope",
        "checks:disable nope",
        "config nope",
        "config:get nope KEY",
        "config:set nope KEY=x",
        "config:unset nope KEY",
        "domains:add nope a.example.com",
        "domains:report nope",
        "docker-options:report nope",
        "enter nope web",
        "git:report nope",
        "git:set nope deploy-branch main",
        "logs nope",
        "network:rebuild nope",
        "nginx:build-config nope",
        "proxy:ports nope",
        "proxy:disable nope",
        "ps:report nope",
        "ps:scale nope web=1",
        "ps:start nope",
        "ps:stop nope",
        "ps:restart nope",
        "ps:rebuild nope",
        "repo:gc nope",
        "resource:limit --cpu 1 nope",
        "run nope ls",
        "storage:mount nope /a:/b",
        "storage:list nope",
        "tags nope",
        "tags:deploy nope v1",
        "tar:in nope",
        "url nope",
        "urls nope",
        "buildpacks:list nope",
    ];
    assert_snapshot!(short(&world, &commands.map(str::to_owned)));
}

#[test]
fn app_names_of_the_wrong_form_are_refused() {
    let world = World::new();
    let names = [
        "''",
        "Upper",
        "-dash",
        ".dot",
        "_under",
        "a/b",
        "../up",
        "é",
        "'new\nline'",
        "a:b",
        "'$(id)'",
        "'*'",
    ];
    assert_snapshot!(short(
        &world,
        &names.map(|name| format!("apps:create {name}"))
    ));
}

#[test]
fn app_names_that_upstream_takes_are_taken() {
    let world = World::new();
    let names = [
        "1app",
        "has_underscore",
        "has.dot",
        "a..b",
        "'sp ace'",
        "'a;b'",
        "a-",
    ];
    assert_snapshot!(short(
        &world,
        &names.map(|name| format!("apps:create {name}"))
    ));
}

#[test]
fn go_flags_that_are_unknown_or_lack_a_value_exit_2() {
    let world = World::new().app("a");
    let commands = [
        "apps:create --nope a",
        "apps:destroy --nope a",
        "config:get --nope a KEY",
        "config:export --format",
        "config:set --nope a KEY=x",
        "resource:limit --nope 1 a",
        "resource:limit --cpu",
        "buildpacks:add --index x a https://example.com/b.git",
        "buildpacks:add --index",
        "proxy:ports --nope a",
        "config:keys -h",
    ];
    assert_snapshot!(short(&world, &commands.map(str::to_owned)));
}

#[test]
fn arguments_that_are_missing_are_asked_for() {
    let world = World::new().app("a");
    let commands = [
        "apps:clone a",
        "apps:rename a",
        "config:get a",
        "config:set a",
        "config:unset a",
        "config:set a KEY",
        "domains:add a",
        "domains:remove a",
        "domains:set a",
        "docker-options:add a",
        "docker-options:add a deploy",
        "enter a",
        "git:set a",
        "proxy:ports-add a",
        "ps:set-restart-policy a",
        "run a",
        "storage:mount a",
        "tags:create a",
        "buildpacks:add a",
        "network:set a",
        "nginx:set a",
    ];
    assert_snapshot!(short(&world, &commands.map(str::to_owned)));
}

#[test]
fn commands_that_change_the_host_need_root() {
    let world = World::new();
    let commands = [
        "plugin:install https://example.com/x.git",
        "plugin:uninstall x",
        "plugin:enable x",
        "plugin:nope",
        "ssh-keys:add bob",
    ];
    assert_snapshot!(short(&world, &commands.map(str::to_owned)));
}

#[test]
fn user_auth_scripts_learn_who_asks_for_what_and_may_refuse() {
    let script = "#!/bin/sh\necho \"asked: $*\" >&2\ntest \"$3\" != apps:create\n";
    let world = World::new().plugin("gate", &[("user-auth", script)]);
    let create = ["apps:create", "a"];
    let runs = [
        world.dokku(["apps:exists", "nope"]),
        world.invocation().user("root").dokku(create),
        world.invocation().user("alice").dokku(create),
        world.ssh("apps:create a"),
    ];
    assert_snapshot!(runs.map(|run| run.to_string()).join("\n\n"));
}

#[test]
fn ssh_commands_are_split_by_the_product_and_never_by_a_shell() {
    let world = World::new().app("a").file("home/witness", "");
    let lines = [
        "version",
        "--version",
        "nonexistent",
        "apps:exists a; touch /home/dokku/pwned",
        "apps:exists $(touch /home/dokku/pwned)",
        "config:set --no-restart a A='x y' B=\"p q\"",
        "config:set --no-restart a A='x",
        "config:set --no-restart a A=x #comment",
        "config:set a 'A=no app' nope",
        "config:get a A",
        "config:get nope A",
        "plugin:install https://example.com/x.git",
        "git-upload-pack 'nope'",
    ];
    let mut text = String::new();
    for line in lines {
        let _ = writeln!(text, "{}\n", world.ssh(line));
    }
    assert_snapshot!(text.trim_end());
}

#[test]
fn a_login_with_another_umask_makes_the_same_files() {
    use std::os::unix::fs::PermissionsExt as _;
    let world = World::new().app("a").app("b");
    for (app, umask) in [("a", "002"), ("b", "077")] {
        let line = format!("umask {umask}; dokku git:initialize {app}");
        world.invocation().output("bash", ["-c", &line]);
        let head = world.path("home").join(app).join("HEAD");
        let mode = std::fs::metadata(head).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o644, "umask {umask}");
    }
}
