//! What an `nginx.conf` sets for all its servers, and where it points. Only as much of the syntax as
//! that needs: files that it includes are not read.

use std::collections::BTreeSet;
use std::ops::Range;

/// Names of the directives directly inside `http { … }`, blocks left out.
pub fn http_directives(text: &str) -> BTreeSet<String> {
    let plain: String = text.lines().map(without_comment).collect();
    let mut names = BTreeSet::new();
    let mut blocks: Vec<&str> = Vec::new();
    let mut rest = plain.as_str();
    while let Some(at) = rest.find([';', '{', '}']) {
        let (statement, tail) = rest.split_at(at);
        let name = statement.split_whitespace().next().unwrap_or_default();
        match tail.chars().next() {
            Some('{') => blocks.push(name),
            Some('}') => {
                blocks.pop();
            }
            _ if blocks == ["http"] => {
                names.insert(name.to_owned());
            }
            _ => {}
        }
        rest = tail.get(1..).unwrap_or_default();
    }
    names
}

fn without_comment(line: &str) -> String {
    let kept = line.split_once('#').map_or(line, |(kept, _)| kept);
    format!("{kept}\n")
}

/// The same config with every server of its `upstream` blocks marked as `down`: nginx asks none of
/// them and answers 502 at once. All else stays byte for byte.
pub fn with_upstreams_down(text: &[u8]) -> Vec<u8> {
    let mut down = Vec::with_capacity(text.len());
    let mut copied = 0;
    for end in servers_that_are_up(text) {
        down.extend_from_slice(text.get(copied..end).unwrap_or_default());
        down.extend_from_slice(b" down");
        copied = end;
    }
    down.extend_from_slice(text.get(copied..).unwrap_or_default());
    down
}

/// Where the parameters of each upstream's server end that is not marked as down yet.
fn servers_that_are_up(text: &[u8]) -> Vec<usize> {
    let mut ends = Vec::new();
    let (mut depth, mut upstream) = (0_usize, None);
    let mut words: Vec<Range<usize>> = Vec::new();
    for token in (Tokens { text, at: 0 }) {
        let word = |at: usize| words.get(at).and_then(|range| text.get(range.clone()));
        match token {
            Token::Word(range) => {
                words.push(range);
                continue;
            }
            Token::End => {
                let is_up = words.iter().all(|word| &text[word.clone()] != b"down");
                if upstream == Some(depth) && word(0) == Some(b"server") && is_up {
                    ends.extend(words.get(1..).and_then(|words| Some(words.last()?.end)));
                }
            }
            Token::Open => {
                depth += 1;
                if upstream.is_none() && word(0) == Some(b"upstream") {
                    upstream = Some(depth);
                }
            }
            Token::Close => {
                upstream = upstream.filter(|at| *at != depth);
                depth = depth.saturating_sub(1);
            }
        }
        words.clear();
    }
    ends
}

/// What a config consists of, comments left out.
enum Token {
    Word(Range<usize>),
    End,
    Open,
    Close,
}

struct Tokens<'a> {
    text: &'a [u8],
    at: usize,
}

impl Iterator for Tokens<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        loop {
            let start = self.at;
            self.at += 1;
            return Some(match *self.text.get(start)? {
                byte if byte.is_ascii_whitespace() => continue,
                b'#' => {
                    let rest = self.text[self.at..].iter();
                    self.at += rest.take_while(|byte| **byte != b'\n').count();
                    continue;
                }
                b';' => Token::End,
                b'{' => Token::Open,
                b'}' => Token::Close,
                quote @ (b'"' | b'\'') => {
                    self.at += length_until(&self.text[self.at..], |byte| byte == quote);
                    self.at = self.text.len().min(self.at + 1);
                    Token::Word(start..self.at)
                }
                _ => {
                    self.at = start + word_length(&self.text[start..]);
                    Token::Word(start..self.at)
                }
            });
        }
    }
}

/// How long a word without quotes is: a `{` behind a `$` is part of it.
fn word_length(text: &[u8]) -> usize {
    let mut after_dollar = false;
    length_until(text, |byte| {
        let is_variable = std::mem::replace(&mut after_dollar, byte == b'$') && byte == b'{';
        byte.is_ascii_whitespace() || byte == b';' || byte == b'{' && !is_variable
    })
}

/// How many bytes come before the first that ends something; one behind a backslash ends nothing.
fn length_until(text: &[u8], mut ends: impl FnMut(u8) -> bool) -> usize {
    let mut escaped = false;
    let end = text.iter().position(|&byte| {
        let was_escaped = escaped;
        escaped = byte == b'\\' && !was_escaped;
        !was_escaped && ends(byte)
    });
    end.unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn down(text: &str) -> String {
        String::from_utf8_lossy(&with_upstreams_down(text.as_bytes())).into_owned()
    }

    #[test]
    fn every_server_of_an_upstream_goes_down_once() {
        let text = "server {\n  listen 80;\n}\nupstream a-5000 {\n  least_conn;\n  \
            server 172.17.0.2:5000;\n  server [::1]:80 max_fails=3 ; # server x;\n}\n";
        let expected = "server {\n  listen 80;\n}\nupstream a-5000 {\n  least_conn;\n  \
            server 172.17.0.2:5000 down;\n  server [::1]:80 max_fails=3 down ; # server x;\n}\n";
        assert_eq!(down(text), expected);
        assert_eq!(down(expected), expected);
    }

    #[test]
    fn what_only_looks_like_a_server_of_an_upstream_stays() {
        for text in [
            "# upstream a { server b; }\n",
            "set $x 'upstream a { server b; }';\n",
            "map $a $b { upstream a; server b; }\n",
            "upstream a { balancer { server b; } }\nserver b;\n",
            "location ~ ^/${upstream}a\\{ { return 404 \"}\"; }\nserver b;\n",
            "upstream a { server 'b; }",
            "upstream a { server; }",
            "}}{;",
            "caf\\",
        ] {
            assert_eq!(down(text), text);
        }
    }

    #[test]
    fn a_comment_may_hold_a_backslash_before_its_end() {
        let text = "# C:\\\nupstream a { server b; }";
        assert_eq!(down(text), "# C:\\\nupstream a { server b down; }");
    }

    #[test]
    fn only_what_is_set_for_all_servers_counts() {
        let text = "user www-data;\n\
            events { worker_connections 768; }\n\
            http {\n  # gzip on;\n  server_tokens off; # hide\n\
            server { listen 80; ssl_session_timeout 5m; }\n\
            include /etc/nginx/conf.d/*.conf;\n}\n";
        let names: Vec<String> = http_directives(text).into_iter().collect();
        assert_eq!(names, ["include", "server_tokens"]);
    }

    #[test]
    fn a_file_that_is_no_configuration_sets_nothing() {
        assert!(http_directives("}}{;").is_empty());
    }
}
