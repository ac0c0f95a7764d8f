//! An app's bare repository and its pre-receive hook. Reference 12 §3.1, §4.

use std::path::PathBuf;

use crate::app::App;
use crate::cmd::Stderr;
use crate::ctx::Ctx;
use crate::failure::{Failure, Outcome};
use crate::tools::git;

/// Whether the app has a repository.
pub fn exists(ctx: &Ctx, app: &App) -> bool {
    ctx.paths.app_file(app, "refs").is_dir()
}

/// Creates the repository when it is missing, and (over)writes the hook. The hook comes first: a
/// repository without it would take pushes and deploy nothing.
pub fn create(ctx: &Ctx, app: &App) -> Outcome {
    ctx.store.make_dir(ctx.paths.app_file(app, "hooks"))?;
    ctx.store
        .write_mode(hook_file(ctx, app), hook_text(ctx, app), 0o755)?;
    if exists(ctx, app) {
        return Ok(());
    }
    let init = git::init_bare(&ctx.paths.app(app)).stderr(Stderr::Inherit);
    Failure::from_status(ctx.read(&init).status)
}

fn hook_file(ctx: &Ctx, app: &App) -> PathBuf {
    ctx.paths.app_file(app, "hooks/pre-receive")
}

/// A name may hold what means something to a shell; a plain one stands as upstream writes it.
fn hook_text(ctx: &Ctx, app: &App) -> String {
    hook_of(ctx, &shell_words::quote(app))
}

fn hook_of(ctx: &Ctx, app: &str) -> String {
    let root = ctx.paths.root().display();
    format!(
        "#!/usr/bin/env bash\nset -e\nset -o pipefail\n\n\
         cat | DOKKU_ROOT=\"{root}\" dokku git-hook {app}\n"
    )
}

/// Rewrites a hook in which upstream left such a name to the shell.
pub fn quote_hook(ctx: &Ctx, app: &App) -> Outcome {
    let file = hook_file(ctx, app);
    let text = std::fs::read_to_string(&file).unwrap_or_default();
    if text == hook_of(ctx, app) && text != hook_text(ctx, app) {
        ctx.store.write(file, hook_text(ctx, app))?;
    }
    Ok(())
}

/// Makes a copied repository's hook deploy the new app.
pub fn retarget_hook(ctx: &Ctx, old: &App, new: &App) -> Outcome {
    let file = hook_file(ctx, new);
    let Ok(text) = std::fs::read_to_string(&file) else {
        return Ok(());
    };
    let ends = [old.as_str(), &shell_words::quote(old)].map(|old| format!("git-hook {old}"));
    let new = shell_words::quote(new);
    let lines: Vec<String> = text
        .lines()
        .map(
            |line| match ends.iter().find_map(|end| line.strip_suffix(end)) {
                Some(front) => format!("{front}git-hook {new}"),
                None => line.to_owned(),
            },
        )
        .collect();
    ctx.store.write(&file, format!("{}\n", lines.join("\n")))?;
    Ok(())
}

/// The revision of a branch, from its loose ref or from the packed ones (`repo:gc` packs them).
pub fn revision_of(ctx: &Ctx, app: &App, branch: &str) -> Option<String> {
    let loose = ctx.paths.app_file(app, format!("refs/heads/{branch}"));
    if let Ok(text) = std::fs::read_to_string(loose) {
        return Some(text.trim().to_owned());
    }
    let packed = std::fs::read_to_string(ctx.paths.app_file(app, "packed-refs")).ok()?;
    packed_revision(&packed, branch)
}

fn packed_revision(packed: &str, branch: &str) -> Option<String> {
    let wanted = format!("refs/heads/{branch}");
    packed.lines().find_map(|line| {
        let (revision, name) = line.split_once(' ')?;
        (name == wanted).then(|| revision.to_owned())
    })
}

/// The app's name in a repository argument: `'app'`, `'/app'`, `/app` (reference 12 §3.1).
pub fn app_name(argument: &str) -> String {
    let mut name = String::new();
    let mut chars = argument.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' if chars.peek() == Some(&'\'') => name.extend(chars.next()),
            '\'' => {}
            _ => name.push(c),
        }
    }
    name.strip_prefix('/').map(str::to_owned).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repository_arguments_name_an_app() {
        for argument in ["app", "'app'", "'/app'", "/app"] {
            assert_eq!(app_name(argument), "app", "{argument}");
        }
        assert_eq!(app_name(r"'a'\''b'"), "a'b");
    }

    #[test]
    fn a_packed_branch_still_has_a_revision() {
        let packed =
            "# pack-refs with: peeled\nabc refs/heads/other\ndef refs/heads/master\n^123\n";
        assert_eq!(packed_revision(packed, "master"), Some("def".to_owned()));
        assert_eq!(packed_revision(packed, "nope"), None);
    }
}
