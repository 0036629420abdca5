//! Looking at the branches when the repository tells that something moved, beside the looks at intervals.

use super::dispatcher::Dispatcher;
use super::report::{Report, SurveyFollowUp};
use std::time::Duration;
use tokio::sync::mpsc;

/// How long after a look the next move is taken: a repository in which something moves all the time is looked at as often.
const APART: Duration = Duration::from_millis(500);
/// How long to wait before watching again where nothing told.
const AGAIN: Duration = Duration::from_secs(60);

impl Dispatcher {
    /// Listens to the repository, in a task of its own.
    pub(super) fn watch_repository(&mut self) {
        let (repository, reporter) = (self.world.repository.clone(), self.reporter.clone());
        self.tasks.spawn(async move {
            loop {
                let (sender, mut moves) = mpsc::channel(1);
                let taken = async {
                    while moves.recv().await.is_some() && reporter.send(Report::RepositoryMoved).await.is_ok() {
                        tokio::time::sleep(APART).await;
                    }
                };
                let (ended, ()) = futures::join!(repository.watch(sender), taken);
                if let Err(failure) = ended
                    && reporter.send(Report::RepositoryUnwatched(failure)).await.is_err()
                {
                    return;
                }
                tokio::time::sleep(AGAIN).await;
            }
        });
    }

    /// Looks at the branches, unless nobody would see it.
    pub(super) fn repository_moved(&mut self) {
        self.unwatched = None;
        let is_busy = !self.batches.is_empty() || self.release.active_actions().next().is_some();
        if self.quiet.is_wanted(is_busy) {
            self.survey(Vec::new(), SurveyFollowUp::Nothing);
        }
    }
}
