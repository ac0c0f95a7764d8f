//! Tests against what Go itself answers (`fixtures/templates`) and the vectors of reference 45 §9.

use std::collections::BTreeMap;
use std::io;

use serde_json::Value as Json;

use super::{DirEntry, Host, NoHost, TemplateError, render};

const CASES: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/fixtures/templates/go-template-cases.jsonl"
);

/// A host for which every file holds its own path: `json TEXT` then parses TEXT, as the test-only
/// helper `json_` of the recorded cases did.
struct EchoHost;

impl Host for EchoHost {
    fn env(&self, _name: &str) -> Option<String> {
        None
    }
    fn read_file(&self, path: &str) -> io::Result<Vec<u8>> {
        Ok(path.as_bytes().to_vec())
    }
    fn exists(&self, _path: &str) -> bool {
        true
    }
    fn list_dir(&self, path: &str) -> io::Result<Vec<DirEntry>> {
        NoHost.list_dir(path)
    }
    fn stdin(&self) -> io::Result<Vec<u8>> {
        NoHost.stdin()
    }
    fn run(&self, words: &[String]) -> Result<Vec<u8>, String> {
        NoHost.run(words)
    }
    fn http_get(&self, url: &str) -> Result<Vec<u8>, String> {
        NoHost.http_get(url)
    }
}

fn strings(object: &Json) -> BTreeMap<String, String> {
    let pairs = object.as_object().into_iter().flatten();
    pairs
        .map(|(key, value)| (key.clone(), value.as_str().unwrap_or("").to_owned()))
        .collect()
}

fn run_case(base: &BTreeMap<String, String>, case: &Json) -> Result<String, TemplateError> {
    let mut data = base.clone();
    data.extend(strings(&case["data"]));
    for gone in case["without"].as_array().into_iter().flatten() {
        data.remove(gone.as_str().unwrap());
    }
    let template = case["template"].as_str().unwrap().replace("json_", "json");
    render(
        "t",
        &template,
        &data.into_iter().collect::<Vec<_>>(),
        &EchoHost,
    )
}

#[test]
fn every_recorded_case_answers_like_go() {
    let text = std::fs::read_to_string(CASES).unwrap();
    let mut lines = text
        .lines()
        .map(|line| serde_json::from_str::<Json>(line).unwrap());
    let base = strings(&lines.next().unwrap()["base_data"]);
    let mut failures = Vec::new();
    let mut count = 0;
    for case in lines {
        count += 1;
        let result = run_case(&base, &case);
        let expected = case["output"].as_str().unwrap();
        let good = match &result {
            Ok(output) => case["status"] == "ok" && output == expected,
            Err(_) => case["status"] != "ok",
        };
        if !good {
            failures.push(format!(
                "{}: {result:?} instead of {expected:?}",
                case["name"]
            ));
        }
        if let Err(error) = result {
            assert_eq!(without_column(&error.to_string()), without_column(expected));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(count > 90, "only {count} cases");
}

/// An error without its column, which Go shifts by the declarations that sigil injects, and with
/// the function's name that the recording's own `split` left out.
fn without_column(error: &str) -> String {
    let mut parts: Vec<&str> = error.splitn(5, ':').collect();
    if error.contains(": executing ") {
        parts.remove(3);
    }
    parts
        .join(":")
        .replace("split: must be", "split: split must be")
}
