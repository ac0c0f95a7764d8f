//! The docker-options commands and hooks over a scratch root, without docker.

use crate::ctx::Input;
use crate::plugins::testing::{run, world};

use super::{add, commands, lines, remove, report, triggers};

#[test]
fn unquoted_words_make_the_same_line_as_a_quoted_option() {
    let (_root, ctx, app) = world();
    run(&ctx, commands::run_add, &["a", "deploy,run", "-v", "/a:/b"]);
    run(&ctx, commands::run_add, &["a", "deploy", "-v /a:/b"]);
    assert_eq!(lines(&ctx, &app, "deploy"), ["-v /a:/b"]);
    assert_eq!(lines(&ctx, &app, "run"), ["-v /a:/b"]);
    run(&ctx, commands::run_remove, &["a", "run", "-v /a:/b"]);
    assert_eq!(lines(&ctx, &app, "run"), Vec::<String>::new());
}

#[test]
fn an_invalid_phase_changes_nothing_and_is_no_failure() {
    let (root, ctx, _) = world();
    let (_, error) = run(&ctx, commands::run_add, &["a", "build,bogus", "--init"]);
    assert_eq!(error, None);
    assert_eq!(std::fs::read_dir(root.path().join("a")).unwrap().count(), 0);
    let (_, error) = run(&ctx, commands::run_add, &["a", "bogus"]);
    assert_eq!(
        error.unwrap(),
        "Please specify docker options to add to the phase"
    );
    let (_, error) = run(&ctx, commands::run_remove, &["a"]);
    assert_eq!(error.unwrap(), "Status(1)");
    let (_, error) = run(&ctx, commands::run_add, &[]);
    assert_eq!(error.unwrap(), "APP must not be null");
}

#[test]
fn removing_from_an_app_without_options_leaves_no_file() {
    let (root, ctx, app) = world();
    remove(&ctx, &app, "run", "--init").unwrap();
    assert_eq!(std::fs::read_dir(root.path().join("a")).unwrap().count(), 0);
}

#[test]
fn an_option_file_that_is_no_text_is_not_rewritten() {
    let (root, ctx, app) = world();
    let file = root.path().join("a/DOCKER_OPTIONS_RUN");
    std::fs::write(&file, b"--env=A=\xff\n").unwrap();
    assert!(add(&ctx, &app, "run", "--init").is_err());
    assert_eq!(std::fs::read(&file).unwrap(), b"--env=A=\xff\n");
}

#[test]
fn the_report_pads_values_and_its_flag_form_ends_with_an_empty_line() {
    let (_root, ctx, app) = world();
    add(&ctx, &app, "deploy", "--init").unwrap();
    let (out, _) = run(&ctx, report::run, &["a", "--docker-options-deploy"]);
    assert_eq!(out, "--init \n\n");
    let (out, _) = run(&ctx, report::run, &["a", "--docker-options-run"]);
    assert_eq!(out, "\n");
    let (out, _) = run(&ctx, report::run, &["a"]);
    let line = format!(
        "       {:<30} {:<25}\n",
        "Docker options deploy:", "--init "
    );
    assert!(out.contains(&line), "{out}");
}

#[test]
fn a_fragment_begins_with_the_input() {
    use std::io::{Seek, Write};
    let (_root, ctx, app) = world();
    add(&ctx, &app, "build", "-v /a:/b").unwrap();
    add(&ctx, &app, "build", "--cap-add X").unwrap();
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(b"--before").unwrap();
    file.rewind().unwrap();
    let ctx = ctx.with_input(Input::File(std::rc::Rc::new(file)));
    let (out, _) = run(&ctx, triggers::build, &["a", "dockerfile"]);
    assert_eq!(out, "--before --cap-add X");
}

#[test]
fn clearing_tells_each_phase() {
    let (_root, ctx, app) = world();
    add(&ctx, &app, "deploy", "--init").unwrap();
    add(&ctx, &app, "run", "--init").unwrap();
    let (out, _) = run(&ctx, commands::clear, &["a", "deploy"]);
    assert_eq!(
        out,
        "-----> Clearing docker-options for a on phase deploy\n"
    );
    assert_eq!(lines(&ctx, &app, "deploy"), Vec::<String>::new());
    assert_eq!(lines(&ctx, &app, "run"), ["--init"]);
    let (out, _) = run(&ctx, commands::clear, &["a"]);
    assert_eq!(out, "-----> Clearing docker-options for a on all phases\n");
    assert_eq!(lines(&ctx, &app, "run"), Vec::<String>::new());
}
