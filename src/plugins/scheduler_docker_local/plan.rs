//! What one process of a deploy looks like as a `container create`. Pure. Reference 30 §3.1–§3.2.

use std::ffi::OsString;

use crate::app::App;
use crate::cmd::Cmd;
use crate::tools::docker::Docker;

/// One process to start.
#[derive(Clone, Debug)]
pub struct Process<'a> {
    /// The app.
    pub app: &'a App,
    /// Process type.
    pub kind: &'a str,
    /// Index from 1.
    pub index: u32,
    /// Value of `PORT`; empty when the type has none.
    pub port: &'a str,
    /// Container ports to publish on random host ports.
    pub publish: &'a [String],
    /// Image.
    pub image: &'a str,
}

impl Process<'_> {
    /// `web.1`.
    pub fn name(&self) -> String {
        format!("{}.{}", self.kind, self.index)
    }

    /// The `container create` of the process.
    pub fn create(&self, docker: &Docker, options: Vec<OsString>, command: Vec<String>) -> Cmd {
        let mut words = vec![
            "--label=com.dokku.container-type=deploy".to_owned(),
            format!("--label=com.dokku.process-type={}", self.kind),
            format!("--label=com.dokku.dyno={}", self.name()),
        ];
        words.extend(docker.labels(self.app));
        words.push("--init".to_owned());
        for port in self.publish {
            words.extend(["-p".to_owned(), port.clone()]);
        }
        words.extend(["--env".to_owned(), format!("PORT={}", self.port)]);
        docker
            .container_create(&words)
            .args(options)
            .arg(self.image)
            .args(command)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::ctx::Ctx;
    use crate::env::Env;

    #[test]
    fn a_published_web_process_is_created_as_recorded() {
        let ctx = Ctx::new(Env::default(), &crate::plugins::REGISTRY, Vec::new());
        let app = App::parse("node-app").unwrap();
        let process = Process {
            app: &app,
            kind: "web",
            index: 1,
            port: "3000",
            publish: &["3000".to_owned(), "3003".to_owned()],
            image: "dokku/node-app:latest",
        };
        let options = vec![
            "--restart=on-failure:10".into(),
            "-e".into(),
            "DYNO=web.1".into(),
        ];
        let cmd = process.create(&ctx.docker(), options, vec!["node".into(), "web.js".into()]);
        assert_eq!(
            cmd.words().join(" "),
            "docker container create --label=com.dokku.container-type=deploy \
             --label=com.dokku.process-type=web --label=com.dokku.dyno=web.1 \
             --label=com.dokku.app-name=node-app --label=org.label-schema.schema-version=1.0 \
             --label=org.label-schema.vendor=dokku --label=dokku --init -p 3000 -p 3003 \
             --env PORT=3000 --restart=on-failure:10 -e DYNO=web.1 dokku/node-app:latest \
             node web.js"
        );
    }
}
