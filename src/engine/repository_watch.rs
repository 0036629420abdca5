//! Looks at the branches when the repository reports that something moved, beside the looks at intervals.

use super::dispatcher::Dispatcher;
use super::report::{MoveLook, Report, SurveyFollowUp};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};

/// How long after a look at a move the next one may begin: a repository in which something always moves is looked at this often.
const APART: Duration = Duration::from_millis(500);
/// How long to wait before the next attempt to watch after a watch has ended.
const AGAIN: Duration = Duration::from_secs(60);

impl Dispatcher {
    /// Listens to the repository in a task of its own.
    pub(super) fn watch_repository(&mut self) {
        let (repository, reporter) = (self.world.repository.clone(), self.reporter.clone());
        self.tasks.spawn(async move {
            loop {
                let (sender, moves) = mpsc::channel(1);
                let (ended, ()) = futures::join!(repository.watch(sender), report_moves(moves, &reporter));
                if let Err(failure) = ended
                    && reporter.send(Report::RepositoryUnwatched(failure)).await.is_err()
                {
                    return;
                }
                tokio::time::sleep(AGAIN).await;
            }
        });
    }

    /// Looks at the branches, unless no client would see the result.
    pub(super) fn repository_moved(&mut self, look: MoveLook) {
        self.unwatched = None;
        let is_busy = !self.batches.is_empty() || self.release.active_actions().next().is_some();
        if self.quiet.is_wanted(is_busy) {
            self.survey(Vec::new(), SurveyFollowUp::Moved(look));
        }
    }
}

/// Reports one move at a time: the channel keeps what moves during a look, and it is reported once that look has ended.
async fn report_moves(mut moves: mpsc::Receiver<()>, reporter: &mpsc::Sender<Report>) {
    while moves.recv().await.is_some() {
        let (look, ended) = oneshot::channel();
        if reporter.send(Report::RepositoryMoved(look)).await.is_err() {
            return;
        }
        // Nothing is ever sent: the look has ended when its end of the channel is dropped.
        drop(ended.await);
        tokio::time::sleep(APART).await;
    }
}
