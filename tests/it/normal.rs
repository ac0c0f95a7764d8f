//! What differs from run to run, replaced by names that don't.

use std::sync::OnceLock;

use regex::Regex;

use crate::docker::ID_MARK;
use crate::world::World;

/// Replaces the world's paths by the product's, and its containers' subnet by docker's.
pub fn paths(world: &World, text: &str) -> String {
    let mut text = text.to_owned();
    for root in world.roots() {
        for (relative, product) in [
            ("/home", "/home/dokku"),
            ("/lib", "/var/lib/dokku"),
            ("/log", "/var/log/dokku"),
            ("/sys", ""),
            ("/bin", "/usr/bin"),
            ("/tmp", "/tmp"),
        ] {
            text = text.replace(&format!("{root}{relative}"), product);
        }
        text = text.replace(&root, "<ROOT>");
    }
    match world.subnet() {
        Some(subnet) => text.replace(subnet, "172.17.0"),
        None => text,
    }
}

/// Replaces ids, temporary names, hashes, times and process ids.
pub fn volatile(text: &str) -> String {
    static RULES: OnceLock<Vec<(Regex, &'static str)>> = OnceLock::new();
    let rules = RULES.get_or_init(|| {
        let id = format!("(?:sha256:)?{ID_MARK}0*([0-9a-f]+?)(?:0{{52}})?(?-u:\\b)");
        [
            (id.as_str(), "<ID$1>"),
            ("/tmp/[A-Za-z0-9_.-]+", "<TMP>"),
            ("(?-u:\\b)[0-9a-f]{40}(?-u:\\b)", "<SHA>"),
            (
                "(?-u:\\b)20[0-9]{2}-[0-9]{2}-[0-9]{2}[T ][0-9:.]+Z?",
                "<TIME>",
            ),
            ("(?-u:\\b)1[0-9]{9}(?-u:\\b)", "<TIME>"),
            ("(?-u:\\b)run\\.[0-9]{2,}(?-u:\\b)", "run.<N>"),
            ("DOKKU_PID=[0-9]+", "DOKKU_PID=<PID>"),
        ]
        .map(|(pattern, name)| (Regex::new(pattern).unwrap(), name))
        .into()
    });
    let mut text = text.to_owned();
    for (pattern, name) in rules {
        text = pattern.replace_all(&text, *name).into_owned();
    }
    text
}
