#![expect(clippy::unwrap_used, reason = "tests")]

use super::*;

/// Keys of every type, and what `ssh-keygen -l` says about them.
const KEYS: [(&str, &str); 8] = [
    (
        "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQCpUUux++81lLkX5Kf28Q52RrG42V5hMUYANP9Ect56fValgWcTEYIc30DbuwXn1cwtaQsxptR0k9qpwg8ybquM9XiUEQxeBytfW4XIqPuxzX6eLrmRjWaYWY9MJz+QgUnVNJjL43yPbaxBk9FkcybKokDH0Tizvk1k1pQR2ux08Q== a comment",
        "SHA256:afpbhqJ5lana9cQHfSt7+BbJDet+219UYjAcwYOQXeQ",
    ),
    (
        "ssh-dss AAAAB3NzaC1kc3MAAACBALglx2ipEgpnmHb0czxDZeSleXckqcTLOKR4Ojrdk6fnlZaMpQw6dX84EKqdUUmXfM9TnvzpNF7xIYsNl6PglreQ0E2XL0cITRfI9LcYPN+qP/g5Thzsjlls8Sa9e4+r8X0RRqkKfXrNSgGR6npFsAzNWiIE+W4WnHXic+5SYa1zAAAAFQD9r+/0vtr+5+GKbNJThrIBkJ7erQAAAIBe6s5JXl0w7oe2muNfPUwyMc6a9wGMsAac1bb4AJrP7Q08ztQgPYMl5xbpknH/EJKkvsjnkNmkcFduwNfyus81o+RPT5ZHEAfTqnaCqH+fsgZ0hkzCogYCNXHqiu5ll9yJmp8y65cJPLEWOKhW8l80Pun8myaec9cstKOoWmzhUAAAAIA4oEZGISDCWJ/WD5aahihNoq2AiQxaiSNE/Ad5avq7+8gwDGGoju7UG+zfgQVSbMfhfkXwepjc6BzjJNYGgorhtMcIYd3n8EOoDbO6pCsb4T0r9DqxZKi2MPvu0GbiOb4jqcpsuMxZlT3SyZeiGGlxZSf08h0vWPzwKO0NzIDUfw== me@host",
        "SHA256:uADSyhNhnzIExaj5buno8k612ltB+6JMXMd3SsMP1Uo",
    ),
    (
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGlWWVQY1y63hJHfDnLEoZx2dfRJzIr/E0aLdSVOS1ir me@host",
        "SHA256:4T6LM48nB6SLdZp/x0DQAvDmvCqm194kJYxjZ4aYpLA",
    ),
    (
        "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBJar2eFnpLmoY6sLjMeo63bZRPvqBU8KwtnyvXvKLigmOs1aclDpsGTQ+O0ru+QZmQ5qyQ3WUXB1okS0tFo/Il8= me@host",
        "SHA256:fKiC6SPu2TyEplBJwDhdCsSxWOLPUwNRMw9q9LuJv2g",
    ),
    (
        "ecdsa-sha2-nistp384 AAAAE2VjZHNhLXNoYTItbmlzdHAzODQAAAAIbmlzdHAzODQAAABhBASW0Wt30imvM9DXsxS9G9d4WORAKDQzqXoDFJGztmifGZiCCEPf1mKRdxE6aslTly+6+z3p1oqPPpbxzdcG+11wQktbzY2SdomSctyFCom+ZFrwAQ4qpqhRzGenr9bFqw== me@host",
        "SHA256:VtLWDGc9lQyJ+cEGNC82a/VtY2czq9abb6hLGVTv5DY",
    ),
    (
        "ecdsa-sha2-nistp521 AAAAE2VjZHNhLXNoYTItbmlzdHA1MjEAAAAIbmlzdHA1MjEAAACFBAGWVco1RSgPiXzQC37lNBrQblDxi9pTRJiif9YqFOHZhpPskCd6NXhg/bbIj1mco3YqdN8tDx4oow0VEZnVpjyHvwDCF7sGPjUc+CQCQgyv/7e+JWXxbdoYuPe0n0+/FcOeyeChvorW4RZl7vBbTEucwYKTZ4p8XtjEXSKEW/lQfzqkHA== me@host",
        "SHA256:we5bknf/Qi98wfTCGYpJEeMx70VPlAcHV8k0b/LcZ9I",
    ),
    (
        "sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29tAAAAIGlWWVQY1y63hJHfDnLEoZx2dfRJzIr/E0aLdSVOS1irAAAABHNzaDo= x",
        "SHA256:FYrj0OckmabQtlX/YPF0R0AhveGPQwrEOMnECsScu4M",
    ),
    (
        "sk-ecdsa-sha2-nistp256@openssh.com AAAAInNrLWVjZHNhLXNoYTItbmlzdHAyNTZAb3BlbnNzaC5jb20AAAAIbmlzdHAyNTYAAABBBJar2eFnpLmoY6sLjMeo63bZRPvqBU8KwtnyvXvKLigmOs1aclDpsGTQ+O0ru+QZmQ5qyQ3WUXB1okS0tFo/Il8AAAAEc3NoOg== x",
        "SHA256:x1STQqkh2Ouj1XpgRxnx45uZXdcm0iSPYdYj0RtLjoc",
    ),
];

const LINE: &str = "command=\"FINGERPRINT=SHA256:xxxx NAME=\\\"admin\\\" `cat /home/dokku/.sshcommand` $SSH_ORIGINAL_COMMAND\",no-agent-forwarding,no-user-rc,no-X11-forwarding,no-port-forwarding ssh-rsa AAAA comment";

fn ed25519() -> &'static str {
    KEYS.iter()
        .map(|(key, _)| *key)
        .find(|key| key.starts_with("ssh-ed25519"))
        .unwrap()
}

fn file(lines: &[&str]) -> AuthorizedKeys {
    AuthorizedKeys::parse(lines.join("\n").as_bytes())
}

fn old_line(name: &str) -> String {
    format!(
        "command=\"FINGERPRINT=2a:f7 NAME={name} `cat /h/.sshcommand` $SSH_ORIGINAL_COMMAND\",no-pty ssh-rsa A"
    )
}

#[test]
fn fingerprints_are_those_of_ssh_keygen() {
    for (key, fingerprint) in KEYS {
        let parsed = PublicKey::parse(key).unwrap();
        assert_eq!(parsed.fingerprint(), fingerprint);
        assert!(key.starts_with(parsed.kind()));
    }
}

#[test]
fn keys_of_another_structure_are_refused() {
    let ed25519 = ed25519();
    for key in [
        "",
        "garbage",
        "ssh-rsa",
        "ssh-rsa AAAA x",
        "ssh-rsa !!!! x",
        "# comment",
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGlWWVQY1y63hJHfDnLEoZx2dfRJzIr/E0aLdSVOS1ireA==",
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGlWWVQY1y63hJHfDnLEoZx2dfRJzIr/E0aLdSVOS1g=",
        "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAQQD///////////////////////////////////////////////////////////////////////////////////// x",
        &ed25519.replace("ssh-ed25519", "ssh-rsa"),
        &ed25519.replace("ssh-ed25519", "ssh-unknown"),
        &format!("no-pty {ed25519}"),
        &format!("{ed25519}\n{ed25519}"),
    ] {
        assert!(PublicKey::parse(key).is_err(), "{key}");
    }
}

#[test]
fn comments_and_final_newlines_are_optional() {
    let key: String = ed25519().split(' ').take(2).collect::<Vec<_>>().join("  ");
    assert!(PublicKey::parse(&format!(" {key}\n")).is_ok());
}

#[test]
fn a_line_may_have_options_with_quoted_blanks() {
    let ed25519 = ed25519();
    for line in [
        ed25519.to_owned(),
        format!("no-pty {ed25519}"),
        format!("command=\"a \\\"b, c\\\" d\",no-pty {ed25519}"),
    ] {
        assert!(PublicKey::parse_line(&line).is_ok(), "{line}");
    }
    assert!(PublicKey::parse_line(&format!("command=\"a {ed25519}")).is_err());
}

#[test]
fn the_line_of_a_new_key_is_exact() {
    let name = KeyName::parse("admin").unwrap();
    let line = entry_line(
        "SHA256:xxxx",
        &name,
        "/home/dokku",
        DEFAULT_OPTIONS,
        b"ssh-rsa AAAA comment",
    );
    assert_eq!(line, LINE.as_bytes());
}

#[test]
fn quoted_and_old_unquoted_entries_are_listed() {
    let keys = file(&["# c", LINE, "", ed25519(), &old_line("bob"), &old_line("")]);
    assert_eq!(
        keys.list(None),
        [
            r#"SHA256:xxxx NAME="admin" SSHCOMMAND_ALLOWED_KEYS="no-agent-forwarding,no-user-rc,no-X11-forwarding,no-port-forwarding""#,
            r#"2a:f7 NAME="bob" SSHCOMMAND_ALLOWED_KEYS="no-pty""#,
            r#"2a:f7 NAME="" SSHCOMMAND_ALLOWED_KEYS="no-pty""#,
        ]
    );
    assert_eq!(keys.list(Some("bob")).len(), 1);
    assert_eq!(keys.list(Some("b.b")), Vec::<String>::new());
}

#[test]
fn the_json_list_is_one_line_with_the_blanks_of_sshcommand() {
    let keys = file(&[&old_line("bob"), &old_line("a\"b")]);
    assert_eq!(
        keys.list_json(None),
        r#"[{ "fingerprint": "2a:f7", "name": "bob", "SSHCOMMAND_ALLOWED_KEYS": "no-pty" },{ "fingerprint": "2a:f7", "name": "a\"b", "SSHCOMMAND_ALLOWED_KEYS": "no-pty" }]"#
    );
    assert_eq!(keys.list_json(Some("nope")), "[]");
}

#[test]
fn names_may_have_blanks_and_are_compared_literally() {
    let name = KeyName::parse("broken user").unwrap();
    let mut keys = file(&["# c"]);
    keys.add(entry_line(
        "SHA256:f",
        &name,
        "/h",
        DEFAULT_OPTIONS,
        ed25519().as_bytes(),
    ));
    assert_eq!(keys.entries().first().unwrap().name, "broken user");
    assert!(keys.has_name("broken user") && !keys.has_name("broken.user"));
    assert!(keys.has_fingerprint("SHA256:f") && !keys.has_fingerprint("SHA256:g"));
    assert!(!keys.remove(b"broken.user") && keys.remove(b"broken user"));
    assert_eq!(keys.to_bytes(), b"# c\n");
}

#[test]
fn names_that_could_break_out_of_the_forced_command_are_refused() {
    for name in ["", "a\"b", "a'b", "a\\b", "a`id`", "$(id)", "a\nb"] {
        assert_eq!(KeyName::parse(name), Err(InvalidKeyName), "{name:?}");
    }
}

#[test]
fn every_line_without_valid_key_is_reported() {
    let name = KeyName::parse("ok").unwrap();
    let good = entry_line(
        "SHA256:f",
        &name,
        "/h",
        DEFAULT_OPTIONS,
        ed25519().as_bytes(),
    );
    let good = String::from_utf8(good).unwrap();
    let keys = file(&["# comment", "", &good, LINE, ed25519(), "garbage"]);
    assert_eq!(keys.bad_lines(), [4, 6]);
}

#[test]
fn a_comment_in_another_encoding_keeps_its_bytes() {
    let text = [LINE.as_bytes(), b" J\xf6rg\r\n\nssh-rsa \xe9\n"].concat();
    let mut keys = AuthorizedKeys::parse(&text);
    let unix = [LINE.as_bytes(), b" J\xf6rg\n\nssh-rsa \xe9\n"].concat();
    assert_eq!(keys.to_bytes(), unix);
    assert!(keys.has_name("admin") && keys.has_fingerprint("SHA256:xxxx"));
    assert_eq!(keys.list(None).len(), 1);
    assert!(keys.remove(b"admin"));
    assert_eq!(keys.to_bytes(), b"\nssh-rsa \xe9\n");
    assert_eq!(AuthorizedKeys::parse(b"\n").to_bytes(), b"\n");
    assert_eq!(AuthorizedKeys::parse(b"").to_bytes(), b"");
}
