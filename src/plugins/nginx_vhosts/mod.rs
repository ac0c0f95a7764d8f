//! The `nginx-vhosts` plugin: nginx as the proxy of apps. It writes each app's `nginx.conf` out of
//! a template, checks and loads it. Reference 40.

mod build;
mod certificate;
mod commands;
mod error;
mod functions;
mod hsts;
mod install;
mod logs;
mod names;
mod ports;
mod property;
mod references;
mod report;
mod server;
mod template;
mod triggers;
mod unserved;
mod urls;
mod validate;
mod variables;

pub use build::build;
pub use error::NginxError;
pub use ports::random_open_port;
pub use references::{remove_naming, rename_in_config};
pub use triggers::is_ours;
pub use validate::is_usable;

use crate::registry::{Dialect, EMPTY, HelpStyle, Plugin, command, hidden, hook};

/// Its table.
pub const PLUGIN: Plugin = Plugin {
    name: "nginx-vhosts",
    namespace: "nginx",
    dialect: Dialect::Shell,
    about: "Manage the nginx proxy",
    help: HelpStyle::Summary,
    commands: &[
        command(
            "nginx:access-logs",
            "<app> [-t]",
            "Show the nginx access logs for an application (-t follows)",
            logs::access_logs,
        ),
        command(
            "nginx:build-config",
            "<app>",
            "(Re)builds nginx config for given app",
            commands::build_config,
        ),
        command(
            "nginx:error-logs",
            "<app> [-t]",
            "Show the nginx error logs for an application (-t follows)",
            logs::error_logs,
        ),
        command(
            "nginx:report",
            "[<app>] [<flag>]",
            "Displays an nginx report for one or more apps",
            report::report,
        ),
        command(
            "nginx:set",
            "<app> <property> (<value>)",
            "Set or clear an nginx property for an app",
            property::set,
        ),
        command(
            "nginx:show-config",
            "<app>",
            "Display app nginx config",
            commands::show_config,
        ),
        command(
            "nginx:validate-config",
            "[<app>] [--clean]",
            "Validates and optionally cleans up invalid nginx configurations",
            commands::validate_config,
        ),
        hidden("nginx:show-conf", commands::show_conf),
        hidden("nginx:validate", commands::validate),
    ],
    hooks: &[
        hook("core-post-deploy", triggers::core_post_deploy),
        hook("dependencies", install::dependencies),
        hook("install", install::install),
        hook("post-app-clone-setup", triggers::post_app_clone_setup),
        hook("post-app-rename-setup", triggers::post_app_rename_setup),
        hook("post-delete", triggers::post_delete),
        hook("post-domains-update", triggers::post_update),
        hook("post-proxy-ports-update", triggers::post_update),
        hook("pre-disable-vhost", triggers::forget_ports),
        hook("pre-enable-vhost", triggers::forget_ports),
        hook("proxy-build-config", triggers::proxy_build_config),
        hook("proxy-clear-config", triggers::proxy_clear_config),
        hook("proxy-disable", triggers::proxy_disable),
        hook("proxy-enable", triggers::proxy_enable),
        hook("report", report::hook),
    ],
    functions: &[
        hook("configure_nginx_ports", functions::configure_ports),
        hook("fn-nginx-vhosts-manage-hsts", functions::manage_hsts),
        hook("fn-nginx-vhosts-nginx-init-cmd", functions::init),
        hook("get_custom_nginx_template", functions::custom_template),
        hook("nginx_build_config", functions::build_config),
        hook("validate_ssl_domains", functions::validate_ssl_domains),
    ],
    ..EMPTY
};
