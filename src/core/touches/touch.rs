//! One thing that a plan touches.

use crate::plan::{Check, CommandLine, EnvValue, Secret, Undo};

/// Something that a plan touches outside itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Touch<'a> {
    /// Where it stands in the plan: `check.tests.run`.
    pub at: String,
    /// What it does.
    pub kind: TouchKind<'a>,
    /// The line that a person trusts. What one entry of the plan touches together shares one.
    pub line: String,
}

/// What is done to what lies outside a plan.
#[derive(Clone, Debug, PartialEq)]
pub enum TouchKind<'a> {
    /// A command is run.
    Runs(TouchedCommand<'a>),
    /// A file is read or handed on.
    Reads(&'a str, FileUse<'a>),
    /// An address, a service or a log is asked.
    Asks,
    /// A secret is given to a command, or sent to an address.
    Gives(&'a Secret),
    /// A variable or a header is set.
    Sets,
    /// An engine of containers is talked to, by its context; the one of this machine without.
    Engine(Option<&'a str>),
    /// Something elsewhere is changed, or somebody is let in.
    Changes,
}

/// A command of the plan.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TouchedCommand<'a> {
    /// Its words.
    pub line: &'a CommandLine,
    /// Where it runs, from the root of the repository.
    pub dir: Option<&'a str>,
    /// What it is there for.
    pub role: RunRole<'a>,
    /// Variables that the plan gives it.
    pub env: &'a [(String, EnvValue)],
}

/// What a command is there for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum RunRole<'a> {
    /// To build an artifact.
    Build,
    /// To read what is there.
    Current,
    /// To deliver.
    Deliver,
    /// To change something, with a way to take it back or without.
    Step(&'a Undo),
    /// To take something back.
    Undo,
    /// To find out whether a check holds.
    Check(&'a Check),
    /// To reach a service.
    Connect,
    /// To print the lines of a log.
    Log,
    /// To be run by a person in an incident.
    Runbook,
}

/// What a file is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileUse<'a> {
    /// To build an image, from this folder.
    Dockerfile(&'a str),
    /// To say how a service runs.
    Compose,
    /// To be applied to a cluster.
    Manifests,
    /// To be handed on to a container.
    EnvFile,
    /// To be looked at by a check.
    Checked,
    /// To be followed as a log.
    Log,
}

impl<'a> Touch<'a> {
    /// Returns the command that is run.
    pub const fn run(&self) -> Option<TouchedCommand<'a>> {
        if let TouchKind::Runs(run) = self.kind { Some(run) } else { None }
    }

    /// Returns the command that a deploy or a rollback runs.
    pub fn action(&self) -> Option<TouchedCommand<'a>> {
        self.run().filter(|run| match run.role {
            RunRole::Deliver | RunRole::Step(_) | RunRole::Undo => true,
            RunRole::Build | RunRole::Current | RunRole::Check(_) => false,
            RunRole::Connect | RunRole::Log | RunRole::Runbook => false,
        })
    }

    /// Returns the secret that is handed out.
    pub const fn secret(&self) -> Option<&'a Secret> {
        if let TouchKind::Gives(secret) = self.kind { Some(secret) } else { None }
    }

    /// Returns the file that is read for one use.
    pub fn file(&self, wanted: FileUse<'_>) -> Option<&'a str> {
        if let TouchKind::Reads(file, for_what) = self.kind { Some(file).filter(|_| for_what == wanted) } else { None }
    }

    /// Returns the context of the engine that is talked to.
    pub const fn engine(&self) -> Option<Option<&'a str>> {
        if let TouchKind::Engine(context) = self.kind { Some(context) } else { None }
    }

    /// Returns what may be a file of the repository that is read or run by its content: words of commands, build and
    /// Compose files, manifests.
    pub fn leans_on(&self) -> Vec<String> {
        match &self.kind {
            TouchKind::Runs(run) => run.line.0.iter().map(|word| below(run.dir, word.as_str())).collect(),
            TouchKind::Reads(file, FileUse::Dockerfile(folder)) => vec![below(Some(folder), file)],
            TouchKind::Reads(file, FileUse::Compose | FileUse::Manifests) => vec![below(None, file)],
            TouchKind::Reads(_, FileUse::EnvFile | FileUse::Checked | FileUse::Log) => Vec::new(),
            TouchKind::Asks | TouchKind::Gives(_) | TouchKind::Sets | TouchKind::Engine(_) | TouchKind::Changes => {
                Vec::new()
            }
        }
    }
}

fn below(folder: Option<&str>, file: &str) -> String {
    let folder = folder.filter(|_| !file.starts_with('/')).map(|folder| format!("{}/", folder.trim_end_matches('/')));
    let path = format!("{}{}", folder.unwrap_or_default(), file.trim_start_matches("./"));
    path.trim_start_matches("./").to_owned()
}
