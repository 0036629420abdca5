//! The newest log lines of every source: a tail that follows, or stands still.

use crate::cockpit::live::PACE_KEPT;
use crate::cockpit::state::State;
use crate::cockpit::widgets::{Attention, Row, frame, sparks, width};
use crate::config::theme::Role;
use crate::domain::telemetry::LogLine;
use crate::domain::time::{age, brief};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

pub(crate) fn draw(state: &State, attention: Attention, area: Rect, buffer: &mut Buffer) {
    let inside = frame(area, &heading(state), attention, buffer, &state.palette);
    let lost: Vec<Row> = state
        .live
        .lost_logs
        .iter()
        .map(|(source, (since, failure))| {
            let text =
                format!("? {source} cannot be read for {}: {}", brief(age(state.now, *since)), failure.sentence());
            Row::new().put(text, Role::Warn)
        })
        .collect();
    let lost = &lost[..lost.len().min(usize::from(inside.height / 2))];
    let height = usize::from(inside.height) - lost.len();
    let last = state.panes.log_end.unwrap_or(state.live.counted);
    let lines: Vec<&LogLine> = state.live.lines_until(last, height).collect();
    let names = lines.iter().map(|l| width(l.source.as_str())).max().unwrap_or(0).min(16);
    let rows = lost.iter().cloned().chain(lines.iter().map(|l| row(state, l, names)));
    for (at, row) in rows.enumerate() {
        row.draw(Rect { y: inside.y + at as u16, height: 1, ..inside }, buffer, &state.palette);
    }
    if lines.is_empty() && lost.is_empty() && inside.height > 0 {
        Row::dim("no line has come yet").draw(inside, buffer, &state.palette);
    }
}

fn heading(state: &State) -> Row {
    let row = Row::new().put(" Logs ", Role::Title);
    let pace = state.live.pace();
    let row = match state.panes.log_end {
        None => row.right(format!(" following · {}/s ", pace.last().copied().unwrap_or(0)), Role::Dim),
        Some(end) => row.right(format!(" paused, +{} new ", state.live.counted.saturating_sub(end)), Role::Warn),
    };
    let shown = &pace[pace.len().saturating_sub(PACE_KEPT)..];
    if shown.iter().any(|count| *count > 0) {
        row.right(format!("{} ", sparks(shown, &state.palette)), Role::Dim)
    } else {
        row
    }
}

fn row(state: &State, line: &LogLine, names: usize) -> Row {
    let time = line.at.to_zoned(state.zone.clone()).strftime("%H:%M:%S%.3f").to_string();
    let row = Row::new().put(format!("{time} "), Role::Dim).column(line.source.as_str(), Role::Accent, names + 1);
    let Some((at, word, role)) = level(&line.text) else { return row.put(&line.text, Role::Text) };
    row.put(&line.text[..at], Role::Dim).put(word, role).put(&line.text[at + word.len()..], Role::Text)
}

/// Finds the word that says how bad a line is, near its beginning.
fn level(text: &str) -> Option<(usize, &str, Role)> {
    const WORDS: [(&str, Role); 8] = [
        ("ERROR", Role::Fail),
        ("CRITICAL", Role::Fail),
        ("FATAL", Role::Fail),
        ("WARNING", Role::Warn),
        ("WARN", Role::Warn),
        ("INFO", Role::Dim),
        ("DEBUG", Role::Dim),
        ("TRACE", Role::Dim),
    ];
    let found =
        WORDS.iter().filter_map(|(word, role)| text.find(word).map(|at| (at, &text[at..at + word.len()], *role)));
    found.filter(|(at, _, _)| *at < 48).min_by_key(|(at, word, _)| (*at, usize::MAX - word.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_word_that_says_how_bad_it_is_counts() {
        assert_eq!(level("2026 ERROR after INFO").map(|l| l.1), Some("ERROR"));
        assert_eq!(level("WARNING: x").map(|l| l.1), Some("WARNING"));
        assert_eq!(level("nothing"), None);
    }
}
