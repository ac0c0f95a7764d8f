//! The plugin tree below `$PLUGIN_PATH`: `available/` holds plugins, `enabled/` links to those in
//! use. Reference 03 §1, §3.

use std::path::PathBuf;

use super::PluginError;
use crate::ctx::Ctx;
use crate::failure::Outcome;

/// A plugin's name: one visible path component that no program takes for an option.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name(String);

impl Name {
    /// Checks the syntax.
    pub fn parse(text: &str) -> Result<Self, PluginError> {
        let bad = |c: char| c == '/' || c.is_control();
        if text.is_empty() || text.starts_with(['.', '-']) || text.contains(bad) {
            return Err(PluginError::BadName(text.to_owned()));
        }
        Ok(Self(text.to_owned()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Where the plugin is.
    pub fn available(&self, ctx: &Ctx) -> PathBuf {
        available(ctx).join(&self.0)
    }

    /// The link that enables it.
    pub fn enabled(&self, ctx: &Ctx) -> PathBuf {
        enabled(ctx).join(&self.0)
    }

    /// Whether it is there.
    pub fn is_available(&self, ctx: &Ctx) -> bool {
        self.available(ctx).exists()
    }

    /// Whether it is in use (a dangling link counts: it can be disabled).
    pub fn is_enabled(&self, ctx: &Ctx) -> bool {
        self.enabled(ctx).symlink_metadata().is_ok()
    }

    /// Whether it belongs to the core.
    pub fn is_core(&self, ctx: &Ctx) -> bool {
        ctx.paths.core_available().join(&self.0).exists()
    }
}

/// `$PLUGIN_PATH/available`.
pub fn available(ctx: &Ctx) -> PathBuf {
    ctx.paths.plugins().join("available")
}

/// `$PLUGIN_PATH/enabled`.
pub fn enabled(ctx: &Ctx) -> PathBuf {
    ctx.paths.plugins().join("enabled")
}

/// Names in a directory of the tree, in byte order.
pub fn names(dir: PathBuf) -> Vec<Name> {
    let entries = std::fs::read_dir(dir).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect();
    names.sort();
    names
        .iter()
        .filter_map(|name| Name::parse(name).ok())
        .collect()
}

/// Makes an empty tree; one that is there is left as it is.
pub fn init(ctx: &Ctx) -> Outcome {
    ctx.store.make_dir(enabled(ctx))?;
    ctx.store.make_dir(available(ctx))?;
    let config = ctx.paths.plugins().join("config.toml");
    if !config.exists() {
        ctx.store.write(config, "")?;
    }
    Ok(())
}

/// Links a plugin into `enabled/`; a second time changes nothing.
pub fn enable(ctx: &Ctx, name: &Name) -> Outcome {
    ctx.store.make_dir(enabled(ctx))?;
    ctx.store.link(name.enabled(ctx), name.available(ctx))?;
    ctx.bus.forget();
    Ok(())
}

/// Removes the link.
pub fn disable(ctx: &Ctx, name: &Name) -> Outcome {
    ctx.store.remove(name.enabled(ctx))?;
    ctx.bus.forget();
    Ok(())
}

/// Removes link and plugin; of a linked plugin only the links.
pub fn remove(ctx: &Ctx, name: &Name) -> Outcome {
    disable(ctx, name)?;
    ctx.store.remove_tree(name.available(ctx))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_visible_path_component() {
        for bad in ["", ".", "..", "a/b", "../x", "-x", ".hidden", "a\nb"] {
            assert!(Name::parse(bad).is_err(), "{bad:?}");
        }
        assert!(Name::parse("00_dokku-standard").is_ok());
    }
}
