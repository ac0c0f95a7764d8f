#![expect(clippy::unwrap_used, reason = "tests")]

use super::*;

fn command_of(line: &str) -> Option<String> {
    Procfile::parse(&format!("other: x\n{line}"))
        .unwrap()
        .command("web")
        .map(str::to_owned)
}

fn expanded(command: &str) -> String {
    let values = Expand {
        port: "5000",
        ..Expand::default()
    };
    Procfile::parse(&format!("web: {command}"))
        .unwrap()
        .expand("web", &values)
        .unwrap()
}

#[test]
fn types_keep_their_order() {
    let procfile = Procfile::parse("web: a\r\ncron: b\n\n# c: d\n_-1: e\n").unwrap();
    assert_eq!(procfile.types().collect::<Vec<_>>(), ["web", "cron", "_-1"]);
    assert_eq!(procfile.command("web"), Some("a"));
    assert!(procfile.contains("cron") && !procfile.contains("nope"));
}

#[test]
fn a_type_that_occurs_twice_is_refused() {
    let merge = "<<<<<<< HEAD\nweb: a\n=======\nweb: b\n>>>>>>> other\n";
    let error = Procfile::parse(merge).unwrap_err();
    assert_eq!(error.to_string(), "process names must be unique");
}

#[test]
fn a_file_without_entries_is_refused() {
    for text in ["", "\n\n", "# web: x", "web:", " web: x", "we b: x"] {
        let error = Procfile::parse(text).unwrap_err();
        assert_eq!(
            error.to_string(),
            "no entries found in Procfile",
            "{text:?}"
        );
    }
}

#[test]
fn a_line_of_64_kib_is_refused() {
    let line = |length: usize| format!("web: {}\n", "x".repeat(length - 5));
    assert!(Procfile::parse(&line(65_535)).is_ok());
    assert_eq!(
        Procfile::parse(&line(65_536)).unwrap_err(),
        ProcfileError::LineTooLong
    );
}

#[test]
fn commands_lose_their_last_comment_only() {
    for (line, command) in [
        ("web: x # c", "x"),
        ("web: x #c", "x"),
        ("web: x #", "x #"),
        ("web: x\t# c", "x"),
        ("web: http://a#b # c # d", "http://a#b # c"),
        ("web: http://a#b", "http://a#b"),
        ("web: x  ", "x  "),
        ("web:x", "x"),
        ("web:\t  x y", "x y"),
        ("web:  ", " "),
        ("web: # c", "# c"),
        ("web: a:b", "a:b"),
        ("web: é # ü", "é"),
    ] {
        assert_eq!(command_of(line).as_deref(), Some(command), "{line}");
    }
}

#[test]
fn variables_expand_as_documented() {
    for (command, result) in [
        ("node web.js --port $PORT", "node web.js --port 5000"),
        ("$PORT-${PORT}", "5000-5000"),
        ("$PS ${PS}", "web web"),
        ("a$HOME.b", "a.b"),
        ("[${PORT:-9}]", "[]"),
        ("[$$] [$1] [$12] [$@]", "[] [] [2] []"),
        ("${} x ${PORT", " x PORT"),
        ("$ $. x$", "$ $. x$"),
        (r#"\$PORT "$PORT" '$PORT'"#, r#"\5000 "5000" '5000'"#),
        ("echo $(date)", "echo date)"),
        ("$PORTS", ""),
        ("$é", "$é"),
    ] {
        assert_eq!(expanded(command), result, "{command}");
    }
}

#[test]
fn an_empty_port_expands_to_nothing() {
    let procfile = Procfile::parse("worker: run $PORT x").unwrap();
    assert_eq!(
        procfile.expand("worker", &Expand::default()).unwrap(),
        "run  x"
    );
    assert_eq!(procfile.expand("web", &Expand::default()), None);
}

#[test]
fn the_environment_beats_the_port_and_the_env_file_beats_both() {
    let procfile = Procfile::parse("web: $PORT $PS $A $B $(date)").unwrap();
    let getenv = |name: &str| match name {
        "PORT" | "A" => Some(format!("env-{name}")),
        "PS" => Some(String::new()),
        _ => None,
    };
    let file: EnvMap = [("A", "file")].into_iter().collect();
    let with_env = Expand {
        port: "1",
        getenv: Some(&getenv),
        env_file: None,
    };
    assert_eq!(
        procfile.expand("web", &with_env).unwrap(),
        "env-PORT web env-A  $(date)"
    );
    let with_both = Expand {
        env_file: Some(&file),
        ..with_env
    };
    assert_eq!(
        procfile.expand("web", &with_both).unwrap(),
        "env-PORT web file  $(date)"
    );
}

#[test]
fn the_scale_file_lists_names_by_a_looser_rule() {
    let text = "web: x\n#cron: y\n worker : z\n #c: d\nb d: e\nnothing\nweb: again\n: x\n";
    assert_eq!(scale_types(text), ["b d", "web", "worker"]);
}
