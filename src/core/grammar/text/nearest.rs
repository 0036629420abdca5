//! The name that was probably meant.

/// Returns the candidate nearest to a word, if one is near enough to be what was meant.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    let scored = candidates.into_iter().filter_map(|c| score(&word, c).map(|s| (s, c)));
    scored.min_by_key(|(score, _)| *score).map(|(_, candidate)| candidate)
}

/// Returns how far a candidate is from a word; none when it is too far to be meant.
fn score(word: &str, candidate: &str) -> Option<usize> {
    let lower = candidate.to_lowercase();
    let limit = (word.chars().count().max(3) / 3).min(3);
    if lower.len().abs_diff(word.len()) <= 4 * limit {
        let distance = distance(word, &lower);
        if distance <= limit {
            return Some(distance);
        }
    }
    // `environment` for `env`, `pass` for `password`.
    let is_begun = word.len() >= 3 && lower.len() >= 3 && (lower.starts_with(word) || word.starts_with(&lower));
    is_begun.then_some(limit + 1)
}

/// Returns how many letters are added, dropped, changed or swapped between two words.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let mut best = (last[j] + usize::from(x != y)).min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *x == b[j - 1] && a[i - 1] == *y {
                best = best.min(before[j - 1] + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut last, row);
    }
    last.last().copied().unwrap_or_default()
}

/// Quotes a word of the file for a sentence: short, on one line, nothing that a terminal would obey.
pub fn quote(word: &str) -> String {
    let plain: String = word.chars().take(60).map(|c| if is_printable(c) { c } else { '\u{fffd}' }).collect();
    let more = if word.chars().nth(60).is_some() { "…" } else { "" };
    format!("`{plain}{more}`")
}

/// Says whether a character may stand on a screen: no control character, nothing that turns the direction of writing.
pub fn is_printable(c: char) -> bool {
    !c.is_control()
        && !matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_fingers_is_seen_through() {
        let keys = ["run", "rollback", "timeout", "url", "env"];
        assert_eq!(nearest("rollbck", keys), Some("rollback"));
        assert_eq!(nearest("tiemout", keys), Some("timeout"));
        assert_eq!(nearest("environment", keys), Some("env"));
        assert_eq!(nearest("colour", keys), None);
        assert_eq!(nearest("", keys), None);
    }
}
