//! A bump as an order: the commit first, then a record of it, then the branch. So whoever takes it up knows its own commit.

use super::act::{ActDone, ActOrder, RepositoryTarget};
use super::beginning::busy;
use super::bump::conflict;
use super::{bump_move, program::GitProgram};
use tminus_core::kinds::repository::{BumpAct, Direction, KindOfAct as _, RepositoryAct};
use tminus_core::names::{Commit, OrderId};
use tminus_core::ports::{FailureKind, PortError};

impl RepositoryTarget {
    /// Does it, or takes it back; whatever of that is done already is not done again.
    pub(super) async fn bump(
        &self,
        order: &OrderId,
        act: &BumpAct,
        direction: Direction,
    ) -> Result<ActDone, PortError> {
        let done = |left: Option<String>| ActDone { left };
        if self.is_bumped(act, direction).await? {
            return Ok(done(act.made.as_ref().filter(|_| direction == Direction::Forward).map(ToString::to_string)));
        }
        let branch = act.branch.clone();
        let busy = self.repository.ask("the repository could not be read", move |_, about| Ok(busy(about, &branch)));
        if let Some(why) = busy.await?.into_iter().next() {
            return Err(conflict(why));
        }
        match (direction, &act.made) {
            (Direction::Forward, Some(made)) => self.move_branch((act, direction), made).await,
            (Direction::Forward, None) => {
                let made = self.commit(act).await?;
                let act = RepositoryAct::Bump(BumpAct { made: Some(made.clone()), ..act.clone() });
                self.orders.write(order, ActOrder { act: act.clone(), direction }).await?;
                let RepositoryAct::Bump(act) = &act else { return Err(conflict("no bump")) };
                self.move_branch((act, direction), &made).await?;
                Ok(done(Some(made.to_string())))
            }
            (Direction::Back, Some(made)) => self.move_branch((act, direction), made).await,
            (Direction::Back, None) => Err(conflict("which commit it was is unknown")),
        }
    }

    /// Says whether the branch has the commit, or has it no longer.
    pub(super) async fn is_bumped(&self, act: &BumpAct, direction: Direction) -> Result<bool, PortError> {
        let there = self.tip(&act.mark()).await?.map(|tip| tip.commit);
        let (Direction::Forward, Some(made), Some(there)) = (direction, act.made.clone(), there.clone()) else {
            return Ok(direction == Direction::Back && there.as_ref() == Some(&act.parent));
        };
        self.repository
            .ask("the branch could not be read", move |git, _| {
                git.answer(&["merge-base", "--is-ancestor", made.as_str(), there.as_str()])?.is_yes()
            })
            .await
    }

    async fn commit(&self, act: &BumpAct) -> Result<Commit, PortError> {
        let (act, checkout) = (act.clone(), self.checkout.clone());
        let what = format!("{} could not be bumped", act.branch);
        self.repository.ask(&what, move |git, about| bump_move::commit(git, about, (&act, &checkout))).await
    }

    /// Moves the branch, and asks it where it stands where git says that it did not.
    async fn move_branch(&self, (act, direction): (&BumpAct, Direction), made: &Commit) -> Result<ActDone, PortError> {
        let left = Some(made.to_string()).filter(|_| direction == Direction::Forward);
        let (own, to) = (act.clone(), made.clone());
        let what = format!("{} could not be moved", act.branch);
        let question = move |git: &GitProgram, _: &super::GitRepository| match direction {
            Direction::Forward => bump_move::forward(git, (&own, &to)),
            Direction::Back => bump_move::back(git, (&own, &to)),
        };
        let Err(failure) = self.repository.ask(&what, question).await else { return Ok(ActDone { left }) };
        match self.is_bumped(act, direction).await {
            Ok(true) => Ok(ActDone { left }),
            Ok(false) => Err(failure),
            Err(unread) => {
                let says = format!("whether {} was moved is unknown", act.branch);
                Err(PortError::new(FailureKind::Unclear, says).because(unread.sentence()))
            }
        }
    }
}
