//! Which changes restart a deployed app, and how often. References 11 §4.3, 24, 41 §3, 42 §2 and
//! the remark "nothing is restarted" of all others.

use crate::docker::Image;
use crate::world::World;

/// Commands in the order in which they run against one deployed app `d`, and how many deploys each
/// brings about.
const COMMANDS: &[(&str, usize)] = &[
    ("config:set d A=1", 1),
    ("config:set d A=1", 1),
    ("config:set --no-restart d B=1", 0),
    ("config:set --global G=1", 0),
    ("config:unset --no-restart d B", 0),
    ("config:unset d A", 1),
    ("config:unset d NOPE", 1),
    ("config:unset --global G", 0),
    ("config:clear --no-restart d", 0),
    ("config:set --no-restart d A=1", 0),
    ("config:clear d", 1),
    ("config d", 0),
    ("config:export d", 0),
    ("domains:add d a.example.com", 0),
    ("domains:remove d a.example.com", 0),
    ("domains:set d b.example.com", 0),
    ("domains:clear d", 0),
    ("domains:disable d", 1),
    ("domains:disable d", 0),
    ("domains:enable d", 1),
    ("domains:enable d", 0),
    ("domains:disable d", 1),
    // The domain enables vhosts again, without a restart.
    ("domains:add d c.example.com", 0),
    ("domains:add-global e.example.com", 0),
    ("domains:remove-global e.example.com", 0),
    // Compat: once for the setting and once for the vhosts that go with it.
    ("proxy:disable d", 2),
    ("proxy:disable d", 0),
    ("proxy:enable d", 2),
    ("proxy:enable d", 0),
    // Upstream restarts for the vhosts all the same.
    ("proxy:disable d --no-restart", 0),
    ("proxy:enable d --no-restart", 0),
    ("proxy:ports-add d http:8080:5000", 0),
    ("proxy:ports-set d http:80:5000", 0),
    ("proxy:ports-remove d 80", 0),
    ("proxy:ports-clear d", 0),
    ("proxy:set d nginx", 0),
    (
        "certs:add d CERTIFICATES/server.crt CERTIFICATES/server.key",
        0,
    ),
    ("certs:remove d", 0),
    ("checks:disable d", 0),
    ("checks:enable d", 0),
    ("checks:skip d", 0),
    ("docker-options:add d deploy --init", 0),
    ("docker-options:remove d deploy --init", 0),
    ("storage:mount d /a:/b", 0),
    ("storage:unmount d /a:/b", 0),
    ("resource:limit --cpu 1 d", 0),
    ("resource:reserve-clear d", 0),
    ("buildpacks:add d heroku/nodejs", 0),
    ("buildpacks:clear d", 0),
    ("git:set d deploy-branch main", 0),
    ("git:initialize d", 0),
    ("network:create net", 0),
    ("network:set d attach-post-create net", 0),
    ("network:rebuild d", 0),
    ("nginx:set d hsts false", 0),
    ("nginx:build-config d", 0),
    ("scheduler-docker-local:set d disable-chown true", 0),
    ("ps:set-restart-policy d always", 0),
    ("ps:scale d", 0),
    ("ps:scale d web=1", 1),
    ("ps:restart d", 1),
    ("ps:start d", 0),
    ("tags:create d v1", 0),
    ("tags:deploy d v1", 1),
    ("apps:lock d", 0),
    ("apps:unlock d", 0),
    ("apps:clone --skip-deploy d other", 0),
    ("cleanup d", 0),
    ("ps:stop d", 0),
    // A stopped app stays so.
    ("config:set d A=2", 0),
    ("ps:restore d", 0),
    ("ps:start d", 1),
    ("config:set d A=3", 1),
];

fn deployed() -> World {
    let image = Image {
        cmd: vec!["/app/web.sh".to_owned()],
        ..Image::default()
    };
    World::new()
        .file("home/ENV", "DOKKU_DEFAULT_CHECKS_WAIT=\"0\"")
        .app("d")
        .deployed("d", image, &["web.1"])
        .file("home/d/DOKKU_SCALE", "web=1\n")
}

#[test]
fn changes_restart_an_app_as_often_as_upstream() {
    let world = deployed();
    let container = || world.read("home/d/CONTAINER.web.1");
    for (command, deploys) in COMMANDS {
        let certificates = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/certs");
        let command = command.replace("CERTIFICATES", certificates);
        let before = container();
        let run = world.invocation().shell(&format!("dokku {command}"));
        assert_eq!(run.status, 0, "{run}");
        assert_eq!(
            run.stdout.matches("-----> Deploying d ").count(),
            *deploys,
            "{run}"
        );
        assert_eq!(container() != before, *deploys > 0, "{run}");
    }
}

#[test]
fn an_app_that_may_not_be_restored_is_not_restarted() {
    let world = deployed().did(&["config:set", "--no-restart", "d", "DOKKU_APP_RESTORE=0"]);
    for words in [
        ["config:set", "d", "A=1"],
        ["config:unset", "d", "A"],
        ["config:unset", "d", "A"],
    ] {
        let run = world.dokku(words);
        assert_eq!(run.status, 0, "{run}");
        assert!(!run.stdout.contains("-----> Restarting app"), "{run}");
    }
    let run = world.dokku(["config:set", "d", "DOKKU_APP_RESTORE=1"]);
    assert!(run.stdout.contains("-----> Restarting app d\n"), "{run}");
}

#[test]
fn a_restart_that_fails_is_a_warning() {
    let create = [
        "container",
        "create",
        "--label=com.dokku.container-type=deploy",
    ];
    let world = deployed().docker_fails(&create, 125, "no space left\n");
    let run = world.dokku(["config:set", "d", "A=1"]);
    let warning = " !     Failure while restarting app: exit status ";
    assert!(run.stderr.contains(warning), "{run}");
    assert_eq!(run.status, 0, "{run}");
    assert!(world.read("home/d/ENV").contains("A=\"1\""), "{run}");
}
