//! Why it is not go: every reason, worst first, and what each is about; and what people went on without.

use super::lines::{self, PageLine};
use super::offers::{OPEN, and_ways};
use super::page::Page;
use crate::action::Action;
use crate::layout::view_area;
use crate::look::Look;
use crate::settings::theme::Role;
use crate::view::View;
use crate::widgets::{Focus, ListCursor, Row, fold_lines, frame};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use tminus_core::names::{ActionId, CheckName};
use tminus_core::situation::{Outlook, Reason, WaivedItem};
use tminus_core::verdict::Verdict;

/// Why it is GO, or not.
pub(crate) struct ReasonsPage;

impl Page for ReasonsPage {
    fn name(&self) -> String {
        "reasons".to_owned()
    }

    fn draw(&self, look: &Look, area: Rect, buffer: &mut Buffer) {
        let lines = lines(look);
        let count = look.outlook().map_or(0, |outlook| outlook.blocking.len() + outlook.waived.len());
        let word = look.outlook().map(Outlook::shown).unwrap_or_default();
        let heading = Row::new().put(format!(" {word}: why "), Role::Title).right(format!(" {count} "), Role::Strong);
        let inside = frame(area, &heading, Focus::Here, buffer, &look.palette);
        if lines.is_empty() {
            return Row::new().put("Everything that must be true was proved on this commit.", Role::Pass).draw(
                inside,
                buffer,
                &look.palette,
            );
        }
        let cursor = ListCursor { row: look.spot().row, attention: Focus::Here };
        lines::draw(look, &lines, cursor, (inside, buffer));
    }

    fn keys(&self, _: &Look) -> Vec<Action> {
        and_ways([OPEN])
    }

    fn lines(&self, look: &Look) -> Option<Vec<PageLine>> {
        Some(lines(look))
    }
}

/// Returns the page of what was waived: a check's own, else that of the environment whose gate goes on without it.
fn page_of_waived(look: &Look, waived: &WaivedItem) -> Option<View> {
    let check = look.world.as_ref()?.plan.check(&CheckName::new(waived.item.as_str()));
    Some(check.map_or_else(|| View::Environment(waived.env.clone()), |check| View::Check(check.name.clone())))
}

/// Returns the page of what a reason is about.
pub(super) fn page_of(look: &Look, reason: &Reason) -> Option<View> {
    let action = ActionId::new(reason.subject.as_str());
    if look.action(&action).is_some() {
        return Some(View::Run(action));
    }
    let plan = &look.world.as_ref()?.plan;
    match &reason.env {
        Some(env) => Some(View::Environment(env.clone())),
        None => plan.check(&CheckName::new(reason.subject.as_str())).map(|c| View::Check(c.name.clone())),
    }
}

/// Returns every reason in as many lines as it needs; the first of them leads to what it is about.
fn lines(look: &Look) -> Vec<PageLine> {
    let Some(outlook) = look.outlook() else { return Vec::new() };
    let room = usize::from(view_area(look).width.saturating_sub(4));
    let blocking = outlook.blocking.iter().map(|r| (r.verdict, r.says.clone(), page_of(look, r)));
    let waived = outlook.waived.iter().map(|w| (Verdict::Waived, w.words(), page_of_waived(look, w)));
    blocking.chain(waived).flat_map(|(verdict, says, page)| folded(look, (verdict, &says), page, room)).collect()
}

fn folded(look: &Look, (verdict, says): (Verdict, &str), page: Option<View>, room: usize) -> Vec<PageLine> {
    const WORD: usize = 13;
    let (sign, role) = look.palette.verdict(verdict);
    let texts = fold_lines(says, room.saturating_sub(WORD + 2)).into_iter().enumerate();
    let line = |(at, text): (usize, String)| match at {
        0 => {
            let row = Row::new().put(format!("{sign} "), role).column(verdict.word(), role, WORD);
            let row = row.put(text, Role::Text);
            page.clone().map_or_else(|| PageLine::plain(row.clone()), |page| PageLine::opening(row.clone(), page))
        }
        1.. => PageLine::plain(Row::text(" ".repeat(WORD + 2)).put(text, Role::Text)),
    };
    texts.map(line).collect()
}
