//! Splits a template's text into tokens the way Go 1.19's text/template does, faults included.
//! What the tokens mean together is the parser's business.

use super::escape::{quote, unicode};
use super::literal::is_alphanumeric;
use super::parser::MAX_TOKENS;

/// What a token is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// A fault; lexing ended here.
    Error(String),
    /// The end of the text.
    Eof,
    /// Text outside actions.
    Text,
    /// The opening delimiter.
    LeftDelim,
    /// The closing delimiter.
    RightDelim,
    /// White space within an action.
    Space,
    /// `=`.
    Assign,
    /// `:=`.
    Declare,
    /// `|`.
    Pipe,
    /// `(`.
    LeftParen,
    /// `)`.
    RightParen,
    /// Any other printable ASCII character.
    Char,
    /// `.`.
    Dot,
    /// `.name`.
    Field,
    /// `$` or `$name`.
    Variable,
    /// A name.
    Identifier,
    /// One of the words in [`KEYWORDS`].
    Keyword,
    /// `nil`.
    Nil,
    /// `true` or `false`.
    Bool,
    /// `'c'`.
    CharConstant,
    /// A number.
    Number,
    /// `"…"`.
    Str,
    /// A string in backquotes.
    RawStr,
}

/// The words that control a template.
const KEYWORDS: [&str; 10] = [
    "block", "break", "continue", "define", "else", "end", "if", "range", "template", "with",
];

/// A piece of the template's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token<'s> {
    /// What it is.
    pub kind: Kind,
    /// Its first byte in the text.
    pub pos: usize,
    /// The line it starts on, from 1.
    pub line: usize,
    /// Its text as written.
    pub text: &'s str,
}

/// All tokens of `source`; the last one is `Eof` or `Error`.
pub fn lex<'s>(source: &'s str, left: &'s str, right: &'s str) -> Vec<Token<'s>> {
    let mut lexer = Lexer {
        source,
        left,
        right,
        pos: 0,
        line: 1,
        parens: 0,
        tokens: Vec::new(),
    };
    if let Err(fault) = lexer.run() {
        lexer.push(Kind::Error(fault), lexer.pos);
    } else {
        lexer.push(Kind::Eof, lexer.pos);
    }
    lexer.tokens
}

struct Lexer<'s> {
    source: &'s str,
    left: &'s str,
    right: &'s str,
    pos: usize,
    line: usize,
    parens: usize,
    tokens: Vec<Token<'s>>,
}

/// A faulty text's description.
type Fault = String;

const COMMENT_OPEN: &str = "/*";
const COMMENT_CLOSE: &str = "*/";
/// Bytes of a trim marker: `-` and the space at its side.
const TRIM_MARKER: usize = 2;

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n')
}

impl<'s> Lexer<'s> {
    fn rest(&self) -> &'s str {
        self.after(0)
    }

    fn after(&self, offset: usize) -> &'s str {
        self.source.get(self.pos + offset..).unwrap_or("")
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.pos += c.len_utf8();
        Some(c)
    }

    fn accept(&mut self, set: &str) -> bool {
        match self.peek() {
            Some(c) if set.contains(c) => {
                self.pos += c.len_utf8();
                true
            }
            _ => false,
        }
    }

    fn accept_while(&mut self, wanted: impl Fn(char) -> bool) {
        while self.peek().is_some_and(&wanted) {
            self.next();
        }
    }

    /// Adds the token from `start` to the present position.
    fn push(&mut self, kind: Kind, start: usize) {
        let text = self.source.get(start..self.pos).unwrap_or("");
        self.tokens.push(Token {
            kind,
            pos: start,
            line: self.line,
            text,
        });
        self.count_lines(text);
    }

    fn count_lines(&mut self, text: &str) {
        self.line += text.matches('\n').count();
    }

    fn run(&mut self) -> Result<(), Fault> {
        while self.text() {
            if self.left_delim()? {
                while self.inside_action()? {}
            }
        }
        Ok(())
    }

    /// Text up to the next action; false at the end of the source.
    fn text(&mut self) -> bool {
        let start = self.pos;
        let rest = self.rest();
        let Some(length) = rest.find(self.left) else {
            self.pos = self.source.len();
            if !rest.is_empty() {
                self.push(Kind::Text, start);
            }
            return false;
        };
        let whole = rest.get(..length).unwrap_or("");
        let opens_trimming = has_left_trim_marker(self.after(length + self.left.len()));
        let text = if opens_trimming {
            whole.trim_end_matches(is_space)
        } else {
            whole
        };
        self.pos = start + text.len();
        if !text.is_empty() {
            self.push(Kind::Text, start);
        }
        self.pos = start + length;
        self.count_lines(whole.get(text.len()..).unwrap_or(""));
        true
    }

    /// The opening delimiter, or a whole comment; false after a comment.
    fn left_delim(&mut self) -> Result<bool, Fault> {
        let start = self.pos;
        self.pos += self.left.len();
        let marker = if has_left_trim_marker(self.rest()) {
            TRIM_MARKER
        } else {
            0
        };
        if self.after(marker).starts_with(COMMENT_OPEN) {
            self.comment(start, marker)?;
            return Ok(false);
        }
        self.push(Kind::LeftDelim, start);
        self.skip(marker);
        self.parens = 0;
        Ok(true)
    }

    fn comment(&mut self, start: usize, marker: usize) -> Result<(), Fault> {
        self.pos += marker + COMMENT_OPEN.len();
        let length = self.rest().find(COMMENT_CLOSE).ok_or("unclosed comment")?;
        self.pos += length + COMMENT_CLOSE.len();
        let Some(trims) = self.at_right_delim() else {
            return Err("comment ends before closing delimiter".to_owned());
        };
        self.pos += self.right.len() + if trims { TRIM_MARKER } else { 0 };
        self.count_lines(self.source.get(start..self.pos).unwrap_or(""));
        if trims {
            self.skip_spaces();
        }
        Ok(())
    }

    /// `Some(trims)` when the closing delimiter, with or without trim marker, stands here.
    fn at_right_delim(&self) -> Option<bool> {
        if has_right_trim_marker(self.rest()) && self.after(TRIM_MARKER).starts_with(self.right) {
            Some(true)
        } else if self.rest().starts_with(self.right) {
            Some(false)
        } else {
            None
        }
    }

    fn right_delim(&mut self, trims: bool) {
        if trims {
            self.skip(TRIM_MARKER);
        }
        let start = self.pos;
        self.pos += self.right.len();
        self.push(Kind::RightDelim, start);
        if trims {
            self.skip_spaces();
        }
    }

    fn skip(&mut self, bytes: usize) {
        let text = self.rest().get(..bytes).unwrap_or("");
        self.pos += text.len();
        self.count_lines(text);
    }

    fn skip_spaces(&mut self) {
        let rest = self.rest();
        self.skip(rest.len() - rest.trim_start_matches(is_space).len());
    }

    /// One token of an action; false when the action ended.
    fn inside_action(&mut self) -> Result<bool, Fault> {
        if let Some(trims) = self.at_right_delim() {
            if self.parens > 0 {
                return Err("unclosed left paren".to_owned());
            }
            self.right_delim(trims);
            return Ok(false);
        }
        let start = self.pos;
        let c = self.next().ok_or("unclosed action")?;
        let kind = match c {
            _ if self.tokens.len() >= MAX_TOKENS => return Err("template too large".to_owned()),
            ' ' | '\t' | '\r' | '\n' => {
                self.spaces();
                Kind::Space
            }
            '=' => Kind::Assign,
            ':' if self.accept("=") => Kind::Declare,
            ':' => return Err("expected :=".to_owned()),
            '|' => Kind::Pipe,
            '"' => self.quoted('"', "unterminated quoted string", Kind::Str)?,
            '\'' => self.quoted('\'', "unterminated character constant", Kind::CharConstant)?,
            '`' => self.raw_string()?,
            '$' => self.field_or_variable(Kind::Variable, Kind::Variable)?,
            '.' if !self.peek().is_some_and(|next| next.is_ascii_digit()) => {
                self.field_or_variable(Kind::Field, Kind::Dot)?
            }
            '.' | '+' | '-' | '0'..='9' => self.number(start)?,
            '(' => {
                self.parens += 1;
                Kind::LeftParen
            }
            ')' if self.parens == 0 => return Err("unexpected right paren".to_owned()),
            ')' => {
                self.parens -= 1;
                Kind::RightParen
            }
            c if is_alphanumeric(c) => self.word(start)?,
            ' '..='~' => Kind::Char,
            c => return Err(format!("unrecognized character in action: {}", unicode(c))),
        };
        self.push(kind, start);
        Ok(true)
    }

    /// Further spaces, less the one that belongs to a trim marker.
    fn spaces(&mut self) {
        while self.peek().is_some_and(is_space) && self.at_right_delim().is_none() {
            self.next();
        }
    }

    fn quoted(&mut self, end: char, fault: &str, kind: Kind) -> Result<Kind, Fault> {
        loop {
            match self.next() {
                Some('\\') if !matches!(self.peek(), None | Some('\n')) => {
                    self.next();
                }
                None | Some('\\' | '\n') => return Err(fault.to_owned()),
                Some(c) if c == end => return Ok(kind),
                Some(_) => {}
            }
        }
    }

    fn raw_string(&mut self) -> Result<Kind, Fault> {
        let length = self
            .rest()
            .find('`')
            .ok_or("unterminated raw quoted string")?;
        self.pos += length + 1;
        Ok(Kind::RawStr)
    }

    /// A name after `.` or `$`; `bare` when none follows.
    fn field_or_variable(&mut self, named: Kind, bare: Kind) -> Result<Kind, Fault> {
        if self.at_terminator() {
            return Ok(bare);
        }
        self.accept_while(is_alphanumeric);
        self.expect_terminator()?;
        Ok(named)
    }

    fn word(&mut self, start: usize) -> Result<Kind, Fault> {
        self.accept_while(is_alphanumeric);
        self.expect_terminator()?;
        Ok(match self.source.get(start..self.pos).unwrap_or("") {
            "nil" => Kind::Nil,
            "true" | "false" => Kind::Bool,
            word if KEYWORDS.contains(&word) => Kind::Keyword,
            _ => Kind::Identifier,
        })
    }

    fn at_terminator(&self) -> bool {
        match self.peek() {
            None | Some('.' | ',' | '|' | ':' | ')' | '(') => true,
            Some(c) => is_space(c) || self.rest().starts_with(self.right),
        }
    }

    fn expect_terminator(&self) -> Result<(), Fault> {
        match self.peek() {
            Some(c) if !self.at_terminator() => Err(format!("bad character {}", unicode(c))),
            _ => Ok(()),
        }
    }

    fn number(&mut self, start: usize) -> Result<Kind, Fault> {
        self.pos = start;
        // No complex numbers: `1+2i` is a fault.
        if self.scan_number() && !matches!(self.peek(), Some('+' | '-')) {
            return Ok(Kind::Number);
        }
        let text = self.source.get(start..self.pos).unwrap_or("");
        Err(format!("bad number syntax: {}", quote(text)))
    }

    fn scan_number(&mut self) -> bool {
        self.accept("+-");
        let mut digits = "0123456789_";
        if self.accept("0") {
            if self.accept("xX") {
                digits = "0123456789abcdefABCDEF_";
            } else if self.accept("oO") {
                digits = "01234567_";
            } else if self.accept("bB") {
                digits = "01_";
            }
        }
        self.accept_while(|c| digits.contains(c));
        if self.accept(".") {
            self.accept_while(|c| digits.contains(c));
        }
        let exponent = if digits.len() == 11 { "eE" } else { "pP" };
        if digits.len() > 9 && self.accept(exponent) {
            self.accept("+-");
            self.accept_while(|c| c.is_ascii_digit() || c == '_');
        }
        if self.peek().is_some_and(is_alphanumeric) {
            self.next();
            return false;
        }
        true
    }
}

fn has_left_trim_marker(text: &str) -> bool {
    text.strip_prefix('-')
        .is_some_and(|rest| rest.starts_with(is_space))
}

fn has_right_trim_marker(text: &str) -> bool {
    text.strip_prefix(is_space)
        .is_some_and(|rest| rest.starts_with('-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(source: &str) -> Vec<Kind> {
        lex(source, "{{", "}}")
            .into_iter()
            .map(|token| token.kind)
            .collect()
    }

    fn fault(source: &str) -> String {
        match kinds(source).pop() {
            Some(Kind::Error(text)) => text,
            other => format!("no fault but {other:?}"),
        }
    }

    #[test]
    fn an_action_between_texts_is_split_into_tokens() {
        use Kind::{Declare, Eof, Field, LeftDelim, RightDelim, Space, Text, Variable};
        assert_eq!(
            kinds("a{{$x := .Y}}b"),
            [
                Text, LeftDelim, Variable, Space, Declare, Space, Field, RightDelim, Text, Eof
            ]
        );
    }

    #[test]
    fn trim_markers_swallow_the_spaces_beside_them() {
        let tokens = lex("a \n{{- 1 -}}\n b", "{{", "}}");
        let texts: Vec<_> = tokens
            .iter()
            .filter(|t| t.kind == Kind::Text)
            .map(|t| (t.text, t.line))
            .collect();
        assert_eq!(texts, [("a", 1), ("b", 3)]);
    }

    #[test]
    fn a_negative_number_is_no_trim_marker() {
        use Kind::{Eof, LeftDelim, Number, RightDelim};
        assert_eq!(kinds("{{-1}}"), [LeftDelim, Number, RightDelim, Eof]);
    }

    #[test]
    fn faults_have_the_words_of_go() {
        assert_eq!(fault("{{ .a-b }}"), "bad character U+002D '-'");
        assert_eq!(fault("{{ .1A }}"), "bad number syntax: \".1A\"");
        assert_eq!(fault("{{ .a"), "unclosed action");
        assert_eq!(fault("{{ (1 }}"), "unclosed left paren");
        assert_eq!(fault("{{ \"a }}"), "unterminated quoted string");
        assert_eq!(fault("{{/* a }}"), "unclosed comment");
        assert_eq!(
            fault("{{/* a */ }}"),
            "comment ends before closing delimiter"
        );
    }

    #[test]
    fn delimiters_are_a_matter_of_choice() {
        let tokens = lex("<< .x >> {{", "<<", ">>");
        assert_eq!(tokens.last().map(|t| &t.kind), Some(&Kind::Eof));
        assert_eq!(tokens.first().map(|t| &t.kind), Some(&Kind::LeftDelim));
    }
}
