//! Docker's argv. Every command that Dokku 0.20.4 was recorded to run and that changes something
//! (marked M in reference 30 §12) has its words here, in that order.

use std::ffi::OsString;
use std::path::Path;

use crate::app::App;
use crate::cmd::{Cmd, Effect, Stdin};
use crate::ctx::Ctx;

/// Builds docker commands for one client program with Dokku's labels.
#[derive(Clone, Debug)]
pub struct Docker {
    bin: String,
    run_args: Vec<String>,
    build_args: Vec<String>,
}

impl Ctx {
    /// The docker builder of this run (`DOCKER_BIN`, `DOKKU_GLOBAL_*_ARGS`).
    pub fn docker(&self) -> Docker {
        let or = |name: &str, default: &str| {
            let value = self.env.get(name);
            if value.is_empty() {
                default.to_owned()
            } else {
                value.to_owned()
            }
        };
        let words = |name: &str| -> Vec<String> {
            or(name, GLOBAL_LABELS)
                .split_whitespace()
                .map(str::to_owned)
                .collect()
        };
        Docker {
            bin: or("DOCKER_BIN", "docker"),
            run_args: words("DOKKU_GLOBAL_RUN_ARGS"),
            build_args: words("DOKKU_GLOBAL_BUILD_ARGS"),
        }
    }
}

/// Labels of everything that Dokku makes (reference 02 §11).
pub const GLOBAL_LABELS: &str = "--label=org.label-schema.schema-version=1.0 \
    --label=org.label-schema.vendor=dokku --label=dokku";

/// `--label=com.dokku.app-name=APP`.
pub fn app_label(app: &App) -> String {
    format!("--label=com.dokku.app-name={app}")
}

/// `label=com.dokku.app-name=APP`, for `--filter`.
pub fn app_filter(app: &App) -> String {
    format!("label=com.dokku.app-name={app}")
}

/// `--filter label=com.dokku.app-name=APP`, or nothing.
fn only_of(app: Option<&App>) -> Vec<String> {
    app.map_or_else(Vec::new, |app| vec!["--filter".into(), app_filter(app)])
}

impl Docker {
    /// Any docker command that only reads.
    pub fn command<W: AsRef<str>>(&self, words: &[W]) -> Cmd {
        Cmd::new(&self.bin).args(words.iter().map(AsRef::as_ref))
    }

    /// The app's label and the global run labels.
    pub fn labels(&self, app: &App) -> Vec<String> {
        std::iter::once(app_label(app))
            .chain(self.run_args.iter().cloned())
            .collect()
    }

    /// The global labels of containers.
    pub fn run_args(&self) -> &[String] {
        &self.run_args
    }

    /// The global labels of image builds.
    pub fn build_args(&self) -> &[String] {
        &self.build_args
    }

    /// `image inspect NAME`.
    pub fn image_inspect(&self, name: &str) -> Cmd {
        self.command(&["image", "inspect", name])
    }

    /// `container inspect ID…`.
    pub fn container_inspect(&self, ids: &[&str]) -> Cmd {
        self.command(&["container", "inspect"])
            .args(ids.iter().copied())
    }

    /// `container create WORDS…`.
    pub fn container_create<W: AsRef<str>>(&self, words: &[W]) -> Cmd {
        self.command(&["container", "create"])
            .args(words.iter().map(AsRef::as_ref))
            .effect(Effect::Containers)
    }

    /// `container start ID`.
    pub fn container_start(&self, id: &str) -> Cmd {
        self.command(&["container", "start", id])
            .effect(Effect::Containers)
    }

    /// `container wait ID`.
    pub fn container_wait(&self, id: &str) -> Cmd {
        self.command(&["container", "wait", id])
            .effect(Effect::Containers)
    }

    /// `container logs ID`.
    pub fn container_logs(&self, id: &str) -> Cmd {
        self.command(&["container", "logs", id])
    }

    /// `container update --restart=no ID…`.
    pub fn no_restart(&self, ids: &[&str]) -> Cmd {
        self.restart_policy("no", ids)
    }

    /// `container update --restart=POLICY ID…`.
    pub fn restart_policy(&self, policy: &str, ids: &[&str]) -> Cmd {
        self.command(&["container", "update"])
            .arg(format!("--restart={policy}"))
            .args(ids.iter().copied())
            .effect(Effect::Containers)
    }

    /// `container stop [--time=N] ID…`.
    pub fn container_stop(&self, timeout: &str, ids: &[&str]) -> Cmd {
        let mut cmd = self.command(&["container", "stop"]);
        if !timeout.is_empty() {
            cmd = cmd.arg(format!("--time={timeout}"));
        }
        cmd.args(ids.iter().copied()).effect(Effect::Containers)
    }

    /// `container kill ID`.
    pub fn container_kill(&self, id: &str) -> Cmd {
        self.command(&["container", "kill", id])
            .effect(Effect::Containers)
    }

    /// `container rm [--force] ID…`.
    pub fn container_rm(&self, force: bool, ids: &[&str]) -> Cmd {
        let mut cmd = self.command(&["container", "rm"]);
        if force {
            cmd = cmd.arg("--force");
        }
        cmd.args(ids.iter().copied()).effect(Effect::Containers)
    }

    /// `container rename OLD NEW`.
    pub fn container_rename(&self, old: &str, new: &str) -> Cmd {
        self.command(&["container", "rename", old, new])
            .effect(Effect::Containers)
    }

    /// `image rm NAME…`.
    pub fn image_rm(&self, names: &[&str]) -> Cmd {
        self.command(&["image", "rm"])
            .args(names.iter().copied())
            .effect(Effect::Anything)
    }

    /// `image rm --force NAME…`: takes the names away, whoever else uses the images they name.
    pub fn image_untag(&self, names: &[&str]) -> Cmd {
        self.command(&["image", "rm", "--force"])
            .args(names.iter().copied())
            .effect(Effect::Anything)
    }

    /// `image tag SOURCE TARGET`.
    pub fn image_tag(&self, source: &str, target: &str) -> Cmd {
        self.command(&["image", "tag", source, target])
            .effect(Effect::Anything)
    }

    /// `container commit --change LABEL… [EXTRA…] ID IMAGE` (COMMIT of reference 30 §12).
    pub fn commit(&self, app: &App, extra: &[String], id: &str, image: &str) -> Cmd {
        let app_label = format!("LABEL com.dokku.app-name={app}");
        self.command(&[
            "container",
            "commit",
            "--change",
            "LABEL org.label-schema.schema-version=1.0",
            "--change",
            "LABEL org.label-schema.vendor=dokku",
            "--change",
            &app_label,
        ])
        .args(extra)
        .args([id, image])
        .effect(Effect::Anything)
    }

    /// `container run A RUNARGS -i -a stdin IMAGE /bin/bash -c SCRIPT`: feeds a script's stdin.
    pub fn run_with_stdin(&self, app: &App, image: &str, script: &str, stdin: Stdin) -> Cmd {
        self.command(&["container", "run"])
            .args(self.labels(app))
            .args(["-i", "-a", "stdin", image, "/bin/bash", "-c", script])
            .stdin(stdin)
            .effect(Effect::Anything)
    }

    /// `container run --rm A RUNARGS -v CACHE:/cache IMAGE find /cache …`: empties a build cache.
    pub fn purge_cache(&self, app: &App, cache: &Path, image: &str) -> Cmd {
        let volume = format!("{}:/cache", cache.display());
        self.command(&["container", "run", "--rm"])
            .args(self.labels(app))
            .args(["-v", &volume, image, "find", "/cache"])
            .args(["-depth", "-mindepth", "1", "-maxdepth", "1"])
            .args(["-exec", "rm", "-Rf", "{}", ";"])
    }

    /// `container list --all --filter status=STATUS --filter label=dokku [--filter A] --quiet`.
    pub fn ended_containers(&self, status: &str, app: Option<&App>) -> Cmd {
        let status = format!("status={status}");
        self.command(&["container", "list", "--all", "--filter", &status])
            .args(["--filter", "label=dokku"])
            .args(only_of(app))
            .arg("--quiet")
    }

    /// `container list --all --no-trunc --quiet --filter A`: ids of all containers of an app.
    pub fn app_containers(&self, app: &App) -> Cmd {
        self.command(&["container", "list", "--all", "--no-trunc", "--quiet"])
            .args(only_of(Some(app)))
    }

    /// `image list --filter dangling=true [--filter A] --quiet`.
    pub fn dangling_images(&self, app: Option<&App>) -> Cmd {
        self.command(&["image", "list", "--filter", "dangling=true"])
            .args(only_of(app))
            .arg("--quiet")
    }

    /// `image prune --all --filter A --force`.
    pub fn image_prune(&self, app: &App) -> Cmd {
        self.command(&["image", "prune", "--all", "--filter", &app_filter(app)])
            .arg("--force")
            .effect(Effect::Anything)
    }

    /// `container exec [-i -t | EXTRA…] ID WORDS…`.
    pub fn container_exec(&self, options: &[String], id: &str, words: &[OsString]) -> Cmd {
        self.command(&["container", "exec"])
            .args(options)
            .arg(id)
            .args(words)
            .effect(Effect::Containers)
    }

    /// `image build --label=com.dokku.image-stage=release -t IMAGE -` with `FROM IMAGE` on stdin.
    pub fn build_release(&self, image: &str) -> Cmd {
        self.command(&[
            "image",
            "build",
            "--label=com.dokku.image-stage=release",
            "-t",
            image,
            "-",
        ])
        .stdin(Stdin::Bytes(format!("FROM {image}\n").into_bytes()))
        .effect(Effect::Anything)
    }

    /// `image prune --all --force --filter LABEL`: what `apps:destroy` ends with (reference 10 §3).
    pub fn prune_destroyed(&self, app: &App) -> Cmd {
        self.command(&["image", "prune", "--all", "--force", "--filter"])
            .arg(app_filter(app))
            .effect(Effect::Anything)
    }

    /// `container run … --rm --volume CACHE:/cache IMAGE chmod 777 -R /cache`: lets the dokku user
    /// remove a build cache that belongs to root (reference 20 §9.5).
    pub fn open_cache(&self, app: &App, host_cache: &Path, image: &str) -> Cmd {
        self.command(&["container", "run"])
            .args(self.labels(app))
            .args(["--rm", "--volume"])
            .arg(format!("{}:/cache", host_cache.display()))
            .args([image, "chmod", "777", "-R", "/cache"])
            .effect(Effect::Containers)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn docker() -> Docker {
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect();
        Docker {
            bin: "docker".into(),
            run_args: words(GLOBAL_LABELS),
            build_args: words(GLOBAL_LABELS),
        }
    }

    #[test]
    fn the_words_of_destroying_and_copying_an_app_are_the_recorded_ones() {
        let app = App::parse("new").unwrap();
        assert_eq!(
            docker().prune_destroyed(&app).words().join(" "),
            "docker image prune --all --force --filter label=com.dokku.app-name=new"
        );
        assert_eq!(
            docker()
                .image_untag(&["dokku/new:latest"])
                .words()
                .join(" "),
            "docker image rm --force dokku/new:latest"
        );
        assert_eq!(
            docker()
                .open_cache(&app, Path::new("/home/dokku/old/cache"), "dokku/old")
                .words()
                .join(" "),
            "docker container run --label=com.dokku.app-name=new --label=org.label-schema.schema-version=1.0 --label=org.label-schema.vendor=dokku \
             --label=dokku --rm \
             --volume /home/dokku/old/cache:/cache dokku/old chmod 777 -R /cache"
        );
    }

    #[test]
    fn a_cache_is_emptied_but_not_removed() {
        let app = App::parse("hk-app").unwrap();
        let cmd = docker().purge_cache(&app, Path::new("/home/dokku/hk-app/cache"), "h:latest");
        assert_eq!(
            cmd.words().join(" "),
            "docker container run --rm --label=com.dokku.app-name=hk-app \
             --label=org.label-schema.schema-version=1.0 --label=org.label-schema.vendor=dokku \
             --label=dokku -v /home/dokku/hk-app/cache:/cache h:latest \
             find /cache -depth -mindepth 1 -maxdepth 1 -exec rm -Rf {} ;"
        );
    }

    #[test]
    fn a_cleanup_of_an_app_looks_only_at_the_app() {
        let app = App::parse("a").unwrap();
        assert_eq!(
            docker()
                .ended_containers("exited", Some(&app))
                .words()
                .join(" "),
            "docker container list --all --filter status=exited --filter label=dokku \
             --filter label=com.dokku.app-name=a --quiet"
        );
        assert_eq!(
            docker().app_containers(&app).words().join(" "),
            "docker container list --all --no-trunc --quiet \
             --filter label=com.dokku.app-name=a"
        );
        assert_eq!(
            docker().dangling_images(None).words().join(" "),
            "docker image list --filter dangling=true --quiet"
        );
        assert_eq!(
            docker().image_prune(&app).words().join(" "),
            "docker image prune --all --filter label=com.dokku.app-name=a --force"
        );
    }
}
