//! Leaving an engine: it is told why, and the person which actions go on without them.

use crate::cli::desk::Desk;
use crate::cli::show;
use crate::domain::command::Command;
use crate::domain::release::ActionState;
use crate::domain::seat::SeatCommand;
use std::time::Duration;
use tokio::time::timeout;

/// How long an engine may take to say goodbye; a terminal that is closing waits no longer.
const GOODBYE: Duration = Duration::from_secs(1);

/// Leaves. An engine in this process ends with it; one elsewhere works on, and what it works on is said.
pub(super) async fn leave(desk: Desk) {
    let Some(goes_on) = timeout(GOODBYE, goodbye(&desk)).await.ok().flatten() else { return desk.close().await };
    desk.close().await;
    for line in goes_on {
        show::hint(&line);
    }
}

/// Rises from the seat, and returns what goes on; nothing where the engine ends with this process, or has ended.
async fn goodbye(desk: &Desk) -> Option<Vec<String>> {
    desk.joined()?;
    let (snapshot, _) = desk.handle.attach().await.ok()?;
    let active: Vec<&ActionState> = snapshot.release.active_actions().collect();
    let why = match active.is_empty() {
        true => "left".to_owned(),
        false => "detached; the engine works on".to_owned(),
    };
    // Who never sat, or sits no more, has no seat to rise from.
    drop(desk.handle.command(&desk.project.who, Command::Seat(SeatCommand::Rise { why })).await);
    let mut lines: Vec<String> = active.into_iter().map(goes_on).collect();
    if !lines.is_empty() {
        lines.push("`tminus` comes back to it".to_owned());
    }
    Some(lines)
}

/// Says that an action goes on, and how it is followed.
pub(super) fn goes_on(action: &ActionState) -> String {
    let (id, what) = (&action.id, action.proposal.request.words());
    match action.is_stuck() {
        true => format!("{what} stands still {}: `tminus settle {id}`, or the cockpit, goes on", place(action)),
        false => format!("{what} goes on {}: `tminus wait {id}` follows it", place(action)),
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
