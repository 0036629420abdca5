//! What an action would do now, shown before anybody confirms it.

use super::{CallsOf, Gate, Situation};
use crate::action::{Move, Proposal, Request, Step, StepUndo};
use crate::command::Refusal;
use crate::names::{ArtifactName, EnvName};
use crate::order::{Call, Order};
use crate::time::Span;
use crate::who::Who;
use serde::{Deserialize, Serialize};

/// What an action would do now, before it does it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Preview {
    /// What exactly would be asked for: consent and approvals are for this.
    pub proposal: Proposal,
    /// The steps, with the exact calls.
    pub steps: Vec<Step>,
    /// What it waits for; absent for actions that wait for nothing.
    pub gate: Option<Gate>,
    /// The runnable checks that would run first, because the gate lacks them.
    pub runs_first: Vec<String>,
    /// Why it cannot begin at all, whatever anybody confirms.
    pub blockers: Vec<String>,
    /// Those of the blockers that nothing holds: they could not be found out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unknown: Vec<String>,
    /// What a person should know before it begins: that something else runs there than tminus brought.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
    /// Who holds the environment, where a person does; [`Preview::seen_by`] says what that means for somebody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locked: Option<Locked>,
    /// What cannot be undone.
    pub irreversible: Vec<String>,
    /// What a rollback leaves as it is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keeps: Vec<String>,
    /// About how long it takes, where its target knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub takes: Option<Span>,
    /// How long it took the last time.
    pub last_took: Option<Span>,
    /// The name to type, for a protected environment.
    pub type_name: Option<String>,
}

/// A lock as a preview shows it: the engine does not know yet who looks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Locked {
    /// Who holds it.
    pub holder: Who,
    /// Who, since when and why, in words.
    pub words: String,
}

impl Preview {
    /// Returns the preview as somebody sees it: another's lock holds a deploy, and a rollback takes it over.
    ///
    /// In an incident going back is one decision away: whoever holds the environment is named in the preview, and that
    /// the lock was taken over stands in the journal before the rollback begins.
    #[must_use]
    pub fn seen_by(mut self, who: &Who) -> Self {
        let Some(lock) = self.locked.as_ref().filter(|lock| &lock.holder != who) else { return self };
        let words = lock.words.clone();
        match &self.proposal.request {
            Request::RollBack { .. } => self.warnings.push(format!("takes over a lock: {words}")),
            Request::Deploy { .. }
            | Request::Verify { .. }
            | Request::Build { .. }
            | Request::Cut { .. }
            | Request::Act { .. } => {
                self.blockers.insert(0, words);
            }
        }
        self
    }
}

impl Situation<'_> {
    /// Makes the preview of a proposal.
    pub fn preview(&self, proposal: &Proposal, calls_of: &dyn CallsOf) -> Result<Preview, Refusal> {
        let steps = self.steps(proposal, &self.action_id(proposal), calls_of)?;
        let env = proposal.request.env().and_then(|env| self.plan.environment(env));
        let is_deploy = matches!(proposal.request, Request::Deploy { .. });
        let gate = env.and_then(|env| self.gate_of(env, proposal));
        let runs_first = env.filter(|_| is_deploy).map(|env| self.lacking(env)).unwrap_or_default();
        let way = match &proposal.request {
            Request::RollBack { env, to, .. } => Some(self.way_back_to(env, to.as_ref())),
            Request::Deploy { .. }
            | Request::Verify { .. }
            | Request::Build { .. }
            | Request::Cut { .. }
            | Request::Act { .. } => None,
        };
        let (keeps, takes) = way.map(|way| (way.keeps, way.takes)).unwrap_or_default();
        let mut warnings =
            env.filter(|_| proposal.request.is_changing()).map(|e| self.drift(&e.name)).unwrap_or_default();
        if let Request::Build { version, .. } = &proposal.request {
            warnings.extend(self.bad_words(version).map(|why| format!("{version} is marked bad: {why}")));
        }
        if let Request::Act { act, direction, .. } = &proposal.request {
            warnings.extend(self.stays_of_act(*act, *direction));
        }
        let back = env.filter(|_| matches!(proposal.request, Request::RollBack { .. }));
        warnings.extend(back.and_then(|env| self.files_of_rollback(env)));
        warnings.extend(back.into_iter().flat_map(|env| self.glimpsed(&env.name, proposal)));
        warnings.extend(back.into_iter().flat_map(|env| self.undo_doubts(&env.name, &proposal.moves)));
        Ok(Preview {
            unknown: self.unknown_health(proposal),
            warnings,
            locked: self.locked(proposal),
            irreversible: cannot_be_undone(&steps),
            keeps,
            takes,
            gate,
            runs_first: runs_first.iter().map(ToString::to_string).collect(),
            blockers: self.blockers(proposal),
            last_took: env.and_then(|e| self.release.last_took(proposal.request.verb(), &e.name)).map(Span::from),
            type_name: env.filter(|e| e.protected && proposal.request.is_changing()).map(|e| e.name.to_string()),
            proposal: proposal.clone(),
            steps,
        })
    }

    /// Says which of the versions that a rollback brings back were seen for a moment only.
    fn glimpsed(&self, env: &EnvName, proposal: &Proposal) -> Vec<String> {
        let places = self.release.environments.get(env).map(|state| &state.places);
        let is_glimpsed = |m: &&Move| {
            let place = places.and_then(|places| places.get(&m.artifact));
            place.is_some_and(|place| self.is_glimpsed(env, (&m.artifact, place), &m.to))
        };
        let says = |m: &Move| {
            let (artifact, version) = (&m.artifact, &m.to.version);
            format!("{artifact} {version} was seen in {env} only for a moment, and it is unknown whether it was good")
        };
        proposal.moves.iter().filter(is_glimpsed).map(says).collect()
    }

    /// Returns what a proposal would do that cannot be undone, in the words of its preview.
    pub fn irreversible_of(&self, proposal: &Proposal) -> Vec<String> {
        let steps = self.steps(proposal, &self.action_id(proposal), &Uncalled);
        steps.map(|steps| cannot_be_undone(&steps)).unwrap_or_default()
    }
}

/// Where only the steps matter, and nobody asks for their calls.
struct Uncalled;

impl CallsOf for Uncalled {
    fn calls_of(&self, _: Option<&ArtifactName>, _: &Order) -> Vec<Call> {
        Vec::new()
    }
}

fn cannot_be_undone(steps: &[Step]) -> Vec<String> {
    let of = |step: &Step| match &step.undo {
        StepUndo::Irreversible(why) => Some(format!("{}: {why}", step.title)),
        StepUndo::Unsaid => Some(format!("{}: the plan names no undo", step.title)),
        StepUndo::Nothing | StepUndo::By(_) => None,
    };
    steps.iter().filter_map(of).collect()
}
