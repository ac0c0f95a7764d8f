//! A failed or killed deploy is undone: the next restart and the next boot find the app as it was.

use std::time::Duration;

use serde_json::json;

use crate::docker::Image;
use crate::never_lost::{deployed, restarting, standing_of_containers, state, with_hook};
use crate::run::Run;
use crate::world::World;

/// Id of the app's image, and its variables.
fn standing(world: &World) -> (String, String) {
    let name = "dokku/a:latest".to_owned();
    let image = world.docker_state(|state| {
        let mut images = state.images.iter().rev();
        images
            .find(|image| image.names.contains(&name))
            .unwrap()
            .id
            .clone()
    });
    (image, world.read("home/a/ENV"))
}

#[test]
fn a_refused_push_leaves_the_app_the_image_and_the_settings_that_it_runs_on() {
    let world = deployed().did(&["domains:add", "a", "a.example.com"]);
    let world = with_hook(world, "check-deploy", "exit 1");
    let before = (standing(&world), world.read("home/a/nginx.conf"));
    let run = world.push("dockerfile-procfile", "a");
    assert_ne!(run.status, 0, "{run}");
    let tagged = "Successfully tagged dokku/a:latest";
    assert!(run.stderr.contains(tagged), "{run}");
    let after = (standing(&world), world.read("home/a/nginx.conf"));
    assert_eq!(after, before, "{run}");
    assert!(!world.path("home/a/.deploy.undo").exists());
}

#[test]
fn a_push_that_fails_when_the_proxy_has_switched_leaves_the_old_images_template() {
    let image = Image {
        names: vec!["dokku/a:latest".to_owned()],
        workdir: "/app".to_owned(),
        ..Image::default()
    };
    let template = [("/app/nginx.conf.sigil", "# one of {{ .APP }}\n")];
    let world = deployed()
        .image(image, &template)
        .did(&["domains:add", "a", "a.example.com"])
        .did(&["ps:restart", "a"]);
    let before = (standing(&world), world.read("home/a/nginx.conf"));
    assert!(before.1.starts_with("# one of a\n"), "{}", before.1);
    let world = with_hook(world, "core-post-deploy", "exit 4");
    let run = world.push("nginx-sigil", "a");
    assert_ne!(run.status, 0, "{run}");
    assert!(run.stderr.contains("detected nginx.conf.sigil"), "{run}");
    let after = (standing(&world), world.read("home/a/nginx.conf"));
    assert_eq!(after, before, "{run}");
}

#[test]
fn what_could_not_be_put_back_because_docker_was_away_is_put_back_later() {
    let away = "Cannot connect to the Docker daemon at unix:///var/run/docker.sock.\n";
    let world = with_hook(deployed(), "check-deploy", "test -e $DOKKU_ROOT/up");
    let (old, _) = standing(&world);
    let world = world.docker_fails(&["image", "tag"], 1, away).docker_fails(
        &["container", "list", "--quiet"],
        1,
        away,
    );
    let run = world.push("dockerfile-procfile", "a");
    assert_ne!(run.status, 0, "{run}");
    assert_ne!(standing(&world).0, old, "{run}");
    let world = world.file("home/up", "");
    let run = world.dokku(["ps:restart", "a"]);
    assert_eq!(run.status, 0, "{run}");
    assert!(tags(&run, &old), "{run}");
    for left in [".deploy.undo", ".deploy.made"] {
        assert!(!world.path("home/a").join(left).exists(), "{left}");
    }
}

#[test]
fn a_deploy_that_was_killed_before_its_containers_served_is_undone() {
    let world = deployed().serves(5000, "Hello from dokku-rs");
    let world = with_hook(world, "core-post-deploy", "kill -9 $PPID");
    let before = (standing(&world).0, state(&world));
    let run = world.push("hello", "a");
    assert_ne!(run.status, 0, "{run}");
    assert_ne!((standing(&world).0, state(&world)), before, "{run}");
    // Whatever comes next begins with the old set, and this fails.
    let world = world.plugin("zz-more", &[("pre-deploy", "#!/bin/sh\nexit 1\n")]);
    let run = world.dokku(["ps:restart", "a"]);
    assert_eq!(run.status, 1, "{run}");
    assert_eq!((standing(&world).0, state(&world)), before, "{run}");
}

/// What a killed deploy of `a` leaves: before it stood the present image and no exposed ports.
fn killed(world: World) -> World {
    let ids = ["web.1", "worker.1"].map(|process| {
        let id = world.read(&format!("home/a/CONTAINER.{process}"));
        id.trim().to_owned()
    });
    let (image, variables) = standing(&world);
    let left = json!({
        "containers": ids,
        "image": image,
        "variables": { "DOKKU_DOCKERFILE_PORTS": null },
        "scale": ["web=1\nworker=1\n", null],
        "pid": 999_999_999,
    });
    let ports = "DOKKU_DOCKERFILE_PORTS=\"3000\"";
    world
        .file("home/a/.deploy.undo", &left.to_string())
        .file("home/a/ENV", &format!("{variables}\n{ports}"))
}

/// An image that nothing was deployed from takes the app's name.
fn with_newer_image(world: World) -> World {
    let image = Image {
        names: vec!["dokku/a:latest".to_owned()],
        ..Image::default()
    };
    world.image(image, &[])
}

fn tags(run: &Run, image: &str) -> bool {
    let call = ["image", "tag", image, "dokku/a:latest"];
    run.docker_calls().any(|argv| argv == call)
}

#[test]
fn a_deploy_that_was_killed_is_undone_by_the_next_one() {
    let world = deployed();
    let (old, _) = standing(&world);
    let world = with_newer_image(killed(world));
    let run = world.dokku(["ps:restart", "a"]);
    assert_eq!(run.status, 0, "{run}");
    assert!(tags(&run, &old), "{run}");
    let variables = world.read("home/a/ENV");
    assert!(!variables.contains("DOCKERFILE_PORTS"), "{variables}");
    for left in [".deploy.undo", ".deploy.made"] {
        assert!(!world.path("home/a").join(left).exists(), "{left}");
    }
}

#[test]
fn a_hook_of_destroying_an_app_whose_deploy_was_killed_may_call_dokku_for_it() {
    let refuses = "dokku ps:restart a && exit 3";
    let world = with_newer_image(killed(with_hook(deployed(), "pre-delete", refuses)));
    let run = world.dokku(["--force", "apps:destroy", "a"]);
    assert!(run.stdout.contains("Application deployed"), "{run}");
    assert!(run.stderr.contains("exit status 3"), "{run}");
    // What the killed deploy left is no affair of the refused destruction.
    assert!(world.path("home/a/.deploy.undo").exists(), "{run}");
}

#[test]
fn what_a_user_changed_after_a_killed_deploy_is_not_undone() {
    let world = deployed();
    let (old, _) = standing(&world);
    let world = with_newer_image(killed(world));
    let undo: serde_json::Value = serde_json::from_str(&world.read("home/a/.deploy.undo")).unwrap();
    let mut made = undo;
    made["image"] = json!(standing(&world).0);
    made["variables"] = json!({ "DOKKU_DOCKERFILE_PORTS": "3000" });
    let world = with_newer_image(world.file("home/a/.deploy.made", &made.to_string())).did(&[
        "config:set",
        "--no-restart",
        "a",
        "DOKKU_DOCKERFILE_PORTS=8080",
    ]);
    let run = world.dokku(["ps:restart", "a"]);
    assert_eq!(run.status, 0, "{run}");
    assert!(!tags(&run, &old), "{run}");
    let variables = world.read("home/a/ENV");
    assert!(
        variables.contains("DOKKU_DOCKERFILE_PORTS=\"8080\""),
        "{variables}"
    );
}

#[test]
fn a_push_waits_for_a_restart_that_fails_and_then_deploys_its_own_code() {
    let slow = "test -e $DOKKU_ROOT/second && exit 0; touch $DOKKU_ROOT/second; sleep 3; exit 1";
    let world = with_hook(
        deployed().serves(5000, "Hello from dokku-rs"),
        "check-deploy",
        slow,
    );
    let old = standing(&world).0;
    std::thread::scope(|scope| {
        let restart = scope.spawn(|| world.dokku(["ps:restart", "a"]));
        std::thread::sleep(Duration::from_secs(1));
        let push = world.push("hello", "a");
        let restart = restart.join().unwrap();
        assert_ne!(restart.status, 0, "{restart}");
        assert_eq!(push.status, 0, "{push}");
        assert!(
            push.stderr
                .contains("Waiting for another deploy of a to end"),
            "{push}"
        );
    });
    let (image, variables) = standing(&world);
    assert_ne!(image, old);
    assert!(variables.contains("DOKKU_DOCKERFILE_CMD"), "{variables}");
}

#[test]
fn a_hook_of_a_deploy_may_restart_its_app() {
    let once = "test -e $DOKKU_ROOT/once && exit 0; touch $DOKKU_ROOT/once; dokku config:set a B=1";
    let world = with_hook(deployed(), "pre-release-dockerfile", once);
    let run = world.dokku(["config:set", "a", "A=1"]);
    assert_eq!(run.status, 0, "{run}");
    let variables = world.read("home/a/ENV");
    assert!(variables.contains("A=\"1\"\nB=\"1\""), "{variables}");
}

#[test]
fn a_failed_build_leaves_a_stopped_app_its_containers_and_its_image() {
    let world = deployed().docker(|state| {
        for image in &mut state.images {
            image.labels = [("com.dokku.app-name".to_owned(), "a".to_owned())].into();
        }
    });
    let world = world.did(&["ps:stop", "a"]);
    let before = (standing(&world).0, state(&world));
    let run = world.push("broken", "a");
    assert_ne!(run.status, 0, "{run}");
    assert_eq!((standing(&world).0, state(&world)), before, "{run}");
    for id in &before.1[..2] {
        let is_there = world.docker_state(|state| state.position(id.trim()).is_some());
        assert!(is_there, "{id}: {run}");
    }
    let run = world.dokku(["ps:start", "a"]);
    assert_eq!(run.status, 0, "{run}");
}

#[test]
fn a_lock_file_that_upstream_left_does_not_block_after_the_change_to_dokku_rs() {
    let world = World::new()
        .app("a")
        .app("locked")
        .file("home/a/.deploy.lock", "");
    let install = world.path("lib/plugins/enabled/ps/install");
    let install = install.to_str().unwrap();
    let again = world.invocation().program(install, [""; 0]);
    assert_eq!(again.status, 0, "{again}");
    assert!(
        world.path("home/a/.deploy.lock").exists(),
        "apps:lock survives an update"
    );
    let first = world
        .invocation()
        .env("DOKKU_RS_REPLACING", "true")
        .program(install, [""; 0]);
    assert_eq!(first.status, 0, "{first}");
    assert!(!world.path("home/a/.deploy.lock").exists());
}

#[test]
fn the_name_of_an_app_is_no_shell_code_in_its_hook() {
    let name = "b;id>pwned";
    let world = World::new().app(name);
    let hook = format!("home/{name}/hooks/pre-receive");
    let quoted = "dokku git-hook 'b;id>pwned'\n";
    assert!(world.dokku(["git:initialize", name]).status == 0);
    assert!(world.read(&hook).ends_with(quoted), "{}", world.read(&hook));
    // One that upstream wrote is mended before the next push runs it.
    let bare = world
        .read(&hook)
        .replace(quoted, &format!("dokku git-hook {name}\n"));
    let world = world.file(&hook, &bare);
    world.ssh(&format!("git-receive-pack '{name}'"));
    assert!(world.read(&hook).ends_with(quoted), "{}", world.read(&hook));
}

#[test]
fn a_refused_image_does_not_impose_its_scale() {
    let world = with_hook(deployed(), "check-deploy", "exit 1").image(
        Image {
            names: vec!["dokku/a:latest".to_owned()],
            workdir: "/app".to_owned(),
            ..Image::default()
        },
        &[("/app/DOKKU_SCALE", "web=2\n")],
    );
    let run = world.dokku(["ps:restart", "a"]);
    assert!(
        run.stdout.contains("DOKKU_SCALE declares scale -> web=2"),
        "{run}"
    );
    assert_eq!(
        world.read("home/a/DOKKU_SCALE"),
        "web=1\nworker=1\n",
        "{run}"
    );
    assert!(!world.path("home/a/DOKKU_SCALE.extracted").exists());
}

/// The containers of the deployed app, stopped as by a host that went down.
fn down(world: World) -> World {
    world.docker(|state| {
        for container in &mut state.containers {
            container.status = "exited".to_owned();
        }
    })
}

fn started(run: &Run) -> Vec<String> {
    let calls = run.docker_calls();
    let starts = calls.filter(|argv| argv.get(1).is_some_and(|word| word == "start"));
    starts.filter_map(|argv| argv.last().cloned()).collect()
}

#[test]
fn at_boot_an_app_whose_checks_fail_gets_its_old_containers() {
    for image_is_gone in [false, true] {
        let world = down(with_hook(deployed(), "check-deploy", "exit 1"));
        if image_is_gone {
            world.docker_state(|state| {
                for image in &mut state.images {
                    image.names.clear();
                }
            });
        }
        let before = state(&world);
        let run = world.dokku(["ps:restore", "a"]);
        assert!(
            run.stderr
                .contains("Starting the containers that a had before"),
            "{run}"
        );
        for id in &before[..2] {
            assert!(started(&run).contains(&id.trim().to_owned()), "{run}");
        }
        assert_eq!(state(&world)[..2], before[..2], "{run}");
    }
}

#[test]
fn an_app_that_was_stopped_by_hand_stays_down_when_its_start_fails() {
    let world = with_hook(deployed(), "check-deploy", "exit 1").did(&["ps:stop", "a"]);
    let before = state(&world);
    let run = world.dokku(["ps:start", "a"]);
    assert_ne!(run.status, 0, "{run}");
    assert!(
        !started(&run).contains(&before[0].trim().to_owned()),
        "{run}"
    );
}

#[test]
fn at_boot_old_containers_that_lost_their_restart_policy_get_the_apps() {
    for (lost, policy) in [("no", "on-failure:10"), ("always", "always")] {
        let world = down(with_hook(deployed(), "check-deploy", "exit 1"));
        let world = restarting(world, lost);
        let run = world.dokku(["ps:restore", "a"]);
        for container in standing_of_containers(&world) {
            let expected = (policy.to_owned(), "running".to_owned());
            assert_eq!(container, expected, "{run}");
        }
    }
}

#[test]
fn an_image_that_a_predeploy_task_changed_is_undone_when_its_deploy_fails() {
    let task = r#"{"scripts":{"dokku":{"predeploy":"touch /x"}}}"#;
    let world = with_hook(deployed(), "check-deploy", "exit 1").image(
        Image {
            names: vec!["dokku/a:latest".to_owned()],
            env: vec!["USER=herokuishuser".to_owned()],
            ..Image::default()
        },
        &[("/app/app.json", task)],
    );
    let before = standing(&world);
    let run = world.dokku(["ps:restart", "a"]);
    assert_ne!(run.status, 0, "{run}");
    assert!(run.docker_calls().any(|argv| argv[1] == "commit"), "{run}");
    assert_eq!(standing(&world), before, "{run}");
}

#[test]
fn what_a_user_sets_after_a_killed_build_is_not_undone() {
    let world = with_hook(deployed(), "pre-build-dockerfile", "kill -KILL $PPID");
    let run = world.push("hello", "a");
    assert_ne!(run.status, 0, "{run}");
    let built = world.read("home/a/ENV");
    assert!(built.contains("DOKKU_DOCKERFILE_CMD"), "{built}");
    let run = world.dokku(["config:set", "a", "DOKKU_DOCKERFILE_PORTS=8080"]);
    assert_eq!(run.status, 0, "{run}");
    let variables = world.read("home/a/ENV");
    assert!(
        variables.contains("DOKKU_DOCKERFILE_PORTS=\"8080\""),
        "{variables}"
    );
    assert!(!variables.contains("DOKKU_DOCKERFILE_CMD"), "{variables}");
}

#[test]
fn a_hook_of_undoing_a_killed_deploy_may_restart_the_app() {
    // One of the undoing itself, and one of the deploy that follows.
    for hook in ["post-config-update", "pre-release-dockerfile"] {
        let once = "test -e $DOKKU_ROOT/once && exit 0; touch $DOKKU_ROOT/once; dokku ps:restart a";
        let world = with_hook(killed(deployed()), hook, once);
        let run = world.dokku(["ps:restart", "a"]);
        assert_eq!(run.status, 0, "{run}");
        assert!(world.path("home/once").exists(), "{run}");
    }
}

#[test]
fn at_boot_an_app_that_may_not_be_deployed_gets_its_old_containers() {
    let skip = "DOKKU_SKIP_DEPLOY=true";
    let world = deployed().did(&["config:set", "--no-restart", "a", skip]);
    let world = down(world);
    let before = state(&world);
    let run = world.dokku(["ps:restore", "a"]);
    assert!(run.stdout.contains("Skipping deployment"), "{run}");
    for id in &before[..2] {
        assert!(started(&run).contains(&id.trim().to_owned()), "{run}");
    }
}

#[test]
fn a_signal_ends_a_build_and_its_container() {
    let herokuish = Image {
        names: vec!["gliderlabs/herokuish:latest".to_owned()],
        ..Image::default()
    };
    let log = "#!/bin/bash\n[ \"$1 $2\" = 'container logs' ] && kill -TERM $PPID && sleep 1\n\
        exec -a docker docker-itself \"$@\"\n";
    let world = deployed().image(herokuish, &[]);
    let before = standing(&world);
    std::fs::rename(world.path("bin/docker"), world.path("bin/docker-itself")).unwrap();
    let world = world.file("bin/docker", log);
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(world.path("bin/docker"), mode).unwrap();
    let run = world.push("nothing", "a");
    assert_ne!(run.status, 0, "{run}");
    let stops = |argv: &[String]| argv[..2] == ["container", "stop"];
    assert!(run.docker_calls().any(stops), "{run}");
    assert_eq!(standing(&world), before, "{run}");
}

#[test]
fn a_source_that_tar_cannot_read_to_its_end_is_not_built() {
    let herokuish = Image {
        names: vec!["gliderlabs/herokuish:latest".to_owned()],
        ..Image::default()
    };
    let world = deployed().image(herokuish, &[]);
    let tar = "#!/bin/sh\n/bin/tar \"$@\"; [ \"$1\" != -c ] || exit 2\n";
    let world = world.file("bin/tar", tar);
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(world.path("bin/tar"), mode).unwrap();
    let run = world.push("nothing", "a");
    assert!(run.stderr.contains("Failure extracting app code"), "{run}");
    assert!(!run.stderr.contains("Adding BUILD_ENV"), "{run}");
}

#[test]
fn an_app_that_is_scaled_to_nothing_keeps_its_image_when_a_push_fails() {
    let image = Image {
        names: vec!["dokku/a:latest".to_owned()],
        labels: [("com.dokku.app-name".to_owned(), "a".to_owned())].into(),
        ..Image::default()
    };
    let nothing = "web=0\nworker=0\n";
    let world = World::new()
        .app("a")
        .image(image, &[])
        .file("home/a/DOKKU_SCALE", nothing);
    let before = standing(&world).0;
    let broken = world.push("broken", "a");
    assert_ne!(broken.status, 0, "{broken}");
    assert_eq!(standing(&world).0, before, "{broken}");
    let world = world.docker_fails(&["container", "create"], 125, "no space left\n");
    let refused = world.push("dockerfile-procfile", "a");
    assert!(refused.stderr.contains("no space left"), "{refused}");
    assert_eq!(standing(&world).0, before, "{refused}");
}
