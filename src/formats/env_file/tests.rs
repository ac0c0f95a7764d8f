#![expect(clippy::unwrap_used, reason = "tests")]

use proptest::prelude::*;

use super::*;

fn value_of(line: &str) -> String {
    let (env, invalid) = EnvMap::parse(line.as_bytes()).unwrap();
    assert_eq!(invalid, Vec::<String>::new(), "{line}");
    assert_eq!(env.len(), 1, "{line}");
    let key = env.keys().next().unwrap().to_owned();
    env.text(&key).unwrap()
}

#[test]
fn every_example_of_the_old_dialect_reads_as_documented() {
    for (line, value) in [
        (r#"export HI="h\no""#, "h\no"),
        ("HI='ho'", "ho"),
        ("FOO='bar' ", "bar"),
        ("FOO='b'ar '", "b'ar "),
        (r#"FOO="'\nBAR=''""#, "'\nBAR=''"),
        ("K=", ""),
        ("K=\"", "\""),
        (r"K=a\nb", r"a\nb"),
        (r#"K="a\tb""#, "atb"),
        ("export testKey=TESTING", "TESTING"),
        ("K=plain # c", "plain"),
        (r#"K="it # x""#, "it # x"),
        ("K=b # it's", "b # it's"),
        ("FOO: bar", "bar"),
        ("FOO: a=b", "a=b"),
        ("FOO=a:b", "a:b"),
        ("K='a # b' # c", "a # b"),
        ("K=\"a\" # c", "a"),
        ("K=\"a\"\t", "\"a\"\t"),
        ("K=\"a\"b\"", "a\"b"),
        (r"K='a\'", r"a\"),
        ("K='a'\r", "a"),
        ("K='", "'"),
        ("K=''", ""),
        ("K=\t v ", "\t v"),
        ("K=$HOME", "$HOME"),
    ] {
        assert_eq!(value_of(line), value, "{line}");
    }
}

#[test]
fn export_is_removed_from_keys_without_needing_a_blank() {
    let (env, _) = EnvMap::parse(b"exportFOO=1\nexport BAR=2").unwrap();
    assert_eq!(env.keys().collect::<Vec<_>>(), ["BAR", "FOO"]);
}

#[test]
fn a_written_key_that_begins_with_export_keeps_its_name() {
    let (env, _) = EnvMap::parse(b"exportFOO=\"1\"").unwrap();
    assert_eq!(env.text("exportFOO").unwrap(), "1");
}

#[test]
fn leading_blanks_before_export_prevent_its_removal() {
    let (env, invalid) = EnvMap::parse(b" export FOO=1").unwrap();
    assert!(env.is_empty());
    assert_eq!(invalid, ["export FOO"]);
}

#[test]
fn blank_lines_and_comments_are_skipped() {
    let (env, _) = EnvMap::parse(b"\n  \t\n# a comment\n  # K=1\nA=1\n").unwrap();
    assert_eq!(env, [("A", "1")].into_iter().collect());
}

#[test]
fn the_last_duplicate_wins() {
    let (env, _) = EnvMap::parse(b"A=1\nA=\"2\"\nexport A=3").unwrap();
    assert_eq!(env.text("A").unwrap(), "3");
}

#[test]
fn a_line_without_separator_fails_the_whole_file() {
    assert_eq!(
        EnvMap::parse(b"A=1\nnonsense").unwrap_err(),
        EnvParseError::NoSeparator { line: 2 }
    );
    assert!(EnvMap::parse(b"FOO#BAR=x").is_err());
}

#[test]
fn invalid_keys_are_dropped_and_reported() {
    let (env, invalid) = EnvMap::parse(b"b-d=1\n0a=2\nGOOD=3\n=4\n\xff=5").unwrap();
    assert_eq!(env.keys().collect::<Vec<_>>(), ["GOOD"]);
    assert_eq!(invalid, ["", "0a", "b-d", "\u{fffd}"]);
}

#[test]
fn keys_are_letters_digits_and_underscores_not_starting_with_a_digit() {
    for key in ["A", "_", "a1", "A_b", "exportX"] {
        assert!(is_valid_key(key), "{key}");
    }
    for key in ["", "0a", "a:b", "!a", "a-b", "BAD KEY", "é"] {
        assert!(!is_valid_key(key), "{key}");
    }
}

#[test]
fn lines_are_sorted_as_whole_lines_and_the_last_one_has_no_newline() {
    let env: EnvMap = [("A", "x"), ("A1", "y")].into_iter().collect();
    assert_eq!(env.to_file(), b"A1=\"y\"\nA=\"x\"");
    assert_eq!(EnvMap::new().to_file(), b"");
}

#[test]
fn the_writer_escapes_as_recorded() {
    let env: EnvMap = [
        ("BACK", r"a\nb\\c"),
        ("DOLLAR", "pa$$word $HOME `id`"),
        ("MULTI", "line one\nline two"),
        ("QUOTES", "it's \"quoted\""),
        ("UNI", "héllo✓"),
        ("X", "\r!\t#"),
    ]
    .into_iter()
    .collect();
    let expected = [
        r#"BACK="a\\nb\\\\c""#,
        r#"DOLLAR="pa\$\$word \$HOME \`id\`""#,
        r#"MULTI="line one\nline two""#,
        r#"QUOTES="it's \"quoted\"""#,
        r#"UNI="héllo✓""#,
        "X=\"\\r\\!\t#\"",
    ];
    assert_eq!(
        String::from_utf8(env.to_file()).unwrap(),
        expected.join("\n")
    );
}

#[test]
fn app_values_override_global_ones() {
    let global: EnvMap = [("A", "1"), ("B", "2")].into_iter().collect();
    let app: EnvMap = [("B", "3"), ("C", "4")].into_iter().collect();
    let merged: EnvMap = [("A", "1"), ("B", "3"), ("C", "4")].into_iter().collect();
    assert_eq!(EnvMap::merge(&global, &app), merged);
}

#[test]
fn unset_tells_whether_the_key_was_there() {
    let mut env = EnvMap::new();
    env.set("A", "");
    assert!(env.contains("A") && env.unset("A") && !env.unset("A") && env.is_empty());
}

#[test]
fn a_value_beyond_64_kib_round_trips() {
    let mut env = EnvMap::new();
    env.set("BIG", "x\"#\n".repeat(25_000));
    assert_eq!(EnvMap::parse(&env.to_file()).unwrap(), (env, vec![]));
}

fn bytes_without_nul() -> impl Strategy<Value = Vec<u8>> {
    let tricky = prop::sample::select(b"#\"'\\\n\r!$` =:\tnr".to_vec());
    prop::collection::vec(prop_oneof![tricky, 1..=255u8], 0..40)
}

proptest! {
    #[test]
    fn any_value_without_nul_round_trips(
        pairs in prop::collection::btree_map("(export)?[a-zA-Z_][a-zA-Z0-9_]{0,8}", bytes_without_nul(), 0..6),
    ) {
        let env: EnvMap = pairs.into_iter().collect();
        prop_assert_eq!(EnvMap::parse(&env.to_file()).unwrap(), (env, vec![]));
    }

    #[test]
    fn parsing_never_panics_and_rewriting_is_stable(content in bytes_without_nul()) {
        if let Ok((env, _)) = EnvMap::parse(&content) {
            prop_assert_eq!(EnvMap::parse(&env.to_file()).unwrap(), (env, vec![]));
        }
    }
}
