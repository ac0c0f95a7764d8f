//! The `common` plugin: what upstream's `common/functions` holds for all others: schedulers,
//! images, containers, receive and release, cleanup, urls. Reference 02, 04 §3–§4.

pub mod backup;
pub mod cleanup;
pub mod containers;
pub mod docker_args;
pub mod feed;
pub mod files;
mod functions;
pub mod images;
pub mod lock;
mod process;
mod prop;
pub mod release;
pub mod scheduler;
pub mod state;
pub mod undo;
pub mod urls;

use crate::registry::{Dialect, EMPTY, HelpStyle, Plugin, hook};

/// Its table.
pub const PLUGIN: Plugin = Plugin {
    name: "common",
    namespace: "common",
    dialect: Dialect::Shell,
    about: "",
    help: HelpStyle::None,
    functions: &[
        hook("docker_cleanup", functions::docker_cleanup),
        hook("dokku_receive", functions::dokku_receive),
        hook("fn-help-content", functions::help_content),
        hook("get_app_urls", functions::get_app_urls),
        hook("internal_get_app_urls", functions::internal_get_app_urls),
        hook("release_and_deploy", functions::release_and_deploy),
    ],
    programs: &[hook("fn", functions::program), hook("prop", prop::prop)],
    ..EMPTY
};
