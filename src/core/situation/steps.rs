//! The steps that a proposal takes, in order.

use super::Situation;
use super::values::PlaceholderValues;
use super::way_after::WayAfter;
use crate::action::{HorizonWait, Move, Proposal, Request, Step, StepTask, StepUndo};
use crate::command::Refusal;
use crate::names::{ActionId, ArtifactName, CheckName, EnvName, OrderId};
use crate::order::{Call, Order, Task};
use crate::plan::{
    CommandLine, EnvValue, Environment, ExtraStep, StepMoment, Template, Undo, UnknownPlaceholder, Verifier,
};
use crate::time::{Span, spoken};

/// A wait that nobody needs to ask for.
const SHORT_WAIT: Span = Span::seconds(60);

/// Answers which calls an order would make; the engine asks the targets.
pub trait CallsOf {
    /// Returns the calls of an order to the target of an artifact, or to the place where the plan's commands run.
    fn calls_of(&self, artifact: Option<&ArtifactName>, order: &Order) -> Vec<Call>;
}

impl<'a> Situation<'a> {
    /// Returns the steps of a proposal, with the calls that they make under an action's id.
    pub fn steps(&self, proposal: &Proposal, action: &ActionId, calls_of: &dyn CallsOf) -> Result<Vec<Step>, Refusal> {
        let mut steps = match &proposal.request {
            Request::Deploy { env, .. } => self.deploy_steps(self.environment(env)?, proposal)?,
            Request::RollBack { env, .. } => self.roll_back_steps(self.environment(env)?, proposal)?,
            Request::Verify { env, horizon, patience } => {
                self.verify_steps(self.environment(env)?, *horizon, *patience)
            }
            Request::Build { version, artifact } => self.build_steps(version, artifact.as_ref(), proposal)?,
            Request::Cut { .. } => self.cut_step().into_iter().collect(),
            Request::Act { act, direction, text, .. } => self.act_steps((*act, *direction, text.as_deref()))?,
        };
        let env = proposal.request.env();
        if let Some(env) = env {
            steps.insert(0, look(env));
        }
        for (index, step) in steps.iter_mut().enumerate() {
            let id = OrderId::new(format!("{action}.{index}.1"));
            step.calls = calls_of_step(step, id, (action, env), calls_of);
        }
        Ok(steps)
    }

    fn deploy_steps(&self, environment: &Environment, proposal: &Proposal) -> Result<Vec<Step>, Refusal> {
        let values = self.values_of(proposal);
        let extra = |moment| environment.steps.iter().filter(move |s| s.at == moment);
        let after = self.ways_after(environment, &proposal.moves);
        // The undo of a step is run by the rollback.
        let by = if after.iter().any(|a| matches!(a, WayAfter::To(_))) { UndoneBy::Rollback } else { UndoneBy::Hand };
        let mut steps = Vec::new();
        // Nothing is migrated for an image that turns out not to be there; a delivery without such steps pulls it first.
        if extra(StepMoment::Before).next().is_some() {
            steps.extend(proposal.moves.iter().filter_map(|m| provide(environment, m)));
        }
        for step in extra(StepMoment::Before) {
            steps.push(self.extra_step(step, by, &values)?);
        }
        steps.extend(proposal.moves.iter().zip(&after).map(|(m, after)| deliver(m, after)));
        for step in extra(StepMoment::After) {
            steps.push(self.extra_step(step, by, &values)?);
        }
        Ok(steps)
    }

    fn extra_step(&self, step: &ExtraStep, by: UndoneBy, values: &PlaceholderValues) -> Result<Step, Refusal> {
        let undo = match &step.undo {
            Undo::Run(command) => match (self.step_undo_doubt(step), by) {
                (Some(doubt), _) => StepUndo::Irreversible(doubt.words()),
                (None, UndoneBy::Hand) => {
                    StepUndo::By(format!("{}, by hand: no rollback would run it", command.filled(values).display()))
                }
                (None, UndoneBy::Rollback) => StepUndo::By(command.filled(values).display()),
            },
            Undo::Irreversible(why) => StepUndo::Irreversible(why.clone()),
            Undo::Unsaid => StepUndo::Unsaid,
        };
        let no_value = |e: UnknownPlaceholder| Refusal::unknown(format!("\"{}\": {e}", step.title));
        let task = run(step, &step.run, values).map_err(no_value)?;
        Ok(Step { title: step.title.clone(), task, calls: Vec::new(), undo })
    }

    /// A rollback restores what moved, then undoes the extra steps of the deploys that are left, newest first.
    fn roll_back_steps(&self, environment: &Environment, proposal: &Proposal) -> Result<Vec<Step>, Refusal> {
        // Where nothing goes back nothing is undone: why that is so is said by the way back.
        if proposal.moves.is_empty() {
            return Ok(Vec::new());
        }
        let env = &environment.name;
        // What a rollback that was not finished brought back already is not brought once more.
        let is_back = |m: &&Move| m.from.as_ref() != Some(&m.to) && self.serves(env, m);
        let mut steps: Vec<Step> =
            proposal.moves.iter().filter(|m| !is_back(m)).map(|m| self.restore(env, m)).collect();
        steps.extend(self.steps_to_undo(env, &proposal.moves).into_iter().map(|undo| plain(undo.title, undo.task)));
        Ok(steps)
    }

    fn restore(&self, env: &EnvName, moved: &Move) -> Step {
        let task = Task::Restore { artifact: moved.artifact.clone(), from: moved.from.clone(), to: moved.to.clone() };
        let title = format!("Bring {} {} back", moved.artifact, moved.to.version);
        let artifact = Some(moved.artifact.clone());
        let undo = self.forward_again(env, moved);
        Step { title, task: StepTask::Order { artifact, task: Box::new(task) }, calls: Vec::new(), undo }
    }

    /// A rollback marks what it leaves as bad, and what it leaves may be gone.
    fn forward_again(&self, env: &EnvName, moved: &Move) -> StepUndo {
        let Some(from) = moved.from.as_ref().filter(|from| *from != &moved.to) else { return StepUndo::Nothing };
        let place = self.release.environments.get(env).and_then(|e| e.places.get(&moved.artifact));
        let ready = place.and_then(|p| p.ready.get(&from.version)).map(|r| &r.readiness);
        let gone = ready.and_then(|r| r.blockers.iter().chain(&r.once_replaced).next());
        let is_open = self.release.open_versions().contains(&&from.version);
        match gone {
            Some(why) => StepUndo::Irreversible(format!("{} could not be deployed again: {why}", from.version)),
            None if !is_open => StepUndo::By(format!(
                "deploy {} again, once a release of it is open, with a waiver: it is marked bad",
                from.version
            )),
            None => StepUndo::By(format!("deploy {} again, with a waiver: it is marked bad", from.version)),
        }
    }

    fn verify_steps(&self, environment: &Environment, horizon: Option<Span>, patience: HorizonWait) -> Vec<Step> {
        let mut steps = Vec::new();
        let due = horizon.and_then(|h| self.release.aged_from(&environment.name).map(|since| (h, h.after(since))));
        let is_worth_it = |until| patience == HorizonWait::UntilDue || until <= SHORT_WAIT.after(self.now);
        if let Some((horizon, until)) = due
            && until > self.now
            && is_worth_it(until)
        {
            let title = format!("Wait until {} has run for {horizon}", environment.name);
            steps.push(plain(title, StepTask::Hold { until }));
            // What was healthy before the wait says nothing about after it.
            steps.push(look(&environment.name));
        }
        for name in self.needs_first(environment) {
            match self.plan.verifier(name) {
                Some(Verifier::Check(check)) => {
                    steps.push(plain(check.title.clone(), StepTask::Check { check: check.name.clone() }));
                }
                Some(Verifier::Metric(metric)) => {
                    let horizon = horizon.or_else(|| metric.horizons.first().copied()).unwrap_or(Span::seconds(1_800));
                    let task = StepTask::Measure { metric: metric.name.clone(), horizon };
                    steps.push(plain(format!("{} (last {})", metric.title, spoken(horizon.duration())), task));
                }
                None => {}
            }
        }
        steps
    }

    /// Returns what an environment is verified by, in the order of the plan, but each check behind those that it needs.
    fn needs_first(&self, environment: &'a Environment) -> Vec<&'a String> {
        let needs = |name: &String| self.plan.check(&CheckName::new(name)).map_or(&[][..], |check| &check.needs);
        let mut rest: Vec<&String> = environment.verify.iter().collect();
        let mut ordered = Vec::new();
        while !rest.is_empty() {
            let is_to_come = |need: &CheckName| rest.iter().any(|name| *name == need.as_str());
            let next = rest.iter().position(|name| !needs(name).iter().any(is_to_come)).unwrap_or_default();
            ordered.push(rest.remove(next));
        }
        ordered
    }
}

fn look(env: &EnvName) -> Step {
    plain(format!("Look at {env} again"), StepTask::Look)
}

fn plain(title: String, task: StepTask) -> Step {
    Step { title, task, calls: Vec::new(), undo: StepUndo::Nothing }
}

fn deliver(moved: &Move, after: &WayAfter) -> Step {
    let undo = match (&moved.from, after) {
        // What runs there before runs there after.
        (Some(from), _) if from == &moved.to => StepUndo::Nothing,
        (Some(from), WayAfter::To(to)) if from == to && from.version == moved.to.version => {
            let digest = from.digest.as_ref().map(|d| format!(" ({})", d.short())).unwrap_or_default();
            StepUndo::By(format!("bring {}{digest} back", from.version))
        }
        (Some(_) | None, after) => after.undo(),
    };
    let task = Task::Deliver { artifact: moved.artifact.clone(), from: moved.from.clone(), to: moved.to.clone() };
    let title = format!("Deliver {} {}", moved.artifact, moved.to.version);
    let artifact = Some(moved.artifact.clone());
    Step { title, task: StepTask::Order { artifact, task: Box::new(task) }, calls: Vec::new(), undo }
}

/// Brings the image to where it is going to run; nothing where a delivery pulls none.
fn provide(environment: &Environment, moved: &Move) -> Option<Step> {
    environment.delivery(&moved.artifact).filter(|delivery| delivery.kind.pulls())?;
    let task = Task::Provide { artifact: moved.artifact.clone(), to: moved.to.clone() };
    let title = format!("Pull {} {}", moved.artifact, moved.to.version);
    Some(plain(title, StepTask::Order { artifact: Some(moved.artifact.clone()), task: Box::new(task) }))
}

/// What runs the undo of a deploy's own steps.
#[derive(Clone, Copy)]
enum UndoneBy {
    Rollback,
    Hand,
}

pub(super) fn run(
    step: &ExtraStep,
    command: &CommandLine,
    values: &PlaceholderValues,
) -> Result<StepTask, UnknownPlaceholder> {
    let words = command.0.iter().map(|w| w.fill(values)).collect::<Result<_, _>>()?;
    let variable = |(name, setting): &(String, EnvValue)| match setting {
        EnvValue::Plain(text) => Ok((name.clone(), EnvValue::Plain(Template::new(text.fill(values)?)))),
        EnvValue::Secret(_) => Ok((name.clone(), setting.clone())),
    };
    let env = step.env.iter().map(variable).collect::<Result<_, _>>()?;
    let task = Task::Run { words, dir: step.dir.clone(), env, timeout: step.timeout };
    Ok(StepTask::Order { artifact: None, task: Box::new(task) })
}

fn calls_of_step(
    step: &Step,
    id: OrderId,
    (action, env): (&ActionId, Option<&EnvName>),
    calls_of: &dyn CallsOf,
) -> Vec<Call> {
    let StepTask::Order { artifact, task } = &step.task else { return step.calls.clone() };
    let order = Order { id, action: action.clone(), env: env.cloned(), task: task.as_ref().clone() };
    calls_of.calls_of(artifact.as_ref(), &order)
}
