//! The word splitting of `sh` (reference 45 §6): quotes, escapes and comments, no expansions.

/// Splits `text` into words; the errors are those of sigil.
pub fn split(text: &str) -> Result<Vec<String>, String> {
    let mut rest = text.chars();
    let mut words = Vec::new();
    // `None` between words: an empty pair of quotes is a word.
    let mut word: Option<String> = None;
    while let Some(c) = rest.next() {
        match c {
            ' ' | '\t' | '\r' | '\n' => words.extend(word.take()),
            '#' if word.is_none() => {
                rest.find(|c| *c == '\n');
            }
            '\'' => quoted(&mut rest, '\'', word.get_or_insert_default())?,
            '"' => quoted(&mut rest, '"', word.get_or_insert_default())?,
            '\\' => word.get_or_insert_default().push(escaped(&mut rest)?),
            c if c.is_ascii() => word.get_or_insert_default().push(c),
            c => return Err(format!("Unknown rune: {}", u32::from(c))),
        }
    }
    words.extend(word);
    Ok(words)
}

fn quoted(rest: &mut std::str::Chars<'_>, end: char, word: &mut String) -> Result<(), String> {
    loop {
        match rest
            .next()
            .ok_or("EOF found when expecting closing quote.")?
        {
            c if c == end => return Ok(()),
            '\\' if end == '"' => word.push(escaped(rest)?),
            c => word.push(c),
        }
    }
}

fn escaped(rest: &mut std::str::Chars<'_>) -> Result<char, String> {
    rest.next()
        .ok_or_else(|| "EOF found after escape character".to_owned())
}

#[cfg(test)]
mod tests {
    use super::split;

    fn words(text: &str) -> Vec<String> {
        split(text).unwrap_or_else(|fault| vec![format!("fault: {fault}")])
    }

    #[test]
    fn quotes_and_escapes_shape_words() {
        assert_eq!(
            words(r#" a 'b "c"' "d \"e" f\ g"#),
            ["a", "b \"c\"", "d \"e", "f g"]
        );
        assert_eq!(
            words(r#"a'b'"c"d '' ""#),
            ["fault: EOF found when expecting closing quote."]
        );
        assert_eq!(words("x '' y"), ["x", "", "y"]);
    }

    #[test]
    fn comments_end_with_their_line() {
        assert_eq!(words("a # b c\nd e#f"), ["a", "d", "e#f"]);
    }

    #[test]
    fn faults_have_the_words_of_sigil() {
        assert_eq!(words("é"), ["fault: Unknown rune: 233"]);
        assert_eq!(words("'é'"), ["é"]);
        assert_eq!(words("a\\"), ["fault: EOF found after escape character"]);
        assert_eq!(
            words("\"a"),
            ["fault: EOF found when expecting closing quote."]
        );
    }
}
