//! The Compose that was found on this machine.

/// The program that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ComposeTool {
    /// The words that it begins with: `docker compose`.
    pub(super) words: Vec<String>,
    /// Its version: `2.26.1`.
    pub(super) version: String,
}

impl ComposeTool {
    /// Says whether it is the first Compose, which writes and names things its own way.
    pub(super) fn is_first(&self) -> bool {
        self.version.trim_start_matches('v').starts_with("1.")
    }

    /// Returns what it is called to a person.
    pub(super) fn called(&self) -> String {
        format!("{} {}", self.words.join(" "), self.version)
    }
}
