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
