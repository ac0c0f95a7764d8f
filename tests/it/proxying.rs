//! Certificates and the proxy's config together, with an nginx that refuses what the real one would:
//! certificates that are not there or that hold `WRONG`, and snippets that hold it.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;

use crate::docker::Image;
use crate::never_lost::with_hook;
use crate::world::World;

const CERTIFICATE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/certs/server.crt");
const KEY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/certs/server.key");

/// `-t` checks the apps' configs, or the file behind `-c` and what it includes.
const NGINX: &str = r#"#!/bin/bash
case $1 in
  -v) echo "nginx version: nginx/1.22.1" >&2; exit 0 ;;
  -t) ;;
  *) exit 0 ;;
esac
shopt -s nullglob
check() {
  [[ -f $1 ]] || return 0
  if grep -q WRONG "$1"; then echo "nginx: [emerg] unknown directive in $1" >&2; exit 1; fi
  local word value
  while read -r word value; do
    value=${value%;}
    case $word in
      include) for file in $value; do check "$file"; done ;;
      ssl_certificate | ssl_certificate_key)
        if [[ ! -f $value ]] || grep -q WRONG "$value"; then
          echo "nginx: [emerg] cannot load certificate $value" >&2; exit 1
        fi ;;
    esac
  done <"$1"
}
if [[ $2 == -c ]]; then check "$3"; exit 0; fi
for file in "$DOKKU_ROOT"/*/nginx.conf; do check "$file"; done
exit 0
"#;

/// A host with two deployed apps, `a` and `b`, and the nginx above.
fn host() -> World {
    let image = || Image {
        cmd: vec!["/app/web.sh".to_owned()],
        ..Image::default()
    };
    let world = World::new()
        .app("a")
        .app("b")
        .deployed("a", image(), &["web.1"])
        .deployed("b", image(), &["web.1"])
        .file("home/a/DOKKU_SCALE", "web=1\n")
        .file("home/b/DOKKU_SCALE", "web=1\n");
    // The program there is a hard link that all worlds share.
    fs::remove_file(world.path("bin/nginx")).unwrap();
    let world = world.file("bin/nginx", NGINX);
    let mode = fs::Permissions::from_mode(0o755);
    fs::set_permissions(world.path("bin/nginx"), mode).unwrap();
    world
        .did(&["domains:set", "a", "a.dokku.me"])
        .did(&["domains:set", "b", "b.dokku.me"])
        .did(&["proxy:ports-set", "a", "http:80:5000"])
}

/// openssl passes over what stands around the PEM blocks.
fn refused_pair(world: &World) -> [String; 2] {
    let text = fs::read_to_string(CERTIFICATE).unwrap();
    let path = world.path("tmp/refused.crt");
    fs::write(&path, format!("{text}WRONG\n")).unwrap();
    [path.to_string_lossy().into_owned(), KEY.to_owned()]
}

fn add(world: &World, [crt, key]: &[String; 2]) -> crate::run::Run {
    world.dokku(["certs:add", "a", crt.as_str(), key.as_str()])
}

fn port_map(world: &World) -> String {
    world
        .dokku(["proxy:report", "a", "--proxy-port-map"])
        .stdout
}

#[test]
fn a_pair_that_nginx_refuses_gives_way_to_the_former_one() {
    let world = host().did(&["certs:add", "a", CERTIFICATE, KEY]);
    let run = add(&world, &refused_pair(&world));
    assert_eq!(run.status, 1, "{run}");
    assert!(run.stderr.contains("the former state is put back"), "{run}");
    assert_eq!(
        world.read("home/a/tls/server.crt"),
        fs::read_to_string(CERTIFICATE).unwrap()
    );
    assert!(world.read("home/a/nginx.conf").contains("listen 443 ssl"));
    assert_eq!(world.dokku(["nginx:build-config", "b"]).status, 0);
}

#[test]
fn a_first_pair_that_nginx_refuses_leaves_the_app_without_one() {
    let world = host();
    let run = add(&world, &refused_pair(&world));
    assert_eq!(run.status, 1, "{run}");
    assert!(!world.path("home/a/tls").exists());
    assert_eq!(port_map(&world), "http:80:5000\n");
    let config = world.read("home/a/nginx.conf");
    assert!(
        config.contains("listen 80;") && !config.contains("ssl"),
        "{config}"
    );
}

#[test]
fn the_fault_of_another_app_does_not_undo_a_new_pair() {
    let world = host().file("home/b/nginx.conf", "WRONG;\n");
    let run = add(&world, &[CERTIFICATE.to_owned(), KEY.to_owned()]);
    assert_eq!(run.status, 1, "{run}");
    assert!(world.path("home/a/tls/server.crt").exists());
    assert!(world.read("home/a/nginx.conf").contains("listen 443 ssl"));
}

#[test]
fn without_a_certificate_no_port_is_served_with_tls() {
    let world = host().did(&["certs:add", "a", CERTIFICATE, KEY]).did(&[
        "proxy:ports-add",
        "a",
        "https:8443:5000",
        "grpcs:9443:5000",
    ]);
    assert!(world.read("home/a/nginx.conf").contains("listen 8443 ssl"));
    let run = world.dokku(["certs:remove", "a"]);
    assert_eq!(run.status, 0, "{run}");
    for map in ["https:8443:5000", "grpcs:9443:5000"] {
        let told = format!(" !     Not serving {map}: a has no certificate\n");
        assert!(run.stderr.contains(&told), "{run}");
        assert!(port_map(&world).contains(map), "the mapping is kept");
    }
    let config = world.read("home/a/nginx.conf");
    assert!(
        config.contains("listen 80;") && !config.contains("ssl"),
        "{config}"
    );
}

#[test]
fn removing_a_certificate_frees_the_random_tls_port_of_an_app_without_domains() {
    let world = host()
        .did(&["config:set", "--no-restart", "a", "NO_VHOST=1"])
        .did(&[
            "config:unset",
            "--no-restart",
            "a",
            "DOKKU_PROXY_PORT",
            "DOKKU_PROXY_PORT_MAP",
        ])
        .did(&["certs:add", "a", CERTIFICATE, KEY]);
    assert!(world.read("home/a/nginx.conf").contains(" ssl"));
    let run = world.dokku(["certs:remove", "a"]);
    assert_eq!(run.status, 0, "{run}");
    assert!(!world.read("home/a/nginx.conf").contains(" ssl"));
}

#[test]
fn a_config_that_is_refused_now_and_was_invalid_before_is_removed() {
    let world = host().file("home/a/nginx.conf.d/mine.conf", "WRONG;\n");
    let run = world.dokku(["domains:add", "a", "www.dokku.me"]);
    assert_eq!(run.status, 1, "{run}");
    assert!(run.stderr.contains("Removing nginx.conf of a"), "{run}");
    assert!(!world.path("home/a/nginx.conf").exists());
    assert_eq!(world.dokku(["nginx:build-config", "b"]).status, 0);
}

#[test]
fn a_cleared_proxy_config_is_built_again() {
    let world = host();
    let as_root = world.invocation().user("root");
    let run = as_root.dokku(["plugin:trigger", "proxy-clear-config", "a"]);
    assert_eq!(run.status, 0, "{run}");
    assert!(!world.path("home/a/nginx.conf").exists());
    let run = world.dokku(["domains:add", "a", "www.dokku.me"]);
    assert_eq!(run.stderr, "", "{run}");
    assert!(world.read("home/a/nginx.conf").contains("www.dokku.me"));
}

#[test]
fn a_copy_of_an_app_has_no_address_before_its_deploy() {
    let world = host()
        .did(&["apps:clone", "--skip-deploy", "a", "c"])
        .did(&["apps:rename", "--skip-deploy", "a", "d"]);
    for app in ["c", "d"] {
        assert!(!world.path(&format!("home/{app}/IP.web.1")).exists());
    }
}

#[test]
fn a_missing_nginx_fails_every_build() {
    let world = World::new().app("a");
    fs::remove_file(world.path("bin/nginx")).unwrap();
    let path = format!("{}:/usr/bin:/bin", world.path("bin").display());
    let run = world
        .invocation()
        .env("PATH", path)
        .dokku(["nginx:build-config", "a"]);
    assert_eq!(run.status, 1, "{run}");
    assert_eq!(
        run.stderr,
        "Could not find nginx binary in $PATH or at '/usr/sbin/nginx'.\n"
    );
}

#[test]
fn generate_asks_before_anything_is_typed() {
    let world = World::new().app("a");
    let script = "cd /home/dokku; mkfifo answers; \
                  dokku certs:generate a a.dokku.me <answers >out 2>asked & \
                  exec 3>answers; \
                  for i in $(seq 100); do grep -q Country asked && break; sleep 0.1; done; \
                  grep -q Country asked || exit 9; \
                  printf 'AT\\n\\n\\n\\n\\n\\n\\n\\n\\n' >&3; wait $!";
    let run = world.invocation().shell(script);
    assert_eq!(run.status, 0, "{run}");
    assert!(world.path("home/a/tls/server.crt").exists());
}

#[test]
fn a_relative_log_path_is_relative() {
    let world = World::new()
        .app("a")
        .file("home/logs/a.log", "GET /\n")
        .did(&["nginx:set", "a", "access-log-path", "logs/a.log"]);
    let run = world.dokku(["nginx:access-logs", "a"]);
    assert_eq!(run.stdout, "GET /\n", "{run}");
}

#[test]
fn settings_are_stored_byte_for_byte() {
    let world = World::new().app("a");
    let value = OsStr::from_bytes(b"caf\xe9");
    let files = [
        ("network", "tld", "lib/config/network/a/tld"),
        ("nginx", "hsts-max-age", "lib/config/nginx/a/hsts-max-age"),
    ];
    for (plugin, key, file) in files {
        let command = format!("{plugin}:set");
        let words = [command.as_str(), "a", key].map(OsString::from);
        let output = world
            .invocation()
            .output("dokku", words.iter().map(|w| &**w).chain([value]));
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        assert_eq!(fs::read(world.path(file)).unwrap(), value.as_bytes());
        assert!(output.stdout.ends_with(b" to caf\xe9\n"), "{output:?}");
    }
    let words = ["proxy:set", "a"].map(OsStr::new);
    world
        .invocation()
        .output("dokku", words.into_iter().chain([value]));
    let env = fs::read(world.path("home/a/ENV")).unwrap();
    assert!(
        env.windows(4).any(|part| part == value.as_bytes()),
        "{env:?}"
    );
    let world = world.did(&["apps:clone", "--skip-deploy", "a", "b"]);
    let copy = world.path("lib/config/network/b/tld");
    assert_eq!(fs::read(copy).unwrap(), value.as_bytes());
}

#[test]
fn a_config_without_web_process_points_nowhere() {
    let world = host().file("home/a/DOKKU_SCALE", "web=1\nworker=1\n");
    let ip = world.read("home/a/IP.web.1");
    assert!(
        world
            .read("home/a/nginx.conf")
            .contains(&format!("server {ip}:5000;"))
    );
    let world = scaled_to_zero(world);
    let config = world.read("home/a/nginx.conf");
    assert!(config.contains(" down;"), "{config}");
    assert!(config.contains("server_name a.dokku.me;"), "{config}");
    assert!(!config.contains(&format!("{ip}:5000;")), "{config}");
}

/// The host after `ps:scale a web=0`, which must make nginx load the config.
fn scaled_to_zero(world: World) -> World {
    let run = world.dokku(["ps:scale", "a", "web=0"]);
    assert_eq!(run.status, 0, "{run}");
    let reload = ["invoke-rc.d", "nginx", "reload"];
    assert!(run.calls.iter().any(|argv| argv == &reload), "{run}");
    world
}

#[test]
fn an_app_without_web_process_whose_certificate_goes_blocks_nobody() {
    let world = scaled_to_zero(host().did(&["certs:add", "a", CERTIFICATE, KEY]));
    assert!(world.read("home/a/nginx.conf").contains("tls/server.crt"));
    let run = world.dokku(["certs:remove", "a"]);
    assert_eq!(run.status, 0, "{run}");
    assert!(run.stderr.contains("Removing nginx.conf of a"), "{run}");
    assert!(!world.path("home/a/nginx.conf").exists());
    assert_eq!(world.dokku(["nginx:build-config", "b"]).status, 0);
    let run = world.dokku(["ps:scale", "a", "web=1"]);
    assert_eq!(run.status, 0, "{run}");
    let config = world.read("home/a/nginx.conf");
    assert!(
        config.contains("listen 80;") && !config.contains("down"),
        "{config}"
    );
}

#[test]
fn the_fault_of_another_app_keeps_none_from_scaling_to_zero() {
    let world = host().file("home/b/nginx.conf", "WRONG;\n");
    let run = world.dokku(["ps:scale", "a", "web=0"]);
    assert_eq!(run.status, 0, "{run}");
    assert!(run.stderr.contains("nginx is not reloaded"), "{run}");
    assert!(world.read("home/a/nginx.conf").contains(" down;"));
}

#[test]
fn a_stopped_app_keeps_its_config() {
    let world = host();
    let before = world.read("home/a/nginx.conf");
    let world = world.did(&["ps:stop", "a"]);
    assert_eq!(world.read("home/a/nginx.conf"), before);
}

/// The key with so much text around it that a shell's limit keeps it from being written.
fn pair_with_a_huge_key(world: &World) -> [String; 2] {
    let text = fs::read_to_string(KEY).unwrap();
    let path = world.path("tmp/huge.key");
    fs::write(&path, format!("{}\n{text}", "x".repeat(200_000))).unwrap();
    [CERTIFICATE.to_owned(), path.to_string_lossy().into_owned()]
}

#[test]
fn a_pair_whose_key_can_not_be_written_changes_nothing() {
    let world = host().did(&["certs:generate", "a", "a.dokku.me"]);
    let pair = || ["crt", "key"].map(|kind| world.read(&format!("home/a/tls/server.{kind}")));
    let old = pair();
    let [crt, key] = pair_with_a_huge_key(&world);
    for on_signal in ["", "trap '' XFSZ;"] {
        let script = format!("{on_signal} ulimit -f 100; dokku certs:update a {crt} {key}");
        let run = world.invocation().shell(&script);
        assert_ne!(run.status, 0, "{run}");
        assert_eq!(pair(), old, "{run}");
    }
    assert_eq!(world.dokku(["certs:update", "a", &crt, KEY]).status, 0);
    assert!(!world.path("home/a/.tls.next").exists());
    assert_ne!(pair(), old);
}

fn secured() -> World {
    host().did(&["certs:add", "a", CERTIFICATE, KEY])
}

/// What must be as it was when a certificate stays.
fn tls_state(world: &World) -> [String; 4] {
    ["tls/server.crt", "tls/server.key", "nginx.conf", "ENV"]
        .map(|file| world.read(&format!("home/a/{file}")))
}

#[test]
fn a_certificate_that_the_proxy_can_not_let_go_stays() {
    let world = secured();
    let before = tls_state(&world);
    let images = world.docker_state(|state| std::mem::take(&mut state.images));
    let run = world.dokku(["certs:remove", "a"]);
    assert_eq!(run.status, 1, "{run}");
    assert!(run.stderr.contains("Missing image for app"), "{run}");
    assert!(run.stderr.contains("a keeps its certificate"), "{run}");
    assert!(tls_state(&world) == before, "{run}");
    assert!(!world.path("home/a/.tls.removed").exists());
    world.docker_state(|state| state.images = images);
    assert_eq!(world.dokku(["nginx:build-config", "b"]).status, 0);
    let world = world.did(&["certs:remove", "a"]);
    assert!(!world.path("home/a/tls").exists());
}

#[test]
fn a_certificate_that_stays_is_served_again() {
    let fails = "[ -e $DOKKU_ROOT/a/tls/server.crt ] || exit 3";
    for hook in ["nginx-pre-reload", "post-domains-update"] {
        let world = with_hook(secured(), hook, fails);
        let before = tls_state(&world);
        let run = world.dokku(["certs:remove", "a"]);
        assert_eq!(run.status, 3, "{run}");
        assert!(tls_state(&world) == before, "{run}");
    }
}

#[test]
fn a_killed_removal_of_a_certificate_blocks_nobody_and_goes_on() {
    let world = with_hook(
        secured(),
        "post-certs-remove",
        "rm \"$0\"; kill -KILL $PPID",
    );
    let run = world.dokku(["certs:remove", "a"]);
    assert_eq!(run.status, 137, "{run}");
    assert!(!world.path("home/a/tls").exists());
    assert_eq!(world.dokku(["nginx:build-config", "b"]).status, 0);
    let world = world.did(&["certs:remove", "a"]);
    assert!(!world.path("home/a/.tls.removed").exists());
    assert!(!world.read("home/a/nginx.conf").contains("ssl"));
    assert_eq!(world.dokku(["certs:remove", "a"]).status, 1);
}

#[test]
fn a_certificate_after_a_killed_removal_takes_its_place() {
    let world = with_hook(
        secured(),
        "post-certs-remove",
        "rm \"$0\"; kill -KILL $PPID",
    );
    assert_eq!(world.dokku(["certs:remove", "a"]).status, 137);
    let world = world.did(&["certs:add", "a", CERTIFICATE, KEY]);
    assert!(!world.path("home/a/.tls.removed").exists());
    assert!(world.read("home/a/nginx.conf").contains("a/tls/server.crt"));
}
