//! The one table. It changes together with the house rules that are written down, and with the reason in the commit.

/// The library crates in `src`, and which of the others each may list in its `Cargo.toml`.
pub const CRATES: &[(&str, &[&str])] = &[
    ("core", &[]),
    ("logs", &["core"]),
    ("storage", &["core"]),
    ("engine", &["core", "logs"]),
    ("services", &["core", "storage"]),
    ("rehearsal", &["core"]),
    ("cockpit", &["core", "engine", "logs", "storage"]),
];

/// What else lies in `src`: the program's own.
pub const PROGRAM: &[&str] = &["cli", "lib.rs", "main.rs"];

/// A part of a crate with a wall of its own, and what it may import of the same crate.
pub struct Room {
    /// Its folder under `src`; a crate stands for whatever of it is in no other room.
    pub name: &'static str,
    /// The rooms that it may import.
    pub imports: &'static [&'static str],
}

const fn room(name: &'static str, imports: &'static [&'static str]) -> Room {
    Room { name, imports }
}

/// The walls inside of crates.
pub const ROOMS: &[Room] = &[
    room("core", &["core/kinds"]),
    // A kind's file says how it stands in the plan file, so it lies between the plan and the reader; no file is in a circle.
    room("core/kinds", &["core", "core/grammar"]),
    room("core/version_file", &["core"]),
    room("core/grammar", &["core", "core/kinds", "core/version_file"]),
    room("core/ports", &["core"]),
    room("engine/journal", &[]),
    room("engine", &["engine/journal"]),
    room("engine/session", &["engine"]),
];

/// Where a room may import only some names of a crate: importer, imported, the names.
pub const ONLY: &[(&str, &str, &[&str])] = &[
    // A screen talks to the engine through its handle, and starts none.
    ("cockpit", "tminus_engine", &["EngineHandle", "EventStream", "Accepted", "EngineGone", "EngineNews", "Snapshot"]),
    // The program is nothing but the way into the command line.
    ("main", "tminus", &["cli"]),
];

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

/// Crates that stand only where they are named. What is not listed may stand anywhere but in `core`.
pub const FENCES: &[Fence] = &[
    fence("rusqlite", &["engine/journal"]),
    fence("reqwest", &["services"]),
    fence("hickory_proto", &["services"]),
    fence("aws_lc_rs", &["services"]),
    fence("percent_encoding", &["services"]),
    fence("rustls", &["services"]),
    fence("tokio_rustls", &["services"]),
    fence("x509_parser", &["services"]),
    fence("bollard", &["services"]),
    fence("kube", &["services"]),
    fence("notify", &["services"]),
    fence("git2", &["rehearsal"]),
    fence("git_conventional", &["core"]),
    fence("http_auth", &["services"]),
    fence("ratatui", &["cockpit"]),
    fence("crossterm", &["cockpit"]),
    fence("tui_textarea", &["cockpit"]),
    fence("clap", &["cli"]),
    fence("clap_complete", &["cli"]),
    fence("clap_mangen", &["cli"]),
    fence("color_eyre", &["cli", "main"]),
    fence("toml", &["core/grammar", "core/version_file", "rehearsal"]),
    fence("directories", &["storage"]),
    fence("hyper", &["rehearsal"]),
    fence("hyper_util", &["rehearsal"]),
    fence("http_body_util", &["rehearsal"]),
    fence("axum", &["rehearsal"]),
    fence("vte", &["core"]),
    fence("yaml_rust2", &["core"]),
    fence("memmap2", &["logs"]),
    fence(
        "tokio",
        &[
            "core/ports",
            "engine/journal",
            "engine",
            "engine/session",
            "services",
            "rehearsal",
            "cockpit",
            "cli",
            "main",
        ],
    ),
];

/// The families of kinds, whose kinds are named only where they are made and where they are served.
pub const FAMILIES: &[&str] = &["CheckKind", "ConnectKind", "DeliverKind", "LogOrigin"];

/// Where a kind may be named; elsewhere the kind is asked.
pub const NAMES_KINDS: &[&str] = &["core/kinds", "services"];

/// The crates that `core` may use outside its readers and ports; any other is a fault there.
pub const CORE_CRATES: &[&str] = &[
    "std",
    "core",
    "aho_corasick",
    "alloc",
    "base64",
    "git_conventional",
    "serde",
    "serde_json",
    "thiserror",
    "regex",
    "jiff",
    "sha2",
    "similar",
    "strum",
    "vte",
    "unicode_width",
    "yaml_rust2",
];

/// What nothing in `core` may touch, as the ends of paths: it is pure, and `now` is a parameter.
pub const CORE_FORBIDDEN: &[&[&str]] = &[
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
