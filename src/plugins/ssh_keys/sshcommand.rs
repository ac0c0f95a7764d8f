//! The program `sshcommand` as admins and installers call it. Reference 14 §1.

use std::io::Read;
use std::os::unix::ffi::OsStrExt;

use super::create;
use super::key_file::KeyFile;
use super::settings::settings;
use crate::ctx::{Ctx, Input};
use crate::failure::{Failure, Outcome};
use crate::formats::authorized_keys::AuthorizedKeys;
use crate::registry::Call;

/// Usage line of `acl-add`; trailing blank as upstream.
pub const ACL_ADD_USAGE: &str = "Usage: sshcommand acl-add <USER> <NAME> <KEY_FILE> ";

/// Compat: the build that was recorded has no version number.
const TITLE: &str = "sshcommand ";

/// Name, arguments, description.
const COMMANDS: &[(&str, &str, &str)] = &[
    (
        "create",
        "<USER> <COMMAND>",
        "Creates a local system user and installs sshcommand skeleton",
    ),
    (
        "acl-add",
        "<USER> <NAME> <KEY_FILE>",
        "Adds named SSH key to user from STDIN or argument",
    ),
    ("acl-remove", "<USER> <NAME>", "Removes SSH key by name"),
    (
        "list",
        "<USER> <NAME> <OUTPUT_TYPE>",
        "Lists SSH keys by user, an optional name and a optional output format (JSON)",
    ),
    ("help", "<COMMAND>", "Shows help information"),
    ("version", "", "Shows version"),
];

/// `sshcommand COMMAND ARGS…`.
pub fn face(ctx: &Ctx, call: &Call) -> Outcome {
    match call.arg(0) {
        "" => {
            help(ctx, "");
            Err(Failure::Status(1))
        }
        "help" => {
            help(ctx, call.arg(1));
            Ok(())
        }
        "version" => {
            ctx.ui.line(TITLE);
            Ok(())
        }
        "create" => create::create(ctx, call.arg(1), call.arg(2)),
        "acl-add" => acl_add(ctx, call),
        "acl-remove" => acl_remove(ctx, call),
        "list" => list(ctx, call),
        _ => Err(Failure::text("Invalid command")),
    }
}

/// The usage failure of a command.
pub fn usage(name: &str) -> Failure {
    let row = COMMANDS.iter().find(|(known, _, _)| *known == name);
    let args = row.map_or("", |(_, args, _)| *args);
    Failure::text(format!("Usage: sshcommand {name} {args} "))
}

fn help(ctx: &Ctx, name: &str) {
    if let Some((name, args, about)) = COMMANDS.iter().find(|(known, _, _)| *known == name) {
        ctx.ui.line(format!("{name} {args} \n  {about}\n"));
        return;
    }
    ctx.ui.line(format!("{TITLE}\n"));
    for (name, args, about) in COMMANDS {
        ctx.ui.line(format!("  {name:<10} {args:<30} {about}"));
    }
}

fn acl_add(ctx: &Ctx, call: &Call) -> Outcome {
    let (user, name, path) = (call.arg(1), call.arg(2), call.arg(3));
    if user.is_empty() || name.is_empty() {
        return Err(usage("acl-add"));
    }
    let file = KeyFile::of_user(ctx, user).ok_or(Failure::Status(1))?;
    let text = if path.is_empty() {
        stdin(ctx)?
    } else {
        std::fs::read(path).map_err(|error| unreadable(path, &error))?
    };
    let newlines = text.iter().rev().take_while(|byte| **byte == b'\n').count();
    let key = text.get(..text.len() - newlines).unwrap_or_default();
    if key.contains(&b'\n') {
        return Err(Failure::text(
            "Too many keys provided, set one per invocation of sshcommand acl-add <USER> <NAME>",
        ));
    }
    let fingerprint = file.add(ctx, &settings(ctx), name, key)?;
    ctx.ui.line(fingerprint);
    Ok(())
}

/// In the words of `cat`, by which upstream reads the file.
fn unreadable(path: &str, error: &std::io::Error) -> Failure {
    let text = error.to_string();
    let reason = text
        .split_once(" (os error")
        .map_or(&*text, |(reason, _)| reason);
    Failure::text(format!("cat: {path}: {reason}"))
}

fn acl_remove(ctx: &Ctx, call: &Call) -> Outcome {
    let (user, name) = (call.arg(1), call.raw.get(2).filter(|name| !name.is_empty()));
    let (false, Some(name)) = (user.is_empty(), name) else {
        return Err(usage("acl-remove"));
    };
    let file = KeyFile::of_user(ctx, user).ok_or(Failure::Status(1))?;
    Ok(file.remove(ctx, name.as_bytes())?)
}

fn list(ctx: &Ctx, call: &Call) -> Outcome {
    let user = call.arg(1);
    if user.is_empty() {
        return Err(usage("list"));
    }
    let Some(file) = KeyFile::of_user(ctx, user) else {
        return Err(Failure::text(format!(
            "\"{user}\" is not a user on this system"
        )));
    };
    match file.read()? {
        Some(keys) => listing(ctx, &keys, call.arg(2), call.arg(3)),
        None if file.path().exists() => Err(Failure::text(format!(
            "authorized_keys is empty for {user}"
        ))),
        None => Err(Failure::text(format!(
            "authorized_keys not found for {user}"
        ))),
    }
}

/// Prints the keys, or those of a name, as lines or as JSON (`format`, or the name `json`). A name
/// that no key has is exit 1.
pub fn listing(ctx: &Ctx, keys: &AuthorizedKeys, name: &str, format: &str) -> Outcome {
    let (name, format) = match (name, format) {
        ("json", "") => ("", "json"),
        other => other,
    };
    let wanted = Some(name).filter(|name| !name.is_empty());
    if format.eq_ignore_ascii_case("json") {
        ctx.ui.line(keys.list_json(wanted));
        return Ok(());
    }
    let lines = keys.list(wanted);
    if lines.is_empty() && wanted.is_some() {
        return Err(Failure::Status(1));
    }
    ctx.ui.line(lines.join("\n"));
    Ok(())
}

fn stdin(ctx: &Ctx) -> Outcome<Vec<u8>> {
    let mut text = Vec::new();
    if matches!(ctx.input, Input::Inherit) {
        std::io::stdin().lock().read_to_end(&mut text)?;
    }
    Ok(text)
}
