//! What Dokku reads out of a Dockerfile's text. Reference 20 §8.1, §8.3.

/// Ports of the `EXPOSE` lines, one a line, joined by blanks.
pub fn exposed_ports(dockerfile: &str) -> String {
    // Compat: only lines that begin with upper-case `EXPOSE `, and of each only the first port.
    let ports = dockerfile.lines().filter_map(|line| {
        line.strip_prefix("EXPOSE ")
            .and_then(|rest| rest.split_whitespace().next())
    });
    ports.collect::<Vec<&str>>().join(" ")
}

/// The last line that begins with `DIRECTIVE `, keyword included.
pub fn last_line<'a>(dockerfile: &'a str, directive: &str) -> Option<&'a str> {
    dockerfile.lines().rfind(|line| {
        line.strip_prefix(directive)
            .is_some_and(|rest| rest.starts_with(' '))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "FROM node:4\nEXPOSE 3001/udp\nEXPOSE  3000/tcp\nEXPOSE 3003 4000\n\
                        expose 1\n EXPOSE 2\nCMD a\nCMD npm start\nENTRYPOINT [\"/tini\"]\n";

    #[test]
    fn the_first_port_of_each_line_counts() {
        assert_eq!(exposed_ports(FILE), "3001/udp 3000/tcp 3003");
    }

    #[test]
    fn the_last_directive_wins() {
        assert_eq!(last_line(FILE, "CMD"), Some("CMD npm start"));
        assert_eq!(
            last_line(FILE, "ENTRYPOINT"),
            Some("ENTRYPOINT [\"/tini\"]")
        );
        assert_eq!(last_line(FILE, "USER"), None);
    }
}
