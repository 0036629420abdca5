//! What was said to the person, the newest first: results, refusals, lost services; errors stay marked until they are read.

use super::framing::{nothing, sifted};
use super::offers::{OPEN, and_ways};
use super::page::{Enter, Page, Sifting};
use crate::action::{Action, ListAction, MessagesAction};
use crate::look::Look;
use crate::notices::{NoticeLine, NoticeReading, Tone};
use crate::settings::theme::Role;
use crate::theme::Palette;
use crate::view::View;
use crate::widgets::{Focus, ListCursor, Row, draw_list, frame};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Everything that was said.
pub(crate) struct MessagesPage;

impl Page for MessagesPage {
    fn name(&self) -> String {
        "messages".to_owned()
    }

    fn draw(&self, look: &Look, area: Rect, buffer: &mut Buffer) {
        let heading = Row::new().put(" Messages ", Role::Title);
        let heading = match look.said.unread() {
            0 => heading,
            unread => heading.put(format!("· {unread} unread "), Role::Warn),
        };
        let heading = sifted(look, &View::Messages, heading);
        let heading = match look.said.dropped {
            0 => heading.right(format!(" {} ", count(look)), Role::Dim),
            dropped => heading.right(format!(" {}, {dropped} older are gone ", count(look)), Role::Dim),
        };
        let inside = frame(area, &heading, Focus::Here, buffer, &look.palette);
        let rows: Vec<Row> = shown(look).map(|e| row(look, e, usize::from(inside.width))).collect();
        if rows.is_empty() {
            return Row::dim(nothing(look, &View::Messages, "nothing was said yet")).draw(
                inside,
                buffer,
                &look.palette,
            );
        }
        draw_list(&rows, ListCursor { row: look.spot().row, attention: Focus::Here }, inside, buffer, &look.palette);
    }

    fn keys(&self, _: &Look) -> Vec<Action> {
        and_ways([OPEN, Action::List(ListAction::Copy), Action::Messages(MessagesAction::ReadAll)])
    }

    fn rows(&self, look: &Look) -> Vec<Row> {
        shown(look).map(|entry| Row::text(words(look, entry))).collect()
    }

    fn enter(&self, look: &Look) -> Enter {
        selected(look).map_or(Enter::Nothing, |entry| Enter::Message(entry.number))
    }

    fn sifting(&self, _: &Look) -> Sifting {
        Sifting::Rows
    }
}

/// From this many columns on, what it is about has a column of its own.
const WIDE: usize = 90;

/// Returns the selected message.
pub(crate) fn selected(look: &Look) -> Option<&NoticeLine> {
    let last = count(look).saturating_sub(1);
    shown(look).nth(look.spot().row.min(last))
}

/// Returns how many messages are shown.
fn count(look: &Look) -> usize {
    shown(look).count()
}

fn shown(look: &Look) -> impl Iterator<Item = &NoticeLine> {
    look.said.newest_first().filter(|entry| look.lets_through(&View::Messages, &words(look, entry)))
}

/// Writes a message whole, as a filter and a search read it.
fn words(look: &Look, entry: &NoticeLine) -> String {
    let (_, _, word) = tone(entry.tone, &look.palette);
    format!("{}  {word}  {}", look.date_and_time(entry.at), entry.whole().replace('\n', "  "))
}

/// Returns the sign, the part and the word of how something was said.
pub(crate) const fn tone(tone: Tone, palette: &Palette) -> (&'static str, Role, &'static str) {
    match tone {
        Tone::Done => (palette.sign("·", "."), Role::Dim, "done"),
        Tone::Note => (palette.sign("·", "."), Role::Accent, "note"),
        Tone::Hint => (palette.sign("·", "."), Role::Dim, "not now"),
        Tone::Refused => (palette.sign("✗", "x"), Role::Fail, "refused"),
        Tone::Trouble => (palette.sign("▲", "!"), Role::Warn, "trouble"),
    }
}

fn row(look: &Look, entry: &NoticeLine, columns: usize) -> Row {
    // What was proposed was refused only for now.
    let (sign, role, word) = match &entry.proposes {
        Some(_) => (look.palette.sign("◌", "o"), Role::Busy, "proposed"),
        None => tone(entry.tone, &look.palette),
    };
    let is_unread = entry.reading == NoticeReading::Unread;
    let mark = if is_unread { look.palette.sign("● ", "* ") } else { "  " };
    let row = Row::new().put(mark, Role::Warn).put(format!("{}  ", look.time_or_day(entry.at)), Role::Dim);
    let row = row.put(format!("{sign} "), role);
    let row = if columns >= WIDE { row.column(word, role, 9).column(&entry.what, Role::Accent, 28) } else { row };
    let row = if entry.times > 1 { row.put(format!("{}x  ", entry.times), Role::Dim) } else { row };
    let row =
        if columns < WIDE && !entry.what.is_empty() { row.put(format!("{}: ", entry.what), Role::Accent) } else { row };
    let text = if is_unread { Role::Strong } else { Role::Text };
    let row = row.put(&entry.says, text);
    match entry.reasons.len() {
        0 => row,
        1 => row.put("  1 reason", Role::Dim),
        several => row.put(format!("  {several} reasons"), Role::Dim),
    }
}
