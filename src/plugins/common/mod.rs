//! The `common` plugin: what upstream's `common/functions` holds for all others: schedulers,
//! images, containers, receive and release, cleanup, urls. Reference 02, 04 §3–§4.

pub mod cleanup;
pub mod containers;
pub mod docker_args;
pub mod feed;
pub mod files;
pub mod images;
pub mod lock;
mod prop;
pub mod release;
pub mod scheduler;
pub mod urls;

use crate::registry::{Dialect, EMPTY, HelpStyle, Plugin, hook};

/// Its table.
pub const PLUGIN: Plugin = Plugin {
    name: "common",
    namespace: "common",
    dialect: Dialect::Shell,
    about: "",
    help: HelpStyle::None,
    programs: &[hook("prop", prop::prop)],
    ..EMPTY
};
