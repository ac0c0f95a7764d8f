//! The core plugins, a folder each, in firing order. What a plugin does lives in its folder; plugins
//! talk by each other's public domain functions or by triggers.

pub mod app_json;
pub mod apps;
pub mod builder_dockerfile;
pub mod builder_herokuish;
pub mod buildpacks;
pub mod certs;
pub mod checks;
pub mod common;
pub mod config;
pub mod docker_options;
pub mod domains;
pub mod enter;
pub mod events;
pub mod git;
pub mod logs;
pub mod network;
pub mod nginx_vhosts;
pub mod plugin;
pub mod proxy;
pub mod ps;
pub mod repo;
pub mod resource;
pub mod scheduler_docker_local;
pub mod shell;
pub mod ssh_keys;
pub mod standard;
pub mod storage;
pub mod tags;
pub mod tar;
#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
pub mod testing;
pub mod trace;

use crate::registry::{Registry, hook};
use crate::tools::template_host;

/// All core plugins.
pub static REGISTRY: Registry = Registry {
    plugins: &[
        &standard::PLUGIN,
        &events::PLUGIN,
        &app_json::PLUGIN,
        &apps::PLUGIN,
        &builder_dockerfile::PLUGIN,
        &builder_herokuish::PLUGIN,
        &buildpacks::PLUGIN,
        &certs::PLUGIN,
        &checks::PLUGIN,
        &common::PLUGIN,
        &config::PLUGIN,
        &docker_options::PLUGIN,
        &domains::PLUGIN,
        &enter::PLUGIN,
        &git::PLUGIN,
        &logs::PLUGIN,
        &network::PLUGIN,
        &nginx_vhosts::PLUGIN,
        &plugin::PLUGIN,
        &proxy::PLUGIN,
        &ps::PLUGIN,
        &repo::PLUGIN,
        &resource::PLUGIN,
        &scheduler_docker_local::PLUGIN,
        &shell::PLUGIN,
        &ssh_keys::PLUGIN,
        &storage::PLUGIN,
        &tags::PLUGIN,
        &tar::PLUGIN,
        &trace::PLUGIN,
    ],
    faces: &[
        hook("plugn", plugin::plugn::face),
        hook("procfile-util", ps::procfile_util::face),
        hook("sshcommand", ssh_keys::sshcommand::face),
        hook("sigil", template_host::sigil),
    ],
};
