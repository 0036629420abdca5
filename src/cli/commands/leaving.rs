//! Leaving an engine: tell it why, and tell the person how the awaited action ended and what goes on without them.

use crate::cli::client::{Client, Project};
use crate::cli::show;
use std::time::Duration;
use tminus_core::action::{Move, Request};
use tminus_core::command::Command;
use tminus_core::names::ActionId;
use tminus_core::release::ActionState;
use tminus_core::seat::SeatCommand;
use tokio::time::timeout;

/// How long an engine may take to say goodbye; a terminal that is closing waits no longer.
const GOODBYE: Duration = Duration::from_secs(1);

/// Leaves, and says how that ended which was waited for. An engine in this process ends with it; one elsewhere works on, and
/// what it works on is said.
pub(super) async fn leave(desk: Client, waited: &[ActionId]) {
    let lines = timeout(GOODBYE, goodbye(&desk, waited)).await.ok().flatten().unwrap_or_default();
    desk.close().await;
    for line in lines {
        show::hint(&line);
    }
}

/// Rises from the seat, and returns how it ended that was waited for, and what goes on; nothing where the engine has ended.
async fn goodbye(desk: &Client, waited: &[ActionId]) -> Option<Vec<String>> {
    let (snapshot, _) = desk.handle.attach().await.ok()?;
    let over = waited.iter().filter_map(|id| snapshot.release.action(id)).filter_map(how_it_ended);
    let mut lines: Vec<String> = over.collect();
    if desk.joined().is_none() {
        // What goes on ends with this process.
        return Some(lines);
    }
    let active: Vec<&ActionState> = snapshot.release.active_actions().collect();
    let why = match active.is_empty() {
        true => "left".to_owned(),
        false => "detached; the engine continues".to_owned(),
    };
    // A person who never sat, or has already risen, has no seat to leave.
    drop(desk.handle.command(&desk.project.who, Command::Seat(SeatCommand::Rise { why })).await);
    lines.extend(active.iter().map(|action| goes_on(&desk.project, action)));
    if !active.is_empty() {
        lines.push(format!("`{}` comes back to it", desk.project.typed("tminus")));
    }
    Some(lines)
}

/// Says how an action ended: its id, the word for it, and what came of it; of a verification also what it looked at.
pub(super) fn how_it_ended(action: &ActionState) -> Option<String> {
    let ending = action.ended.as_ref()?;
    let what = match &action.proposal.request {
        Request::Verify { env, .. } => format!("{} in {env}: ", looked_at(&action.proposal.moves)),
        Request::Deploy { .. }
        | Request::RollBack { .. }
        | Request::Build { .. }
        | Request::Cut { .. }
        | Request::Act { .. } => String::new(),
    };
    Some(format!("{}: {} — {what}{}", action.id, action.ended_as(ending.outcome).words(), ending.summary))
}

/// Names what was looked at: each artifact with its version.
fn looked_at(moves: &[Move]) -> String {
    moves.iter().map(|m| format!("{} {}", m.artifact, m.to.version)).collect::<Vec<_>>().join(", ")
}

/// Says that an action goes on, and how it is followed.
pub(super) fn goes_on(project: &Project, action: &ActionState) -> String {
    let (id, what) = (&action.id, action.proposal.request.words());
    let typed = |verb: &str| project.typed(&format!("tminus {verb} {id}"));
    match action.is_stuck() {
        true => {
            format!("{what} stopped {} and waits for a decision: `{}`, or the cockpit", place(action), typed("settle"))
        }
        false => format!("{what} continues {}: `{}` follows it", place(action), typed("wait")),
    }
}

/// Says at which step an action is.
fn place(action: &ActionState) -> String {
    let count = action.steps.len();
    match action.current() {
        Some((at, step)) => format!("at step {} of {count}, \"{}\"", at + 1, step.step.title),
        None => format!("after its {count} steps"),
    }
}
