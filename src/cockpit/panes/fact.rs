//! One fact as it stands in the journal, whole.

use super::framing::page;
use super::offers::and_ways;
use super::page::{Enter, Page};
use crate::action::{Action, PaneAction};
use crate::look::Look;
use crate::settings::theme::Role;
use crate::widgets::{Row, fold_lines};
use crate::words;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// One fact, by its number.
pub(crate) struct FactPage<'a>(pub(super) &'a u64);

impl Page for FactPage<'_> {
    fn name(&self) -> String {
        format!("fact {}", self.0)
    }

    fn draw(&self, look: &Look, area: Rect, buffer: &mut Buffer) {
        let heading = Row::new().put(format!(" Fact {} ", self.0), Role::Title);
        page(look, &heading, &self.rows(look), area, buffer);
    }

    fn keys(&self, _: &Look) -> Vec<Action> {
        and_ways([Action::Pane(PaneAction::Subject)])
    }

    fn rows(&self, look: &Look) -> Vec<Row> {
        let seq = *self.0;
        let release = look.world.as_ref().map(|w| &w.release);
        let found = release.and_then(|release| Some((release, release.story.iter().find(|r| r.seq == seq)?)));
        let Some((release, record)) = found else { return vec![Row::dim("it is no longer in memory")] };
        let wide = usize::from(look.size.0.saturating_sub(4));
        let (sign, role) = words::sign(&record.fact, Some(release), &look.palette);
        let who = &record.who;
        let mut rows = vec![
            Row::new().put(format!("{sign} "), role).put(record.sentence(release), Role::Strong),
            Row::labelled("when", look.date_and_time(record.at)),
            Row::labelled("who", who.in_full()),
            Row::labelled("kind", record.fact.kind()),
            Row::new(),
        ];
        let whole = serde_json::to_string_pretty(&record.fact).unwrap_or_default();
        rows.extend(whole.lines().flat_map(|line| fold_lines(line, wide)).map(Row::dim));
        rows
    }

    fn enter(&self, look: &Look) -> Enter {
        look.subject_of(*self.0).into()
    }

    fn fact(&self, _: &Look) -> Option<u64> {
        Some(*self.0)
    }
}
