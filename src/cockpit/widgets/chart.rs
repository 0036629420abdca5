//! Numbers, drawn: a value against its limit, a sparkline, a line. Only what was measured is drawn: a gap is a gap,
//! and what is no number is never a zero.

use crate::signs::Signs;

/// What a piece of a drawing is, so that it can be coloured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ChartPart {
    /// The value.
    Value,
    /// The limit that it is held against.
    Limit,
    /// The release before.
    Baseline,
    /// Nothing.
    Rest,
}

/// Pieces of one line.
pub(crate) type ChartPieces = Vec<(String, ChartPart)>;

/// What a value is held against.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct ChartMarks {
    pub(crate) limit: Option<f64>,
    pub(crate) baseline: Option<f64>,
}

impl ChartMarks {
    fn finite(self) -> Self {
        Self { limit: measured(self.limit), baseline: measured(self.baseline) }
    }
}

/// Returns a number that was measured; what is infinite or no number was not.
pub(crate) fn measured(value: Option<f64>) -> Option<f64> {
    value.filter(|v| v.is_finite())
}

/// Draws a value from zero on, with a mark at its limit and one at the release before.
///
/// A value that was not measured, or lies under zero, fills nothing.
pub(crate) fn value_bar(value: Option<f64>, marks: ChartMarks, columns: usize, signs: Signs) -> ChartPieces {
    let (value, marks) = (measured(value), marks.finite());
    let most = [value, marks.limit, marks.baseline].into_iter().flatten().fold(0.0_f64, f64::max);
    if columns == 0 || most <= 0.0 {
        return vec![(rest(signs).repeat(columns), ChartPart::Rest)];
    }
    // The longest leaves a tenth free, so that one sees that it ends there.
    let column = |of: f64| ((of.max(0.0) / (most * 1.1)) * columns as f64) as usize;
    let filled = value.map_or(0, |v| if v > 0.0 { column(v).max(1) } else { 0 });
    let limit = marks.limit.filter(|l| *l > 0.0).map(|l| column(l).min(columns - 1));
    let baseline = marks.baseline.filter(|b| *b > 0.0).map(|b| column(b).min(columns - 1));
    let cell = |at: usize| match (Some(at) == limit, Some(at) == baseline) {
        (true, _) => (of(signs, "│", "|"), ChartPart::Limit),
        (false, true) => (of(signs, "┆", ":"), ChartPart::Baseline),
        (false, false) if at < filled => (of(signs, "━", "#"), ChartPart::Value),
        (false, false) => (rest(signs), ChartPart::Rest),
    };
    joined((0..columns).map(cell))
}

/// Draws values from zero to the highest as blocks, one column each; a column stays empty where none was measured.
pub(crate) fn sparkline(values: &[Option<f64>], signs: Signs) -> String {
    const BLOCKS: [&str; 8] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];
    const LETTERS: [&str; 8] = ["_", ".", ".", "-", "-", "=", "=", "#"];
    let most = values.iter().filter_map(|v| measured(*v)).fold(0.0_f64, f64::max);
    let steps = of(signs, BLOCKS, LETTERS);
    let block = |value: f64| match most > 0.0 {
        true => steps[((value.max(0.0) / most) * 7.0).round() as usize],
        false => steps[0],
    };
    values.iter().map(|value| measured(*value).map_or(" ", block)).collect()
}

/// A moment of a line; `y` is absent where nothing was measured.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Point {
    pub(crate) x: f64,
    pub(crate) y: Option<f64>,
}

/// The dots of a line: in braille two across and four down a cell, in ASCII one.
struct Dots {
    across: usize,
    down: usize,
    columns: usize,
    lines: usize,
    value: Vec<bool>,
    limit: Vec<bool>,
}

/// Draws a line through what was measured, oldest at the left, from zero to the highest; it breaks where something was not.
pub(crate) fn line_chart(
    points: &[Point],
    limit: Option<f64>,
    (columns, lines): (usize, usize),
    signs: Signs,
) -> Vec<ChartPieces> {
    let (across, down) = of(signs, (2, 4), (1, 1));
    let size = columns * across * lines * down;
    let mut dots = Dots { across, down, columns, lines, value: vec![false; size], limit: vec![false; size] };
    if size == 0 {
        return Vec::new();
    }
    let limit = measured(limit);
    let heights = points.iter().filter_map(|p| measured(p.y)).chain(limit);
    let most = heights.fold(0.0_f64, f64::max);
    let (first, last) = points
        .iter()
        .map(|p| p.x)
        .filter(|x| x.is_finite())
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(first, last), x| (first.min(x), last.max(x)));
    let wide = (columns * across - 1) as f64;
    let high = (lines * down - 1) as f64;
    let to_x = |x: f64| if last > first { ((x - first) / (last - first) * wide).round() as usize } else { 0 };
    let to_y = |y: f64| {
        if most > 0.0 { ((1.0 - y.clamp(0.0, most) / most) * high).round() as usize } else { lines * down - 1 }
    };
    if let Some(limit) = limit {
        let y = to_y(limit);
        (0..columns * across).filter(|x| across == 1 || x % 4 < 2).for_each(|x| dots.dot(x, y, ChartPart::Limit));
    }
    let mut before: Option<(usize, usize)> = None;
    for point in points {
        let here = measured(point.y).filter(|_| point.x.is_finite()).map(|y| (to_x(point.x), to_y(y)));
        if let Some(here) = here {
            dots.stroke(before.unwrap_or(here), here);
        }
        before = here;
    }
    dots.drawn(signs)
}

impl Dots {
    fn dot(&mut self, x: usize, y: usize, part: ChartPart) {
        let at = y * self.columns * self.across + x;
        let plane = if part == ChartPart::Limit { &mut self.limit } else { &mut self.value };
        if let Some(dot) = plane.get_mut(at) {
            *dot = true;
        }
    }

    /// Draws a straight stroke between two dots.
    fn stroke(&mut self, from: (usize, usize), to: (usize, usize)) {
        let far = from.0.abs_diff(to.0).max(from.1.abs_diff(to.1));
        let between = |a: usize, b: usize, at: usize| match far {
            0 => a,
            far => (a as f64 + (b as f64 - a as f64) * at as f64 / far as f64).round() as usize,
        };
        for at in 0..=far {
            self.dot(between(from.0, to.0, at), between(from.1, to.1, at), ChartPart::Value);
        }
    }

    fn drawn(&self, signs: Signs) -> Vec<ChartPieces> {
        let line = |line: usize| joined((0..self.columns).map(|column| self.cell(column, line, signs)));
        (0..self.lines).map(line).collect()
    }

    fn cell(&self, column: usize, line: usize, signs: Signs) -> (String, ChartPart) {
        let bits = |plane: &[bool]| {
            let dot = |(x, y): (usize, usize)| {
                let at = (line * self.down + y) * self.columns * self.across + column * self.across + x;
                plane.get(at).copied().unwrap_or(false)
            };
            let places = (0..self.down).flat_map(|y| (0..self.across).map(move |x| (x, y)));
            places.filter(|place| dot(*place)).map(|(x, y)| braille_bit(x, y)).fold(0_u32, |all, bit| all | bit)
        };
        let (value, limit) = (bits(&self.value), bits(&self.limit));
        let part = if value > 0 { ChartPart::Value } else { ChartPart::Limit };
        match (signs, value | limit) {
            (_, 0) => (" ".to_owned(), ChartPart::Rest),
            (Signs::Ascii, _) => (if part == ChartPart::Value { "*" } else { "-" }.to_owned(), part),
            (Signs::Unicode, dots) => (char::from_u32(0x2800 + dots).unwrap_or(' ').to_string(), part),
        }
    }
}

/// Returns the bit of a dot in a braille pattern, which counts three down the left, three down the right, then the lowest two.
const fn braille_bit(x: usize, y: usize) -> u32 {
    match (x, y) {
        (0, 3) => 1 << 6,
        (_, 3) => 1 << 7,
        (0, y) => 1 << y,
        (_, y) => 1 << (y + 3),
    }
}

fn joined<T: AsRef<str>>(cells: impl Iterator<Item = (T, ChartPart)>) -> ChartPieces {
    let mut pieces: ChartPieces = Vec::new();
    for (text, part) in cells {
        match pieces.last_mut() {
            Some((last, of)) if *of == part => last.push_str(text.as_ref()),
            Some(_) | None => pieces.push((text.as_ref().to_owned(), part)),
        }
    }
    pieces
}

fn of<T>(signs: Signs, unicode: T, ascii: T) -> T {
    match signs {
        Signs::Unicode => unicode,
        Signs::Ascii => ascii,
    }
}

fn rest(signs: Signs) -> &'static str {
    of(signs, "─", "-")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(pieces: &ChartPieces) -> String {
        pieces.iter().map(|(text, _)| text.as_str()).collect()
    }

    fn bar(value: Option<f64>, limit: Option<f64>) -> String {
        text(&value_bar(value, ChartMarks { limit, baseline: None }, 11, Signs::Ascii))
    }

    fn points(values: &[Option<f64>]) -> Vec<Point> {
        values.iter().enumerate().map(|(x, y)| Point { x: x as f64, y: *y }).collect()
    }

    fn chart(values: &[Option<f64>], limit: Option<f64>) -> Vec<String> {
        line_chart(&points(values), limit, (5, 3), Signs::Ascii).iter().map(text).collect()
    }

    #[test]
    fn a_value_is_drawn_against_its_limit() {
        assert_eq!(bar(Some(5.0), Some(10.0)), "#####-----|");
        assert_eq!(bar(Some(10.0), Some(5.0)), "#####|####-");
    }

    #[test]
    fn what_was_not_measured_fills_nothing() {
        for value in [None, Some(f64::NAN), Some(f64::INFINITY), Some(0.0), Some(-1.0)] {
            assert_eq!(bar(value, Some(10.0)), "----------|", "{value:?}");
        }
        assert_eq!(bar(None, None), "-----------");
        assert_eq!(bar(Some(1.0), Some(f64::NAN)), "##########-");
        assert_eq!(value_bar(Some(1.0), ChartMarks::default(), 0, Signs::Ascii).len(), 1);
    }

    #[test]
    fn a_small_value_is_still_seen_and_the_release_before_has_its_own_mark() {
        assert_eq!(bar(Some(0.001), Some(10.0)), "#---------|");
        let marks = ChartMarks { limit: Some(10.0), baseline: Some(5.0) };
        let pieces = value_bar(Some(2.0), marks, 11, Signs::Unicode);
        assert_eq!(text(&pieces), "━━───┆────│");
        assert!(pieces.contains(&("┆".to_owned(), ChartPart::Baseline)), "{pieces:?}");
    }

    #[test]
    fn a_gap_of_a_sparkline_is_a_gap_and_a_zero_is_none() {
        assert_eq!(sparkline(&[Some(0.0), None, Some(4.0), Some(f64::NAN), Some(8.0)], Signs::Unicode), "▁ ▅ █");
        assert_eq!(sparkline(&[Some(0.0), Some(0.0)], Signs::Unicode), "▁▁");
        assert!(sparkline(&[Some(1.0), Some(2.0)], Signs::Ascii).is_ascii());
    }

    #[test]
    fn a_line_goes_through_what_was_measured() {
        assert_eq!(
            chart(&[Some(0.0), Some(1.0), Some(2.0)], None),
            ["    *", "  ** ", "**   "].map(String::from).to_vec()
        );
    }

    #[test]
    fn a_line_breaks_where_nothing_was_measured() {
        let broken = chart(&[Some(2.0), Some(2.0), None, Some(2.0), Some(2.0)], None);
        assert_eq!(broken, ["** **", "     ", "     "]);
        assert_eq!(chart(&[Some(2.0), Some(f64::NAN), Some(2.0)], None)[0], "*   *");
        assert_eq!(chart(&[None, None], None), ["     "; 3]);
        assert_eq!(chart(&[], Some(1.0))[0], "-----");
    }

    #[test]
    fn a_limit_stands_at_its_height_behind_the_line() {
        assert_eq!(chart(&[Some(0.0), Some(0.0)], Some(2.0)), ["-----", "     ", "*****"]);
    }

    #[test]
    fn braille_has_eight_dots_in_a_cell() {
        let flat = line_chart(&points(&[Some(0.0), Some(0.0)]), None, (2, 1), Signs::Unicode);
        assert_eq!(text(&flat[0]), "⣀⣀");
        let steep = line_chart(&points(&[Some(0.0), Some(3.0)]), None, (1, 1), Signs::Unicode);
        assert_eq!(text(&steep[0]), "⡜");
    }

    #[test]
    fn every_size_is_drawn() {
        for size in [(0, 0), (1, 1), (0, 5), (5, 0), (200, 50)] {
            let drawn = line_chart(&points(&[Some(1.0), None, Some(1e300)]), Some(1e-300), size, Signs::Unicode);
            assert_eq!(drawn.len(), if size.0 == 0 { 0 } else { size.1 });
        }
    }
}
