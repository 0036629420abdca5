//! The coverage table of JavaScript's test runners: the row `All files`, by the names of its columns.

use super::kind::unprefixed;

/// The numbers that the table has.
const COLUMNS: [(&str, &str); 4] =
    [("% Stmts", "statements"), ("% Branch", "branches"), ("% Funcs", "functions"), ("% Lines", "lines")];

/// Returns the row for all files, in percent.
///
/// # Errors
/// When several tables differ.
pub(super) fn coverage(text: &str) -> Result<Vec<(&'static str, f64)>, String> {
    let (mut head, mut rows) = (Vec::new(), Vec::new());
    for line in text.lines() {
        let all = unprefixed(line).map(|line| line.split('|').map(str::trim).collect::<Vec<_>>());
        let Some(cells) = all.filter(|cells| cells.len() > 1).find(|cells| is_known(cells)) else { continue };
        match is_head(&cells) {
            true => head = cells,
            false => rows.push(row(&head, &cells)),
        }
    }
    let first = rows.first().cloned().unwrap_or_default();
    match rows.iter().all(|row| *row == first) {
        true => Ok(first),
        false => Err(format!("it printed {} coverage tables, and their totals differ", rows.len())),
    }
}

fn is_head(cells: &[&str]) -> bool {
    cells.first() == Some(&"File")
}

fn is_known(cells: &[&str]) -> bool {
    is_head(cells) || cells.first() == Some(&"All files")
}

fn row(head: &[&str], cells: &[&str]) -> Vec<(&'static str, f64)> {
    let value = |column: &str| cells.get(head.iter().position(|name| *name == column)?)?.parse::<f64>().ok();
    COLUMNS.into_iter().filter_map(|(column, name)| Some((name, value(column)?))).collect()
}
