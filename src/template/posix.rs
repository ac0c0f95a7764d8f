//! The POSIX variable expansion of `sigil -p` (reference 45 §7), applied to a template's text before
//! it is parsed.

use std::collections::BTreeMap;
use std::iter::Peekable;
use std::str::Chars;

use super::runtime::{Runtime, STEP};

/// Deepest nesting of `${…}`.
const MAX_NESTING: usize = 100;

/// Expands `$name` and `${name…}` in `text` from the environment of `runtime`.
pub fn expand(runtime: &Runtime<'_>, text: &str) -> Result<String, String> {
    let rest = text.chars().peekable();
    let mut expander = Expander {
        runtime,
        rest,
        assigned: BTreeMap::new(),
        nesting: 0,
    };
    let mut out = String::new();
    while let Some(c) = expander.rest.next() {
        match c {
            '\\' if expander.rest.next_if_eq(&'$').is_some() => out.push('$'),
            '$' => out.push_str(&expander.parameter(true)?),
            c => out.push(c),
        }
    }
    Ok(out)
}

struct Expander<'a> {
    runtime: &'a Runtime<'a>,
    rest: Peekable<Chars<'a>>,
    /// What `${name=w}` assigned.
    assigned: BTreeMap<String, String>,
    nesting: usize,
}

impl Expander<'_> {
    /// The expansion behind a `$`. What is not `active` is read, but neither assigns nor fails.
    fn parameter(&mut self, active: bool) -> Result<String, String> {
        let value = match self.rest.peek() {
            Some('{') => {
                self.rest.next();
                self.nesting += 1;
                if self.nesting > MAX_NESTING {
                    return Err("expansions nested too deeply".to_owned());
                }
                let value = self.braced(active)?;
                self.nesting -= 1;
                value
            }
            Some(c) if starts_name(*c) => {
                let name = self.name();
                self.value(&name).unwrap_or_default()
            }
            // sigil drops the rest of the template here; a lone dollar is better kept.
            _ => "$".to_owned(),
        };
        self.runtime.charge(value.len().saturating_add(STEP))?;
        Ok(value)
    }

    /// `name…}` behind `${`.
    fn braced(&mut self, active: bool) -> Result<String, String> {
        if self.rest.next_if_eq(&'#').is_some() {
            let name = self.name();
            self.close()?;
            return Ok(self.value(&name).unwrap_or_default().len().to_string());
        }
        let name = self.name();
        if name.is_empty() && self.rest.peek().is_some() {
            return Err("bad substitution".to_owned());
        }
        let value = self.value(&name);
        if self.rest.next_if_eq(&'}').is_some() {
            return Ok(value.unwrap_or_default());
        }
        let wants_text = self.rest.next_if_eq(&':').is_some();
        let given = value.filter(|value| !(wants_text && value.is_empty()));
        match (self.rest.next(), given) {
            (Some('-' | '=' | '?'), Some(value)) => self.word(false).map(|_| value),
            (Some('+'), None) => self.word(false).map(|_| String::new()),
            (Some('-' | '+'), _) => self.word(active),
            (Some('='), None) => {
                let word = self.word(active)?;
                if active {
                    self.assigned.insert(name, word.clone());
                }
                Ok(word)
            }
            (Some('?'), None) => {
                let word = self.word(active)?;
                match (active, word.is_empty()) {
                    (false, _) => Ok(word),
                    (true, true) => Err(format!("{name}: parameter null or not set")),
                    (true, false) => Err(word),
                }
            }
            (Some(_), _) => Err("bad substitution".to_owned()),
            (None, _) => Err(unclosed()),
        }
    }

    fn close(&mut self) -> Result<(), String> {
        match self.rest.next() {
            Some('}') => Ok(()),
            Some(_) => Err("bad substitution".to_owned()),
            None => Err(unclosed()),
        }
    }

    /// The word up to its `}`, expanded and without its quotes.
    fn word(&mut self, active: bool) -> Result<String, String> {
        let mut word = String::new();
        let mut in_quotes = false;
        loop {
            match self.rest.next().ok_or_else(unclosed)? {
                '}' if !in_quotes => return Ok(word),
                '"' => in_quotes = !in_quotes,
                '\'' if !in_quotes => loop {
                    match self.rest.next().ok_or_else(unclosed)? {
                        '\'' => break,
                        c => word.push(c),
                    }
                },
                '\\' => {
                    let c = self.rest.next().ok_or_else(unclosed)?;
                    if in_quotes && !matches!(c, '"' | '\\' | '$' | '`') {
                        word.push('\\');
                    }
                    word.push(c);
                }
                '$' => word.push_str(&self.parameter(active)?),
                c => word.push(c),
            }
        }
    }

    fn name(&mut self) -> String {
        let mut name = String::new();
        while let Some(c) = self
            .rest
            .next_if(|c| starts_name(*c) || (!name.is_empty() && c.is_ascii_digit()))
        {
            name.push(c);
        }
        name
    }

    fn value(&self, name: &str) -> Option<String> {
        self.assigned
            .get(name)
            .cloned()
            .or_else(|| self.runtime.env(name))
    }
}

fn starts_name(c: char) -> bool {
    c.is_ascii_alphabetic() || c == '_'
}

fn unclosed() -> String {
    "unexpected EOF while looking for matching `}'".to_owned()
}

#[cfg(test)]
mod tests {
    use super::super::{NoHost, Options, render_with};

    fn expanded(text: &str) -> String {
        let vars = [("name", "Jeff"), ("empty", ""), ("é", "x")]
            .map(|(key, value)| (key.to_owned(), value.to_owned()));
        let options = Options {
            posix: true,
            ..Options::default()
        };
        render_with(&options, "t", text, &vars, &NoHost).unwrap_or_else(|e| format!("fault: {e}"))
    }

    #[test]
    fn names_and_lengths_expand() {
        assert_eq!(
            expanded("$name, ${name}! ${#name} [$no] ${#no}"),
            "Jeff, Jeff! 4 [] 0"
        );
        assert_eq!(expanded("$name2 ${name}2"), " Jeff2");
    }

    #[test]
    fn defaults_tell_empty_from_unset() {
        assert_eq!(
            expanded("${no-d}|${empty-d}|${no:-d}|${empty:-d}|${name-d}"),
            "d||d|d|Jeff"
        );
        assert_eq!(
            expanded("${no+w}|${empty+w}|${empty:+w}|${name:+w}"),
            "|w||w"
        );
        assert_eq!(expanded("${no=1}$no ${no:=2}"), "11 1");
    }

    #[test]
    fn missing_parameters_fail_with_their_message() {
        assert_eq!(expanded("${no:?missing q}"), "fault: missing q");
        assert_eq!(
            expanded("${empty:?}"),
            "fault: empty: parameter null or not set"
        );
        assert_eq!(expanded("${empty?}${name?x}"), "Jeff");
    }

    #[test]
    fn words_are_expanded_and_unquoted_but_only_if_used() {
        assert_eq!(
            expanded(r#"${no-a "b }" 'c $name' \} ${no-$name}}"#),
            "a b } c $name } Jeff"
        );
        assert_eq!(expanded("${name-${no?oops}${x=1}}$x"), "Jeff");
    }

    #[test]
    fn outside_braces_quotes_and_backslashes_stay() {
        assert_eq!(
            expanded(r#"'$name' "x" \n \$name"#),
            "'Jeff' \"x\" \\n $name"
        );
    }

    #[test]
    fn a_lone_dollar_keeps_the_text_behind_it() {
        assert_eq!(expanded("a $ b $1 c$"), "a $ b $1 c$");
    }

    #[test]
    fn faulty_expansions_are_refused() {
        for text in ["${name", "${", "${name-", "${#name", "${no-'a}"] {
            let fault = "fault: unexpected EOF while looking for matching `}'";
            assert_eq!(expanded(text), fault, "{text}");
        }
        assert_eq!(expanded("${}"), "fault: bad substitution");
        assert_eq!(expanded("${name!x}"), "fault: bad substitution");
        assert_eq!(
            expanded(&"${a-".repeat(1000)),
            "fault: expansions nested too deeply"
        );
        let doubling: String = (1..60)
            .map(|n| format!("${{a{n}=$a{0}$a{0}}}", n - 1))
            .collect();
        let bomb = format!("${{a0=xxxxxxxx}}{doubling}");
        assert_eq!(expanded(&bomb), "fault: template does too much work");
    }

    #[test]
    fn template_variables_are_expanded_too() {
        assert!(expanded("{{ $name }}").starts_with("fault: template: t:1: function"));
        assert_eq!(expanded("{{ .name }} {{ \"$name\" }}"), "Jeff Jeff");
    }
}
