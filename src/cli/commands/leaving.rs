//! Leaving an engine: it is told why, and the person how it ended that was waited for, and what goes on without them.

use crate::cli::desk::{Desk, Project};
use crate::cli::show;
use crate::domain::command::Command;
use crate::domain::release::{ActionState, Release};
use crate::domain::seat::SeatCommand;
use jiff::{SignedDuration, Timestamp};
use std::time::Duration;
use tokio::time::timeout;

/// How long an engine may take to say goodbye; a terminal that is closing waits no longer.
const GOODBYE: Duration = Duration::from_secs(1);
/// Who leaves once an action is over leaves at the fact that says so; on a machine that does other things, a little later.
const JUST: SignedDuration = SignedDuration::from_secs(5);

/// What is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Leaving {
    /// A screen, which is gone with all that stood on it.
    Screen,
    /// A talk, which has said everything.
    Talk,
}

/// Leaves. An engine in this process ends with it; one elsewhere works on, and what it works on is said.
pub(super) async fn leave(desk: Desk, left: Leaving) {
    let lines = timeout(GOODBYE, goodbye(&desk, left)).await.ok().flatten().unwrap_or_default();
    desk.close().await;
    for line in lines {
        show::hint(&line);
    }
}

/// Rises from the seat, and returns what was over just now and what goes on; nothing where the engine has ended.
async fn goodbye(desk: &Desk, left: Leaving) -> Option<Vec<String>> {
    let (snapshot, _) = desk.handle.attach().await.ok()?;
    let mut lines = match left {
        Leaving::Screen => just_ended(&snapshot.release, desk.handle.now()),
        Leaving::Talk => Vec::new(),
    };
    if desk.joined().is_none() {
        // What goes on ends with this process.
        return Some(lines);
    }
    let active: Vec<&ActionState> = snapshot.release.active_actions().collect();
    let why = match active.is_empty() {
        true => "left".to_owned(),
        false => "detached; the engine works on".to_owned(),
    };
    // Who never sat, or sits no more, has no seat to rise from.
    drop(desk.handle.command(&desk.project.who, Command::Seat(SeatCommand::Rise { why })).await);
    lines.extend(active.iter().map(|action| goes_on(&desk.project, action)));
    if !active.is_empty() {
        lines.push(format!("`{}` comes back to it", desk.project.typed("tminus")));
    }
    Some(lines)
}

/// Says how the actions ended that were over just now: whoever waited for that has left with it, and saw no more of it.
fn just_ended(release: &Release, now: Timestamp) -> Vec<String> {
    let is_just =
        |action: &&ActionState| action.ended.as_ref().is_some_and(|ending| now.duration_since(ending.at) <= JUST);
    release.actions.iter().filter(is_just).filter_map(how_it_ended).collect()
}

/// Says how an action ended: its id, the word for it, and what came of it.
pub(super) fn how_it_ended(action: &ActionState) -> Option<String> {
    let ending = action.ended.as_ref()?;
    Some(format!("{}: {} — {}", action.id, ending.outcome.words(), ending.summary))
}

/// Says that an action goes on, and how it is followed.
pub(super) fn goes_on(project: &Project, action: &ActionState) -> String {
    let (id, what) = (&action.id, action.proposal.request.words());
    let typed = |verb: &str| project.typed(&format!("tminus {verb} {id}"));
    match action.is_stuck() {
        true => format!("{what} stands still {}: `{}`, or the cockpit, goes on", place(action), typed("settle")),
        false => format!("{what} goes on {}: `{}` follows it", place(action), typed("wait")),
    }
}

/// Says at which step an action is.
fn place(action: &ActionState) -> String {
    let count = action.steps.len();
    match action.current() {
        Some((at, step)) => format!("at step {} of {count}, \"{}\"", at + 1, step.step.title),
        None => format!("behind its {count} steps"),
    }
}
