//! From stored values to docker's options. Pure. Reference 23, "docker-args-process-deploy".

use super::{DEFAULTS, KEYS, Request, property};

/// The option of a value; `None` for what docker cannot do (stored and reported only).
fn option(request: Request, key: &str) -> Option<&'static str> {
    match (request, key) {
        (Request::Limit, "cpu") => Some("--cpus"),
        (Request::Limit, "memory") => Some("--memory"),
        (Request::Limit, "memory-swap") => Some("--memory-swap"),
        (Request::Limit, "nvidia-gpu") => Some("--gpus"),
        (Request::Reserve, "memory") => Some("--memory-reservation"),
        _ => None,
    }
}

/// The value that holds for a process type: its own, even an empty one, before the default.
pub fn effective(
    get: &impl Fn(&str) -> Option<String>,
    process_type: &str,
    request: Request,
    key: &str,
) -> Option<String> {
    let own = get(&property(process_type, request, key));
    own.or_else(|| get(&property(DEFAULTS, request, key)))
}

/// ` --option=value ` for every limit, then for every reservation; `get` reads a property. Values
/// are quoted, because the deploy code splits the text into words.
pub fn fragment(get: &impl Fn(&str) -> Option<String>, process_type: &str) -> String {
    let mut text = String::new();
    for request in [Request::Limit, Request::Reserve] {
        for key in KEYS {
            let Some(option) = option(request, key) else {
                continue;
            };
            let value = effective(get, process_type, request, key).unwrap_or_default();
            if !value.is_empty() {
                text += &format!(" {option}={} ", shell_words::quote(&value));
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored(name: &str) -> Option<String> {
        let value = match name {
            "_default_.limit.cpu" => "2",
            "_default_.limit.memory" => "512m",
            "_default_.limit.network" => "9",
            "_default_.reserve.memory" => "64m",
            "worker.limit.memory" => "",
            "worker.limit.nvidia-gpu" => "$(reboot)",
            _ => return None,
        };
        Some(value.to_owned())
    }

    #[test]
    fn limits_come_before_reservations_in_display_order() {
        assert_eq!(
            fragment(&stored, "web"),
            " --cpus=2  --memory=512m  --memory-reservation=64m "
        );
    }

    #[test]
    fn an_empty_value_of_a_process_type_removes_the_default() {
        assert_eq!(
            fragment(&stored, "worker"),
            " --cpus=2  --gpus='$(reboot)'  --memory-reservation=64m "
        );
    }
}
