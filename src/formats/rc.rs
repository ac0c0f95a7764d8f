//! Host settings (`/etc/default/dokku`, `dokkurc`, `.dokkurc/*`) without bash: files that consist of
//! comments, blank lines and simple assignments. Any other construct is left to bash itself.

use std::collections::BTreeMap;
use std::str::Chars;

use super::procfile::Lookup;

/// One `NAME=value` or `export NAME=value`, its value expanded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    /// A shell variable name.
    pub name: String,
    /// The value after quote removal and expansion.
    pub value: String,
    /// Whether this line exports it. An export also holds for later assignments of the name.
    pub exported: bool,
}

/// The file has something that only a shell can evaluate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a plain list of assignments")]
pub struct NotPlain;

/// The assignments of a plain file in order. `$VAR`, `${VAR}`, `${VAR:-word}` and `${VAR:=word}` see
/// earlier lines first, then `getenv`; `:=` yields an assignment of its own.
///
/// # Errors
/// [`NotPlain`] for everything whose meaning isn't certain: then bash must source the file.
pub fn parse(content: &[u8], getenv: Lookup) -> Result<Vec<Assignment>, NotPlain> {
    let text = std::str::from_utf8(content).map_err(|_| NotPlain)?;
    if text.contains(['\r', '\0']) {
        return Err(NotPlain);
    }
    let mut scope = Scope {
        getenv,
        values: BTreeMap::new(),
        assignments: Vec::new(),
    };
    for line in text.split('\n') {
        scope.line(line)?;
    }
    Ok(scope.assignments)
}

struct Scope<'a> {
    getenv: Lookup<'a>,
    values: BTreeMap<String, String>,
    assignments: Vec<Assignment>,
}

impl Scope<'_> {
    fn line(&mut self, line: &str) -> Result<(), NotPlain> {
        let line = line.trim_matches(BLANKS);
        if line.is_empty() || line.starts_with('#') {
            return Ok(());
        }
        let (exported, assignment) = match line.strip_prefix("export") {
            Some(rest) if rest.starts_with(BLANKS) => (true, rest.trim_start_matches(BLANKS)),
            _ => (false, line),
        };
        let (name, text) = assignment.split_once('=').ok_or(NotPlain)?;
        check_name(name)?;
        let (value, rest) = self.word(text)?;
        let rest = rest.trim_start_matches(BLANKS);
        if !rest.is_empty() && !rest.starts_with('#') {
            return Err(NotPlain);
        }
        self.assign(name, value, exported);
        Ok(())
    }

    fn assign(&mut self, name: &str, value: String, exported: bool) {
        self.values.insert(name.to_owned(), value.clone());
        self.assignments.push(Assignment {
            name: name.to_owned(),
            value,
            exported,
        });
    }

    /// The value at the start of `text`, and what follows the blank behind it.
    fn word<'t>(&mut self, text: &'t str) -> Result<(String, &'t str), NotPlain> {
        let mut value = String::new();
        let mut chars = text.chars();
        while let Some(c) = chars.next() {
            match c {
                ' ' | '\t' => break,
                '\'' => {
                    let (literal, after) = chars.as_str().split_once('\'').ok_or(NotPlain)?;
                    value.push_str(literal);
                    chars = after.chars();
                }
                '"' => self.double_quoted(&mut chars, &mut value)?,
                '$' => value.push_str(&self.expansion(&mut chars)?),
                c if is_literal(c) => value.push(c),
                _ => return Err(NotPlain),
            }
        }
        Ok((value, chars.as_str()))
    }

    fn double_quoted(&mut self, chars: &mut Chars, value: &mut String) -> Result<(), NotPlain> {
        loop {
            match chars.next().ok_or(NotPlain)? {
                '"' => return Ok(()),
                '`' => return Err(NotPlain),
                '$' => value.push_str(&self.expansion(chars)?),
                '\\' => match chars.next().ok_or(NotPlain)? {
                    c @ ('$' | '`' | '"' | '\\') => value.push(c),
                    c => value.extend(['\\', c]),
                },
                c => value.push(c),
            }
        }
    }

    /// What the variable behind a dollar sign stands for.
    fn expansion(&mut self, chars: &mut Chars) -> Result<String, NotPlain> {
        let text = chars.as_str();
        if let Some(braced) = text.strip_prefix('{') {
            let (body, after) = braced.split_once('}').ok_or(NotPlain)?;
            *chars = after.chars();
            return self.braced(body);
        }
        let (name, after) = split_name(text)?;
        *chars = after.chars();
        Ok(self.value(name))
    }

    /// `NAME`, `NAME:-word` or `NAME:=word`.
    fn braced(&mut self, body: &str) -> Result<String, NotPlain> {
        let (name, operation) = split_name(body)?;
        let value = self.value(name);
        if operation.is_empty() {
            return Ok(value);
        }
        let assigned = operation.strip_prefix(":=");
        let word = assigned
            .or_else(|| operation.strip_prefix(":-"))
            .ok_or(NotPlain)?;
        if !word.chars().all(|c| is_literal(c) || c == ' ') {
            return Err(NotPlain);
        }
        if !value.is_empty() {
            return Ok(value);
        }
        if assigned.is_some() {
            self.assign(name, word.to_owned(), false);
        }
        Ok(word.to_owned())
    }

    fn value(&self, name: &str) -> String {
        self.values
            .get(name)
            .cloned()
            .or_else(|| (self.getenv)(name))
            .unwrap_or_default()
    }
}

const BLANKS: [char; 2] = [' ', '\t'];

/// Characters without meaning to the shell, wherever they stand in an assigned value.
fn is_literal(c: char) -> bool {
    c.is_ascii_alphanumeric() || "_-./:,@%+=^#".contains(c) || !c.is_ascii()
}

fn is_name_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// The variable name at the start of `text`, and what follows it.
fn split_name(text: &str) -> Result<(&str, &str), NotPlain> {
    let end = text.find(|c| !is_name_char(c)).unwrap_or(text.len());
    let (name, rest) = text.split_at_checked(end).ok_or(NotPlain)?;
    check_name(name)?;
    Ok((name, rest))
}

/// A variable name without a special meaning to bash itself.
fn check_name(name: &str) -> Result<(), NotPlain> {
    const OF_THE_SHELL: [&str; 28] = [
        "_",
        "COMP_WORDBREAKS",
        "DIRSTACK",
        "EPOCHREALTIME",
        "EPOCHSECONDS",
        "EUID",
        "FUNCNAME",
        "GROUPS",
        "HISTCMD",
        "HOSTNAME",
        "HOSTTYPE",
        "IFS",
        "LINENO",
        "MACHTYPE",
        "OLDPWD",
        "OPTERR",
        "OPTIND",
        "OSTYPE",
        "PIPESTATUS",
        "PPID",
        "PS4",
        "PWD",
        "RANDOM",
        "SECONDS",
        "SHELLOPTS",
        "SHLVL",
        "SRANDOM",
        "UID",
    ];
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(is_name_char);
    let is_special = name.starts_with("BASH") || OF_THE_SHELL.contains(&name);
    if is_name && !is_special {
        Ok(())
    } else {
        Err(NotPlain)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<Vec<String>, NotPlain> {
        let getenv = |name: &str| (name == "HOME").then(|| "/root".to_owned());
        let show = |a: &Assignment| {
            format!(
                "{}{}={}",
                if a.exported { "export " } else { "" },
                a.name,
                a.value
            )
        };
        Ok(parse(text.as_bytes(), &getenv)?.iter().map(show).collect())
    }

    #[test]
    fn plain_files_are_read_as_bash_would() {
        for (line, result) in [
            ("A=1", "A=1"),
            ("export A=1", "export A=1"),
            ("  export\t A=1  # c", "export A=1"),
            ("A=", "A="),
            ("A= # c", "A="),
            ("A=a#b", "A=a#b"),
            ("A='it # $x \\'", "A=it # $x \\"),
            ("A=\"x y\"z'!'", "A=x yz!"),
            (r#"A="\$x \" \\ \n""#, r#"A=$x " \ \n"#),
            ("A=$HOME/x", "A=/root/x"),
            ("A=\"${HOME}x$NOPE\"", "A=/rootx"),
            ("A=${HOME:-/x}", "A=/root"),
            ("A=${NOPE:-/x y}", "A=/x y"),
            ("A=\"${HOME:=/x}\"", "A=/root"),
            ("A=héllo✓", "A=héllo✓"),
            (
                "A=gliderlabs/herokuish:v0.5.3@x,y+z%=",
                "A=gliderlabs/herokuish:v0.5.3@x,y+z%=",
            ),
        ] {
            assert_eq!(parsed(line), Ok(vec![result.to_owned()]), "{line}");
        }
    }

    #[test]
    fn comments_and_blank_lines_assign_nothing() {
        assert_eq!(parsed("# c\n\n \t\n  # A=1\n"), Ok(vec![]));
    }

    #[test]
    fn later_lines_see_earlier_ones() {
        let text = "A=1\nexport B=\"$A-$HOME\"\nA=2\n";
        assert_eq!(
            parsed(text),
            Ok(vec!["A=1".into(), "export B=1-/root".into(), "A=2".into()])
        );
    }

    #[test]
    fn default_assignment_assigns_the_variable_as_well() {
        let text = "export A=${A:=x}\nB=${C:=y}$C";
        assert_eq!(
            parsed(text),
            Ok(vec![
                "A=x".into(),
                "export A=x".into(),
                "C=y".into(),
                "B=yy".into()
            ])
        );
    }

    #[test]
    fn anything_that_needs_a_shell_is_not_plain() {
        for line in [
            "echo hi",
            "A=1 B=2",
            "export A=1 B=2",
            "A=1 cmd",
            "export A",
            "A=1;B=2",
            "A=$(id)",
            "A=`id`",
            "A=\"`id`\"",
            "A=\"$(id)\"",
            "A='x",
            "A=\"x",
            "A=x\\ y",
            "A=x\\",
            "A=~/x",
            "A=(1 2)",
            "A[0]=1",
            "A+=1",
            "1A=x",
            "A-B=x",
            "A=$1",
            "A=$$",
            "A=$?",
            "A=\"a$ b\"",
            "A=${B/x/y}",
            "A=${B:-$C}",
            "A=${B:-~}",
            "A=${B",
            "A=${}",
            "A=$'x'",
            "A=$\"x\"",
            "A=a*",
            "A={a,b}",
            "A=x&",
            "A=x|y",
            "A=<(x)",
            "set -x",
            "if true",
            "source /x",
            "A=x\r",
            "A=$RANDOM",
            "A=$HOSTNAME",
            "UID=1",
            "BASH_ENV=x",
            "export-A=1",
            "readonly A=1",
            "a b=1",
        ] {
            assert_eq!(parsed(line), Err(NotPlain), "{line}");
        }
        assert_eq!(parse(b"A=\xff", &|_| None), Err(NotPlain));
    }
}
