//! Everything a command may look at: an immutable snapshot, passed by `&`. A changed context is a
//! derived one (`with_env`, `with_cwd`), never a mutated one.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Read};
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use crate::env::Env;
use crate::facts::Facts;
use crate::failure::{Failure, Outcome};
use crate::paths::Paths;
use crate::registry::{Dialect, Registry};
use crate::store::Store;
use crate::triggers::Bus;
use crate::ui::{Ui, stdin_is_terminal};

/// What hooks and commands read as their stdin.
#[derive(Clone, Debug, Default)]
pub enum Input {
    /// The process's own stdin.
    #[default]
    Inherit,
    /// Nothing.
    Null,
    /// An open file whose position all readers share.
    File(Rc<File>),
}

impl Input {
    /// The process's stdin as an open file.
    pub fn own_stdin() -> Self {
        let copy = io::stdin().as_fd().try_clone_to_owned();
        copy.map_or(Self::Inherit, |fd| Self::File(Rc::new(fd.into())))
    }
}

/// The context of one run.
#[derive(Clone)]
pub struct Ctx {
    /// Environment of this run and its children.
    pub env: Rc<Env>,
    /// Where everything is.
    pub paths: Rc<Paths>,
    /// The printer.
    pub ui: Ui,
    /// The only writer of files.
    pub store: Rc<Store>,
    /// What docker said, until something changes it.
    pub facts: Rc<Facts>,
    /// The trigger bus's view of the enabled plugins.
    pub bus: Rc<Bus>,
    /// The core plugins' tables.
    pub registry: &'static Registry,
    /// Stdin of children and hooks.
    pub input: Input,
    /// Working directory of children; the process's own when absent.
    pub cwd: Option<PathBuf>,
    /// The process's command line, for `SELF` and `--all` tests.
    pub argv: Rc<Vec<OsString>>,
}

impl Ctx {
    /// Makes the context of a booted environment.
    pub fn new(env: Env, registry: &'static Registry, argv: Vec<OsString>) -> Self {
        let paths = Rc::new(Paths::new(&env));
        Self {
            ui: Ui::new(env.is_on("DOKKU_QUIET_OUTPUT")),
            store: Rc::new(Store::new(&env, &paths)),
            facts: Rc::default(),
            bus: Rc::new(Bus::new(paths.plugins_enabled())),
            env: Rc::new(env),
            paths,
            registry,
            input: Input::default(),
            cwd: None,
            argv: Rc::new(argv),
        }
    }

    /// The same context with one variable changed; children see it too.
    pub fn with_env(&self, name: &str, value: &str) -> Self {
        let mut env = (*self.env).clone();
        env.set(name, value);
        self.with_whole_env(env)
    }

    /// The same context without one variable.
    pub fn without_env(&self, name: &str) -> Self {
        let mut env = (*self.env).clone();
        env.unset(name);
        self.with_whole_env(env)
    }

    /// The same context with another environment; paths are kept.
    pub fn with_whole_env(&self, env: Env) -> Self {
        let quiet = env.is_on("DOKKU_QUIET_OUTPUT");
        Self {
            ui: self.ui.with_quiet(quiet),
            env: Rc::new(env),
            ..self.clone()
        }
    }

    /// The same context with `_quiet` lines hidden, here and in children.
    pub fn quiet(&self) -> Self {
        self.with_env("DOKKU_QUIET_OUTPUT", "1")
    }

    /// The same context with another input.
    pub fn with_input(&self, input: Input) -> Self {
        Self {
            input,
            ..self.clone()
        }
    }

    /// The input, to be read in-process; readers share its position with children.
    pub fn input(&self) -> Box<dyn Read + '_> {
        match &self.input {
            Input::Inherit => Box::new(io::stdin().lock()),
            Input::Null => Box::new(io::empty()),
            Input::File(file) => Box::new(&**file),
        }
    }

    /// The whole input of a hook. A terminal counts as empty: no hook waits for a person.
    pub fn read_input(&self) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        if !(matches!(self.input, Input::Inherit) && stdin_is_terminal()) {
            self.input().read_to_end(&mut bytes)?;
        }
        Ok(bytes)
    }

    /// The same context with children started in another directory.
    pub fn with_cwd(&self, dir: &Path) -> Self {
        Self {
            cwd: Some(dir.to_owned()),
            ..self.clone()
        }
    }

    /// The same context with triggers fired at the core plugins' own tree (`--core`).
    pub fn core_only(&self) -> Self {
        let core = self.paths.core_plugins().to_string_lossy().into_owned();
        let derived = self.with_env("PLUGIN_PATH", &core);
        Self {
            bus: Rc::new(Bus::new(&self.paths.core_plugins().join("enabled"))),
            ..derived
        }
    }

    /// Prints a failure in the words of a plugin's dialect; what is left is the status.
    pub fn tell(&self, dialect: Dialect, failure: Failure) -> Failure {
        let code = failure.code();
        let text = match (failure, dialect) {
            (Failure::Status(_), _) => return Failure::Status(code),
            (Failure::Exact(text, _), _) => text,
            (Failure::Text(text), Dialect::Shell) => text,
            (Failure::Text(text), Dialect::Compiled) => format!("FAILED: {text}"),
            (Failure::Name(error), Dialect::Shell) => error.to_string(),
            (Failure::Name(error), Dialect::Compiled) => {
                format!("FAILED: {}", error.compiled_text())
            }
        };
        if !text.is_empty() {
            self.ui.err(text);
        }
        Failure::Status(code)
    }

    /// An outcome whose failure has been told in a plugin's dialect.
    pub fn told<T>(&self, dialect: Dialect, outcome: Outcome<T>) -> Outcome<T> {
        outcome.map_err(|failure| self.tell(dialect, failure))
    }
}
