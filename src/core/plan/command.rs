//! Commands as lists of words, and secrets as references.

use super::{Placeholder, Template};
use crate::notation::shell_line;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A command as a list of words, run without a shell; the first word is the program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CommandLine(pub Vec<Template>);

/// The shells, which are given a script by its name.
pub const SHELLS: [&str; 7] = ["sh", "bash", "dash", "zsh", "ash", "ksh", "busybox-sh"];

/// What else runs a script that it is given by its name.
pub const INTERPRETERS: [&str; 12] =
    ["python", "python3", "node", "ruby", "perl", "php", "source", ".", "deno", "bun", "tsx", "ts-node"];

impl CommandLine {
    /// Returns it with its placeholders filled, as far as they have a value.
    #[must_use]
    pub fn filled(&self, values: &BTreeMap<Placeholder, String>) -> Self {
        Self(self.0.iter().map(|word| word.fill(values).map_or_else(|_| word.clone(), Template::new)).collect())
    }

    /// Returns the words as they stand in the plan, joined as a shell would want them quoted.
    pub fn display(&self) -> String {
        shell_line(self.0.iter().map(Template::as_str), "-_./:=@,+%{}")
    }
}

/// Way a secret comes from; its value is never in the plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Secret {
    /// `{ env = "NAME" }`: a variable of tminus's own environment.
    Env(String),
    /// `{ dotenv = "FILE", key = "NAME" }`: a line of an environment file.
    Dotenv {
        /// The file, from the root of the repository.
        file: String,
        /// The variable in it.
        key: String,
    },
    /// `{ command = ["op", "read", "…"] }`: what a command prints.
    Command(CommandLine),
}

/// A value of `env = { NAME = … }`: plain text, or a secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum EnvValue {
    /// Text that may be shown.
    Plain(Template),
    /// Text that may not.
    Secret(Secret),
}
