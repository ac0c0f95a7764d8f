//! The program `common/prop` behind the shell library's property functions: scalars here, lists
//! beside them. Reference 02 §9.2.

use std::path::PathBuf;

use crate::ctx::Ctx;
use crate::failure::{Failure, Outcome, fail};
use crate::registry::Call;

/// `prop CMD PLUGIN [APP [PROPERTY [VALUE [INDEX]]]]`; an unknown CMD does nothing.
pub fn prop(ctx: &Ctx, call: &Call) -> Outcome {
    let one = Property {
        ctx,
        plugin: call.arg(1),
        app: call.arg(2),
        key: call.arg(3),
    };
    // Any other word would lead out of the store, and `destroy` empties what it is led to.
    for name in [one.plugin, one.app, one.key] {
        if name.contains('/') || matches!(name, "." | "..") {
            return fail(format!("Invalid name: {name}"));
        }
    }
    let value = call.arg(4);
    let store = ctx.properties(one.plugin);
    match call.arg(0) {
        "setup" => store.setup(),
        "set" => store.set(one.app, one.key, call.bytes(4)),
        "get" => one.show(one.value()),
        "get-with-default" => one.show(one.value_or(call.bytes(4))),
        "get-all" => one.show_all(),
        "exists" => holds(one.value().is_some()),
        "del" => store.delete(one.app, one.key),
        // Without a name upstream destroys what belongs to all apps, or to all plugins.
        "destroy" if one.plugin.is_empty() || one.app.is_empty() => Ok(()),
        "destroy" => store.destroy(one.app),
        "clone" => store.clone_to(one.app, one.key),
        "rpush" => one.push(value, call.arg(5)),
        "lset" => one.replace(value, call.arg(5)),
        "lrange" => one.show_items(),
        "lindex" => one.show_item(value),
        "lismember" => one.is_member(value),
        "llen" => one.show(Some(one.items().len().to_string().into_bytes())),
        "lrem" => one.remove(|item| item == value),
        "lrem-by-prefix" => one.remove(|item| item.starts_with(value)),
        _ => Ok(()),
    }
}

/// One property of one app.
struct Property<'a> {
    ctx: &'a Ctx,
    plugin: &'a str,
    app: &'a str,
    key: &'a str,
}

fn holds(is_so: bool) -> Outcome {
    Failure::from_status(i32::from(!is_so))
}

/// Upstream leaves without a word when an index is no number.
fn number(text: &str) -> Outcome<i64> {
    text.parse().map_err(|_| Failure::Status(1))
}

impl Property<'_> {
    fn dir(&self) -> PathBuf {
        self.ctx.paths.properties().join(self.plugin).join(self.app)
    }

    fn value(&self) -> Option<Vec<u8>> {
        self.ctx.properties(self.plugin).bytes(self.app, self.key)
    }

    /// The default is for a property that is not there, not for one that can't be read.
    fn value_or(&self, default: &[u8]) -> Option<Vec<u8>> {
        if self.dir().join(self.key).is_file() {
            self.value()
        } else {
            Some(default.to_owned())
        }
    }

    fn items(&self) -> Vec<String> {
        self.ctx.properties(self.plugin).list(self.app, self.key)
    }

    fn edit(&self, edit: impl FnOnce(&mut Vec<String>) -> Outcome) -> Outcome {
        self.ctx
            .properties(self.plugin)
            .edit_list(self.app, self.key, edit)
    }

    fn show(&self, value: Option<Vec<u8>>) -> Outcome {
        match value {
            Some(value) if !value.is_empty() => self.ctx.ui.line(value),
            // Not the same as a missing one: it could not be read.
            None if self.dir().join(self.key).is_file() => self.ctx.ui.warn(format!(
                "Unable to read {} property {}.{}",
                self.plugin, self.app, self.key
            )),
            _ => {}
        }
        Ok(())
    }

    fn show_all(&self) -> Outcome {
        let dir = self.dir();
        if !dir.exists() {
            return fail(format!("open {}: no such file or directory", dir.display()));
        }
        for (key, value) in self.ctx.properties(self.plugin).all(self.app)? {
            let value = value.strip_suffix('\n').unwrap_or(&value);
            self.ctx.ui.line(format!("{key} {value}"));
        }
        Ok(())
    }

    /// Appends, or inserts before the INDEX-th item, counted from 1.
    fn push(&self, value: &str, index: &str) -> Outcome {
        let index = if index.is_empty() { 0 } else { number(index)? };
        // Compat: a negative place drops the value without a word.
        let Ok(place) = usize::try_from(index) else {
            return Ok(());
        };
        self.edit(|items| {
            let at = place.checked_sub(1).unwrap_or(items.len());
            items.insert(at.min(items.len()), value.trim().to_owned());
            Ok(())
        })
    }

    /// Replaces the INDEX-th item, counted from 0; behind the end it is appended.
    fn replace(&self, value: &str, index: &str) -> Outcome {
        // Compat: a negative place drops the value without a word.
        let Ok(at) = usize::try_from(number(index)?) else {
            return Ok(());
        };
        let value = value.trim().to_owned();
        self.edit(|items| {
            match items.get_mut(at) {
                Some(item) => *item = value,
                None => items.push(value),
            }
            Ok(())
        })
    }

    fn show_items(&self) -> Outcome {
        for item in self.items() {
            self.ctx.ui.line(item);
        }
        Ok(())
    }

    fn show_item(&self, index: &str) -> Outcome {
        let at = usize::try_from(number(index)?).ok();
        match at.and_then(|at| self.items().into_iter().nth(at)) {
            Some(item) => {
                self.ctx.ui.line(item);
                Ok(())
            }
            None => fail("Index not found"),
        }
    }

    fn is_member(&self, value: &str) -> Outcome {
        if self.items().iter().any(|item| item == value) {
            return Ok(());
        }
        fail("Value not found")
    }

    fn remove(&self, is_gone: impl Fn(&str) -> bool) -> Outcome {
        let file = self.dir().join(self.key);
        if !file.exists() {
            return fail(format!(
                "open {}: no such file or directory",
                file.display()
            ));
        }
        self.edit(|items| {
            let before = items.len();
            items.retain(|item| !is_gone(item));
            if items.len() == before {
                return fail("Property not found, nothing was removed");
            }
            Ok(())
        })
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::env::Env;
    use crate::failure::code_of;
    use crate::plugins::REGISTRY;

    /// A property store of its own, and what a call prints with its exit code.
    struct Scratch {
        ctx: Ctx,
        _dir: tempfile::TempDir,
    }

    impl Scratch {
        fn new() -> Self {
            let dir = tempfile::tempdir().unwrap();
            let mut env = Env::default();
            env.set("DOKKU_LIB_ROOT", dir.path());
            Self {
                ctx: Ctx::new(env, &REGISTRY, Vec::new()),
                _dir: dir,
            }
        }

        fn prop(&self, words: &[&str]) -> (String, i32) {
            let call = Call::of("prop", words);
            let (bytes, outcome) = self.ctx.ui.capture(|| prop(&self.ctx, &call));
            (String::from_utf8(bytes).unwrap(), code_of(&outcome))
        }

        fn list(&self) -> String {
            self.prop(&["lrange", "p", "a", "l"]).0
        }
    }

    #[test]
    fn an_empty_value_exists_and_hides_the_default() {
        let scratch = Scratch::new();
        assert_eq!(
            scratch.prop(&["get-with-default", "p", "a", "k", "d"]).0,
            "d\n"
        );
        scratch.prop(&["set", "p", "a", "k", ""]);
        assert_eq!(scratch.prop(&["exists", "p", "a", "k"]).1, 0);
        assert_eq!(
            scratch.prop(&["get-with-default", "p", "a", "k", "d"]),
            (String::new(), 0)
        );
        scratch.prop(&["set", "p", "a", "k", "100%"]);
        assert_eq!(scratch.prop(&["get-all", "p", "a"]).0, "k 100%\n");
        assert_eq!(scratch.prop(&["del", "p", "a", "k"]).1, 0);
        assert_eq!(scratch.prop(&["del", "p", "a", "k"]).1, 1);
        assert_eq!(scratch.prop(&["exists", "p", "a", "k"]).1, 1);
        assert_eq!(scratch.prop(&["get-all", "p", "none"]).1, 1);
    }

    #[test]
    fn bytes_that_are_no_text_come_back_as_they_were() {
        use std::os::unix::ffi::OsStringExt;
        let scratch = Scratch::new();
        let words = ["set", "p", "a", "k"].map(std::ffi::OsString::from);
        let value = std::ffi::OsString::from_vec(b"caf\xe9".to_vec());
        let words = words.into_iter().chain([value]).collect();
        prop(&scratch.ctx, &Call::new("prop", words)).unwrap();
        let get = Call::of("prop", &["get", "p", "a", "k"]);
        let (bytes, _) = scratch.ctx.ui.capture(|| prop(&scratch.ctx, &get));
        assert_eq!(bytes, b"caf\xe9\n");
    }

    #[test]
    fn a_missing_name_destroys_nothing_and_none_leads_out_of_the_store() {
        let scratch = Scratch::new();
        scratch.prop(&["set", "p", "a", "k", "v"]);
        for words in [
            &["destroy", "p", ""] as &[_],
            &["destroy", "", ""],
            &["destroy"],
        ] {
            assert_eq!(scratch.prop(words).1, 0);
        }
        for words in [
            &["destroy", "p", ".."] as &[_],
            &["destroy", "p", "."],
            &["destroy", "p", "../p"],
            &["destroy", "..", "config"],
            &["set", "p", "a", "../../../x", "v"],
            &["setup", "../x"],
        ] {
            assert_eq!(scratch.prop(words).1, 1);
        }
        assert_eq!(scratch.prop(&["get", "p", "a", "k"]).0, "v\n");
        assert_eq!(scratch.prop(&["destroy", "p", "_all_"]).1, 0);
        assert_eq!(scratch.prop(&["exists", "p", "a", "k"]).1, 1);
    }

    #[test]
    fn items_are_pushed_before_a_place_and_replaced_at_an_index() {
        let scratch = Scratch::new();
        for (value, index) in [("b", ""), (" a ", "1"), ("z", "99"), ("c", "3")] {
            scratch.prop(&["rpush", "p", "a", "l", value, index]);
        }
        assert_eq!(scratch.list(), "a\nb\nc\nz\n");
        scratch.prop(&["lset", "p", "a", "l", "B", "1"]);
        scratch.prop(&["lset", "p", "a", "l", "end", "9"]);
        assert_eq!(scratch.list(), "a\nB\nc\nz\nend\n");
        assert_eq!(scratch.prop(&["rpush", "p", "a", "l", "v", "x"]).1, 1);
        assert_eq!(scratch.prop(&["llen", "p", "a", "l"]).0, "5\n");
        assert_eq!(scratch.prop(&["lindex", "p", "a", "l", "1"]).0, "B\n");
        assert_eq!(scratch.prop(&["lindex", "p", "a", "l", "7"]).1, 1);
    }

    #[test]
    fn a_negative_place_drops_the_value_without_a_word() {
        let scratch = Scratch::new();
        scratch.prop(&["rpush", "p", "a", "l", "one"]);
        assert_eq!(scratch.prop(&["rpush", "p", "a", "l", "v", "-1"]).1, 0);
        assert_eq!(scratch.prop(&["lset", "p", "a", "l", "v", "-1"]).1, 0);
        assert_eq!(scratch.list(), "one\n");
    }

    #[test]
    fn equal_items_and_prefixes_are_removed_and_none_is_an_error() {
        let scratch = Scratch::new();
        for value in ["ab", "ac", "b", "ab"] {
            scratch.prop(&["rpush", "p", "a", "l", value]);
        }
        assert_eq!(scratch.prop(&["lismember", "p", "a", "l", "b"]).1, 0);
        assert_eq!(scratch.prop(&["lrem", "p", "a", "l", "ab"]).1, 0);
        assert_eq!(scratch.prop(&["lrem", "p", "a", "l", "ab"]).1, 1);
        assert_eq!(scratch.prop(&["lrem-by-prefix", "p", "a", "l", "a"]).1, 0);
        assert_eq!(scratch.list(), "b\n");
        assert_eq!(scratch.prop(&["lrem", "p", "a", "none", "x"]).1, 1);
    }
}
