//! The command line of procfile-util 0.6.0 as a pure function (reference 31 §5.2): arguments in,
//! output and exit code out. Files and standard input are read by the caller's closures.

use std::io;

use super::{Expand, Lookup, Procfile};
use crate::formats::env_file::EnvMap;

const USAGE: &str = "usage: procfile-util <Command> [-h|--help] [-v|--version] [-P|--procfile \
\"<value>\"] [-D|--delimiter \"<value>\"] [-d|--default-port \"<value>\"] [-l|--loglevel (info|debug)]

Commands:

  check   check that the specified procfile is valid
  exists  check if a process type exists [-p|--process-type \"<value>\"]
  expand  expand a procfile [-p|--process-type \"<value>\"] [-a|--allow-getenv] [-e|--env-file \"<value>\"]
  list    list all process types in a procfile
  show    show the command for a process type -p|--process-type \"<value>\" [-a|--allow-getenv] [-e|--env-file \"<value>\"]
";

/// What the process prints and its exit code.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CliResult {
    /// Bytes for standard output.
    pub stdout: String,
    /// Bytes for standard error.
    pub stderr: String,
    /// Exit code.
    pub code: i32,
}

/// What procfile-util asks of the outside world.
pub struct World<'a> {
    /// The environment, read with `--allow-getenv` only.
    pub getenv: Lookup<'a>,
    /// The content of a file.
    pub read_file: &'a dyn Fn(&str) -> io::Result<Vec<u8>>,
    /// All of standard input; `None` when it is a terminal.
    pub read_stdin: &'a dyn Fn() -> Option<Vec<u8>>,
}

/// Runs procfile-util with `args` (without the program name).
pub fn procfile_util(args: &[String], world: &World) -> CliResult {
    match run(args, world) {
        Ok(stdout) => CliResult {
            stdout,
            ..CliResult::default()
        },
        Err(failure) => failure,
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Command {
    Check,
    Exists,
    Expand,
    List,
    Show,
}

impl Command {
    fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "check" => Self::Check,
            "exists" => Self::Exists,
            "expand" => Self::Expand,
            "list" => Self::List,
            "show" => Self::Show,
            _ => return None,
        })
    }
}

#[derive(Default)]
struct Options {
    procfile: Option<String>,
    delimiter: Option<String>,
    default_port: Option<String>,
    loglevel: Option<String>,
    process_type: Option<String>,
    env_file: Option<String>,
    allow_getenv: bool,
    help: bool,
    version: bool,
    unknown: Vec<String>,
}

fn run(args: &[String], world: &World) -> Result<String, CliResult> {
    let (command, options) = match args.split_first() {
        Some((word, rest)) => match Command::parse(word) {
            Some(command) => (Some(command), Options::parse(rest, Some(command))?),
            None => (None, Options::parse(args, None)?),
        },
        None => (None, Options::default()),
    };
    if options.help {
        return Ok(USAGE.to_owned());
    }
    if options.version {
        return Ok("procfile-util 0.6.0\n".to_owned());
    }
    let Some(command) = command else {
        let message = "[sub]Command required\n";
        return Err(match options.unknown.is_empty() && !args.is_empty() {
            // Compat: with nothing but options the usage goes to standard output.
            true => CliResult {
                stdout: USAGE.to_owned(),
                stderr: message.to_owned(),
                code: 1,
            },
            false => fail(&format!("{message}{USAGE}")),
        });
    };
    if !options.unknown.is_empty() {
        return Err(usage_error(&format!(
            "unknown arguments {}",
            options.unknown.join(" ")
        )));
    }
    if command == Command::Show && options.process_type.is_none() {
        return Err(usage_error("[-p|--process-type] is required"));
    }
    answer(command, &options, &options.procfile(world)?, world)
}

/// The output of a valid command line.
fn answer(
    command: Command,
    options: &Options,
    procfile: &Procfile,
    world: &World,
) -> Result<String, CliResult> {
    let wanted = options.process_type.as_deref().unwrap_or_default();
    let missing = || fail("no matching process entry found\n");
    match command {
        Command::Check => {
            let types: Vec<&str> = procfile.types().collect();
            Ok(format!("valid procfile detected {}\n", types.join(", ")))
        }
        Command::List => Ok(procfile.types().map(|name| format!("{name}\n")).collect()),
        Command::Exists if procfile.contains(wanted) => Ok(String::new()),
        Command::Exists => Err(missing()),
        Command::Show => {
            let shown = options.with_values(world, |values| procfile.expand(wanted, values))?;
            shown
                .map(|command| format!("{command}\n"))
                .ok_or_else(missing)
        }
        Command::Expand => options.with_values(world, |values| {
            procfile
                .types()
                .filter(|name| wanted.is_empty() || *name == wanted)
                .filter_map(|name| Some(format!("{name}: {}\n", procfile.expand(name, values)?)))
                .collect()
        }),
    }
}

impl Options {
    fn parse(args: &[String], command: Option<Command>) -> Result<Self, CliResult> {
        let mut options = Self::default();
        let mut words = args.iter();
        while let Some(word) = words.next() {
            match word.as_str() {
                "-h" | "--help" => options.help = true,
                "-v" | "--version" => options.version = true,
                "-a" | "--allow-getenv" if command.is_some_and(Command::expands) => {
                    options.allow_getenv = true;
                }
                _ => match options.value_slot(word, command) {
                    Some((name, slot)) => {
                        let message = match (words.next(), slot.is_some()) {
                            (Some(value), false) => {
                                *slot = Some(value.clone());
                                continue;
                            }
                            (Some(_), true) => format!("[{name}] can only be present once"),
                            (None, _) => format!("not enough arguments for {name}"),
                        };
                        return Err(usage_error(&message));
                    }
                    None => options.unknown.push(word.clone()),
                },
            }
        }
        Ok(options)
    }

    /// The place for the value of option `word`, and the option's full name.
    fn value_slot(
        &mut self,
        word: &str,
        command: Option<Command>,
    ) -> Option<(&'static str, &mut Option<String>)> {
        let expands = command.is_some_and(Command::expands);
        Some(match word {
            "-P" | "--procfile" => ("-P|--procfile", &mut self.procfile),
            "-D" | "--delimiter" => ("-D|--delimiter", &mut self.delimiter),
            "-d" | "--default-port" => ("-d|--default-port", &mut self.default_port),
            "-l" | "--loglevel" => ("-l|--loglevel", &mut self.loglevel),
            "-p" | "--process-type" if expands || command == Some(Command::Exists) => {
                ("-p|--process-type", &mut self.process_type)
            }
            "-e" | "--env-file" if expands => ("-e|--env-file", &mut self.env_file),
            _ => return None,
        })
    }

    /// Reads the Procfile; one that can't be opened is looked for on standard input.
    fn procfile(&self, world: &World) -> Result<Procfile, CliResult> {
        let path = self.procfile.as_deref().unwrap_or("Procfile");
        let content = match (world.read_file)(path) {
            Ok(content) => content,
            Err(error) if error.kind() == io::ErrorKind::IsADirectory => {
                return Err(fail(&format!("read {path}: is a directory\n")));
            }
            Err(error) => (world.read_stdin)()
                .ok_or_else(|| fail(&format!("open {path}: {}\n", reason(&error))))?,
        };
        let delimiter = self.delimiter.as_deref().unwrap_or(":");
        Procfile::parse_delimited(&String::from_utf8_lossy(&content), delimiter)
            .map_err(|error| fail(&format!("{error}\n")))
    }

    /// Calls `action` with the values that the options define.
    fn with_values<T>(
        &self,
        world: &World,
        action: impl FnOnce(&Expand) -> T,
    ) -> Result<T, CliResult> {
        let invalid = |message: String| fail(&format!("error processing command: {message}\n"));
        let env_file = match &self.env_file {
            None => None,
            Some(path) => {
                let content = (world.read_file)(path)
                    .map_err(|error| invalid(format!("open {path}: {}", reason(&error))))?;
                Some(
                    EnvMap::parse(&content)
                        .map_err(|error| invalid(error.to_string()))?
                        .0,
                )
            }
        };
        Ok(action(&Expand {
            port: self.default_port.as_deref().unwrap_or("5000"),
            getenv: self.allow_getenv.then_some(world.getenv),
            env_file: env_file.as_ref(),
        }))
    }
}

impl Command {
    fn expands(self) -> bool {
        matches!(self, Self::Show | Self::Expand)
    }
}

/// The words that follow `open PATH: ` in Go.
fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "no such file or directory".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => error.to_string(),
    }
}

fn fail(stderr: &str) -> CliResult {
    CliResult {
        stdout: String::new(),
        stderr: stderr.to_owned(),
        code: 1,
    }
}

fn usage_error(message: &str) -> CliResult {
    fail(&format!("{message}\n{USAGE}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "web: node web.js --port $PORT # c\nworker: run $PS $HOME\n";

    fn run_with_stdin(args: &str, stdin: Option<&str>) -> CliResult {
        let args: Vec<String> = args.split(' ').map(|word| word.replace('~', "")).collect();
        procfile_util(
            &args,
            &World {
                getenv: &|name| (name == "HOME").then(|| "/root".to_owned()),
                read_file: &|path| match path {
                    "Procfile" => Ok(FILE.into()),
                    "twice" => Ok("web: a\nweb: b\n".into()),
                    "env" => Ok("PORT=7\n".into()),
                    "badenv" => Ok("nonsense".into()),
                    "dir" => Err(io::ErrorKind::IsADirectory.into()),
                    _ => Err(io::ErrorKind::NotFound.into()),
                },
                read_stdin: &|| stdin.map(|text| text.as_bytes().to_vec()),
            },
        )
    }

    fn ok(args: &str) -> String {
        let result = run_with_stdin(args, None);
        assert_eq!((result.code, result.stderr.as_str()), (0, ""), "{args}");
        result.stdout
    }

    fn error(args: &str) -> String {
        let result = run_with_stdin(args, None);
        assert_eq!((result.code, result.stdout.as_str()), (1, ""), "{args}");
        result.stderr
    }

    #[test]
    fn each_subcommand_answers_as_documented() {
        assert_eq!(ok("check"), "valid procfile detected web, worker\n");
        assert_eq!(ok("exists -p web"), "");
        assert_eq!(ok("list"), "web\nworker\n");
        assert_eq!(ok("show -p web"), "node web.js --port 5000\n");
        assert_eq!(
            ok("expand"),
            "web: node web.js --port 5000\nworker: run worker \n"
        );
        assert_eq!(ok("expand -p worker"), "worker: run worker \n");
        assert_eq!(ok("expand -p nope"), "");
        assert_eq!(ok("check -v"), "procfile-util 0.6.0\n");
        assert_eq!(ok("--version"), "procfile-util 0.6.0\n");
        assert!(ok("show --help").starts_with("usage: procfile-util"));
    }

    #[test]
    fn the_call_that_dokku_makes_shows_the_expanded_command() {
        let call = "show --procfile Procfile --process-type web --default-port";
        assert_eq!(ok(&format!("{call} 5001")), "node web.js --port 5001\n");
        assert_eq!(ok(&format!("{call} ~")), "node web.js --port \n");
    }

    #[test]
    fn environment_and_env_file_override_the_port() {
        assert_eq!(ok("show -p worker -a"), "run worker /root\n");
        assert_eq!(ok("show -p web -d 1 -e env"), "node web.js --port 7\n");
    }

    #[test]
    fn failures_have_their_exact_texts() {
        for (args, text) in [
            ("exists -p nope", "no matching process entry found\n"),
            ("show -p nope", "no matching process entry found\n"),
            ("show -p ~", "no matching process entry found\n"),
            ("check -P twice", "process names must be unique\n"),
            ("check -P nope", "open nope: no such file or directory\n"),
            ("check -P dir", "read dir: is a directory\n"),
        ] {
            assert_eq!(error(args), text, "{args}");
        }
        for (args, start) in [
            ("show", "[-p|--process-type] is required\nusage: "),
            ("check x y", "unknown arguments x y\nusage: "),
            (
                "check --procfile=x",
                "unknown arguments --procfile=x\nusage: ",
            ),
            ("list -p web", "unknown arguments -p web\nusage: "),
            ("nope", "[sub]Command required\nusage: "),
            ("-P x check", "[sub]Command required\nusage: "),
            (
                "check -P",
                "not enough arguments for -P|--procfile\nusage: ",
            ),
            (
                "check -P a -P b",
                "[-P|--procfile] can only be present once\nusage: ",
            ),
            (
                "show -p web -e nope",
                "error processing command: open nope: no such file",
            ),
            ("show -p web -e badenv", "error processing command: "),
        ] {
            assert!(error(args).starts_with(start), "{args}: {}", error(args));
        }
    }

    #[test]
    fn without_any_word_the_usage_goes_to_stderr_but_to_stdout_after_options() {
        let none = procfile_util(
            &[],
            &World {
                getenv: &|_| None,
                read_file: &|_| Ok(Vec::new()),
                read_stdin: &|| None,
            },
        );
        assert!(none.stderr.starts_with("[sub]Command required\nusage: ") && none.code == 1);
        let options = run_with_stdin("-P x", None);
        assert_eq!((options.stdout.as_str(), options.code), (USAGE, 1));
    }

    #[test]
    fn a_missing_file_is_looked_for_on_standard_input() {
        let result = run_with_stdin("list -P nope", Some("cron: x\n"));
        assert_eq!(result.stdout, "cron\n");
        let result = run_with_stdin("list -P nope", Some(""));
        assert_eq!(result.stderr, "no entries found in Procfile\n");
    }

    #[test]
    fn another_delimiter_is_taken_literally() {
        let result = run_with_stdin("list -P nope -D -", Some("a-b-x\n"));
        assert_eq!(result.stdout, "a-b\n");
    }
}
