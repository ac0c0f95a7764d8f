#![expect(clippy::unwrap_used, reason = "tests")]

use super::*;

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap()
}

fn sample() -> EnvMap {
    [
        ("zKey", "true"),
        ("bKey", "true"),
        ("BKEY", "true"),
        ("aKey", "true"),
    ]
    .into_iter()
    .collect()
}

fn tricky() -> EnvMap {
    [
        ("EMPTY", ""),
        ("MULTI", "line one\nline two"),
        ("QUOTES", "it's \"quoted\""),
    ]
    .into_iter()
    .collect()
}

#[test]
fn the_samples_of_the_reference_come_out_exactly() {
    assert_eq!(
        text(docker_args(&sample())),
        "--env=BKEY='true' --env=aKey='true' --env=bKey='true' --env=zKey='true'"
    );
    assert_eq!(
        text(shell(&sample())),
        "BKEY='true' aKey='true' bKey='true' zKey='true'"
    );
    assert_eq!(
        text(json(&sample())),
        r#"{"BKEY":"true","aKey":"true","bKey":"true","zKey":"true"}"#
    );
    assert_eq!(
        text(json_list(&sample())),
        r#"[{"name":"BKEY","value":"true"},{"name":"aKey","value":"true"},{"name":"bKey","value":"true"},{"name":"zKey","value":"true"}]"#
    );
    assert_eq!(
        text(pretty(&sample(), "")),
        "BKEY:  true\naKey:  true\nbKey:  true\nzKey:  true"
    );
}

#[test]
fn exports_quote_single_quotes_and_keep_newlines() {
    assert_eq!(
        text(exports(&tricky())),
        "export EMPTY=''\nexport MULTI='line one\nline two'\nexport QUOTES='it'\\''s \"quoted\"'"
    );
}

#[test]
fn envfile_is_the_file_format() {
    assert_eq!(envfile(&tricky()), tricky().to_file());
}

#[test]
fn the_pretty_table_of_config_set_prefixes_variables_only() {
    let env: EnvMap = [("A", "1"), ("FOO", "bar"), ("M", "line one\nline two")]
        .into_iter()
        .collect();
    assert_eq!(
        text(pretty(&env, "       ")),
        "       A:    1\n       FOO:  bar\n       M:    line one\nline two"
    );
}

#[test]
fn the_pretty_table_trims_values_and_leaves_blanks_after_empty_ones() {
    let env: EnvMap = [("A", ""), ("LONG", " \n x\t")].into_iter().collect();
    assert_eq!(text(pretty(&env, "")), "A:     \nLONG:  x");
}

#[test]
fn an_empty_environment_exports_to_nothing_or_to_an_empty_document() {
    let env = EnvMap::new();
    for export in [exports, envfile, docker_args, shell] {
        assert_eq!(text(export(&env)), "");
    }
    assert_eq!(text(pretty(&env, "")), "");
    assert_eq!(text(json(&env)), "{}");
    assert_eq!(text(json_list(&env)), "null");
}

#[test]
fn json_escapes_what_go_escapes() {
    let value = b"<a&b>\"\\\n\r\t\x01\x7f\xe2\x80\xa8\xff\xfe\xc3\xa9";
    assert_eq!(
        json_string(value),
        "\"\\u003ca\\u0026b\\u003e\\\"\\\\\\n\\r\\t\\u0001\u{7f}\\u2028\\ufffd\\ufffdé\""
    );
}

#[test]
fn config_get_quoted_matches_the_recording() {
    assert_eq!(
        text(single_quoted(b"it's \"quoted\"")),
        r#"'it'\''s "quoted"'"#
    );
}

#[test]
fn a_bundle_holds_a_ustar_file_per_variable_and_two_zero_blocks() {
    let env: EnvMap = [("A", "hello"), ("B", "")].into_iter().collect();
    let tar = bundle(&env);
    assert_eq!(tar.len(), 512 * 5);
    let (header, content) = (&tar[..512], &tar[512..1024]);
    assert!(header.starts_with(b"A\0"));
    assert_eq!(&header[100..124], b"0000600\x000000000\x000000000\0");
    assert_eq!(&header[124..148], b"00000000005\x0000000000000\0");
    assert_eq!(&header[156..157], b"0");
    assert_eq!(&header[257..265], b"ustar\x0000");
    let mut blanked = header.to_vec();
    blanked[148..156].fill(b' ');
    let sum: u32 = blanked.iter().map(|b| u32::from(*b)).sum();
    assert_eq!(&header[148..156], format!("{sum:06o}\0 ").as_bytes());
    assert!(content.starts_with(b"hello\0"));
    assert!(tar[1024..].starts_with(b"B\0"));
    assert!(tar[1536..].iter().all(|b| *b == 0));
}

#[test]
fn an_empty_bundle_is_two_zero_blocks() {
    assert_eq!(bundle(&EnvMap::new()), vec![0; 1024]);
}

#[test]
fn a_key_too_long_for_the_header_gets_a_pax_record() {
    let key = "K".repeat(120);
    let tar = bundle(&[(key.as_str(), "v")].into_iter().collect());
    assert_eq!(&tar[156..157], b"x");
    assert!(tar[512..].starts_with(format!("130 path={key}\n").as_bytes()));
    assert_eq!(&tar[1024 + 156..1024 + 157], b"0");
}
