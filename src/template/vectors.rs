//! The conformance vectors of reference 45 §9: `sigil -i TEMPLATE ARGS` and its output.

use super::fake_host::FakeHost;
use super::{NoHost, Options, render, render_with};

type Args = &'static [(&'static str, &'static str)];

/// Template, arguments, output; `None` where sigil fails.
const VECTORS: &[(&str, Args, Option<&str>)] = &[
    (
        "a {{ $x }} {{ .x }} {{ .nope }} {{ $.x }}",
        &[("x", "1")],
        Some("a 1 1 <no value> 1"),
    ),
    (r#"{{ .x | split " " | len }}"#, &[("x", "")], Some("1")),
    (r#"{{ .x | split " " | len }}"#, &[("x", "a  b")], Some("3")),
    (r#"{{ .x | split " " | len }}"#, &[], None),
    (
        r#"{{ range $i, $e := .P | split " " }}{{ if $i }},{{ end }}{{ $e }}{{ end }}"#,
        &[("P", "a b c")],
        Some("a,b,c"),
    ),
    (
        r#"{{ range $x := "a b" | split " " }}{{ $x }}{{ $.APP }}{{ . }} {{ end }}"#,
        &[("APP", "z")],
        Some("aza bzb "),
    ),
    (
        r#"{{ index (.x | split ":") 1 }}"#,
        &[("x", "http:80:5000")],
        Some("80"),
    ),
    (r#"{{ index (.x | split ":") 5 }}"#, &[("x", "a:b")], None),
    (
        "{{ if .x }}yes{{ else }}no{{ end }}",
        &[("x", "false")],
        Some("yes"),
    ),
    (
        "{{ if .x }}yes{{ else }}no{{ end }}",
        &[("x", "")],
        Some("no"),
    ),
    ("{{ if .x }}yes{{ else }}no{{ end }}", &[], Some("no")),
    (
        r#"{{ if (and (eq .x "80") (.y)) }}Y{{ else }}N{{ end }}"#,
        &[("x", "80"), ("y", "true")],
        Some("Y"),
    ),
    (
        r#"{{ if (and (eq .x "80") (.y)) }}Y{{ else }}N{{ end }}"#,
        &[("x", "80")],
        Some("N"),
    ),
    (
        r#"{{ if and (eq .x "true") (ne .y "true") }}Y{{ end }}"#,
        &[("x", "true")],
        Some("Y"),
    ),
    (
        r#"{{ eq .x "true" "false" }}"#,
        &[("x", "false")],
        Some("true"),
    ),
    ("{{ eq .x 1 }}", &[("x", "1")], None),
    (
        "{{ if not .x }}n{{ end }}{{ if and .x .y }}b{{ else if .y }}y{{ end }}",
        &[("y", "1")],
        Some("ny"),
    ),
    (
        r#"{{ default "d" .nope }} {{ .x | default "d" }}"#,
        &[("x", "")],
        Some("d d"),
    ),
    (
        r#"{{ default "d" .x }} {{ default "d" 0 }} {{ default "d" false }}"#,
        &[("x", "1")],
        Some("1 d d"),
    ),
    (
        r#"{{ seq 3 }}{{ range seq "2" }} cool{{ end }}"#,
        &[],
        Some("[0 1 2] cool cool"),
    ),
    (
        r#"{{ capitalize "hello world" }} {{ replace "a" "b" "banana" }} [{{ trim " \n x \n " }}]"#,
        &[],
        Some("Hello World bbnbnb [x]"),
    ),
    (
        r#"{{ match "*.me" "dokku.me" }} {{ match "*.me" "a/b.me" }}"#,
        &[],
        Some("true false"),
    ),
    (
        r#"{{ "a=1,b" | split "," | splitkv "=" | tojson }}"#,
        &[],
        Some(r#"{"a":"1","b":true}"#),
    ),
    (
        r#"{{ drop "a*" (split "," "ab,b,ac") }} {{ append "z" (split "," "a,b") }}"#,
        &[],
        Some("[b] [a b z]"),
    ),
    (
        r#"{{ join "," .nope }}|{{ split "," "" | join "-" }}|"#,
        &[],
        Some("||"),
    ),
    (
        "{{ tojson . }}",
        &[("b", "1"), ("a", "2")],
        Some(r#"{"a":"2","b":"1"}"#),
    ),
    (
        "{{ range $k, $v := . }}{{ $k }}={{ $v }};{{ end }}",
        &[("b", "2"), ("a", "1")],
        Some("a=1;b=2;"),
    ),
    ("{{ . }}", &[("b", "1"), ("a", "2")], Some("map[a:2 b:1]")),
    (
        "{{ with .x }}{{ . }}{{ else }}none{{ end }}",
        &[("x", "")],
        Some("none"),
    ),
    (
        r#"{{ define "t" }}T{{ . }}{{ end }}{{ template "t" .x }}"#,
        &[("x", "1")],
        Some("T1"),
    ),
    (
        r#"{{ define "d" }}{{ $x }}{{ end }}{{ template "d" . }}"#,
        &[("x", "1")],
        None,
    ),
    (
        r#"{{ render "x=1" "v={{ $x }} {{ .x }}" }}"#,
        &[],
        Some("v=1 1"),
    ),
    (r#"{{ render "y=1" "{{ $x }}" }}"#, &[("x", "9")], None),
    (
        r#"{{ $a := "1" }}{{ if true }}{{ $a := "2" }}{{ $a }}{{ end }}{{ $a }}"#,
        &[],
        Some("21"),
    ),
    (r#"x{{ "" }}y{{- " z " -}}  w"#, &[], Some("xy z w")),
    (
        r#"{{ `raw "s"` }} {{ 1.50 }} {{ 0x10 }} {{ true }} {{ 'a' }}"#,
        &[],
        Some(r#"raw "s" 1.5 16 true 97"#),
    ),
    (
        "{{ 100000.0 }} {{ 1000000.0 }} {{ 0.00001 }} {{ 12345678.0 }}",
        &[],
        Some("100000 1e+06 1e-05 1.2345678e+07"),
    ),
    (
        r#"{{ printf "%q %v %5s|%-5s|%05d %x %t %%" "a" "b" "c" "d" 42 255 true }}"#,
        &[],
        Some(r#""a" b     c|d    |00042 ff true %"#),
    ),
    (r#"{{ print "a" "b" 1 2 "c" }}"#, &[], Some("ab1 2c")),
    (
        r#"{{ html "<a href=\"x\">&" }} {{ urlquery "a b&c=d" }}"#,
        &[],
        Some("&lt;a href=&#34;x&#34;&gt;&amp; a+b%26c%3Dd"),
    ),
    ("{{ .x }}", &[("x", "a=b")], Some("a=b")),
    ("{{ $x }}", &[("x", "1"), ("x", "2")], Some("2")),
    ("{{ \"a\" \\}}\n{{ \"b\" }}", &[], Some("ab")),
    ("{{ nofunc }}", &[("x", "1")], None),
    ("{{ .x.y }}", &[("x", "1")], None),
    ("{{ if .x }}", &[("x", "1")], None),
    ("{{ .x", &[("x", "1")], None),
    ("{{ end }}", &[("x", "1")], None),
    ("{{ upper }}", &[("x", "1")], None),
    ("{{ range .x }}{{ end }}", &[("x", "1")], None),
];

fn owned(args: &[(&str, &str)]) -> Vec<(String, String)> {
    args.iter()
        .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
        .collect()
}

#[test]
fn every_vector_of_the_reference_holds() {
    for (template, args, expected) in VECTORS {
        let result = render("<inline>", template, &owned(args), &NoHost);
        assert_eq!(
            result.as_deref().ok(),
            *expected,
            "{template} {args:?}: {result:?}"
        );
    }
}

#[test]
fn var_reads_the_environment_but_a_given_variable_first() {
    let host = FakeHost::with_env("FOO", "bar");
    let result = render("t", r#"A {{ var "FOO" }} {{ .FOO }}"#, &[], &host);
    assert_eq!(result.unwrap(), "A bar <no value>");
    let result = render("t", r#"A {{ var "FOO" }}"#, &owned(&[("FOO", "z")]), &host);
    assert_eq!(result.unwrap(), "A z");
}

#[test]
fn delimiters_can_be_replaced() {
    let options = Options {
        left_delim: "<<".to_owned(),
        right_delim: ">>".to_owned(),
        ..Options::default()
    };
    let result = render_with(
        &options,
        "t",
        "<< .x >> {{ .x }}",
        &owned(&[("x", "1")]),
        &NoHost,
    );
    assert_eq!(result.unwrap(), "1 {{ .x }}");
}

#[test]
fn posix_variables_are_expanded_on_demand() {
    let options = Options {
        posix: true,
        ..Options::default()
    };
    let text = "Hello, $name ${q:-z} ${#name}";
    let result = render_with(&options, "t", text, &owned(&[("name", "Jeff")]), &NoHost);
    assert_eq!(result.unwrap(), "Hello, Jeff z 4");
    let result = render_with(&options, "t", "${q:?missing q}", &[], &NoHost);
    assert_eq!(result.unwrap_err().to_string(), "missing q");
}

#[test]
fn json_files_are_read_and_pointed_into() {
    let host = FakeHost::with_files(&[("F", r#"{"a":{"b":[1,2,{"c":"z"}]},"n":1.5}"#)]);
    for (template, expected) in [
        (r#"{{ json "F" | pointer "/a/b/2/c" }}"#, "z"),
        (r#"{{ json "F" | pointer "/a/b/0" }}"#, "1"),
        (r#"{{ json "F" | pointer "/nope" }}"#, "<no value>"),
        (r#"{{ json "F" | pointer "" | len }}"#, "2"),
        (r#"{{ (json "F").a.b }}"#, "[1 2 map[c:z]]"),
    ] {
        assert_eq!(
            render("t", template, &[], &host).unwrap(),
            expected,
            "{template}"
        );
    }
}

#[test]
fn an_included_file_sees_its_own_variables_and_the_environment() {
    let host = FakeHost::with_files(&[("F", r#"inc {{ $v }} {{ var "outer" }}"#)]);
    let template = r#"{{ include "F" "v=1" }}|{{ var "v" }}"#;
    let result = render("t", template, &owned(&[("outer", "O")]), &host);
    assert_eq!(result.unwrap(), "inc 1 O|");
}

#[test]
fn invalid_names_only_hide_their_own_variable() {
    let vars = owned(&[
        ("a-b", "1"),
        ("1A", "2"),
        ("A.B", "3"),
        ("", "4"),
        ("x", "5"),
    ]);
    let template = r#"{{ $x }}{{ index . "a-b" }}{{ index . "1A" }}{{ var "A.B" }}"#;
    assert_eq!(render("t", template, &vars, &NoHost).unwrap(), "5123");
}
