//! Checks that run together: needed ones first, a few at once.

use super::dispatcher::Dispatcher;
use super::handle::Accepted;
use super::report::{Purpose, SurveyFollowUp};
use super::waiting::{AfterBatch, Batch};
use tminus_core::decide::GateRun;
use tminus_core::fact::{CheckFact, Fact};
use tminus_core::failure::{Failure, FailureKind};
use tminus_core::measurement::ProbeQuestion;
use tminus_core::names::{CheckName, EnvName, Version};
use tminus_core::plan::Check;
use tminus_core::who::Who;

impl Dispatcher {
    /// Begins a batch; a check that runs already is not run twice at once.
    pub(super) async fn begin_batch(
        &mut self,
        (who, version): (Who, Version),
        checks: Vec<CheckName>,
        after: AfterBatch,
    ) {
        self.batch_count += 1;
        let mut waiting = checks;
        waiting.dedup();
        let batch = Batch { id: self.batch_count, who, version, waiting, running: Vec::new(), after };
        self.batches.push(batch);
        self.pump_batches().await;
    }

    /// Begins what may begin now, and ends the batches that are through.
    pub(super) async fn pump_batches(&mut self) {
        while let Some((index, check)) = self.next_check() {
            if self.launch(index, check).await.is_err() {
                return;
            }
        }
        while let Some(index) = self.batches.iter().position(|b| b.waiting.is_empty() && b.running.is_empty()) {
            let batch = self.batches.remove(index);
            self.end_batch(batch.after);
        }
    }

    /// Returns the next check that may begin: a place is free, nobody runs it, and what it needs is not still to come.
    fn next_check(&self) -> Option<(usize, CheckName)> {
        let running: usize = self.batches.iter().map(|b| b.running.len()).sum();
        if running >= self.plan.limits.parallel_checks.max(1) {
            return None;
        }
        let is_running = |name: &CheckName| self.batches.iter().any(|b| b.running.contains(name));
        self.batches.iter().enumerate().find_map(|(index, batch)| {
            let is_to_come = |name: &CheckName| batch.waiting.contains(name) || batch.running.contains(name);
            let may = |name: &&CheckName| {
                let needs = self.plan.check(name).map(|c| c.needs.as_slice()).unwrap_or_default();
                !is_running(name) && !needs.iter().any(is_to_come)
            };
            batch.waiting.iter().find(may).map(|name| (index, name.clone()))
        })
    }

    async fn launch(&mut self, index: usize, name: CheckName) -> Result<(), ()> {
        let Some(batch) = self.batches.get_mut(index) else { return Err(()) };
        batch.waiting.retain(|n| n != &name);
        batch.running.push(name.clone());
        let (id, who, version) = (batch.id, batch.who.clone(), batch.version.clone());
        let Some(check) = self.plan.check(&name).cloned() else { return Ok(()) };
        let started = CheckFact::Started { release: version.clone(), check: name.clone(), env: None };
        self.record(&who, vec![Fact::Check(started)]).await.map_err(|_| ())?;
        let ask = self.ask(&version, ProbeQuestion::Check(check.clone()), None);
        let purpose = Purpose::Batch { batch: id, check: name };
        match self.unmet_need(&version, &check, None) {
            Some(need) => self.report_unmeasured((purpose, who), ask, need),
            None => {
                self.measure((purpose, who), ask);
            }
        }
        Ok(())
    }

    /// Names the check that this one needs and that has not passed.
    pub(super) fn unmet_need(&self, version: &Version, check: &Check, env: Option<&EnvName>) -> Option<Failure> {
        let situation = self.situation(version);
        let (unmet, verdict) = situation.unmet_need(check, env)?;
        Some(Failure::new(FailureKind::Conflict, format!("not run: it needs {unmet}, which is {}", verdict.word())))
    }

    fn end_batch(&mut self, after: AfterBatch) {
        match after {
            AfterBatch::Reply(reply) => drop(reply.send(Ok(Accepted::Recorded(self.release.seq)))),
            AfterBatch::Decide { asked, reply } if asked.is_taken_back(&reply) => {}
            // The checks may have taken minutes: the targets are looked at again before the decision.
            AfterBatch::Decide { asked, reply } => {
                self.survey_all(SurveyFollowUp::Decide { asked, gate_was_run: GateRun::Done, reply });
            }
        }
    }
}
