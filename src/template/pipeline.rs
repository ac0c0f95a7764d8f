//! The parser of pipelines: declarations, commands, operands. The second half of `parser`.

use super::ast::{Command, Operand, Pipe, Term};
use super::escape::quote;
use super::lexer::Kind;
use super::literal::{char_constant, number, unquote};
use super::parser::{Fault, Parser, unexpected};
use super::value::Value;

/// A pipeline up to and with its `end` token.
pub(super) fn parse(parser: &mut Parser<'_>, context: &str, end: &Kind) -> Result<Pipe, Fault> {
    parser.nested(|parser| {
        let pos = parser.peek_solid().pos;
        let mut pipe = Pipe {
            pos,
            assigns: false,
            variables: vec![],
            commands: vec![],
        };
        declarations(parser, &mut pipe, context)?;
        loop {
            let token = parser.take_solid();
            if token.kind == *end {
                check(&pipe, context)?;
                return Ok(pipe);
            }
            if !starts_operand(&token.kind) {
                return Err(unexpected(token, context));
            }
            parser.back();
            pipe.commands.push(command(parser)?);
        }
    })
}

/// `$x :=`, `$x =`, `$i, $x :=` or nothing. The last two only in a `range`.
fn declarations(parser: &mut Parser<'_>, pipe: &mut Pipe, context: &str) -> Result<(), Fault> {
    loop {
        let mark = parser.mark();
        if parser.peek_solid().kind != Kind::Variable {
            return Ok(());
        }
        let name = parser.take().text;
        let sign = parser.peek_solid();
        let is_comma = sign.kind == Kind::Char && sign.text == ",";
        if !is_comma && !matches!(sign.kind, Kind::Assign | Kind::Declare) {
            // The variable is an operand.
            parser.rewind(mark);
            return Ok(());
        }
        parser.take();
        pipe.variables.push(name.to_owned());
        parser.declare(name)?;
        if !is_comma {
            pipe.assigns = sign.kind == Kind::Assign;
            return Ok(());
        }
        if context != "range" || pipe.variables.len() > 1 {
            return Err(format!("too many declarations in {context}"));
        }
        let next = &parser.peek_solid().kind;
        if !matches!(next, Kind::Variable | Kind::RightDelim | Kind::RightParen) {
            return Err("range can only initialize variables".to_owned());
        }
    }
}

fn starts_operand(kind: &Kind) -> bool {
    matches!(
        kind,
        Kind::Bool
            | Kind::CharConstant
            | Kind::Dot
            | Kind::Field
            | Kind::Identifier
            | Kind::Number
            | Kind::Nil
            | Kind::RawStr
            | Kind::Str
            | Kind::Variable
            | Kind::LeftParen
    )
}

fn check(pipe: &Pipe, context: &str) -> Result<(), Fault> {
    if pipe.commands.is_empty() {
        return Err(format!("missing value for {context}"));
    }
    for (stage, command) in pipe.commands.iter().enumerate().skip(1) {
        if matches!(
            command.head.term,
            Term::Constant(..) | Term::Dot | Term::Nil
        ) {
            return Err(format!(
                "non executable command in pipeline stage {}",
                stage + 1
            ));
        }
    }
    Ok(())
}

/// Operands up to a `|` (taken) or the end of the pipeline (left).
fn command(parser: &mut Parser<'_>) -> Result<Command, Fault> {
    let pos = parser.peek_solid().pos;
    let mut operands = Vec::new();
    loop {
        operands.extend(operand(parser)?);
        let token = parser.take();
        match token.kind {
            Kind::Space => {}
            Kind::RightDelim | Kind::RightParen => {
                parser.back();
                break;
            }
            Kind::Pipe => break,
            _ => return Err(unexpected(token, "operand")),
        }
    }
    let mut operands = operands.into_iter();
    let head = operands.next().ok_or("empty command")?;
    Ok(Command {
        pos,
        head,
        args: operands.collect(),
    })
}

/// A term with the fields behind it; `None` when no term stands here.
fn operand(parser: &mut Parser<'_>) -> Result<Option<Operand>, Fault> {
    let pos = parser.peek_solid().pos;
    let Some(term) = term(parser)? else {
        return Ok(None);
    };
    let chain_pos = parser.peek().pos;
    let mut fields = Vec::new();
    while parser.peek().kind == Kind::Field {
        fields.push(field_name(parser.take().text));
    }
    if fields.is_empty() {
        return Ok(Some(Operand { pos, term }));
    }
    let inner = Operand { pos, term };
    let term = match inner.term {
        Term::Field(mut first) => {
            first.extend(fields);
            Term::Field(first)
        }
        Term::Variable(name, _) => Term::Variable(name, fields),
        Term::Constant(..) | Term::Nil | Term::Dot => {
            return Err(format!(
                "unexpected . after term {}",
                quote(&inner.to_string())
            ));
        }
        Term::Function(_) | Term::Pipe(_) | Term::Chain(..) => Term::Chain(Box::new(inner), fields),
    };
    Ok(Some(Operand {
        pos: chain_pos,
        term,
    }))
}

fn field_name(text: &str) -> String {
    text.trim_start_matches('.').to_owned()
}

fn term(parser: &mut Parser<'_>) -> Result<Option<Term>, Fault> {
    let token = parser.take_solid();
    let constant = |value| Term::Constant(token.text.to_owned(), value);
    let term = match token.kind {
        Kind::Identifier if !(parser.is_function)(token.text) => {
            return Err(format!("function {} not defined", quote(token.text)));
        }
        Kind::Identifier => Term::Function(token.text.to_owned()),
        Kind::Variable if !parser.variables.iter().any(|known| known == token.text) => {
            return Err(format!("undefined variable {}", quote(token.text)));
        }
        Kind::Variable => Term::Variable(token.text.to_owned(), vec![]),
        Kind::Dot => Term::Dot,
        Kind::Nil => Term::Nil,
        Kind::Field => Term::Field(vec![field_name(token.text)]),
        Kind::Bool => constant(Value::Bool(token.text == "true")),
        Kind::Number => constant(number(token.text)?),
        Kind::CharConstant => constant(Value::Int(u32::from(char_constant(token.text)?).into())),
        Kind::Str | Kind::RawStr => constant(Value::str(unquote(token.text)?)),
        Kind::LeftParen => {
            let pipe = parse(parser, "parenthesized pipeline", &Kind::RightParen)?;
            Term::Pipe(Box::new(pipe))
        }
        _ => {
            parser.back();
            return Ok(None);
        }
    };
    Ok(Some(term))
}
