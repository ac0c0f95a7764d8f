//! The only place that prints. Stdout passes through a stack of sinks, so that a hook's output can
//! be captured and a build's lines prefixed, whether they come from this process or from a child
//! (reference 01 §6, 12 §5.4).

use std::cell::{Cell, RefCell};
use std::io::{self, IsTerminal, Read, Write};
use std::rc::Rc;

/// Bytes in front of each line of a source build: back to column 1.
pub const COLUMN_ONE: &[u8] = b"\x1b[1G";

enum Sink {
    Capture(Vec<u8>),
    Prefix { at_line_start: bool },
}

/// Printer with Dokku's line formats. Cheap to clone; clones share the sinks.
#[derive(Clone)]
pub struct Ui {
    sinks: Rc<RefCell<Vec<Sink>>>,
    broken: Rc<Cell<bool>>,
    quiet: bool,
}

impl Ui {
    /// A printer to the real stdout; `quiet` hides the `_quiet` lines.
    pub fn new(quiet: bool) -> Self {
        Self {
            sinks: Rc::default(),
            broken: Rc::default(),
            quiet,
        }
    }

    /// The same printer with another quiet setting.
    pub fn with_quiet(&self, quiet: bool) -> Self {
        Self {
            quiet,
            ..self.clone()
        }
    }

    /// Whether `_quiet` lines are hidden (`DOKKU_QUIET_OUTPUT`).
    pub fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// Whether the reader of stdout went away.
    pub fn is_broken(&self) -> bool {
        self.broken.get()
    }

    /// Whether output goes straight to the process's stdout, so that a child may inherit it.
    pub fn is_direct(&self) -> bool {
        self.sinks.borrow().is_empty()
    }

    /// Writes bytes to stdout.
    pub fn write(&self, bytes: &[u8]) {
        let mut sinks = self.sinks.borrow_mut();
        let depth = sinks.len();
        self.write_at(&mut sinks, depth, bytes);
    }

    fn write_at(&self, sinks: &mut [Sink], depth: usize, bytes: &[u8]) {
        let Some((top, below)) = sinks.get_mut(..depth).and_then(<[Sink]>::split_last_mut) else {
            let mut out = io::stdout().lock();
            if out.write_all(bytes).and_then(|()| out.flush()).is_err() {
                self.broken.set(true);
            }
            return;
        };
        match top {
            Sink::Capture(buffer) => buffer.extend_from_slice(bytes),
            Sink::Prefix { at_line_start } => {
                let prefixed = prefix_lines(bytes, at_line_start);
                let depth = below.len();
                self.write_at(below, depth, &prefixed);
            }
        }
    }

    /// Runs `work` and returns what it printed (its children's stdout included) with its result.
    pub fn capture<T>(&self, work: impl FnOnce() -> T) -> (Vec<u8>, T) {
        self.sinks.borrow_mut().push(Sink::Capture(Vec::new()));
        let result = work();
        match self.sinks.borrow_mut().pop() {
            Some(Sink::Capture(buffer)) => (buffer, result),
            _ => (Vec::new(), result),
        }
    }

    /// Runs `work` with `ESC[1G` in front of each line it prints.
    pub fn prefixed<T>(&self, work: impl FnOnce() -> T) -> T {
        self.sinks.borrow_mut().push(Sink::Prefix {
            at_line_start: true,
        });
        let result = work();
        self.sinks.borrow_mut().pop();
        result
    }

    /// Copies a child's output to stdout as it comes.
    pub fn pump(&self, mut from: impl Read) -> io::Result<()> {
        let mut buffer = [0; 8192];
        loop {
            match from.read(&mut buffer) {
                Ok(0) => return Ok(()),
                Ok(n) => self.write(buffer.get(..n).unwrap_or_default()),
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return Err(e),
            }
        }
    }

    /// TEXT and a newline.
    pub fn line(&self, text: impl AsRef<[u8]>) {
        self.put("", text.as_ref());
    }

    /// TEXT and a newline, unless quiet.
    pub fn line_quiet(&self, text: impl AsRef<[u8]>) {
        self.unless_quiet("", text.as_ref());
    }

    /// `-----> TEXT`.
    pub fn info1(&self, text: impl AsRef<[u8]>) {
        self.put("-----> ", text.as_ref());
    }

    /// `-----> TEXT`, unless quiet.
    pub fn info1_quiet(&self, text: impl AsRef<[u8]>) {
        self.unless_quiet("-----> ", text.as_ref());
    }

    /// `=====> TEXT`.
    pub fn info2(&self, text: impl AsRef<[u8]>) {
        self.put("=====> ", text.as_ref());
    }

    /// `=====> TEXT`, unless quiet.
    pub fn info2_quiet(&self, text: impl AsRef<[u8]>) {
        self.unless_quiet("=====> ", text.as_ref());
    }

    /// TEXT behind seven blanks.
    pub fn verbose(&self, text: impl AsRef<[u8]>) {
        self.put("       ", text.as_ref());
    }

    /// TEXT behind seven blanks, unless quiet.
    pub fn verbose_quiet(&self, text: impl AsRef<[u8]>) {
        self.unless_quiet("       ", text.as_ref());
    }

    /// ` !     TEXT` on stdout.
    pub fn exclaim(&self, text: impl AsRef<[u8]>) {
        self.put(" !     ", text.as_ref());
    }

    /// ` !     TEXT` on stderr.
    pub fn warn(&self, text: impl AsRef<[u8]>) {
        self.err([b" !     ", text.as_ref()].concat());
    }

    /// ` !     TEXT` on stderr, unless quiet.
    pub fn warn_quiet(&self, text: impl AsRef<[u8]>) {
        if !self.quiet {
            self.warn(text);
        }
    }

    /// TEXT and a newline on stderr.
    pub fn err(&self, text: impl AsRef<[u8]>) {
        self.err_bytes(&[text.as_ref(), b"\n"].concat());
    }

    /// Bytes on stderr, as they are.
    pub fn err_bytes(&self, bytes: &[u8]) {
        // Nobody is left to tell when stderr is closed.
        let _ = io::stderr().lock().write_all(bytes);
    }

    fn put(&self, prefix: &str, text: &[u8]) {
        self.write(&[prefix.as_bytes(), text, b"\n"].concat());
    }

    fn unless_quiet(&self, prefix: &str, text: &[u8]) {
        if !self.quiet {
            self.put(prefix, text);
        }
    }
}

/// Whether stdin is a terminal.
pub fn stdin_is_terminal() -> bool {
    io::stdin().is_terminal()
}

fn prefix_lines(bytes: &[u8], at_line_start: &mut bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() + 64);
    for &byte in bytes {
        if *at_line_start {
            out.extend_from_slice(COLUMN_ONE);
        }
        out.push(byte);
        *at_line_start = byte == b'\n';
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn captured_output_is_returned_and_prefixes_nest_inside_it() {
        let ui = Ui::new(false);
        let (bytes, ()) = ui.capture(|| {
            ui.prefixed(|| {
                ui.info1("one");
                ui.line("");
                ui.write(b"two");
                ui.write(b" parts\n");
            });
            ui.verbose("plain");
        });
        assert_eq!(
            String::from_utf8_lossy(&bytes),
            "\x1b[1G-----> one\n\x1b[1G\n\x1b[1Gtwo parts\n       plain\n"
        );
    }

    #[test]
    fn quiet_hides_only_the_quiet_lines() {
        let ui = Ui::new(true);
        let (bytes, ()) = ui.capture(|| {
            ui.info1_quiet("hidden");
            ui.info2("shown");
        });
        assert_eq!(bytes, b"=====> shown\n");
    }
}
