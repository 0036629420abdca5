//! What happened is written down before anything follows from it; a journal that cannot be written ends all of it.

use super::dispatcher::Dispatcher;
use std::sync::Arc;
use tminus_core::command::{Refusal, RefusalKind};
use tminus_core::fact::{ActionFact, Fact};
use tminus_core::telemetry::{self, JOURNAL_WAY_ON, Telemetry};
use tminus_core::who::Who;

impl Dispatcher {
    /// Writes facts, folds them, and tells everybody. The only place where the release changes.
    pub(super) async fn record(&mut self, who: &Who, facts: Vec<Fact>) -> Result<(), Refusal> {
        if facts.is_empty() {
            return Ok(());
        }
        if let Some(refusal) = self.journal_refusal() {
            return Err(refusal);
        }
        let records = match self.scribe.write(who, self.world.clock.now(), facts).await {
            Ok(records) => records,
            Err(why) => return Err(self.lose_journal(why)),
        };
        let release = Arc::make_mut(&mut self.release);
        for record in records {
            release.apply(&record);
            if let Fact::Action(ActionFact::Finished { action, .. }) = &record.fact
                && let Some(step) = self.steps.remove(action)
            {
                // A verification that a rollback took the place of measures no further.
                step.abort();
            }
            self.events.fact(record);
        }
        self.presence.keep(&self.release.seats);
        Ok(())
    }

    /// Looks whether the journal is still the one that is written here: what is done without it would be recorded nowhere.
    pub(super) async fn look_after_journal(&mut self) {
        if self.lost.is_none()
            && let Err(why) = self.scribe.check().await
        {
            self.lose_journal(why);
        }
    }

    /// Stops touching the world: what cannot be recorded must not be done.
    fn lose_journal(&mut self, why: String) -> Refusal {
        self.tell(Telemetry::JournalLost { failure: telemetry::journal_lost(&why) });
        let refusal = journal_lost(&why);
        self.lost = Some(why);
        for batch in std::mem::take(&mut self.batches) {
            batch.refuse(&refusal);
        }
        refusal
    }

    /// Refuses what would have to be recorded, once the journal cannot be written.
    pub(super) fn journal_refusal(&self) -> Option<Refusal> {
        self.lost.as_deref().map(journal_lost)
    }
}

fn journal_lost(why: &str) -> Refusal {
    let failure = telemetry::journal_lost(why).sentence();
    let says = format!("{failure}. What stands in it can still be read. Now {JOURNAL_WAY_ON}");
    Refusal::new(RefusalKind::JournalLost, says)
}
