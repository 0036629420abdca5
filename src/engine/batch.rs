//! Checks that run together: needed ones first, a few at once.

use super::dispatcher::Dispatcher;
use super::handle::Accepted;
use super::report::{CommandReply, Purpose, SurveyFollowUp};
use super::waiting::{AfterBatch, Batch, RunningCheck};
use tminus_core::command::Refusal;
use tminus_core::decide::GateRun;
use tminus_core::fact::{CheckFact, Fact};
use tminus_core::failure::{Failure, FailureKind};
use tminus_core::measurement::ProbeQuestion;
use tminus_core::names::{CheckName, EnvName, Version};
use tminus_core::plan::Check;
use tminus_core::who::Who;
use tokio::task::AbortHandle;

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
        let is_running = |name: &CheckName| self.batches.iter().any(|b| b.runs(name));
        self.batches.iter().enumerate().find_map(|(index, batch)| {
            let is_to_come = |name: &CheckName| batch.waiting.contains(name) || batch.runs(name);
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
        batch.running.push(RunningCheck { name: name.clone(), task: None });
        let (id, who, version) = (batch.id, batch.who.clone(), batch.version.clone());
        let Some(check) = self.plan.check(&name).cloned() else { return Ok(()) };
        let started = CheckFact::Started { release: version.clone(), check: name.clone(), env: None };
        self.record(&who, vec![Fact::Check(started)]).await.map_err(|_| ())?;
        let ask = self.ask(&version, ProbeQuestion::Check(check.clone()), None);
        let purpose = Purpose::Batch { batch: id, check: name };
        if let Some(need) = self.unmet_need(&version, &check, None) {
            self.report_unmeasured((purpose, who), ask, need);
            return Ok(());
        }
        let task = self.measure((purpose, who), ask);
        let batch = self.batches.iter_mut().find(|batch| batch.id == id);
        let running = batch.and_then(|batch| batch.running.iter_mut().find(|running| running.name == check.name));
        if let Some(running) = running {
            running.task = Some(task);
        }
        Ok(())
    }

    /// Names the check that this one needs and that has not passed.
    pub(super) fn unmet_need(&self, version: &Version, check: &Check, env: Option<&EnvName>) -> Option<Failure> {
        let situation = self.situation(version);
        let (unmet, verdict) = situation.unmet_need(check, env)?;
        Some(Failure::new(FailureKind::Conflict, format!("not run: it needs {unmet}, which is {}", verdict.word())))
    }

    /// Ends checks that run, and takes those away that wait. Whoever waits for them goes on: a gate lacks them still.
    pub(super) async fn cancel_checks(
        &mut self,
        who: &Who,
        (version, names): (&Version, &[CheckName]),
        reply: CommandReply,
    ) {
        let is_meant = |name: &CheckName| names.is_empty() || names.contains(name);
        let (mut ended, mut count): (Vec<RunningCheck>, usize) = (Vec::new(), 0);
        for batch in self.batches.iter_mut().filter(|batch| &batch.version == version) {
            let waiting = batch.waiting.len();
            batch.waiting.retain(|name| !is_meant(name));
            count += waiting - batch.waiting.len();
            ended.extend(batch.running.extract_if(.., |running| is_meant(&running.name)));
        }
        count += ended.len();
        if count == 0 {
            let what = if names.is_empty() { "no check".to_owned() } else { listed(names) };
            let says = format!("{what} runs or waits for {version}; a verification is stopped with its action");
            return drop(reply.send(Err(Refusal::unknown(says))));
        }
        let why = format!("cancelled by {} before it ended", who.label());
        let mut facts = Vec::new();
        for running in ended {
            // Dropped with its task, a program is asked to end, and then made to.
            running.task.inspect(AbortHandle::abort);
            let state = self.release.checks.get(version).and_then(|checks| checks.get(&running.name));
            let began =
                state.and_then(|state| state.running.as_ref()).map_or(self.world.clock.now(), |(since, _)| *since);
            facts.push(self.cut_short((version, &running.name), None, (began, &why)));
        }
        if let Err(refusal) = self.record(who, facts).await {
            return drop(reply.send(Err(refusal)));
        }
        drop(reply.send(Ok(Accepted::Recorded(self.release.seq))));
        Box::pin(self.pump_batches()).await;
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

fn listed(names: &[CheckName]) -> String {
    names.iter().map(CheckName::as_str).collect::<Vec<_>>().join(", ")
}
