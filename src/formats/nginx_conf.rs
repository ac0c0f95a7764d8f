//! What an `nginx.conf` sets for all its servers. Only as much of the syntax as that needs: files
//! that it includes are not read.

use std::collections::BTreeSet;

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

#[cfg(test)]
mod tests {
    use super::*;

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
