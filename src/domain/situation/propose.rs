//! What an action would do now: the proposal with nothing left open, and the preview of it.

use super::{CallsOf, Gate, Locked, Situation, WayBackState};
use crate::domain::action::{Move, Proposal, Request, Step, StepUndo};
use crate::domain::command::Refusal;
use crate::domain::names::{ActionId, ArtifactName, EnvName, Version};
use crate::domain::order::{Call, Delivered, Order};
use crate::domain::plan::Environment;
use crate::domain::release::PlaceState;
use crate::domain::time::Span;
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

impl<'a> Situation<'a> {
    /// Makes the proposal that a request amounts to now.
    pub fn propose(&self, request: &Request) -> Result<Proposal, Refusal> {
        let opening = self.opening().ok_or_else(|| self.not_open())?;
        self.is_of_this_release(request)?;
        let plan = self.release.plan.as_ref().map(|p| p.hash.clone()).unwrap_or_default();
        let (request, moves) = match request {
            Request::Deploy { env, version } => (request.clone(), self.forward(self.environment(env)?, version)),
            Request::Verify { env, horizon, patience } => {
                let horizon = horizon.or_else(|| self.next_horizon(env));
                let request = Request::Verify { env: env.clone(), horizon, patience: *patience };
                (request, self.standing_still(self.environment(env)?))
            }
            Request::RollBack { env, to, reason } => {
                self.environment(env)?;
                let way = self.way_back_to(env, to.as_ref());
                // Artifacts that go to different versions are named by their moves alone.
                let is_one = way.moves.iter().all(|m| Some(&m.to.version) == way.to.as_ref());
                let to = way.to.clone().filter(|_| is_one).or_else(|| to.clone());
                (Request::RollBack { env: env.clone(), to, reason: reason.clone() }, way.moves)
            }
            Request::Build { version, artifact } => (request.clone(), self.made_by(version, artifact.as_ref())),
            Request::Cut { .. } => (request.clone(), Vec::new()),
        };
        Ok(Proposal { release: self.version.clone(), request, moves, plan, commit: Some(opening.commit.clone()) })
    }

    /// Returns the id that an action gets: that of its open proposal, or one that no other fact has the number of, and
    /// no other journal the mark: targets carry it, and who released there is told by it alone.
    pub fn action_id(&self, proposal: &Proposal) -> ActionId {
        let env = proposal.request.env();
        if let Some(open) = env.and_then(|env| self.release.proposals(env).find(|a| &a.proposal == proposal)) {
            return open.id.clone();
        }
        let place = env.map_or_else(|| self.version.to_string(), ToString::to_string);
        let verb = proposal.request.verb().replace(' ', "");
        let (number, mark) = (self.release.seq + 1, self.release.trail.mark());
        ActionId::new(format!("{verb}-{place}-{number}-{mark}"))
    }

    /// Makes the preview of a proposal.
    pub fn preview(&self, proposal: &Proposal, calls_of: &dyn CallsOf) -> Result<Preview, Refusal> {
        let steps = self.steps(proposal, &self.action_id(proposal), calls_of)?;
        let env = proposal.request.env().and_then(|env| self.plan.environment(env));
        let is_deploy = matches!(proposal.request, Request::Deploy { .. });
        let gate = env.filter(|_| is_deploy).map(|env| self.gate(env, proposal));
        let runs_first = env.filter(|_| is_deploy).map(|env| self.lacking(env)).unwrap_or_default();
        let way = match &proposal.request {
            Request::RollBack { env, to, .. } => Some(self.way_back_to(env, to.as_ref())),
            Request::Deploy { .. } | Request::Verify { .. } | Request::Build { .. } | Request::Cut { .. } => None,
        };
        let (keeps, takes) = way.map(|way| (way.keeps, way.takes)).unwrap_or_default();
        let warnings = env.filter(|_| proposal.request.is_changing()).map(|e| self.drift(&e.name)).unwrap_or_default();
        Ok(Preview {
            unknown: self.untold(proposal),
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

    /// Returns what a proposal would do that cannot be undone, in the words of its preview.
    pub fn irreversible_of(&self, proposal: &Proposal) -> Vec<String> {
        let steps = self.steps(proposal, &self.action_id(proposal), &Uncalled);
        steps.map(|steps| cannot_be_undone(&steps)).unwrap_or_default()
    }

    /// Returns why an action cannot begin, whatever anybody confirms: a lock, a missing artifact, no way back.
    pub fn blockers(&self, proposal: &Proposal) -> Vec<String> {
        let mut blockers = Vec::new();
        if let Request::Build { artifact, .. } = &proposal.request {
            return self.not_buildable(artifact.as_ref());
        }
        let Some(env) = proposal.request.env() else { return blockers };
        if let Some(action) = self.release.active(env) {
            let is_look_only = !action.proposal.request.is_changing();
            // Nobody waits for a verification's horizon with a rollback in hand.
            let may_replace =
                matches!(proposal.request, Request::RollBack { .. }) && (action.is_stuck() || is_look_only);
            let is_look = !proposal.request.is_changing() && action.is_stuck();
            if !may_replace && !is_look {
                let (verb, who) =
                    (action.proposal.request.verb(), action.started.as_ref().map(|s| s.1.name.to_string()));
                let state = if action.is_stuck() { "stands still and waits for a decision" } else { "is running" };
                blockers.push(format!("{} ({verb} of {env}, begun by {}) {state}", action.id, who.unwrap_or_default()));
            }
        }
        match &proposal.request {
            Request::Deploy { version, .. } => {
                let (held, untold) = self.not_deliverable(env, version);
                blockers.extend(held.into_iter().chain(untold));
            }
            Request::RollBack { to, .. } => {
                blockers.extend(to.as_ref().and_then(|to| self.marked_bad(env, to)));
                let way = self.way_back_to(env, to.as_ref());
                if way.state != WayBackState::Ready {
                    let none = || format!("no version but the one that runs was ever seen to be healthy in {env}");
                    let reasons = if way.reasons.is_empty() { vec![none()] } else { way.reasons };
                    blockers.extend(reasons);
                }
            }
            Request::Verify { .. } if proposal.moves.is_empty() => blockers.push(format!("nothing runs in {env}")),
            Request::Verify { horizon: Some(horizon), .. } => blockers.extend(self.too_late(env, *horizon)),
            Request::Verify { horizon: None, .. } | Request::Build { .. } | Request::Cut { .. } => {}
        }
        blockers.extend(self.strangers(proposal));
        blockers
    }

    /// Returns which of the blockers are things that could not be found out.
    fn untold(&self, proposal: &Proposal) -> Vec<String> {
        match &proposal.request {
            Request::Deploy { env, version } => {
                let (_, untold) = self.not_deliverable(env, version);
                untold
            }
            Request::RollBack { env, to, .. } => {
                let way = self.way_back_to(env, to.as_ref());
                if way.state == WayBackState::Unknown { way.reasons } else { Vec::new() }
            }
            Request::Verify { .. } | Request::Build { .. } | Request::Cut { .. } => Vec::new(),
        }
    }

    /// Says whether something that an action rests on cannot be seen now: a target, or what would be brought there.
    pub fn is_out_of_sight(&self, proposal: &Proposal) -> bool {
        let state = proposal.request.env().and_then(|env| self.release.environments.get(env));
        let is_untold = |m: &Move| {
            let place = state.and_then(|s| s.places.get(&m.artifact));
            let ready = place.and_then(|p| p.ready.get(&m.to.version)).map(|r| &r.readiness);
            ready.is_some_and(|r| r.blockers.is_empty() && !r.unknown.is_empty())
        };
        state.is_some_and(|s| s.places.values().any(|p| p.lost.is_some())) || proposal.moves.iter().any(is_untold)
    }

    /// Says that a version was rolled away from, unless a waiver lets it come back.
    fn marked_bad(&self, env: &EnvName, version: &Version) -> Option<String> {
        let mark = self.release.bad.get(version)?;
        let item = format!("bad:{version}");
        let says = || {
            let (who, place, why) = (&mark.who.name, &mark.env, &mark.reason);
            format!("{version} was rolled away from in {place} by {who}: {why}; waive {item} with a reason to go there")
        };
        self.waiver(env, &item).is_none().then(says)
    }

    /// Returns the targets that carry the id of an action that this journal does not know: somebody else released.
    fn strangers(&self, proposal: &Proposal) -> Vec<String> {
        let (Some(env), true) = (proposal.request.env(), proposal.request.is_changing()) else { return Vec::new() };
        let Some(state) = self.release.environments.get(env) else { return Vec::new() };
        let labels =
            state.places.iter().filter_map(|(artifact, p)| Some((artifact, p.seen.as_ref()?.1.action.clone()?)));
        labels
            .filter(|(_, id)| self.release.action(id).is_none())
            .map(|(artifact, id)| {
                format!("{artifact} in {env} carries {id}, which this journal does not know: somebody else released")
            })
            .collect()
    }

    /// Returns why a version cannot be delivered, and what of that could not be found out.
    fn not_deliverable(&self, env: &EnvName, version: &Version) -> (Vec<String>, Vec<String>) {
        let (mut held, mut untold) = (Vec::new(), Vec::new());
        let Some(environment) = self.plan.environment(env) else { return (held, untold) };
        let places = self.release.environments.get(env).map(|s| &s.places);
        for delivery in &environment.deliver {
            let place = places.and_then(|p| p.get(&delivery.artifact));
            if let Some((_, failure)) = place.and_then(|p| p.lost.as_ref()) {
                untold.push(format!("{env} cannot be seen: {}", failure.sentence()));
            } else if let Some(ready) = place.and_then(|p| p.ready.get(version)) {
                held.extend(ready.readiness.blockers.iter().cloned());
                untold.extend(ready.readiness.unknown.iter().cloned());
            } else {
                untold.push(format!(
                    "nobody could find out whether {} {version} is there to be delivered",
                    delivery.artifact
                ));
            }
        }
        if environment.deliver.is_empty() {
            held.push(format!("the plan delivers nothing to {env}"));
        }
        (held, untold)
    }

    fn forward(&self, environment: &Environment, version: &Version) -> Vec<Move> {
        let places = self.release.environments.get(&environment.name).map(|s| &s.places);
        let to_move = |artifact: &ArtifactName| {
            let place = places.and_then(|p| p.get(artifact));
            let digest = place.and_then(|p| p.ready.get(version)).and_then(|r| r.readiness.digest.clone());
            let to = Delivered { version: version.clone(), digest };
            Move { artifact: artifact.clone(), from: place.and_then(PlaceState::running), to }
        };
        environment.deliver.iter().map(|d| to_move(&d.artifact)).collect()
    }

    fn standing_still(&self, environment: &Environment) -> Vec<Move> {
        let Some(state) = self.release.environments.get(&environment.name) else { return Vec::new() };
        let running = state.places.iter().filter_map(|(artifact, p)| Some((artifact, p.running()?)));
        running.map(|(artifact, now)| Move { artifact: artifact.clone(), from: Some(now.clone()), to: now }).collect()
    }

    /// Finds an environment of the plan, or says which there are.
    pub fn environment(&self, name: &EnvName) -> Result<&'a Environment, Refusal> {
        let names = || self.plan.environments.iter().map(|e| e.name.as_str()).collect::<Vec<_>>().join(", ");
        self.plan
            .environment(name)
            .ok_or_else(|| Refusal::unknown(format!("the plan has no environment {name}; it has {}", names())))
    }

    /// A gate proves its own release, so nothing else goes through it.
    fn is_of_this_release(&self, request: &Request) -> Result<(), Refusal> {
        match request {
            Request::Deploy { version, .. } | Request::Build { version, .. } | Request::Cut { version }
                if version != self.version =>
            {
                Err(Refusal::held(format!("{version} is not the release {}, whose checks were asked", self.version)))
            }
            Request::Deploy { .. }
            | Request::Build { .. }
            | Request::Cut { .. }
            | Request::Verify { .. }
            | Request::RollBack { .. } => Ok(()),
        }
    }

    fn not_open(&self) -> Refusal {
        Refusal::unknown(format!(
            "{} is not open: `tminus release cut {0}` or `tminus release open {0}` opens it",
            self.version
        ))
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
