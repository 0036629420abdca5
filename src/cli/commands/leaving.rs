//! Leaving an engine: it is told why, and the person which actions go on without them.

use crate::cli::desk::Desk;
use crate::cli::show;
use crate::domain::command::Command;
use crate::domain::names::ActionId;
use crate::domain::release::ActionState;
use crate::domain::seat::SeatCommand;
use std::path::Path;
use std::time::Duration;
use tokio::time::timeout;

/// How long an engine may take to say goodbye; a terminal that is closing waits no longer.
const GOODBYE: Duration = Duration::from_secs(1);

/// Leaves. An engine in this process ends with it; one elsewhere works on, and what it works on is said, behind how that ended
/// which was waited for.
pub(super) async fn leave(desk: Desk, waited: &[ActionId]) {
    let said = timeout(GOODBYE, goodbye(&desk, waited)).await;
    desk.close().await;
    for line in said.into_iter().flatten() {
        show::hint(&line);
    }
}

/// Rises from the seat, and returns what is said; nothing goes on where the engine ends with this process, or has ended.
async fn goodbye(desk: &Desk, waited: &[ActionId]) -> Vec<String> {
    let Ok((snapshot, _)) = desk.handle.attach().await else { return Vec::new() };
    let over = waited.iter().filter_map(|id| snapshot.release.action(id)).filter_map(ended);
    let mut lines: Vec<String> = over.collect();
    if desk.joined().is_none() {
        return lines;
    }
    let active: Vec<&ActionState> = snapshot.release.active_actions().collect();
    let why = match active.is_empty() {
        true => "left".to_owned(),
        false => "detached; the engine works on".to_owned(),
    };
    // Who never sat, or sits no more, has no seat to rise from.
    drop(desk.handle.command(&desk.project.who, Command::Seat(SeatCommand::Rise { why })).await);
    let there = way_to(&desk.project.root);
    let comes_back = (!active.is_empty()).then(|| format!("`{there}tminus` comes back to it"));
    lines.extend(active.into_iter().map(|action| goes_on(action, &there)));
    lines.extend(comes_back);
    lines
}

/// Says how an action ended.
fn ended(action: &ActionState) -> Option<String> {
    let ending = action.ended.as_ref()?;
    Some(format!("{}: {} — {}", action.id, ending.outcome.words(), ending.summary))
}

/// Says that an action goes on, and how it is followed from a folder that is gone to first.
pub(super) fn goes_on(action: &ActionState, there: &str) -> String {
    let (id, what) = (&action.id, action.proposal.request.words());
    match action.is_stuck() {
        true => format!("{what} stands still {}: `{there}tminus settle {id}`, or the cockpit, goes on", place(action)),
        false => format!("{what} goes on {}: `{there}tminus wait {id}` follows it", place(action)),
    }
}

/// Returns the words that go to a project's folder, where whoever reads them is not in it.
fn way_to(root: &Path) -> String {
    let is_here = std::env::current_dir().is_ok_and(|here| here.starts_with(root));
    if is_here { String::new() } else { format!("cd {} && ", shell_words::quote(&root.to_string_lossy())) }
}

/// Says at which step an action is.
fn place(action: &ActionState) -> String {
    let count = action.steps.len();
    match action.current() {
        Some((at, step)) => format!("at step {} of {count}, \"{}\"", at + 1, step.step.title),
        None => format!("behind its {count} steps"),
    }
}
