//! The promises about failing deploys: whatever fails, the app's old containers stay its own.

use crate::docker::{Answer, Container, Image};
use crate::run::Run;
use crate::world::World;

/// A deployed app with two processes whose new containers pass at once.
pub fn deployed() -> World {
    let image = Image {
        workdir: "/app".to_owned(),
        cmd: vec!["/app/web.sh".to_owned()],
        ..Image::default()
    };
    World::new()
        .app("a")
        .deployed("a", image, &["web.1", "worker.1"])
        .file("home/a/DOKKU_SCALE", "web=1\nworker=1\n")
        .did(&[
            "config:set",
            "--no-restart",
            "a",
            "DOKKU_DEFAULT_CHECKS_WAIT=0",
            "DOKKU_WAIT_TO_RETIRE=0",
        ])
}

fn hook(name: &str, body: &str) -> (String, String) {
    (name.to_owned(), format!("#!/bin/sh\n{body}\n"))
}

pub fn with_hook(world: World, name: &str, body: &str) -> World {
    let (file, text) = hook(name, body);
    world.plugin("zz-test", &[(&file, &text)])
}

pub fn state(world: &World) -> [String; 4] {
    [
        "CONTAINER.web.1",
        "CONTAINER.worker.1",
        "IP.web.1",
        "PORT.web.1",
    ]
    .map(|file| world.read(&format!("home/a/{file}")))
}

/// Ids that a run stopped or killed.
fn stopped(run: &Run) -> Vec<String> {
    let calls = run.docker_calls().filter(|argv| {
        argv.first().is_some_and(|word| word == "container")
            && argv
                .get(1)
                .is_some_and(|word| word == "stop" || word == "kill")
    });
    calls.filter_map(|argv| argv.last().cloned()).collect()
}

pub fn old_set_survives(world: &World, before: &[String; 4], run: &Run) {
    assert_ne!(run.status, 0, "{run}");
    assert_eq!(&state(world), before, "{run}");
    let stopped = stopped(run);
    for old in before.iter().take(2) {
        assert!(
            !stopped.contains(&old.trim().to_owned()),
            "{old} was stopped: {run}"
        );
    }
}

#[test]
fn a_failing_post_container_create_leaves_the_old_set_as_it_is() {
    let world = with_hook(deployed(), "post-container-create", "exit 3");
    let before = state(&world);
    let run = world.dokku(["ps:restart", "a"]);
    old_set_survives(&world, &before, &run);
}

#[test]
fn a_check_that_fails_for_the_second_process_leaves_the_first_ones_old_container_recorded() {
    let fails = "[ \"$3\" = worker ] && exit 1; exit 0";
    let world = with_hook(deployed(), "check-deploy", fails);
    let before = state(&world);
    let run = world.dokku(["ps:restart", "a"]);
    old_set_survives(&world, &before, &run);
    // Both new containers are stopped, none is left running unrecorded.
    assert_eq!(stopped(&run).len(), 2, "{run}");
}

#[test]
fn a_failing_core_post_deploy_gives_the_app_its_old_containers_back() {
    let world = with_hook(deployed(), "core-post-deploy", "exit 4");
    let before = state(&world);
    let run = world.dokku(["ps:restart", "a"]);
    old_set_survives(&world, &before, &run);
    assert_eq!(stopped(&run).len(), 2, "{run}");
    // And they have their names back, which the new ones had taken.
    let names = before[..2].iter().map(|id| {
        world.docker_state(|state| {
            state.containers[state.position(id.trim()).unwrap()]
                .name
                .clone()
        })
    });
    assert_eq!(
        names.collect::<Vec<_>>(),
        ["a.web.1", "a.worker.1"],
        "{run}"
    );
}

#[test]
fn a_failing_post_deploy_fails_the_command_and_still_retires_the_old_set() {
    let world = with_hook(deployed(), "post-deploy", "exit 5");
    let before = state(&world);
    let run = world.dokku(["ps:restart", "a"]);
    assert_eq!(run.status, 5, "{run}");
    assert_ne!(
        state(&world)[0],
        before[0],
        "the new set is the app's: {run}"
    );
    assert!(run.stdout.contains("Shutting down old containers"), "{run}");
}

#[test]
fn containers_stopped_for_want_of_zero_downtime_start_again_when_the_new_ones_fail() {
    let world =
        with_hook(deployed(), "post-container-create", "exit 3").did(&["checks:disable", "a"]);
    let before = state(&world);
    let run = world.dokku(["ps:restart", "a"]);
    assert_ne!(run.status, 0, "{run}");
    let old = before[0].trim();
    let started = run.docker_calls().any(|argv| {
        argv.get(1).is_some_and(|word| word == "start") && argv.last().is_some_and(|id| id == old)
    });
    assert!(started, "{run}");
    assert_eq!(state(&world)[0], before[0], "{run}");
}

/// Gives the containers that there are a restart policy.
pub fn restarting(world: World, policy: &str) -> World {
    world.docker(|state| {
        for container in &mut state.containers {
            container.restart = policy.to_owned();
        }
    })
}

/// Restart policy and status of the app's recorded containers.
pub fn standing_of_containers(world: &World) -> Vec<(String, String)> {
    let recorded = state(world);
    world.docker_state(|state| {
        let containers = state.containers.iter();
        let own = containers.filter(|c| recorded.iter().any(|id| id.trim() == c.id));
        own.map(|c| (c.restart.clone(), c.status.clone())).collect()
    })
}

#[test]
fn containers_that_start_again_have_the_restart_policy_that_they_had() {
    let world = with_hook(deployed(), "post-container-create", "exit 3");
    let world = restarting(world, "on-failure:7").did(&["checks:disable", "a"]);
    let before = standing_of_containers(&world);
    let run = world.dokku(["ps:restart", "a"]);
    assert_ne!(run.status, 0, "{run}");
    assert!(!stopped(&run).is_empty(), "{run}");
    assert_eq!(standing_of_containers(&world), before, "{run}");
}

#[test]
fn a_container_that_cannot_be_stopped_keeps_its_restart_policy() {
    let world = deployed().docker_fails(&["container", "stop"], 1, "cannot stop\n");
    let world = restarting(world, "on-failure:7").did(&["checks:disable", "a"]);
    let before = standing_of_containers(&world);
    let run = world.dokku(["ps:restart", "a"]);
    assert_ne!(run.status, 0, "{run}");
    assert_eq!(standing_of_containers(&world), before, "{run}");
}

#[test]
fn an_app_is_not_deployed_without_a_procfile_that_docker_could_not_look_for() {
    let away = "Cannot connect to the Docker daemon at unix:///var/run/docker.sock.\n";
    let world = deployed()
        .docker_fails(&["container", "cp"], 1, away)
        .docker_fails(&["container", "list", "--quiet"], 1, away);
    let before = state(&world);
    let run = world.dokku(["ps:restart", "a"]);
    assert_eq!(run.status, 1, "{run}");
    assert!(run.stderr.contains(away.trim()), "{run}");
    assert_eq!(state(&world), before, "{run}");
}

#[test]
fn nothing_is_destroyed_stopped_or_skipped_because_docker_does_not_answer() {
    let away = "Cannot connect to the Docker daemon at unix:///var/run/docker.sock.\n";
    for command in ["--force apps:destroy a", "ps:stop a", "ps:restart a"] {
        let world = deployed().docker(|state| {
            for words in [
                ["container", "inspect"],
                ["image", "inspect"],
                ["container", "list"],
            ] {
                state.answers.push(Answer {
                    argv: words.map(str::to_owned).to_vec(),
                    status: 1,
                    stderr: away.to_owned(),
                    ..Answer::default()
                });
            }
        });
        let before = (state(&world), world.read("home/a/ENV"));
        let run = world.dokku(command.split(' '));
        assert_eq!(run.status, 1, "{run}");
        assert!(run.stderr.contains(away.trim()), "{run}");
        assert_eq!((state(&world), world.read("home/a/ENV")), before, "{run}");
    }
}

#[test]
fn a_config_file_that_cannot_be_read_is_never_overwritten() {
    let world = World::new()
        .app("a")
        .file("home/a/ENV", "A=\"1\"\nno separator\n");
    let run = world.dokku(["config:set", "--no-restart", "a", "B=2"]);
    assert_eq!(run.status, 1, "{run}");
    assert_eq!(world.read("home/a/ENV"), "A=\"1\"\nno separator\n", "{run}");
}

#[test]
fn an_image_whose_files_cannot_be_read_is_not_deployed_without_them() {
    let world = deployed().docker_fails(&["container", "create"], 1, "no space left on device\n");
    let before = state(&world);
    let run = world.dokku(["ps:restart", "a"]);
    old_set_survives(&world, &before, &run);
    assert!(run.stderr.contains("no space left on device"), "{run}");
}

#[test]
fn a_signal_while_a_container_is_checked_fails_the_deploy_and_stops_what_is_new() {
    for signal in ["TERM", "HUP", "INT"] {
        let world = with_hook(
            deployed(),
            "check-deploy",
            &format!("kill -{signal} $PPID; exit 0"),
        );
        let before = state(&world);
        let run = world.dokku(["ps:restart", "a"]);
        old_set_survives(&world, &before, &run);
        assert_eq!(run.status, 1, "{signal}: {run}");
        assert_eq!(stopped(&run).len(), 1, "{signal}: {run}");
        let failed = world.read("lib/data/scheduler-docker-local/a/failed-containers");
        assert!(failed.trim_end().ends_with(" web.1"), "{signal}: {failed}");
    }
}

#[test]
fn a_signal_when_the_new_set_serves_already_comes_too_late() {
    let world = with_hook(deployed(), "post-deploy", "kill -TERM $PPID");
    let before = state(&world);
    let run = world.dokku(["ps:restart", "a"]);
    assert_eq!(run.status, 0, "{run}");
    assert_ne!(state(&world)[0], before[0], "{run}");
}

#[test]
fn changes_of_one_file_at_the_same_moment_all_count() {
    let world = World::new().app("a");
    let commands = |number: u8| {
        [
            format!("proxy:ports-add a http:808{number}:5000"),
            format!("checks:skip a kind{number}"),
            format!("domains:add a d{number}.example.com"),
            format!("domains:add-global g{number}.example.com"),
            format!("docker-options:add a run --label=o{number}"),
            format!("buildpacks:add a https://github.com/x/b{number}.git"),
            format!("storage:mount a /s{number}:/s{number}"),
            format!("ps:scale a t{number}={number}"),
            format!("config:set --global V{number}={number}"),
        ]
    };
    std::thread::scope(|scope| {
        for number in 0..6 {
            let world = &world;
            scope.spawn(move || {
                for command in commands(number) {
                    let run = world.dokku(command.split(' '));
                    assert_eq!(run.status, 0, "{run}");
                }
            });
        }
    });
    for (file, marks) in [
        ("home/a/ENV", &["http:808#:5000", "kind#"] as &[_]),
        ("home/a/VHOST", &["d#.example.com"]),
        ("home/VHOST", &["g#.example.com"]),
        ("home/a/DOCKER_OPTIONS_RUN", &["--label=o#", "-v /s#:/s#"]),
        ("home/a/DOCKER_OPTIONS_DEPLOY", &["-v /s#:/s#"]),
        ("home/a/DOKKU_SCALE", &["t#=#"]),
        ("home/ENV", &["V#="]),
        ("lib/config/buildpacks/a/buildpacks", &["/b#.git"]),
    ] {
        let content = world.read(file);
        for (mark, number) in marks.iter().flat_map(|mark| (0..6).map(move |n| (mark, n))) {
            let mark = mark.replace('#', &number.to_string());
            assert!(content.contains(&mark), "{file} lacks {mark}: {content}");
        }
    }
}

#[test]
fn a_container_that_an_app_got_back_after_the_swap_is_not_taken_for_a_retired_one() {
    let world = with_hook(deployed(), "core-post-deploy", "exit 4");
    let before = state(&world);
    let run = world.dokku(["ps:restart", "a"]);
    old_set_survives(&world, &before, &run);
    let world = world.docker(|state| {
        for container in &mut state.containers {
            container.status = "exited".to_owned();
        }
    });
    let run = world.dokku(["ps:restore"]);
    for id in &before[..2] {
        let is_there = world.docker_state(|state| state.position(id.trim()).is_some());
        assert!(is_there, "{id}: {run}");
    }
}

#[test]
fn a_process_type_that_an_image_names_is_no_docker_option() {
    let image = Image {
        names: vec!["dokku/a:latest".to_owned()],
        workdir: "/app".to_owned(),
        ..Image::default()
    };
    let shipped = [("/app/DOKKU_SCALE", "web --privileged x=1\n")];
    let world = deployed().image(image, &shipped);
    let run = world.dokku(["ps:restart", "a"]);
    let has = |word: &str| {
        let mut calls = run.docker_calls();
        calls.any(|argv| argv.iter().any(|given| given == word))
    };
    assert!(has("DYNO=web --privileged x.1"), "{run}");
    assert!(!has("--privileged"), "{run}");
}

#[test]
fn a_signal_while_a_task_runs_ends_the_task_and_commits_nothing() {
    let image = Image {
        names: vec!["dokku/a:latest".to_owned()],
        workdir: "/app".to_owned(),
        ..Image::default()
    };
    let task = r#"{"scripts":{"dokku":{"predeploy":"touch /x"}}}"#;
    // On a terminal the signal reaches `docker container wait`, too.
    let world = with_hook(deployed(), "post-container-create", "kill -INT $PPID")
        .docker_fails(&["container", "wait"], 130, "")
        .image(image, &[("/app/app.json", task)]);
    let before = state(&world);
    let run = world.dokku(["ps:restart", "a"]);
    old_set_survives(&world, &before, &run);
    assert_eq!(stopped(&run).len(), 1, "{run}");
    assert!(!run.docker_calls().any(|argv| argv[1] == "commit"), "{run}");
}

#[test]
fn old_containers_start_again_when_the_new_ones_have_left_them_their_ports() {
    let world = with_hook(deployed(), "core-post-deploy", "exit 4").did(&["checks:disable", "a"]);
    let before = state(&world);
    let run = world.dokku(["ps:restart", "a"]);
    assert_ne!(run.status, 0, "{run}");
    assert_eq!(state(&world), before, "{run}");
    let old: Vec<&str> = before[..2].iter().map(|id| id.trim()).collect();
    let of = |word: &str, is_old: bool| {
        let calls = run
            .docker_calls()
            .enumerate()
            .filter(|(_, argv)| argv[1] == word && old.contains(&&*argv[argv.len() - 1]) == is_old);
        calls.map(|(at, _)| at).collect::<Vec<_>>()
    };
    let (stops, starts) = (of("stop", false), of("start", true));
    assert_eq!((stops.len(), starts.len()), (2, 2), "{run}");
    assert!(stops.last() < starts.first(), "{run}");
}

#[test]
fn a_container_that_does_not_start_fails_the_deploy_without_a_check_too() {
    for unchecked in ["checks:disable", "checks:skip"] {
        let start = ["container", "start"];
        let world = deployed().did(&[unchecked, "a"]).docker_fails(
            &start,
            125,
            "port is already allocated\n",
        );
        let before = state(&world);
        let run = world.dokku(["ps:restart", "a"]);
        assert_eq!(run.status, 125, "{run}");
        assert!(run.stderr.contains("port is already allocated"), "{run}");
        assert_eq!(state(&world), before, "{run}");
    }
}

#[test]
fn what_a_killed_deploy_left_running_keeps_no_ports_from_the_next_one() {
    let labels = [
        ("dokku", ""),
        ("com.dokku.app-name", "a"),
        ("com.dokku.container-type", "deploy"),
        ("com.dokku.process-type", "web"),
    ];
    let orphan = Container {
        name: "orphan".to_owned(),
        image: "dokku/a:latest".to_owned(),
        status: "running".to_owned(),
        labels: labels.map(|(k, v)| (k.to_owned(), v.to_owned())).into(),
        ..Container::default()
    };
    let world = deployed().container(orphan).did(&["checks:disable", "a"]);
    let id = world.docker_state(|state| state.containers.last().unwrap().id.clone());
    let run = world.dokku(["ps:restart", "a"]);
    assert_eq!(run.status, 0, "{run}");
    let at = |word: &str, id: &str| {
        let mut calls = run.docker_calls();
        calls.position(|argv| argv[1] == word && argv[argv.len() - 1] == id)
    };
    let stopped = at("stop", &id);
    assert!(stopped.is_some(), "{run}");
    let new = state(&world)[0].trim().to_owned();
    assert!(stopped < at("start", &new), "{run}");
}

#[test]
fn a_signal_during_a_default_check_shows_what_the_container_said() {
    let world = with_hook(deployed(), "post-container-create", "kill -TERM $PPID");
    let run = world.dokku(["ps:restart", "a"]);
    assert_eq!(run.status, 1, "{run}");
    let shown = "=====> a web container output:\n";
    assert!(run.stdout.contains(shown), "{run}");
}

#[test]
fn old_containers_are_not_forgotten_because_docker_does_not_answer() {
    let file = "lib/data/scheduler-docker-local/dead-containers";
    let world = deployed();
    let line = format!("a {} 100\n", state(&world)[0].trim());
    let down = "Cannot connect to the Docker daemon\n";
    let world = world
        .file(file, &line)
        .docker_fails(&["container", "inspect"], 1, down)
        .docker_fails(&["container", "list"], 1, down);
    let run = world.dokku(["ps:retire"]);
    assert_eq!((run.status, world.read(file)), (0, line), "{run}");
    let run = world.dokku(["ps:retire"]);
    assert_eq!(world.read(file), "", "{run}");
}

#[test]
fn a_new_container_that_never_ran_does_not_stay() {
    let world = with_hook(deployed(), "post-container-create", "exit 3");
    let run = world.dokku(["ps:restart", "a"]);
    assert_eq!(run.status, 3, "{run}");
    let created = world.docker_state(|state| {
        let mut all = state.containers.iter();
        all.any(|container| container.status == "created")
    });
    assert!(!created, "{run}");
    let failed = world.read("lib/data/scheduler-docker-local/a/failed-containers");
    assert_eq!(failed, "", "{run}");
}
