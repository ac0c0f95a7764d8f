//! The reviewed list of differences from the records, `tests/it/deviations.toml`.

use serde::Deserialize;

use super::record::Part;

/// One difference that is meant.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deviation {
    /// File name without `.jsonl`.
    pub transcript: String,
    /// Line of the transcript, from 1.
    pub line: usize,
    /// Its command, so that the list can be read alone.
    pub cmd: String,
    /// What differs.
    pub parts: Vec<Part>,
    /// Why it is right.
    pub why: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    #[serde(default)]
    deviation: Vec<Deviation>,
}

/// The whole list.
pub fn all() -> Vec<Deviation> {
    let list: List = toml::from_str(include_str!("../deviations.toml")).unwrap();
    for deviation in &list.deviation {
        let at = format!("{} line {}", deviation.transcript, deviation.line);
        assert!(deviation.why.len() > 20, "{at}: say why");
        assert!(!deviation.parts.is_empty(), "{at}: say what differs");
    }
    list.deviation
}
