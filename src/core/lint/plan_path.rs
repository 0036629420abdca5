//! A path as a command names it, from the folder that the command runs in.

use super::given::is_literal;

/// Returns a path from a folder, without `.` and `..`; nothing where it leads out of the plan's folder.
pub(super) fn joined(dir: &str, path: &str) -> Option<String> {
    if !is_literal(path) {
        return None;
    }
    let whole = if path.starts_with('/') || dir.is_empty() { path.to_owned() } else { format!("{dir}/{path}") };
    let mut parts: Vec<&str> = Vec::new();
    for part in whole.split('/') {
        match part {
            "" | "." => {}
            // Behind a link `..` leads elsewhere; among written folders it is the one before.
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    let root = if whole.starts_with('/') { "/" } else { "" };
    Some(format!("{root}{}", parts.join("/")))
}
