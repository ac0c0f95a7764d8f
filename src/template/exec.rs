//! Walks the tree of a template and writes its output: text, blocks, loops, nested templates. The
//! values of pipelines come from `eval`.

use super::ast::{Block, Call, Command, Node, Operand, Pipe, TemplateSet};
use super::error::TemplateError;
use super::escape::quote;
use super::printf;
use super::runtime::{Runtime, STEP};
use super::value::Value;

/// A parsed source.
#[derive(Clone, Copy)]
pub struct Parsed<'t> {
    /// Its name.
    pub name: &'t str,
    /// Its text: positions are offsets in it.
    pub source: &'t str,
    /// Its templates.
    pub set: &'t TemplateSet,
}

/// The step under execution, for errors.
#[derive(Clone, Copy)]
pub(super) enum At<'t> {
    Start,
    Pipe(&'t Pipe),
    Command(&'t Command),
    Operand(&'t Operand),
    Call(&'t Call),
}

/// How a walk goes on.
#[derive(Clone, Copy, PartialEq)]
enum Flow {
    Next,
    Break,
    Continue,
}

/// Executes the template `parsed.name` on `data` with `variables` (names with `$`) declared.
pub fn execute<'t>(
    runtime: &'t Runtime<'t>,
    parsed: Parsed<'t>,
    data: &Value,
    variables: Vec<(&'t str, Value)>,
) -> Result<String, TemplateError> {
    let mut executor = Executor {
        runtime,
        parsed,
        template: parsed.name,
        variables,
        at: At::Start,
        out: String::new(),
    };
    if let Some(body) = parsed.set.get(parsed.name) {
        executor.block(data, body)?;
    }
    Ok(executor.out)
}

pub(super) struct Executor<'t> {
    pub(super) runtime: &'t Runtime<'t>,
    parsed: Parsed<'t>,
    template: &'t str,
    pub(super) variables: Vec<(&'t str, Value)>,
    pub(super) at: At<'t>,
    out: String,
}

impl<'t> Executor<'t> {
    fn block(&mut self, dot: &Value, nodes: &'t Block) -> Result<Flow, TemplateError> {
        self.enter()?;
        for node in nodes {
            let flow = self.node(dot, node)?;
            if flow != Flow::Next {
                self.leave();
                return Ok(flow);
            }
        }
        self.leave();
        Ok(Flow::Next)
    }

    fn node(&mut self, dot: &Value, node: &'t Node) -> Result<Flow, TemplateError> {
        match node {
            Node::Text(text) => self.write(text)?,
            Node::Action(pipe) => self.action(dot, pipe)?,
            Node::If {
                branches,
                otherwise,
            } => return self.branch(dot, branches, otherwise),
            Node::With {
                pipe,
                body,
                otherwise,
            } => {
                let outer = self.variables.len();
                let value = self.pipeline(dot, pipe)?;
                let flow = if value.truth() {
                    self.block(&value, body)?
                } else {
                    self.block(dot, otherwise)?
                };
                self.variables.truncate(outer);
                return Ok(flow);
            }
            Node::Range {
                pipe,
                body,
                otherwise,
            } => {
                let outer = self.variables.len();
                let flow = self.range(dot, pipe, body, otherwise)?;
                self.variables.truncate(outer);
                return Ok(flow);
            }
            Node::Call(call) => self.template(dot, call)?,
            Node::Break => return Ok(Flow::Break),
            Node::Continue => return Ok(Flow::Continue),
        }
        Ok(Flow::Next)
    }

    fn action(&mut self, dot: &Value, pipe: &'t Pipe) -> Result<(), TemplateError> {
        let value = self.pipeline(dot, pipe)?;
        if !pipe.variables.is_empty() {
            return Ok(());
        }
        self.charge(value.size())?;
        match &value {
            Value::Missing => self.write("<no value>"),
            Value::Str(text) => self.write(text),
            // `{{ stdin }}` gives what is read, where sigil printed the addresses of the stream.
            Value::Stream(stream) => self.write(&stream.read()),
            value => self.write(&printf::display(value)),
        }
    }

    fn branch(
        &mut self,
        dot: &Value,
        branches: &'t [(Pipe, Block)],
        otherwise: &'t Block,
    ) -> Result<Flow, TemplateError> {
        let outer = self.variables.len();
        let mut chosen = otherwise;
        for (pipe, body) in branches {
            if self.pipeline(dot, pipe)?.truth() {
                chosen = body;
                break;
            }
        }
        let flow = self.block(dot, chosen)?;
        self.variables.truncate(outer);
        Ok(flow)
    }

    fn range(
        &mut self,
        dot: &Value,
        pipe: &'t Pipe,
        body: &'t Block,
        otherwise: &'t Block,
    ) -> Result<Flow, TemplateError> {
        let value = self.pipeline(dot, pipe)?;
        match &value {
            Value::List(list) if value.truth() => {
                for (index, item) in (0..).zip(list.items()) {
                    if self.iteration(pipe, body, &Value::Int(index), item)? == Flow::Break {
                        break;
                    }
                }
                Ok(Flow::Next)
            }
            Value::Map(map) if value.truth() => {
                for (key, item) in map.entries() {
                    if self.iteration(pipe, body, &key.to_value(), item)? == Flow::Break {
                        break;
                    }
                }
                Ok(Flow::Next)
            }
            Value::List(_) | Value::Map(_) | Value::Nil | Value::Missing => {
                self.block(dot, otherwise)
            }
            other => {
                let shown = printf::display(other);
                Err(self.fail(format!("range can't iterate over {shown}")))
            }
        }
    }

    fn iteration(
        &mut self,
        pipe: &'t Pipe,
        body: &'t Block,
        index: &Value,
        item: &Value,
    ) -> Result<Flow, TemplateError> {
        self.charge(STEP)?;
        let mark = self.variables.len();
        let values: &[&Value] = if pipe.variables.len() > 1 {
            &[index, item]
        } else {
            &[item]
        };
        for (name, value) in pipe.variables.iter().zip(values) {
            self.assign(name, (*value).clone())?;
        }
        let flow = self.block(item, body)?;
        self.variables.truncate(mark);
        Ok(flow)
    }

    fn template(&mut self, dot: &Value, call: &'t Call) -> Result<(), TemplateError> {
        self.at = At::Call(call);
        let set = self.parsed.set;
        let Some((name, body)) = set.get_key_value(&call.name) else {
            return Err(self.fail(format!("template {} not defined", quote(&call.name))));
        };
        let data = match &call.pipe {
            Some(pipe) => self.pipeline(dot, pipe)?,
            None => Value::Missing,
        };
        let variables = std::mem::replace(&mut self.variables, vec![("$", data.clone())]);
        let template = std::mem::replace(&mut self.template, name);
        self.block(&data, body)?;
        self.variables = variables;
        self.template = template;
        Ok(())
    }

    /// Sets the innermost variable of that name.
    pub(super) fn assign(&mut self, name: &str, value: Value) -> Result<(), TemplateError> {
        self.charge(self.variables.len())?;
        match self
            .variables
            .iter_mut()
            .rev()
            .find(|(known, _)| *known == name)
        {
            Some((_, slot)) => {
                *slot = value;
                Ok(())
            }
            None => Err(self.fail(format!("undefined variable: {name}"))),
        }
    }

    fn write(&mut self, text: &str) -> Result<(), TemplateError> {
        self.charge(text.len())?;
        self.out.push_str(text);
        Ok(())
    }

    pub(super) fn charge(&self, work: usize) -> Result<(), TemplateError> {
        self.runtime.charge(work).map_err(|text| self.fail(text))
    }

    pub(super) fn enter(&self) -> Result<(), TemplateError> {
        self.runtime.enter().map_err(|text| self.fail(text))
    }

    pub(super) fn leave(&self) {
        self.runtime.leave();
    }

    /// The error that the step under execution failed.
    pub(super) fn fail(&self, text: String) -> TemplateError {
        let (pos, node) = match self.at {
            At::Start => (0, String::new()),
            At::Pipe(pipe) => (pipe.pos, pipe.to_string()),
            At::Command(command) => (command.pos, command.to_string()),
            At::Operand(operand) => (operand.pos, operand.to_string()),
            At::Call(call) => (call.pos, call.to_string()),
        };
        let before = self.parsed.source.get(..pos).unwrap_or("");
        TemplateError::Execution {
            name: self.parsed.name.to_owned(),
            line: before.matches('\n').count() + 1,
            column: before.len() - before.rfind('\n').map_or(0, |newline| newline + 1),
            template: quote(self.template),
            node,
            text,
        }
    }
}
