//! The commits around the branches: read with each look, published when they change, and never recorded.

use super::dispatcher::Dispatcher;
use super::world::{World, within};
use std::collections::BTreeMap;
use std::time::Duration;
use tminus_core::branch_log::{BranchLog, CheckoutNote, CommitList, LoggedCommit};
use tminus_core::failure::Failure;
use tminus_core::mask::Mask;
use tminus_core::names::Version;
use tminus_core::plan::Placeholder;
use tminus_core::ports::LogAsk;
use tminus_core::release::OpenRelease;
use tminus_core::telemetry::Telemetry;

/// Lists the commits around a branch. A history that is gone through for long holds up nothing but itself.
pub(super) async fn look_at_log(
    world: &World,
    ask: Option<&LogAsk>,
    limit: Duration,
) -> Option<Result<BranchLog, Failure>> {
    Some(within(limit, "the repository", world.repository.log(ask?)).await)
}

impl Dispatcher {
    /// Returns the tag that a version gets by the plan.
    pub(super) fn tag_of(&self, version: &Version) -> String {
        let values = BTreeMap::from([(Placeholder::Version, version.to_string())]);
        self.plan.release.tag.fill(&values).unwrap_or_default()
    }

    /// Returns which commits a release's page shows.
    pub(super) fn log_ask(&self, opening: &OpenRelease, tag: &str) -> LogAsk {
        LogAsk {
            branch: opening.branch.clone(),
            base: self.plan.release.base.clone(),
            tag: tag.to_owned(),
            previous: opening.previous.as_ref().map(|previous| self.tag_of(previous)),
        }
    }

    /// Tells the commits of a release where they are others than before.
    pub(super) fn log_change(&self, version: &Version, log: Result<BranchLog, Failure>) {
        let log = match log {
            Ok(mut log) => {
                log.notes.extend(self.unwatched.clone().map(CheckoutNote::Unwatched));
                masked(&self.world.mask, log)
            }
            Err(failure) => {
                let failure = self.world.masked(failure);
                BranchLog { unread: Some(failure.sentence()), ..BranchLog::default() }
            }
        };
        let watched = self.release.watched();
        self.join_cache.keep_logs_of(|version| watched.iter().any(|opening| opening.version == *version));
        if let Some(log) = self.join_cache.keep_log(version, log) {
            self.tell(Telemetry::BranchLog { version: version.clone(), log });
        }
    }
}

/// Makes every text of a log safe to show: whoever commits writes it.
fn masked(mask: &Mask, log: BranchLog) -> BranchLog {
    let safe = |text: String| mask.line(&text).into_string();
    let one =
        |commit: LoggedCommit| LoggedCommit { author: safe(commit.author), subject: safe(commit.subject), ..commit };
    let list = |list: CommitList| CommitList {
        first: list.first.into_iter().map(one).collect(),
        authors: list.authors.into_iter().map(|(author, count)| (safe(author), count)).collect(),
        ..list
    };
    let note = |note: CheckoutNote| match note {
        CheckoutNote::OtherWorktree(path) => CheckoutNote::OtherWorktree(safe(path)),
        CheckoutNote::Unwatched(why) => CheckoutNote::Unwatched(safe(why)),
        CheckoutNote::Detached | CheckoutNote::Shallow | CheckoutNote::InProgress(_) => note,
    };
    BranchLog {
        new: list(log.new),
        ahead: list(log.ahead),
        behind: list(log.behind),
        since: log.since.map(safe),
        notes: log.notes.into_iter().map(note).collect(),
        ..log
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;
    use tminus_core::names::Commit;

    #[test]
    fn what_whoever_commits_wrote_is_clean_before_it_is_told() {
        let hostile = "\u{1b}[2J\u{202e}evil";
        let commit = LoggedCommit {
            commit: Commit::new("a"),
            at: Timestamp::UNIX_EPOCH,
            author: hostile.to_owned(),
            subject: hostile.to_owned(),
        };
        let list = || CommitList::of(vec![commit.clone()], 1);
        let note = CheckoutNote::OtherWorktree(hostile.to_owned());
        let (new, ahead, behind) = (list(), list(), list());
        let since = Some(hostile.to_owned());
        let log = BranchLog { since, new, ahead, behind, notes: vec![note], remote: None, unread: None };
        let told = serde_json::to_string(&masked(&Mask::new(), log)).unwrap();
        assert!(!told.contains("\\u001b") && !told.contains('\u{202e}'), "{told}");
        assert!(told.contains("evil"), "{told}");
    }
}
