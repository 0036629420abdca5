//! Where what runs somewhere came from: what was only seen there was not delivered, and nobody knows its commit.

use super::{ActionState, Adoption, Release, Stay, StepPhase};
use crate::action::{Request, StepTask};
use crate::adoption::BroughtBy;
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

    /// Returns who brought it, as far as that can be told.
    pub const fn brought_by(self) -> BroughtBy {
        match self {
            Self::Deployed(_) | Self::Built(_) | Self::Adopted(_) => BroughtBy::Tminus,
            Self::Restored => BroughtBy::RollBack,
            Self::Doubtful => BroughtBy::PerhapsTminus,
            Self::Unknown => BroughtBy::SomebodyElse,
        }
    }
}

/// Says whether nothing speaks against two being the same: that they are, only two digests that are known can tell, or one
/// name where a target tells none.
pub(crate) fn may_be_same(one: &Delivered, other: &Delivered) -> bool {
    let is_other = |a, b| matches!((a, b), (Some(a), Some(b)) if a != b);
    one.version == other.version && !is_other(one.digest.as_ref(), other.digest.as_ref())
}

impl ActionState {
    /// Returns what it brought or tried to bring of an artifact, and how far that came.
    pub(crate) fn tried(&self, artifact: &ArtifactName) -> Option<(&Delivered, StepPhase)> {
        let begun = self.steps.iter().filter(|s| s.phase != StepPhase::Waiting);
        begun.filter_map(|s| Some((s.step.task.brings(artifact)?, s.phase))).next_back()
    }

    /// Returns what it was to bring as its target tells it, so that the two can be compared.
    ///
    /// A target that never tells a digest is known by its versions. One that does tells what was brought without a known digest
    /// by what was seen of it then. A digest that is missing otherwise is unknown, and equal to none.
    pub(crate) fn as_told(&self, to: &Delivered, stays: &[Stay]) -> Delivered {
        let tells = stays.iter().any(|stay| stay.delivered.digest.is_some());
        match (&to.digest, self.touched) {
            (Some(_), _) if !tells => Delivered { digest: None, ..to.clone() },
            (None, Some(touched)) if tells => {
                let is_it = |stay: &&Stay| stay.delivered.version == to.version;
                let left = stays.iter().rev().find(|stay| stay.seq <= touched.seq).filter(is_it);
                let seen = left.or_else(|| stays.iter().find(|stay| stay.seq > touched.seq).filter(is_it));
                seen.map_or_else(|| to.clone(), |stay| stay.delivered.clone())
            }
            (Some(_) | None, _) => to.clone(),
        }
    }

    /// Says whether it brought what may be the last of some stays: no digest tells them apart.
    fn may_have_brought(&self, artifact: &ArtifactName, stays: &[Stay]) -> bool {
        let (Some((to, phase)), Some(last)) = (self.tried(artifact), stays.last()) else { return false };
        phase == StepPhase::Succeeded && may_be_same(&last.delivered, &self.as_told(to, stays))
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
        let brought = self.origin(env, artifact).map_or(BroughtBy::SomebodyElse, Origin::brought_by);
        format!(
            "{artifact} {} runs in {env}, but {}, so its commit is unknown; adopt it with \
             `tminus settle {env} --adopt REASON`",
            running.version,
            brought.words()
        )
    }

    /// Returns where the last of some stays came from, as far as actions tell that came before a fact.
    fn origin_of<'a>(&'a self, at: (&EnvName, &ArtifactName), stays: &'a [Stay], before: u64) -> Origin<'a> {
        let (env, artifact) = at;
        let Some(running) = stays.last().map(|stay| &stay.delivered) else { return Origin::Unknown };
        let others = stays.iter().rposition(|stay| &stay.delivered != running).map_or(0, |other| other + 1);
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
                let mut here = self.actions.iter().filter(|a| a.proposal.request.env() == Some(env));
                let mut is_doubtful =
                    || here.any(|a| a.touched.is_some_and(|at| at.seq < before) && a.may_have_brought(artifact, stays));
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
        let (running, to) = (&last.delivered, &action.as_told(to, stays));
        if !may_be_same(running, to) {
            return false;
        }
        // Whoever puts the same image back puts back what was delivered; what carries its id is what it brought.
        let is_it = phase == StepPhase::Succeeded && running.digest.is_some() && running == to;
        if is_it || last.action.as_ref() == Some(&action.id) {
            return true;
        }
        let place = self.environments.get(env).and_then(|state| state.places.get(artifact));
        if place.is_some_and(|place| place.stranger > touched.seq) {
            return false;
        }
        // While one version replaces the other, a target may tell a digest late.
        let is_replaced = self.active(env).is_some_and(|a| a.proposal.request.is_changing());
        if running != to && !is_replaced {
            return false;
        }
        let left = stays.iter().rev().find(|stay| stay.seq <= touched.seq);
        let mut later = stays.iter().filter(|stay| stay.seq > touched.seq);
        let is_alone = later.all(|stay| {
            may_be_same(&stay.delivered, running)
                || self.takes_turns((env, artifact), (&stay.delivered, stay.seq), running)
        });
        let moved = action.proposal.moves.iter().find(|m| &m.artifact == artifact);
        match left.filter(|left| may_be_same(&left.delivered, to)) {
            // A delivery of what ran already, and that failed, brought nothing.
            Some(left) => {
                let is_other = moved.is_some_and(|m| m.from.as_ref().is_none_or(|from| !may_be_same(from, to)));
                is_alone && may_be_same(&left.delivered, running) && (is_other || phase == StepPhase::Succeeded)
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
            let is_pair = |from, to| m.from.as_ref().is_some_and(|f| may_be_same(f, from)) && may_be_same(&m.to, to);
            &m.artifact == artifact && (is_pair(one, other) || is_pair(other, one))
        })
    }

    /// Returns the commit that an image was built of here.
    pub(crate) fn built(&self, artifact: &ArtifactName, digest: &Digest) -> Option<&Commit> {
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
