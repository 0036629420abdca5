//! Why it is not go: every reason, worst first, and what each is about; and what people went on without.

use crate::cockpit::state::State;
use crate::cockpit::view::View;
use crate::cockpit::widgets::{Attention, Cursor, Row, draw_list, frame};
use crate::config::theme::Role;
use crate::domain::names::{ActionId, CheckName};
use crate::domain::situation::{Outlook, Reason, WaivedItem};
use crate::domain::verdict::Verdict;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Returns the page of what the selected reason is about.
pub(crate) fn target(state: &State) -> Option<View> {
    let outlook = state.outlook()?;
    let row = state.spot().row.min(rows(state).len().saturating_sub(1));
    match outlook.blocking.get(row) {
        Some(reason) => page_of(state, reason),
        None => page_of_waived(state, outlook.waived.get(row - outlook.blocking.len())?),
    }
}

/// Returns the page of what was waived: a check's own, else that of the environment whose gate goes on without it.
fn page_of_waived(state: &State, waived: &WaivedItem) -> Option<View> {
    let check = state.world.as_ref()?.plan.check(&CheckName::new(waived.item.as_str()));
    Some(check.map_or_else(|| View::Environment(waived.env.clone()), |check| View::Check(check.name.clone())))
}

/// Returns the page of what a reason is about.
pub(super) fn page_of(state: &State, reason: &Reason) -> Option<View> {
    let action = ActionId::new(reason.subject.as_str());
    if state.action(&action).is_some() {
        return Some(View::Run(action));
    }
    let plan = &state.world.as_ref()?.plan;
    match &reason.env {
        Some(env) => Some(View::Environment(env.clone())),
        None => plan.check(&CheckName::new(reason.subject.as_str())).map(|c| View::Check(c.name.clone())),
    }
}

pub(crate) fn rows(state: &State) -> Vec<Row> {
    let Some(outlook) = state.outlook() else { return Vec::new() };
    let blocking = outlook.blocking.iter().map(|reason| row(state, reason));
    blocking.chain(outlook.waived.iter().map(|waived| row_of_waived(state, waived))).collect()
}

fn row_of_waived(state: &State, waived: &WaivedItem) -> Row {
    let (sign, role) = state.palette.verdict(Verdict::Waived);
    let row = Row::new().put(format!("{sign} "), role).column(Verdict::Waived.word(), role, 13);
    row.put(waived.words(), Role::Text)
}

fn row(state: &State, reason: &Reason) -> Row {
    let (sign, role) = state.palette.verdict(reason.verdict);
    let row = Row::new().put(format!("{sign} "), role).column(reason.verdict.word(), role, 13);
    row.put(&reason.says, Role::Text)
}

pub(crate) fn draw(state: &State, area: Rect, buffer: &mut Buffer) {
    let rows = rows(state);
    let word = state.outlook().map(Outlook::shown).unwrap_or_default();
    let heading =
        Row::new().put(format!(" {word}: why "), Role::Title).right(format!(" {} ", rows.len()), Role::Strong);
    let inside = frame(area, &heading, Attention::Here, buffer, &state.palette);
    if rows.is_empty() {
        return Row::new().put("Everything that must be true was proved on this commit.", Role::Pass).draw(
            inside,
            buffer,
            &state.palette,
        );
    }
    draw_list(&rows, Cursor { row: state.spot().row, attention: Attention::Here }, inside, buffer, &state.palette);
}
