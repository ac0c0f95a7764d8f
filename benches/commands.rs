//! How long commands that need no daemon take from start to exit, beside an empty process and, if
//! `DOKKU_BASELINE` names another dokku program, beside that. It compares; it asserts nothing.
//! Run with `cargo bench`.

#![expect(clippy::print_stdout, reason = "a benchmark prints")]
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "it prepares its own world"
)]

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const RUNS: u32 = 200;
const COMMANDS: &[&[&str]] = &[
    &["version"],
    &["apps:list"],
    &["config:get", "bench", "KEY"],
    &["config", "bench"],
    &["help", "--all"],
    &["domains:report", "bench"],
    &["nope"],
];

fn main() {
    let dir = tempfile::tempdir().unwrap();
    let own = env!("CARGO_BIN_EXE_dokku");
    lay_world(dir.path(), own);
    let empty = time(dir.path(), "/bin/true", &[]);
    println!("{:<28} {:>10.2?}", "/bin/true", empty);
    let baseline = std::env::var("DOKKU_BASELINE").ok();
    for words in COMMANDS {
        let name = words.join(" ");
        print!("{name:<28} {:>10.2?}", time(dir.path(), own, words));
        match &baseline {
            Some(other) => println!("   {other} {:>10.2?}", time(dir.path(), other, words)),
            None => println!(),
        }
    }
}

fn command(world: &Path, program: &str) -> Command {
    let mut command = Command::new(program);
    command
        .env("DOKKU_RS_USER", "dokku")
        .env("DOKKU_RS_SYSROOT", world.join("sys"))
        .env("DOKKU_ROOT", world.join("home"))
        .env("DOKKU_LIB_PATH", world.join("lib"))
        .env("DOKKU_LIB_ROOT", world.join("lib"))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
}

fn lay_world(world: &Path, own: &str) {
    let app = world.join("home/bench");
    std::fs::create_dir_all(&app).unwrap();
    std::fs::create_dir_all(world.join("sys")).unwrap();
    std::fs::write(app.join("ENV"), "KEY=\"value\"").unwrap();
    std::fs::create_dir_all(world.join("lib")).unwrap();
    std::fs::write(world.join("lib/STABLE_VERSION"), "0.20.4").unwrap();
    let laid = command(world, own).arg("layout").arg(own).status();
    assert!(laid.unwrap().success());
}

/// The mean of many runs.
fn time(world: &Path, program: &str, words: &[&str]) -> Duration {
    let begin = Instant::now();
    for _ in 0..RUNS {
        // The status is not the point: `nope` is measured too.
        let _ = command(world, program).args(words).status();
    }
    begin.elapsed() / RUNS
}
