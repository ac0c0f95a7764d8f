//! The values of pipelines: commands, fields, variables, function calls and the checks of their
//! arguments. The functions themselves are in `builtins` and `functions`.

use super::ast::{Command, Operand, Pipe, Term};
use super::error::TemplateError;
use super::exec::{At, Executor};
use super::functions::{self, Function, Param};
use super::runtime::STEP;
use super::value::Value;

impl<'t> Executor<'t> {
    /// The value of `pipe`; its variables are declared or assigned.
    pub(super) fn pipeline(&mut self, dot: &Value, pipe: &'t Pipe) -> Result<Value, TemplateError> {
        self.enter()?;
        self.at = At::Pipe(pipe);
        let mut last = None;
        for command in &pipe.commands {
            last = Some(self.command(dot, command, last)?.unboxed());
        }
        let value = last.unwrap_or(Value::Missing);
        for name in &pipe.variables {
            if pipe.assigns {
                self.assign(name, value.clone())?;
            } else {
                self.variables.push((name, value.clone()));
            }
        }
        self.leave();
        Ok(value)
    }

    fn command(
        &mut self,
        dot: &Value,
        command: &'t Command,
        last: Option<Value>,
    ) -> Result<Value, TemplateError> {
        let head = &command.head;
        if let Term::Function(name) = &head.term {
            self.at = At::Operand(head);
            return self.call(dot, name, At::Command(command), &command.args, last);
        }
        let has_args = !command.args.is_empty() || last.is_some();
        let takes_args = match &head.term {
            Term::Field(_) | Term::Chain(..) => true,
            Term::Variable(_, fields) => !fields.is_empty(),
            _ => false,
        };
        if has_args && !takes_args {
            self.at = At::Operand(head);
            return Err(self.fail(format!("can't give argument to non-function {head}")));
        }
        self.operand(dot, head, has_args)
    }

    /// The value of a term; `has_args` when arguments follow that only a method could take.
    fn operand(
        &mut self,
        dot: &Value,
        operand: &'t Operand,
        has_args: bool,
    ) -> Result<Value, TemplateError> {
        self.at = At::Operand(operand);
        match &operand.term {
            Term::Dot => Ok(dot.clone()),
            Term::Nil => Err(self.fail("nil is not a command".to_owned())),
            Term::Constant(_, value) => Ok(value.clone()),
            Term::Field(fields) => self.fields(dot.clone(), fields, has_args),
            Term::Variable(name, fields) => {
                self.charge(self.variables.len())?;
                let known = self.variables.iter().rev().find(|(known, _)| known == name);
                let Some((_, value)) = known else {
                    return Err(self.fail(format!("undefined variable: {name}")));
                };
                self.fields(value.clone(), fields, has_args)
            }
            Term::Function(name) => self.call(dot, name, At::Operand(operand), &[], None),
            Term::Pipe(pipe) => self.pipeline(dot, pipe),
            Term::Chain(inner, fields) => {
                let value = self.operand(dot, inner, false)?;
                self.at = At::Operand(operand);
                self.fields(value, fields, has_args)
            }
        }
    }

    fn fields(
        &self,
        mut value: Value,
        fields: &[String],
        has_args: bool,
    ) -> Result<Value, TemplateError> {
        for (step, field) in fields.iter().enumerate() {
            let of_a_field = step > 0;
            value = match &value {
                Value::Missing => return Ok(Value::Missing),
                Value::Nil => {
                    let text = format!("nil pointer evaluating interface {{}}.{field}");
                    return Err(self.fail(text));
                }
                Value::Map(_) if has_args && step + 1 == fields.len() => {
                    return Err(self.fail(format!("{field} is not a method but has arguments")));
                }
                Value::Map(map) => map.get(field).cloned().unwrap_or(Value::Missing),
                other => {
                    let kind = if of_a_field {
                        "interface {}"
                    } else {
                        other.type_name()
                    };
                    let text = format!("can't evaluate field {field} in type {kind}");
                    return Err(self.fail(text));
                }
            };
        }
        Ok(value)
    }

    fn call(
        &mut self,
        dot: &Value,
        name: &str,
        node: At<'t>,
        args: &'t [Operand],
        last: Option<Value>,
    ) -> Result<Value, TemplateError> {
        let Some(function) = functions::find(name) else {
            return Err(self.fail(format!("{name:?} is not a defined function")));
        };
        self.check_count(function, args.len(), last.is_some())?;
        if matches!(name, "and" | "or") {
            return self.short_circuit(dot, name == "or", args, last);
        }
        let mut values = Vec::with_capacity(args.len() + 1);
        for (position, arg) in args.iter().enumerate() {
            values.push(self.argument(dot, arg, function.param(position))?);
        }
        if let Some(value) = last {
            values.push(self.validated(value, function.param(args.len()))?);
        }
        let size = values
            .iter()
            .fold(STEP, |sum, value| sum.saturating_add(value.size()));
        let result = self
            .runtime
            .charge(size)
            .and_then(|()| (function.body)(self.runtime, &values))
            .and_then(|value| self.runtime.charge(value.size()).map(|()| value));
        result.map_err(|text| {
            self.at = node;
            self.fail(format!("error calling {name}: {text}"))
        })
    }

    fn check_count(
        &self,
        function: &Function,
        given: usize,
        piped: bool,
    ) -> Result<(), TemplateError> {
        let Function {
            name, params, rest, ..
        } = function;
        let count = given + usize::from(piped);
        let want = params.len();
        match rest {
            Some(_) if count < want => Err(self.fail(format!(
                "wrong number of args for {name}: want at least {want} got {given}"
            ))),
            None if count != want => Err(self.fail(format!(
                "wrong number of args for {name}: want {want} got {count}"
            ))),
            _ => Ok(()),
        }
    }

    /// `and` and `or` evaluate no further than they must.
    fn short_circuit(
        &mut self,
        dot: &Value,
        wanted: bool,
        args: &'t [Operand],
        last: Option<Value>,
    ) -> Result<Value, TemplateError> {
        let mut value = Value::Nil;
        for arg in args {
            value = self.argument(dot, arg, Param::Any)?;
            if value.truth() == wanted {
                return Ok(value);
            }
        }
        Ok(last.unwrap_or(value))
    }

    fn argument(
        &mut self,
        dot: &Value,
        operand: &'t Operand,
        param: Param,
    ) -> Result<Value, TemplateError> {
        self.at = At::Operand(operand);
        match (&operand.term, param) {
            (Term::Nil, Param::Text) => Err(self.fail("cannot assign nil to string".to_owned())),
            (Term::Nil, _) => self.validated(Value::Nil, param),
            (Term::Constant(_, Value::Str(_)), Param::Text) | (Term::Constant(..), Param::Any) => {
                self.operand(dot, operand, false)
            }
            (Term::Constant(text, _), Param::Text) => {
                Err(self.fail(format!("expected string; found {text}")))
            }
            (Term::Constant(text, _), Param::List) => Err(self.fail(format!(
                "can't handle {text} for arg of type []interface {{}}"
            ))),
            _ => {
                let value = self.operand(dot, operand, false)?;
                self.validated(value, param)
            }
        }
    }

    /// `value` if it fits `param`; a nil list is an empty one.
    fn validated(&self, value: Value, param: Param) -> Result<Value, TemplateError> {
        match (param, value) {
            (Param::Any, Value::Missing) => Ok(Value::Nil),
            (Param::List, Value::Missing | Value::Nil) => {
                Value::list(vec![]).map_err(|text| self.fail(text))
            }
            (Param::Text, Value::Missing | Value::Nil) => {
                Err(self.fail("invalid value; expected string".to_owned()))
            }
            (Param::Any, value)
            | (Param::Text, value @ Value::Str(_))
            | (Param::List, value @ Value::List(_)) => Ok(value),
            (param, value) => Err(self.fail(format!(
                "wrong type for value; expected {}; got {}",
                param.type_name(),
                value.type_name()
            ))),
        }
    }
}
