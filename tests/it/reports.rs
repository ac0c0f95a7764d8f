//! `<plugin>:report` of every plugin: all apps, one app, each flag, and what is wrong with a
//! request. References 10 §3, 12 §2.4, 21, 23, 24, 25, 30 §2.2, 31 §3.12, 32 §2.1, 40–44.

use insta::assert_snapshot;

use crate::docker::{Image, Process};
use crate::table::short;
use crate::world::World;

const CERTIFICATE: &str = include_str!("../../fixtures/certs/server.crt");
const KEY: &str = include_str!("../../fixtures/certs/server.key");

/// What sets each setting that a report shows, of the app `full`.
const SETTINGS: &[&[&str]] = &[
    &["apps:lock", "full"],
    &["buildpacks:add", "full", "heroku/nodejs"],
    &[
        "buildpacks:add",
        "full",
        "https://example.com/owner/buildpack.git#v1",
    ],
    &["checks:disable", "full", "worker,web"],
    &["checks:skip", "full", "cron"],
    &["docker-options:add", "full", "build", "--build-arg A=1"],
    &[
        "docker-options:add",
        "full",
        "deploy,run",
        "--cap-add SYS_ADMIN --label long=enough",
    ],
    &["git:set", "full", "deploy-branch", "main"],
    &["git:set", "full", "keep-git-dir", "true"],
    &["git:set", "full", "rev-env-var", ""],
    &["git:set", "--global", "deploy-branch", "trunk"],
    &["network:set", "full", "attach-post-create", "net-one"],
    &["network:set", "full", "attach-post-deploy", "net-two"],
    &["network:set", "full", "bind-all-interfaces", "true"],
    &["network:set", "full", "tld", "svc.cluster.local"],
    &["nginx:set", "full", "access-log-path", "off"],
    &["nginx:set", "full", "bind-address-ipv4", "127.0.0.1"],
    &["nginx:set", "full", "bind-address-ipv6", "::1"],
    &[
        "nginx:set",
        "full",
        "error-log-path",
        "/var/log/nginx/a path with blanks.log",
    ],
    &["nginx:set", "full", "hsts", "false"],
    &["nginx:set", "full", "hsts-include-subdomains", "false"],
    &["nginx:set", "full", "hsts-max-age", "42"],
    &["nginx:set", "full", "hsts-preload", "true"],
    &["ps:set-restart-policy", "full", "unless-stopped"],
    &[
        "resource:limit",
        "--cpu",
        "1",
        "--network-egress",
        "6",
        "full",
    ],
    &[
        "resource:limit",
        "--process-type",
        "web",
        "--memory",
        "512m",
        "full",
    ],
    &[
        "resource:reserve",
        "--process-type",
        "web",
        "--memory-swap",
        "1g",
        "full",
    ],
    &[
        "scheduler-docker-local:set",
        "full",
        "disable-chown",
        "true",
    ],
    &["storage:mount", "full", "/host/data:/app/data"],
    &["storage:mount", "full", "/host/logs:/app/logs:ro"],
    &["domains:set", "full", "full.example.com", "*.example.net"],
    &[
        "config:set",
        "--no-restart",
        "full",
        "DOKKU_PROXY_PORT_MAP=https:443:5000 http:80:5000",
    ],
    &[
        "config:set",
        "--no-restart",
        "full",
        "DOKKU_APP_PROXY_TYPE=traefik",
    ],
    &["config:set", "--no-restart", "full", "DOKKU_APP_RESTORE=0"],
];

/// A host with the apps `bare`, of which nothing is set, and `full`, of which everything is.
fn two_apps() -> World {
    let processes = ["web.1", "web.2", "web.10", "worker.1"];
    let world = World::new()
        .app("bare")
        .app("full")
        .deployed("full", Image::default(), &processes)
        .file("home/full/DOKKU_SCALE", "web=10\nworker=1\n")
        .file("home/full/DOKKU_SCALE.extracted", "web=10\nworker=1\n")
        .file("home/full/tls/server.crt", CERTIFICATE)
        .file("home/full/tls/server.key", KEY)
        .docker(|state| {
            for container in &mut state.containers {
                if container.name == "full.worker.1" {
                    container.status = "exited".to_owned();
                }
            }
        });
    SETTINGS.iter().fold(world, |world, words| world.did(words))
}

/// A plugin's report and its flags.
const REPORTS: &[(&str, &[&str])] = &[
    ("apps", &["app-deploy-source", "app-dir", "app-locked"]),
    ("buildpacks", &["buildpacks-list"]),
    (
        "certs",
        &[
            "ssl-dir",
            "ssl-enabled",
            "ssl-hostnames",
            "ssl-expires-at",
            "ssl-issuer",
            "ssl-starts-at",
            "ssl-subject",
            "ssl-verified",
        ],
    ),
    ("checks", &["checks-disabled-list", "checks-skipped-list"]),
    (
        "docker-options",
        &[
            "docker-options-build",
            "docker-options-deploy",
            "docker-options-run",
        ],
    ),
    (
        "domains",
        &[
            "domains-app-enabled",
            "domains-app-vhosts",
            "domains-global-enabled",
            "domains-global-vhosts",
        ],
    ),
    (
        "git",
        &[
            "git-deploy-branch",
            "git-global-deploy-branch",
            "git-keep-git-dir",
            "git-rev-env-var",
            "git-sha",
        ],
    ),
    (
        "network",
        &[
            "network-attach-post-create",
            "network-attach-post-deploy",
            "network-bind-all-interfaces",
            "network-web-listeners",
        ],
    ),
    (
        "nginx",
        &[
            "nginx-access-log-path",
            "nginx-bind-address-ipv4",
            "nginx-bind-address-ipv6",
            "nginx-error-log-path",
            "nginx-hsts",
            "nginx-hsts-include-subdomains",
            "nginx-hsts-max-age",
            "nginx-hsts-preload",
        ],
    ),
    ("proxy", &["proxy-enabled", "proxy-port-map", "proxy-type"]),
    (
        "ps",
        &[
            "processes",
            "deployed",
            "running",
            "restore",
            "restart-policy",
            "ps-can-scale",
            "status-web.10",
            "status-worker.1",
        ],
    ),
    (
        "resource",
        &[
            "resource-_default_.limit.cpu",
            "resource-_default_.limit.network-egress",
            "resource-web.limit.memory",
            "resource-web.reserve.memory-swap",
        ],
    ),
    (
        "scheduler-docker-local",
        &["scheduler-docker-local-disable-chown"],
    ),
    (
        "storage",
        &[
            "storage-build-mounts",
            "storage-deploy-mounts",
            "storage-run-mounts",
        ],
    ),
];

#[test]
fn every_plugin_reports_all_apps_one_app_and_one_flag() {
    let world = two_apps();
    for (plugin, flags) in REPORTS {
        let report = format!("{plugin}:report");
        let mut commands = vec![
            report.clone(),
            format!("{report} bare"),
            format!("{report} full"),
            format!("--quiet {report} full"),
        ];
        for flag in *flags {
            commands.push(format!("{report} full --{flag}"));
            commands.push(format!("{report} bare --{flag}"));
        }
        commands.push(format!("{report} --{}", flags[0]));
        let wrong = ["full --nope", "full nope", "--nope", "nope", "Upper", "''"];
        commands.extend(wrong.map(|words| format!("{report} {words}")));
        assert_snapshot!(format!("{plugin}_report"), short(&world, &commands));
    }
}

#[test]
fn reports_without_any_app_print_what_upstream_does() {
    let world = World::new();
    let commands: Vec<String> = REPORTS
        .iter()
        .flat_map(|(plugin, flags)| {
            [
                format!("{plugin}:report"),
                format!("{plugin}:report --{}", flags[0]),
            ]
        })
        .collect();
    assert_snapshot!(short(&world, &commands));
}

#[test]
fn the_global_domains_are_reported_without_an_app() {
    let world = World::new()
        .did(&["domains:add-global", "example.org"])
        .app("a");
    let commands = [
        "domains:report --global",
        "domains:report --global --domains-global-enabled",
        "domains:report --global --domains-global-vhosts",
        "domains:report --global --domains-app-vhosts",
        "domains:report --global --nope",
        "--quiet domains:report --global",
    ];
    assert_snapshot!(short(&world, &commands.map(str::to_owned)));
}

#[test]
fn the_host_report_shows_every_section_of_an_app() {
    let herokuish = Image {
        names: vec!["gliderlabs/herokuish:latest".to_owned()],
        ..Image::default()
    };
    let version = Process {
        matches: "herokuish version".to_owned(),
        stdout: "herokuish: 0.5.3\n".to_owned(),
        ..Process::default()
    };
    let world = two_apps().image(herokuish, &[]).process(version);
    let run = world.dokku(["report", "full"]);
    assert_eq!((run.status, run.stderr.as_str()), (0, ""), "{run}");
    let (machine, rest) = run.stdout.split_once("-----> docker version").unwrap();
    assert!(machine.starts_with("-----> uname: Linux "), "{machine}");
    assert!(machine.contains("\n-----> memory: \n"), "{machine}");
    assert_snapshot!(rest);
}

#[test]
fn the_host_report_goes_on_without_herokuish_and_ends_with_one_that_fails() {
    let world = two_apps();
    let missing = world.dokku(["report", "full"]);
    assert_eq!(missing.status, 0, "{missing}");
    assert!(
        missing
            .stdout
            .contains("-----> herokuish version: \n       n/a\n-----> dokku version: ")
    );
    assert!(missing.stdout.contains("=====> full app information\n"));

    let herokuish = Image {
        names: vec!["gliderlabs/herokuish:latest".to_owned()],
        ..Image::default()
    };
    let failing = Process {
        matches: "herokuish version".to_owned(),
        stdout: "herokuish: 0.5.3\nbuildpacks:\n".to_owned(),
        exit: 2,
        ..Process::default()
    };
    let failed = world
        .image(herokuish, &[])
        .process(failing)
        .dokku(["report", "full"]);
    assert_eq!(failed.status, 2, "{failed}");
    assert!(failed.stdout.ends_with("       buildpacks:\n"), "{failed}");
}
