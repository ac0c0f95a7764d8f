//! Which processes this one is part of: a command of a hook must not wait for the deploy that runs
//! the hook.

/// Whether a process is this one, or one that started it.
pub fn is_own_or_ancestor(pid: u32) -> bool {
    let mut process = std::process::id();
    while process > 1 {
        if process == pid {
            return true;
        }
        process = parent(process).unwrap_or(0);
    }
    false
}

fn parent(process: u32) -> Option<u32> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // PID (NAME) STATE PARENT …, and the name may hold anything.
    let (_, behind) = stat.rsplit_once(") ")?;
    behind.split(' ').nth(1)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_descends_from_those_that_started_it() {
        let own = std::process::id();
        assert!(is_own_or_ancestor(own));
        assert!(parent(own).is_some_and(is_own_or_ancestor));
        assert!(!is_own_or_ancestor(u32::MAX));
    }
}
