//! Go's `path.Match`: shell patterns on a whole string, where `*` and `?` stop at `/`.

/// A piece of a pattern.
enum Piece {
    Any,
    Star,
    Char(char),
    Class {
        negated: bool,
        ranges: Vec<(char, char)>,
    },
}

/// Whether `pattern` matches all of `text`; the error is Go's for a bad pattern.
pub fn matches(pattern: &str, text: &str) -> Result<bool, String> {
    let pieces = parse(pattern).ok_or("syntax error in pattern")?;
    let text: Vec<char> = text.chars().collect();
    Ok(match_pieces(&pieces, &text))
}

/// Greedy matching: on a mismatch the last star takes one more character.
fn match_pieces(pieces: &[Piece], text: &[char]) -> bool {
    let (mut piece, mut at) = (0, 0);
    let mut last_star = None;
    loop {
        match (pieces.get(piece), text.get(at)) {
            (None, None) => return true,
            (Some(Piece::Star), _) => {
                last_star = Some((piece, at));
                piece += 1;
                continue;
            }
            (Some(wanted), Some(c)) if wanted.takes(*c) => {
                piece += 1;
                at += 1;
                continue;
            }
            _ => {}
        }
        match last_star {
            Some((star, taken)) if text.get(taken).is_some_and(|c| *c != '/') => {
                last_star = Some((star, taken + 1));
                piece = star + 1;
                at = taken + 1;
            }
            _ => return false,
        }
    }
}

impl Piece {
    fn takes(&self, c: char) -> bool {
        match self {
            Self::Any => c != '/',
            Self::Star => false,
            Self::Char(wanted) => *wanted == c,
            Self::Class { negated, ranges } => {
                ranges.iter().any(|(low, high)| (*low..=*high).contains(&c)) != *negated
            }
        }
    }
}

fn parse(pattern: &str) -> Option<Vec<Piece>> {
    let mut rest = pattern.chars().peekable();
    let mut pieces = Vec::new();
    while let Some(c) = rest.next() {
        pieces.push(match c {
            '*' => Piece::Star,
            '?' => Piece::Any,
            '[' => class(&mut rest)?,
            '\\' => Piece::Char(rest.next()?),
            c => Piece::Char(c),
        });
    }
    Some(pieces)
}

type Rest<'p> = std::iter::Peekable<std::str::Chars<'p>>;

fn class(rest: &mut Rest<'_>) -> Option<Piece> {
    let negated = rest.next_if_eq(&'^').is_some();
    let mut ranges = Vec::new();
    while ranges.is_empty() || rest.next_if_eq(&']').is_none() {
        let low = class_char(rest)?;
        let high = if rest.next_if_eq(&'-').is_some() {
            class_char(rest)?
        } else {
            low
        };
        ranges.push((low, high));
    }
    Some(Piece::Class { negated, ranges })
}

fn class_char(rest: &mut Rest<'_>) -> Option<char> {
    match rest.next()? {
        '-' | ']' => None,
        '\\' => rest.next(),
        c => Some(c),
    }
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn patterns_match_whole_strings_like_go() {
        for (pattern, text, expected) in [
            ("*.me", "dokku.me", true),
            ("*.me", "a/b.me", false),
            ("a*b*c", "aXbYbZc", true),
            ("a?c", "abc", true),
            ("a?c", "a/c", false),
            ("[a-c]x", "bx", true),
            ("[^a-c]x", "bx", false),
            ("a\\*", "a*", true),
            ("a\\*", "ab", false),
            ("", "", true),
            ("", "a", false),
            ("a*", "a", true),
            ("*", "", true),
            ("é?", "éü", true),
        ] {
            assert_eq!(matches(pattern, text), Ok(expected), "{pattern} {text}");
        }
    }

    #[test]
    fn broken_patterns_are_refused() {
        for pattern in ["[", "[]", "[]a]", "[a", "[a-", "a\\", "[-a]", "[^]", "[a-]"] {
            assert_eq!(
                matches(pattern, "a"),
                Err("syntax error in pattern".to_owned())
            );
        }
    }
}
