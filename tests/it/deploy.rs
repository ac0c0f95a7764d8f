//! Deploys and the life of a deployed app: real git and hooks, the fake docker.

use insta::assert_snapshot;

use crate::docker::{Container, Image, Process, State};
use crate::world::World;

/// A world in which containers of the sample `hello` answer its CHECKS.
fn serving() -> World {
    World::new().serves(5000, "Hello from dokku-rs")
}

/// An image as a Dockerfile build leaves it.
fn built() -> Image {
    Image {
        workdir: "/app".to_owned(),
        cmd: vec!["/app/web.sh".to_owned()],
        ..Image::default()
    }
}

/// A deployed app with a web and a worker process.
fn two_processes() -> World {
    World::new()
        .app("a")
        .deployed("a", built(), &["web.1", "worker.1"])
        .file("home/a/DOKKU_SCALE", "web=1\nworker=1\n")
}

#[test]
fn a_push_builds_checks_and_deploys() {
    let run = serving().push("hello", "a");
    assert_snapshot!(run);
}

#[test]
fn a_second_push_retires_the_first_container() {
    let world = serving();
    let first = world.push("hello", "a");
    assert_eq!(first.status, 0, "{first}");
    assert_snapshot!(
        world
            .invocation()
            .env("PUSH_COMMITS", "2")
            .push("hello", "a")
    );
}

#[test]
fn a_build_that_fails_ends_the_push_and_starts_nothing() {
    assert_snapshot!(World::new().push("broken", "a"));
}

#[test]
fn the_cleanup_of_a_push_is_skipped_by_the_apps_own_setting_only() {
    let skipped = "DOKKU_SKIP_CLEANUP set. Skipping dokku cleanup";
    let push = |world: &World| {
        let call = world.invocation().env("DOKKU_SKIP_CLEANUP", "1");
        call.push("broken", "a")
    };
    let world = World::new().app("a");
    let run = push(&world);
    assert!(run.stderr.contains("Cleaning up..."), "{run}");
    assert!(!run.stderr.contains(skipped), "{run}");
    let own = [
        "config:set",
        "--no-restart",
        "a",
        "DOKKU_SKIP_CLEANUP=false",
    ];
    let run = push(&world.did(&own));
    assert!(run.stderr.contains(skipped), "{run}");
}

#[test]
fn a_tree_that_is_no_app_is_told() {
    let herokuish = Image {
        names: vec!["gliderlabs/herokuish:latest".to_owned()],
        ..Image::default()
    };
    let build = Process {
        matches: "/build".to_owned(),
        exit: 1,
        stderr: "Unable to select a buildpack\n".to_owned(),
        ..Process::default()
    };
    let world = World::new().image(herokuish, &[]).process(build);
    assert_snapshot!(world.push("nothing", "a"));
}

#[test]
fn a_process_that_exits_at_once_fails_the_deploy() {
    let dies = Process {
        matches: "web.1".to_owned(),
        exit: 1,
        stdout: "dying\n".to_owned(),
        ..Process::default()
    };
    let world = World::new().process(dies).app("a").did(&[
        "config:set",
        "--no-restart",
        "a",
        "DOKKU_DEFAULT_CHECKS_WAIT=1",
    ]);
    assert_snapshot!(world.push("crash", "a"));
}

#[test]
fn a_container_that_docker_cannot_start_fails_the_deploy() {
    let world = serving().docker_fails(&["container", "start"], 125, "no space left\n");
    let run = world.push("hello", "a");
    assert_eq!(run.status, 1, "{run}");
    assert!(run.stderr.contains("no space left"), "{run}");
    assert!(
        !run.changes.contains_key("/home/dokku/a/CONTAINER.web.1"),
        "{run}"
    );
}

#[test]
fn a_failing_network_hook_ends_a_deploy_before_the_proxy_hears_of_it() {
    for hook in [
        "network-get-property",
        "network-compute-ports",
        "network-get-ipaddr",
        "network-get-port",
        "network-config-exists",
        "network-get-listeners",
    ] {
        let world = serving().plugin("zz", &[(hook, "#!/bin/sh\nexit 9\n")]);
        let run = world.push("hello", "a");
        assert_eq!(run.status, 1, "{hook}: {run}");
        assert!(
            !run.changes.contains_key("/home/dokku/a/nginx.conf"),
            "{hook}: {run}"
        );
    }
}

#[test]
fn stopping_an_app_stops_every_process() {
    assert_snapshot!(two_processes().dokku(["ps:stop", "a"]));
}

#[test]
fn a_report_of_processes_asks_docker_once() {
    let run = two_processes().dokku(["ps:report", "a"]);
    assert_snapshot!(run);
}

#[test]
fn entering_runs_a_command_in_the_process() {
    assert_snapshot!(two_processes().dokku(["enter", "a", "worker", "echo", "inside"]));
}

#[test]
fn running_prints_what_the_command_says_and_ends_with_its_status() {
    let fails = Process {
        matches: "false".to_owned(),
        exit: 3,
        stderr: "no\n".to_owned(),
        ..Process::default()
    };
    let world = two_processes().process(fails);
    let said = world.dokku(["run", "a", "echo", "hello"]);
    let failed = world.dokku(["run", "a", "false"]);
    assert_snapshot!(format!("{said}\n\n{failed}"));
}

#[test]
fn logs_of_all_processes_are_shown_together() {
    let world = two_processes().docker(|state| {
        for container in &mut state.containers {
            container.stdout = format!("this is {}\n", container.labels["com.dokku.dyno"]);
        }
    });
    let run = world.dokku(["logs", "a", "-n", "5"]);
    // The processes are read at the same time: their order is open.
    let mut lines: Vec<&str> = run.stdout.lines().collect();
    lines.sort_unstable();
    assert_eq!(lines.len(), 2, "{run}");
    assert!(
        lines[0].ends_with("app[worker.1]:\u{1b}[0m this is worker.1"),
        "{run}"
    );
    assert!(
        lines[1].ends_with("app[web.1]:\u{1b}[0m this is web.1"),
        "{run}"
    );
    assert_eq!((run.status, run.stderr.as_str()), (0, ""), "{run}");
}

#[test]
fn a_cleanup_removes_dead_containers_of_the_app_and_of_nobody_else() {
    let dead = |name: &str, app: &str| Container {
        name: name.to_owned(),
        status: "exited".to_owned(),
        labels: [("dokku", ""), ("com.dokku.app-name", app)]
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .into(),
        ..Container::default()
    };
    let world = two_processes()
        .container(dead("old", "a"))
        .container(dead("other", "b"));
    assert_snapshot!(world.dokku(["cleanup", "a"]));
}

#[test]
fn a_cleanup_of_what_can_be_no_app_is_fine() {
    let run = World::new().dokku(["cleanup", "Upper"]);
    let said = "-----> Cleaning up...\n";
    assert_eq!((run.status, &*run.stdout, &*run.stderr), (0, said, ""));
}

#[test]
fn destroying_an_app_leaves_nothing_of_it() {
    let world = two_processes();
    assert_snapshot!(world.dokku(["--force", "apps:destroy", "a"]));
    assert!(!world.path("home/a").exists());
    let (images, containers) =
        world.docker_state(|state| (state.images.len(), state.containers.len()));
    assert_eq!((images, containers), (0, 0));
}

#[test]
fn destroying_an_app_takes_its_name_off_an_image_that_its_clone_shares() {
    let names = ["dokku/a:latest", "dokku/b:latest"].map(str::to_owned);
    let shared = Image {
        names: names.into(),
        ..built()
    };
    let world = World::new().app("a").app("b").image(shared, &[]);
    let run = world.dokku(["--force", "apps:destroy", "a"]);
    assert_eq!(run.status, 0, "{run}");
    let mut left = Vec::new();
    let images = |state: &mut State| left.extend(state.images.iter().flat_map(|i| i.names.clone()));
    world.docker_home().update(images).unwrap();
    assert_eq!(left, ["dokku/b:latest"]);
}

/// Follows the logs, by a docker that notes its pid and never ends; then `$END` does it.
const FOLLOW: &str = r#"
    printf '#!/bin/sh\necho line\necho $$ >>"$TMPDIR/pids"\nexec sleep 50\n' >"$TMPDIR/docker"
    chmod +x "$TMPDIR/docker"
    PATH="$TMPDIR:$PATH" dokku logs a --tail >"$TMPDIR/out" &
    until [ "$(wc -l 2>/dev/null <"$TMPDIR/pids")" = 2 ]; do sleep 0.05; done
    kill "-$END" $!
    wait $!
    echo "status $?"
    for pid in $(<"$TMPDIR/pids"); do kill -0 "$pid" 2>/dev/null && echo "$pid is left"; done
    true
"#;

#[test]
fn nothing_follows_the_logs_any_more_when_dokku_was_asked_to_end() {
    for signal in ["TERM", "HUP", "INT"] {
        let world = two_processes();
        let run = world.invocation().env("END", signal).shell(FOLLOW);
        assert_eq!(run.stdout, "status 1\n", "{signal}: {run}");
        assert_eq!(world.read("tmp/out").lines().count(), 2, "{signal}: {run}");
    }
}

#[test]
fn nothing_follows_the_logs_any_more_when_nobody_reads_them() {
    let script = r#"
        printf '#!/bin/sh\nwhile sleep 0.1; do echo line; done\n' >"$TMPDIR/docker"
        chmod +x "$TMPDIR/docker"
        PATH="$TMPDIR:$PATH" dokku logs a --tail --quiet | head -n 1
        echo "status ${PIPESTATUS[0]}"
    "#;
    let run = two_processes().invocation().shell(script);
    assert_eq!(run.stdout, "line\nstatus 141\n", "{run}");
}

#[test]
fn an_image_whose_procfile_cannot_be_read_has_no_scale_to_show() {
    for files in [&[] as &[_], &[("home/a/DOKKU_SCALE", "web=1\n")]] {
        let image = Image {
            names: vec!["dokku/a:latest".to_owned()],
            ..built()
        };
        let twice = [("/app/Procfile", "web: one\nweb: two\n")];
        let world = World::new().app("a").image(image, &twice);
        let world = files
            .iter()
            .fold(world, |w, (name, text)| w.file(name, text));
        let run = world.dokku(["ps:scale", "a"]);
        assert_eq!((run.status, run.stdout.as_str()), (1, ""), "{run}");
    }
}

#[test]
fn a_count_is_recorded_as_it_was_given() {
    let world = World::new().app("a");
    let run = world.dokku(["ps:scale", "a", "web=007"]);
    assert_eq!(run.stdout, "-----> Scaling a:web to 007\n", "{run}");
    assert_eq!(world.read("home/a/DOKKU_SCALE"), "web=007\n", "{run}");
}
