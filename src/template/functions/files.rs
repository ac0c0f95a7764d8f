//! sigil's functions that read: files, directories, standard input, commands, HTTP. All through the
//! [`Host`](super::super::Host).

use std::io;

use super::super::runtime::Runtime;
use super::super::value::Value;
use super::super::words;
use super::{Function, Outcome, Param, misuse, text_of};

const A: Param = Param::Any;

/// The functions of this module.
pub(super) const TABLE: &[Function] = &[
    Function::fixed("dir", &[A], |runtime, args| {
        list(runtime, "dir", args, |_| true)
    }),
    Function::fixed("dirs", &[A], |runtime, args| {
        list(runtime, "dirs", args, |is_dir| is_dir)
    }),
    Function::fixed("exists", &[A], exists),
    Function::fixed("file", &[A], file),
    Function::fixed("files", &[A], |runtime, args| {
        list(runtime, "files", args, |is_dir| !is_dir)
    }),
    Function::fixed("httpget", &[A], http_get),
    Function::fixed("sh", &[A], sh),
    Function::fixed("stdin", &[], stdin),
    Function::fixed("text", &[A], file),
];

/// Where `path` is: as it is if absolute, else in the working directory or the search path.
pub(super) fn find(runtime: &Runtime<'_>, path: &str) -> Result<String, String> {
    if path.starts_with('/') {
        return Ok(path.to_owned());
    }
    let directories = runtime.search_path();
    let joined = directories
        .iter()
        .map(|directory| format!("{directory}/{path}"));
    std::iter::once(path.to_owned())
        .chain(joined)
        .find(|candidate| runtime.host.exists(candidate))
        .ok_or_else(|| format!("Not found in path: {path} [{}]", directories.join(" ")))
}

/// The content of the file at `path`, searched for; bytes that are not UTF-8 become U+FFFD.
pub(super) fn read(runtime: &Runtime<'_>, path: &str) -> Result<String, String> {
    let path = find(runtime, path)?;
    let bytes = runtime
        .host
        .read_file(&path)
        .map_err(|error| open_fault(&path, &error))?;
    runtime.charge(bytes.len())?;
    Ok(lossy(&bytes))
}

/// The content of a path or stream argument.
pub(super) fn read_source(runtime: &Runtime<'_>, value: &Value) -> Result<String, String> {
    match value {
        Value::Str(path) => read(runtime, path),
        Value::Stream(stream) => Ok(stream.read()),
        _ => Err("file must be stream or path string".to_owned()),
    }
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// `open PATH: REASON`, with the reason in Go's words.
fn open_fault(path: &str, error: &io::Error) -> String {
    let reason = match error.kind() {
        io::ErrorKind::NotFound => "no such file or directory".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        io::ErrorKind::NotADirectory => "not a directory".to_owned(),
        io::ErrorKind::IsADirectory => "is a directory".to_owned(),
        _ => error.to_string(),
    };
    format!("open {path}: {reason}")
}

fn file(runtime: &Runtime<'_>, args: &[Value]) -> Outcome {
    let [source] = args else { return misuse() };
    read_source(runtime, source).map(Value::str)
}

fn exists(runtime: &Runtime<'_>, args: &[Value]) -> Outcome {
    let [path] = args else { return misuse() };
    let path = text_of("exists", path)?;
    Ok(Value::Bool(
        find(runtime, &path).is_ok_and(|found| runtime.host.exists(&found)),
    ))
}

fn list(
    runtime: &Runtime<'_>,
    name: &str,
    args: &[Value],
    wanted: fn(is_dir: bool) -> bool,
) -> Outcome {
    let [path] = args else { return misuse() };
    let path = text_of(name, path)?;
    let entries = runtime
        .host
        .list_dir(&path)
        .map_err(|error| open_fault(&path, &error))?;
    let mut names: Vec<String> = entries
        .into_iter()
        .filter(|entry| wanted(entry.is_dir))
        .map(|entry| entry.name)
        .collect();
    names.sort_unstable();
    Value::list(names.into_iter().map(Value::str).collect())
}

fn stdin(runtime: &Runtime<'_>, _: &[Value]) -> Outcome {
    let bytes = runtime
        .host
        .stdin()
        .map_err(|error| format!("read /dev/stdin: {error}"))?;
    Ok(Value::stream(bytes))
}

fn sh(runtime: &Runtime<'_>, args: &[Value]) -> Outcome {
    let [command] = args else { return misuse() };
    let words = words::split(&text_of("sh", command)?)?;
    if words.is_empty() {
        return Err("sh must be given a command".to_owned());
    }
    Ok(Value::str(lossy(&runtime.host.run(&words)?)))
}

fn http_get(runtime: &Runtime<'_>, args: &[Value]) -> Outcome {
    let [url] = args else { return misuse() };
    runtime
        .host
        .http_get(&text_of("httpget", url)?)
        .map(Value::stream)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use crate::template::fake_host::FakeHost;
    use crate::template::{Options, render, render_with};

    fn shown(template: &str, host: &FakeHost) -> String {
        render("t", template, &[], host).unwrap_or_else(|error| format!("fault: {error}"))
    }

    #[test]
    fn files_are_searched_in_the_directory_and_then_the_path() {
        let host = FakeHost::with_files(&[("a", "1"), ("p/a", "2"), ("q/b", "3"), ("p/b", "4")]);
        let options = Options {
            search_path: vec!["q".to_owned(), "p".to_owned()],
            ..Options::default()
        };
        let template = r#"{{ file "a" }}{{ text "b" }}{{ exists "b" }}{{ exists "c" }}"#;
        assert_eq!(
            render_with(&options, "t", template, &[], &host).unwrap(),
            "13truefalse"
        );
        let error = render_with(&options, "t", r#"{{ file "c" }}"#, &[], &host).unwrap_err();
        assert!(error.to_string().ends_with("Not found in path: c [q p]"));
    }

    #[test]
    fn absolute_paths_are_taken_as_they_are() {
        let host = FakeHost::with_files(&[("/f", "x")]);
        let template = r#"{{ file "/f" }} {{ exists "/f" }} {{ exists "/g" }}"#;
        assert_eq!(shown(template, &host), "x true false");
        assert!(shown(r#"{{ file "/g" }}"#, &host).ends_with("open /g: no such file or directory"));
        assert!(shown("{{ file 1 }}", &host).ends_with("file must be stream or path string"));
    }

    #[test]
    fn an_include_searches_its_own_directory_first() {
        let files = [
            ("d/t", r#"{{ include "u" }}"#),
            ("d/u", "in d"),
            ("e/u", "in e"),
        ];
        let host = FakeHost::with_files(&files);
        let options = Options {
            search_path: vec!["e".to_owned()],
            ..Options::default()
        };
        let template = r#"{{ include "d/t" }} {{ include "u" }}"#;
        assert_eq!(
            render_with(&options, "t", template, &[], &host).unwrap(),
            "in d in e"
        );
    }

    #[test]
    fn directories_list_their_names_sorted() {
        let host = FakeHost::default();
        assert_eq!(
            shown(r#"{{ dir "d" }}{{ files "d" }}{{ dirs "d" }}"#, &host),
            "[a b z][a b][z]"
        );
        assert!(shown(r#"{{ dir "x" }}"#, &host).ends_with("open x: no such file or directory"));
    }

    #[test]
    fn standard_input_is_a_stream_that_is_read_once() {
        let host = FakeHost::default();
        host.stdin.replace("ab".to_owned());
        assert_eq!(
            shown("{{ $s := stdin }}{{ $s | upper }}[{{ upper $s }}]", &host),
            "AB[]"
        );
        host.stdin.replace("[1]".to_owned());
        assert_eq!(
            shown("{{ json stdin }}{{ stdin | printf \"%s\" }}", &host),
            "[1]"
        );
    }

    #[test]
    fn commands_run_word_by_word() {
        let host = FakeHost::default();
        assert_eq!(shown(r#"{{ sh "a 'b c'" }}"#, &host), "a\nb c\n");
        assert!(shown(r#"{{ sh "false" }}"#, &host).ends_with("calling sh: exit status 1"));
        assert!(shown(r#"{{ sh "" }}"#, &host).contains("error calling sh"));
    }

    #[test]
    fn an_http_answer_is_a_stream() {
        assert_eq!(
            shown(r#"{{ httpget "u" | upper }}"#, &FakeHost::default()),
            "<U>"
        );
    }
}
