//! The preview of an action: what would be done, what holds it, and nothing else.

use crate::cli::args::{Global, GoAhead};
use crate::cli::client::Client;
use crate::cli::exit::{Done, Exit, Stop};
use crate::cli::interrupt::or_interrupted;
use crate::cli::{json, show};
use tminus_cockpit::preview_text;
use tminus_core::action::Request;
use tminus_core::situation::{Gate, GateItem, Go, Preview};
use tminus_core::verdict::Verdict;

/// Shows an action that does not begin, where that was asked for; else says how to begin it.
pub async fn instead(global: &Global, desk: Client, request: Request, go: GoAhead) -> Done {
    if go.preview {
        return preview(global, desk, request).await;
    }
    desk.close().await;
    Err(Stop::refused("nothing was done: `--preview` shows the steps, `--yes` begins"))
}

/// Prints a preview, and nothing else.
async fn preview(global: &Global, desk: Client, request: Request) -> Done {
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

/// Returns how the action would exit as far as is known now, whatever action it is: a check that failed keeps a gate closed
/// until it passes, and one that was not measured yet is measured first. What is not known is not held.
fn could(preview: &Preview) -> Exit {
    let has_failed = |item: &GateItem| item.verdict == Verdict::Fail;
    match preview.go() {
        Go::StartAfterChecks(_) | Go::Propose(_) if preview.gate.iter().flat_map(Gate::blocking).any(has_failed) => {
            Exit::Refused
        }
        Go::Start | Go::StartAfterChecks(_) | Go::Propose(_) => Exit::Good,
        Go::Held(_) | Go::Closed(_) => Exit::Refused,
        Go::Unknown(_) => Exit::CannotTell,
    }
}

/// Prints a preview for people.
pub fn print_preview(preview: &Preview) {
    show::line(&format!("would {}", preview.proposal.request.words()));
    preview_text(preview, show::signs()).iter().for_each(|line| show::line(format!("  {line}").trim_end()));
}
