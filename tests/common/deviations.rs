//! Reviewed lists of differences from the records: `deviations.toml` beside the tests.

use std::fmt::Write as _;

use serde::Deserialize;

use super::record::{Part, Record};

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
    /// Whether it depends on the machine that runs the test, so that all or some of it may be missing.
    #[serde(default)]
    pub sometimes: bool,
    /// Why it is right.
    pub why: String,
}

/// A difference that is meant wherever it occurs.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// What the comparison calls it.
    pub name: String,
    /// A transcript in which it occurs, without `.jsonl`.
    pub seen_in: String,
    /// Why it is right.
    pub why: String,
}

/// What other programs of the recorded machine said on stderr, which the reference calls an
/// accident of that machine or noise: the product leaves it out, to the byte.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Noise {
    /// File name without `.jsonl`.
    pub transcript: String,
    /// Lines of the transcript, from 1: the same words in each.
    pub lines: Vec<usize>,
    /// Whole lines, as they stand in the record once.
    pub words: String,
    /// Where the reference says so.
    pub why: String,
}

/// A whole list.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct List {
    /// Differences of single commands.
    #[serde(default)]
    pub deviation: Vec<Deviation>,
    /// Differences of many.
    #[serde(default)]
    pub rule: Vec<Rule>,
    /// Words of the recorded machine.
    #[serde(default)]
    pub noise: Vec<Noise>,
}

impl List {
    /// What is listed of a command.
    pub fn of(&self, transcript: &str, line: usize) -> Option<&Deviation> {
        let mut all = self.deviation.iter();
        all.find(|deviation| deviation.transcript == transcript && deviation.line == line)
    }

    /// The record without the words of other programs that are listed for it.
    pub fn without_noise(&self, mut record: Record, transcript: &str, line: usize) -> Record {
        for noise in &self.noise {
            if noise.transcript == transcript && noise.lines.contains(&line) {
                let parts: Vec<&str> = record.stderr.split(&noise.words).collect();
                assert_eq!(parts.len(), 2, "{transcript} line {line}: no such noise");
                record.stderr = parts.concat();
            }
        }
        record
    }
}

/// The list that a file holds.
pub fn parse(text: &str) -> List {
    let list: List = toml::from_str(text).unwrap();
    for deviation in &list.deviation {
        let at = format!("{} line {}", deviation.transcript, deviation.line);
        assert!(deviation.why.len() > 20, "{at}: say why");
        assert!(!deviation.parts.is_empty(), "{at}: say what differs");
    }
    for rule in &list.rule {
        assert!(rule.why.len() > 20, "{}: say why", rule.name);
    }
    for noise in &list.noise {
        let at = format!("{} lines {:?}", noise.transcript, noise.lines);
        assert!(noise.why.contains("reference "), "{at}: cite the reference");
        assert!(noise.words.ends_with('\n'), "{at}: whole lines");
    }
    list
}

/// What is wrong with a run: parts that differ and are not listed, or the other way round.
pub fn judge(differences: &[(Part, String)], known: Option<&Deviation>) -> Option<String> {
    let mut parts: Vec<Part> = differences.iter().map(|(part, _)| *part).collect();
    let mut listed = known.map(|known| known.parts.clone()).unwrap_or_default();
    parts.sort_unstable();
    listed.sort_unstable();
    let may_miss = known.is_some_and(|known| known.sometimes);
    if parts == listed || may_miss && parts.iter().all(|part| listed.contains(part)) {
        return None;
    }
    let mut text = format!("  differs in {parts:?}, listed are {listed:?}\n");
    for (part, sides) in differences {
        let _ = writeln!(text, "  {part:?}: {sides}");
    }
    Some(text)
}
