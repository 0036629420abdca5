//! Whether anybody carries on what is not over: an engine does, and where none runs, nobody, however it looks in the journal.

use crate::cli::client::{Project, ProjectKind};
use serde_json::Value;
use tminus_core::release::{ActionState, Release};
use tminus_core::situation::Outlook;
use tminus_core::verdict::Verdict;

/// Who carries on what is not over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carrier {
    /// An engine, here or in another process.
    Engine,
    /// No engine runs.
    Nobody,
    /// Somebody has the journal for themselves, or it was not found out.
    Unknown,
}

impl Carrier {
    /// Marks what was left lying as such: it does not run.
    pub fn correct(self, outlook: &mut Outlook, release: &Release) {
        if self != Self::Nobody {
            return;
        }
        for reason in &mut outlook.blocking {
            let Some(action) = left(release).find(|action| action.id.as_str() == reason.subject) else { continue };
            let what = format!("{} of {}", action.proposal.request.verb(), action.proposal.request.subject());
            let step = action.current().map(|(at, _)| format!(", at step {} of {}", at + 1, action.steps.len()));
            reason.verdict = Verdict::Pending;
            reason.says = format!(
                "{what} has not ended{}, and no engine runs: no engine runs to continue it",
                step.unwrap_or_default()
            );
            reason.short = Some(format!("{what} was left"));
        }
    }

    /// Says of an action that no engine runs to continue it, and how it goes on.
    pub fn words(self, project: &Project, action: &ActionState) -> Option<String> {
        if self != Self::Nobody || action.is_stuck() {
            return None;
        }
        let id = &action.id;
        Some(match &project.kind {
            ProjectKind::Own(scenario) => {
                let own = format!("tminus --rehearse {}", scenario.name);
                format!("no engine runs to continue it: `{own}` or `{own} wait {id}` starts one")
            }
            ProjectKind::Real | ProjectKind::LaidDown(_) => {
                format!("no engine runs to continue it: `tminus`, `tminus engine run` or `tminus wait {id}` starts one")
            }
        })
    }

    /// Writes into the actions of a status whether somebody carries them on; null where that is not known.
    pub fn mark(self, actions: &mut Value) {
        let is_carried_on = match self {
            Self::Engine => Some(true),
            Self::Nobody => Some(false),
            Self::Unknown => None,
        };
        for action in actions.as_array_mut().into_iter().flatten() {
            action["carried_on"] = serde_json::json!(is_carried_on);
        }
    }
}

/// Returns what was begun and would go on unasked, if there were an engine.
fn left(release: &Release) -> impl Iterator<Item = &ActionState> {
    release.active_actions().filter(|action| !action.is_stuck())
}
