//! The formats of `config:export`, the pretty table of `config` and `config:set`, and the tar
//! stream of `config:bundle` (reference 11 §4.8, §5). All return the bytes without a final newline,
//! except the tar stream, which is complete.

use super::env_file::EnvMap;

#[cfg(test)]
mod tests;

/// `export K='v'` lines.
pub fn exports(env: &EnvMap) -> Vec<u8> {
    quoted(env, b"export ", b"\n")
}

/// The format of the `ENV` file itself.
pub fn envfile(env: &EnvMap) -> Vec<u8> {
    env.to_file()
}

/// `--env=K='v'` words, to be split like shell words.
pub fn docker_args(env: &EnvMap) -> Vec<u8> {
    quoted(env, b"--env=", b" ")
}

/// `K='v'` words on one line. `config:export` adds one blank, `config --shell` nothing.
pub fn shell(env: &EnvMap) -> Vec<u8> {
    quoted(env, b"", b" ")
}

/// `K:` padded to the widest key, two blanks, the trimmed value. `prefix` stands before each
/// variable but not before the further lines of its value (seven blanks for `config:set`).
pub fn pretty(env: &EnvMap, prefix: &str) -> Vec<u8> {
    let width = env.keys().map(str::len).max().unwrap_or(0) + 1;
    let rows: Vec<Vec<u8>> = env
        .iter()
        .map(|(key, value)| {
            let mut row = format!("{prefix}{:width$}  ", format!("{key}:")).into_bytes();
            row.extend_from_slice(trim(value));
            row
        })
        .collect();
    rows.join(&b'\n')
}

/// `{"K":"v",…}`, compact, escaped as Go does.
pub fn json(env: &EnvMap) -> Vec<u8> {
    let pair = |(key, value): (&str, &[u8])| {
        format!("{}:{}", json_string(key.as_bytes()), json_string(value))
    };
    let pairs: Vec<String> = env.iter().map(pair).collect();
    format!("{{{}}}", pairs.join(",")).into_bytes()
}

/// `[{"name":"K","value":"v"},…]`; an empty environment is `null`.
pub fn json_list(env: &EnvMap) -> Vec<u8> {
    // Compat: upstream encodes a nil slice.
    if env.is_empty() {
        return b"null".to_vec();
    }
    let pair = |(key, value): (&str, &[u8])| {
        format!(
            "{{\"name\":{},\"value\":{}}}",
            json_string(key.as_bytes()),
            json_string(value)
        )
    };
    let pairs: Vec<String> = env.iter().map(pair).collect();
    format!("[{}]", pairs.join(",")).into_bytes()
}

/// `config:get --quoted`: the value between single quotes.
pub fn single_quoted(value: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(value.len() + 2);
    text.push(b'\'');
    for &byte in value {
        match byte {
            b'\'' => text.extend_from_slice(b"'\\''"),
            _ => text.push(byte),
        }
    }
    text.push(b'\'');
    text
}

/// A tar stream with one file per variable: name = key, content = value, mode 0600.
pub fn bundle(env: &EnvMap) -> Vec<u8> {
    let mut tar = Vec::new();
    for (key, value) in env.iter() {
        // A name that the header can't hold goes into a PAX record before it.
        if key.len() > NAME_SIZE {
            let record = pax_path_record(key);
            tar.extend_from_slice(&tar_header("PaxHeaders.0", record.len(), b'x'));
            push_blocks(&mut tar, record.as_bytes());
        }
        tar.extend_from_slice(&tar_header(key, value.len(), b'0'));
        push_blocks(&mut tar, value);
    }
    tar.resize(tar.len() + 2 * BLOCK_SIZE, 0);
    tar
}

const BLOCK_SIZE: usize = 512;
const NAME_SIZE: usize = 100;

fn quoted(env: &EnvMap, prefix: &[u8], separator: &[u8]) -> Vec<u8> {
    let words: Vec<Vec<u8>> = env
        .iter()
        .map(|(key, value)| [prefix, key.as_bytes(), b"=", &single_quoted(value)].concat())
        .collect();
    words.join(separator)
}

/// White space is Unicode's for text, ASCII's for bytes that are no UTF-8.
fn trim(value: &[u8]) -> &[u8] {
    match std::str::from_utf8(value) {
        Ok(text) => text.trim().as_bytes(),
        Err(_) => value.trim_ascii(),
    }
}

/// A JSON string literal with Go's escapes (`<`, `>`, `&`, U+2028, U+2029 and control characters);
/// each byte that is no UTF-8 becomes U+FFFD.
pub fn json_string(value: &[u8]) -> String {
    let mut json = String::with_capacity(value.len() + 2);
    json.push('"');
    for chunk in value.utf8_chunks() {
        chunk
            .valid()
            .chars()
            .for_each(|c| push_json_char(&mut json, c));
        for _ in chunk.invalid() {
            json.push_str("\\ufffd");
        }
    }
    json.push('"');
    json
}

fn push_json_char(json: &mut String, c: char) {
    match c {
        '"' => json.push_str("\\\""),
        '\\' => json.push_str("\\\\"),
        '\n' => json.push_str("\\n"),
        '\r' => json.push_str("\\r"),
        '\t' => json.push_str("\\t"),
        '<' | '>' | '&' | '\u{2028}' | '\u{2029}' | '\0'..='\u{1f}' => {
            json.push_str(&format!("\\u{:04x}", u32::from(c)));
        }
        _ => json.push(c),
    }
}

/// One ustar header block.
fn tar_header(name: &str, size: usize, kind: u8) -> Vec<u8> {
    const CHECKSUM: std::ops::Range<usize> = 148..156;
    let short_name: String = name.chars().take(NAME_SIZE).collect();
    let mut block = Vec::with_capacity(BLOCK_SIZE);
    let mut field = |text: &str, width: usize| {
        block.extend_from_slice(text.as_bytes());
        block.resize(block.len() + width.saturating_sub(text.len()), 0);
    };
    field(&short_name, NAME_SIZE);
    field("0000600", 8); // mode
    field("0000000", 8); // uid
    field("0000000", 8); // gid
    field(&format!("{size:011o}"), 12);
    field("00000000000", 12); // mtime
    field("        ", 8); // checksum, counted as blanks
    field(&char::from(kind).to_string(), 1);
    field("", 100); // link name
    field("ustar\x0000", 8); // magic and version
    field("", 64); // user and group names
    field("0000000", 8); // device major
    field("0000000", 8); // device minor
    field("", 167); // name prefix and padding
    let sum: u32 = block.iter().map(|b| u32::from(*b)).sum();
    block.splice(CHECKSUM, format!("{sum:06o}\0 ").into_bytes());
    block
}

fn push_blocks(tar: &mut Vec<u8>, content: &[u8]) {
    tar.extend_from_slice(content);
    tar.resize(tar.len().next_multiple_of(BLOCK_SIZE), 0);
}

/// `LENGTH path=KEY\n`, where LENGTH counts the whole record with its own digits.
fn pax_path_record(key: &str) -> String {
    let rest = key.len() + " path=\n".len();
    let mut length = rest;
    while rest + length.to_string().len() != length {
        length = rest + length.to_string().len();
    }
    format!("{length} path={key}\n")
}
