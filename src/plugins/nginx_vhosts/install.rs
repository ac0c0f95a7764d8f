//! What the plugin needs of the machine: packages, sudoers line, nginx's global files, error
//! pages. Reference 40 §9.

use std::collections::BTreeSet;
use std::path::Path;

use super::{property, server};
use crate::app::App;
use crate::cmd::{Cmd, Effect, Stdin};
use crate::ctx::Ctx;
use crate::failure::{Failure, Outcome};
use crate::formats::nginx_conf::http_directives;
use crate::plugins::config::{self, Restart};
use crate::registry::Call;
use crate::settings::Scope;

const ERROR_PAGES: [(&str, &str); 4] = [
    (
        "400-error.html",
        include_str!("../../../plugins/nginx-vhosts/templates/400-error.html"),
    ),
    (
        "404-error.html",
        include_str!("../../../plugins/nginx-vhosts/templates/404-error.html"),
    ),
    (
        "500-error.html",
        include_str!("../../../plugins/nginx-vhosts/templates/500-error.html"),
    ),
    (
        "502-error.html",
        include_str!("../../../plugins/nginx-vhosts/templates/502-error.html"),
    ),
];

const CIPHERS: &str = "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:\
    ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:\
    ECDHE-RSA-CHACHA20-POLY1305:DHE-RSA-AES128-GCM-SHA256:DHE-RSA-AES256-GCM-SHA384";

/// Variables of old apps and their names now.
const MIGRATED: [(&str, &str); 2] = [
    ("DOKKU_NGINX_PORT", "DOKKU_PROXY_PORT"),
    ("DOKKU_NGINX_SSL_PORT", "DOKKU_PROXY_SSL_PORT"),
];

/// `dependencies`: nginx and the DNS tools.
pub fn dependencies(ctx: &Ctx, _call: &Call) -> Outcome {
    let has_nginx = server::location(ctx).is_ok();
    match packages(ctx.env.get("DOKKU_DISTRO"), has_nginx) {
        Some(cmd) => ctx.run(&cmd),
        None => Ok(()),
    }
}

fn packages(distro: &str, has_nginx: bool) -> Option<Cmd> {
    let apt = || {
        let options = ["--force-confdef", "--force-confold"];
        let options = options.map(|option| format!("Dpkg::Options::={option}"));
        Cmd::new("apt-get")
            .arg("install")
            .args(options.into_iter().flat_map(|o| ["-o".to_owned(), o]))
            .args(["-qq", "-y", "nginx", "dnsutils"])
            .env("DEBIAN_FRONTEND", "noninteractive")
    };
    let cmd = match distro {
        "debian" => apt(),
        "ubuntu" if !has_nginx => apt(),
        "opensuse" => Cmd::new("zypper").args(["-q", "in", "-y", "nginx", "bind-utils"]),
        "arch" => Cmd::new("pacman").args([
            "-S",
            "--noconfirm",
            "--noprogressbar",
            "--needed",
            "nginx",
            "bind-tools",
        ]),
        _ => return None,
    };
    Some(cmd.stdin(Stdin::Null).effect(Effect::None))
}

/// `install`
pub fn install(ctx: &Ctx, _call: &Call) -> Outcome {
    ctx.properties(property::STORE).setup()?;
    let binary = server::location(ctx)?;
    write_sudoers(ctx, &binary)?;
    write_global_config(ctx)?;
    prepare_logs(ctx)?;
    write_error_pages(ctx)?;
    migrate(ctx)?;
    start(ctx);
    Ok(())
}

fn write_sudoers(ctx: &Ctx, binary: &str) -> Outcome {
    let file = format!("/etc/sudoers.d/dokku-{}", server::service(ctx));
    let group = match ctx.env.get("DOKKU_SYSTEM_GROUP") {
        "" => "dokku",
        group => group,
    };
    let init = server::init_command(ctx, "reload").map(|cmd| cmd.words().join(" "));
    let distro = ctx.env.get("DOKKU_DISTRO");
    let text = sudoers(group, distro, init.as_deref(), binary);
    let file = ctx.paths.system(&file);
    make_parent(ctx, &file)?;
    ctx.store.write_mode(file, text, 0o440)?;
    Ok(())
}

/// What the dokku user may do as root without a password.
fn sudoers(group: &str, distro: &str, init: Option<&str>, binary: &str) -> String {
    let own = ["-t", "-t -c *", "-s reload"].map(|args| format!("{binary} {args}"));
    let allowed: Vec<String> = init.map(str::to_owned).into_iter().chain(own).collect();
    let no_terminal = match distro {
        "centos" | "rhel" => "Defaults:dokku !requiretty\n",
        _ => "",
    };
    format!(
        "%{group} ALL=(ALL) NOPASSWD:{}\n{no_terminal}",
        allowed.join(", ")
    )
}

fn write_global_config(ctx: &Ctx) -> Outcome {
    let root = server::config_root(ctx);
    let file = |name: &str| ctx.paths.system(&format!("{root}/{name}"));
    let parameters = file("dhparam.pem");
    ctx.store.make_dir(file("conf.d"))?;
    if !parameters.exists() {
        make_parameters(ctx, &parameters)?;
    }
    let main = std::fs::read_to_string(file("nginx.conf")).unwrap_or_default();
    let taken = http_directives(&main);
    let text = global_config(ctx.paths.root(), &format!("{root}/dhparam.pem"), &taken);
    ctx.store.write(file("conf.d/dokku.conf"), text)?;
    let bucket = file("conf.d/server_names_hash_bucket_size.conf");
    if !bucket.exists() && !taken.contains("server_names_hash_bucket_size") {
        ctx.store
            .write(bucket, "server_names_hash_bucket_size 512;\n")?;
    }
    Ok(())
}

fn make_parameters(ctx: &Ctx, path: &Path) -> Outcome {
    if ctx.silent(&standard_parameters(path)) == 0 {
        return Ok(());
    }
    let output = ctx.output(&own_parameters(path));
    if !output.ok() {
        ctx.ui.err_bytes(&output.stderr);
    }
    Failure::from_status(output.status)
}

/// The 2048 bit group of RFC 7919: at once, and checked by more eyes than one of our own.
fn standard_parameters(path: &Path) -> Cmd {
    Cmd::new("openssl")
        .args(["genpkey", "-genparam", "-algorithm", "DH"])
        .args(["-pkeyopt", "group:ffdhe2048", "-out"])
        .arg(path)
        .stdin(Stdin::Null)
}

/// What upstream does: a search of up to minutes, for an openssl that knows no such group.
fn own_parameters(path: &Path) -> Cmd {
    Cmd::new("openssl")
        .args(["dhparam", "-out"])
        .arg(path)
        .arg("2048")
        .stdin(Stdin::Null)
}

/// The include comes first: nginx serves unknown hosts with the first server that it reads.
/// Directives that `nginx.conf` has already (`taken`) are left out: nginx refuses a second one
/// (Debian 13 sets `server_tokens` there).
fn global_config(dokku_root: &Path, parameters: &str, taken: &BTreeSet<String>) -> String {
    let directives = [
        ("server_tokens", "off"),
        ("ssl_session_cache", "shared:SSL:20m"),
        ("ssl_session_timeout", "1d"),
        ("ssl_session_tickets", "off"),
        ("ssl_dhparam", parameters),
        ("ssl_ciphers", CIPHERS),
    ];
    let mut text = format!("include {}/*/nginx.conf;\n\n", dokku_root.display());
    for (name, value) in directives {
        if !taken.contains(name) {
            text.push_str(&format!("{name} {value};\n"));
        }
    }
    text
}

/// Lets the dokku user read nginx's logs, now and after their rotation.
fn prepare_logs(ctx: &Ctx) -> Outcome {
    let logs = ctx.paths.system(server::log_root(ctx));
    ctx.store.make_dir(&logs)?;
    let user = match ctx.env.get("DOKKU_SYSTEM_USER") {
        "" => "dokku",
        user => user,
    };
    ctx.status(&Cmd::new("gpasswd").args(["-a", user, "adm"]));
    ctx.silent(&Cmd::new("chgrp").args(["--quiet", "-R", "adm"]).arg(&logs));
    let rotation = ctx.paths.system("/etc/logrotate.d/nginx");
    let Ok(text) = std::fs::read_to_string(&rotation) else {
        return Ok(());
    };
    let changed = rotate_for_dokku(&text);
    if changed != text {
        ctx.store.write(rotation, changed)?;
    }
    Ok(())
}

fn rotate_for_dokku(text: &str) -> String {
    text.replace("create 0640 www-data dokku", "create 0640 www-data adm")
        .replace("invoke-rc.d", "service")
}

fn write_error_pages(ctx: &Ctx) -> Outcome {
    let dir = ctx.paths.data("nginx-vhosts").join("dokku-errors");
    ctx.store.make_dir(&dir)?;
    for (name, page) in ERROR_PAGES {
        ctx.store.write_mode(dir.join(name), page, 0o644)?;
    }
    Ok(())
}

fn migrate(ctx: &Ctx) -> Outcome {
    let is_old = |app: &App| {
        MIGRATED
            .iter()
            .any(|(old, _)| !ctx.app_config(app, old).is_empty())
    };
    let apps: Vec<App> = App::all(ctx).into_iter().filter(is_old).collect();
    if apps.is_empty() {
        return Ok(());
    }
    ctx.ui
        .info1("Migrating DOKKU_NGINX env variables. The following variables will be migrated");
    for (old, new) in MIGRATED {
        ctx.ui.info2(format!("{old} -> {new}"));
    }
    for app in apps {
        for (old, new) in MIGRATED {
            let value = ctx.app_config(&app, old);
            if value.is_empty() {
                continue;
            }
            ctx.ui.info1(format!("Migrating {old} to {new} for {app}"));
            let scope = Scope::App(app.clone());
            config::set(ctx, &scope, &[(new, value.as_bytes())], Restart::No)?;
            config::unset(ctx, &scope, &[old], Restart::No)?;
        }
    }
    Ok(())
}

/// Starts the server and makes one that runs already load the new files: the apps of an earlier
/// installation are served again. A machine without init system (a container that is being built)
/// starts it later by other means.
fn start(ctx: &Ctx) {
    if ctx.paths.system("/usr/bin/sv").exists() {
        return;
    }
    if let Some(init) = server::init_command(ctx, "start") {
        ctx.status(&server::as_init(ctx, &init));
    }
    // Told already; the files are in place all the same.
    let _ = server::reload(ctx);
}

fn make_parent(ctx: &Ctx, file: &Path) -> Outcome {
    if let Some(dir) = file.parent() {
        ctx.store.make_dir(dir)?;
    }
    Ok(())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn the_sudoers_line_allows_checking_and_reloading_and_nothing_else() {
        assert_eq!(
            sudoers(
                "dokku",
                "ubuntu",
                Some("/etc/init.d/nginx reload"),
                "/usr/sbin/nginx"
            ),
            "%dokku ALL=(ALL) NOPASSWD:/etc/init.d/nginx reload, /usr/sbin/nginx -t, \
             /usr/sbin/nginx -t -c *, /usr/sbin/nginx -s reload\n"
        );
        let centos = sudoers("dokku", "centos", None, "/usr/sbin/nginx");
        assert!(centos.ends_with("reload\nDefaults:dokku !requiretty\n"));
    }

    #[test]
    fn the_global_config_includes_the_apps_first() {
        let none = BTreeSet::new();
        let text = global_config(Path::new("/home/dokku"), "/etc/nginx/dhparam.pem", &none);
        assert!(text.starts_with("include /home/dokku/*/nginx.conf;\n"));
        assert!(text.contains("\nssl_dhparam /etc/nginx/dhparam.pem;\n"));
        assert!(text.ends_with("DHE-RSA-AES256-GCM-SHA384;\n") && !text.contains(": "));
    }

    #[test]
    fn what_the_main_file_sets_is_not_set_again() {
        let taken = BTreeSet::from(["server_tokens".to_owned()]);
        let text = global_config(Path::new("/home/dokku"), "/p", &taken);
        assert!(!text.contains("server_tokens"), "{text}");
    }

    #[test]
    fn dh_parameters_come_from_the_standard_group_or_are_searched() {
        let path = Path::new("/etc/nginx/dhparam.pem");
        assert_eq!(
            standard_parameters(path).to_string(),
            "openssl genpkey -genparam -algorithm DH -pkeyopt group:ffdhe2048 -out \
             /etc/nginx/dhparam.pem"
        );
        assert_eq!(
            own_parameters(path).to_string(),
            "openssl dhparam -out /etc/nginx/dhparam.pem 2048"
        );
    }

    #[test]
    fn rotated_logs_stay_readable() {
        assert_eq!(
            rotate_for_dokku("create 0640 www-data dokku\ninvoke-rc.d nginx rotate"),
            "create 0640 www-data adm\nservice nginx rotate"
        );
    }

    #[test]
    fn nginx_is_installed_where_the_package_manager_is_known() {
        let words = packages("debian", true).unwrap().words();
        assert_eq!(words.last().map(String::as_str), Some("dnsutils"));
        assert!(words.contains(&"Dpkg::Options::=--force-confdef".to_owned()));
        assert!(packages("ubuntu", true).is_none() && packages("ubuntu", false).is_some());
        assert!(packages("raspbian", false).is_none());
    }
}
