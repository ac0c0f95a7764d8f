//! `docker container …`: the commands that ask about, name, stop and remove containers.

use regex::Regex;

use crate::state::{Container, Image, full_name};
use crate::words::{Grammar, Words};
use crate::{Call, Outcome, Refusal, Reply, exec, files, format, run};

const LIST: Grammar = Grammar {
    valued: "--filter -f --format",
    plain: "--all -a --quiet -q --no-trunc",
    ends_at_word: false,
};
const PLAIN: Grammar = Grammar {
    valued: "--format --time -t --restart --signal -s --tail -n --since --change -c --message -m",
    plain: "--force -f --volumes -v --attach -a --interactive -i --follow --timestamps",
    ends_at_word: false,
};
const LOGS: Grammar = Grammar {
    valued: "--tail -n --since",
    plain: "--follow -f --timestamps -t",
    ends_at_word: false,
};

/// Runs a container command.
pub fn run(call: &mut Call, verb: &str, words: &[String]) -> Outcome {
    let plain = || Words::parse(words, &PLAIN);
    match verb {
        "create" => run::create(call, words),
        "run" => run::run(call, words),
        "exec" => exec::exec(call, words),
        "start" => exec::start(call, &plain()?),
        "attach" => exec::attach(call, &plain()?),
        "wait" => exec::wait(call, &plain()?),
        "logs" => logs(call, &Words::parse(words, &LOGS)?),
        "inspect" => inspect(call, &plain()?),
        "list" | "ls" => list(call, &Words::parse(words, &LIST)?),
        "rename" => rename(call, &plain()?),
        "stop" | "kill" => each(call, &plain()?, |container| exec::end(container, verb)),
        "update" => update(call, &plain()?),
        "rm" => remove(call, &plain()?),
        "commit" => commit(call, &plain()?),
        "cp" => copy(call, &plain()?),
        "port" => port(call, &plain()?),
        _ => Err(Refusal("no such command".to_owned())),
    }
}

/// Docker's words for a container that is not there.
pub fn missing(name: &str) -> Reply {
    Reply::error(format!(
        "Error response from daemon: No such container: {name}"
    ))
}

/// Does something to each named container and prints the names.
fn each(call: &mut Call, words: &Words, act: impl Fn(&mut Container)) -> Outcome {
    words.word(0)?;
    let mut reply = Reply::default();
    for name in &words.rest {
        match call
            .state
            .position(name)
            .and_then(|at| call.state.containers.get_mut(at))
        {
            Some(container) => {
                act(container);
                reply.stdout.extend(format!("{name}\n").into_bytes());
            }
            None => {
                reply.status = 1;
                reply.stderr.extend(missing(name).stderr);
            }
        }
    }
    Ok(reply)
}

fn update(call: &mut Call, words: &Words) -> Outcome {
    let policy = words.last("--restart").to_owned();
    each(call, words, |container| {
        container.restart.clone_from(&policy)
    })
}

fn remove(call: &mut Call, words: &Words) -> Outcome {
    words.word(0)?;
    let mut reply = Reply::default();
    for name in &words.rest {
        let Some(at) = call.state.position(name) else {
            reply.status = 1;
            reply
                .stderr
                .extend(format!("Error: No such container: {name}\n").into_bytes());
            continue;
        };
        let running = call
            .state
            .containers
            .get(at)
            .is_some_and(|c| c.status == "running");
        if running && !words.is("--force -f") {
            reply.status = 1;
            reply.stderr.extend(running_refusal(name));
            continue;
        }
        let container = call.state.containers.remove(at);
        let _ = std::fs::remove_dir_all(call.home.files(&container.id));
        reply.stdout.extend(format!("{name}\n").into_bytes());
    }
    Ok(reply)
}

fn running_refusal(name: &str) -> Vec<u8> {
    format!(
        "Error response from daemon: You cannot remove a running container {name}. Stop the \
         container before attempting removal or force remove\n"
    )
    .into_bytes()
}

fn logs(call: &Call, words: &Words) -> Outcome {
    let name = words.word(0)?;
    let Some(container) = call
        .state
        .position(name)
        .and_then(|at| call.state.containers.get(at))
    else {
        return Ok(Reply::error(format!("Error: No such container: {name}")));
    };
    let tail: Option<usize> = words.last("--tail -n").parse().ok();
    let stamp = if words.is("--timestamps -t") {
        "2020-04-01T12:00:00.000000000Z "
    } else {
        ""
    };
    let lines = |text: &str| -> Vec<u8> {
        let lines: Vec<&str> = text.lines().collect();
        let skip = tail.map_or(0, |tail| lines.len().saturating_sub(tail));
        let kept = lines.iter().skip(skip);
        kept.flat_map(|line| format!("{stamp}{line}\n").into_bytes())
            .collect()
    };
    Ok(Reply {
        status: 0,
        stdout: lines(&container.stdout),
        stderr: lines(&container.stderr),
    })
}

fn inspect(call: &Call, words: &Words) -> Outcome {
    let mut documents = Vec::new();
    let mut errors = String::new();
    words.word(0)?;
    for name in &words.rest {
        match call
            .state
            .position(name)
            .and_then(|at| call.state.containers.get(at))
        {
            Some(container) => documents.push(format::container(call.state, container)),
            None => errors += &format!("Error: No such container: {name}\n"),
        }
    }
    format::inspected(words.last("--format"), &documents, errors)
}

fn list(call: &Call, words: &Words) -> Outcome {
    let mut found = Vec::new();
    for container in call.state.containers.iter().rev() {
        let shown = words.is("--all -a") || container.status == "running";
        if (shown
            || words
                .all("--filter -f")
                .iter()
                .any(|f| f.starts_with("status=")))
            && selected(container, words)?
        {
            found.push(container);
        }
    }
    let id = |container: &Container| -> String {
        let digits = if words.is("--no-trunc") { 64 } else { 12 };
        container.id.chars().take(digits).collect()
    };
    let template = match (words.last("--format"), words.is("--quiet -q")) {
        ("", true) => "{{.ID}}",
        ("", false) => "{{.ID}}   {{.Image}}   {{.Status}}   {{.Names}}",
        (template, _) => template,
    };
    // A template is checked even when there is nothing to show.
    listed(&Container::default(), template, id)?;
    let lines = found
        .iter()
        .map(|container| listed(container, template, id));
    let mut lines: Vec<String> = lines.collect::<Result<_, _>>()?;
    if words.last("--format").is_empty() && !words.is("--quiet -q") {
        lines.insert(0, "CONTAINER ID   IMAGE   STATUS   NAMES".to_owned());
    }
    Ok(Reply::lines(&lines))
}

fn listed(
    container: &Container,
    template: &str,
    id: impl Fn(&Container) -> String,
) -> Result<String, Refusal> {
    format::fill(template, |field| match field {
        ".ID" => Some(id(container)),
        ".Names" => Some(container.name.clone()),
        ".Image" => Some(container.image.clone()),
        ".State" | ".Status" => Some(container.status.clone()),
        _ => {
            let label = field.strip_prefix(".Label \"")?.strip_suffix('"')?;
            Some(container.labels.get(label).cloned().unwrap_or_default())
        }
    })
}

fn selected(container: &Container, words: &Words) -> Result<bool, Refusal> {
    // Filters of one kind are alternatives, but for labels; kinds add up.
    let filters = words.all("--filter -f");
    let statuses: Vec<&&str> = filters
        .iter()
        .filter(|f| f.starts_with("status="))
        .collect();
    if !statuses.is_empty() && !statuses.iter().any(|f| f[7..] == container.status) {
        return Ok(false);
    }
    for filter in filters {
        let hit = match filter.split_once('=') {
            Some(("status", _)) => true,
            Some(("label", label)) => format::has_label(&container.labels, label),
            Some(("name", name)) => name_fits(container, name)?,
            Some(("id", id)) => container.id.starts_with(id),
            _ => return Err(Refusal(format!("unknown filter {filter}"))),
        };
        if !hit {
            return Ok(false);
        }
    }
    Ok(true)
}

fn name_fits(container: &Container, name: &str) -> Result<bool, Refusal> {
    let pattern = Regex::new(name).map_err(|error| Refusal(error.to_string()))?;
    let slashed = format!("/{}", container.name);
    Ok(pattern.is_match(&container.name) || pattern.is_match(&slashed))
}

fn rename(call: &mut Call, words: &Words) -> Outcome {
    let (old, new) = (words.word(0)?, words.word(1)?.to_owned());
    if call
        .state
        .containers
        .iter()
        .any(|container| container.name == new)
    {
        return Ok(Reply::error(format!(
            "Error response from daemon: Error when allocating new name: Conflict. The container \
             name \"/{new}\" is already in use"
        )));
    }
    let Some(at) = call.state.position(old) else {
        return Ok(missing(old));
    };
    if let Some(container) = call.state.containers.get_mut(at) {
        container.name = new;
    }
    Ok(Reply::default())
}

fn commit(call: &mut Call, words: &Words) -> Outcome {
    let (name, image_name) = (words.word(0)?, full_name(words.word(1)?));
    let Some(container) = call
        .state
        .position(name)
        .and_then(|at| call.state.containers.get(at))
    else {
        return Ok(missing(name));
    };
    let base = call
        .state
        .image(&container.image)
        .cloned()
        .unwrap_or_default();
    let mut image = Image {
        names: vec![image_name],
        id: String::new(),
        env: container.env.clone(),
        cmd: container.cmd.clone(),
        labels: container.labels.clone(),
        ..base
    };
    for change in words.all("--change -c") {
        match change.split_once(' ') {
            Some(("LABEL", label)) => image.labels.extend([format::key_value(label)]),
            Some(("ENV", env)) => image.env.push(env.replacen(' ', "=", 1)),
            Some(("WORKDIR", dir)) => dir.clone_into(&mut image.workdir),
            _ => return Err(Refusal(format!("unknown change {change}"))),
        }
    }
    let source = call.home.files(&container.id);
    let id = call.state.add_image(image);
    files::copy_tree(&source, &call.home.files(&id))?;
    Ok(Reply::lines(&[id]))
}

fn copy(call: &Call, words: &Words) -> Outcome {
    let (from, to) = (words.word(0)?, words.word(1)?);
    if let Some((name, path)) = from.split_once(':') {
        let Some(container) = call
            .state
            .position(name)
            .and_then(|at| call.state.containers.get(at))
        else {
            return Ok(Reply::error(format!(
                "Error: No such container:path: {from}"
            )));
        };
        let source = files::inside(&call.home.files(&container.id), path);
        if std::fs::symlink_metadata(&source).is_err() {
            return Ok(Reply::error(format!(
                "Error: No such container:path: {from}"
            )));
        }
        let mut target = std::path::PathBuf::from(to);
        if target.is_dir() && source.is_file() {
            target = target.join(source.file_name().unwrap_or_default());
        }
        files::copy(&source, &target)?;
        return Ok(Reply::default());
    }
    let Some((name, path)) = to.split_once(':') else {
        return Err(Refusal("cp needs a container".to_owned()));
    };
    let Some(container) = call
        .state
        .position(name)
        .and_then(|at| call.state.containers.get(at))
    else {
        return Ok(Reply::error(format!("Error: No such container:path: {to}")));
    };
    let target = files::inside(&call.home.files(&container.id), path);
    files::copy(std::path::Path::new(from), &target)?;
    Ok(Reply::default())
}

fn port(call: &Call, words: &Words) -> Outcome {
    let name = words.word(0)?;
    let Some(container) = call
        .state
        .position(name)
        .and_then(|at| call.state.containers.get(at))
    else {
        return Ok(Reply::error(format!("Error: No such container: {name}")));
    };
    let Some(port) = words.rest.get(1) else {
        let lines = container
            .published
            .iter()
            .map(|(port, host)| format!("{port} -> 0.0.0.0:{host}"));
        return Ok(Reply::lines(&lines.collect::<Vec<_>>()));
    };
    let full = if port.contains('/') {
        port.clone()
    } else {
        format!("{port}/tcp")
    };
    Ok(match container.published.get(&full) {
        Some(host) => Reply::lines(&[format!("0.0.0.0:{host}")]),
        None => Reply::error(format!(
            "Error: No public port '{full}' published for {name}"
        )),
    })
}
