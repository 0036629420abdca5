//! The one table. It changes together with the house rules that are written down, and with the reason in the commit.

/// A room, and whom it may import.
pub struct Room {
    /// Its name, and that of its folder.
    pub name: &'static str,
    /// The rooms that it may import.
    pub imports: &'static [&'static str],
}

const fn room(name: &'static str, imports: &'static [&'static str]) -> Room {
    Room { name, imports }
}

/// The eleven rooms.
pub const ROOMS: &[Room] = &[
    room("domain", &[]),
    room("ports", &["domain"]),
    room("config", &["domain"]),
    room("journal", &["domain"]),
    room("logs", &["domain"]),
    room("adapters", &["domain", "ports", "config"]),
    room("sandbox", &["domain", "ports", "config"]),
    room("engine", &["domain", "ports", "journal", "logs"]),
    room("session", &["domain", "engine"]),
    room("cockpit", &["domain", "config", "logs", "engine"]),
    room(
        "cli",
        &["domain", "ports", "config", "journal", "logs", "adapters", "sandbox", "engine", "session", "cockpit"],
    ),
];

/// Where a room may import only some names of another: importer, imported, the names.
pub const ONLY: &[(&str, &str, &[&str])] = &[
    // A screen talks to the engine through its handle, and starts none.
    ("cockpit", "engine", &["handle", "EngineHandle", "EventStream", "Accepted", "Gone", "News", "Snapshot"]),
    // The program is nothing but the way into the command line.
    ("main", "lib", &["cli"]),
];

/// Folders whose files still import each other in circles; what is not named here may never do so again.
pub const WITH_CIRCLES: &[&str] = &["src/adapters/docker/"];

/// A crate that may stand only in some rooms.
pub struct Fence {
    /// The crate, as it is written in code.
    pub name: &'static str,
    /// The rooms; `main` is the program's own file.
    pub rooms: &'static [&'static str],
}

const fn fence(name: &'static str, rooms: &'static [&'static str]) -> Fence {
    Fence { name, rooms }
}

/// Crates that stand only where they are named. What is not listed may stand anywhere but in `domain`.
pub const FENCES: &[Fence] = &[
    fence("rusqlite", &["journal"]),
    fence("reqwest", &["adapters"]),
    fence("bollard", &["adapters"]),
    fence("kube", &["adapters"]),
    fence("git2", &["sandbox"]),
    fence("ratatui", &["cockpit"]),
    fence("crossterm", &["cockpit"]),
    fence("tui_textarea", &["cockpit"]),
    fence("clap", &["cli"]),
    fence("clap_complete", &["cli"]),
    fence("clap_mangen", &["cli"]),
    fence("color_eyre", &["cli", "main"]),
    fence("toml", &["config"]),
    fence("directories", &["config"]),
    fence("hyper", &["sandbox"]),
    fence("hyper_util", &["sandbox"]),
    fence("http_body_util", &["sandbox"]),
    fence("axum", &["sandbox"]),
    fence("vte", &["domain"]),
    fence("memmap2", &["logs"]),
    fence("tokio", &["ports", "journal", "logs", "adapters", "sandbox", "engine", "session", "cockpit", "cli", "main"]),
];

/// The crates that `domain` may use; any other is a fault there.
pub const DOMAIN_CRATES: &[&str] = &[
    "std",
    "core",
    "alloc",
    "serde",
    "serde_json",
    "thiserror",
    "regex",
    "jiff",
    "sha2",
    "similar",
    "vte",
    "unicode_width",
];

/// What `domain` must not touch, as the ends of paths: it is pure, and `now` is a parameter.
pub const DOMAIN_FORBIDDEN: &[&[&str]] = &[
    &["std", "fs"],
    &["std", "process"],
    &["std", "net"],
    &["std", "env"],
    &["std", "thread"],
    &["SystemTime", "now"],
    &["Timestamp", "now"],
    &["Instant", "now"],
    &["Zoned", "now"],
];

/// Macros that end the program; outside tests an error is a value.
pub const FORBIDDEN_MACROS: &[&str] = &["panic", "todo", "unimplemented"];

/// Methods that end the program.
pub const FORBIDDEN_METHODS: &[&str] = &["unwrap", "expect"];

/// How many lines a file may have, its own tests not counted.
pub const LONGEST_FILE: usize = 400;

/// How many lines a function may have, from its name to its last brace.
pub const LONGEST_FUNCTION: usize = 60;

/// What may lie at the top of the repository; `target` and `.git` are not the repository's.
pub const TOP: &[&str] = &[
    ".cargo",
    ".ci",
    ".gitattributes",
    ".gitignore",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE",
    "README.md",
    "assets",
    "benches",
    "docs",
    "keymaps",
    "rustfmt.toml",
    "src",
    "tests",
];
