//! The `common` plugin: what upstream's `common/functions` holds for all others: schedulers,
//! images, containers, receive and release, cleanup, urls. Reference 02, 04 §3–§4.

pub mod cleanup;
pub mod containers;
pub mod files;
pub mod images;
pub mod lock;
pub mod release;
pub mod scheduler;
pub mod urls;

use crate::registry::{Dialect, EMPTY, HelpStyle, Plugin};

/// Its table.
pub const PLUGIN: Plugin = Plugin {
    name: "common",
    namespace: "common",
    dialect: Dialect::Shell,
    about: "",
    help: HelpStyle::None,
    ..EMPTY
};
