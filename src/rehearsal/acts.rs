//! Actions on a repository that is only played: git is not started, and the played repository shows what was done.

use super::follow::follow;
use super::orders::{begin_once, cancel, find};
use super::script::Itinerary;
use super::shared::SharedWorld;
use super::world::{Begun, PlayedWorld};
use async_trait::async_trait;
use jiff::Timestamp;
use std::collections::BTreeMap;
use tminus_core::branch::TagObject;
use tminus_core::failure::{Failure, FailureKind};
use tminus_core::hex::sha256;
use tminus_core::kinds::repository::{Direction, RefTip, RepositoryAct};
use tminus_core::names::{Commit, OrderId, Version};
use tminus_core::order::{Call, Health, Observation, Order, Readiness, Receipt, Task, Ticket};
use tminus_core::ports::{ProgressSender, Target};

/// Where the names of branches begin.
pub(crate) const BRANCHES: &str = "refs/heads/";

/// Plays actions on the repository.
pub(crate) struct PlayedActs(pub SharedWorld);

/// A name of a played repository, and since when it is there.
pub(crate) struct PlayedName {
    pub(crate) tip: RefTip,
    pub(crate) since: Timestamp,
}

/// Returns the names that the actions of a world have left in its repository at a moment.
pub(crate) fn left(world: &PlayedWorld, now: Timestamp) -> BTreeMap<String, PlayedName> {
    let branches = world.branches.iter();
    let mut names: BTreeMap<_, _> = branches
        .map(|(name, at)| {
            let object = TagObject { id: at.to_string(), subject: None };
            (
                format!("{BRANCHES}{name}"),
                PlayedName { tip: RefTip { commit: at.clone(), object }, since: world.opened },
            )
        })
        .collect();
    for begun in world.orders.iter().filter(|begun| begun.cancelled.is_none() && begun.is_over(now)) {
        let Task::Act { act, direction } = &begun.order.task else { continue };
        let mark = act.mark();
        match direction {
            Direction::Forward => {
                let object = object(begun);
                let commit = if act.own_commit().is_some() { Commit::new(object.id.clone()) } else { mark.commit };
                let tip = RefTip { object, commit };
                names.insert(mark.name, PlayedName { tip, since: begun.ends() });
            }
            Direction::Back => match act.begins_at() {
                Some(at) => {
                    let object = TagObject { id: at.to_string(), subject: None };
                    let tip = RefTip { commit: at.clone(), object };
                    names.insert(mark.name, PlayedName { tip, since: begun.ends() });
                }
                None => drop(names.remove(&mark.name)),
            },
        }
    }
    names
}

/// Returns what an action leaves under its name: a tag is an object of its own, each time another one.
pub(crate) fn object(begun: &Begun) -> TagObject {
    match &begun.order.task {
        Task::Act { act: RepositoryAct::Tag(tag), .. } => {
            TagObject { id: sha256(begun.order.id.as_str())[..40].to_owned(), subject: Some(tag.message.clone()) }
        }
        Task::Act {
            act: RepositoryAct::Bump(_) | RepositoryAct::Changelog(_) | RepositoryAct::MergeBack(_), ..
        } => TagObject { id: sha256(begun.order.id.as_str())[..40].to_owned(), subject: None },
        Task::Act { act: RepositoryAct::Push(push), .. } => {
            let id = push.tag.as_ref().map_or_else(|| push.commit.to_string(), |tag| tag.object.clone());
            TagObject { id, subject: None }
        }
        Task::Act { act: act @ RepositoryAct::Branch(_), .. } => {
            TagObject { id: act.mark().commit.to_string(), subject: None }
        }
        Task::Provide { .. } | Task::Deliver { .. } | Task::Restore { .. } | Task::Run { .. } | Task::Build { .. } => {
            TagObject { id: String::new(), subject: None }
        }
    }
}

/// What kind of commit an order makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PlayedKind {
    /// The version files are raised.
    Bump,
    /// The changelog has its section.
    Changelog,
}

/// Returns the kind of commit that an order makes, and what it is made on.
pub(crate) fn played_kind(begun: &Begun) -> Option<(PlayedKind, Commit)> {
    let Task::Act { act, direction: Direction::Forward } = &begun.order.task else { return None };
    let kind = match act {
        RepositoryAct::Bump(_) => PlayedKind::Bump,
        RepositoryAct::Changelog(_) => PlayedKind::Changelog,
        RepositoryAct::Tag(_) | RepositoryAct::Push(_) | RepositoryAct::Branch(_) | RepositoryAct::MergeBack(_) => {
            return None;
        }
    };
    Some((kind, act.begins_at()?))
}

/// Says whether a commit is a merge that was played.
pub(crate) fn is_merge(world: &PlayedWorld, commit: &Commit) -> bool {
    world.orders.iter().any(|begun| {
        let is_merge =
            matches!(begun.order.task, Task::Act { act: RepositoryAct::MergeBack(_), direction: Direction::Forward });
        is_merge && object(begun).id == commit.as_str()
    })
}

/// The branch that a release was opened with stands where the release does: nothing was done to it here.
fn begins(act: &RepositoryAct) -> Option<RefTip> {
    let commit = act.begins_at()?;
    let object = TagObject { id: commit.to_string(), subject: None };
    Some(RefTip { commit, object })
}

#[async_trait]
impl Target for PlayedActs {
    async fn observe(&self) -> Result<Observation, Failure> {
        let words = Some("git is played, not run".to_owned());
        Ok(Observation { words, ..Observation::of(Health::Healthy) })
    }

    async fn readiness(&self, version: &Version) -> Result<Readiness, Failure> {
        let blockers = vec!["nothing is delivered to the repository".to_owned()];
        Ok(Readiness { blockers, ..Readiness::of(version.clone()) })
    }

    fn calls(&self, order: &Order) -> Vec<Call> {
        let Task::Act { act, direction } = &order.task else { return Vec::new() };
        act.calls(*direction)
    }

    async fn begin(&self, order: &Order) -> Result<Ticket, Failure> {
        let Task::Act { act, direction } = &order.task else {
            return Err(Failure::new(
                FailureKind::Rejected,
                format!("order {} does nothing to the repository", order.id),
            ));
        };
        begin_once(&self.0, order, self.calls(order), |world, now| {
            let there = left(world, now).remove(&act.mark().name).map(|name| name.tip).or_else(|| begins(act));
            match act.conflict(*direction, there.as_ref()) {
                Some(says) => Err(Failure::new(FailureKind::Conflict, says)),
                None => Ok(Itinerary::of_command(self.0.time(), self.0.scenario().pace)),
            }
        })
    }

    async fn follow(&self, ticket: &Ticket, progress: ProgressSender) -> Result<Receipt, Failure> {
        let receipt = follow(&self.0, ticket, &progress, || async { Ok(()) }).await?;
        let left = self.0.read(|world| {
            let begun = world.order(&ticket.order)?;
            matches!(begun.order.task, Task::Act { direction: Direction::Forward, .. }).then(|| object(begun).id)
        })?;
        Ok(Receipt { left, ..receipt })
    }

    async fn find(&self, order: &OrderId) -> Result<Option<Ticket>, Failure> {
        find(&self.0, order)
    }

    async fn cancel(&self, ticket: &Ticket) -> Result<(), Failure> {
        cancel(&self.0, ticket)
    }
}
