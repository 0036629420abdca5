//! What is to be run: words, a folder, variables. Nothing here starts anything.

use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs::File;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Component, Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;
use tminus_core::hex::hex;
use tminus_core::ports::{FailureKind, PortError};
use tokio::process::Command;

/// The variables that tie git to one repository: a hook has them, and what tminus starts from there must not.
///
/// `git rev-parse --local-env-vars` lists them; `GIT_CONFIG_COUNT` is left, because people set it for all of their git.
pub const GIT_VARIABLES: &[&str] = &[
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_CONFIG",
    "GIT_CONFIG_PARAMETERS",
    "GIT_DIR",
    "GIT_GRAFT_FILE",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_INTERNAL_SUPER_PREFIX",
    "GIT_NAMESPACE",
    "GIT_NO_REPLACE_OBJECTS",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_QUARANTINE_PATH",
    "GIT_REPLACE_REF_BASE",
    "GIT_SHALLOW_FILE",
    "GIT_WORK_TREE",
];

/// A program with its words. The first word is the program, and no shell looks at any of them.
///
/// It inherits tminus's own environment but for [`GIT_VARIABLES`]. Secrets are given as variables only, never as words, which `ps` would show.
#[derive(Clone, Debug)]
pub struct Program {
    pub(super) words: Vec<String>,
    pub(super) dir: PathBuf,
    variables: Vec<(String, String)>,
    secrets: Vec<(String, SecretString)>,
    pub(super) input: Option<String>,
    pub(super) timeout: Duration,
    held: Option<Arc<File>>,
}

impl Program {
    /// Describes a program in a folder; it may run for ten minutes by default.
    pub fn new(words: Vec<String>, dir: impl Into<PathBuf>) -> Self {
        let timeout = Duration::from_secs(600);
        Self { words, dir: dir.into(), variables: Vec::new(), secrets: Vec::new(), input: None, timeout, held: None }
    }

    /// Gives it a variable.
    #[must_use]
    pub fn variable(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.variables.push((name.into(), value.into()));
        self
    }

    /// Gives it a variable that nobody may see.
    #[must_use]
    pub fn secret(mut self, name: impl Into<String>, value: SecretString) -> Self {
        self.secrets.push((name.into(), value));
        self
    }

    /// Gives it a few words to read, at most a pipe's worth; [`super::run`] alone hands them over.
    #[must_use]
    pub fn input(mut self, text: impl Into<String>) -> Self {
        self.input = Some(text.into());
        self
    }

    /// Says how long it may run.
    #[must_use]
    pub const fn within(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Gives it an open file as its input. A lock on that file is held until the program, and all that it starts, are
    /// gone, also when tminus is gone before.
    #[must_use]
    pub fn holding(mut self, file: Arc<File>) -> Self {
        self.held = Some(file);
        self
    }

    /// Returns the program's name, for sentences.
    pub fn name(&self) -> &str {
        self.words.first().map_or("", String::as_str)
    }

    /// Makes the command: own process group, no input, its output still to be told where to go.
    pub fn command(&self) -> Result<Command, PortError> {
        let Some((program, arguments)) = self.words.split_first().filter(|(program, _)| !program.is_empty()) else {
            return Err(PortError::new(FailureKind::Malformed, "the command has no words"));
        };
        if !self.dir.is_dir() {
            let summary = format!("{program} could not be started: there is no folder {}", self.dir.display());
            return Err(PortError::new(FailureKind::NotFound, summary));
        }
        let mut command = Command::new(program);
        command.args(arguments).current_dir(&self.dir).process_group(0).stdin(self.inherited()?);
        for name in GIT_VARIABLES {
            command.env_remove(name);
        }
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command.envs(self.secrets.iter().map(|(name, value)| (name, value.expose_secret())));
        Ok(command)
    }

    /// Returns what stands for all the variables that it would see: two programs that see the same have the same.
    pub fn surroundings(&self) -> Result<String, PortError> {
        let command = self.command()?;
        let own = command.as_std().get_envs().map(|(name, value)| (name.to_owned(), value.map(OsStr::to_owned)));
        let all: BTreeMap<_, _> = std::env::vars_os().map(|(name, value)| (name, Some(value))).chain(own).collect();
        let mut hash = Sha256::new();
        for (name, value) in all {
            for part in [Some(name), value] {
                // Neither holds a 0, so that is what parts them.
                hash.update(part.unwrap_or_default().as_bytes());
                hash.update([0]);
            }
        }
        Ok(hex(hash.finalize()))
    }

    fn inherited(&self) -> Result<Stdio, PortError> {
        let Some(file) = &self.held else { return Ok(Stdio::null()) };
        file.try_clone().map(Stdio::from).map_err(|error| self.start_failure(&error))
    }

    /// Says why it could not be started, naming it.
    pub fn start_failure(&self, error: &std::io::Error) -> PortError {
        let name = self.name();
        match error.kind() {
            std::io::ErrorKind::NotFound => {
                PortError::new(FailureKind::NotFound, format!("{name} is not installed here, or not on the PATH"))
            }
            std::io::ErrorKind::PermissionDenied => {
                PortError::new(FailureKind::Rejected, format!("{name} may not be run")).because(error.to_string())
            }
            _ => {
                PortError::new(FailureKind::Rejected, format!("{name} could not be started")).because(error.to_string())
            }
        }
    }
}

/// Returns a folder or file of the plan, which counts from the root and never leads out of it.
pub fn from_root(root: &Path, inside: Option<&str>) -> Result<PathBuf, PortError> {
    let Some(inside) = inside else {
        return Ok(root.to_owned());
    };
    let stays = Path::new(inside).components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
    if stays {
        Ok(root.join(inside))
    } else {
        Err(PortError::new(FailureKind::Rejected, format!("{inside} leads out of the repository")))
    }
}
