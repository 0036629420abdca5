//! An action that makes a commit of its own, as an order: the commit first, then a record of it, then the branch. So whoever takes it up knows its own commit.

use super::act::{ActDone, ActOrder, RepositoryTarget};
use super::bump::conflict;
use super::moving::busy;
use super::{merge_back, own_commit, program::GitProgram};
use tminus_core::kinds::repository::{Direction, OwnCommit, RepositoryAct};
use tminus_core::names::{Commit, OrderId};
use tminus_core::ports::{FailureKind, PortError};

impl RepositoryTarget {
    /// Does it, or takes it back; whatever of that is done already is not done again.
    pub(super) async fn own_commit(
        &self,
        order: &OrderId,
        (asked, own): (&ActOrder, OwnCommit),
    ) -> Result<ActDone, PortError> {
        let direction = asked.direction;
        let done = |left: Option<String>| ActDone { left };
        if self.is_moved(asked, &own).await? {
            return Ok(done(own.made.as_ref().filter(|_| direction == Direction::Forward).map(ToString::to_string)));
        }
        let branch = own.branch.clone();
        let busy = self.repository.ask("the repository could not be read", move |_, about| Ok(busy(about, &branch)));
        if let Some(why) = busy.await?.into_iter().next() {
            return Err(conflict(why));
        }
        match (direction, own.made.clone()) {
            (Direction::Forward | Direction::Back, Some(made)) => self.move_branch(asked, (&own, made)).await,
            (Direction::Forward, None) => {
                let made = self.commit(&asked.act, &own).await?;
                let asked = ActOrder { act: asked.act.clone().with_made(made.clone()), direction };
                self.orders.write(order, asked.clone()).await?;
                let own = OwnCommit { made: Some(made.clone()), ..own };
                self.move_branch(&asked, (&own, made)).await
            }
            (Direction::Back, None) => Err(conflict("which commit it was is unknown")),
        }
    }

    /// Says whether the branch has the commit, or has it no longer.
    pub(super) async fn is_moved(&self, asked: &ActOrder, own: &OwnCommit) -> Result<bool, PortError> {
        let there = self.tip(&asked.act).await?.map(|tip| tip.commit);
        let (Direction::Forward, Some(made), Some(there)) = (asked.direction, own.made.clone(), there.clone()) else {
            return Ok(asked.direction == Direction::Back && there.as_ref() == Some(&own.parent));
        };
        self.repository
            .ask("the branch could not be read", move |git, _| {
                git.answer(&["merge-base", "--is-ancestor", made.as_str(), there.as_str()])?.is_yes()
            })
            .await
    }

    async fn commit(&self, act: &RepositoryAct, own: &OwnCommit) -> Result<Commit, PortError> {
        let (act, own, checkout) = (act.clone(), own.clone(), self.checkout.clone());
        let what = format!("no commit could be made on {}", own.branch);
        self.repository
            .ask(&what, move |git, about| match &act {
                RepositoryAct::MergeBack(merge) => merge_back::commit(git, about, (merge, &own, &checkout)),
                RepositoryAct::Bump(_)
                | RepositoryAct::Changelog(_)
                | RepositoryAct::Tag(_)
                | RepositoryAct::Push(_)
                | RepositoryAct::Branch(_) => own_commit::commit(git, about, (&act, &own, &checkout)),
            })
            .await
    }

    /// Moves the branch, and asks it where it stands where git says that it did not.
    async fn move_branch(&self, asked: &ActOrder, (own, made): (&OwnCommit, Commit)) -> Result<ActDone, PortError> {
        let direction = asked.direction;
        let left = Some(made.to_string()).filter(|_| direction == Direction::Forward);
        let moved = own.clone();
        let what = format!("{} could not be moved", own.branch);
        let question = move |git: &GitProgram, _: &super::GitRepository| match direction {
            Direction::Forward => own_commit::forward(git, (&moved, &made)),
            Direction::Back => own_commit::back(git, (&moved, &made)),
        };
        let Err(failure) = self.repository.ask(&what, question).await else { return Ok(ActDone { left }) };
        match self.is_moved(asked, own).await {
            Ok(true) => Ok(ActDone { left }),
            Ok(false) => Err(failure),
            Err(unread) => {
                let says = format!("whether {} was moved is unknown", own.branch);
                Err(PortError::new(FailureKind::Unclear, says).because(unread.sentence()))
            }
        }
    }
}
