//! What build, deploy, verify and rollback have in common: preview, begin or take up, follow, say how it ended.

use super::leaving::how_it_ended;
use crate::cli::args::{Detach, Global};
use crate::cli::desk::{Desk, Followed, Interrupted, Kind, Need, Project, follow, open_own};
use crate::cli::exit::{Done, Exit, Stop};
use crate::cli::interrupt::or_interrupted;
use crate::cli::{json, show};
use crate::domain::action::{Move, Outcome, Request, StepTask, StepUndo};
use crate::domain::command::{ActionCommand, Command, Consent};
use crate::domain::names::{ActionId, Version};
use crate::domain::order::{Health, Task};
use crate::domain::release::{ActionState, StepPhase};
use crate::domain::situation::{Go, Preview, Situation, WayBack, WayBackState};
use crate::domain::time::brief;
use crate::domain::verdict::Verdict;
use crate::engine::{Accepted, EngineHandle};

/// Opens the project's engine for a command that acts: what an earlier one left is taken up.
pub async fn desk(global: &Global) -> Result<Desk, Stop> {
    open(global, Need::Act).await
}

/// Opens the project's engine for a command that measures, approves or answers: what an earlier one left stays as it is.
pub async fn deciding(global: &Global) -> Result<Desk, Stop> {
    open(global, Need::Decide).await
}

/// Opens the project's engine for a preview: in the environment that the action would be done in.
pub async fn previewing(global: &Global) -> Result<Desk, Stop> {
    open(global, Need::Preview).await
}

/// Opens the project's engine for a command that only looks: what an earlier one left stays as it is.
pub async fn looking(global: &Global) -> Result<Desk, Stop> {
    open(global, Need::Look).await
}

async fn open(global: &Global, need: Need) -> Result<Desk, Stop> {
    let project = Project::find(global).await?;
    let is_own = matches!(project.kind, Kind::Own(_));
    let desk = Desk::open(project, need).await?;
    if is_own {
        open_own(&desk).await?;
    }
    Ok(desk)
}

/// Prints a preview, and nothing else.
pub async fn preview(global: &Global, desk: Desk, request: Request) -> Done {
    let looked = or_interrupted(async {
        let version = desk.focus_of(&request).await?;
        Ok::<_, Stop>(desk.handle.preview(&version, request).await?.seen_by(&desk.project.who))
    });
    let looked = looked.await;
    desk.close().await;
    let preview = looked??;
    if global.json {
        json::print(json::preview(&preview));
    } else {
        print_preview(&preview);
    }
    Ok(could(&preview))
}

/// Says whether it could be gone on with: what is not known is not held.
fn could(preview: &Preview) -> Exit {
    match preview.go() {
        Go::Start | Go::StartAfterChecks(_) | Go::Propose(_) => Exit::Good,
        Go::Held(_) | Go::Closed(_) => Exit::Refused,
        Go::Unknown(_) => Exit::CannotTell,
    }
}

/// Whether a command follows what it began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waiting {
    /// To its end.
    ToTheEnd,
    /// Not: the engine works on.
    Not,
}

/// Says whether what is begun is followed; nothing works on where the engine ends with the command.
pub fn waiting(desk: &Desk, asked: &Detach) -> Result<Waiting, Stop> {
    match (asked.detach, desk.joined().is_some()) {
        (false, _) => Ok(Waiting::ToTheEnd),
        (true, true) => Ok(Waiting::Not),
        (true, false) => Err(Stop::wrong(
            "--detach needs an engine that works on: there is none with --solo, and in a rehearsal only `tminus` or \
             `tminus engine run` start one",
        )),
    }
}

/// Says what goes on.
fn accepted(global: &Global, id: &ActionId) -> Done {
    match global.json {
        true => json::print(serde_json::json!({ "action": id })),
        false => show::line(&format!("{id} has begun; `tminus wait {id}` follows it")),
    }
    Ok(Exit::Good)
}

/// Does what was asked, and follows it to its end.
pub async fn act(global: &Global, mut desk: Desk, request: Request, asked: (Consent, Waiting)) -> Done {
    let done = at(global, &mut desk, request, asked).await;
    // Whatever it came to: what the engine still runs ends with it.
    desk.close().await;
    done
}

async fn at(global: &Global, desk: &mut Desk, request: Request, (consent, waiting): (Consent, Waiting)) -> Done {
    let version = desk.focus_of(&request).await?;
    let begun = begun_before(&desk.begun, &request);
    // What was begun before may end while this looks, so the preview of a second one is not even made.
    let fresh = match &begun {
        Some(_) => None,
        None => Some(or_interrupted(desk.handle.preview(&version, request)).await??),
    };
    let (snapshot, events) = desk.handle.attach().await.map_err(Stop::cannot_tell)?;
    let id = match (begun, fresh) {
        (_, Some(preview)) => begin(&desk.handle, (&desk.project, &version), preview, consent).await?,
        (Some(id), None) => {
            show::hint(&format!("{id} was begun before and was not over: taken up where it is"));
            id
        }
        (None, None) => return Err(Stop::cannot_tell("there is nothing to begin and nothing to take up")),
    };
    if waiting == Waiting::Not {
        return accepted(global, &id);
    }
    let followed = follow(desk, (snapshot, events), (&id, Interrupted::Stops)).await?;
    let Followed::Settled(action) = followed else { return Ok(Exit::CannotTell) };
    let action = leave_if_stuck(desk, *action).await?;
    finish(global, desk, &action).await
}

async fn begin(
    handle: &EngineHandle,
    (project, version): (&Project, &Version),
    preview: Preview,
    consent: Consent,
) -> Result<ActionId, Stop> {
    // With another name than this place's nothing runs: it is refused.
    let names_another = preview.proposal.request.env().is_some_and(|env| consent.other_name(env).is_some());
    if !names_another && !preview.runs_first.is_empty() {
        show::hint(&format!("running what the gate lacks: {}", preview.runs_first.join(", ")));
    }
    if let (Request::RollBack { .. }, Some(lock)) = (&preview.proposal.request, &preview.locked)
        && lock.holder != project.who
    {
        show::hint(&format!("this takes over a lock: {}", lock.words));
    }
    // Nobody has seen the preview.
    preview.warnings.iter().for_each(|warning| show::hint(warning));
    let request = preview.proposal.request.clone();
    let consent = Consent { seen: Some(preview.proposal), ..consent };
    let start = ActionCommand::Start { release: version.clone(), request, consent };
    match or_interrupted(handle.command(&project.who, Command::Action(start))).await?? {
        Accepted::Started(id) => Ok(id),
        Accepted::Seated(seat) => Err(Stop::cannot_tell(format!("the engine gave {seat}, and began nothing"))),
        Accepted::Recorded(seq) => Err(Stop::cannot_tell(format!("the engine recorded {seq}, and began nothing"))),
    }
}

/// Says that the engine acts in another environment than this shell's, before something is begun without a preview.
pub fn say_environment(handle: &EngineHandle) {
    if let Some(guard) = handle.guard() {
        show::hint(&guard.says);
    }
}

/// Finds the action that an interrupted command of the same words left behind; a failed one waits for a decision.
fn begun_before(begun: &[ActionState], asked: &Request) -> Option<ActionId> {
    let is_failed = |action: &ActionState| action.current().is_some_and(|(_, s)| s.phase == StepPhase::Failed);
    begun.iter().find(|a| !is_failed(a) && is_same(&a.proposal.request, asked)).map(|a| a.id.clone())
}

fn is_same(begun: &Request, asked: &Request) -> bool {
    match (begun, asked) {
        (Request::RollBack { env, to, .. }, Request::RollBack { env: asked_env, to: asked_to, .. }) => {
            env == asked_env && (asked_to.is_none() || to == asked_to)
        }
        (Request::Verify { env, horizon, .. }, Request::Verify { env: asked_env, horizon: asked_horizon, .. }) => {
            env == asked_env && (asked_horizon.is_none() || horizon == asked_horizon)
        }
        (
            Request::Deploy { .. }
            | Request::Build { .. }
            | Request::Cut { .. }
            | Request::RollBack { .. }
            | Request::Verify { .. },
            _,
        ) => begun == asked,
    }
}

/// Without a person to ask, a failed action is left as it is; one that is unclear waits for somebody who looks.
async fn leave_if_stuck(desk: &Desk, action: ActionState) -> Result<ActionState, Stop> {
    let is_failed = action.current().is_some_and(|(_, s)| s.phase == StepPhase::Failed);
    if !(action.is_stuck() && is_failed) {
        return Ok(action);
    }
    let leave = Command::Action(ActionCommand::Leave { action: action.id.clone() });
    desk.handle.command(&desk.project.who, leave).await?;
    let (snapshot, _) = desk.handle.attach().await.map_err(Stop::cannot_tell)?;
    Ok(snapshot.release.action(&action.id).cloned().unwrap_or(action))
}

/// Says how an action ended.
pub async fn finish(global: &Global, desk: &Desk, action: &ActionState) -> Result<Exit, Stop> {
    if action.ended.as_ref().is_some_and(|ended| ended.outcome == Outcome::Failed) {
        // The target is looked at again, so that the words about a rollback are true.
        drop(desk.handle.command(&desk.project.who, Command::Refresh).await);
    }
    let (snapshot, _) = desk.handle.attach().await.map_err(Stop::cannot_tell)?;
    let (plan, release, now) = (&*snapshot.plan, &*snapshot.release, desk.handle.now());
    let situation = Situation { plan, release, version: &action.proposal.release, now };
    let environment = action.proposal.request.env().and_then(|env| plan.environment(env));
    let waived = environment.map(|e| situation.waived_for(e, &action.proposal)).unwrap_or_default();
    if global.json {
        json::print(json::action(release, action, &waived));
    } else {
        waived.iter().for_each(|waived| show::line(&format!("{} {}", show::sign(Verdict::Waived), waived.words())));
    }
    let Some(ending) = &action.ended else {
        let step = action.current().map(|(_, s)| s.step.title.clone()).unwrap_or_default();
        show::hint(&format!(
            "{} stopped at \"{step}\" and waits for a decision: tminus settle {} --retry | --accept TEXT | --leave",
            action.id, action.id
        ));
        return Ok(Exit::CannotTell);
    };
    if let Some(words) = how_it_ended(action).filter(|_| !global.json) {
        show::line(&words);
    }
    if ending.outcome == Outcome::Failed {
        hint_after_failure(&situation, action);
    }
    if let (Some(due), Some(env)) = (situation.left_open(action), action.proposal.request.env()) {
        let (horizon, at, until) = (due.horizon, due.at, due.until);
        show::hint(&format!(
            "+{horizon} can be measured from {at:.0} until {until:.0}: `tminus verify {env} --horizon {horizon}`"
        ));
    }
    Ok(Exit::of_outcome(ending.outcome))
}

/// Says whether nothing was changed: every artifact that was to be moved is well as it was before, and no command was run.
fn still_serves(situation: &Situation<'_>, action: &ActionState) -> bool {
    let places = action.proposal.request.env().and_then(|env| situation.release.environments.get(env));
    let is_as_before = |moved: &Move| {
        let place = places.and_then(|env| env.places.get(&moved.artifact));
        place.is_some_and(|p| p.running() == moved.from && p.health() == Health::Healthy)
    };
    let moves = &action.proposal.moves;
    let has_changed = action.steps.iter().any(|state| state.phase == StepPhase::Succeeded && changes(&state.step.task));
    !has_changed && !moves.is_empty() && moves.iter().all(|moved| moved.from.is_some() && is_as_before(moved))
}

/// Says whether a step changes something, where it succeeds.
fn changes(task: &StepTask) -> bool {
    match task {
        StepTask::Order { task, .. } => match **task {
            Task::Run { .. } | Task::Deliver { .. } | Task::Restore { .. } => true,
            Task::Provide { .. } | Task::Build { .. } => false,
        },
        StepTask::Look
        | StepTask::Hold { .. }
        | StepTask::Check { .. }
        | StepTask::Measure { .. }
        | StepTask::Branch { .. } => false,
    }
}

/// Says of each command of the plan that succeeded that it was not undone.
fn hint_not_undone(action: &ActionState) {
    let succeeded = action.steps.iter().filter(|state| state.phase == StepPhase::Succeeded);
    for step in succeeded.map(|state| &state.step) {
        match &step.undo {
            StepUndo::By(how) if is_command(&step.task) => {
                show::hint(&format!("\"{}\" was done, and is not undone: {how}", step.title));
            }
            StepUndo::Irreversible(_) | StepUndo::Unsaid if is_command(&step.task) => {
                show::hint(&format!("\"{}\" was done, and is not undone", step.title));
            }
            StepUndo::By(_) | StepUndo::Irreversible(_) | StepUndo::Unsaid | StepUndo::Nothing => {}
        }
    }
}

fn is_command(task: &StepTask) -> bool {
    matches!(task, StepTask::Order { task, .. } if matches!(**task, Task::Run { .. }))
}

fn hint_after_failure(situation: &Situation<'_>, action: &ActionState) {
    if let Some(failure) = action.steps.iter().find_map(|s| s.failure.as_ref()) {
        show::hint(&failure.sentence());
    }
    let Some(env) = action.proposal.request.env() else { return };
    for (artifact, place) in situation.release.environments.get(env).into_iter().flat_map(|e| &e.places) {
        if let Some(running) = place.running() {
            show::hint(&format!("{artifact} {} is in {env} now: {}", running.version, place.health().word()));
        }
    }
    hint_not_undone(action);
    let is_rollback = matches!(action.proposal.request, Request::RollBack { .. });
    if still_serves(situation, action) && is_rollback {
        show::hint(&format!("what {env} was to be rolled back from serves still: it has yet to be rolled back"));
    } else if still_serves(situation, action) {
        return show::hint(&format!("what ran in {env} before runs there still: nothing has to be rolled back"));
    }
    let way = situation.way_back(env);
    match (way.state, way.leads_to()) {
        (WayBackState::Ready, Some(to)) => {
            show::hint(&format!("`tminus rollback {env} --preview` shows the rollback to {to}"));
        }
        (state, Some(to)) => {
            show::hint(&format!("the rollback of {env} to {to} is {}: {}", state.word(), way.reasons.join("; ")));
        }
        (_, None) if way.reasons.is_empty() => show::hint(&WayBack::no_target(env)),
        (_, None) => show::hint(&way.reasons.join("; ")),
    }
}

/// Prints a preview for people.
pub fn print_preview(preview: &Preview) {
    let proposal = &preview.proposal;
    show::line(&format!("would {}", proposal.request.words()));
    for moved in &proposal.moves {
        let name = |d: &crate::domain::order::Delivered| {
            let digest = d.digest.as_ref().map(|d| format!(" ({})", d.short())).unwrap_or_default();
            format!("{}{digest}", d.version)
        };
        let from = moved.from.as_ref().map_or_else(|| "nothing".to_owned(), name);
        show::line(&format!("  {}  {from} → {}", moved.artifact, name(&moved.to)));
    }
    for warning in &preview.warnings {
        show::line(&format!("  ! {warning}"));
    }
    for (index, step) in preview.steps.iter().enumerate() {
        show::line(&format!("{:>3}. {}", index + 1, step.title));
        for call in &step.calls {
            show::line(&format!("       {}", call.display()));
        }
        match &step.undo {
            StepUndo::By(how) => show::line(&format!("       undone by: {how}")),
            StepUndo::Irreversible(why) => show::line(&format!("       cannot be undone: {why}")),
            StepUndo::Unsaid => show::line("       the plan names no undo"),
            StepUndo::Nothing => {}
        }
    }
    for item in preview.gate.iter().flat_map(|g| &g.items) {
        show::line(&format!(
            "  gate {} {}  {}: {}",
            show::sign(item.verdict),
            item.title,
            item.verdict.word(),
            item.why
        ));
    }
    if let Some(approvals) = preview.gate.as_ref().and_then(|g| g.approvals.as_ref()) {
        show::line(&format!("  approvals {} of {}", approvals.given.len(), approvals.needed));
    }
    for blocker in &preview.blockers {
        let word = if preview.unknown.contains(blocker) { "unknown, so it cannot begin" } else { "blocked" };
        show::line(&format!("  {word}: {blocker}"));
    }
    for thing in &preview.irreversible {
        show::line(&format!("  cannot be undone: {thing}"));
    }
    for thing in &preview.keeps {
        show::line(&format!("  not undone by it: {thing}"));
    }
    if let Some(takes) = preview.takes {
        show::line(&format!("  takes about {}", brief(takes.duration())));
    }
    if let Some(took) = preview.last_took {
        show::line(&format!("  took {} the last time", brief(took.duration())));
    }
}
