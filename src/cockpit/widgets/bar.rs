//! Bars and sparks: a share, and how much came lately.

use crate::theme::Palette;

/// Returns the two parts of a bar: done, and not yet.
pub(crate) fn bar(done: u64, total: u64, columns: usize, palette: &Palette) -> (String, String) {
    let filled = if total == 0 { 0 } else { (done.min(total) as usize * columns) / total as usize };
    (palette.sign("━", "=").repeat(filled), palette.sign("─", "-").repeat(columns - filled))
}

/// Draws how much came in each moment from zero up, the newest at the right. What comes evenly stands at half the height, so
/// that only a burst stands out.
pub(crate) fn sparks(counts: &[u32], palette: &Palette) -> String {
    let sum: u64 = counts.iter().map(|count| u64::from(*count)).sum();
    let twice_the_mean = sum.saturating_mul(2).div_ceil(counts.len().max(1) as u64);
    let most = counts.iter().map(|count| u64::from(*count)).max().unwrap_or(0).max(twice_the_mean).max(1);
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
    counts.iter().map(|count| heights[((u64::from(*count) * 7) / most) as usize]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::theme::Theme;
    use crate::signs::Signs;
    use crate::theme::Colours;

    #[test]
    fn what_comes_evenly_is_calm_and_a_burst_stands_out() {
        let palette = Palette::new(&Theme::default(), Colours::Used, Signs::Unicode);
        let drawn = |counts: &[u32]| sparks(counts, &palette);
        let even = drawn(&[4, 5, 4, 5, 4, 5, 5, 4]);
        assert!(even.chars().all(|sign| matches!(sign, '▃' | '▄' | '▅')), "{even}");
        assert_eq!(drawn(&[0, 0, 0, 0]), "▁▁▁▁");
        assert_eq!(drawn(&[4, 4, 4, 40]), "▁▁▁█");
    }
}
