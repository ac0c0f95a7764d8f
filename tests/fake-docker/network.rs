//! `docker network …`.

use crate::state::Network;
use crate::words::{Grammar, Words};
use crate::{Call, Outcome, Refusal, Reply, format};

const BUILT_IN: &[&str] = &["bridge", "host", "none"];
const CREATE: Grammar = Grammar {
    valued: "--label --driver",
    plain: "--attachable",
    ends_at_word: false,
};
const LIST: Grammar = Grammar {
    valued: "--format --filter",
    plain: "--quiet -q",
    ends_at_word: false,
};
const CONNECT: Grammar = Grammar {
    valued: "--alias",
    plain: "",
    ends_at_word: false,
};
const PLAIN: Grammar = Grammar {
    valued: "--format",
    plain: "--force -f",
    ends_at_word: false,
};

/// Runs a network command.
pub fn run(call: &mut Call, verb: &str, words: &[String]) -> Outcome {
    match verb {
        "create" => create(call, &Words::parse(words, &CREATE)?),
        "rm" => remove(call, &Words::parse(words, &PLAIN)?),
        "list" | "ls" => list(call, &Words::parse(words, &LIST)?),
        "connect" | "disconnect" => connect(call, verb, &Words::parse(words, &CONNECT)?),
        "inspect" => inspect(call, &Words::parse(words, &PLAIN)?),
        _ => Err(Refusal("no such command".to_owned())),
    }
}

fn names(call: &Call) -> Vec<String> {
    let own = call
        .state
        .networks
        .iter()
        .map(|network| network.name.clone());
    let mut names: Vec<String> = BUILT_IN
        .iter()
        .map(|name| (*name).to_owned())
        .chain(own)
        .collect();
    names.sort();
    names
}

fn create(call: &mut Call, words: &Words) -> Outcome {
    let name = words.word(0)?.to_owned();
    // Docker says this of an empty name too.
    if name.is_empty() || names(call).contains(&name) {
        return Ok(Reply::error(format!(
            "Error response from daemon: network with name {name} already exists"
        )));
    }
    let labels = words
        .all("--label")
        .into_iter()
        .map(format::key_value)
        .collect();
    call.state.networks.push(Network { name, labels });
    Ok(Reply::lines(&[call.state.new_id()]))
}

fn remove(call: &mut Call, words: &Words) -> Outcome {
    if words.is("--force -f") {
        return Ok(Reply {
            status: 125,
            ..Reply::error("unknown flag: --force\nSee 'docker network rm --help'.")
        });
    }
    let mut reply = Reply::default();
    words.word(0)?;
    for name in &words.rest {
        let known = call
            .state
            .networks
            .iter()
            .position(|network| network.name == *name);
        let Some(at) = known else {
            return Ok(Reply::error(format!("Error: No such network: {name}")));
        };
        call.state.networks.remove(at);
        reply.stdout.extend(format!("{name}\n").into_bytes());
    }
    Ok(reply)
}

fn list(call: &Call, words: &Words) -> Outcome {
    let lines = names(call).into_iter().map(|name| {
        format::fill(words.last("--format"), |field| match field {
            ".Name" => Some(name.clone()),
            _ => None,
        })
    });
    Ok(Reply::lines(&lines.collect::<Result<Vec<_>, _>>()?))
}

fn connect(call: &mut Call, verb: &str, words: &Words) -> Outcome {
    let (network, container) = (words.word(0)?.to_owned(), words.word(1)?);
    if !names(call).contains(&network) {
        return Ok(Reply::error(format!(
            "Error response from daemon: network {network} not found"
        )));
    }
    let Some(at) = call.state.position(container) else {
        return Ok(Reply::error(format!(
            "Error response from daemon: No such container: {container}"
        )));
    };
    if let Some(container) = call.state.containers.get_mut(at) {
        container.networks.retain(|name| *name != network);
        if verb == "connect" {
            container.networks.push(network);
        }
    }
    Ok(Reply::default())
}

fn inspect(call: &Call, words: &Words) -> Outcome {
    let name = words.word(0)?;
    if !names(call).iter().any(|known| known == name) {
        return Ok(Reply {
            stdout: b"[]\n".to_vec(),
            ..Reply::error(format!("Error: No such network: {name}"))
        });
    }
    let answer = serde_json::json!([{ "Name": name, "Driver": "bridge" }]);
    Ok(Reply::text(format!("{answer}\n")))
}
