//! What was searched, lit wherever it stands on the screen.

use super::text::width;
use crate::settings::theme::Role;
use crate::theme::Palette;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use tminus_logs::pattern::Pattern;

/// Lights every place of a pattern in an area that is drawn already.
pub(crate) fn light(pattern: &Pattern, area: Rect, buffer: &mut Buffer, palette: &Palette) {
    let area = area.intersection(buffer.area);
    // A theme that says nothing about it still shows it.
    let own = palette.style(Role::Hit);
    let style = if own == Style::default() { own.add_modifier(Modifier::REVERSED) } else { own };
    for y in area.top()..area.bottom() {
        let (line, columns) = line(area, y, buffer);
        for place in pattern.places(&line) {
            let lit = columns.iter().filter(|(byte, _, _)| place.contains(byte));
            for (_, x, wide) in lit {
                buffer.set_style(Rect { x: *x, y, width: *wide, height: 1 }.intersection(area), style);
            }
        }
    }
}

/// Returns a line with the first byte, the column and the columns taken of each cell.
fn line(area: Rect, y: u16, buffer: &Buffer) -> (String, Vec<(usize, u16, u16)>) {
    let (mut text, mut columns) = (String::new(), Vec::new());
    let mut x = area.left();
    while x < area.right() {
        let symbol = buffer.cell((x, y)).map_or(" ", |cell| cell.symbol());
        let wide = (width(symbol) as u16).max(1);
        columns.push((text.len(), x, wide));
        text.push_str(symbol);
        x += wide;
    }
    (text, columns)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::theme::Theme;
    use crate::signs::Signs;
    use crate::theme::Colours;

    fn lit(text: &str, needle: &str) -> Vec<u16> {
        let area = Rect::new(0, 0, 20, 1);
        let mut buffer = Buffer::empty(area);
        buffer.set_string(0, 0, text, Style::default());
        let palette = Palette::new(&Theme::default(), Colours::Used, Signs::Unicode);
        if let Some(pattern) = Pattern::query(needle).unwrap() {
            light(&pattern, area, &mut buffer, &palette);
        }
        let is_lit = |x: &u16| buffer[(*x, 0)].modifier.contains(Modifier::REVERSED);
        (0..20).filter(is_lit).collect()
    }

    #[test]
    fn a_hit_is_lit_and_nothing_else_is() {
        assert_eq!(lit("Pool, a pool", "pool"), [0, 1, 2, 3, 8, 9, 10, 11]);
        assert_eq!(lit("Pool, a pool", "Pool"), [0, 1, 2, 3]);
        assert_eq!(lit("pool", "full"), [0; 0]);
        assert_eq!(lit("pool", ""), [0; 0]);
    }

    #[test]
    fn wide_and_hebrew_letters_are_lit_where_they_stand() {
        assert_eq!(lit("日本 x 日", "日"), [0, 1, 7, 8]);
        assert_eq!(lit("a שלום b", "שלום"), [2, 3, 4, 5]);
    }
}
