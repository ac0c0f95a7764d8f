//! Tests that hostile templates end, without a panic and within the limits.

use std::time::{Duration, Instant};

use serde_json::Value as Json;

use super::fake_host::FakeHost;
use super::{NoHost, Options, TemplateError, render, render_with};

const CASES: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/fixtures/templates/go-template-cases.jsonl"
);

/// Mutations per run.
const MUTATIONS: usize = 4000;

/// Pieces that mutations splice in: more likely to reach deep than random bytes.
const PIECES: &[&str] = &[
    "{{",
    "}}",
    "{{-",
    "-}}",
    "|",
    "(",
    ")",
    " ",
    "\n",
    "\\",
    "\"",
    "`",
    "'",
    ".",
    "$",
    "$x",
    ":=",
    "=",
    ",",
    "nil",
    "true",
    "-1",
    "0x",
    "9e99",
    "{{end}}",
    "{{else}}",
    "{{else if 1}}",
    "{{if 1}}",
    "{{range seq 9}}",
    "{{range $i, $x := .}}",
    "{{with .}}",
    "{{define \"a\"}}",
    "{{break}}",
    "{{template \"a\" .}}",
    "{{block \"a\" .}}",
    "/*",
    "*/",
    "%",
    "%[1]*d",
    "%999999d",
    "printf",
    "index",
    "slice",
    "append",
    "replace",
    "render",
    "include",
    "split",
    "tojson",
    "pointer",
    "${",
    "}",
    ":-",
    "toyaml",
    "yaml",
    "stdin",
    "drop",
    "\u{e9}",
    "\u{0}",
];

/// A small generator of numbers (xorshift), the same in every run.
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % sides.max(1)
    }
}

fn templates() -> Vec<String> {
    let text = std::fs::read_to_string(CASES).unwrap();
    let cases = text
        .lines()
        .map(|line| serde_json::from_str::<Json>(line).unwrap());
    cases
        .filter_map(|case| Some(case.get("template")?.as_str()?.to_owned()))
        .collect()
}

pub(super) fn mutate(template: &mut Vec<u8>, all: &[String], dice: &mut Dice) {
    let at = dice.roll(template.len() + 1);
    match dice.roll(6) {
        0 if at < template.len() => template[at] = u8::try_from(dice.roll(256)).unwrap(),
        1 if at < template.len() => {
            template.remove(at);
        }
        2 => {
            let end = (at + dice.roll(20)).min(template.len());
            let copy = template[at..end].to_vec();
            template.splice(at..at, copy);
        }
        3 => {
            let other = all[dice.roll(all.len())].as_bytes();
            let from = dice.roll(other.len());
            template.splice(at..at, other[from..].iter().copied());
        }
        _ => {
            template.splice(at..at, PIECES[dice.roll(PIECES.len())].bytes());
        }
    }
}

#[test]
fn mutated_templates_neither_panic_nor_hang() {
    let all = templates();
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let vars = [
        ("APP", "a b"),
        ("x", "1"),
        ("PROXY_PORT_MAP", "http:80:5000 https:443:5000"),
    ]
    .map(|(key, value)| (key.to_owned(), value.to_owned()));
    let mut rendered = 0;
    for _ in 0..MUTATIONS {
        let mut bytes = all[dice.roll(all.len())].clone().into_bytes();
        for _ in 0..=dice.roll(6) {
            mutate(&mut bytes, &all, &mut dice);
        }
        let template = String::from_utf8_lossy(&bytes).into_owned();
        let options = Options {
            posix: dice.roll(4) == 0,
            ..Options::default()
        };
        let host = FakeHost::with_files(&[("F", &template)]);
        let started = Instant::now();
        rendered += usize::from(render_with(&options, "t", &template, &vars, &host).is_ok());
        assert!(
            started.elapsed() < Duration::from_secs(60),
            "too slow: {template}"
        );
    }
    assert!(
        rendered > MUTATIONS / 20,
        "only {rendered} mutations were still templates"
    );
}

fn fault(template: &str) -> String {
    render("t", template, &[], &NoHost)
        .map_err(|error| error.to_string())
        .unwrap_err()
}

#[test]
fn nesting_has_a_limit_at_every_place() {
    for deep in [
        "{{if 1}}".repeat(100_000),
        "{{range .}}".repeat(100_000),
        "{{block \"a\" .}}".repeat(100_000),
        format!("{{{{ {}", "(".repeat(100_000)),
        format!(
            "{{{{ {}1{} }}}}",
            "(print ".repeat(100_000),
            ")".repeat(100_000)
        ),
    ] {
        assert!(fault(&deep).ends_with("template nested too deeply"));
    }
}

#[test]
fn nesting_below_the_limit_works() {
    let blocks = format!("{}x{}", "{{if 1}}".repeat(98), "{{end}}".repeat(98));
    assert_eq!(render("t", &blocks, &[], &NoHost).unwrap(), "x");
    let pipes = format!("{{{{ {}1{} }}}}", "(print ".repeat(98), ")".repeat(98));
    assert_eq!(render("t", &pipes, &[], &NoHost).unwrap(), "1");
    let chain = format!(
        "{{{{if 0}}}}{}x{{{{end}}}}",
        "{{else if 0}}".repeat(10_000) + "{{else}}"
    );
    assert_eq!(render("t", &chain, &[], &NoHost).unwrap(), "x");
}

#[test]
fn endless_recursion_is_an_error() {
    let calls =
        r#"{{define "a"}}{{template "a" (print (print (print .)))}}{{end}}{{template "a"}}"#;
    assert!(fault(calls).ends_with("exceeded maximum template depth"));
    let ranges = r#"{{define "a"}}{{range seq 1}}{{if 1}}{{with 1}}{{template "a" .}}{{end}}{{end}}{{end}}{{end}}{{template "a"}}"#;
    assert!(fault(ranges).ends_with("exceeded maximum template depth"));
}

#[test]
fn a_deep_text_included_at_great_depth_stays_within_the_stack() {
    let deep = format!("{}{}", "{{if 0}}".repeat(98), "{{end}}".repeat(98));
    let text = format!(r#"{{{{ print (include "F") }}}}{deep}"#);
    let host = FakeHost::with_files(&[("F", &text)]);
    let error = render("t", &text, &[], &host).unwrap_err().to_string();
    assert!(
        error.ends_with("exceeded maximum template depth"),
        "{error}"
    );
}

#[test]
fn endless_work_is_an_error() {
    for template in [
        "{{range seq 9999}}{{range seq 9999}}{{range seq 9999}}x{{end}}{{end}}{{end}}",
        r#"{{$x := "xxxxxxxx"}}{{range seq 60}}{{$x = print $x $x}}{{end}}"#,
        r#"{{$x := seq 1}}{{range seq 60}}{{$x = append $x $x}}{{end}}{{$x}}"#,
        r#"{{$x := "xxxxxxxx"}}{{range seq 60}}{{$x = replace "x" $x $x}}{{end}}"#,
        r#"{{$x := "xxxxxxxx"}}{{range seq 60}}{{$x = join $x (split "" $x)}}{{end}}"#,
        r#"{{range seq 9999}}{{printf "%999999d%999999s%.999999f" 1 "a" 1.5}}{{end}}"#,
        r#"{{range seq 9999}}{{printf "%999999v" (seq 9999)}}{{end}}"#,
        r#"{{$x := "*a*a*a*a"}}{{range seq 20}}{{$x = print $x $x}}{{match $x $x}}{{end}}"#,
        r#"{{define "a"}}{{range seq 99}}{{template "b"}}{{end}}{{end}}{{define "b"}}{{range seq 99}}{{template "c"}}{{end}}{{end}}{{define "c"}}{{range seq 9999}}{{len "x"}}{{end}}{{end}}{{template "a"}}"#,
    ] {
        let error = render("t", template, &[], &NoHost).unwrap_err();
        let TemplateError::Execution { text, .. } = error else {
            unreachable!("{template}")
        };
        assert!(
            text.contains("too much work") || text.contains("nested too deeply"),
            "{template}: {text}"
        );
    }
}

#[test]
fn variables_in_sight_are_cheap_or_refused() {
    let declared = |count| -> String { (0..count).map(|n| format!("{{{{$a{n}:=1}}}}")).collect() };
    let many = format!("{}{{{{$a1}}}}", declared(3000));
    assert!(fault(&many).ends_with("too many variables"));
    let again = "{{$a:=1}}{{$a = 2}}".repeat(3000) + "{{$a}}";
    assert_eq!(render("t", &again, &[], &NoHost).unwrap(), "2");
    let asked = format!(
        "{}{{{{range seq 200000}}}}{{{{$}}}}{{{{end}}}}",
        declared(1900)
    );
    assert!(fault(&asked).ends_with("template does too much work"));
}

#[test]
fn a_template_of_too_many_tokens_is_refused_but_not_a_long_text() {
    for many in [
        "{{1}}".repeat(400_000),
        format!("{{{{print{}}}}}", " 1".repeat(500_000)),
    ] {
        assert!(fault(&many).ends_with("template too large"));
    }
    let text = "server;\n".repeat(500_000) + "{{1}}";
    assert!(render("t", &text, &[], &NoHost).unwrap().ends_with("\n1"));
}

#[test]
fn what_is_read_is_paid_for() {
    let host = FakeHost::with_files(&[("F", &format!("{{{{/* {} */}}}}", "x".repeat(100_000)))]);
    let template = r#"{{range seq 99999}}{{include "F"}}{{end}}"#;
    let error = render("t", template, &[], &host).unwrap_err().to_string();
    assert!(error.ends_with("template does too much work"), "{error}");
}

#[test]
fn long_but_honest_templates_render() {
    let vars = [("L".to_owned(), vec!["10.0.0.1:5000"; 1000].join(" "))];
    let template = r#"{{ range $l := .L | split " " }}{{ $p := $l | split ":" }}server {{ index $p 0 }} {{ index $p 1 }} {{ len $.L }};
{{ end }}"#;
    let output = render("t", template, &vars, &NoHost).unwrap();
    assert_eq!(output.lines().count(), 1000);
}
