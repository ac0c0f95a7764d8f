//! What a push, a tarball or a setting of one app may not do to the host, and what it must not miss.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::docker::Image;
use crate::world::World;

const ZERO: &str = "0000000000000000000000000000000000000000";

#[test]
fn a_ref_whose_name_is_no_text_does_not_hide_the_others() {
    let world = World::new().app("a").did(&["git:initialize", "a"]);
    let mut lines = format!("{ZERO} 1111 refs/heads/").into_bytes();
    lines.extend(b"\xe9t\xe9\n");
    lines.extend(format!("1111 {ZERO} refs/heads/master\n").bytes());
    let run = world.invocation().stdin(lines).dokku(["git-hook", "a"]);
    assert!(run.stdout.contains("you must push to master"), "{run}");
    assert!(run.stderr.contains("can't be deleted by a push"), "{run}");
    assert_eq!(run.status, 1, "{run}");
}

#[test]
fn a_deploy_branch_is_no_path_to_the_settings_of_another_app() {
    let world = World::new()
        .app("a")
        .app("b")
        .did(&["config:set", "b", "KEY=secret"])
        .did(&["git:initialize", "a"])
        .did(&["git:set", "a", "deploy-branch", "../../../b/ENV"]);
    let run = world
        .deployed("a", Image::default(), &["web.1"])
        .dokku(["ps:rebuild", "a"]);
    assert!(!run.to_string().contains("secret"), "{run}");
    let complaint = "Invalid branch name '../../../b/ENV'";
    assert!(run.stderr.contains(complaint), "{run}");
    assert_eq!(run.status, 1, "{run}");
}

#[test]
fn a_revision_is_no_option_of_git() {
    let world = World::new().app("a").did(&["git:initialize", "a"]);
    let lines = format!("{ZERO} -Bother refs/heads/master\n");
    let run = world.invocation().stdin(lines).dokku(["git-hook", "a"]);
    assert!(run.stderr.contains("Invalid revision '-Bother'"), "{run}");
    assert_eq!(run.status, 1, "{run}");
}

#[test]
fn a_push_to_a_name_with_a_blank_does_not_reach_the_app_of_its_first_word() {
    let world = World::new().app("sp").did(&["git:initialize", "sp"]);
    let run = world.ssh("git-receive-pack 'sp ace'");
    assert!(world.path("home/sp ace/refs").is_dir(), "{run}");
    assert!(run.stdout.contains("capabilities^{}"), "{run}");
}

#[test]
fn a_repository_is_never_without_its_hook() {
    let world = World::new().app("a");
    let git = world.path("bin/git");
    fs::write(&git, "#!/bin/sh\nmkdir a/refs\nexit 1\n").unwrap();
    fs::set_permissions(&git, fs::Permissions::from_mode(0o755)).unwrap();
    let run = world.dokku(["git:initialize", "a"]);
    assert_ne!(run.status, 0, "{run}");
    let hook = world.read("home/a/hooks/pre-receive");
    assert!(hook.ends_with("dokku git-hook a\n"), "{run}");
}

#[test]
fn what_a_killed_tar_command_has_received_goes() {
    // Beyond the largest process id of any system.
    let gone = [
        "home/a/.src.tar.4000000000-0.tmp",
        "tmp/dokku-4000000000-tar_from.x/y",
    ];
    let kept = ["home/a/.src.tar.1-0.tmp", "home/a/.src.tar.old"];
    let world = gone
        .iter()
        .chain(&kept)
        .fold(World::new().app("a"), |world, file| world.file(file, "x"));
    assert_eq!(
        world
            .invocation()
            .stdin("no tarball")
            .dokku(["tar:in", "a"])
            .status,
        2
    );
    assert_ne!(world.dokku(["tar:from", "a", "file:///nope"]).status, 0);
    for file in gone {
        assert!(!world.path(file).exists(), "{file}");
    }
    for file in kept {
        assert!(world.path(file).exists(), "{file}");
    }
    assert_eq!(fs::read_dir(world.path("tmp")).unwrap().count(), 0);
}

#[test]
fn a_tree_of_many_levels_is_built_and_leaves_nothing_behind() {
    let world = World::new().app("a");
    let script = "cd $TMPDIR && git init -q -b master deep && cd deep && \
        dir=$(printf 'd/%.0s' {1..300}) && mkdir -p $dir && touch $dir/f && git add . && \
        git -c user.name=x -c user.email=x@x commit -qm x && \
        ulimit -n 128 && git push -q dokku@dokku.me:a master";
    let run = world.invocation().shell(script);
    assert!(run.stderr.contains("Building a from herokuish"), "{run}");
    let left = fs::read_dir(world.path("tmp")).unwrap().flatten();
    let left: Vec<_> = left.map(|entry| entry.file_name()).collect();
    assert_eq!(left, ["deep"]);
}

#[test]
fn a_push_whose_submodules_are_missing_leaves_no_worktree_behind() {
    let world = World::new()
        .file("tmp/source/Dockerfile", "FROM scratch\n")
        .file("tmp/source/.gitmodules", "[submodule\n");
    let source = world.path("tmp/source").to_string_lossy().into_owned();
    let run = world.push(&source, "a");
    assert_ne!(run.status, 0, "{run}");
    assert!(run.stderr.contains(".gitmodules"), "{run}");
    assert!(!world.path("home/a/worktrees").exists(), "{run}");
}
