//! `scheduler-deploy`: start the new processes, check each, and only when all have passed record
//! them as the app's own; on failure stop the new ones, and the old keep serving. Reference 30 §3.

use std::path::PathBuf;
use std::rc::Rc;

use super::plan::Process;
use super::{NAME, is_ours, rename, retire, revive};
use crate::app::App;
use crate::cmd::Effect;
use crate::ctx::{Ctx, Input};
use crate::failure::{Failure, Outcome};
use crate::formats::procfile::{Expand, Procfile};
use crate::formats::scale::{Scale, ScaleEntry};
use crate::interrupt;
use crate::plugins::checks;
use crate::plugins::common::state::StateFiles;
use crate::plugins::common::{containers, docker_args, files, images, undo};
use crate::plugins::ps;
use crate::registry::Call;
use crate::tools::inspect::Container;

/// A new process that runs and has passed its check.
struct Started {
    kind: String,
    index: u32,
    id: String,
    ip: String,
    port: String,
}

/// Everything that one deploy needs to know.
struct Deploy<'a> {
    ctx: &'a Ctx,
    app: &'a App,
    tag: &'a str,
    image: String,
    herokuish: bool,
    publish_ports: bool,
    stop_timeout: String,
    procfile: Option<Procfile>,
    started: Vec<Started>,
    old: Vec<String>,
    old_state: StateFiles,
    /// Old containers without zero downtime, with their process types.
    stopped: Vec<(String, Rc<Container>)>,
    web_port: String,
}

/// `scheduler-deploy SCHEDULER APP TAG`.
pub fn hook(ctx: &Ctx, call: &Call) -> Outcome {
    if !is_ours(call) {
        return Ok(());
    }
    // Hooks must not eat the caller's stdin (a pushed ref list, a tarball).
    let ctx = &ctx.with_input(Input::Null);
    let (app, tag) = (App::existing(ctx, call.arg(1))?, call.arg(2));
    // Two deploys of one app would take each other's new containers for old ones. And a signal fails
    // the deploy, which then tidies up; it never leaves one half done.
    undo::guarded(ctx, &app, &[], |ctx| {
        interrupt::hold(|| deploy(ctx, &app, tag))?
    })
}

fn deploy(ctx: &Ctx, app: &App, tag: &str) -> Outcome {
    ctx.store.remove(retire::failed_file(ctx, app))?;
    let image = images::deploying(ctx, app, tag)?;
    files::fetch(ctx, app, &image, files::OF_A_DEPLOY)?;
    let deployed = prepare_and_start(ctx, app, tag, image);
    if deployed.is_err() {
        ps::forget_procfile(ctx, app)?;
    }
    deployed
}

fn prepare_and_start(ctx: &Ctx, app: &App, tag: &str, image: String) -> Outcome {
    let prepared = ctx.trigger("pre-deploy", &[app, tag]);
    // Hooks may have committed something over the image.
    undo::note_image(ctx, app)?;
    prepared?;
    let mut deploy = Deploy::new(ctx, app, tag, image)?;
    let switched = deploy.start_all().and_then(|()| deploy.switch());
    if let Err(failure) = switched {
        deploy.abandon()?;
        return Err(failure);
    }
    deploy.finish()
}

impl<'a> Deploy<'a> {
    fn new(ctx: &'a Ctx, app: &'a App, tag: &'a str, image: String) -> Outcome<Self> {
        let found = ctx.image(&image);
        let bind = ctx.trigger_answer("network-get-property", &[app, "bind-all-interfaces"])?;
        let procfile = ps::procfile_of_deploy(ctx, app);
        Ok(Self {
            herokuish: found.is_some_and(|found| images::is_herokuish(ctx, app, &found)),
            publish_ports: bind != "false",
            stop_timeout: ctx.app_config(app, "DOKKU_DOCKER_STOP_TIMEOUT"),
            procfile,
            started: Vec::new(),
            old: containers::ids(ctx, app),
            old_state: StateFiles::read(ctx, app),
            stopped: Vec::new(),
            web_port: String::new(),
            ctx,
            app,
            tag,
            image,
        })
    }

    fn scale(&self) -> Vec<ScaleEntry> {
        let file = self.ctx.paths.app_file(self.app, "DOKKU_SCALE");
        Scale::parse(&std::fs::read_to_string(file).unwrap_or_default()).entries()
    }

    fn start_all(&mut self) -> Outcome {
        for entry in self.scale() {
            interrupt::check()?;
            let unchecked = checks::is_disabled(self.ctx, self.app, &entry.process_type);
            if unchecked {
                self.stop_running(&entry.process_type)?;
            }
            for index in 1..=entry.count {
                self.start_one(&entry.process_type, index, unchecked)?;
                interrupt::check()?;
            }
        }
        Ok(())
    }

    /// A type without zero downtime: its running containers go before the new ones come.
    fn stop_running(&mut self, kind: &str) -> Outcome {
        let (ctx, app) = (self.ctx, self.app);
        ctx.ui.info1(format!(
            "zero downtime is disabled for app ({app}.{kind}). stopping currently running containers"
        ));
        let recorded = containers::recorded(ctx, app);
        let ours = recorded.into_iter().filter(|process| process.kind == kind);
        let mut ids: Vec<String> = ours.map(|process| process.id).collect();
        let old = ids.len();
        ids.extend(self.orphans(kind));
        let found = ctx.containers(&ids).into_iter().enumerate();
        for (at, container) in found.filter_map(|(at, found)| Some((at, found?))) {
            if !container.running {
                continue;
            }
            let id = container.id.as_str();
            ctx.ui.info2(format!("stopping {app}.{kind} ({id})"));
            // Before the first change: one that doesn't stop gets its restart policy back, too.
            if at < old {
                self.stopped.push((kind.to_owned(), Rc::clone(&container)));
            }
            ctx.silent(&ctx.docker().no_restart(&[id]));
            let stopped = ctx.silent(&ctx.docker().container_stop(&self.stop_timeout, &[id]));
            Failure::from_status(stopped)?;
            self.old.retain(|old| old != id);
        }
        Ok(())
    }

    /// What a killed deploy has left running of a type: the new containers may need its ports.
    fn orphans(&self, kind: &str) -> Vec<String> {
        let known: Vec<String> = self.started.iter().map(|p| p.id.clone()).collect();
        let orphans = retire::orphans(self.ctx, self.app, &known);
        let found = self.ctx.containers(&orphans).into_iter().flatten();
        let type_of =
            |container: &Container| container.labels.get("com.dokku.process-type").cloned();
        let ours = found.filter(|container| type_of(container).as_deref() == Some(kind));
        ours.map(|container| container.id.clone()).collect()
    }

    fn start_one(&mut self, kind: &str, index: u32, unchecked: bool) -> Outcome {
        let (ctx, app) = (self.ctx, self.app);
        let number = index.to_string();
        let options = self.options(kind, index)?;
        let mut publish = Vec::new();
        if kind == "web" {
            let ports = self.web_ports()?;
            self.web_port = ports.first().cloned().unwrap_or_default();
            if self.publish_ports {
                publish = ports;
            }
        }
        let port = self.web_port.clone();
        let process = Process {
            app,
            kind,
            index,
            port: &port,
            publish: &publish,
            image: &self.image,
        };
        let create = process.create(
            &ctx.docker(),
            docker_args::words(ctx, &options)?,
            self.command(kind, &port),
        );
        let created = ctx.read(&create);
        Failure::from_status(created.status)?;
        let id = created.text();
        self.started.push(Started {
            kind: kind.to_owned(),
            index,
            id: id.clone(),
            ip: String::new(),
            port: String::new(),
        });
        ctx.trigger("post-container-create", &["app", &id, app, "deploy", kind])?;
        let started = ctx.read(&ctx.docker().container_start(&id));
        // One that doesn't start fails its check, which shows its log; without a check, at once.
        if unchecked || checks::is_skipped(ctx, app, kind) {
            Failure::from_status(started.status)?;
        }
        let ip = ctx.trigger_answer("network-get-ipaddr", &[app, kind, &id])?;
        let herokuish = self.herokuish.to_string();
        let port = ctx.trigger_answer("network-get-port", &[app, kind, &id, &herokuish])?;
        if !unchecked {
            ctx.ui
                .info1(format!("Attempting pre-flight checks ({kind}.{number})"));
            ctx.trigger("check-deploy", &[app, &id, kind, &port, &ip])?;
        }
        if let Some(started) = self.started.last_mut() {
            (started.ip, started.port) = (ip, port);
        }
        Ok(())
    }

    /// Options of the docker-args triggers for one process.
    fn options(&self, kind: &str, index: u32) -> Outcome<Vec<u8>> {
        let (ctx, app, tag) = (self.ctx, self.app.as_str(), self.tag);
        let number = index.to_string();
        let source = if self.herokuish {
            "herokuish"
        } else {
            "dockerfile"
        };
        let mut text =
            docker_args::fragment(ctx, "docker-args-deploy", &[app, tag, kind, &number])?;
        // The image may ship a scale, whose types are anything.
        let dyno = format!("DYNO={kind}.{index}");
        text.extend(format!(" -e {} ", shell_words::quote(&dyno)).into_bytes());
        let process = [app, source, tag, kind, &number];
        text.extend(docker_args::fragment(
            ctx,
            "docker-args-process-deploy",
            &process,
        )?);
        text.extend_from_slice(docker_args::trace_fragment(ctx));
        Ok(text)
    }

    fn web_ports(&self) -> Outcome<Vec<String>> {
        let herokuish = self.herokuish.to_string();
        let text = self
            .ctx
            .trigger_answer("network-compute-ports", &[self.app, "web", &herokuish])?;
        let ports = text
            .split_whitespace()
            .filter(|port| !port.contains("udp"))
            .map(str::to_owned)
            .collect();
        Ok(ports)
    }

    /// The words behind the image (reference 30 §3.2).
    fn command(&self, kind: &str, port: &str) -> Vec<String> {
        let config = |key: &str| self.ctx.app_config(self.app, key);
        // Compat: split at blanks only; quotes mean nothing here.
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect();
        if self.herokuish {
            let own = config("DOKKU_START_CMD");
            return words(&if own.is_empty() {
                format!("/start {kind}")
            } else {
                own
            });
        }
        let own = config("DOKKU_DOCKERFILE_START_CMD");
        if !own.is_empty() {
            return words(&own);
        }
        let Some(procfile) = &self.procfile else {
            return Vec::new();
        };
        let port = if kind == "web" { port } else { "" };
        match procfile.expand(
            kind,
            &Expand {
                port,
                ..Expand::default()
            },
        ) {
            Some(command) => words(&command),
            None => {
                self.ctx.ui.err("no matching process entry found");
                Vec::new()
            }
        }
    }

    /// All have passed: the new set becomes the app's and the proxy switches.
    fn switch(&self) -> Outcome {
        self.record()?;
        let (port, ip) = self.last_address();
        self.ctx.ui.info1("Running post-deploy");
        let args = [self.app.as_str(), port, ip, self.tag];
        self.ctx.trigger("core-post-deploy", &args)?;
        undo::note_switched(self.ctx, self.app)
    }

    /// The new set serves: the last hooks, and the old set retires whatever they say, since
    /// nothing refers to it any more.
    fn finish(&self) -> Outcome {
        let (ctx, app) = (self.ctx, self.app);
        let (port, ip) = self.last_address();
        let hooks = ctx.trigger("post-deploy", &[app, port, ip, self.tag]);
        let mut old = self.old.clone();
        old.extend(retire::orphans(ctx, app, &old));
        if !old.is_empty() {
            retire::schedule(ctx, app, &old, &self.stop_timeout)?;
        }
        hooks
    }

    /// Port and address of the last process that was started.
    fn last_address(&self) -> (&str, &str) {
        self.started
            .last()
            .map_or(("", ""), |process| (&process.port, &process.ip))
    }

    /// Writes the state files of the new set.
    fn record(&self) -> Outcome {
        let (ctx, app) = (self.ctx, self.app);
        for process in &self.started {
            let name = format!("{}.{}", process.kind, process.index);
            let index = process.index.to_string();
            ctx.store.locked(&ctx.paths.app(app), || {
                ctx.store
                    .write(self.file("CONTAINER", &name), format!("{}\n", process.id))
            })??;
            if !process.ip.is_empty() {
                let args = [app.as_str(), &process.kind, &index, &process.ip];
                ctx.trigger("network-write-ipaddr", &args)?;
            }
            if !process.port.is_empty() {
                let args = [app.as_str(), &process.kind, &index, &process.port];
                ctx.trigger("network-write-port", &args)?;
            }
            for legacy in ["CONTAINER", "IP", "PORT"] {
                ctx.store.remove(ctx.paths.app_file(app, legacy))?;
            }
        }
        self.drop_surplus_state()
    }

    fn file(&self, what: &str, process: &str) -> PathBuf {
        self.ctx
            .paths
            .app_file(self.app, format!("{what}.{process}"))
    }

    /// State files of processes beyond the scale go; their containers are among the old ones.
    fn drop_surplus_state(&self) -> Outcome {
        for entry in self.scale() {
            let recorded = containers::recorded(self.ctx, self.app);
            let surplus = recorded.iter().filter(|process| {
                process.kind == entry.process_type
                    && process
                        .index
                        .parse()
                        .is_ok_and(|index: u32| index > entry.count)
            });
            for process in surplus {
                let name = format!("{}.{}", process.kind, process.index);
                for what in ["CONTAINER", "IP", "PORT"] {
                    self.ctx.store.remove(self.file(what, &name))?;
                }
            }
        }
        Ok(())
    }

    /// The deploy has failed: the old set is the app's again, and every new container stops and is
    /// kept for `logs:failed`.
    fn abandon(&self) -> Outcome {
        let (ctx, app) = (self.ctx, self.app);
        // Successors may hold the ports of what must start again.
        self.stop_new(|kind| self.stopped.iter().any(|(stopped, _)| stopped == kind));
        for (_, container) in &self.stopped {
            revive::start(ctx, &container.id, &container.restart_policy);
        }
        let recorded = StateFiles::read(ctx, app) != self.old_state;
        if recorded {
            self.old_state.restore(ctx, app)?;
            let _ = ctx.quiet().ui.capture(|| rename::take_names(ctx, app));
        }
        if recorded || !self.stopped.is_empty() {
            // The proxy may have switched already, or old containers have got new addresses: back
            // to the old set, by the old image's template, before the new one stops.
            undo::put_back(ctx, app);
            let again = || ctx.trigger("proxy-build-config", &[app]);
            let _ = ctx.quiet().ui.capture(again);
        }
        self.stop_new(|_| true);
        self.keep_or_remove_new();
        Ok(())
    }

    /// The new containers are kept for `logs:failed`. One that never ran has no log, and no cleanup
    /// would ever remove it.
    fn keep_or_remove_new(&self) {
        let (ctx, app) = (self.ctx, self.app);
        let ids: Vec<&str> = self.started.iter().map(|p| p.id.as_str()).collect();
        for (process, found) in self.started.iter().zip(ctx.containers(&ids)) {
            if found.is_some_and(|found| found.status == "created") {
                ctx.silent(&ctx.docker().container_rm(false, &[&process.id]));
            } else {
                let name = format!("{}.{}", process.kind, process.index);
                retire::record_failed(ctx, app, &process.id, &name);
            }
        }
    }

    /// Stops the new containers of some types, those that run.
    fn stop_new(&self, is_meant: impl Fn(&str) -> bool) {
        let (ctx, docker) = (self.ctx, self.ctx.docker());
        let meant = self.started.iter().filter(|p| is_meant(&p.kind));
        let ids: Vec<&str> = meant.map(|p| p.id.as_str()).collect();
        ctx.facts.forget(Effect::Containers);
        // A check stops the container that it sees crash.
        let runs = |found: &Rc<Container>| found.running || found.status == "restarting";
        for container in ctx.containers(&ids).into_iter().flatten().filter(runs) {
            ctx.silent(&docker.no_restart(&[&container.id]));
            if ctx.silent(&docker.container_stop("", &[&container.id])) != 0 {
                ctx.silent(&docker.container_kill(&container.id));
            }
        }
    }
}

/// Whether this scheduler runs the app.
pub fn runs(ctx: &Ctx, app: &App) -> bool {
    crate::plugins::common::scheduler::name(ctx, Some(app)) == NAME
}
