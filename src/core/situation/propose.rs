//! The proposal that a request amounts to now, with nothing left open.

use super::Situation;
use crate::action::{Move, Proposal, Request};
use crate::command::Refusal;
use crate::names::{ActionId, ArtifactName, EnvName, Version};
use crate::order::Delivered;
use crate::plan::Environment;
use crate::release::PlaceState;

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
                let to = way.to.clone().or_else(|| to.clone());
                (Request::RollBack { env: env.clone(), to, reason: reason.clone() }, way.moves)
            }
            Request::Build { version, artifact } => (request.clone(), self.made_by(version, artifact.as_ref())),
            Request::Cut { .. } | Request::Act { .. } => (request.clone(), Vec::new()),
        };
        let scope = match &request {
            Request::Verify { env, .. } => Some(self.plan.scope_of(env)),
            Request::Deploy { .. }
            | Request::RollBack { .. }
            | Request::Build { .. }
            | Request::Cut { .. }
            | Request::Act { .. } => None,
        };
        let (release, commit) = (self.version.clone(), Some(opening.commit.clone()));
        Ok(Proposal { release, request, moves, plan, commit, scope })
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
            Request::Deploy { version, .. }
            | Request::Build { version, .. }
            | Request::Cut { version }
            | Request::Act { version, .. }
                if version != self.version =>
            {
                Err(Refusal::held(format!("{version} is not the release {}, whose checks were run", self.version)))
            }
            Request::Deploy { .. }
            | Request::Build { .. }
            | Request::Cut { .. }
            | Request::Act { .. }
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
