//! The release's branch: where it stands, its tag, the checkout, the versions.

use crate::cockpit::state::State;
use crate::cockpit::widgets::{Attention, Row, draw_page, frame};
use crate::config::theme::Role;
use crate::domain::branch::{BranchState, Checkout};
use crate::domain::plan::Way;
use crate::domain::release::Opening;
use crate::domain::situation::Situation;
use crate::domain::time::{age, brief};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

pub(super) fn draw(state: &State, attention: Attention, area: Rect, buffer: &mut Buffer) {
    let heading = Row::new().put(" Release branch ", Role::Title).right(looked(state), Role::Dim);
    let inside = frame(area, &heading, attention, buffer, &state.palette);
    draw_page(&rows(state), state.panes.branch, inside, buffer, &state.palette);
}

fn looked(state: &State) -> String {
    state.live.branch_looked.map_or_else(String::new, |at| format!(" seen {} ago ", brief(age(state.now, at))))
}

pub(crate) fn rows(state: &State) -> Vec<Row> {
    let Some(situation) = state.situation() else { return vec![Row::dim("reading the journal…")] };
    let Some(opening) = situation.opening() else {
        return vec![Row::text(format!("{} is not open", state.version)), Row::dim("tminus release cut opens it")];
    };
    let mut rows = vec![first(opening, &situation.plan.release.base)];
    if let Some((since, failure)) = &opening.lost {
        rows.push(Row::new().put(
            format!("? cannot be read for {}: {}", brief(age(state.now, *since)), failure.sentence()),
            Role::Warn,
        ));
    }
    if let Some(branch) = &opening.state {
        rows.push(tag(state, situation, branch));
        rows.push(checkout(state, branch));
    }
    rows.extend(versions(state, situation));
    rows.push(moves(state, opening));
    if opening.lost.is_some() { rows.into_iter().map(Row::faded).collect() } else { rows }
}

fn first(opening: &Opening, base: &str) -> Row {
    let row =
        Row::new().put(&opening.branch, Role::Strong).put("  ", Role::Text).put(opening.commit.short(), Role::Accent);
    let Some(branch) = &opening.state else { return row.put("  not seen yet", Role::Dim) };
    let behind = if branch.behind > 0 { Role::Warn } else { Role::Dim };
    row.put(format!("  {} ahead of {base}, ", branch.ahead), Role::Text)
        .put(format!(" {} behind", branch.behind), behind)
}

fn tag(state: &State, situation: Situation<'_>, branch: &BranchState) -> Row {
    let name = situation.plan.release.tag.fill(&situation.values(None)).unwrap_or_default();
    let row = Row::label("tag").put(name, Role::Text);
    match &branch.tag {
        None => row.put("  not yet", Role::Dim),
        Some(at) if Some(at) == branch.commit.as_ref() => {
            row.put(format!("  {} at this commit", state.palette.sign("✓", "+")), Role::Pass)
        }
        Some(at) => {
            row.put(format!("  {} at {}, another commit", state.palette.sign("✗", "x"), at.short()), Role::Fail)
        }
    }
}

fn checkout(state: &State, branch: &BranchState) -> Row {
    let row = Row::label("checkout");
    let row = match &branch.checkout {
        Checkout::Clean => row.put("clean, at this commit", Role::Text),
        Checkout::Dirty(1) => row.put("1 file changed", Role::Warn),
        Checkout::Dirty(files) => row.put(format!("{files} files changed"), Role::Warn),
        Checkout::Elsewhere(Some(at)) => row.put(format!("at another commit, {}", at.short()), Role::Warn),
        Checkout::Elsewhere(None) => row.put("at no commit", Role::Warn),
    };
    match branch.pushed {
        Some(true) => row.put(format!("   {} ", state.palette.sign("✓", "+")), Role::Pass).put("pushed", Role::Text),
        Some(false) => row.put("   not pushed", Role::Warn),
        None => row,
    }
}

/// Tells of the checks that are about version files and the changelog.
fn versions(state: &State, situation: Situation<'_>) -> Vec<Row> {
    let about = |way: &Way| match way {
        Way::Versions => Some("versions"),
        Way::Changelog => Some("changelog"),
        Way::Run { .. }
        | Way::Http(_)
        | Way::Ignored(_)
        | Way::Dotenv(_)
        | Way::Secrets(_)
        | Way::File(_)
        | Way::Connects(_)
        | Way::Tls(_)
        | Way::Dns(_)
        | Way::Image(_)
        | Way::Log(_)
        | Way::Metric(_)
        | Way::Manual { .. } => None,
    };
    let checks = situation.plan.checks.iter().filter_map(|c| Some((about(&c.way)?, situation.standing(c, None))));
    let line = |(label, standing): (&str, crate::domain::situation::Standing<'_>)| {
        let (sign, role) = state.palette.verdict(standing.verdict);
        Row::label(label).put(format!("{sign} "), role).put(standing.why, Role::Text)
    };
    checks.map(line).collect()
}

fn moves(state: &State, opening: &Opening) -> Row {
    match opening.moves.last() {
        None => Row::labelled("moved", "not since it was opened"),
        Some(last) => {
            let since = brief(age(state.now, last.at));
            let files = last.changes.paths.len();
            Row::labelled(
                "moved",
                format!("{} times, last {since} ago to {} ({files} files)", opening.moves.len(), last.to.short()),
            )
        }
    }
}
