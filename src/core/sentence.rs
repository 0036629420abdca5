//! Each fact as a sentence, for the journal on the screen, on the command line and in reports.

use super::action::{Proposal, Request};
use super::fact::{ActionFact, CheckFact, Fact, GateFact, PlanFact, Record, ReleaseFact, StepFact, TargetFact};
use super::names::{ArtifactName, EnvName};
use super::order::{Observation, Readiness};
use super::release::{ActionResult, Release};

impl Record {
    /// Returns what happened as one sentence; the release before it names the steps.
    pub fn sentence(&self, before: &Release) -> String {
        match &self.fact {
            Fact::Plan(fact) => plan(fact),
            Fact::Release(fact) => release(fact),
            Fact::Check(fact) => check(fact),
            Fact::Gate(fact) => gate(fact),
            Fact::Action(fact) => action(fact, before),
            Fact::Step(fact) => step(fact, before),
            Fact::Target(fact) => target(fact),
            Fact::Seat(fact) => fact.words(&self.who),
            Fact::Lock(fact) => fact.words(),
            Fact::Clock(fact) => fact.words(),
        }
    }
}

impl Readiness {
    /// Returns as one sentence whether the version can be brought somewhere; what is not known is no yes and no no.
    pub fn sentence(&self, env: &EnvName, artifact: &ArtifactName) -> String {
        let version = &self.version;
        match (self.blockers.is_empty(), self.unknown.is_empty()) {
            (true, true) => format!("{artifact} {version} can be deployed to {env}"),
            (true, false) => {
                format!("whether {artifact} {version} can be deployed to {env} is unknown: {}", self.unknown.join("; "))
            }
            (false, _) => {
                let all: Vec<&str> = self.blockers.iter().chain(&self.unknown).map(String::as_str).collect();
                format!("{artifact} {version} cannot be deployed to {env}: {}", all.join("; "))
            }
        }
    }
}

impl Request {
    /// Returns what it is about, for a heading or a button behind the verb: the environment, or the version.
    pub fn subject(&self) -> String {
        match self {
            Self::Deploy { env, .. } | Self::Verify { env, .. } | Self::RollBack { env, .. } => env.to_string(),
            Self::Build { version, artifact: Some(artifact) } => format!("{artifact} {version}"),
            Self::Build { version, artifact: None } | Self::Cut { version } | Self::Act { version, .. } => {
                version.to_string()
            }
        }
    }

    /// Returns what is asked for, in words.
    pub fn words(&self) -> String {
        match self {
            Self::Deploy { env, version } => format!("deploy {version} to {env}"),
            Self::Verify { env, horizon: Some(horizon), .. } => format!("verify {env} ({horizon} horizon)"),
            Self::Verify { env, horizon: None, .. } => format!("verify {env}"),
            Self::RollBack { env, to: Some(to), .. } => format!("roll {env} back to {to}"),
            Self::RollBack { env, to: None, .. } => format!("roll {env} back"),
            Self::Build { version, artifact: Some(artifact) } => format!("build {artifact} {version}"),
            Self::Build { version, artifact: None } => format!("build {version}"),
            Self::Cut { version } => format!("cut {version}"),
            Self::Act { version, act, direction, .. } => format!("{} {version}", act.words(*direction).would),
        }
    }
}

fn plan(PlanFact::Adopted { hash, diff, loosened, .. }: &PlanFact) -> String {
    let short = hash.get(..12).unwrap_or(hash);
    let change = diff.as_ref().map(|d| d.lines().filter(|l| is_change(l)).count());
    match (change, loosened.is_empty()) {
        (None, _) => format!("the plan {short} is in force"),
        (Some(lines), true) => format!("the plan changed to {short}: {lines} lines"),
        (Some(lines), false) => {
            format!("the plan changed to {short}: {lines} lines; loosened: {}", loosened.join("; "))
        }
    }
}

fn is_change(line: &str) -> bool {
    (line.starts_with('+') && !line.starts_with("+++")) || (line.starts_with('-') && !line.starts_with("---"))
}

fn release(fact: &ReleaseFact) -> String {
    match fact {
        ReleaseFact::Opened { version, branch, commit, previous, hotfix_of } => {
            let before = previous.as_ref().map(|p| format!(", after {p}")).unwrap_or_default();
            let mends = hotfix_of.as_ref().map(|tag| format!(", a hotfix of {tag}")).unwrap_or_default();
            format!("{version} is open on {branch} at {}{before}{mends}", commit.short())
        }
        ReleaseFact::Scheduled { version, zero } => format!("T-0 of {version} set to {zero:.0}"),
        ReleaseFact::Branch { state, changes, .. } => {
            let commit = state.commit.as_ref().map_or("no commit", |c| c.short());
            let files = changes.as_ref().map(|c| format!(", {} files changed", c.paths.len())).unwrap_or_default();
            let far = match &state.uncounted {
                Some(why) => format!("how far ahead or behind cannot be told: {why}"),
                None => format!("{} ahead, {} behind", state.ahead, state.behind),
            };
            format!("{} is at {commit}, {far}{files}", state.branch)
        }
        ReleaseFact::BranchLost { failure, .. } => format!("the branch cannot be read: {}", failure.sentence()),
        ReleaseFact::Closed { version, note, unmerged } => {
            let note = Some(note.as_str()).filter(|note| !note.is_empty());
            let words: String = note.into_iter().chain(unmerged.as_deref()).map(|text| format!(": {text}")).collect();
            format!("{version} is closed{words}")
        }
        ReleaseFact::Reached { version, milestone, note } if note.is_empty() => format!("{version}: done: {milestone}"),
        ReleaseFact::Reached { version, milestone, note } => format!("{version}: done: {milestone}: {note}"),
        ReleaseFact::Reopened { version } => format!("{version} is open again"),
        ReleaseFact::Withdrawn { version, why } => format!("{version} is not open, and can be cut again: {why}"),
    }
}

fn check(fact: &CheckFact) -> String {
    match fact {
        CheckFact::Started { check, env, .. } => match env {
            Some(env) => format!("{check} in {env} began"),
            None => format!("{check} began"),
        },
        CheckFact::Finished { check, env, verdict, evidence, .. } => {
            let place = env.as_ref().map(|e| format!(" in {e}")).unwrap_or_default();
            format!("{check}{place}: {}, {}", verdict.word(), evidence.found)
        }
        CheckFact::Measured { metric, env, horizon, verdict, evidence, .. } => {
            format!("{metric} in {env} over {}: {}, {}", horizon.rounded(), verdict.word(), evidence.found)
        }
    }
}

fn gate(fact: &GateFact) -> String {
    match fact {
        GateFact::Approved { action, note, same_user } => {
            let note = if note.is_empty() { String::new() } else { format!(": {note}") };
            let same =
                if *same_user { " (the same system user as another of them; the plan accepts that)" } else { "" };
            format!("{action} is approved{same}{note}")
        }
        GateFact::Lapsed { action, reason } => format!("the approvals of {action} lapsed: {reason}"),
        GateFact::Waived { env, item, reason, .. } => format!("{item} is waived for {env}: {reason}"),
        GateFact::Adopted { env, action, reason } => {
            format!("{action}, which this journal did not know, is adopted in {env}: {reason}")
        }
        GateFact::AdoptedVersion { env, artifact, delivered, commit, reason } => {
            let of = commit.as_ref().map(|commit| format!(" as of {}", commit.short())).unwrap_or_default();
            format!("{artifact} {} in {env} is adopted{of}: {reason}", delivered.version)
        }
        GateFact::MarkedBad { version, env, reason } => format!("{version} is marked bad, in {env}: {reason}"),
    }
}

fn action(fact: &ActionFact, before: &Release) -> String {
    match fact {
        ActionFact::Proposed { action, proposal } => format!("{action} is proposed: {}", moves(proposal)),
        ActionFact::Started { action, proposal, steps } => {
            format!("{action} began: {}, {} steps", moves(proposal), steps.len())
        }
        ActionFact::StopRequested { action } => format!("{action} is asked to stop at the next step"),
        ActionFact::Finished { action, outcome, summary } => {
            let ended = before.action(action).map_or(ActionResult::So(*outcome), |state| state.ended_as(*outcome));
            format!("{action} ended, {}: {summary}", ended.words())
        }
    }
}

fn moves(proposal: &Proposal) -> String {
    let words = proposal.request.words();
    let digests: Vec<String> = proposal.moves.iter().filter_map(|m| m.to.digest.as_ref().map(|d| d.short())).collect();
    if digests.is_empty() { words } else { format!("{words} ({})", digests.join(", ")) }
}

fn step(fact: &StepFact, before: &Release) -> String {
    let (id, index) = fact.place();
    let known = before.action(id).and_then(|a| a.steps.get(index)).map(|s| s.step.title.clone());
    let title = known.unwrap_or_else(|| format!("step {}", index + 1));
    match fact {
        StepFact::Started { order, .. } => format!("\"{title}\" begins ({order})"),
        StepFact::Ticketed { .. } => format!("\"{title}\" is under way"),
        StepFact::Succeeded { summary, verdict: Some(verdict), .. } => {
            format!("\"{title}\": {}, {summary}", verdict.word())
        }
        StepFact::Succeeded { summary, verdict: None, .. } => format!("\"{title}\" is done: {summary}"),
        StepFact::Failed { failure, .. } => format!("\"{title}\" failed: {}", failure.sentence()),
        StepFact::Unclear { reason, .. } => format!("\"{title}\" is unclear: {reason}"),
        StepFact::Adopted { .. } => format!("\"{title}\" is taken up again where it was"),
        StepFact::Accepted { note, .. } => format!("\"{title}\" is accepted as done: {note}"),
    }
}

fn target(fact: &TargetFact) -> String {
    match fact {
        TargetFact::Observed { env, artifact, observation } => format!("{artifact} in {env}: {}", seen(observation)),
        TargetFact::Lost { env, artifact, failure } => {
            format!("{artifact} in {env} cannot be seen: {}", failure.sentence())
        }
        TargetFact::Ready { env, artifact, readiness } => readiness.sentence(env, artifact),
    }
}

fn seen(observation: &Observation) -> String {
    let version = observation.version.as_ref().map(|version| format!("{version} ")).unwrap_or_default();
    let word = observation.health.word();
    // A service that says `healthy` has said nothing more.
    let own = observation.words.as_deref().filter(|own| *own != word);
    let own = own.map(|own| format!(", {own}")).unwrap_or_default();
    format!("{version}{word}{own}")
}

/// Lists names in a sentence; where there are none it says so.
pub fn all_of(names: &[&str]) -> String {
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}
