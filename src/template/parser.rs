//! Builds the tree of a template from its tokens, with the checks and faults of Go 1.19. Evaluates
//! nothing.

use super::ast::{Block, Call, Node, Pipe, TemplateSet};
use super::error::TemplateError;
use super::escape::quote;
use super::lexer::{Kind, Token, lex};
use super::literal::unquote;

/// Deepest nesting of blocks and parentheses: keeps every walk over the tree within the stack.
const MAX_NESTING: usize = 100;

/// Most tokens of a template: each takes a few hundred bytes until it is rendered.
pub(super) const MAX_TOKENS: usize = 1_000_000;

/// Most variables in sight at once: keeps looking one up cheap.
const MAX_VARIABLES: usize = 2000;

/// What the text of a template may refer to, and its delimiters.
#[derive(Debug, Clone, Copy)]
pub struct Grammar<'a> {
    /// Opening delimiter.
    pub left: &'a str,
    /// Closing delimiter.
    pub right: &'a str,
    /// Whether a function of that name exists.
    pub is_function: fn(&str) -> bool,
}

/// Parses `source`, in which `variables` (with their `$`) are declared, as the template `name`.
pub fn parse(
    name: &str,
    source: &str,
    variables: Vec<String>,
    grammar: Grammar<'_>,
) -> Result<TemplateSet, TemplateError> {
    let tokens = lex(source, grammar.left, grammar.right);
    let mut parser = Parser {
        tokens: &tokens,
        next: 0,
        is_function: grammar.is_function,
        variables,
        ranges: 0,
        nesting: 0,
        set: TemplateSet::new(),
    };
    match parser.main(name) {
        Ok(()) => Ok(parser.set),
        Err(text) => {
            let line = parser.fault_line();
            Err(TemplateError::Parse {
                name: name.to_owned(),
                line,
                text,
            })
        }
    }
}

/// A faulty template's description.
pub(super) type Fault = String;

/// How a list of nodes ended.
enum End {
    Whole,
    Else,
    ElseIf,
}

/// A node, or the end of the list that it would belong to.
enum Item {
    Node(Node),
    End(End),
}

pub(super) struct Parser<'t> {
    tokens: &'t [Token<'t>],
    next: usize,
    pub(super) is_function: fn(&str) -> bool,
    pub(super) variables: Vec<String>,
    ranges: usize,
    nesting: usize,
    set: TemplateSet,
}

impl<'t> Parser<'t> {
    /// The next token; the last one again and again.
    pub(super) fn peek(&self) -> &'t Token<'t> {
        const NO_TOKEN: &Token<'static> = &Token {
            kind: Kind::Eof,
            pos: 0,
            line: 1,
            text: "",
        };
        self.tokens
            .get(self.next)
            .or(self.tokens.last())
            .unwrap_or(NO_TOKEN)
    }

    pub(super) fn take(&mut self) -> &'t Token<'t> {
        let token = self.peek();
        self.next += 1;
        token
    }

    pub(super) fn back(&mut self) {
        self.next -= 1;
    }

    /// Where the parser stands; [`Parser::rewind`] goes back there.
    pub(super) fn mark(&self) -> usize {
        self.next
    }

    pub(super) fn rewind(&mut self, mark: usize) {
        self.next = mark;
    }

    pub(super) fn peek_solid(&mut self) -> &'t Token<'t> {
        while self.peek().kind == Kind::Space {
            self.next += 1;
        }
        self.peek()
    }

    pub(super) fn take_solid(&mut self) -> &'t Token<'t> {
        self.peek_solid();
        self.take()
    }

    fn expect(&mut self, kind: &Kind, context: &str) -> Result<&'t Token<'t>, Fault> {
        let token = self.take_solid();
        if token.kind == *kind {
            Ok(token)
        } else {
            Err(unexpected(token, context))
        }
    }

    fn fault_line(&self) -> usize {
        let last_taken = self
            .tokens
            .get(self.next.saturating_sub(1))
            .or(self.tokens.last());
        last_taken.map_or(1, |token| token.line)
    }

    /// Puts a variable in sight; one of that name may be there.
    pub(super) fn declare(&mut self, name: &str) -> Result<(), Fault> {
        if self.variables.iter().any(|known| known == name) {
            return Ok(());
        }
        if self.variables.len() >= MAX_VARIABLES {
            return Err("too many variables".to_owned());
        }
        self.variables.push(name.to_owned());
        Ok(())
    }

    /// Runs `parse` one level deeper.
    pub(super) fn nested<T>(
        &mut self,
        parse: impl FnOnce(&mut Self) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        self.nesting += 1;
        if self.nesting > MAX_NESTING {
            return Err("template nested too deeply".to_owned());
        }
        let result = parse(self);
        self.nesting -= 1;
        result
    }

    fn main(&mut self, name: &str) -> Result<(), Fault> {
        let mut root = Block::new();
        while self.peek().kind != Kind::Eof {
            if self.at_define() {
                self.definition()?;
                continue;
            }
            match self.item()? {
                Item::Node(node) => root.push(node),
                Item::End(End::Whole) => return Err("unexpected {{end}}".to_owned()),
                Item::End(_) => return Err("unexpected {{else}}".to_owned()),
            }
        }
        self.add(name, root)
    }

    fn at_define(&mut self) -> bool {
        let mark = self.mark();
        let found = self.take().kind == Kind::LeftDelim && is_keyword(self.take_solid(), "define");
        if !found {
            self.rewind(mark);
        }
        found
    }

    /// `{{ define "name" }} … {{ end }}` after its keyword.
    fn definition(&mut self) -> Result<(), Fault> {
        const CONTEXT: &str = "define clause";
        let name = self.template_name(CONTEXT)?;
        self.expect(&Kind::RightDelim, CONTEXT)?;
        self.separate_template(&name, CONTEXT)
    }

    /// The body of a template with variables of its own.
    fn separate_template(&mut self, name: &str, context: &str) -> Result<(), Fault> {
        let variables = std::mem::replace(&mut self.variables, vec!["$".to_owned()]);
        let ranges = std::mem::take(&mut self.ranges);
        let (body, end) = self.block()?;
        if !matches!(end, End::Whole) {
            return Err(format!("unexpected {{{{else}}}} in {context}"));
        }
        self.variables = variables;
        self.ranges = ranges;
        self.add(name, body)
    }

    /// Adds a template; one that is nothing but white space never replaces another.
    fn add(&mut self, name: &str, body: Block) -> Result<(), Fault> {
        match self.set.get(name) {
            Some(present) if !is_empty(present) => {
                if is_empty(&body) {
                    return Ok(());
                }
                Err(format!("multiple definition of template {}", quote(name)))
            }
            _ => {
                self.set.insert(name.to_owned(), body);
                Ok(())
            }
        }
    }

    /// Nodes up to an `end` or `else`.
    fn block(&mut self) -> Result<(Block, End), Fault> {
        self.nested(|parser| {
            let mut nodes = Block::new();
            while parser.peek_solid().kind != Kind::Eof {
                match parser.item()? {
                    Item::Node(node) => nodes.push(node),
                    Item::End(end) => return Ok((nodes, end)),
                }
            }
            parser.take();
            Err("unexpected EOF".to_owned())
        })
    }

    /// Nodes up to the `end`, after an `else`.
    fn last_block(&mut self) -> Result<Block, Fault> {
        match self.block()? {
            (nodes, End::Whole) => Ok(nodes),
            _ => Err("expected end; found {{else}}".to_owned()),
        }
    }

    fn item(&mut self) -> Result<Item, Fault> {
        let token = self.take_solid();
        match &token.kind {
            Kind::Text => Ok(Item::Node(Node::Text(token.text.to_owned()))),
            Kind::LeftDelim => self.action(),
            _ => Err(unexpected(token, "input")),
        }
    }

    fn action(&mut self) -> Result<Item, Fault> {
        let token = self.take_solid();
        if token.kind == Kind::Keyword {
            return match token.text {
                "block" => self.block_clause().map(Item::Node),
                "break" => self.loop_control(Node::Break, "{{break}}").map(Item::Node),
                "continue" => self
                    .loop_control(Node::Continue, "{{continue}}")
                    .map(Item::Node),
                "else" => self.else_clause().map(Item::End),
                "end" => self
                    .expect(&Kind::RightDelim, "end")
                    .map(|_| Item::End(End::Whole)),
                "if" => self.if_clause().map(Item::Node),
                "range" => self.range_clause().map(Item::Node),
                "template" => self.template_clause().map(Item::Node),
                "with" => self.with_clause().map(Item::Node),
                _ => Err(unexpected(token, "command")),
            };
        }
        self.back();
        let pipe = self.pipeline("command", &Kind::RightDelim)?;
        Ok(Item::Node(Node::Action(pipe)))
    }

    fn loop_control(&mut self, node: Node, context: &str) -> Result<Node, Fault> {
        self.expect(&Kind::RightDelim, context)?;
        if self.ranges == 0 {
            Err(format!("{context} outside {{{{range}}}}"))
        } else {
            Ok(node)
        }
    }

    fn else_clause(&mut self) -> Result<End, Fault> {
        if is_keyword(self.peek_solid(), "if") {
            return Ok(End::ElseIf);
        }
        self.expect(&Kind::RightDelim, "else").map(|_| End::Else)
    }

    fn if_clause(&mut self) -> Result<Node, Fault> {
        let outer = self.variables.len();
        let mut branches = Vec::new();
        let otherwise = loop {
            let pipe = self.pipeline("if", &Kind::RightDelim)?;
            let (body, end) = self.block()?;
            branches.push((pipe, body));
            match end {
                End::Whole => break Block::new(),
                End::Else => break self.last_block()?,
                End::ElseIf => self.take_solid(),
            };
        };
        self.variables.truncate(outer);
        Ok(Node::If {
            branches,
            otherwise,
        })
    }

    fn with_clause(&mut self) -> Result<Node, Fault> {
        let outer = self.variables.len();
        let pipe = self.pipeline("with", &Kind::RightDelim)?;
        let (body, end) = self.block()?;
        let otherwise = if matches!(end, End::Whole) {
            Block::new()
        } else {
            self.last_block()?
        };
        self.variables.truncate(outer);
        Ok(Node::With {
            pipe,
            body,
            otherwise,
        })
    }

    fn range_clause(&mut self) -> Result<Node, Fault> {
        let outer = self.variables.len();
        let pipe = self.pipeline("range", &Kind::RightDelim)?;
        self.ranges += 1;
        let (body, end) = self.block()?;
        self.ranges -= 1;
        let otherwise = if matches!(end, End::Whole) {
            Block::new()
        } else {
            self.last_block()?
        };
        self.variables.truncate(outer);
        Ok(Node::Range {
            pipe,
            body,
            otherwise,
        })
    }

    /// `{{ block "name" pipeline }} … {{ end }}`: a definition and its first use.
    fn block_clause(&mut self) -> Result<Node, Fault> {
        const CONTEXT: &str = "block clause";
        let pos = self.peek_solid().pos;
        let name = self.template_name(CONTEXT)?;
        let pipe = self.pipeline(CONTEXT, &Kind::RightDelim)?;
        self.separate_template(&name, CONTEXT)?;
        Ok(Node::Call(Call {
            pos,
            name,
            pipe: Some(pipe),
        }))
    }

    fn template_clause(&mut self) -> Result<Node, Fault> {
        const CONTEXT: &str = "template clause";
        let pos = self.peek_solid().pos;
        let name = self.template_name(CONTEXT)?;
        let pipe = if self.peek_solid().kind == Kind::RightDelim {
            self.take();
            None
        } else {
            Some(self.pipeline(CONTEXT, &Kind::RightDelim)?)
        };
        Ok(Node::Call(Call { pos, name, pipe }))
    }

    fn template_name(&mut self, context: &str) -> Result<String, Fault> {
        let token = self.take_solid();
        match token.kind {
            Kind::Str | Kind::RawStr => unquote(token.text),
            _ => Err(unexpected(token, context)),
        }
    }

    fn pipeline(&mut self, context: &str, end: &Kind) -> Result<Pipe, Fault> {
        super::pipeline::parse(self, context, end)
    }
}

fn is_keyword(token: &Token<'_>, word: &str) -> bool {
    token.kind == Kind::Keyword && token.text == word
}

fn is_empty(body: &Block) -> bool {
    body.iter()
        .all(|node| matches!(node, Node::Text(text) if text.trim().is_empty()))
}

/// The fault that `token` stands where it may not.
pub(super) fn unexpected(token: &Token<'_>, context: &str) -> Fault {
    let shown = match &token.kind {
        Kind::Error(fault) => return fault.clone(),
        Kind::Eof => "EOF".to_owned(),
        Kind::Keyword | Kind::Dot | Kind::Nil => format!("<{}>", token.text),
        _ if token.text.chars().count() > 10 => {
            format!(
                "{}...",
                quote(&token.text.chars().take(10).collect::<String>())
            )
        }
        _ => quote(token.text),
    };
    format!("unexpected {shown} in {context}")
}
