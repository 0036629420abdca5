//! Every look at an environment for this release, checks and metrics, the newest first; each opens its evidence.

use super::evidence::{EvidenceRow, EvidenceSubject};
use super::offers::and_ways;
use super::page::{Enter, Page};
use crate::action::Action;
use crate::look::Look;
use crate::settings::theme::Role;
use crate::view::View;
use crate::widgets::{Focus, ListCursor, Row, draw_list, frame};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use tminus_core::names::EnvName;

/// Every look at an environment.
pub(crate) struct LooksPage<'a>(pub(super) &'a EnvName);

impl Page for LooksPage<'_> {
    fn name(&self) -> String {
        format!("measurements of {}", self.0)
    }

    fn draw(&self, look: &Look, area: Rect, buffer: &mut Buffer) {
        let env = self.0;
        let rows = self.rows(look);
        let heading = Row::new().put(format!(" Evidence · {env} "), Role::Title);
        let heading = heading.right(format!(" {} looks, newest first ", rows.len()), Role::Dim);
        let inside = frame(area, &heading, Focus::Here, buffer, &look.palette);
        if rows.is_empty() {
            let says = format!("{} was not looked at in {env} yet; v verifies it", look.version);
            return Row::dim(says).draw(inside, buffer, &look.palette);
        }
        let cursor = ListCursor { row: look.spot().row, attention: Focus::Here };
        draw_list(&rows, cursor, inside, buffer, &look.palette);
    }

    fn keys(&self, _: &Look) -> Vec<Action> {
        and_ways([])
    }

    fn rows(&self, look: &Look) -> Vec<Row> {
        all(look, self.0).iter().map(|seen| row(look, seen)).collect()
    }

    fn enter(&self, look: &Look) -> Enter {
        let all = all(look, self.0);
        all.get(look.spot().row.min(all.len().saturating_sub(1))).map(|seen| View::Evidence(seen.seq)).into()
    }
}

/// Returns the looks, the newest first.
pub(super) fn all<'a>(look: &'a Look, env: &EnvName) -> Vec<EvidenceRow<'a>> {
    let Some(world) = &look.world else { return Vec::new() };
    let checks = world.release.checks.get(&look.version).into_iter().flatten();
    let runs = checks.flat_map(|(name, of)| of.runs.iter().map(move |run| EvidenceRow::of_check(name, run)));
    let measures = world.release.measures.get(&look.version).into_iter().flatten().map(EvidenceRow::of_metric);
    let mut all: Vec<EvidenceRow<'a>> = runs.chain(measures).filter(|seen| seen.env == Some(env)).collect();
    all.sort_by_key(|seen| std::cmp::Reverse(seen.seq));
    all
}

fn row(look: &Look, seen: &EvidenceRow<'_>) -> Row {
    let (sign, role) = look.palette.verdict(seen.verdict);
    let row = Row::new().put(format!("{sign} "), role).column(seen.verdict.word(), role, 13);
    let row = row.put(format!("{}  ", look.time_of_day(seen.at)), Role::Dim);
    let at = match seen.subject {
        EvidenceSubject::Metric(_, horizon) => format!("+{horizon}"),
        EvidenceSubject::Check(_) => String::new(),
    };
    let title = if look.size.0 >= 100 { 38 } else { 24 };
    let row = row.column(at, Role::Dim, 6).column(seen.title(look), Role::Text, title);
    row.put(&*seen.evidence.found, Role::Dim)
}
