//! The rollback that a deploy leaves: said before anybody agrees, because afterwards it is too late to find out.

use super::unmet::StartDoubt;
use super::{GateItem, ItemKind, Situation};
use crate::action::{Move, Proposal, Request, StepUndo};
use crate::item_name::ItemName;
use crate::names::EnvName;
use crate::order::Delivered;
use crate::plan::Environment;
use crate::verdict::Verdict;

/// What a rollback will find once a move is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum WayAfter {
    /// It leads back to this version.
    To(Delivered),
    /// This version was good here, and cannot be brought back any more.
    Lost(Delivered, String),
    /// Nobody can tell whether this version can be brought back.
    Unknown(Delivered, String),
    /// There never is one, and why.
    Never(String),
    /// There never is one to this version, and why: a rollback would want to go there, and is blocked.
    Refused(Delivered, String),
}

impl WayAfter {
    /// Writes how the move is undone.
    pub(super) fn undo(&self) -> StepUndo {
        match self {
            Self::To(to) => StepUndo::By(format!("roll back to {}", to.version)),
            Self::Lost(..) | Self::Unknown(..) | Self::Never(_) | Self::Refused(..) => {
                StepUndo::Irreversible(self.words())
            }
        }
    }

    /// Says why it blocks a rollback, of the other artifacts too: an environment goes back as a whole.
    pub(super) fn blocks(&self) -> Option<&str> {
        match self {
            Self::To(_) | Self::Never(_) => None,
            Self::Lost(_, why) | Self::Unknown(_, why) | Self::Refused(_, why) => Some(why),
        }
    }

    fn words(&self) -> String {
        match self {
            Self::To(to) => format!("a rollback to {} is ready", to.version),
            Self::Lost(to, why) => format!("after this there is no rollback to {}: {why}", to.version),
            Self::Unknown(to, why) => {
                format!("whether there is a rollback to {} after this is unknown: {why}", to.version)
            }
            Self::Never(why) | Self::Refused(_, why) => why.clone(),
        }
    }
}

impl Situation<'_> {
    /// Returns what a rollback will find once the moves of a deploy are done: where one artifact blocks it, no other goes back.
    pub(super) fn ways_after(&self, environment: &Environment, moves: &[Move]) -> Vec<WayAfter> {
        let mut ways: Vec<WayAfter> = moves.iter().map(|moved| self.way_after(environment, moved)).collect();
        let blocker = moves.iter().zip(&ways).find_map(|(m, way)| Some(format!("{}: {}", m.artifact, way.blocks()?)));
        let Some(blocker) = blocker else { return ways };
        for way in &mut ways {
            if let WayAfter::To(to) = way {
                *way = WayAfter::Lost(to.clone(), blocker.clone());
            }
        }
        ways
    }

    /// Returns what a rollback will find of one artifact once its move of a deploy is done.
    fn way_after(&self, environment: &Environment, moved: &Move) -> WayAfter {
        let (env, artifact) = (&environment.name, &moved.artifact);
        let place = self.release.environments.get(env).and_then(|e| e.places.get(artifact));
        let good = place.map(|place| self.good_here(env, artifact, place)).unwrap_or_default();
        let back = good.into_iter().find(|d| d != &moved.to && self.may_choose(env, artifact, d));
        if let Some(never) = environment.delivery(artifact).and_then(|delivery| delivery.kind.no_rollback()) {
            return back.map_or(WayAfter::Never(never.clone()), |back| WayAfter::Refused(back, never));
        }
        let (Some(place), Some(back)) = (place, back) else {
            return WayAfter::Never(nothing_good(env, moved));
        };
        let mut doubt = None;
        match environment.delivery(artifact).and_then(|delivery| self.undo_doubt(delivery)) {
            Some(StartDoubt::Missing(gone)) => return WayAfter::Lost(back, gone),
            Some(StartDoubt::Unknown(why)) => doubt = Some(why),
            None => {}
        }
        // Whoever previews or begins has looked first, at what runs too; a screen that is drawn before that blocks nothing.
        let Some(ready) = place.ready.get(&back.version).map(|r| &r.readiness) else {
            return doubt.map_or(WayAfter::To(back.clone()), |why| WayAfter::Unknown(back, why));
        };
        let gone = ready.blockers.iter().chain(&ready.once_replaced).chain(&ready.restore);
        let gone: Vec<&str> = gone.map(String::as_str).collect();
        if !gone.is_empty() {
            return WayAfter::Lost(back, gone.join("; "));
        }
        if let Some(digest) = back.digest.as_ref().filter(|digest| !ready.has(digest)) {
            let why = format!("{} of it is gone", digest.short());
            return WayAfter::Lost(back, why);
        }
        match ready.unknown.first().or(doubt.as_ref()) {
            Some(why) => WayAfter::Unknown(back, why.clone()),
            None => WayAfter::To(back),
        }
    }

    /// Returns what a protected environment wants a waiver for: a good version that runs now and could not come back.
    pub(super) fn way_after_items(&self, environment: &Environment, proposal: &Proposal) -> Vec<GateItem> {
        let Request::Deploy { version, .. } = &proposal.request else { return Vec::new() };
        if !environment.protected {
            return Vec::new();
        }
        let item = |(moved, after): (&Move, WayAfter)| {
            let (verdict, to) = match &after {
                WayAfter::Lost(to, _) => (Verdict::Fail, to),
                WayAfter::Unknown(to, _) => (Verdict::NoData, to),
                WayAfter::To(_) | WayAfter::Never(_) | WayAfter::Refused(..) => return None,
            };
            Some(GateItem {
                item: ItemName::Rollback(moved.artifact.clone()).to_string(),
                kind: ItemKind::Rollback,
                title: format!("needs a rollback of {} {version} to {}", moved.artifact, to.version),
                verdict,
                why: after.words(),
            })
        };
        // The same answer as the preview's: where one artifact blocks it, none of the others goes back.
        let ways = proposal.moves.iter().zip(self.ways_after(environment, &proposal.moves));
        ways.filter(|(m, _)| m.from.as_ref() != Some(&m.to)).filter_map(item).collect()
    }
}

fn nothing_good(env: &EnvName, moved: &Move) -> String {
    match &moved.from {
        None => format!("nothing ran in {env} before"),
        Some(from) => {
            format!("no rollback target: neither {} nor an earlier version was healthy in {env}", from.version)
        }
    }
}
