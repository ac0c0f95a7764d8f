//! The domains hooks, and what the shell library asks for. Reference 42 §4, §5.

use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::Outcome;
use crate::plugins::domains::{self, vhosts};
use crate::registry::Call;

/// `install`: apps of the time before process types (file `CONTAINER`) get their domains.
pub fn install(ctx: &Ctx, _call: &Call) -> Outcome {
    for app in App::all(ctx) {
        if ctx.paths.app_file(&app, "CONTAINER").exists() {
            domains::setup(ctx, &app)?;
        }
    }
    Ok(())
}

/// `post-app-clone-setup OLD NEW`: a clone has domains of its own.
pub fn post_app_clone_setup(ctx: &Ctx, call: &Call) -> Outcome {
    let new = App::parse(call.arg(1))?;
    for name in ["URLS", "VHOST"] {
        ctx.store.remove(ctx.paths.app_file(&new, name))?;
    }
    Ok(())
}

/// `post-app-rename-setup OLD NEW`: domains that are made of the old name follow.
pub fn post_app_rename_setup(ctx: &Ctx, call: &Call) -> Outcome {
    let (old, new) = (call.arg(0), App::parse(call.arg(1))?);
    for name in ["URLS", "VHOST"] {
        let file = ctx.paths.app_file(&new, name);
        if let Ok(text) = std::fs::read_to_string(&file) {
            let renamed: String = text
                .lines()
                .map(|line| format!("{}\n", renamed(line, old, &new)))
                .collect();
            ctx.store.write(file, renamed)?;
        }
    }
    Ok(())
}

/// The shell function `get_default_vhosts APP`: an app's default domains, one a line.
pub fn get_default_vhosts(ctx: &Ctx, call: &Call) -> Outcome {
    let app = App::existing(ctx, call.arg(0))?;
    for domain in vhosts::defaults(ctx, &app) {
        ctx.ui.line(domain);
    }
    Ok(())
}

/// A domain or url whose host is the old name, or begins with it as a label, with the new name.
/// (Upstream replaces the old name wherever it occurs.)
fn renamed(line: &str, old: &str, new: &str) -> String {
    let (scheme, host) = match line.split_once("://") {
        Some((scheme, host)) => (format!("{scheme}://"), host),
        None => (String::new(), line),
    };
    match host.strip_prefix(old) {
        Some(rest) if rest.is_empty() || rest.starts_with(['.', ':']) => {
            format!("{scheme}{new}{rest}")
        }
        _ => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rename_changes_only_the_leading_label_or_the_whole_name() {
        for (line, expected) in [
            ("node.dokku.me", "web.dokku.me"),
            ("http://node.dokku.me:30", "http://web.dokku.me:30"),
            ("node", "web"),
            ("nodes.dokku.me", "nodes.dokku.me"),
            ("my.node.me", "my.node.me"),
            ("# THIS FILE", "# THIS FILE"),
        ] {
            assert_eq!(renamed(line, "node", "web"), expected);
        }
        assert_eq!(renamed("a.b.me", "a.b.me", "c.d.me"), "c.d.me");
    }
}
