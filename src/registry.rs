//! The tables of the core plugins as constant data: commands, hooks, library functions, help lines.
//! Dispatch, help, completion and the installed tree all come from these rows.

use std::ffi::OsString;
use std::os::unix::ffi::OsStrExt;

use crate::ctx::Ctx;
use crate::failure::Outcome;

/// What a command, hook or library function was called with.
#[derive(Clone, Debug, Default)]
pub struct Call {
    /// The full command word (`apps:create`), or the hook's or function's name.
    pub name: String,
    /// The arguments after it, as text (invalid UTF-8 replaced).
    pub args: Vec<String>,
    /// The same arguments as the bytes they were.
    pub raw: Vec<OsString>,
}

impl Call {
    /// Makes a call from words.
    pub fn new(name: &str, raw: Vec<OsString>) -> Self {
        let args = raw
            .iter()
            .map(|word| word.to_string_lossy().into_owned())
            .collect();
        Self {
            name: name.to_owned(),
            args,
            raw,
        }
    }

    /// Makes a call from text words.
    pub fn of(name: &str, args: &[&str]) -> Self {
        Self::new(name, args.iter().map(OsString::from).collect())
    }

    /// The i-th argument, empty when missing (what bash's `$2` gives).
    pub fn arg(&self, index: usize) -> &str {
        self.args.get(index).map_or("", String::as_str)
    }

    /// The bytes of the i-th argument, empty when missing.
    pub fn bytes(&self, index: usize) -> &[u8] {
        self.raw.get(index).map_or(b"", |word| word.as_bytes())
    }

    /// All arguments from the i-th on.
    pub fn rest(&self, index: usize) -> &[String] {
        self.args.get(index..).unwrap_or_default()
    }
}

/// A command, hook or library function.
pub type Handler = fn(&Ctx, &Call) -> Outcome;

/// Whose error style a plugin speaks: Dokku's shell plugins print the bare text, its compiled
/// ones `FAILED: TEXT` and Go's flag errors (reference 01 §6.1, 10 §1.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// Written in bash upstream.
    Shell,
    /// Written in Go upstream.
    Compiled,
}

/// How a plugin shows up in `dokku help`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HelpStyle {
    /// One summary line; the full list with `--all`.
    Summary,
    /// Always its full lines, and `<command>:help` shows that one line.
    Lines,
    /// Nothing: the plugin has no commands.
    None,
}

/// A subcommand file of a plugin.
#[derive(Clone, Copy, Debug)]
pub struct Command {
    /// Full name: `apps:create`, `run`.
    pub name: &'static str,
    /// Argument part of its help line.
    pub args: &'static str,
    /// Description of its help line; no commas.
    pub about: &'static str,
    /// File below `subcommands/`; empty: what follows the colon, or the whole name.
    pub file: &'static str,
    /// Whether help lists it.
    pub listed: bool,
    /// What it does; `None` for a line that help advertises and no file serves.
    pub run: Option<Handler>,
}

/// A listed command.
pub const fn command(
    name: &'static str,
    args: &'static str,
    about: &'static str,
    run: Handler,
) -> Command {
    Command {
        name,
        args,
        about,
        file: "",
        listed: true,
        run: Some(run),
    }
}

/// A help line without a file behind it: served by the plugin's `bare`, or not at all.
pub const fn advertised(name: &'static str, args: &'static str, about: &'static str) -> Command {
    Command {
        name,
        args,
        about,
        file: "",
        listed: true,
        run: None,
    }
}

/// A command that works but is not in the help.
pub const fn hidden(name: &'static str, run: Handler) -> Command {
    Command {
        name,
        args: "",
        about: "",
        file: "",
        listed: false,
        run: Some(run),
    }
}

impl Command {
    /// The same command served by another file name, such as `default`.
    pub const fn file(mut self, file: &'static str) -> Self {
        self.file = file;
        self
    }

    /// The file below `subcommands/` that serves it.
    pub fn file_name(&self) -> &'static str {
        match (self.file, self.name.split_once(':')) {
            ("", Some((_, sub))) => sub,
            ("", None) => self.name,
            (file, _) => file,
        }
    }

    /// The help line without indent: `name args, about`.
    pub fn help_line(&self) -> String {
        let gap = if self.args.is_empty() { "" } else { " " };
        // Compat: the arguments " " print as one blank in front of the comma (`version , …`).
        let args = self.args.trim_start();
        format!("{}{gap}{args}, {}", self.name, self.about)
    }
}

/// A named function: a trigger hook or a function of the shell library that is served natively.
#[derive(Clone, Copy, Debug)]
pub struct Hook {
    /// Trigger or function name.
    pub name: &'static str,
    /// What it does.
    pub run: Handler,
}

/// A hook row.
pub const fn hook(name: &'static str, run: Handler) -> Hook {
    Hook { name, run }
}

/// A core plugin.
#[derive(Debug)]
pub struct Plugin {
    /// Directory name: `nginx-vhosts`.
    pub name: &'static str,
    /// Command namespace: `nginx`.
    pub namespace: &'static str,
    /// Error style.
    pub dialect: Dialect,
    /// Summary for `dokku help`.
    pub about: &'static str,
    /// Summary for `<plugin>:help` where it differs; empty: the same.
    pub help_about: &'static str,
    /// How help shows it.
    pub help: HelpStyle,
    /// Its subcommand files, in upstream's source order.
    pub commands: &'static [Command],
    /// Bare command words that its `commands` file serves (`config`, `git-receive-pack` …):
    /// returns `None` when the word is not its own.
    pub bare: Option<fn(&Ctx, &Call) -> Option<Outcome>>,
    /// Its trigger hooks.
    pub hooks: &'static [Hook],
    /// Shell library functions answered through `common/fn` (plugins/README.md).
    pub functions: &'static [Hook],
    /// Other executables of its directory (`common/prop`).
    pub programs: &'static [Hook],
    /// Command words of newer Dokku versions that third-party plugins call, each with the command
    /// of this plugin that does the same (reference 06 §10).
    pub aliases: &'static [(&'static str, &'static str)],
}

/// A plugin without anything, to be filled in by struct update.
pub const EMPTY: Plugin = Plugin {
    name: "",
    namespace: "",
    dialect: Dialect::Shell,
    about: "",
    help_about: "",
    help: HelpStyle::None,
    commands: &[],
    bare: None,
    hooks: &[],
    functions: &[],
    programs: &[],
    aliases: &[],
};

impl Plugin {
    /// Whether the plugin has a `commands` file.
    pub fn has_commands(&self) -> bool {
        self.help != HelpStyle::None || self.bare.is_some()
    }

    /// The command behind a file of `subcommands/`.
    pub fn command_by_file(&self, file: &str) -> Option<&'static Command> {
        self.commands
            .iter()
            .find(|command| command.run.is_some() && command.file_name() == file)
    }

    /// Whether `subcommands/default` exists: own behaviour, or the help of a shell plugin.
    pub fn has_default(&self) -> bool {
        self.command_by_file("default").is_some()
            || (self.dialect == Dialect::Shell && self.help == HelpStyle::Summary)
    }

    /// The hook of a trigger.
    pub fn hook(&self, name: &str) -> Option<&'static Hook> {
        self.hooks.iter().find(|hook| hook.name == name)
    }

    /// Another executable of the plugin's directory.
    pub fn program(&self, name: &str) -> Option<&'static Hook> {
        self.programs.iter().find(|program| program.name == name)
    }
}

/// All core plugins.
#[derive(Debug)]
pub struct Registry {
    /// In firing order.
    pub plugins: &'static [&'static Plugin],
    /// Programs that the binary answers as by its own name (`plugn`, `sshcommand` …).
    pub faces: &'static [Hook],
}

impl Registry {
    /// The plugin of a directory name.
    pub fn plugin(&self, name: &str) -> Option<&'static Plugin> {
        self.plugins
            .iter()
            .find(|plugin| plugin.name == name)
            .copied()
    }

    /// The command that a word of a newer Dokku version stands for.
    pub fn alias(&self, word: &str) -> Option<&'static str> {
        let mut aliases = self.plugins.iter().flat_map(|plugin| plugin.aliases);
        aliases
            .find(|(alias, _)| *alias == word)
            .map(|(_, command)| *command)
    }

    /// The plugin directory that serves a command word (reference 01 §5.1): bare commands of a
    /// plugin without own namespace, or a namespace that differs from the directory name.
    pub fn directory_of(&self, word: &str) -> Option<&'static str> {
        let (space, _) = word.split_once(':').unwrap_or((word, ""));
        self.plugins
            .iter()
            .find(|plugin| {
                (plugin.namespace == space && !space.is_empty() && plugin.name != space)
                    || (plugin.help == HelpStyle::Lines
                        && plugin.commands.iter().any(|command| command.name == word))
            })
            .map(|plugin| plugin.name)
    }
}
