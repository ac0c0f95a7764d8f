//! The integration tests: the built binary in scratch worlds with a fake docker. One test binary,
//! so that it links once; one module per subject, and the harness beside them.
#![expect(clippy::unwrap_used, reason = "tests")]
#![expect(clippy::disallowed_methods, reason = "tests build worlds by hand")]

mod backend;
mod cli;
#[path = "../common/mod.rs"]
#[allow(dead_code, reason = "the real replay uses the rest")]
mod common;
mod deploy;
#[path = "../fake-docker/state.rs"]
#[allow(dead_code, reason = "the fake uses the rest")]
mod docker;
mod helps;
mod host;
mod inputs;
mod install;
mod invocation;
mod keys;
mod never_lost;
mod normal;
mod proxying;
mod pushes;
mod quiet;
mod renames;
mod replay;
mod reports;
mod restarts;
mod run;
mod spawns;
mod table;
mod tree;
mod triggers;
mod turns;
mod undone;
mod values;
mod world;
