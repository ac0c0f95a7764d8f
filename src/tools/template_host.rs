//! The world as templates see it, and the `sigil` program, which renders one. Reference 45 §1, §4.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::io::{self, Read};
use std::path::Path;

use crate::cmd::{Cmd, Effect, Stdin};
use crate::ctx::Ctx;
use crate::failure::{Failure, Outcome};
use crate::registry::Call;
use crate::template::cli::{self, Command, Source};
use crate::template::{DirEntry, Host, Options, render_with};

/// The largest file that is read: a device such as `/dev/zero` has no end.
const MAX_FILE: u64 = 1 << 26;

/// A context's world: its environment (with additions), files, commands, network.
pub struct World<'a> {
    ctx: &'a Ctx,
    variables: BTreeMap<String, String>,
    stdin_was_read: Cell<bool>,
}

impl<'a> World<'a> {
    /// The world of a context, with variables that win over its environment.
    pub fn with(ctx: &'a Ctx, variables: impl IntoIterator<Item = (String, String)>) -> Self {
        Self {
            ctx,
            variables: variables.into_iter().collect(),
            stdin_was_read: Cell::new(false),
        }
    }
}

impl Host for World<'_> {
    fn env(&self, name: &str) -> Option<String> {
        let given = self.variables.get(name).cloned();
        given.or_else(|| {
            let value = self.ctx.env.raw(name)?;
            Some(value.to_string_lossy().into_owned())
        })
    }

    fn read_file(&self, path: &str) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        std::fs::File::open(path)?
            .take(MAX_FILE + 1)
            .read_to_end(&mut bytes)?;
        if bytes.len() as u64 > MAX_FILE {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        Ok(bytes)
    }

    fn exists(&self, path: &str) -> bool {
        Path::new(path).exists()
    }

    fn list_dir(&self, path: &str) -> io::Result<Vec<DirEntry>> {
        std::fs::read_dir(path)?
            .map(|entry| {
                let entry = entry?;
                Ok(DirEntry {
                    name: entry.file_name().to_string_lossy().into_owned(),
                    is_dir: entry.file_type()?.is_dir(),
                })
            })
            .collect()
    }

    fn stdin(&self) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        if !self.stdin_was_read.replace(true) {
            self.ctx.input().read_to_end(&mut bytes)?;
        }
        Ok(bytes)
    }

    fn run(&self, words: &[String]) -> Result<Vec<u8>, String> {
        let Some((program, args)) = words.split_first() else {
            return Err("exec: no command".to_owned());
        };
        let cmd = Cmd::new(program)
            .args(args)
            .stdin(Stdin::Null)
            .effect(Effect::Anything);
        let output = self.ctx.output(&cmd);
        match output.status {
            0 => Ok(output.stdout),
            127 if output.error_text() == format!("{program}: command not found") => Err(format!(
                "exec: \"{program}\": executable file not found in $PATH"
            )),
            status => Err(format!("exit status {status}")),
        }
    }

    fn http_get(&self, url: &str) -> Result<Vec<u8>, String> {
        let output = self.ctx.output(&get(url));
        if output.ok() {
            Ok(output.stdout)
        } else {
            Err(output.error_text())
        }
    }
}

/// A GET request whose status does not matter; redirects are followed, within the web.
fn get(url: &str) -> Cmd {
    Cmd::new("curl")
        .args(["--silent", "--show-error", "--location"])
        .args(["--proto", "=http,https", "--", url])
        .stdin(Stdin::Null)
}

/// `sigil [-f FILE | -i TEMPLATE] [-p] [-v] [KEY=VALUE …]`
pub fn sigil(ctx: &Ctx, call: &Call) -> Outcome {
    match cli::parse(&call.args) {
        Command::Version => ctx.ui.line(cli::VERSION),
        Command::Usage => ctx.ui.err_bytes(cli::USAGE.as_bytes()),
        Command::Error { text, code } => {
            ctx.ui.err_bytes(text.as_bytes());
            return Err(Failure::Status(code));
        }
        Command::Render {
            source,
            posix,
            vars,
        } => return show(ctx, &source, posix, &vars),
    }
    Ok(())
}

fn show(ctx: &Ctx, source: &Source, posix: bool, vars: &[(String, String)]) -> Outcome {
    let world = World::with(ctx, []);
    let (name, file, text) = match source {
        Source::File(file) => (base_name(file), file.as_str(), read(file)?),
        Source::Inline(text) => ("<inline>".to_owned(), "", text.as_bytes().to_vec()),
        Source::Stdin => ("<stdin>".to_owned(), "", world.stdin()?),
    };
    let options = Options {
        left_delim: ctx.env.get("SIGIL_LEFT_DELIM").to_owned(),
        right_delim: ctx.env.get("SIGIL_RIGHT_DELIM").to_owned(),
        search_path: search_path(file, ctx.env.get("SIGIL_PATH")),
        posix,
    };
    let text = String::from_utf8_lossy(&text);
    let rendered = render_with(&options, &name, &text, vars, &world).map_err(Failure::text)?;
    ctx.ui.write(rendered.as_bytes());
    Ok(())
}

fn read(file: &str) -> Outcome<Vec<u8>> {
    std::fs::read(file).map_err(|error| {
        let text = match error.kind() {
            io::ErrorKind::NotFound => "no such file or directory".to_owned(),
            io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
            io::ErrorKind::IsADirectory => "is a directory".to_owned(),
            _ => error.to_string(),
        };
        Failure::text(format!("open {file}: {text}"))
    })
}

fn base_name(file: &str) -> String {
    let name = Path::new(file).file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

/// The template file's directory, then those of `SIGIL_PATH`.
fn search_path(file: &str, more: &str) -> Vec<String> {
    let own = Path::new(file).parent().map(|dir| {
        let dir = dir.to_string_lossy();
        if dir.is_empty() {
            ".".into()
        } else {
            dir.into_owned()
        }
    });
    let own = own.filter(|_| !file.is_empty());
    let more = more.split(':').filter(|dir| !dir.is_empty());
    own.into_iter().chain(more.map(str::to_owned)).collect()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::env::Env;

    fn ctx() -> Ctx {
        let mut env = Env::default();
        env.set("PATH", "/usr/bin:/bin");
        env.set("FOO", "outer");
        Ctx::new(env, &crate::plugins::REGISTRY, Vec::new())
    }

    fn said(args: &[&str]) -> (String, i32) {
        let ctx = ctx();
        let (out, outcome) = ctx.ui.capture(|| sigil(&ctx, &Call::of("sigil", args)));
        let code = crate::failure::code_of(&outcome);
        (String::from_utf8_lossy(&out).into_owned(), code)
    }

    #[test]
    fn an_inline_template_sees_its_arguments_and_the_environment() {
        let template = "{{ $x }} {{ .x }} {{ var \"FOO\" }}";
        assert_eq!(
            said(&["-i", template, "x=a=b", "ignored"]),
            ("a=b a=b outer".to_owned(), 0)
        );
        assert_eq!(said(&["-v"]), ("0.4.0\n".to_owned(), 0));
    }

    #[test]
    fn a_faulty_call_prints_nothing_and_fails() {
        assert_eq!(said(&["-i", "{{ nofunc }}"]), (String::new(), 1));
        assert_eq!(said(&["-f", "/nope"]), (String::new(), 1));
        assert_eq!(said(&["-z"]), (String::new(), 2));
    }

    #[test]
    fn a_template_file_heads_the_search_path() {
        assert_eq!(search_path("a/b.sigil", "/x::/y"), ["a", "/x", "/y"]);
        assert_eq!(search_path("b.sigil", ""), ["."]);
        assert_eq!(search_path("", "/x"), ["/x"]);
    }

    #[test]
    fn commands_answer_with_stdout_or_gos_error() {
        let ctx = ctx();
        let world = World::with(&ctx, []);
        let run = |words: &[&str]| {
            let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
            world.run(&words)
        };
        assert_eq!(run(&["echo", "a b"]).unwrap(), b"a b\n");
        assert_eq!(run(&["false"]), Err("exit status 1".to_owned()));
        assert_eq!(
            run(&["no-such-program"]),
            Err("exec: \"no-such-program\": executable file not found in $PATH".to_owned())
        );
    }

    #[test]
    fn a_file_without_end_is_an_error() {
        let ctx = ctx();
        let read = World::with(&ctx, []).read_file("/dev/zero");
        assert_eq!(read.unwrap_err().kind(), io::ErrorKind::FileTooLarge);
    }

    #[test]
    fn given_variables_win_over_the_environment() {
        let ctx = ctx();
        let world = World::with(&ctx, [("FOO".to_owned(), "given".to_owned())]);
        assert_eq!(world.env("FOO").as_deref(), Some("given"));
        assert_eq!(world.env("NOPE"), None);
    }
}
