//! A table in columns that fit between the margins: the widest give way first, and wrap.

use super::wrap::wrap;

/// What stands between two columns.
const GAP: &str = "  ";

/// Lays a table out in lines of at most `width` letters; the first row is its head.
pub fn lines(rows: &[Vec<String>], width: usize) -> Vec<String> {
    let widths = widths(rows, width);
    let mut lines = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        lines.extend(row_lines(row, &widths));
        if index == 0 {
            let rule: Vec<String> = widths.iter().map(|width| "-".repeat(*width)).collect();
            lines.push(rule.join(GAP));
        }
    }
    lines
}

/// Returns how wide each column is: as wide as its longest cell, as long as all fit.
fn widths(rows: &[Vec<String>], width: usize) -> Vec<usize> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or_default();
    let longest = |column: usize, of: fn(&str) -> usize| {
        rows.iter().filter_map(|row| row.get(column)).map(|cell| of(cell)).max().unwrap_or_default()
    };
    let mut widths: Vec<usize> = (0..columns).map(|column| longest(column, |cell| cell.chars().count())).collect();
    let least: Vec<usize> = (0..columns).map(|column| longest(column, longest_word)).collect();
    let room = width.saturating_sub(GAP.len() * columns.saturating_sub(1)).max(columns);
    while widths.iter().sum::<usize>() > room {
        // A column keeps its longest word whole while another can still give.
        let giving = (0..columns).filter(|column| widths[*column] > least[*column]).max_by_key(|c| widths[*c]);
        let Some(widest) = giving.or_else(|| (0..columns).max_by_key(|column| widths[*column])) else { break };
        widths[widest] -= 1;
    }
    widths
}

fn longest_word(cell: &str) -> usize {
    cell.split_whitespace().map(|word| word.chars().count()).max().unwrap_or_default()
}

fn row_lines(row: &[String], widths: &[usize]) -> Vec<String> {
    let cells: Vec<Vec<String>> = row.iter().zip(widths).map(|(cell, width)| wrap(cell, *width)).collect();
    let height = cells.iter().map(Vec::len).max().unwrap_or_default();
    let line = |at: usize| {
        let padded = cells.iter().zip(widths).map(|(cell, width)| {
            let text = cell.get(at).map_or("", String::as_str);
            format!("{text:width$}")
        });
        padded.collect::<Vec<String>>().join(GAP).trim_end().to_owned()
    };
    (0..height).map(line).collect()
}
