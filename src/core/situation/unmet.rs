//! Commands that cannot be started: what one of them needs was not there when somebody looked.
//!
//! It is asked before a deploy begins, and wherever an undo is promised: what is found out later comes after a migration.
//! What is surely missing holds an action; what an earlier command may bring is a guess, and a person may waive it.

use super::{GateItem, ItemKind, Situation};
use crate::action::{Move, Proposal, Request};
use crate::item_name::ItemName;
use crate::lint::{needs_of, needs_of_each, run_of_check};
use crate::names::{CheckName, EnvName};
use crate::need::{FileKind, Need, Unmet};
use crate::plan::{Check, Deliver, Environment, ExtraStep, Placeholder, Verifier};
use crate::release::OpenRelease;
use crate::touches::{RunRole, TouchedCommand};
use crate::verdict::Verdict;

/// Why nobody promises that an undo can be started.
pub(super) enum StartDoubt {
    /// It cannot: something that it needs is not there.
    Missing(String),
    /// Nobody can tell.
    Unknown(String),
}

impl StartDoubt {
    pub(super) fn words(self) -> String {
        match self {
            Self::Missing(why) | Self::Unknown(why) => why,
        }
    }
}

/// A command of a deploy that lacks something.
struct StartFault<'a> {
    /// Whose command it is: `the step "Migrate"`.
    whose: String,
    unmet: &'a Unmet,
}

impl<'a> Situation<'a> {
    /// Returns the release with whose branch the checkout was looked at last: its own while it is open, else any that is
    /// watched. What a command needs is in the checkout, whichever release asks.
    fn looked_with(&self) -> Option<&'a OpenRelease> {
        let own = self.opening().filter(|opening| opening.closed.is_none());
        own.or_else(|| self.release.watched().pop())
    }

    /// Returns everything that was missing when somebody looked.
    fn missing(&self) -> &'a [Unmet] {
        let state = self.looked_with().and_then(|opening| opening.state.as_ref());
        state.map(|state| state.unmet.as_slice()).unwrap_or_default()
    }

    /// Says why nobody knows what is missing, where that is so.
    fn unlooked(&self) -> Option<String> {
        let opening = self.looked_with()?;
        let lost = opening.lost.as_ref().map(|(_, failure)| failure.sentence());
        lost.or_else(|| opening.state.as_ref()?.unlooked.clone())
    }

    /// Says why an undo may not be started; nothing where all that it needs was seen.
    fn doubt<'r>(&self, runs: impl IntoIterator<Item = TouchedCommand<'r>>) -> Option<StartDoubt> {
        let (missing, unlooked) = (self.missing(), self.unlooked());
        // A screen that is drawn asks often, and mostly there is nothing.
        if missing.is_empty() && unlooked.is_none() {
            return None;
        }
        let needs = needs_of(runs);
        let unknown = |why: &str| StartDoubt::Unknown(format!("whether its undo can be started is unknown: {why}"));
        if let Some(why) = unlooked {
            return (!needs.is_empty()).then(|| unknown(&why));
        }
        let found = || needs.iter().filter_map(|need| missing.iter().find(|unmet| &unmet.need == need));
        let sure = found().find(|unmet| !unmet.need.may_come());
        let sure = sure.map(|unmet| StartDoubt::Missing(format!("its undo cannot be started: {}", unmet.why)));
        sure.or_else(|| found().next().map(|unmet| unknown(&unmet.why)))
    }

    /// Says why the `undo` of a delivery may not be started.
    pub(super) fn undo_doubt(&self, delivery: &Deliver) -> Option<StartDoubt> {
        self.doubt(delivery.runs(RunRole::Undo))
    }

    /// Says why the undo of a step may not be started.
    pub(super) fn step_undo_doubt(&self, step: &ExtraStep) -> Option<StartDoubt> {
        self.doubt(step.undo_run())
    }

    /// Says of which artifacts nobody could tell whether the undo can be started.
    pub(super) fn undo_doubts(&self, env: &EnvName, moves: &[Move]) -> Vec<String> {
        let unknown = |m: &Move| match self.undo_doubt(self.plan.environment(env)?.delivery(&m.artifact)?)? {
            StartDoubt::Unknown(why) => Some(why),
            StartDoubt::Missing(_) => None,
        };
        moves.iter().filter_map(unknown).collect()
    }

    /// Returns the commands of a deploy that lack something: the first that surely does, and those that may.
    fn start_faults(&self, environment: &Environment) -> Vec<StartFault<'a>> {
        let missing = self.missing();
        let mut faults: Vec<StartFault<'a>> = Vec::new();
        if missing.is_empty() {
            return faults;
        }
        let of = |needs: Vec<Need>| needs.into_iter().filter_map(|need| missing.iter().find(|u| u.need == need));
        // Together: what an earlier command makes, a later one may run.
        let runs = environment.deploy_runs();
        for (run, needs) in runs.iter().zip(needs_of_each(runs.iter().copied())) {
            faults.extend(of(needs).map(|unmet| StartFault { whose: self.whose(environment, run), unmet }));
            if faults.iter().any(|fault| !fault.unmet.need.may_come()) {
                break;
            }
        }
        for delivery in &environment.deliver {
            let whose = format!("`current` of {}", delivery.artifact);
            let first = of(needs_of(delivery.runs(RunRole::Current))).next();
            faults.extend(first.map(|unmet| StartFault { whose, unmet }));
        }
        for check in self.verifies(environment) {
            let first = of(needs_of(run_of_check(check))).next().filter(|unmet| is_of_checkout(&unmet.need));
            faults.extend(first.map(|unmet| StartFault { whose: format!("the check {}", check.name), unmet }));
        }
        faults
    }

    /// Says which commands of a deploy to an environment surely cannot be started, whatever its gate says, and what a person
    /// does about it.
    pub fn cannot_start(&self, env: &EnvName) -> Vec<String> {
        let (Some(environment), Some(opening)) = (self.plan.environment(env), self.opening()) else {
            return Vec::new();
        };
        let says = |StartFault { whose, unmet }: StartFault<'_>| {
            format!("{whose} cannot be started: {}; {}", unmet.why, unmet.need.mend(&opening.branch))
        };
        let sure = self.start_faults(environment).into_iter().filter(|fault| !fault.unmet.need.may_come());
        sure.map(says).collect()
    }

    /// Returns what keeps the gate of a deploy closed because a command may not find what it needs.
    pub(super) fn start_items(&self, environment: &Environment, proposal: &Proposal) -> Vec<GateItem> {
        match proposal.request {
            Request::Deploy { .. } => self.may_not_start(environment),
            Request::RollBack { .. }
            | Request::Verify { .. }
            | Request::Build { .. }
            | Request::Cut { .. }
            | Request::Act { .. } => Vec::new(),
        }
    }

    /// Returns what a command of a deploy may not find, unless what runs before it brings it.
    pub fn may_not_start(&self, environment: &Environment) -> Vec<GateItem> {
        let mut items: Vec<GateItem> = Vec::new();
        for StartFault { whose, unmet } in self.start_faults(environment) {
            let item = ItemName::Start(unmet.need.name()).to_string();
            if unmet.need.may_come() && !items.iter().any(|known| known.item == item) {
                let why = format!("{}, and whether something that runs before brings it is not known", unmet.why);
                let (kind, title) = (ItemKind::Start, format!("{whose} can be started"));
                items.push(GateItem { item, kind, title, verdict: Verdict::Inconclusive, why });
            }
        }
        items
    }

    /// Says which commands that deliver name something that has no value for a move: they would be refused after the steps before.
    pub(super) fn unfilled(&self, env: &EnvName, moves: &[Move]) -> Vec<String> {
        let says = |moved: &Move| {
            let delivery = self.plan.environment(env)?.delivery(&moved.artifact)?;
            let runs = delivery.runs(RunRole::Deliver);
            let mut named = runs.iter().flat_map(|run| &run.line.0).flat_map(|word| word.placeholders());
            let (named, why) = named.find_map(|named| Some((named, has_no_value(named, env, moved)?)))?;
            let word = named.word();
            Some(format!("the delivery of {} names {{{word}}}, which has no value here: {why}", moved.artifact))
        };
        moves.iter().filter_map(says).collect()
    }

    fn whose(&self, environment: &Environment, run: &TouchedCommand<'_>) -> String {
        let step = environment.steps.iter().find(|step| step.own_run() == *run);
        let delivery = || environment.deliver.iter().find(|d| d.runs(RunRole::Deliver).contains(run));
        match (step, delivery()) {
            (Some(step), _) => format!("the step \"{}\"", step.title),
            (None, Some(delivery)) => format!("the delivery of {}", delivery.artifact),
            (None, None) => format!("`{}`", run.line.display()),
        }
    }

    /// Returns the checks that verify an environment, with those that they need.
    fn verifies(&self, environment: &Environment) -> Vec<&'a Check> {
        let mut names: Vec<CheckName> = environment.verify.iter().map(CheckName::new).collect();
        let mut checks: Vec<&'a Check> = Vec::new();
        while let Some(name) = names.pop() {
            let Some(Verifier::Check(check)) = self.plan.verifier(name.as_str()) else { continue };
            if !checks.iter().any(|known| known.name == check.name) {
                names.extend(check.needs.iter().cloned());
                checks.push(check);
            }
        }
        checks
    }
}

/// Says why what a delivery names has no value for a move.
fn has_no_value(named: Placeholder, env: &EnvName, moved: &Move) -> Option<String> {
    match named {
        Placeholder::Previous | Placeholder::PreviousTag if moved.from.is_none() => {
            Some(format!("nothing runs in {env} now"))
        }
        Placeholder::Digest if moved.to.digest.is_none() => {
            Some(format!("the digest of {} {} is unknown", moved.artifact, moved.to.version))
        }
        Placeholder::Previous | Placeholder::PreviousTag | Placeholder::Digest => None,
        Placeholder::Major | Placeholder::Minor | Placeholder::Patch => None,
        Placeholder::Version | Placeholder::Tag | Placeholder::Branch | Placeholder::Env => None,
        Placeholder::Url | Placeholder::Image | Placeholder::Horizon => None,
    }
}

/// A check that cannot run says so itself, and is asked again; one whose file no commit holds never can.
fn is_of_checkout(need: &Need) -> bool {
    match need {
        Need::File { path, kind, .. } => !path.starts_with('/') && *kind != FileKind::Folder,
        Need::Program { .. } | Need::Value(_) | Need::Variable(_) => false,
    }
}
