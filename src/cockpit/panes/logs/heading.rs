//! The title of the log pane: what is shown, what is left out, and whether it follows. The narrower, the less of it.

use super::gutter::hidden_words;
use super::pace::PACE_KEPT;
use super::store::in_thousands;
use crate::look::Look;
use crate::settings::theme::Role;
use crate::widgets::{Row, sparks, width};
use tminus_logs::pattern::Pattern;

/// Makes the title for so many columns.
pub(super) fn heading(look: &Look, columns: usize) -> Row {
    let logs = &look.logs;
    let (stand, role) = match &logs.paused {
        None => (" following ".to_owned(), Role::Dim),
        Some(paused) => (format!(" paused, +{} new ", in_thousands(paused.fresh)), Role::Warn),
    };
    let mut left = Row::new().put(" Logs ", Role::Title);
    let room = columns.saturating_sub(width(&stand) + 2);
    for (texts, role) in left_out(look) {
        let fitting = texts.into_iter().find(|text| left.width() + width(text) <= room);
        if let Some(text) = fitting {
            left = left.put(text, role);
        }
    }
    let mut right = vec![(stand, role)];
    let pace = logs.pace.even();
    if logs.is_following() && !pace.is_empty() {
        right[0].0 = format!(" following · {}/s ", per_second(logs.pace.rate()));
    }
    if pace.iter().any(|count| *count > 0) && columns >= left.width() + width(&right[0].0) + PACE_KEPT + 3 {
        right.push((format!("{} ", sparks(&pace, &look.palette)), Role::Dim));
    }
    right.into_iter().fold(left, |row, (text, role)| row.right(text, role))
}

/// Writes a rate: less than one a second is not none.
fn per_second(rate: f64) -> String {
    match rate {
        0.0 => "0".to_owned(),
        rate if rate < 1.0 => "<1".to_owned(),
        rate => in_thousands(rate.round() as u64),
    }
}

/// Returns what is left out and looked for, the most important first; each long, and short where that can be.
fn left_out(look: &Look) -> Vec<(Vec<String>, Role)> {
    let logs = &look.logs;
    let mut pieces = Vec::new();
    if !logs.is_whole() {
        let (shown, all) = logs.counts();
        let counts = format!("{} of {} ", in_thousands(shown as u64), in_thousands(all as u64));
        pieces.push((vec![format!("· showing {counts}"), format!("· {counts}"), "· filtered ".to_owned()], Role::Warn));
    }
    pieces.extend(hidden_words(look, logs).map(|words| (vec![format!("· {words} ")], Role::Accent)));
    let filter = logs.store.sieve.filter.as_ref().map(Pattern::written);
    pieces.extend(filter.map(|filter| (vec![format!("· & {filter} ")], Role::Accent)));
    pieces.extend(logs.search.as_ref().map(|search| (vec![format!("· / {} ", search.written())], Role::Accent)));
    pieces
}
