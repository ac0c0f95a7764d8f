//! The storage commands over a scratch root, without docker.

use crate::plugins::docker_options;
use crate::plugins::testing::{run, world};

use super::{commands, mounts, report};

#[test]
fn a_mount_is_listed_until_it_is_removed() {
    let (_root, ctx, app) = world();
    assert_eq!(run(&ctx, commands::mount, &["a", "/a:/mnt"]).1, None);
    assert_eq!(run(&ctx, commands::mount, &["a", "/a:/m:ro"]).1, None);
    assert_eq!(
        run(&ctx, commands::mount, &["a", "/a:/mnt"]).1.unwrap(),
        "Mount path already exists."
    );
    assert_eq!(mounts(&ctx, &app), ["/a:/m:ro", "/a:/mnt"]);
    assert_eq!(
        run(&ctx, commands::list, &["a"]).0,
        "a volume bind-mounts:\n     /a:/m:ro\n     /a:/mnt\n"
    );
    assert_eq!(
        docker_options::lines(&ctx, &app, "run"),
        ["-v /a:/m:ro", "-v /a:/mnt"]
    );
    assert_eq!(
        run(&ctx, commands::unmount, &["a", "/a:/m"]).1.unwrap(),
        "Mount path does not exist."
    );
    assert_eq!(run(&ctx, commands::unmount, &["a", "/a:/m:ro"]).1, None);
    assert_eq!(mounts(&ctx, &app), ["/a:/mnt"]);
}

#[test]
fn a_mount_whose_path_holds_a_blank_exists_once() {
    let (_root, ctx, app) = world();
    assert_eq!(run(&ctx, commands::mount, &["a", "/a b:/c"]).1, None);
    let again = run(&ctx, commands::mount, &["a", "/a b:/c"]).1;
    assert_eq!(again.unwrap(), "Mount path already exists.");
    assert_eq!(mounts(&ctx, &app), ["/a b:/c"]);
}

#[test]
fn a_missing_path_is_told_before_a_missing_app() {
    let (_root, ctx, _) = world();
    let error = |words: &[&str]| run(&ctx, commands::mount, words).1.unwrap();
    assert_eq!(error(&[]), "Please specify an app to run the command on");
    assert_eq!(
        error(&["nope"]),
        "Please specify two paths delimited by colon."
    );
    assert_eq!(error(&["nope", "/a:/b"]), "App nope does not exist");
    assert_eq!(
        error(&["a", "vol:/b"]),
        "Storage path must be two valid paths divided by colon."
    );
}

#[test]
fn an_app_without_mounts_has_an_empty_list_and_no_report_value() {
    let (_root, ctx, _) = world();
    let quiet = ctx.quiet();
    assert_eq!(run(&quiet, commands::list, &["a"]), (String::new(), None));
    let (_, error) = run(&ctx, report::run, &["a", "--storage-run-mounts"]);
    assert_eq!(error.unwrap(), "not deployed");
}
