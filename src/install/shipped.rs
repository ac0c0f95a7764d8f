//! What the binary carries in itself: the files of `plugins/` (by build.rs) and the completion of
//! bash.

/// A file of `plugins/`.
#[derive(Debug)]
pub struct Shipped {
    /// Its path below `plugins/`: `common/functions`.
    pub path: &'static str,
    /// Whether it is a program (or a library with a program's mode, as upstream's are).
    pub executable: bool,
    /// Its bytes.
    pub content: &'static [u8],
}

impl Shipped {
    /// Its mode when installed.
    pub fn mode(&self) -> u32 {
        if self.executable { 0o755 } else { 0o644 }
    }
}

/// All files of `plugins/`, sorted by path.
pub static FILES: &[Shipped] = include!(concat!(env!("OUT_DIR"), "/shipped.rs"));

/// Completion of the command word in bash. Reference 04 §12.
pub const COMPLETION: &str = include_str!("completion.bash");

/// The files of one plugin, with their paths inside its directory.
pub fn of_plugin(name: &str) -> impl Iterator<Item = (&'static str, &'static Shipped)> {
    let prefix = format!("{name}/");
    FILES
        .iter()
        .filter_map(move |file| Some((file.path.strip_prefix(&prefix)?, file)))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn every_core_plugin_ships_a_plugin_toml() {
        for plugin in crate::plugins::REGISTRY.plugins {
            let mut files = of_plugin(plugin.name);
            assert!(
                files.any(|(path, _)| path == "plugin.toml"),
                "{}",
                plugin.name
            );
        }
    }

    #[test]
    fn a_shipped_file_keeps_its_bytes_and_its_execute_bit() {
        let (_, functions) = of_plugin("common")
            .find(|(path, _)| *path == "functions")
            .unwrap();
        let source = std::fs::read("plugins/common/functions").unwrap();
        assert_eq!(
            (functions.mode(), functions.content),
            (0o755, source.as_slice())
        );
        let (_, toml) = of_plugin("common")
            .find(|(path, _)| *path == "plugin.toml")
            .unwrap();
        assert_eq!(toml.mode(), 0o644);
    }
}
