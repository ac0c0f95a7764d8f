//! Which container of this machine a numbered id of a record (`<ID43>`) stands for.

use std::collections::BTreeMap;

use regex::Regex;

/// Numbered ids and what they turned out to be.
#[derive(Default)]
pub struct Ids(BTreeMap<String, String>);

impl Ids {
    /// From now on a numbered id means this container.
    pub fn bind(&mut self, name: &str, id: &str) {
        self.0.insert(name.to_owned(), id.trim().to_owned());
    }

    /// Whether a text agrees with a recorded one: `<IDn>` is its container where that is known and
    /// any id where it isn't, other placeholders are anything within a line.
    pub fn agree(&self, want: &str, got: &str) -> bool {
        want == got || self.pattern(want).is_match(got)
    }

    fn pattern(&self, want: &str) -> Regex {
        let placeholder =
            Regex::new("<(ID|SHA|TMP|TIME|IP|NAME|PID|N|UNAME|MEMORY)[0-9]*>").unwrap();
        let mut pattern = "^".to_owned();
        let mut last = 0;
        for hit in placeholder.captures_iter(want) {
            let whole = hit.get(0).unwrap();
            pattern += &regex::escape(&want[last..whole.start()]);
            pattern += &self.one(whole.as_str(), &hit[1]);
            last = whole.end();
        }
        pattern += &regex::escape(&want[last..]);
        Regex::new(&(pattern + "$")).unwrap()
    }

    fn one(&self, name: &str, kind: &str) -> String {
        match (kind, self.0.get(name)) {
            // Texts and argv name a container in short or in full.
            ("ID", Some(id)) => {
                let (short, rest) = id.split_at(id.len().min(12));
                format!("{short}(?:{rest})?")
            }
            ("ID", None) => "[0-9a-f]{12,64}".to_owned(),
            _ => "[^\n]*?".to_owned(),
        }
    }
}

#[test]
fn a_known_id_is_that_container_and_an_unknown_one_is_any() {
    let mut ids = Ids::default();
    let (one, two) = ("1".repeat(64), "2".repeat(64));
    assert!(ids.agree("start <ID1>", &format!("start {one}")));
    ids.bind("<ID1>", &one);
    assert!(ids.agree("start <ID1>", &format!("start {one}")));
    assert!(ids.agree("start <ID1>", &format!("start {}", &one[..12])));
    assert!(!ids.agree("start <ID1>", &format!("start {two}")));
    assert!(!ids.agree("start <ID1> <ID2>", &format!("start {one}")));
}
