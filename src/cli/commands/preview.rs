//! The preview of an action: what would be done, what holds it, and nothing else.

use crate::cli::args::Global;
use crate::cli::desk::Desk;
use crate::cli::exit::{Done, Exit, Stop};
use crate::cli::interrupt::or_interrupted;
use crate::cli::{json, show};
use tminus_core::action::{Request, StepUndo};
use tminus_core::situation::{Go, Preview};
use tminus_core::time::brief;

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

/// Prints a preview for people.
pub fn print_preview(preview: &Preview) {
    let proposal = &preview.proposal;
    show::line(&format!("would {}", proposal.request.words()));
    for moved in &proposal.moves {
        let name = |d: &tminus_core::order::Delivered| {
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
