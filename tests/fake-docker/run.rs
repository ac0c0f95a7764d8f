//! `docker container create` and `run`.

use std::io::Read as _;
use std::process::{Command, Stdio};

use crate::state::{Container, full_name};
use crate::words::{Grammar, Words};
use crate::{Call, Outcome, Refusal, Reply, exec, files, format};

const CREATE: Grammar = Grammar {
    valued: "--label -l --env -e --volume -v --name --network --net --restart --link --memory -m \
             --cpus --memory-reservation --memory-swap --publish -p --entrypoint --workdir -w \
             --user -u --env-file --expose --add-host --hostname -h --mount --attach -a --device \
             --ulimit --shm-size --gpus --cap-add --cap-drop --label-file --cidfile",
    plain: "--init --rm -i --interactive -t --tty -d --detach --privileged -it --publish-all -P",
    ends_at_word: true,
};

/// `container create`: prints the id.
pub fn create(call: &mut Call, words: &[String]) -> Outcome {
    let words = Words::parse(words, &CREATE)?;
    match made(call, &words)? {
        Ok(id) => Ok(Reply::lines(&[id])),
        Err(reply) => Ok(reply),
    }
}

/// `container run`: with `-d` or `-a stdin` prints the id, else what the process says.
pub fn run(call: &mut Call, words: &[String]) -> Outcome {
    let words = Words::parse(words, &CREATE)?;
    let id = match made(call, &words)? {
        Ok(id) => id,
        Err(reply) => return Ok(reply),
    };
    if words.all("--attach -a").contains(&"stdin") {
        feed(call, &id)?;
        exec::started(call, &id);
        return Ok(Reply::lines(&[id]));
    }
    exec::started(call, &id);
    if words.is("-d --detach") {
        return Ok(Reply::lines(&[id]));
    }
    let reply = exec::output(call, &id);
    if words.is("--rm") {
        call.state.containers.retain(|container| container.id != id);
    }
    reply
}

/// Makes a container; the inner error is docker's refusal.
fn made(call: &mut Call, words: &Words) -> Result<Result<String, Reply>, Refusal> {
    let name = words.word(0)?.to_owned();
    let Some(image) = call.state.image(&name).cloned() else {
        return Ok(Err(no_image(&name)));
    };
    let taken = |wanted: &str| call.state.containers.iter().any(|c| c.name == wanted);
    let wanted = words.last("--name");
    if !wanted.is_empty() && taken(wanted) {
        return Ok(Err(Reply::error(format!(
            "Error response from daemon: Conflict. The container name \"/{wanted}\" is already in \
             use"
        ))));
    }
    let given = words.rest.get(1..).unwrap_or_default();
    let mut labels = image.labels.clone();
    labels.extend(words.all("--label -l").into_iter().map(format::key_value));
    let mut env = image.env.clone();
    env.extend(words.all("--env -e").into_iter().map(str::to_owned));
    let mode = words.last("--network --net").to_owned();
    let id = call.state.add_container(Container {
        name: wanted.to_owned(),
        image: name,
        labels,
        env,
        cmd: if given.is_empty() {
            image.cmd.clone()
        } else {
            given.to_vec()
        },
        network_mode: mode,
        restart: words.last("--restart").to_owned(),
        binds: words
            .all("--volume -v")
            .into_iter()
            .map(str::to_owned)
            .collect(),
        auto_remove: words.is("--rm"),
        ..Container::default()
    });
    publish(call, &id, &words.all("--publish -p"));
    files::copy_tree(&call.home.files(&image.id), &call.home.files(&id))?;
    Ok(Ok(id))
}

fn no_image(name: &str) -> Reply {
    Reply::error(format!(
        "Unable to find image '{0}' locally\nError response from daemon: pull access denied for \
         {1}, repository does not exist",
        full_name(name),
        full_name(name)
            .rsplit_once(':')
            .map_or(name, |(name, _)| name)
    ))
}

fn publish(call: &mut Call, id: &str, ports: &[&str]) {
    let used: usize = call
        .state
        .containers
        .iter()
        .map(|c| c.published.len())
        .sum();
    let Some(container) = call.state.containers.iter_mut().find(|c| c.id == id) else {
        return;
    };
    for (at, port) in ports.iter().enumerate() {
        let (host, inner) = match port.rsplit_once(':') {
            Some((host, inner)) => (host.rsplit(':').next().unwrap_or(host).to_owned(), inner),
            None => ((32768 + used + at).to_string(), *port),
        };
        let inner = if inner.contains('/') {
            inner.to_owned()
        } else {
            format!("{inner}/tcp")
        };
        container.published.insert(inner, host);
    }
}

/// Gives stdin to the script of a container: a tarball is unpacked, a file is written.
fn feed(call: &Call, id: &str) -> Result<(), Refusal> {
    let root = call.home.files(id);
    std::fs::create_dir_all(&root)?;
    let script = call
        .state
        .containers
        .iter()
        .find(|container| container.id == id);
    let script = script.map(|c| c.cmd.join(" ")).unwrap_or_default();
    if let Some((_, dir)) = script.split_once("tar -xC ") {
        let dir = files::inside(&root, dir.split_whitespace().next().unwrap_or_default());
        std::fs::create_dir_all(&dir)?;
        let tar = Command::new("tar")
            .arg("-xC")
            .arg(&dir)
            .stdin(Stdio::inherit())
            .status();
        return match tar {
            Ok(status) if status.success() => Ok(()),
            _ => Err(Refusal("tar failed".to_owned())),
        };
    }
    let mut bytes = Vec::new();
    std::io::stdin().read_to_end(&mut bytes)?;
    if let Some((_, file)) = script
        .split_once("cat > ")
        .or_else(|| script.split_once("cat >"))
    {
        let file = files::inside(&root, file.split_whitespace().next().unwrap_or_default());
        if let Some(parent) = file.parent() {
            std::fs::create_dir_all(parent)?;
        }
        std::fs::write(file, bytes)?;
    }
    Ok(())
}
