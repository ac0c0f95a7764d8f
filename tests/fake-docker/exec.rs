//! Processes of containers: nothing runs; what they do is scripted, or follows from their labels.

use crate::container::missing;
use crate::state::{Container, Process, State};
use crate::words::{Grammar, Words};
use crate::{Call, Outcome, Refusal, Reply};

const EXEC: Grammar = Grammar {
    valued: "--env -e --user -u --workdir -w",
    plain: "-i --interactive -t --tty -it -d --detach",
    ends_at_word: true,
};

/// What a command does: as scripted; `echo` prints its words; a deployed container keeps running;
/// anything else ends at once and is silent.
fn process(state: &State, container: &Container, command: &[String]) -> Process {
    let line = command.join(" ");
    let dyno = container
        .labels
        .get("com.dokku.dyno")
        .map_or("", String::as_str);
    let scripted = state
        .processes
        .iter()
        .find(|process| line.contains(&process.matches) || dyno.starts_with(&process.matches));
    if let Some(process) = scripted {
        return process.clone();
    }
    let kind = container
        .labels
        .get("com.dokku.container-type")
        .map(String::as_str);
    Process {
        stays: kind == Some("deploy"),
        stdout: line
            .strip_prefix("echo ")
            .map(|words| format!("{words}\n"))
            .unwrap_or_default(),
        ..Process::default()
    }
}

/// Starts a container's process.
pub fn started(call: &mut Call, id: &str) {
    let Some(at) = call.state.position(id) else {
        return;
    };
    let Some(container) = call.state.containers.get(at).cloned() else {
        return;
    };
    let process = process(call.state, &container, &container.cmd);
    if let Some(container) = call.state.containers.get_mut(at) {
        container.status = if process.stays { "running" } else { "exited" }.to_owned();
        container.exit = process.exit;
        container.stdout = process.stdout;
        container.stderr = process.stderr;
    }
}

/// What the ended process of a container has said, with its status.
pub fn output(call: &Call, id: &str) -> Outcome {
    let at = call.state.position(id);
    let Some(container) = at.and_then(|at| call.state.containers.get(at)) else {
        return Ok(missing(id));
    };
    if container.status == "running" {
        return Err(Refusal(
            "this would wait for ever: the process keeps running".to_owned(),
        ));
    }
    Ok(Reply {
        status: u8::try_from(container.exit).unwrap_or(255),
        stdout: container.stdout.clone().into_bytes(),
        stderr: container.stderr.clone().into_bytes(),
    })
}

/// `container start [--attach] NAME…`.
pub fn start(call: &mut Call, words: &Words) -> Outcome {
    let name = words.word(0)?.to_owned();
    if call.state.position(&name).is_none() {
        return Ok(missing(&name));
    }
    started(call, &name);
    if words.is("--attach -a") {
        output(call, &name)
    } else {
        Ok(Reply::lines(&[name]))
    }
}

/// `container attach NAME`: a process that ended is shown as if it had been watched.
pub fn attach(call: &Call, words: &Words) -> Outcome {
    output(call, words.word(0)?)
}

/// `container wait NAME`: prints the status of the ended process.
pub fn wait(call: &Call, words: &Words) -> Outcome {
    let name = words.word(0)?;
    let reply = output(call, name)?;
    if call.state.position(name).is_none() {
        return Ok(reply);
    }
    Ok(Reply::lines(&[reply.status.to_string()]))
}

/// Stops or kills a process.
pub fn end(container: &mut Container, verb: &str) {
    if container.status == "running" {
        container.status = "exited".to_owned();
        container.exit = if verb == "kill" { 137 } else { 143 };
    }
}

/// `container exec NAME COMMAND…`.
pub fn exec(call: &Call, words: &[String]) -> Outcome {
    let words = Words::parse(words, &EXEC)?;
    let name = words.word(0)?;
    let at = call.state.position(name);
    let Some(container) = at.and_then(|at| call.state.containers.get(at)) else {
        return Ok(Reply::error(format!("Error: No such container: {name}")));
    };
    if container.status != "running" {
        return Ok(Reply::error(format!(
            "Error response from daemon: Container {} is not running",
            container.id
        )));
    }
    let process = process(
        call.state,
        container,
        words.rest.get(1..).unwrap_or_default(),
    );
    Ok(Reply {
        status: u8::try_from(process.exit).unwrap_or(255),
        stdout: process.stdout.into_bytes(),
        stderr: process.stderr.into_bytes(),
    })
}
