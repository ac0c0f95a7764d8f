//! The recorded sessions of Dokku 0.20.4, run again on this machine: the installed product, real
//! docker, nginx and sshd. It creates and destroys the apps that the records name; a command that
//! would touch the other apps of the machine is left out when there are any.
//!
//! As root: `cargo test --test real -- --ignored --test-threads=1`, with the images of
//! `fixtures/images/build.sh` built and dokku installed; `make test` does all that.
#![expect(clippy::unwrap_used, reason = "tests")]
#![expect(clippy::disallowed_methods, reason = "tests set machines up by hand")]
#![expect(clippy::print_stderr, reason = "a run of minutes tells what it does")]

mod calls;
#[path = "../common/mod.rs"]
#[allow(dead_code, reason = "the replay in worlds uses the rest")]
mod common;
mod docker;
mod files;
mod ids;
mod machine;
mod session;
mod stage;
mod surface;
mod texts;

use session::Session;

#[test]
#[ignore = "needs the installed product, docker, nginx and sshd"]
fn a_dockerfile_app_replays() {
    Session::new("06-deploy-dockerfile").replay();
}

#[test]
#[ignore = "needs the installed product, docker, nginx and sshd"]
fn a_buildpack_app_replays() {
    Session::new("07-deploy-herokuish").replay();
}

#[test]
#[ignore = "needs the installed product, docker, nginx and sshd"]
fn failures_replay() {
    Session::new("08-deploy-failures").replay();
}

#[test]
#[ignore = "needs the installed product, docker, nginx and sshd"]
fn the_command_line_replays() {
    surface::replay("01-cli", &[]);
}

#[test]
#[ignore = "needs the installed product, docker, nginx and sshd"]
fn apps_replay() {
    surface::replay("02-apps", &[]);
}

#[test]
#[ignore = "needs the installed product, docker, nginx and sshd"]
fn config_replays() {
    surface::replay("03-config", &["cloned", "node-app", "other"]);
}

#[test]
#[ignore = "needs the installed product, docker, nginx and sshd"]
fn domains_network_proxy_and_certs_replay() {
    surface::replay(
        "04-domains-network-proxy-certs",
        &["cloned", "node-app", "other"],
    );
}

#[test]
#[ignore = "needs the installed product, docker, nginx and sshd"]
fn options_replay() {
    surface::replay("05-options", &["cloned", "node-app", "other"]);
}

#[test]
fn listed_deviations_name_their_command() {
    for deviation in session::listed().deviation {
        let records = common::record::records(&deviation.transcript);
        let cmd = records
            .get(deviation.line - 1)
            .map(|record| record.cmd.as_str());
        assert_eq!(cmd, Some(deviation.cmd.as_str()), "line {}", deviation.line);
    }
}
