//! Where what runs somewhere came from: what was only seen there was not delivered, and nobody knows its commit.

use super::{ActionState, Adoption, Release, Stay, StepPhase};
use crate::action::{Request, StepTask};
use crate::names::{ArtifactName, Commit, Digest, EnvName, Version};
use crate::order::{Delivered, Task};

/// Where what runs at a place came from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Origin<'a> {
    /// A deploy brought it, also where a rollback has brought it back since.
    Deployed(&'a ActionState),
    /// Somebody else brought it, of an image that was built of this commit here.
    Built(&'a Commit),
    /// A person adopted it, with a reason.
    Adopted(&'a Adoption),
    /// A rollback brought back what ran there before tminus delivered anything.
    Restored,
    /// A deploy brought such a version, something else was seen there since, and no digest tells whether it is that one.
    Doubtful,
    /// Somebody else brought it.
    Unknown,
}

impl<'a> Origin<'a> {
    /// Returns the commit that it was made of; nothing where nobody said it.
    pub const fn commit(self) -> Option<&'a Commit> {
        match self {
            Self::Deployed(deploy) => deploy.proposal.commit.as_ref(),
            Self::Built(commit) => Some(commit),
            Self::Adopted(adoption) => adoption.commit.as_ref(),
            Self::Restored | Self::Doubtful | Self::Unknown => None,
        }
    }

    /// Says whether what is measured there says something of a commit.
    pub const fn is_known(self) -> bool {
        match self {
            Self::Deployed(_) | Self::Built(_) | Self::Adopted(_) => true,
            Self::Restored | Self::Doubtful | Self::Unknown => false,
        }
    }

    /// Says that tminus did not deliver it, or that nobody can tell.
    pub const fn foreign(self) -> &'static str {
        match self {
            Self::Doubtful => "whether tminus delivered it is unknown",
            Self::Deployed(_) | Self::Built(_) | Self::Adopted(_) | Self::Restored | Self::Unknown => {
                "tminus did not deliver it"
            }
        }
    }
}

/// A digest that nobody knows speaks against nothing.
pub(crate) fn is_same(running: &Delivered, brought: &Delivered) -> bool {
    let is_other = |a, b| matches!((a, b), (Some(a), Some(b)) if a != b);
    running.version == brought.version && !is_other(running.digest.as_ref(), brought.digest.as_ref())
}

impl ActionState {
    /// Returns what it brought or tried to bring of an artifact, and how far that came.
    pub(crate) fn tried(&self, artifact: &ArtifactName) -> Option<(&Delivered, StepPhase)> {
        let begun = self.steps.iter().filter(|s| s.phase != StepPhase::Waiting);
        begun.filter_map(|s| Some((s.step.task.brings(artifact)?, s.phase))).next_back()
    }
}

impl Release {
    /// Returns where what runs of an artifact in an environment came from; nothing where no version runs.
    pub fn origin(&self, env: &EnvName, artifact: &ArtifactName) -> Option<Origin<'_>> {
        let place = self.environments.get(env)?.places.get(artifact)?;
        place.running().map(|_| self.origin_of((env, artifact), &place.stays, u64::MAX))
    }

    /// Returns what runs in an environment of the versions that are asked about, without that anybody knows its commit.
    pub fn of_unknown_commit(
        &self,
        env: &EnvName,
        is_asked: impl Fn(&Version) -> bool,
    ) -> Vec<(&ArtifactName, Delivered)> {
        let places = self.environments.get(env).into_iter().flat_map(|state| &state.places);
        let asked = places.filter_map(|(artifact, place)| Some((artifact, place.running()?)));
        let is_unknown = |artifact| self.origin(env, artifact).is_some_and(|origin| !origin.is_known());
        asked.filter(|(artifact, running)| is_asked(&running.version) && is_unknown(artifact)).collect()
    }

    /// Says of what runs somewhere that its commit is unknown, and how one gets on.
    pub fn unknown_commit_words(&self, env: &EnvName, (artifact, running): &(&ArtifactName, Delivered)) -> String {
        let origin = self.origin(env, artifact).unwrap_or(Origin::Unknown);
        format!(
            "{artifact} {} runs in {env}, but {}, so its commit is unknown; adopt it with \
             `tminus settle {env} --adopt REASON`",
            running.version,
            origin.foreign()
        )
    }

    /// Returns where the last of some stays came from, as far as actions tell that came before a fact.
    fn origin_of<'a>(&'a self, at: (&EnvName, &ArtifactName), stays: &'a [Stay], before: u64) -> Origin<'a> {
        let (env, artifact) = at;
        let Some(running) = stays.last().map(|stay| &stay.delivered) else { return Origin::Unknown };
        let others = stays.iter().rposition(|stay| !is_same(&stay.delivered, running)).map_or(0, |other| other + 1);
        let (earlier, run) = stays.split_at(others);
        let adoption = run.iter().rev().find_map(|stay| stay.adopted.as_ref());
        let here = self.actions.iter().rev().filter(|a| a.proposal.request.env() == Some(env));
        let mut earlier_actions =
            here.filter_map(|a| Some((a, a.touched?))).filter(|(_, touched)| touched.seq < before);
        let brought = earlier_actions.find(|(action, _)| self.brought(action, at, stays));
        // What tminus delivers after an adoption is its own.
        match (brought, adoption) {
            (Some((_, touched)), Some(adoption)) if touched.at <= adoption.at => Origin::Adopted(adoption),
            (None, Some(adoption)) => Origin::Adopted(adoption),
            (Some((action, touched)), _) => match &action.proposal.request {
                Request::RollBack { .. } => {
                    let first = earlier.iter().rposition(|stay| &stay.delivered == running);
                    let first = first.map(|first| self.origin_of(at, &earlier[..=first], touched.seq));
                    first.filter(|origin| origin.is_known()).unwrap_or(Origin::Restored)
                }
                Request::Deploy { .. }
                | Request::Verify { .. }
                | Request::Build { .. }
                | Request::Cut { .. }
                | Request::Act { .. } => Origin::Deployed(action),
            },
            (None, None) => {
                let built = running.digest.as_ref().and_then(|d| self.built(artifact, d)).map(Origin::Built);
                let here = self.actions.iter().filter(|a| a.proposal.request.env() == Some(env));
                let may_be =
                    |a: &ActionState| a.tried(artifact).is_some_and(|(to, phase)| is_maybe(running, to, phase));
                let is_doubtful = || here.clone().any(|a| a.touched.is_some_and(|at| at.seq < before) && may_be(a));
                built.unwrap_or_else(|| if is_doubtful() { Origin::Doubtful } else { Origin::Unknown })
            }
        }
    }

    /// Says whether an action brought the last of some stays, and nobody put something else there in between.
    fn brought(&self, action: &ActionState, (env, artifact): (&EnvName, &ArtifactName), stays: &[Stay]) -> bool {
        let (Some((to, phase)), Some(touched), Some(last)) = (action.tried(artifact), action.touched, stays.last())
        else {
            return false;
        };
        let running = &last.delivered;
        if !is_same(running, to) {
            return false;
        }
        // Whoever puts the same image back puts back what was delivered; what carries its id is what it brought.
        let is_it = phase == StepPhase::Succeeded && running.digest.is_some() && running.digest == to.digest;
        if is_it || last.action.as_ref() == Some(&action.id) {
            return true;
        }
        let left = stays.iter().rev().find(|stay| stay.seq <= touched.seq);
        let mut later = stays.iter().filter(|stay| stay.seq > touched.seq);
        let is_alone = later.all(|stay| {
            is_same(&stay.delivered, running) || self.takes_turns((env, artifact), (&stay.delivered, stay.seq), running)
        });
        let moved = action.proposal.moves.iter().find(|m| &m.artifact == artifact);
        match left.filter(|left| is_same(&left.delivered, to)) {
            // A delivery of what ran already, and that failed, brought nothing.
            Some(left) => {
                let is_other = moved.is_some_and(|m| m.from.as_ref().is_none_or(|from| !is_same(from, to)));
                is_alone && is_same(&left.delivered, running) && (is_other || phase == StepPhase::Succeeded)
            }
            // It was seen only after its delivery had ended.
            None => is_alone && (phase == StepPhase::Succeeded || action.is_active()),
        }
    }

    /// Says whether two things were seen in turn because an action was replacing the one by the other: both run meanwhile.
    fn takes_turns(
        &self,
        (env, artifact): (&EnvName, &ArtifactName),
        (one, seq): (&Delivered, u64),
        other: &Delivered,
    ) -> bool {
        let is_there = |a: &&ActionState| {
            let until = a.touched.map(|touched| if a.is_active() { u64::MAX } else { touched.seq });
            a.proposal.request.env() == Some(env) && until.is_some_and(|until| a.began < seq && seq <= until)
        };
        let mut moves = self.actions.iter().filter(is_there).flat_map(|a| &a.proposal.moves);
        moves.any(|m| {
            let is_pair = |from, to| m.from.as_ref().is_some_and(|f| is_same(f, from)) && is_same(&m.to, to);
            &m.artifact == artifact && (is_pair(one, other) || is_pair(other, one))
        })
    }

    /// Returns the commit that an image was built of here.
    fn built(&self, artifact: &ArtifactName, digest: &Digest) -> Option<&Commit> {
        let steps = self.actions.iter().rev().flat_map(|a| &a.steps).filter(|s| s.phase == StepPhase::Succeeded);
        let mut built = steps.filter_map(|state| {
            let StepTask::Order { task, .. } = &state.step.task else { return None };
            let Task::Build { artifact: of, commit, .. } = task.as_ref() else { return None };
            let made = state.receipt.as_ref()?.delivered.as_ref()?;
            (of == artifact && made.digest.as_ref() == Some(digest)).then_some(commit)
        });
        built.next()
    }
}

/// Says whether what runs may be what was delivered: no digest tells them apart.
fn is_maybe(running: &Delivered, brought: &Delivered, phase: StepPhase) -> bool {
    let has_no_digest = running.digest.is_none() || brought.digest.is_none();
    phase == StepPhase::Succeeded && running.version == brought.version && has_no_digest
}
