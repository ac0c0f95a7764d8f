//! The tree of a parsed template, and its canonical text (error messages quote it).

use std::collections::BTreeMap;
use std::fmt;

use super::value::Value;

/// The nodes between two delimiters of control.
pub type Block = Vec<Node>;

/// Every template of one source by its name: the main one and the `define`d.
pub type TemplateSet = BTreeMap<String, Block>;

/// A piece of a template.
#[derive(Debug, PartialEq)]
pub enum Node {
    /// Text outside actions.
    Text(String),
    /// `{{ pipeline }}`.
    Action(Pipe),
    /// `{{ if }} … {{ else if }} … {{ else }} … {{ end }}`.
    If {
        /// Conditions and what they guard, in order.
        branches: Vec<(Pipe, Block)>,
        /// What follows `{{ else }}`.
        otherwise: Block,
    },
    /// `{{ with }} … {{ else }} … {{ end }}`.
    With {
        /// The new dot.
        pipe: Pipe,
        /// What runs when it is true.
        body: Block,
        /// What runs otherwise.
        otherwise: Block,
    },
    /// `{{ range }} … {{ else }} … {{ end }}`.
    Range {
        /// The list or map.
        pipe: Pipe,
        /// What runs for each element.
        body: Block,
        /// What runs when there is none.
        otherwise: Block,
    },
    /// `{{ template "name" pipeline }}`.
    Call(Call),
    /// `{{ break }}`.
    Break,
    /// `{{ continue }}`.
    Continue,
}

/// `{{ template "name" pipeline }}`.
#[derive(Debug, PartialEq)]
pub struct Call {
    /// Position in the source.
    pub pos: usize,
    /// The template to execute.
    pub name: String,
    /// Its data.
    pub pipe: Option<Pipe>,
}

/// Commands that feed each other, and the variables that take the result.
#[derive(Debug, PartialEq)]
pub struct Pipe {
    /// Position in the source.
    pub pos: usize,
    /// `=` instead of `:=`.
    pub assigns: bool,
    /// Variables, with their `$`.
    pub variables: Vec<String>,
    /// Commands; never empty.
    pub commands: Vec<Command>,
}

/// A function or value with arguments.
#[derive(Debug, PartialEq)]
pub struct Command {
    /// Position in the source.
    pub pos: usize,
    /// What is evaluated or called.
    pub head: Operand,
    /// The arguments.
    pub args: Vec<Operand>,
}

/// A term with its position.
#[derive(Debug, PartialEq)]
pub struct Operand {
    /// Position in the source.
    pub pos: usize,
    /// What it is.
    pub term: Term,
}

/// The smallest piece with a value.
#[derive(Debug, PartialEq)]
pub enum Term {
    /// `.`
    Dot,
    /// `nil`
    Nil,
    /// `true`, `1`, `"a"`: the text as written and the value.
    Constant(String, Value),
    /// `.A.B`
    Field(Vec<String>),
    /// `$x.A`: the name with its `$`, and the fields.
    Variable(String, Vec<String>),
    /// A function's name.
    Function(String),
    /// `(pipeline)`
    Pipe(Box<Pipe>),
    /// `(pipeline).A`: something with fields.
    Chain(Box<Operand>, Vec<String>),
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{{{{template {}", super::escape::quote(&self.name))?;
        if let Some(pipe) = &self.pipe {
            write!(f, " {pipe}")?;
        }
        f.write_str("}}")
    }
}

impl fmt::Display for Pipe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.variables.is_empty() {
            let sign = if self.assigns { "=" } else { ":=" };
            write!(f, "{} {sign} ", self.variables.join(", "))?;
        }
        for (stage, command) in self.commands.iter().enumerate() {
            if stage > 0 {
                f.write_str(" | ")?;
            }
            command.fmt(f)?;
        }
        Ok(())
    }
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.head.fmt(f)?;
        for arg in &self.args {
            write!(f, " {arg}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Operand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fields = match &self.term {
            Term::Dot => return f.write_str("."),
            Term::Nil => return f.write_str("nil"),
            Term::Constant(text, _) => return f.write_str(text),
            Term::Pipe(pipe) => return write!(f, "({pipe})"),
            Term::Function(name) => return f.write_str(name),
            Term::Field(fields) => fields,
            Term::Variable(name, fields) => {
                f.write_str(name)?;
                fields
            }
            Term::Chain(operand, fields) => {
                operand.fmt(f)?;
                fields
            }
        };
        fields.iter().try_for_each(|field| write!(f, ".{field}"))
    }
}
