//! Deploys of one app take turns: what one of them learns before its turn is not held against what
//! the others have made of the app until then.

use std::thread::{scope, sleep};
use std::time::Duration;

use crate::docker::Image;
use crate::never_lost::{deployed, with_hook};
use crate::world::World;

/// Id of an image.
fn id(world: &World, name: &str) -> String {
    world.docker_state(|state| {
        let has = |image: &&Image| image.names.iter().any(|known| known == name);
        state.images.iter().rev().find(has).unwrap().id.clone()
    })
}

/// Waits until a hook has left its mark.
fn await_mark(world: &World, file: &str) {
    let is_there = || world.path(file).exists();
    let mut rounds = (0..1500).inspect(|_| sleep(Duration::from_millis(20)));
    assert!(rounds.any(|_| is_there()), "no hook has made {file}");
}

#[test]
fn a_scaling_that_waits_for_a_push_and_fails_leaves_the_app_the_pushed_image() {
    let world = deployed().serves(5000, "Hello from dokku-rs").plugin(
        "zz-test",
        &[
            (
                "pre-receive-app",
                "#!/bin/sh\ntouch $DOKKU_ROOT/pushing; sleep 3\n",
            ),
            ("post-deploy", "#!/bin/sh\ntouch $DOKKU_ROOT/pushed\n"),
            ("check-deploy", "#!/bin/sh\ntest ! -e $DOKKU_ROOT/pushed\n"),
        ],
    );
    let old = id(&world, "dokku/a:latest");
    scope(|scope| {
        let push = scope.spawn(|| world.push("hello", "a"));
        await_mark(&world, "home/pushing");
        let scaled = world.dokku(["ps:scale", "a", "worker=0"]);
        let push = push.join().unwrap();
        assert_eq!(push.status, 0, "{push}");
        assert_ne!(scaled.status, 0, "{scaled}");
        assert!(
            scaled.stdout.contains("Waiting for another deploy of a"),
            "{scaled}"
        );
        assert_ne!(id(&world, "dokku/a:latest"), old, "{scaled}");
    });
}

#[test]
fn a_restart_that_waits_for_another_tag_restarts_that_one() {
    let slow = "test -e $DOKKU_ROOT/checking && exit 0; touch $DOKKU_ROOT/checking; sleep 2";
    let image = Image {
        names: vec!["dokku/a:v2".to_owned()],
        ..Image::default()
    };
    let world = with_hook(deployed(), "check-deploy", slow).image(image, &[]);
    let old = id(&world, "dokku/a:latest");
    scope(|scope| {
        let tagged = scope.spawn(|| world.dokku(["tags:deploy", "a", "v2"]));
        await_mark(&world, "home/checking");
        let restart = world.dokku(["ps:restart", "a"]);
        let tagged = tagged.join().unwrap();
        assert_eq!((tagged.status, restart.status), (0, 0), "{tagged}{restart}");
        assert!(
            restart.stdout.contains("Deploying a (dokku/a:v2)"),
            "{restart}"
        );
    });
    assert_ne!(id(&world, "dokku/a:latest"), old);
}

#[test]
fn a_deploy_that_a_hook_of_a_deploy_starts_may_fail() {
    let inner = "test -n \"$INNER\" && exit 1; test -e $DOKKU_ROOT/once && exit 0
        touch $DOKKU_ROOT/once; INNER=1 dokku ps:restart a; exit 0";
    let world = with_hook(deployed(), "check-deploy", inner);
    let run = world.dokku(["ps:restart", "a"]);
    assert_eq!(run.status, 0, "{run}");
    let failed = world.read("lib/data/scheduler-docker-local/a/failed-containers");
    assert!(failed.trim_end().ends_with(" web.1"), "{failed}: {run}");
}

#[test]
fn a_signal_ends_the_restart_of_all_apps_and_not_only_of_one() {
    let world = with_hook(deployed(), "check-deploy", "kill -TERM $PPID").app("b");
    let world = world.deployed("b", Image::default(), &["web.1"]);
    // Without a program `parallel` in it.
    let path = world.path("one-bin");
    std::fs::create_dir(&path).unwrap();
    for program in ["dokku", "docker"] {
        std::os::unix::fs::symlink(world.path("bin").join(program), path.join(program)).unwrap();
    }
    let run = world
        .invocation()
        .env("PATH", path)
        .dokku(["ps:restartall"]);
    assert_eq!(run.status, 1, "{run}");
    assert!(run.stdout.contains("Running 'dokku ps:restart a'"), "{run}");
    assert!(!run.stdout.contains("Deploying b"), "{run}");
}

#[test]
fn a_hook_may_deploy_another_app_whose_hook_deploys_the_first_again() {
    let other = "[ $1 = a ] && next=b || next=a; test -e $DOKKU_ROOT/$1.once && exit 0
        touch $DOKKU_ROOT/$1.once; dokku ps:restart $next";
    let world = with_hook(deployed(), "post-deploy", other).app("b");
    let world = world
        .deployed("b", Image::default(), &["web.1"])
        .file("home/ENV", "DOKKU_DEFAULT_CHECKS_WAIT=\"0\"");
    let run = world.dokku(["ps:restart", "a"]);
    assert_eq!(run.status, 0, "{run}");
    let deploys = run.stdout.matches("-----> Deploying a ").count();
    assert_eq!(deploys, 2, "{run}");
}

#[test]
fn a_time_to_retire_beyond_all_clocks_is_no_crash() {
    let longest = "DOKKU_WAIT_TO_RETIRE=18446744073709551615";
    let world = deployed().did(&["config:set", "--no-restart", "a", longest]);
    let run = world.dokku(["ps:restart", "a"]);
    assert_eq!(run.status, 0, "{run}");
}

/// Names of the containers that run for an app.
fn running(world: &World, app: &str) -> Vec<String> {
    let label = ("com.dokku.app-name".to_owned(), app.to_owned());
    world.docker_state(|state| {
        let all = state.containers.iter();
        let ours = all.filter(|it| it.status == "running" && it.labels.contains_key(&label.0));
        let ours = ours.filter(|it| it.labels[&label.0] == label.1);
        ours.map(|it| it.name.clone()).collect()
    })
}

#[test]
fn an_app_is_destroyed_after_the_push_that_runs() {
    let slow = "#!/bin/sh\ntouch $DOKKU_ROOT/pushing; sleep 2\n";
    let world = World::new()
        .app("a")
        .file("home/ENV", "DOKKU_DEFAULT_CHECKS_WAIT=\"0\"")
        .serves(5000, "Hello from dokku-rs")
        .plugin("zz-test", &[("pre-receive-app", slow)]);
    scope(|scope| {
        let push = scope.spawn(|| world.push("hello", "a"));
        await_mark(&world, "home/pushing");
        let destroyed = world.dokku(["--force", "apps:destroy", "a"]);
        let push = push.join().unwrap();
        assert_eq!((push.status, destroyed.status), (0, 0), "{push}{destroyed}");
        let waits = "a currently has a deploy lock in place. Waiting...\n";
        assert!(destroyed.stdout.contains(waits), "{destroyed}");
        assert_eq!(running(&world, "a"), [""; 0], "{push}{destroyed}");
        assert!(!world.path("home/a").exists());
    });
}

#[test]
fn an_app_is_renamed_after_the_restart_that_runs() {
    let slow = "test -e $DOKKU_ROOT/checking && exit 0; touch $DOKKU_ROOT/checking; sleep 2";
    let world = with_hook(deployed(), "check-deploy", slow);
    scope(|scope| {
        let restart = scope.spawn(|| world.dokku(["ps:restart", "a"]));
        await_mark(&world, "home/checking");
        let renamed = world.dokku(["apps:rename", "a", "b"]);
        let restart = restart.join().unwrap();
        assert_eq!(
            (restart.status, renamed.status),
            (0, 0),
            "{restart}{renamed}"
        );
        let waits = "-----> Waiting for another deploy of a to end\n";
        assert!(renamed.stdout.contains(waits), "{renamed}");
        assert_eq!(running(&world, "a"), [""; 0], "{renamed}");
        assert!(!world.path("home/a").exists());
        assert_eq!(world.read("home/b/DOKKU_SCALE"), "web=1\nworker=1\n");
    });
}

#[test]
fn a_hook_of_a_deploy_may_destroy_the_app_and_one_of_its_destruction_may_deploy() {
    let world = with_hook(deployed(), "post-deploy", "dokku --force apps:destroy a");
    let run = world.dokku(["ps:restart", "a"]);
    assert!(run.stdout.contains("Destroying a"), "{run}");
    assert!(!world.path("home/a").exists(), "{run}");

    let world = with_hook(deployed(), "pre-delete", "dokku ps:restart a; exit 3");
    let run = world.dokku(["--force", "apps:destroy", "a"]);
    assert_ne!(run.status, 0, "{run}");
    assert!(run.stdout.contains("Deploying a"), "{run}");
    assert!(
        running(&world, "a").contains(&"a.web.1".to_owned()),
        "{run}"
    );
    for lock in [
        ".deploy.lock",
        ".deploy.turn",
        ".deploy.undo",
        ".deploy.made",
    ] {
        assert!(!world.path(&format!("home/a/{lock}")).exists(), "{lock}");
    }
}

#[test]
fn an_app_that_is_locked_by_hand_is_destroyed_at_once() {
    let world = deployed().did(&["apps:lock", "a"]);
    let run = world.dokku(["--force", "apps:destroy", "a"]);
    assert_eq!(run.status, 0, "{run}");
    assert!(!run.stdout.contains("Waiting"), "{run}");
}

#[test]
fn a_restart_that_waits_for_the_end_of_the_app_fails_with_it() {
    let slow = "touch $DOKKU_ROOT/ending; sleep 2";
    let world = with_hook(deployed(), "pre-delete", slow);
    scope(|scope| {
        let destroyed = scope.spawn(|| world.dokku(["--force", "apps:destroy", "a"]));
        await_mark(&world, "home/ending");
        let restart = world.dokku(["ps:restart", "a"]);
        let destroyed = destroyed.join().unwrap();
        assert_eq!((restart.status, destroyed.status), (1, 0), "{destroyed}");
        assert!(restart.stderr.contains("App a does not exist"), "{restart}");
        assert!(!world.path("home/a").exists(), "{restart}");
    });
}

#[test]
fn domains_that_are_added_at_the_same_moment_are_all_served() {
    let world = deployed().did(&["domains:add", "a", "first.example.com"]);
    scope(|scope| {
        for number in 0..6 {
            let world = &world;
            scope.spawn(move || {
                let domain = format!("d{number}.example.com");
                let run = world.dokku(["domains:add", "a", &domain]);
                assert_eq!(run.status, 0, "{run}");
            });
        }
    });
    let config = world.read("home/a/nginx.conf");
    for number in 0..6 {
        let domain = format!("d{number}.example.com");
        assert!(config.contains(&domain), "{domain}: {config}");
    }
}

#[test]
fn an_app_is_stopped_after_the_restart_that_runs() {
    let slow = "test -e $DOKKU_ROOT/checking && exit 0; touch $DOKKU_ROOT/checking; sleep 2";
    let world = with_hook(deployed(), "check-deploy", slow);
    scope(|scope| {
        let restart = scope.spawn(|| world.dokku(["ps:restart", "a"]));
        await_mark(&world, "home/checking");
        let stop = world.dokku(["ps:stop", "a"]);
        let restart = restart.join().unwrap();
        assert_eq!((restart.status, stop.status), (0, 0), "{restart}{stop}");
        let running = running(&world, "a");
        assert!(!running.contains(&"a.web.1".to_owned()), "{stop}");
        assert!(
            world.read("home/a/ENV").contains("DOKKU_APP_RESTORE=\"0\""),
            "{stop}"
        );
    });
}

#[test]
fn a_lock_that_a_killed_deploy_left_is_none() {
    let world = deployed().file("home/a/.deploy.lock", "999999999");
    let locked = world.dokku(["apps:locked", "a"]);
    assert_eq!(locked.status, 1, "{locked}");
    assert_eq!(world.dokku(["apps:unlock", "a"]).status, 0);
    assert!(!world.path("home/a/.deploy.lock").exists());
    let own = std::process::id().to_string();
    let world = world.file("home/a/.deploy.lock", &own);
    assert_eq!(world.dokku(["apps:locked", "a"]).status, 0);
}
