//! `docker image …`: builds from a Dockerfile's words without running them, names, prunes.

use std::collections::BTreeSet;
use std::io::Read as _;
use std::path::Path;

use crate::state::{Image, full_name};
use crate::words::{Grammar, Words};
use crate::{Call, Outcome, Refusal, Reply, files, format};

const BUILD: Grammar = Grammar {
    valued: "-t --tag --label --build-arg -f --file --network --memory --cpu-shares --link -v \
             --volume --add-host --cpus",
    plain: "--rm --force-rm --no-cache --pull -q --quiet",
    ends_at_word: false,
};
const LIST: Grammar = Grammar {
    valued: "--filter -f --format",
    plain: "--quiet -q --all -a --no-trunc",
    ends_at_word: false,
};
const PLAIN: Grammar = Grammar {
    valued: "--filter --format",
    plain: "--force -f --all -a",
    ends_at_word: false,
};

/// Runs an image command.
pub fn run(call: &mut Call, verb: &str, words: &[String]) -> Outcome {
    match verb {
        "inspect" => inspect(call, &Words::parse(words, &PLAIN)?),
        "build" => build(call, &Words::parse(words, &BUILD)?),
        "list" | "ls" => list(call, &Words::parse(words, &LIST)?),
        "tag" => tag(call, &Words::parse(words, &PLAIN)?),
        "rm" => remove(call, &Words::parse(words, &PLAIN)?),
        "prune" => prune(call, &Words::parse(words, &PLAIN)?),
        "pull" => pull(call, &Words::parse(words, &PLAIN)?),
        _ => Err(Refusal("no such command".to_owned())),
    }
}

fn inspect(call: &Call, words: &Words) -> Outcome {
    words.word(0)?;
    let mut documents = Vec::new();
    let mut errors = String::new();
    for name in &words.rest {
        match call.state.image(name) {
            Some(image) => documents.push(format::image(image)),
            None => errors += &format!("Error: No such image: {name}\n"),
        }
    }
    format::inspected(words.last("--format"), &documents, errors)
}

fn build(call: &mut Call, words: &Words) -> Outcome {
    let context = words.word(0)?;
    let dockerfile = if context == "-" {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text)?;
        text
    } else {
        let file = match words.last("-f --file") {
            "" => "Dockerfile",
            file => file,
        };
        std::fs::read_to_string(Path::new(context).join(file))?
    };
    let mut image = Image::default();
    let id = format!("sha256:{}", call.state.new_id());
    for (instruction, rest) in instructions(&dockerfile) {
        let failed = step(call, &mut image, &id, context, &instruction, &rest)?;
        if let Some(failed) = failed {
            return Ok(failed);
        }
    }
    image.id.clone_from(&id);
    image.names = words.all("-t --tag").into_iter().map(full_name).collect();
    let labels = words.all("--label").into_iter().map(format::key_value);
    image.labels.extend(labels);
    let mut said = vec![format!("Successfully built {}", short(&id))];
    said.extend(
        image
            .names
            .iter()
            .map(|name| format!("Successfully tagged {name}")),
    );
    call.state.add_image(image);
    Ok(Reply::lines(&said))
}

/// The instructions of a Dockerfile: upper-case word and the rest, continued lines joined.
fn instructions(text: &str) -> Vec<(String, String)> {
    let joined = text.replace("\\\n", " ");
    let lines = joined.lines().map(str::trim);
    lines
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| {
            let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
            (word.to_uppercase(), rest.trim().to_owned())
        })
        .collect()
}

/// Applies one instruction; a reply means that the build failed.
fn step(
    call: &Call,
    image: &mut Image,
    id: &str,
    context: &str,
    instruction: &str,
    rest: &str,
) -> Result<Option<Reply>, Refusal> {
    match instruction {
        "FROM" => {
            if let Some(base) = call.state.image(rest) {
                *image = Image {
                    names: Vec::new(),
                    ..base.clone()
                };
                files::copy_tree(&call.home.files(&base.id), &call.home.files(id))?;
            }
        }
        "WORKDIR" => rest.clone_into(&mut image.workdir),
        "EXPOSE" => image.ports.extend(rest.split_whitespace().map(port)),
        "CMD" => image.cmd = command_words(rest),
        "ENTRYPOINT" => image.entrypoint = command_words(rest),
        "ENV" => image.env.push(environment(rest)),
        "LABEL" => image.labels.extend([format::key_value(rest)]),
        "COPY" | "ADD" => copy_in(call, image, id, context, rest)?,
        "RUN" => return Ok(failing_command(rest)),
        "ARG" | "USER" | "VOLUME" => {}
        _ => return Err(Refusal(format!("unknown instruction {instruction}"))),
    }
    Ok(None)
}

fn port(word: &str) -> String {
    if word.contains('/') {
        word.to_owned()
    } else {
        format!("{word}/tcp")
    }
}

fn command_words(text: &str) -> Vec<String> {
    serde_json::from_str(text)
        .unwrap_or_else(|_| vec!["/bin/sh".to_owned(), "-c".to_owned(), text.to_owned()])
}

fn environment(text: &str) -> String {
    match text.split_once([' ', '=']) {
        Some((name, value)) => format!("{name}={}", value.trim()),
        None => text.to_owned(),
    }
}

fn copy_in(call: &Call, image: &Image, id: &str, context: &str, rest: &str) -> Result<(), Refusal> {
    let words: Vec<&str> = rest
        .split_whitespace()
        .filter(|w| !w.starts_with("--"))
        .collect();
    let Some((target, sources)) = words.split_last() else {
        return Err(Refusal("COPY without words".to_owned()));
    };
    let target = if target.starts_with('/') {
        (*target).to_owned()
    } else {
        format!("{}/{target}", image.workdir)
    };
    let root = call.home.files(id);
    for source in sources {
        let from = Path::new(context).join(source);
        let mut to = files::inside(&root, &target);
        if from.is_file() && (target.ends_with('/') || sources.len() > 1) {
            to = to.join(from.file_name().unwrap_or_default());
        }
        files::copy(&from, &to)?;
    }
    Ok(())
}

/// `RUN exit N` is the one command whose result the fake knows.
fn failing_command(rest: &str) -> Option<Reply> {
    let status: u8 = rest.strip_prefix("exit ")?.trim().parse().ok()?;
    (status != 0).then(|| Reply {
        status,
        ..Reply::error(format!(
            "The command '/bin/sh -c {rest}' returned a non-zero code: {status}"
        ))
    })
}

fn short(id: &str) -> String {
    id.trim_start_matches("sha256:").chars().take(12).collect()
}

fn selected(image: &Image, words: &Words) -> Result<bool, Refusal> {
    for filter in words.all("--filter -f") {
        let hit = match filter.split_once('=') {
            Some(("dangling", "true")) => image.names.is_empty(),
            Some(("label", label)) => format::has_label(&image.labels, label),
            Some(("reference", name)) => image.names.contains(&full_name(name)),
            _ => return Err(Refusal(format!("unknown filter {filter}"))),
        };
        if !hit {
            return Ok(false);
        }
    }
    Ok(true)
}

fn list(call: &Call, words: &Words) -> Outcome {
    let repository = words.rest.first();
    let mut rows = Vec::new();
    for image in call.state.images.iter().rev() {
        if !selected(image, words)? {
            continue;
        }
        for (name, tag) in named(image) {
            if repository.is_none_or(|wanted| *wanted == name || *wanted == format!("{name}:{tag}"))
            {
                rows.push((name, tag, short(&image.id)));
            }
        }
    }
    if words.is("--quiet -q") {
        let ids: Vec<String> = rows.into_iter().map(|(_, _, id)| id).collect();
        return Ok(Reply::lines(&ids));
    }
    match words.last("--format") {
        "" => Ok(Reply::text(table(&rows))),
        template => {
            let lines = rows.iter().map(|(name, tag, id)| {
                format::fill(template, |field| match field {
                    ".Repository" => Some(name.clone()),
                    ".Tag" => Some(tag.clone()),
                    ".ID" => Some(id.clone()),
                    _ => None,
                })
            });
            Ok(Reply::lines(&lines.collect::<Result<Vec<_>, _>>()?))
        }
    }
}

fn named(image: &Image) -> Vec<(String, String)> {
    let split = |name: &String| {
        let (name, tag) = name.rsplit_once(':').unwrap_or((name, "latest"));
        (name.to_owned(), tag.to_owned())
    };
    if image.names.is_empty() {
        vec![("<none>".to_owned(), "<none>".to_owned())]
    } else {
        image.names.iter().map(split).collect()
    }
}

/// Docker's columns: each as wide as its widest cell and three blanks, and at least ten.
fn table(rows: &[(String, String, String)]) -> String {
    let head = ["REPOSITORY", "TAG", "IMAGE ID", "CREATED", "SIZE"].map(str::to_owned);
    let body = rows.iter().map(|(name, tag, id)| {
        [name, tag, id, "2 years ago", "1MB"].map(|cell: &str| cell.to_owned())
    });
    let lines: Vec<[String; 5]> = std::iter::once(head).chain(body).collect();
    let width = |column: usize| {
        lines
            .iter()
            .map(|line| line[column].len())
            .max()
            .unwrap_or(0)
    };
    let line = |cells: &[String; 5]| {
        let padded = (0..4).map(|at| format!("{:1$}", cells[at], (width(at) + 3).max(10)));
        format!("{}{}\n", padded.collect::<String>(), cells[4])
    };
    lines.iter().map(line).collect()
}

fn tag(call: &mut Call, words: &Words) -> Outcome {
    let (source, target) = (words.word(0)?, full_name(words.word(1)?));
    let Some(id) = call.state.image(source).map(|image| image.id.clone()) else {
        return Ok(Reply::error(format!(
            "Error response from daemon: No such image: {}",
            full_name(source)
        )));
    };
    for image in &mut call.state.images {
        image.names.retain(|name| *name != target);
        if image.id == id {
            image.names.push(target.clone());
        }
    }
    Ok(Reply::default())
}

fn remove(call: &mut Call, words: &Words) -> Outcome {
    words.word(0)?;
    let mut reply = Reply::default();
    for name in &words.rest {
        let Some(id) = call.state.image(name).map(|image| image.id.clone()) else {
            reply.status = 1;
            reply
                .stderr
                .extend(format!("Error: No such image: {name}\n").into_bytes());
            continue;
        };
        if is_shared(call, &id, &full_name(name)) {
            reply.status = 1;
            let refusal = format!(
                "Error response from daemon: conflict: unable to delete {name} (must be forced) - \
                 image is referenced in multiple repositories\n"
            );
            reply.stderr.extend(refusal.into_bytes());
            continue;
        }
        reply
            .stdout
            .extend(untag(call, &id, &full_name(name)).into_bytes());
    }
    Ok(reply)
}

/// Whether `name` is no name of the image but its id, and several repositories have it.
fn is_shared(call: &Call, id: &str, name: &str) -> bool {
    let image = call.state.images.iter().find(|image| image.id == id);
    image.is_some_and(|image| {
        let repositories = image.names.iter().map(|name| name.rsplit_once(':'));
        let repositories: BTreeSet<_> = repositories.map(|parts| parts.map(|p| p.0)).collect();
        repositories.len() > 1 && !image.names.iter().any(|known| known == name)
    })
}

/// Takes a name off an image, or deletes the image when that was its last one.
fn untag(call: &mut Call, id: &str, name: &str) -> String {
    let mut said = String::new();
    for image in call.state.images.iter_mut().filter(|image| image.id == id) {
        if image.names.len() > 1 && image.names.iter().any(|known| known == name) {
            image.names.retain(|known| known != name);
            return format!("Untagged: {name}\n");
        }
        said = image
            .names
            .iter()
            .map(|name| format!("Untagged: {name}\n"))
            .collect();
    }
    call.state.images.retain(|image| image.id != id);
    said + &format!("Deleted: {id}\n")
}

fn prune(call: &mut Call, words: &Words) -> Outcome {
    let mut gone = Vec::new();
    for image in &call.state.images {
        let used = call.state.containers.iter().any(|container| {
            call.state
                .image(&container.image)
                .is_some_and(|used| used.id == image.id)
        });
        let candidate = image.names.is_empty() || words.is("--all -a");
        if candidate && !used && selected(image, words)? {
            gone.push(image.id.clone());
        }
    }
    call.state.images.retain(|image| !gone.contains(&image.id));
    let mut said: Vec<String> = gone.iter().map(|id| format!("deleted: {id}")).collect();
    if !said.is_empty() {
        said.insert(0, "Deleted Images:".to_owned());
        said.push(String::new());
    }
    said.push("Total reclaimed space: 0B".to_owned());
    Ok(Reply::lines(&said))
}

fn pull(call: &Call, words: &Words) -> Outcome {
    let name = words.word(0)?;
    Ok(match call.state.image(name) {
        Some(_) => Reply::lines(&[full_name(name)]),
        None => Reply::error(format!(
            "Error response from daemon: manifest for {} not found",
            full_name(name)
        )),
    })
}
