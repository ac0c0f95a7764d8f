//! What a mount and its docker option look like: pure. Reference 25.

/// What follows the `-v` of a docker option line; `None` when the line is no mount.
pub fn rest(line: &str) -> Option<&str> {
    line.strip_prefix("-v")
}

/// Whether a word is `/HOST:/CONTAINER[:OPTIONS]`; named volumes are left to docker-options.
pub fn is_path_pair(path: &str) -> bool {
    path.starts_with('/') && path.contains(":/")
}

/// The docker option of a mount.
pub fn option(path: &str) -> String {
    format!("-v {path}")
}

/// Whether a docker option line mounts `path`, be it with further mount options or in front of
/// other docker options. (Upstream is content with any line that begins so.)
pub fn is_mount_of(line: &str, path: &str) -> bool {
    // The path itself may hold blanks.
    let more = rest(line).and_then(|rest| rest.trim_start().strip_prefix(path));
    more.is_some_and(|more| {
        more.is_empty() || more.starts_with(|c: char| c == ':' || c.is_whitespace())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_two_absolute_paths_are_a_mount() {
        for good in ["/a:/b", "/a:/b:ro", "/:/", "/a b:/c"] {
            assert!(is_path_pair(good), "{good}");
        }
        for bad in ["", "/a", "vol:/a", "/a:b", "a:/b", ":/b"] {
            assert!(!is_path_pair(bad), "{bad}");
        }
    }

    #[test]
    fn a_mount_is_compared_as_a_whole() {
        assert!(is_mount_of("-v /a:/mnt", "/a:/mnt"));
        assert!(is_mount_of("-v /a:/mnt:ro", "/a:/mnt"));
        assert!(is_mount_of("-v /a:/mnt --cap-add X", "/a:/mnt"));
        assert!(is_mount_of("-v /a b:/c", "/a b:/c"));
        assert!(is_mount_of("-v /a b:/c:ro", "/a b:/c"));
        assert!(!is_mount_of("-v /a b:/cd", "/a b:/c"));
        assert!(!is_mount_of("-v /a:/mnt", "/a:/m"));
        assert!(!is_mount_of("--link a:b", "a:b"));
    }
}
