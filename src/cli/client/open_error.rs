//! Why no engine was opened in this process: somebody has the journal, or whatever else.

use super::engine;
use super::project::Project;
use crate::cli::exit::Stop;
use jiff::Timestamp;
use tminus_core::time::{age, brief};
use tminus_core::who::Who;
use tminus_engine::journal::Keeper;

/// Says who has the journal, for how long, and how one reaches them.
pub(super) async fn held(
    project: &Project,
    (pid, who, since): (u32, &Who, Timestamp),
    (by, is_opening): (Keeper, bool),
) -> Stop {
    let age = brief(age(Timestamp::now(), since));
    // Whoever has it may be between taking the lock and signing it.
    let process = if pid == 0 { "just started".to_owned() } else { format!("process {pid}, for {age}") };
    let reach = match (engine::running(project).await, by) {
        (Ok(Some(_)), _) => {
            "It is this project's engine: `tminus attach` joins it, `tminus engine stop` ends it at its next boundary."
        }
        (Err(why), Keeper::Engine) => &format!("It is this project's engine: {:#}", why.report),
        (Ok(None), Keeper::Engine) if is_opening => {
            "It is this project's engine, and it accepts no connections yet. Try again in a moment."
        }
        (Ok(None), Keeper::Engine) => {
            "It is this project's engine, and its door is not where this tminus looks for it: it ends just now, or another plan \
             ([session] group) or another XDG_RUNTIME_DIR was in force when it began. `tminus engine stop` from there, or \
             SIGINT to that process, ends it at its next boundary."
        }
        (Ok(None) | Err(_), Keeper::Command) => {
            "It is no engine that others join: leave the tminus that runs there, then try again."
        }
    };
    Stop::refused(format!("the journal is held by {} on {} ({process}). {reach}", who.label(), who.host))
}

/// Why no engine was opened here.
pub enum OpenError {
    /// Somebody has the journal.
    Held(Box<JournalHolder>),
    /// Whatever else.
    Stop(Stop),
}

/// Who has the journal, with what was to be opened.
pub struct JournalHolder {
    pub(super) project: Project,
    /// Whether that is an engine that began a moment ago, whose door is about to open.
    pub is_opening: bool,
    /// What is said of it.
    pub stop: Stop,
}

impl From<OpenError> for Stop {
    fn from(unopened: OpenError) -> Self {
        match unopened {
            OpenError::Held(held) => held.stop,
            OpenError::Stop(stop) => stop,
        }
    }
}

impl From<Stop> for OpenError {
    fn from(stop: Stop) -> Self {
        Self::Stop(stop)
    }
}
