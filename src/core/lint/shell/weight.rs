//! What the status of a call is worth.

use super::always::is_always_good;
use super::programs::judges;
use super::tree::ShellCall;

/// What the status of a call is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::lint) enum Weight {
    /// It finds out whether something is well: a test, a linter, an audit.
    Judges,
    /// It may be what matters, or not.
    Unknown,
    /// It prepares, cleans up or asks the shell something; its status is seldom what the check is about.
    Prepares,
    /// It ends with 0 whatever it finds.
    AlwaysGood,
}

/// Says what the status of a call is worth; `is_piped` where it reads what the one before it prints.
pub(in crate::lint) fn weight(call: &ShellCall, is_piped: bool) -> Weight {
    if call.words.is_empty() {
        return Weight::Prepares;
    }
    if is_always_good(call, is_piped) {
        Weight::AlwaysGood
    } else if judges(&call.words) {
        Weight::Judges
    } else if prepares(call) {
        Weight::Prepares
    } else {
        Weight::Unknown
    }
}

const PREPARING: [&str; 44] = [
    "cd", "pushd", "popd", "export", "local", "readonly", "declare", "typeset", "set", "shopt", "unset", "source", ".",
    "mkdir", "rm", "cp", "mv", "ln", "touch", "chmod", "chown", "trap", "read", "mapfile", "kill", "killall", "pkill",
    "wait", "apt-get", "apt", "apk", "brew", "which", "command", "type", "hash", "umask", "alias", "shift", "ulimit",
    "break", "continue", "return", "exit",
];

/// Says whether a call prepares something, cleans up, or is the shell's own business.
fn prepares(call: &ShellCall) -> bool {
    let program = call.program();
    let second = call.arguments().iter().find(|w| !w.starts_with('-')).map_or("", String::as_str);
    match program {
        _ if PREPARING.contains(&program) => true,
        "npm" | "yarn" | "pnpm" | "bun" => matches!(second, "ci" | "install" | "i" | "" | "add" | "link"),
        "pip" | "pip3" | "poetry" | "pipenv" | "uv" | "bundle" | "composer" | "gem" | "pdm" => {
            matches!(second, "install" | "sync" | "pip" | "lock" | "config" | "")
        }
        "go" => second == "mod",
        "git" => matches!(
            second,
            "fetch" | "checkout" | "switch" | "clean" | "config" | "pull" | "stash" | "clone" | "submodule"
        ),
        "docker" | "podman" => {
            let is_cleaning = |w: &String| {
                matches!(w.as_str(), "rm" | "stop" | "kill" | "down" | "prune" | "rmi" | "login" | "up" | "pull")
            };
            call.arguments().iter().any(is_cleaning)
        }
        "docker-compose" => matches!(second, "down" | "up" | "rm" | "stop" | "pull"),
        _ => false,
    }
}
