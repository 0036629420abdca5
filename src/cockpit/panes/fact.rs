//! One fact as it stands in the journal, whole.

use super::framing::page;
use crate::look::Look;
use crate::settings::theme::Role;
use crate::widgets::{Row, fold_lines};
use crate::words;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

pub(crate) fn draw(look: &Look, seq: u64, area: Rect, buffer: &mut Buffer) {
    let heading = Row::new().put(format!(" Fact {seq} "), Role::Title);
    page(look, &heading, &rows(look, seq), area, buffer);
}

pub(crate) fn rows(look: &Look, seq: u64) -> Vec<Row> {
    let release = look.world.as_ref().map(|w| &w.release);
    let found = release.and_then(|release| Some((release, release.story.iter().find(|r| r.seq == seq)?)));
    let Some((release, record)) = found else { return vec![Row::dim("it is no longer at hand")] };
    let wide = usize::from(look.size.0.saturating_sub(4));
    let (sign, role) = words::sign(&record.fact, &look.palette);
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
