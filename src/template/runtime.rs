//! What the renderings of one call share: the host, the environment with its layers, the search
//! path, and the limits that make every template end.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use super::Options;
use super::host::Host;

/// Work one call may do, in bytes touched: far beyond any honest template, a second or so of time.
const FUEL: usize = 1 << 28;

/// What any step costs, in the unit of [`FUEL`].
pub const STEP: usize = 64;

/// Deepest nesting of blocks, pipelines and templates under execution.
const MAX_DEPTH: usize = 200;

/// Levels that a nested rendering counts for: it has a parser and an executor of its own.
const RENDERING: usize = 20;

/// Variables that a rendering adds to the environment.
pub type EnvLayer = BTreeMap<String, String>;

/// The state shared by a rendering and those nested in it.
pub struct Runtime<'h> {
    /// The world outside.
    pub host: &'h dyn Host,
    /// The caller's choices.
    pub options: &'h Options,
    layers: RefCell<Vec<EnvLayer>>,
    directories: RefCell<Vec<String>>,
    fuel: Cell<usize>,
    depth: Cell<usize>,
}

impl<'h> Runtime<'h> {
    /// A fresh state with all fuel.
    pub fn new(host: &'h dyn Host, options: &'h Options) -> Self {
        Self {
            host,
            options,
            layers: RefCell::new(Vec::new()),
            directories: RefCell::new(Vec::new()),
            fuel: Cell::new(FUEL),
            depth: Cell::new(0),
        }
    }

    /// Pays for `work` bytes; fails when the call has done too much.
    pub fn charge(&self, work: usize) -> Result<(), String> {
        let left = self
            .fuel
            .get()
            .checked_sub(work)
            .ok_or("template does too much work")?;
        self.fuel.set(left);
        Ok(())
    }

    /// Pays for `count` times `size` bytes.
    pub fn charge_product(&self, count: usize, size: usize) -> Result<(), String> {
        self.charge(count.saturating_mul(size))
    }

    /// Goes one level deeper; [`Runtime::leave`] undoes it (a failure ends the whole call).
    pub fn enter(&self) -> Result<(), String> {
        self.descend(1)
    }

    /// Goes into a nested rendering; [`Runtime::leave_rendering`] undoes it.
    pub fn enter_rendering(&self) -> Result<(), String> {
        self.descend(RENDERING)
    }

    fn descend(&self, levels: usize) -> Result<(), String> {
        self.depth.set(self.depth.get() + levels);
        if self.depth.get() > MAX_DEPTH {
            return Err("exceeded maximum template depth".to_owned());
        }
        self.charge(STEP)
    }

    /// Comes back from a level.
    pub fn leave(&self) {
        self.depth.set(self.depth.get() - 1);
    }

    /// Comes back from a nested rendering.
    pub fn leave_rendering(&self) {
        self.depth.set(self.depth.get() - RENDERING);
    }

    /// An environment variable, the innermost rendering's first.
    pub fn env(&self, name: &str) -> Option<String> {
        let layers = self.layers.borrow();
        let own = layers
            .iter()
            .rev()
            .find_map(|layer| layer.get(name))
            .cloned();
        own.or_else(|| self.host.env(name))
    }

    /// Runs `render` with further environment variables and, maybe, a directory at the head of the
    /// search path.
    pub fn with_layer<T>(
        &self,
        layer: EnvLayer,
        directory: Option<String>,
        render: impl FnOnce() -> T,
    ) -> T {
        let known = self.directories.borrow().len();
        self.layers.borrow_mut().push(layer);
        self.directories.borrow_mut().extend(directory);
        let result = render();
        self.directories.borrow_mut().truncate(known);
        self.layers.borrow_mut().pop();
        result
    }

    /// The directories that are searched for files, in order.
    pub fn search_path(&self) -> Vec<String> {
        let inner = self.directories.borrow();
        inner
            .iter()
            .rev()
            .chain(&self.options.search_path)
            .cloned()
            .collect()
    }
}
