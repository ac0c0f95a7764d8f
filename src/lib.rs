//! dokku-rs: a drop-in replacement for Dokku 0.20.4. `docs/architecture.md` tells how it is built.

#![cfg_attr(
    test,
    allow(clippy::disallowed_methods, reason = "tests prepare their own worlds")
)]

pub mod app;
pub mod boot;
pub mod cmd;
pub mod confirm;
pub mod ctx;
pub mod dispatch;
pub mod entry;
pub mod env;
pub mod exec;
pub mod facts;
pub mod failure;
pub mod flags;
pub mod formats;
pub mod help;
pub mod install;
pub mod interrupt;
pub mod paths;
pub mod plugins;
pub mod properties;
pub mod registry;
pub mod report;
pub mod settings;
pub mod store;
pub mod template;
pub mod tools;
pub mod triggers;
pub mod ui;
pub mod users;
