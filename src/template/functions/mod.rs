//! The functions a template may call: Go's builtins and sigil's own (reference 45 §3, §4). Here is
//! what a function is and where it is found; the functions are in the modules below.

mod data;
mod files;
mod lists;
mod nested;
mod text;
mod yaml;

use super::builtins;
use super::runtime::Runtime;
use super::value::Value;

/// What a parameter takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Param {
    /// Any value.
    Any,
    /// A string.
    Text,
    /// A list; nil counts as an empty one.
    List,
}

impl Param {
    /// The Go type's name.
    pub fn type_name(self) -> &'static str {
        match self {
            Self::Any => "interface {}",
            Self::Text => "string",
            Self::List => "[]interface {}",
        }
    }
}

/// What a function gives: a value or the text of its error.
pub type Outcome = Result<Value, String>;

/// A function's code. It is called with arguments that fit the parameters.
pub type Body = fn(&Runtime<'_>, &[Value]) -> Outcome;

/// A function of the template language.
pub struct Function {
    /// Its name in templates.
    pub name: &'static str,
    /// Its parameters.
    pub params: &'static [Param],
    /// What further arguments must be, if there may be any.
    pub rest: Option<Param>,
    /// Its code.
    pub body: Body,
}

impl Function {
    /// A function with a fixed number of arguments.
    pub const fn fixed(name: &'static str, params: &'static [Param], body: Body) -> Self {
        Self {
            name,
            params,
            rest: None,
            body,
        }
    }

    /// A function with any number of arguments behind `params`.
    pub const fn variadic(
        name: &'static str,
        params: &'static [Param],
        rest: Param,
        body: Body,
    ) -> Self {
        Self {
            name,
            params,
            rest: Some(rest),
            body,
        }
    }

    /// What the argument at `position` must be.
    pub fn param(&self, position: usize) -> Param {
        self.params
            .get(position)
            .copied()
            .or(self.rest)
            .unwrap_or(Param::Any)
    }
}

/// The function of that name.
pub fn find(name: &str) -> Option<&'static Function> {
    let tables = [
        builtins::TABLE,
        text::TABLE,
        lists::TABLE,
        nested::TABLE,
        files::TABLE,
        data::TABLE,
        yaml::TABLE,
    ];
    tables
        .into_iter()
        .flatten()
        .find(|function| function.name == name)
}

/// Whether there is a function of that name.
pub fn exists(name: &str) -> bool {
    find(name).is_some()
}

/// The error of a body whose arguments do not fit its parameters: the call checks them before.
pub(super) fn misuse() -> Outcome {
    Err("wrong arguments".to_owned())
}

/// The text of a string or stream argument of the function `name`.
fn text_of(name: &str, value: &Value) -> Result<String, String> {
    match value {
        Value::Str(text) => Ok(text.to_string()),
        Value::Stream(stream) => Ok(stream.read()),
        _ => Err(format!("{name} must be given a string")),
    }
}
