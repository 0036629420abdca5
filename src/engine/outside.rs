//! Looking again at what no commit holds: an environment file, an image behind a tag. What was found there counts until it
//! is found to be otherwise, and a gate is not decided before somebody has looked. A service is asked again before a deploy.

use super::dispatcher::Dispatcher;
use super::report::{OutsideOf, OutsideReport, ProbeAnswer, SurveyFollowUp};
use super::world::World;
use futures::future::join_all;
use tminus_core::action::Request;
use tminus_core::command::{ActionCommand, Command};
use tminus_core::decide::GateRun;
use tminus_core::evidence::Evidence;
use tminus_core::fact::{CheckFact, Fact};
use tminus_core::kept_output::OutputState;
use tminus_core::kinds::check::Renewal;
use tminus_core::measurement::{Ask, Measurement, OutsideFile, ProbeQuestion, Reading};
use tminus_core::names::Version;
use tminus_core::plan::Check;
use tminus_core::release::CheckRun;
use tminus_core::verdict::Verdict;
use tminus_core::who::Who;

/// What is looked at again.
pub(super) struct OutsideAsk {
    version: Version,
    ask: Ask,
    before: Evidence,
    /// Whether more is looked at than the file of its output.
    is_asked: bool,
}

impl Dispatcher {
    /// Returns what was found out of every open release and can be looked at again without running the check; where a
    /// deploy is to be decided, the services that its gate asks too.
    pub(super) fn outside_asks(&self, then: &SurveyFollowUp) -> Vec<OutsideAsk> {
        let far: Vec<(&Version, &Check)> = match then {
            SurveyFollowUp::Decide { asked, gate_was_run: GateRun::NotYet, .. } => self.gate_of(&asked.command),
            SurveyFollowUp::Decide { gate_was_run: GateRun::Done, .. }
            | SurveyFollowUp::Nothing
            | SurveyFollowUp::Moved(_)
            | SurveyFollowUp::Reply(_)
            | SurveyFollowUp::Preview { .. }
            | SurveyFollowUp::Looked { .. }
            | SurveyFollowUp::Delivered { .. } => Vec::new(),
        };
        let far: Vec<(&Version, &Check)> = far.into_iter().filter(|(_, check)| is_far(check)).collect();
        let open = self.release.open_versions().into_iter();
        let all = open.flat_map(|version| self.plan.checks.iter().map(move |check| (version, check)));
        // A service is not asked again because a file keeps what it said.
        let near = all.filter(|of| !far.contains(of)).filter_map(|(version, check)| {
            let is_asked = self.is_near(version, check);
            (is_asked || self.is_kept(version, check)).then_some((version, check, is_asked))
        });
        let far = far.iter().map(|(version, check)| (*version, *check, true));
        let ask = |(version, check, is_asked): (&Version, &Check, bool)| {
            Some(OutsideAsk {
                before: self.found_before(version, check)?.evidence.clone(),
                is_asked,
                version: version.clone(),
                ask: self.ask(version, ProbeQuestion::Check(check.clone()), None),
            })
        };
        near.chain(far.collect::<Vec<_>>()).filter_map(ask).collect()
    }

    /// Says whether what a gate asks must be looked at again before the command is decided.
    pub(super) fn rests_outside(&self, command: &Command) -> bool {
        let is_outside = |version: &Version, check: &Check| {
            self.is_near(version, check) || is_far(check) || self.is_kept(version, check)
        };
        let mut gate = self.gate_of(command).into_iter();
        gate.any(|(version, check)| is_outside(version, check) && self.found_before(version, check).is_some())
    }

    /// Says whether a file keeps what the last run printed.
    fn is_kept(&self, version: &Version, check: &Check) -> bool {
        self.found_before(version, check).is_some_and(|run| run.evidence.output.is_some())
    }

    /// Returns the checks of the gate that a command to deploy meets.
    fn gate_of<'a>(&'a self, command: &'a Command) -> Vec<(&'a Version, &'a Check)> {
        let Command::Action(ActionCommand::Start { release, request: Request::Deploy { env, .. }, .. }) = command
        else {
            return Vec::new();
        };
        let phases = self.plan.environment(env).into_iter().flat_map(|e| &e.gate);
        phases.flat_map(|phase| self.plan.checks_of(phase)).map(|check| (release, check)).collect()
    }

    /// Returns what was found out last, where it was about the same question and nobody is measuring now.
    fn found_before(&self, version: &Version, check: &Check) -> Option<&CheckRun> {
        let state = self.release.checks.get(version)?.get(&check.name).filter(|state| state.running.is_none())?;
        let asked = Some(self.plan.definition_of(check, None));
        state.last(None).filter(|run| run.evidence.definition == asked)
    }

    /// Says whether it can be looked at again with every survey: a command, as far as it rests on what no commit holds.
    fn is_near(&self, version: &Version, check: &Check) -> bool {
        let rests_outside = |CheckRun { evidence, .. }: &CheckRun| {
            !(evidence.ignored.is_empty() && evidence.given.is_empty() && evidence.outside.is_empty())
        };
        match check.way.renewal() {
            Renewal::EverySurvey => true,
            Renewal::WhereItRestedOutside => self.found_before(version, check).is_some_and(rests_outside),
            Renewal::Never | Renewal::BeforeDeploy => false,
        }
    }

    /// Returns the fact that something is otherwise than it was found before.
    pub(super) fn outside_change(&self, report: OutsideReport) -> Option<Fact> {
        let OutsideReport { version, answer, of } = report;
        let ProbeQuestion::Check(check) = &answer.ask.question else { return None };
        // A check that ran in the meantime knows better.
        let before = self.found_before(&version, check).filter(|run| run.at <= answer.began)?;
        if self.unmet_need(&version, check, None).is_some() {
            return None;
        }
        let check = check.clone();
        let is_as_far = of == OutsideOf::Subject && check.way.renewal() == Renewal::WhereItRestedOutside;
        let answer = if is_as_far { rests_on_another(before, answer)? } else { answer };
        let judgement = self.judged(&answer);
        let verdict = judgement.verdict;
        let evidence = self.evidence(&answer, judgement);
        let is_same = verdict == before.verdict
            && (verdict == Verdict::NoData
                || (evidence.found == before.evidence.found && evidence.tail == before.evidence.tail));
        let (release, check) = (version, check.name.clone());
        let fact = CheckFact::Finished { release, check, env: None, verdict, evidence: Box::new(evidence) };
        (!is_same).then_some(Fact::Check(fact))
    }
}

/// Returns what a command's verdict comes to where a file that git ignores, and that it named, holds something else now,
/// where it would be given another value, or where a program or a file outside the repository is another one.
fn rests_on_another(before: &CheckRun, answer: ProbeAnswer) -> Option<ProbeAnswer> {
    let Ok(now) = &answer.result else { return Some(answer) };
    let file = before.evidence.ignored.iter().find(|file| !now.ignored.contains(file)).map(|file| {
        format!("{}, which git ignores, changed since it ran: run it again, or commit the file", file.path)
    });
    let value = before.evidence.given.iter().find(|value| !now.given.contains(value));
    let value = value.map(|value| format!("{} has changed since it ran: run it again", value.name));
    let outside = || {
        let now_of = |file: &OutsideFile| now.outside.iter().find(|now| now.named == file.named);
        before.evidence.outside.iter().find_map(|file| file.another(now_of(file)))
    };
    let why = file.or(value).or_else(outside)?;
    let reading = Reading::Unmeasured(why);
    let (asked, ignored, given, outside) = (before.evidence.asked.to_string(), Vec::new(), Vec::new(), Vec::new());
    let result = Ok(Measurement { asked, reading, ignored, given, outside, ..now.clone() });
    Some(ProbeAnswer { result, ..answer })
}

/// Says whether a service is asked again before a deploy: the plan does not say how long its answer holds, and asking changes
/// nothing there.
fn is_far(check: &Check) -> bool {
    check.fresh.is_none() && check.way.renewal() == Renewal::BeforeDeploy
}

/// Says that the file of an output was changed: then nobody knows what the verdict rests on.
async fn changed_output(world: &World, before: &Evidence) -> Option<Measurement> {
    let file = before.output.as_ref()?.file()?;
    let is_changed = world.outputs.look(file).await == OutputState::Changed;
    let why = "the file that keeps what it printed was changed since: run it again";
    is_changed.then(|| Measurement::quiet(before.asked.to_string(), Reading::Unmeasured(why.to_owned())))
}

/// Looks at all of it at once; what can only be told by a whole run is left out.
pub(super) async fn look_outside(world: &World, asks: Vec<OutsideAsk>) -> Vec<OutsideReport> {
    let looks = asks.into_iter().map(|OutsideAsk { version, ask, before, is_asked }| async move {
        let (began, timer) = (world.clock.now(), std::time::Instant::now());
        let (of, result) = match changed_output(world, &before).await {
            Some(measured) => (OutsideOf::Output, Ok(measured)),
            None if is_asked => (OutsideOf::Subject, world.probe.look_again(&ask, &before).await?),
            None => return None,
        };
        let answer = ProbeAnswer { who: Who::engine(), ask, result, kept: None, began, took: timer.elapsed() };
        Some(OutsideReport { version, answer, of })
    });
    join_all(looks).await.into_iter().flatten().collect()
}
