//! What a command needs before it can be started: programs, files, values. Which of them are there, a service looks.

use crate::plan::Secret;
use serde::{Deserialize, Serialize};

/// One thing without which a command cannot do its work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Need {
    /// A program.
    Program {
        /// Its bare name.
        name: String,
        /// The `PATH` that the plan sets for the command; that of tminus where it sets none.
        path: Option<String>,
        /// Whether a script runs before: it may install it.
        #[serde(default)]
        is_late: bool,
    },
    /// A file or a folder.
    File {
        /// Where, from the plan's folder or absolute.
        path: String,
        /// What it is needed for.
        kind: FileKind,
        /// Whether other programs run before: they may make it.
        is_late: bool,
    },
    /// The value of a variable that the plan gives the command.
    Value(Secret),
    /// A variable without which a shell stops: `${NAME:?}`, and nothing before gives it a value.
    Variable(String),
}

/// What a file is needed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FileKind {
    /// It is started.
    Started,
    /// It is started by tminus itself, which runs no shell that would read a text without `#!`.
    Executed,
    /// A shell runs it as a script.
    Script,
    /// An interpreter or another program is given it.
    Given,
    /// Make looks for its file in this folder.
    Makefile,
    /// The command runs in this folder.
    Folder,
}

/// Something that a command needs, and that was not as it must be when somebody looked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unmet {
    /// What is needed.
    pub need: Need,
    /// Why the command cannot be started: `scripts/put.sh is not in the checkout`.
    pub why: String,
}

impl Need {
    /// Says whether it may be there in time though it is not there now: something that runs before may bring it. What sets
    /// a variable of a shell is known from its text only in part.
    pub const fn may_come(&self) -> bool {
        match self {
            Self::Program { is_late, .. } | Self::File { is_late, .. } => *is_late,
            Self::Variable(_) => true,
            Self::Value(_) => false,
        }
    }

    /// Returns its name: of a program, of a file, of a variable.
    pub fn name(&self) -> String {
        match self {
            Self::Program { name, .. } | Self::Variable(name) => name.clone(),
            Self::File { path, .. } => path.clone(),
            Self::Value(Secret::Env(name) | Secret::Dotenv { key: name, .. }) => name.clone(),
            Self::Value(Secret::Command(line)) => line.display(),
        }
    }

    /// Returns what a person does where it is missing; `branch` is the release's.
    pub fn mend(&self, branch: &str) -> String {
        match self {
            Self::Program { name, .. } => {
                format!("install {name} where tminus runs, or name another program in the plan")
            }
            Self::File { path, .. } if path.starts_with('/') => "put it right there, or change the plan".to_owned(),
            Self::File { .. } => format!("put it right on {branch}, or change the plan"),
            Self::Value(_) | Self::Variable(_) => "set it where tminus runs".to_owned(),
        }
    }
}
