//! One line, whole: what the pane cuts, and what it says only with a sign.

use super::draw::role_of;
use super::entry::LogEntry;
use crate::action::{Action, ListAction};
use crate::look::Look;
use crate::panes::framing::page;
use crate::panes::offers::and_ways;
use crate::panes::page::Page;
use crate::settings::theme::Role;
use crate::widgets::{Row, fold_lines};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use tminus_core::notation::in_thousands;
use tminus_core::open_line::missing_of;
use tminus_core::time::{age, brief};

/// A line of a log, whole.
pub(crate) struct LinePage<'a>(pub(in crate::panes) &'a LogEntry);

impl Page for LinePage<'_> {
    fn name(&self) -> String {
        "a log line".to_owned()
    }

    fn draw(&self, look: &Look, area: Rect, buffer: &mut Buffer) {
        let heading = Row::new().put(format!(" Line · {} ", self.0.source), Role::Title);
        page(look, &heading, &self.rows(look), area, buffer);
    }

    fn keys(&self, _: &Look) -> Vec<Action> {
        and_ways([Action::List(ListAction::Copy)])
    }

    fn rows(&self, look: &Look) -> Vec<Row> {
        let entry = self.0;
        let wide = usize::from(look.size.0.saturating_sub(4));
        let at = entry.at.to_zoned(look.zone.clone()).strftime("%Y-%m-%d %H:%M:%S%.6f %Z");
        let mut rows = vec![Row::labelled("when", format!("{at}, {} ago", brief(age(look.now, entry.at))))];
        if entry.is_line() {
            rows.push(Row::labelled("source", entry.source.as_str()));
        }
        let level = entry.level();
        rows.extend(level.word().zip(role_of(level)).map(|(word, role)| Row::label("level").put(word, role)));
        rows.extend(entry.late.map(|late| {
            let says = format!("{} after lines that are newer: it stands where its time is", brief(late));
            Row::label("came late").put(says, Role::Warn)
        }));
        rows.push(Row::labelled("length", length(&entry.text)));
        rows.push(Row::new());
        rows.extend(fold_lines(&entry.text, wide).into_iter().map(Row::text));
        if let Some(fields) = fields(&entry.text) {
            rows.push(Row::new());
            rows.push(Row::heading("Its fields"));
            rows.extend(fields.lines().flat_map(|line| fold_lines(line, wide)).map(Row::dim));
        }
        rows
    }
}

/// Says how long a line is, and how much of it is here.
fn length(text: &str) -> String {
    let bytes = |count| format!("{} bytes", in_thousands(count));
    match missing_of(text) {
        Some((kept, missing)) => {
            format!("{}; only the first {} are kept", bytes(kept as u64 + missing), in_thousands(kept as u64))
        }
        None => bytes(text.len() as u64),
    }
}

/// Returns the fields of a line that is JSON, or ends in it, one on each line.
fn fields(text: &str) -> Option<String> {
    let begin = text.find('{')?;
    let object: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&text[begin..]).ok()?;
    let write = |value: &serde_json::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let lines: Vec<String> = object.iter().map(|(name, value)| format!("{name:<12} {}", write(value))).collect();
    Some(lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_was_cut_says_how_long_it_was() {
        let cut = tminus_core::open_line::cut("x".repeat(100_022), 0);
        assert!(length(&cut).starts_with("100,022 bytes; only the first 65,"), "{}", length(&cut));
        assert_eq!(length("abc"), "3 bytes");
    }

    #[test]
    fn the_fields_of_a_line_stand_one_on_each_line() {
        let text = r#"12:00 {"level":"error","msg":"pool \"a\"","n":3}"#;
        assert_eq!(fields(text).unwrap(), "level        error\nmsg          pool \"a\"\nn            3");
        assert_eq!(fields("{not json}"), None);
    }
}
