//! Go's text/template with the functions of sigil 0.4.0 (reference 45): renders `nginx.conf.sigil`
//! and serves the `sigil` command. The engine is pure: what it needs of the world it asks a
//! [`Host`], and it ends on any input. The command line is in [`cli`].

mod ast;
mod builtins;
pub mod cli;
mod error;
mod escape;
mod eval;
mod exec;
mod functions;
mod glob;
mod host;
mod json;
mod layout;
mod lexer;
mod literal;
mod parser;
mod pipeline;
mod posix;
mod printf;
mod render;
mod runtime;
mod value;
mod words;
mod yaml;
mod yaml_print;

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod conformance;
#[cfg(test)]
mod fake_host;
#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod torture;
#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod vectors;

pub use error::TemplateError;
pub use host::{DirEntry, Host, NoHost};

/// How a template is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Opening delimiter (`SIGIL_LEFT_DELIM`); empty means `{{`.
    pub left_delim: String,
    /// Closing delimiter (`SIGIL_RIGHT_DELIM`); empty means `}}`.
    pub right_delim: String,
    /// Directories in which files are searched after the working directory: that of the template
    /// file, then those of `SIGIL_PATH`.
    pub search_path: Vec<String>,
    /// Whether the text is POSIX-expanded first (`-p`).
    pub posix: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            left_delim: "{{".to_owned(),
            right_delim: "}}".to_owned(),
            search_path: Vec::new(),
            posix: false,
        }
    }
}

/// Renders `source`, named `name` in errors, with `vars` (of equal names the last one wins).
///
/// A variable is visible as `.KEY`, as `$KEY` if it is a valid name, and to `var "KEY"`.
pub fn render(
    name: &str,
    source: &str,
    vars: &[(String, String)],
    host: &dyn Host,
) -> Result<String, TemplateError> {
    render_with(&Options::default(), name, source, vars, host)
}

/// [`render`] with other delimiters, a search path or POSIX expansion.
pub fn render_with(
    options: &Options,
    name: &str,
    source: &str,
    vars: &[(String, String)],
    host: &dyn Host,
) -> Result<String, TemplateError> {
    let runtime = runtime::Runtime::new(host, options);
    let values = vars
        .iter()
        .map(|(key, text)| (key.clone(), value::Value::str(text.as_str())));
    render::render(&runtime, name, source, values.collect(), None)
}
