#![expect(clippy::unwrap_used, reason = "tests")]

use proptest::prelude::*;

use super::*;

fn added(stored: &str, words: &str) -> String {
    PortMaps::stored(stored)
        .add(&parse_items(words).unwrap())
        .to_string()
}

fn removed(stored: &str, words: &str) -> String {
    PortMaps::stored(stored)
        .remove(&parse_items(words).unwrap())
        .to_string()
}

#[test]
fn every_bad_word_has_its_exact_message() {
    for (item, message) in [
        (
            "nonsense",
            "Invalid port map nonsense [err=strconv.Atoi: parsing \"nonsense\": invalid syntax]",
        ),
        ("0", "Invalid port map 0 [hostPort=0]"),
        ("-1", "Invalid port map -1 [hostPort=-1]"),
        ("65536", "Invalid port map 65536 [hostPort=65536]"),
        ("http:80", "Invalid port map http:80 [len=2]"),
        (
            "http:80:5000:1",
            "Invalid port map http:80:5000:1 [err=strconv.Atoi: parsing \"5000:1\": invalid syntax]",
        ),
        (
            "http:x:y",
            "Invalid port map http:x:y [err=strconv.Atoi: parsing \"x\": invalid syntax]",
        ),
        (
            "http:80:",
            "Invalid port map http:80: [err=strconv.Atoi: parsing \"\": invalid syntax]",
        ),
        (
            "http:99999999999999999999:1",
            "Invalid port map http:99999999999999999999:1 [err=strconv.Atoi: parsing \"99999999999999999999\": value out of range]",
        ),
        (
            "http:99999:5000",
            "Invalid port map http:99999:5000 [hostPort=99999]",
        ),
        ("http:80:0", "Invalid port map http:80:0 [containerPort=0]"),
        (
            "",
            "Invalid port map  [err=strconv.Atoi: parsing \"\": invalid syntax]",
        ),
        (
            "a\"b",
            "Invalid port map a\"b [err=strconv.Atoi: parsing \"a\\\"b\": invalid syntax]",
        ),
    ] {
        assert_eq!(PortItem::parse(item).unwrap_err().to_string(), message);
    }
}

#[test]
fn the_first_bad_word_wins_and_a_double_blank_is_an_empty_word() {
    let error = parse_items("http:80:1 x y").unwrap_err().to_string();
    assert!(error.contains("Invalid port map x "), "{error}");
    assert!(
        parse_items("http:80:1  http:81:1")
            .unwrap_err()
            .to_string()
            .contains("map  [")
    );
}

#[test]
fn ports_may_have_signs_and_leading_zeros_and_schemes_may_be_anything() {
    assert_eq!(added("", "HTTP:+80:080 :1:65535"), ":1:65535 HTTP:80:80");
}

#[test]
fn adding_sorts_as_strings_and_drops_duplicates() {
    assert_eq!(
        added("http:80:5000", "http:8080:5000 https:443:5000 http:80:5000"),
        "http:8080:5000 http:80:5000 https:443:5000"
    );
    assert_eq!(
        added("http:80:1", "http:1234:1 http:80:2"),
        "http:1234:1 http:80:1 http:80:2"
    );
}

#[test]
fn setting_replaces_everything_and_drops_bare_ports() {
    let set = |words| PortMaps::set(&parse_items(words).unwrap()).to_string();
    assert_eq!(
        set("http:81:5000 http:80:5000 7"),
        "http:80:5000 http:81:5000"
    );
    assert_eq!(set("80"), "");
}

#[test]
fn removal_takes_mappings_and_bare_host_ports() {
    let stored = "ftp:21:21 http:8080:5000 http:80:5000 https:443:5000";
    assert_eq!(
        removed(stored, "80"),
        "ftp:21:21 http:8080:5000 https:443:5000"
    );
    assert_eq!(
        removed(stored, "http:8080:5000 http:1:1 443"),
        "ftp:21:21 http:80:5000"
    );
    assert!(
        PortMaps::stored("http:80:1")
            .remove(&parse_items("80").unwrap())
            .is_empty()
    );
}

#[test]
fn the_stored_value_is_read_up_to_the_first_bad_word_in_its_order() {
    let read = |value| PortMaps::stored(value).to_string();
    assert_eq!(
        read(" https:443:1 http:80:1 https:443:1 "),
        "https:443:1 http:80:1"
    );
    assert_eq!(read("http:80:1  http:81:1"), "http:80:1");
    assert_eq!(read("http:80:1 x http:81:1"), "http:80:1");
    assert_eq!(read("80 http:81:1"), "http:81:1");
    assert_eq!(read(""), "");
}

#[test]
fn the_table_matches_the_recording() {
    let maps = PortMaps::stored("http:8080:5000 http:80:5000 https:443:5000");
    assert_eq!(
        maps.table(true),
        [
            "    -----> scheme  host port  container port",
            "    http           8080       5000",
            "    http           80         5000",
            "    https          443        5000",
        ]
    );
    assert_eq!(
        maps.table(false),
        [
            "    http   8080  5000",
            "    http   80    5000",
            "    https  443   5000"
        ]
    );
}

#[test]
fn the_heading_is_sorted_among_the_rows() {
    let table = PortMaps::stored("+x:1:2").table(true);
    assert_eq!(table.first().unwrap(), "    +x             1          2");
}

fn port_map() -> impl Strategy<Value = PortMap> {
    ("[a-zA-Z+.-]{0,6}", 1..=u16::MAX, 1..=u16::MAX).prop_map(
        |(scheme, host_port, container_port)| PortMap {
            scheme,
            host_port,
            container_port,
        },
    )
}

proptest! {
    #[test]
    fn a_written_value_reads_back_the_same(maps in prop::collection::vec(port_map(), 0..6)) {
        let maps = PortMaps::sorted(maps);
        prop_assert_eq!(PortMaps::stored(&maps.to_string()), maps);
    }

    #[test]
    fn reading_any_text_never_panics(text in "[a-z0-9:+ -]{0,30}") {
        let maps = PortMaps::stored(&text);
        prop_assert_eq!(PortMaps::stored(&maps.to_string()), maps);
    }
}

#[test]
fn newer_versions_print_a_list_of_objects() {
    assert_eq!(
        PortMaps::stored("http:80:5000").to_json(),
        r#"[{"container_port":5000,"host_port":80,"scheme":"http"}]"#
    );
    assert_eq!(PortMaps::default().to_json(), "[]");
}
