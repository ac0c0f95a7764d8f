//! Building an app's config: defaults, names, template, files, check, reload. Reference 40 §5.
//! A config that nginx refuses is taken back, so that a faulty app blocks nobody else.

use super::error::NginxError;
use super::names::Names;
use super::template::Template;
use super::validate::{self, Invalid};
use super::variables::Facts;
use super::{hsts, ports, server, unserved, urls};
use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::Outcome;
use crate::plugins::common::backup::Backup;
use crate::plugins::common::{images, lock, scheduler};
use crate::settings::Scope;

/// Builds the config of an app, or removes it when the app is not proxied. One build of an app at a
/// time, from the first question to the last file: the config of the one that asked first must not
/// replace that of the one that knows more.
pub fn build(ctx: &Ctx, app: &App) -> Outcome {
    alone(ctx, app, || build_alone(ctx, app))
}

/// Makes the config of an app whose last web process is gone point nowhere.
pub fn retire(ctx: &Ctx, app: &App) -> Outcome {
    alone(ctx, app, || {
        let listeners = ctx.trigger_answer("network-get-listeners", &[app, "web"])?;
        if listeners.is_empty() {
            unserved::point_nowhere(ctx, app)?;
        }
        Ok(())
    })
}

/// Runs `work` alone among all builds of the app.
pub fn alone(ctx: &Ctx, app: &App, work: impl FnOnce() -> Outcome) -> Outcome {
    let lock = ctx.paths.app_file(app, ".nginx.lock");
    lock::alone(ctx, &lock, work)
}

fn build_alone(ctx: &Ctx, app: &App) -> Outcome {
    if ctx.trigger_text("proxy-is-enabled", &[app]) != "true" {
        return switch_off(ctx, app);
    }
    let listeners = ctx.trigger_answer("network-get-listeners", &[app, "web"])?;
    ports::configure(ctx, app)?;
    let names = Names::of(ctx, app);
    let binary = server::location(ctx)?;
    if listeners.is_empty() {
        ctx.ui
            .warn_quiet(format!("No web listeners specified for {app}"));
        unserved::point_nowhere(ctx, app)?;
    } else if scheduler::is_deployed(ctx, app) {
        configure(ctx, app, &names, &binary, &listeners)?;
    }
    urls::write(ctx, app, &names)
}

fn switch_off(ctx: &Ctx, app: &App) -> Outcome {
    ctx.ui
        .info1(format!("nginx support is disabled for app ({app})."));
    let config = ctx.paths.app_file(app, "nginx.conf");
    if !config.exists() {
        return Ok(());
    }
    ctx.ui.info1("deleting nginx.conf");
    ctx.store.remove(config)?;
    if !scheduler::is_deployed(ctx, app) {
        return Ok(());
    }
    ctx.ui.info1("reloading nginx after nginx.conf deletion");
    serialised(ctx, || {
        validate::validate(ctx, &validate::all_apps(ctx), Invalid::Show)?;
        server::reload(ctx)
    })
}

fn configure(ctx: &Ctx, app: &App, names: &Names, binary: &str, listeners: &str) -> Outcome {
    let tag = images::running_tag(ctx, app);
    let image = images::deploying(ctx, app, &tag).map_err(|_| NginxError::NoImage)?;
    let template = Template::of(ctx, app, &image);
    if template.is_custom() {
        ctx.ui
            .info1("Overriding default nginx.conf with detected nginx.conf.sigil");
    }
    let features = server::features(ctx, binary);
    let facts = Facts::of(ctx, app, names, features, listeners)?;
    template.warn_of_deprecated(ctx);
    if !template.is_custom() {
        warn_of_unserved(ctx, app, &facts);
    }
    for name in names.all() {
        ctx.ui.info1(format!(
            "Configuring {name}...(using {} template)",
            template.label()
        ));
    }
    let config = template.render(ctx, app, &facts.variables())?;
    ctx.ui
        .info1(format!("Creating {} nginx.conf", names.scheme()));
    serialised(ctx, || install(ctx, app, names.tls, &config))
}

/// Tells which mappings the built-in template leaves out.
fn warn_of_unserved(ctx: &Ctx, app: &App, facts: &Facts) {
    for map in facts.without_certificate() {
        ctx.ui
            .warn(format!("Not serving {map}: {app} has no certificate"));
    }
}

/// Puts the config in place and loads it; one that is refused is replaced by what was there.
fn install(ctx: &Ctx, app: &App, tls: bool, config: &str) -> Outcome {
    let path = ctx.paths.app_file(app, "nginx.conf");
    let paths = [path.clone(), hsts::file(ctx, app)];
    let before = Backup::of(&paths);
    ctx.store.write_mode(&path, config, 0o600)?;
    let Err(refused) = check(ctx, app, tls) else {
        return server::reload(ctx);
    };
    let binary = server::location(ctx)?;
    let refused_files = Backup::of(&paths);
    let is_innocent = validate::is_valid_alone(ctx, &binary, &path)?;
    before.restore(ctx)?;
    if validate::is_valid(ctx, &binary) {
        return Err(refused);
    }
    // Another app's fault, or the old files' own: then the new ones are the better ones.
    if is_innocent {
        refused_files.restore(ctx)?;
    } else if path.is_file() && !validate::is_valid_alone(ctx, &binary, &path)? {
        ctx.ui.warn(format!(
            "Removing nginx.conf of {app}: its former content is invalid, too"
        ));
        ctx.store.remove(path)?;
    }
    Err(refused)
}

fn check(ctx: &Ctx, app: &App, tls: bool) -> Outcome {
    hsts::manage(ctx, app, tls)?;
    with_app_config(ctx, app).trigger("nginx-pre-reload", &[app, "", ""])?;
    ctx.ui.verbose("Reloading nginx");
    validate::validate(ctx, &validate::all_apps(ctx), Invalid::Show)
}

/// The context of hooks inside a build: they see the app's config, except where it would change
/// a variable that is Dokku's or the system's.
fn with_app_config(ctx: &Ctx, app: &App) -> Ctx {
    let settings = ctx.settings(&Scope::App(app.clone())).unwrap_or_default();
    let mut env = (*ctx.env).clone();
    for key in settings.keys() {
        if env.raw(key).is_none() {
            env.set(key, settings.text(key).unwrap_or_default());
        }
    }
    ctx.with_whole_env(env)
}

/// Runs `work` alone among all builds of this host: they change what the others check.
pub fn serialised(ctx: &Ctx, work: impl FnOnce() -> Outcome) -> Outcome {
    let dir = ctx.paths.data("nginx-vhosts");
    ctx.store.make_dir(&dir)?;
    lock::alone(ctx, &dir.join(".build.lock"), work)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::env::Env;

    #[test]
    fn hooks_see_the_app_config_but_not_in_place_of_dokkus_variables() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().to_string_lossy().into_owned();
        let mut env = Env::default();
        env.set("DOKKU_ROOT", root.as_str());
        let ctx = Ctx::new(env, &crate::plugins::REGISTRY, Vec::new());
        let app = App::parse("a").unwrap();
        ctx.store.make_dir(ctx.paths.app(&app)).unwrap();
        let file = ctx.paths.app_file(&app, "ENV");
        ctx.store
            .write(file, "DOKKU_ROOT=\"/evil\"\nSECRET=\"x\"")
            .unwrap();
        let hooks = with_app_config(&ctx, &app);
        assert_eq!(hooks.env.get("SECRET"), "x");
        assert_eq!(hooks.env.get("DOKKU_ROOT"), root);
    }
}
