//! Bars and sparks: a share, and how much came lately.

use crate::cockpit::theme::Palette;

/// Returns the two parts of a bar: done, and not yet.
pub(crate) fn bar(done: u64, total: u64, columns: usize, palette: &Palette) -> (String, String) {
    let filled = if total == 0 { 0 } else { (done.min(total) as usize * columns) / total as usize };
    (palette.sign("━", "=").repeat(filled), palette.sign("─", "-").repeat(columns - filled))
}

/// Draws how much came in each moment, the newest at the right.
pub(crate) fn sparks(counts: &[u32], palette: &Palette) -> String {
    let most = counts.iter().copied().max().unwrap_or(0).max(1);
    let heights = [
        palette.sign("▁", "."),
        palette.sign("▂", "."),
        palette.sign("▃", ":"),
        palette.sign("▄", ":"),
        palette.sign("▅", "|"),
        palette.sign("▆", "|"),
        palette.sign("▇", "#"),
        palette.sign("█", "#"),
    ];
    counts.iter().map(|count| heights[(*count as usize * 7) / most as usize]).collect()
}
