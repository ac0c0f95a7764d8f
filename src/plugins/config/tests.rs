//! The config commands and hooks over a scratch root, without docker or other plugins.

use std::os::unix::ffi::OsStringExt;

use crate::ctx::Ctx;
use crate::failure::Failure;
use crate::plugins::testing;
use crate::registry::Call;

use super::{commands, triggers};

/// A context over a fresh root with the app `a` and no enabled plugin.
fn world() -> (tempfile::TempDir, Ctx) {
    let (root, ctx, _) = testing::world();
    (root, ctx)
}

fn said(failure: Failure) -> String {
    match failure {
        Failure::Text(text) | Failure::Exact(text, _) => text,
        Failure::Name(error) => error.compiled_text(),
        Failure::Status(code) => format!("status {code}"),
    }
}

#[test]
fn any_bytes_come_back_as_they_were_set() {
    let (_root, ctx) = world();
    let mut value: Vec<u8> = (1..=255).collect();
    value.extend(vec![b'x'; 100_000]);
    let pair = [b"K=", value.as_slice()].concat();
    let words = vec![
        "--no-restart".into(),
        "a".into(),
        OsStringExt::from_vec(pair),
    ];
    ctx.ui
        .capture(|| commands::set(&ctx, &Call::new("config:set", words)))
        .1
        .unwrap();
    let (out, _) = ctx
        .ui
        .capture(|| commands::get(&ctx, &Call::of("config:get", &["a", "K"])));
    assert_eq!(out, [value.as_slice(), b"\n"].concat());
    let (out, _) = ctx
        .ui
        .capture(|| triggers::config_get(&ctx, &Call::of("config-get", &["a", "K"])));
    assert_eq!(out, value);
}

#[test]
fn an_unreadable_file_is_never_overwritten() {
    let (root, ctx) = world();
    let file = root.path().join("a/ENV");
    std::fs::write(&file, "no separator\nB=2\n").unwrap();
    let call = Call::of("config:set", &["--no-restart", "a", "X=1"]);
    ctx.ui.capture(|| commands::set(&ctx, &call)).1.unwrap_err();
    assert_eq!(std::fs::read(&file).unwrap(), b"no separator\nB=2\n");
}

#[test]
fn invalid_keys_leave_the_file_when_it_is_read() {
    let (root, ctx) = world();
    let file = root.path().join("a/ENV");
    std::fs::write(&file, "A=1\na-b=2\n").unwrap();
    let (out, _) = ctx
        .ui
        .capture(|| commands::keys(&ctx, &Call::of("config:keys", &["a"])));
    assert_eq!(out, b"A\n");
    assert_eq!(std::fs::read(&file).unwrap(), b"A=\"1\"");
}

#[test]
fn flags_behind_the_app_are_words() {
    let (_root, ctx) = world();
    let error = |run: crate::registry::Handler, words: &[&str]| {
        said(run(&ctx, &Call::of("config:x", words)).unwrap_err())
    };
    assert_eq!(
        error(commands::keys, &["a", "--merged"]),
        "Trailing argument(s): [--merged]"
    );
    assert_eq!(
        error(commands::set, &["a", "--no-restart", "K=V"]),
        "Invalid env pair: --no-restart"
    );
    assert_eq!(
        error(commands::get, &["a", "K", "L", "M"]),
        "Unexpected argument(s): [L M]"
    );
    assert_eq!(error(commands::get, &["nope", "K"]), "status 1");
    assert_eq!(
        error(commands::unset, &[""]),
        "Please specify an app or --global"
    );
    assert_eq!(
        error(commands::show, &["--shell", "--export", "a"]),
        "Only one of --shell and --export can be given"
    );
}

#[test]
fn the_advertised_envfile_flag_works() {
    let (root, ctx) = world();
    std::fs::write(root.path().join("ENV"), "G=1\nA=2").unwrap();
    std::fs::write(root.path().join("a/ENV"), "A='x y'").unwrap();
    let export = |words: &[&str]| {
        let (out, _) = ctx
            .ui
            .capture(|| commands::export(&ctx, &Call::of("config:export", words)));
        String::from_utf8(out).unwrap()
    };
    assert_eq!(
        export(&["--envfile", "--merged", "a"]),
        "A=\"x y\"\nG=\"1\"\n"
    );
    assert_eq!(export(&["--format=shell", "a"]), "A='x y' ");
    assert_eq!(
        export(&["--format", "json", "--global"]),
        "{\"A\":\"2\",\"G\":\"1\"}\n"
    );
}
