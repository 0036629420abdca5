//! The part of a line that is in sight, in columns: cut at both ends with a sign, or folded, with what was found marked.

use crate::settings::theme::Role;
use crate::theme::Palette;
use crate::widgets::{Row, width};
use std::ops::Range;
use unicode_segmentation::{GraphemeCursor, UnicodeSegmentation};
use unicode_width::UnicodeWidthStr;

/// Returns how many columns a text takes.
pub(super) fn columns_of(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { width(text) }
}

/// A part of a text that fits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TextPart {
    pub(super) range: Range<usize>,
    /// Columns to leave empty before it, where a wide letter is cut in two.
    pub(super) gap: usize,
    pub(super) is_cut_before: bool,
    pub(super) is_cut_behind: bool,
}

/// Returns the part of a text that so many columns show, from a column on; a cut takes one column for its sign.
pub(super) fn part(text: &str, aside: usize, columns: usize) -> TextPart {
    let is_cut_before = aside > 0 && !text.is_empty() && columns > 0;
    let from = if is_cut_before { aside + 1 } else { 0 };
    let room = columns.saturating_sub(usize::from(is_cut_before));
    let (begin, column) = skip(text, from);
    let gap = (column - from.min(column)).min(room);
    let (end, _) = fill(&text[begin..], room - gap);
    if begin + end == text.len() {
        return TextPart { range: begin..text.len(), gap, is_cut_before, is_cut_behind: false };
    }
    let (end, _) = fill(&text[begin..], (room - gap).saturating_sub(1));
    TextPart { range: begin..begin + end, gap, is_cut_before, is_cut_behind: room > gap }
}

/// Returns the parts of a text line by line, at most so many.
pub(super) fn folds(text: &str, columns: usize, most: usize) -> Vec<Range<usize>> {
    let columns = columns.max(2);
    let mut parts = Vec::new();
    let mut begin = 0;
    while begin < text.len() && parts.len() < most {
        let (length, _) = fill(&text[begin..], columns);
        let end = begin + length.max(1);
        parts.push(begin..text.ceil_char_boundary(end));
        begin = text.ceil_char_boundary(end);
    }
    parts
}

/// Returns where the letter begins that stands at a column or behind it, and its column; the end where there is none.
fn skip(text: &str, from: usize) -> (usize, usize) {
    if text.is_ascii() {
        let at = from.min(text.len());
        return (at, from);
    }
    let mut column = 0;
    for (at, letter) in text.grapheme_indices(true) {
        if column >= from {
            return (at, column);
        }
        column += letter.width();
    }
    (text.len(), column.max(from))
}

/// Returns how many bytes of a text fit in so many columns, and how many columns they take.
fn fill(text: &str, columns: usize) -> (usize, usize) {
    // One byte more, and a few for a mark that would belong to the last letter.
    if text.as_bytes()[..text.len().min(columns + 4)].is_ascii() {
        let fits = text.len().min(columns);
        return (fits, fits);
    }
    let mut used = 0;
    for (at, letter) in text.grapheme_indices(true) {
        if used + letter.width() > columns {
            return (at, used);
        }
        used += letter.width();
    }
    (text.len(), used)
}

/// What of a line stands out.
#[derive(Clone, Debug, Default)]
pub(super) struct LineMarks {
    /// The word that says how grave it is.
    pub(super) word: Option<(Role, Range<usize>)>,
    /// What the search has found.
    pub(super) hits: Vec<Range<usize>>,
}

impl LineMarks {
    /// Puts a part of a line behind a row, in pieces of one role each.
    pub(super) fn put(&self, row: Row, text: &str, part: &TextPart, palette: &Palette) -> Row {
        let sign = palette.sign("…", "~");
        let row = if part.is_cut_before { row.put(sign, Role::Dim) } else { row };
        let row = row.put(" ".repeat(part.gap), Role::Text);
        let mut edges = vec![part.range.start, part.range.end];
        edges.extend(self.word.iter().flat_map(|(_, word)| [word.start, word.end]));
        edges.extend(self.hits.iter().flat_map(|hit| [hit.start, hit.end]));
        let mut edges: Vec<usize> = edges.into_iter().map(|edge| whole(text, edge)).collect();
        edges.retain(|edge| (part.range.start..=part.range.end).contains(edge));
        edges.sort_unstable();
        edges.dedup();
        let pieces = edges.windows(2).map(|edge| edge[0]..edge[1]);
        let row = pieces.fold(row, |row, piece| row.put(&text[piece.clone()], self.role(piece.start)));
        if part.is_cut_behind { row.put(sign, Role::Dim) } else { row }
    }

    fn role(&self, at: usize) -> Role {
        if self.hits.iter().any(|hit| hit.contains(&at)) {
            return Role::Hit;
        }
        match &self.word {
            Some((role, word)) if word.contains(&at) => *role,
            Some((_, word)) if at < word.start => Role::Dim,
            Some(_) | None => Role::Text,
        }
    }
}

/// Returns the first edge of a letter at a place or behind it: no mark is torn from the letter that it stands on.
fn whole(text: &str, at: usize) -> usize {
    if at >= text.len() {
        return text.len();
    }
    let mut cursor = GraphemeCursor::new(at, text.len(), true);
    match cursor.is_boundary(text, 0) {
        Ok(false) => cursor.next_boundary(text, 0).ok().flatten().unwrap_or(text.len()),
        Ok(true) | Err(_) => at,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, aside: usize, columns: usize) -> String {
        let part = part(text, aside, columns);
        let sign = |is_cut| if is_cut { "…" } else { "" };
        let whole = format!(
            "{}{}{}{}",
            sign(part.is_cut_before),
            "_".repeat(part.gap),
            &text[part.range.clone()],
            sign(part.is_cut_behind)
        );
        assert!(columns_of(&whole) <= columns, "{whole} in {columns}");
        whole
    }

    #[test]
    fn a_cut_has_a_sign_at_both_ends() {
        assert_eq!(shown("abcdefghij", 0, 10), "abcdefghij");
        assert_eq!(shown("abcdefghij", 0, 5), "abcd…");
        assert_eq!(shown("abcdefghij", 2, 5), "…def…");
        assert_eq!(shown("abcdefghij", 6, 5), "…hij");
        assert_eq!(shown("abc", 40, 5), "…");
        assert_eq!(shown("", 40, 5), "");
        assert_eq!(shown("abc", 2, 0), "…".repeat(0));
    }

    #[test]
    fn a_wide_letter_that_is_cut_in_two_leaves_a_gap() {
        assert_eq!(shown("日本語日本語", 0, 12), "日本語日本語");
        assert_eq!(shown("日本語日本語", 0, 7), "日本語…");
        assert_eq!(shown("日本語日本語", 0, 6), "日本…");
        assert_eq!(shown("日本語日本語", 2, 7), "…_語日…");
        assert_eq!(shown("שלום עולם", 4, 20), "…עולם");
    }

    #[test]
    fn a_line_is_folded_where_the_room_ends() {
        let lines =
            |text: &str, columns| folds(text, columns, 9).into_iter().map(|r| text[r].to_owned()).collect::<Vec<_>>();
        assert_eq!(lines("abcdefgh", 3), ["abc", "def", "gh"]);
        assert_eq!(lines("日本語x", 3), ["日", "本", "語x"]);
        assert_eq!(lines("e\u{301}e\u{301}e", 2), ["e\u{301}e\u{301}", "e"]);
        assert_eq!(lines("", 3), Vec::<String>::new());
        assert_eq!(folds(&"x".repeat(60_000), 80, 4).len(), 4);
    }

    #[test]
    fn no_mark_is_torn_from_its_letter() {
        assert_eq!(whole("e\u{301}x", 1), 3);
        assert_eq!(whole("abc", 1), 1);
    }
}
