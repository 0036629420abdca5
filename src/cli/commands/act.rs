//! What build, deploy, verify and rollback share: they start or resume an action and follow it to its end.

use super::outcome::finish;
use crate::cli::args::{Detach, Global, GoAhead};
use crate::cli::client::{Client, FollowEnd, Interrupted, OpenNeed, Project, ProjectKind, follow, open_own};
use crate::cli::exit::{Done, Exit, Stop};
use crate::cli::interrupt::or_interrupted;
use crate::cli::{json, show};
use tminus_core::action::Request;
use tminus_core::command::{ActionCommand, Command, Consent};
use tminus_core::names::{ActionId, Version};
use tminus_core::release::{ActionState, StepPhase};
use tminus_core::situation::Preview;
use tminus_engine::{Accepted, EngineHandle};

/// Opens the project's engine for a command that acts; it resumes what an earlier engine left unfinished.
pub async fn desk(global: &Global) -> Result<Client, Stop> {
    open(global, OpenNeed::Act).await
}

/// Opens the project's engine for a command that measures, approves or answers: what an earlier one left stays as it is.
pub async fn deciding(global: &Global) -> Result<Client, Stop> {
    open(global, OpenNeed::Decide).await
}

/// Opens the project's engine for a preview: in the environment that the action would be done in.
async fn previewing(global: &Global) -> Result<Client, Stop> {
    open(global, OpenNeed::Preview).await
}

/// Opens the project's engine for an action that begins, or is only shown.
pub async fn asked(global: &Global, go: GoAhead) -> Result<Client, Stop> {
    if go.begins() { desk(global).await } else { previewing(global).await }
}

/// Opens the project's engine for a command that only looks: what an earlier one left stays as it is.
pub async fn looking(global: &Global) -> Result<Client, Stop> {
    open(global, OpenNeed::Look).await
}

async fn open(global: &Global, need: OpenNeed) -> Result<Client, Stop> {
    let project = Project::find(global).await?;
    let is_own = matches!(project.kind, ProjectKind::Own(_));
    let desk = Client::open(project, need).await?;
    if is_own {
        open_own(&desk).await?;
    }
    Ok(desk)
}

/// Whether a command follows what it began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FollowMode {
    /// To its end.
    ToTheEnd,
    /// Not: the engine works on.
    Not,
}

/// Says whether what is begun is followed; nothing works on where the engine ends with the command.
pub fn waiting(desk: &Client, asked: &Detach) -> Result<FollowMode, Stop> {
    match (asked.detach, desk.joined().is_some()) {
        (false, _) => Ok(FollowMode::ToTheEnd),
        (true, true) => Ok(FollowMode::Not),
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
pub async fn act(global: &Global, mut desk: Client, request: Request, asked: (Consent, FollowMode)) -> Done {
    let done = at(global, &mut desk, request, asked).await;
    // Whatever it came to: what the engine still runs ends with it.
    desk.close().await;
    done
}

async fn at(global: &Global, desk: &mut Client, request: Request, (consent, waiting): (Consent, FollowMode)) -> Done {
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
            show::hint(&format!("{id} was begun earlier and is unfinished: continuing it"));
            id
        }
        (None, None) => return Err(Stop::cannot_tell("there is nothing to begin or to continue")),
    };
    if waiting == FollowMode::Not {
        return accepted(global, &id);
    }
    let followed = follow(desk, (snapshot, events), (&id, Interrupted::Stops)).await?;
    let FollowEnd::Settled(action) = followed else { return Ok(Exit::CannotTell) };
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
        show::hint(&format!("running the checks the gate still needs: {}", preview.runs_first.join(", ")));
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
            | Request::Act { .. }
            | Request::RollBack { .. }
            | Request::Verify { .. },
            _,
        ) => begun == asked,
    }
}

/// Without a person to ask, a failed action is left as it is; one that is unclear waits for somebody who looks.
async fn leave_if_stuck(desk: &Client, action: ActionState) -> Result<ActionState, Stop> {
    let is_failed = action.current().is_some_and(|(_, s)| s.phase == StepPhase::Failed);
    if !(action.is_stuck() && is_failed) {
        return Ok(action);
    }
    let leave = Command::Action(ActionCommand::Leave { action: action.id.clone() });
    desk.handle.command(&desk.project.who, leave).await?;
    let (snapshot, _) = desk.handle.attach().await.map_err(Stop::cannot_tell)?;
    Ok(snapshot.release.action(&action.id).cloned().unwrap_or(action))
}
