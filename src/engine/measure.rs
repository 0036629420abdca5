//! Asking a probe, and making evidence of its answer.

use super::dispatcher::Dispatcher;
use super::report::{Measured, ProbeAnswer, Purpose, Report};
use super::world::World;
use futures::FutureExt as _;
use std::panic::AssertUnwindSafe;
use tminus_core::definition::Definition;
use tminus_core::evidence::Evidence;
use tminus_core::fact::{CheckFact, Fact, StepFact};
use tminus_core::failure::{Failure, FailureKind};
use tminus_core::judge::{Judgement, judge, judge_failure, judge_metric};
use tminus_core::kept_output::{KeptOutput, OutputFile};
use tminus_core::mask::Washer;
use tminus_core::measurement::{Ask, IgnoredInput, Measurement, ProbeQuestion, Reading};
use tminus_core::names::{ActionId, ArtifactName, EnvName, Person, Version};
use tminus_core::order::Progress;
use tminus_core::plan::Placeholder;
use tminus_core::ports::ProgressSender;
use tminus_core::telemetry::Telemetry;
use tminus_core::time::Span;
use tminus_core::verdict::Verdict;
use tminus_core::who::Who;
use tokio::sync::mpsc;
use tokio::task::AbortHandle;

/// Keeps all that came back, before anything rests on it. A disk that is full takes the output away, not the verdict.
async fn keep(world: &World, measured: Option<&Measurement>) -> Option<KeptOutput> {
    let whole = measured?.whole.as_ref()?;
    Some(match world.outputs.keep(&whole.text).await {
        Ok(sha256) => KeptOutput::File(OutputFile { sha256, bytes: whole.text.len() as u64, is_cut: whole.is_cut }),
        Err(failure) => KeptOutput::Lost(world.mask.text(&failure.sentence())),
    })
}

/// How many lines of progress wait for the screen before more are dropped.
const PROGRESS_HELD: usize = 64;

impl Dispatcher {
    /// Makes a question with all that its texts are filled from.
    pub(super) fn ask(&self, version: &Version, question: ProbeQuestion, env: Option<&EnvName>) -> Ask {
        let situation = self.situation(version);
        let (mut values, running) = match (&question, env) {
            (ProbeQuestion::Metric { window, .. }, Some(env)) => (situation.values_over(env, *window), Some(env)),
            (ProbeQuestion::Metric { .. } | ProbeQuestion::Check(_), env) => (situation.values(env), env),
        };
        let places = running.and_then(|env| self.release.environments.get(env)).map(|e| &e.places);
        let of = env.and_then(|env| self.artifact_of(&question, env));
        let place = places.and_then(|places| of.as_ref().map_or_else(|| places.values().next(), |of| places.get(of)));
        // What a verification asks of is what runs there: after a rollback that is another version than the release's.
        let there =
            running.and_then(|env| self.release.environments.get(env)).into_iter().flat_map(|e| e.places.values());
        let is_released = there.filter_map(|p| p.running()).any(|delivered| &delivered.version == version);
        if let Some(delivered) = place.and_then(|p| p.running()).filter(|_| !is_released) {
            values.insert(Placeholder::Version, delivered.version.to_string());
            if let Ok(tag) = self.plan.release.tag.fill(&values) {
                values.insert(Placeholder::Tag, tag);
            }
        }
        Ask {
            question,
            values,
            commit: situation.opening().map(|o| o.commit.clone()),
            env: env.cloned(),
            version: place.and_then(|p| p.running()).map_or_else(|| Some(version.clone()), |d| Some(d.version)),
            since: env.and_then(|env| self.release.lines_since(env, of.as_ref())),
            settled: env.and_then(|env| situation.delivery_ended(env)),
        }
    }

    /// Returns the artifact of an environment that a question is about, where it is about one alone.
    fn artifact_of(&self, question: &ProbeQuestion, env: &EnvName) -> Option<ArtifactName> {
        match question {
            ProbeQuestion::Check(check) => self.plan.artifact_of_check(env, check).cloned(),
            ProbeQuestion::Metric { .. } => None,
        }
    }

    /// Asks the probe in a task of its own.
    pub(super) fn measure(&mut self, (purpose, who): (Purpose, Who), ask: Ask) -> AbortHandle {
        let (world, reporter, progress) = (self.world.clone(), self.reporter.clone(), self.progress_of(&purpose));
        self.tasks.spawn(async move {
            let (began, timer) = (world.clock.now(), std::time::Instant::now());
            // One that panics is an answer like any other: the caller must not wait for ever.
            let asked = AssertUnwindSafe(world.probe.measure(&ask, progress)).catch_unwind();
            let result = asked.await.unwrap_or_else(|_| Err(broken()));
            let took = timer.elapsed();
            let kept = keep(&world, result.as_ref().ok()).await;
            let measured = Measured { purpose, answer: ProbeAnswer { who, ask, result, kept, began, took } };
            drop(reporter.send(Report::Measured(Box::new(measured))).await);
        })
    }

    /// Reports a check that is not run at all.
    pub(super) fn report_unmeasured(&mut self, (purpose, who): (Purpose, Who), ask: Ask, failure: Failure) {
        let (reporter, began) = (self.reporter.clone(), self.world.clock.now());
        let took = std::time::Duration::ZERO;
        let measured =
            Measured { purpose, answer: ProbeAnswer { who, ask, result: Err(failure), kept: None, began, took } };
        self.tasks.spawn(async move { drop(reporter.send(Report::Measured(Box::new(measured))).await) });
    }

    /// Takes progress on its way to the screens: made safe, and dropped where it comes too fast.
    pub(super) fn progress_of(&mut self, purpose: &Purpose) -> ProgressSender {
        let (sender, mut inbox) = mpsc::channel::<Progress<String>>(PROGRESS_HELD);
        let (events, mut washer, purpose) = (self.events.clone(), Washer::new(&self.world.mask), purpose.clone());
        self.tasks.spawn(async move {
            while let Some(progress) = inbox.recv().await {
                let progress = match progress {
                    Progress::Line(line) => Progress::Line(washer.line(&line)),
                    Progress::Share { done, total, of } => Progress::Share { done, total, of },
                };
                let telemetry = match &purpose {
                    Purpose::Batch { check, .. } => Telemetry::Check { check: check.clone(), progress },
                    Purpose::Step { action, step } => Telemetry::Step { action: action.clone(), step: *step, progress },
                };
                events.telemetry(telemetry);
            }
        });
        sender
    }

    /// Judges a measurement and records it.
    pub(super) async fn measured(&mut self, measured: Measured) {
        let Measured { purpose, answer } = measured;
        let judgement = self.judged(&answer);
        let verdict = judgement.verdict;
        let missing = self.missing((&purpose, &answer), verdict);
        let evidence = Box::new(self.evidence(&answer, judgement));
        match purpose {
            Purpose::Batch { batch, check } => {
                let Some(at) = self.batches.iter().position(|b| b.id == batch) else { return };
                let release = self.batches[at].version.clone();
                if !self.batches[at].runs(&check) {
                    // It was cancelled while its answer was on its way.
                    return;
                }
                self.batches[at].running.retain(|running| running.name != check);
                let fact = CheckFact::Finished { release, check, env: None, verdict, evidence };
                if self.record(&answer.who, vec![Fact::Check(fact)]).await.is_ok() {
                    self.pump_batches().await;
                }
            }
            Purpose::Step { action, step } => {
                if !self.is_waiting_for(&action, step) {
                    return;
                }
                if missing.is_some_and(|missing| self.waits_for((&action, step), missing)) {
                    return;
                }
                let found = summary(&answer.ask.question, &evidence, verdict);
                let found = missing.map_or(found.clone(), |missing| format!("{found}; {}", missing.words()));
                let Some(release) = self.release.action(&action).map(|a| a.proposal.release.clone()) else { return };
                let Some(fact) = step_fact(&answer.ask, release, (verdict, evidence)) else { return };
                let succeeded = StepFact::Succeeded {
                    action: action.clone(),
                    step,
                    summary: found,
                    verdict: Some(verdict),
                    receipt: None,
                };
                if self.record(&answer.who, vec![Fact::Check(fact), Fact::Step(succeeded)]).await.is_ok() {
                    self.go_on(&action).await;
                }
            }
        }
    }

    pub(super) fn judged(&self, answer: &ProbeAnswer) -> Judgement {
        match (&answer.result, &answer.ask.question) {
            (Err(failure), _) => judge_failure(&self.world.masked(failure.clone())),
            (Ok(measurement), ProbeQuestion::Check(check)) => judge(check, measurement, &answer.ask.values),
            (Ok(measurement), ProbeQuestion::Metric { metric, .. }) => judge_metric(metric, measurement),
        }
    }

    pub(super) fn evidence(&self, answer: &ProbeAnswer, judgement: Judgement) -> Evidence {
        let empty = || Measurement::quiet(asked_of(&answer.ask.question), Reading::Unmeasured(String::new()));
        let read = answer.result.as_ref().ok().cloned().unwrap_or_else(empty);
        let safe = |text: &str| self.world.mask.text(text);
        Evidence {
            asked: safe(&read.asked),
            expected: safe(&judgement.expected),
            found: safe(&rests_on(judgement.found, &read.ignored)),
            numbers: judgement.numbers,
            tail: safe(&read.tail),
            output: answer.kept.clone(),
            sha256: read.sha256,
            bytes: read.bytes,
            by: Person::new(answer.who.label()),
            host: answer.who.host.clone(),
            began: answer.began,
            took: Span::from(answer.took),
            commit: answer.ask.commit.clone().filter(|_| depends_on_commit(&answer.ask.question)),
            env: answer.ask.env.clone(),
            version: answer.ask.version.clone(),
            digest: self.digest_in(&answer.ask),
            definition: Some(self.definition_of(&answer.ask)),
            ignored: read.ignored,
            given: read.given,
            outside: read.outside,
        }
    }

    fn definition_of(&self, ask: &Ask) -> Definition {
        match &ask.question {
            ProbeQuestion::Check(check) => self.plan.definition_of(check, ask.env.as_ref()),
            ProbeQuestion::Metric { metric, .. } => self.plan.definition_of_metric(metric, ask.env.as_ref()),
        }
    }

    fn digest_in(&self, ask: &Ask) -> Option<tminus_core::names::Digest> {
        let env = ask.env.as_ref()?;
        let places = &self.release.environments.get(env)?.places;
        let place = match self.artifact_of(&ask.question, env) {
            Some(artifact) => places.get(&artifact),
            None => places.values().next(),
        };
        place.and_then(|p| p.digest()).cloned()
    }

    /// Says whether an action still waits for this step.
    pub(super) fn is_waiting_for(&self, action: &ActionId, step: usize) -> bool {
        let state = self.release.action(action).filter(|a| a.is_active());
        let current = state.and_then(|a| a.current());
        current.is_some_and(|(index, s)| index == step && s.phase == tminus_core::release::StepPhase::Running)
    }
}

/// Says what a step found: over which time where it is a number, and what it should have been where it is not.
fn summary(question: &ProbeQuestion, evidence: &Evidence, verdict: Verdict) -> String {
    let ProbeQuestion::Metric { window, .. } = question else { return evidence.found.to_string() };
    let found = format!("{}, over {}", evidence.found, window.rounded());
    match verdict {
        Verdict::Fail | Verdict::Inconclusive => format!("{found}; limit: {}", evidence.expected),
        Verdict::Pass | Verdict::NoData | Verdict::Stale | Verdict::Waived | Verdict::Running | Verdict::Pending => {
            found
        }
    }
}

/// Returns the fact that a step of a verification amounts to.
fn step_fact(ask: &Ask, release: Version, (verdict, evidence): (Verdict, Box<Evidence>)) -> Option<CheckFact> {
    Some(match &ask.question {
        ProbeQuestion::Check(check) => {
            CheckFact::Finished { release, check: check.name.clone(), env: ask.env.clone(), verdict, evidence }
        }
        ProbeQuestion::Metric { metric, window } => CheckFact::Measured {
            release,
            metric: metric.name.clone(),
            env: ask.env.clone()?,
            horizon: *window,
            verdict,
            evidence,
        },
    })
}

/// Says whether an answer speaks for a commit: what looks at files or runs a command does, what asks a service does not.
fn depends_on_commit(question: &ProbeQuestion) -> bool {
    match question {
        ProbeQuestion::Metric { .. } => false,
        ProbeQuestion::Check(check) => check.way.speaks_for_commit(),
    }
}

/// Adds the files that git ignores and that a command named: its verdict rests on them too.
fn rests_on(found: String, ignored: &[IgnoredInput]) -> String {
    let Some(first) = ignored.first() else { return found };
    let more = if ignored.len() > 1 { format!(" and {} more", ignored.len() - 1) } else { String::new() };
    format!("{found} (rests on {}{more}, which git ignores)", first.path)
}

fn broken() -> Failure {
    Failure::new(FailureKind::Malformed, "tminus itself failed while it measured")
}

fn asked_of(question: &ProbeQuestion) -> String {
    match question {
        ProbeQuestion::Check(check) => check.title.clone(),
        ProbeQuestion::Metric { metric, .. } => metric.title.clone(),
    }
}
