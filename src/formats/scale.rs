//! `DOKKU_SCALE`: `TYPE=COUNT` lines with comments (reference 31 §4, 30 §3.1 step 9). Which types a
//! new file gets is decided from the Procfile by [`super::procfile::scale_types`].

use super::procfile::scale_types;

/// The lines of a `DOKKU_SCALE` file, comments included, in file order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scale(Vec<String>);

/// One process type and how many containers of it shall run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScaleEntry {
    /// Process type, as written.
    pub process_type: String,
    /// Number of containers; whatever isn't a number counts as 0.
    pub count: u32,
}

impl Scale {
    /// Reads the file. Every text is a valid file; the last line may lack its newline.
    pub fn parse(text: &str) -> Self {
        Self(text.lines().map(str::to_owned).collect())
    }

    /// The file of an app that has none: one `web`, none of the Procfile's other types; without
    /// Procfile just one `web`.
    pub fn generate(procfile: Option<&str>) -> Self {
        let types = procfile.map_or_else(|| vec!["web".to_owned()], scale_types);
        let line = |name: &String| format!("{name}={}", u8::from(name == "web"));
        Self(types.iter().map(line).collect())
    }

    /// The entries that a deploy starts, in file order: comments and blank lines skipped, inline
    /// comments cut.
    pub fn entries(&self) -> Vec<ScaleEntry> {
        self.0.iter().filter_map(|line| entry(line)).collect()
    }

    /// The count of `process_type`; `None` when no entry names it.
    pub fn count(&self, process_type: &str) -> Option<u32> {
        let entry = self
            .entries()
            .into_iter()
            .rev()
            .find(|e| e.process_type == process_type);
        entry.map(|e| e.count)
    }

    /// The rows that `ps:scale APP` shows: every line that isn't blank, split at its first `=`.
    // Compat: comments are shown as if they were entries.
    pub fn rows(&self) -> Vec<(&str, &str)> {
        let shown = self.0.iter().filter(|line| !line.trim().is_empty());
        shown
            .map(|line| line.split_once('=').unwrap_or((line, "")))
            .collect()
    }

    /// Replaces the line of `process_type` or appends one; comments and other lines stay. The count
    /// is kept as it was given.
    pub fn set(&mut self, process_type: &str, count: &str) {
        let new = format!("{process_type}={count}");
        let mut found = false;
        for line in &mut self.0 {
            if names(line, process_type) {
                line.clone_from(&new);
                found = true;
            }
        }
        if !found {
            self.0.push(new);
        }
    }

    /// Appends `TYPE=0` for every type that has no line yet; tells whether there was any.
    pub fn declare<'a>(&mut self, types: impl IntoIterator<Item = &'a str>) -> bool {
        let before = self.0.len();
        for name in types {
            if !self.0.iter().any(|line| names(line, name)) {
                self.set(name, "0");
            }
        }
        self.0.len() > before
    }

    /// The content of the file, each line ended by a newline.
    pub fn to_text(&self) -> String {
        self.0.iter().map(|line| format!("{line}\n")).collect()
    }

    /// All words of the file on one line, as in `DOKKU_SCALE declares scale -> web=1 worker=0`.
    pub fn summary(&self) -> String {
        self.0
            .iter()
            .flat_map(|line| line.split_whitespace())
            .collect::<Vec<_>>()
            .join(" ")
    }
}

/// Whether `line` is the entry of `process_type`, compared literally.
fn names(line: &str, process_type: &str) -> bool {
    line.strip_prefix(process_type)
        .is_some_and(|rest| rest.starts_with('='))
}

fn entry(line: &str) -> Option<ScaleEntry> {
    let line = line.trim();
    if line.is_empty() || line.starts_with('#') {
        return None;
    }
    let comment = [line.rfind(" #"), line.rfind("\t#")]
        .into_iter()
        .flatten()
        .max();
    let line = comment.and_then(|at| line.get(..at)).unwrap_or(line);
    let (process_type, count) = line.split_once('=').unwrap_or((line, ""));
    Some(ScaleEntry {
        process_type: process_type.trim_end().to_owned(),
        count: count.trim().parse().unwrap_or(0),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(text: &str) -> Vec<(String, u32)> {
        Scale::parse(text)
            .entries()
            .into_iter()
            .map(|e| (e.process_type, e.count))
            .collect()
    }

    #[test]
    fn a_deploy_skips_comments_and_counts_nonsense_as_zero() {
        let text = "# c\n  web=2 # two\n\nworker=1\t# a # b\ncron=x\nrelease=\nlonely\nlast=3";
        let expected = [
            ("web", 2),
            ("worker", 0),
            ("cron", 0),
            ("release", 0),
            ("lonely", 0),
            ("last", 3),
        ];
        assert_eq!(
            entries(text),
            expected.map(|(name, count)| (name.to_owned(), count))
        );
    }

    #[test]
    fn a_generated_file_runs_web_only_and_is_sorted() {
        let procfile = "cron: a\nweb: b\nworker: c\ncustom: d\nrelease: e\n";
        let scale = Scale::generate(Some(procfile));
        assert_eq!(
            scale.to_text(),
            "cron=0\ncustom=0\nrelease=0\nweb=1\nworker=0\n"
        );
        assert_eq!(scale.summary(), "cron=0 custom=0 release=0 web=1 worker=0");
        assert_eq!(Scale::generate(None).to_text(), "web=1\n");
        assert_eq!(Scale::generate(Some("worker: x")).to_text(), "worker=0\n");
    }

    #[test]
    fn scaling_replaces_the_line_of_a_type_or_appends_one() {
        let mut scale = Scale::parse("# keep\nweb=1\nwebs=5");
        scale.set("web", "2");
        scale.set("w.b", "7");
        assert_eq!(scale.to_text(), "# keep\nweb=2\nwebs=5\nw.b=7\n");
        assert_eq!(scale.count("web"), Some(2));
        assert_eq!(scale.count("nope"), None);
    }

    #[test]
    fn new_types_are_declared_with_zero_at_the_end() {
        let mut scale = Scale::parse("web=2\n");
        assert!(scale.declare(["cron", "web", "cron"]));
        assert_eq!(scale.to_text(), "web=2\ncron=0\n");
        assert!(!scale.declare(["web"]));
    }

    #[test]
    fn the_display_shows_everything_that_is_not_blank() {
        let scale = Scale::parse("# note\n\nweb=2 # x\nlonely\na=b=c\n");
        assert_eq!(
            scale.rows(),
            [
                ("# note", ""),
                ("web", "2 # x"),
                ("lonely", ""),
                ("a", "b=c")
            ]
        );
    }
}
