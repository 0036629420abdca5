//! Actions on the repository as a target: the person's own git does them, with their hooks and their signing.
//!
//! Git makes or removes a name in one go or not at all, and makes none twice. A git that was seen here to its end proves that a
//! name is its own; where nobody saw its end, the name tells it only if nobody else could have made the same.

use super::GitRepository;
use super::branch::ref_tip;
use super::moving::locked;
use crate::command::{Commands, Job};
use crate::order_store::{OrderStore, RecordedOrder};
use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tminus_core::kinds::repository::{BranchAct, Direction, RefTip, RepositoryAct, ToldByName};
use tminus_core::names::{OrderId, Version};
use tminus_core::order::{Call, Health, Observation, Order, Readiness, Receipt, Task, Ticket};
use tminus_core::plan::{EnvValue, Template};
use tminus_core::ports::{FailureKind, PortError, ProgressSender, Target};

/// How long git may take: a key may have to be touched, and hooks take their time.
pub(super) const LIMIT: Duration = Duration::from_secs(180);

/// How long git may take with a remote.
const REMOTE_LIMIT: Duration = Duration::from_secs(600);

/// Variables that keep git, ssh and gpg from asking on a terminal, which a screen may be drawn on.
pub(super) const NO_PROMPT: &[(&str, &str)] = &[
    ("GIT_TERMINAL_PROMPT", "0"),
    ("GIT_ASKPASS", "false"),
    ("GIT_EDITOR", "false"),
    ("SSH_ASKPASS", "false"),
    ("SSH_ASKPASS_REQUIRE", "force"),
    ("GPG_TTY", ""),
];

/// Does what the plan asks of the repository.
pub struct RepositoryTarget {
    pub(super) repository: Arc<GitRepository>,
    commands: Commands,
    pub(super) orders: OrderStore,
    /// The checkout that commits are made in.
    pub(super) checkout: PathBuf,
}

/// What an order asks for; on disk before git is started, so that its end can be told after a crash.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct ActOrder {
    pub(super) act: RepositoryAct,
    pub(super) direction: Direction,
}

/// An order that is done, and the object that it left.
pub(super) struct ActDone {
    pub(super) left: Option<String>,
}

impl RepositoryTarget {
    /// Makes it for a repository; git runs where the plan's commands do, and `orders` is a folder of the project's state.
    pub fn new(repository: Arc<GitRepository>, commands: Commands, orders: impl Into<PathBuf>) -> Self {
        let orders = orders.into();
        Self { repository, commands, checkout: orders.join("checkout"), orders: OrderStore::new(orders) }
    }

    /// Returns where the name of an action stands now: that of a push at the remote, the others here.
    pub(super) async fn tip(&self, act: &RepositoryAct) -> Result<Option<RefTip>, PortError> {
        if let RepositoryAct::Push(push) = act {
            return self.repository.pushed_tip(push).await;
        }
        let name = act.mark().name;
        let what = format!("{name} could not be read");
        self.repository.ask(&what, move |git, _| ref_tip(git, &name)).await
    }

    /// Returns what an order left in the repository, once it is done; nothing before.
    async fn done(&self, ActOrder { act, direction }: &ActOrder) -> Result<Option<ActDone>, PortError> {
        let tip = self.tip(act).await?;
        let is_done = act.is_done_at(*direction, tip.as_ref());
        Ok(is_done.then(|| ActDone { left: tip.map(|tip| tip.object.id) }))
    }

    /// Says whether git, which was seen to its end, did what was asked. Where the repository cannot be read that is unknown, and no
    /// failure.
    async fn was_done(&self, asked: &ActOrder) -> Result<Option<ActDone>, PortError> {
        self.done(asked).await.map_err(|failure| unknown(asked, failure.sentence()))
    }

    /// Says whether git did what was asked, whose end nobody saw, by what the repository shows.
    async fn shows(&self, asked: &ActOrder) -> Result<Option<ActDone>, PortError> {
        let mark = asked.act.mark();
        let tip = self.tip(&asked.act).await.map_err(|failure| unknown(asked, failure.sentence()))?;
        match asked.act.told_by_name(asked.direction, tip.as_ref()) {
            ToldByName::Done => Ok(Some(ActDone { left: tip.map(|tip| tip.object.id) })),
            ToldByName::NotDone => Ok(None),
            ToldByName::Unknown => {
                let why = format!("{} is there, and nothing proves that it is tminus's own", mark.name);
                Err(unknown(asked, why))
            }
        }
    }

    /// Creates the branch of a cut. Where that fails the repository is asked: a branch that is there, or may come, is no failed cut.
    async fn create_branch(&self, act: &RepositoryAct, BranchAct { branch, at }: &BranchAct) -> Result<(), PortError> {
        let Err(failure) = self.repository.create_branch(branch, at).await else { return Ok(()) };
        let name = branch.clone();
        let lock = self.repository.ask("the repository could not be read", move |_, about| Ok(locked(about, &name)));
        let (says, failure) = match (self.tip(act).await, lock.await) {
            (Ok(Some(there)), _) if there.commit != *at => return Err(failure),
            // As after a crash in the middle of it: what is left to do is done.
            (Ok(Some(_)), _) => match self.repository.create_branch(branch, at).await {
                Ok(()) => return Ok(()),
                Err(failure) => (format!("the branch {branch} is at {}, and is not checked out", at.short()), failure),
            },
            (Ok(None), Ok(locks)) if locks.is_empty() => return Err(failure),
            (Ok(None), _) => (format!("there is no branch {branch} yet, and another git may be creating it"), failure),
            (Err(unread), _) => (format!("whether there is a branch {branch} is unknown"), unread),
        };
        Err(PortError::new(FailureKind::Unclear, says).because(failure.sentence()))
    }

    /// Refuses what the repository is not ready for any more: the name came, moved or went since the preview.
    async fn is_as_previewed(&self, ActOrder { act, direction }: &ActOrder) -> Result<(), PortError> {
        let there = self.tip(act).await?;
        let Some(says) = act.conflict(*direction, there.as_ref()) else { return Ok(()) };
        Err(PortError::new(FailureKind::Conflict, says).because("nothing was done"))
    }
}

#[async_trait]
impl Target for RepositoryTarget {
    /// Nothing is delivered here, so there is nothing to see.
    async fn observe(&self) -> Result<Observation, PortError> {
        Ok(Observation::of(Health::Unknown))
    }

    async fn readiness(&self, version: &Version) -> Result<Readiness, PortError> {
        let blockers = vec!["nothing is delivered to the repository".to_owned()];
        Ok(Readiness { blockers, ..Readiness::of(version.clone()) })
    }

    fn calls(&self, order: &Order) -> Vec<Call> {
        let Task::Act { act, direction } = &order.task else { return Vec::new() };
        act.calls(*direction)
    }

    async fn begin(&self, order: &Order) -> Result<Ticket, PortError> {
        let Task::Act { act, direction } = &order.task else {
            return Err(PortError::new(FailureKind::Rejected, "only git acts here"));
        };
        let asked = ActOrder { act: act.clone(), direction: *direction };
        self.is_as_previewed(&asked).await?;
        self.orders.begin(&order.id, asked).await?;
        match (act, direction) {
            (RepositoryAct::Tag(_) | RepositoryAct::Push(_), _) => {}
            // It is done while it is followed, and looked for first.
            (RepositoryAct::Bump(_) | RepositoryAct::Changelog(_) | RepositoryAct::MergeBack(_), _)
            | (RepositoryAct::Branch(_), Direction::Forward) => {
                return Ok(by_name(&order.id, act));
            }
            (RepositoryAct::Branch(_), Direction::Back) => {
                return Err(PortError::new(FailureKind::Rejected, "a person takes a branch back"));
            }
        }
        let variable = |(name, value): &(&str, &str)| ((*name).to_owned(), EnvValue::Plain(Template::new(*value)));
        let variables = NO_PROMPT.iter().map(variable).collect();
        let timeout = if matches!(act, RepositoryAct::Push(_)) { REMOTE_LIMIT } else { LIMIT };
        let job = Job { calls: self.calls(order), variables, delivered: None, timeout };
        self.commands.begin(order, job).await
    }

    async fn follow(&self, ticket: &Ticket, progress: ProgressSender) -> Result<Receipt, PortError> {
        let order = &ticket.order;
        let asked: ActOrder = self.orders.begun(order).await.map_err(|failure| {
            PortError::new(FailureKind::Unclear, "whether it was done is unknown").because(failure.sentence())
        })?;
        let receipt = |ActDone { left }: ActDone| {
            let summary = asked.act.done(asked.direction);
            Receipt { order: order.clone(), delivered: None, summary, left }
        };
        if let RepositoryAct::Branch(branch) = &asked.act {
            return self.create_branch(&asked.act, branch).await.map(|()| receipt(ActDone { left: None }));
        }
        if let Some(own) = asked.act.own_commit() {
            return self.own_commit(order, (&asked, own)).await.map(receipt);
        }
        let end = match self.commands.find(order).await {
            // Found by its name alone.
            Ok(None) => {
                let nothing =
                    || PortError::new(FailureKind::Rejected, format!("{order} left nothing in the repository"));
                return self.shows(&asked).await?.map(receipt).ok_or_else(nothing);
            }
            Ok(Some(_)) => self.commands.follow(ticket, progress).await,
            Err(failure) => Err(failure),
        };
        match end {
            Ok(_) => {
                let denied =
                    || PortError::new(FailureKind::Rejected, "git says that it is done, and the repository does not");
                self.was_done(&asked).await?.map(receipt).ok_or_else(denied)
            }
            // Nobody saw how git ended.
            Err(failure) if failure.kind == FailureKind::Unclear => {
                self.shows(&asked).await?.map(receipt).ok_or(failure)
            }
            // It was cut short, and followed to its end: before it was done, or after.
            Err(failure) if matches!(failure.kind, FailureKind::Cancelled | FailureKind::Timeout) => {
                self.was_done(&asked).await?.map(receipt).ok_or(failure)
            }
            // Git says that it did nothing. What is there all the same may be somebody else's.
            Err(failure) => match self.shows(&asked).await {
                Ok(told) => told.map(receipt).ok_or(failure),
                Err(unclear) => Err(unclear.because(failure.sentence())),
            },
        }
    }

    async fn find(&self, order: &OrderId) -> Result<Option<Ticket>, PortError> {
        let Some(asked) = self.orders.read::<ActOrder>(order).await? else { return Ok(None) };
        if let Some(own) = asked.act.own_commit() {
            return Ok(self.is_moved(&asked, &own).await?.then(|| by_name(order, &asked.act)));
        }
        let tip = match self.commands.find(order).await {
            Ok(Some(found)) => return Ok(Some(found)),
            // Git was never started; what is no command of git's is told by its name.
            Ok(None) => self.tip(&asked.act).await?,
            Err(untold) => return self.shows(&asked).await?.map(|_| Some(by_name(order, &asked.act))).ok_or(untold),
        };
        let told = asked.act.told_by_name(asked.direction, tip.as_ref());
        Ok((told == ToldByName::Done).then(|| by_name(order, &asked.act)))
    }

    async fn cancel(&self, ticket: &Ticket) -> Result<(), PortError> {
        let asked: ActOrder = self.orders.begun(&ticket.order).await?;
        match asked.act.cannot_stop() {
            Some(why) => Err(PortError::new(FailureKind::Rejected, why)),
            None => self.commands.cancel(ticket).await,
        }
    }
}

/// Reads an order that was begun here; `None` where there is no record of it. The record holds what was asked for: whether it
/// was done is seen in the repository.
pub async fn recorded(book: &OrderStore, order: &OrderId) -> Result<Option<RecordedOrder>, PortError> {
    let asked: Option<ActOrder> = book.read(order).await?;
    let receipt = |ActOrder { act, direction }: ActOrder| {
        RecordedOrder::Done(Receipt { order: order.clone(), delivered: None, summary: act.done(direction), left: None })
    };
    Ok(asked.map(receipt))
}

/// Says that nobody knows whether git did what was asked: a person looks.
fn unknown(ActOrder { act, direction }: &ActOrder, why: String) -> PortError {
    let says = format!("git has ended, and whether it {} is unknown", act.done(*direction));
    PortError::new(FailureKind::Unclear, says).because(why)
}

fn by_name(order: &OrderId, act: &RepositoryAct) -> Ticket {
    Ticket { order: order.clone(), reference: serde_json::json!({ "name": act.mark().name }) }
}
