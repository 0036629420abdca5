//! How well a few typed letters fit a text: every word of them in order, those at the beginning of words first.

/// Weighs a query against a text; `None` when one of its words is not in it.
pub(super) fn weigh(query: &str, text: &str) -> Option<i32> {
    let text: Vec<char> = text.to_lowercase().chars().collect();
    query.to_lowercase().split_whitespace().map(|word| word_in(word, &text)).sum()
}

fn word_in(word: &str, text: &[char]) -> Option<i32> {
    let letters: Vec<char> = word.chars().collect();
    let first = *letters.first()?;
    (0..text.len()).filter(|at| text[*at] == first).filter_map(|from| run_from(&letters, text, from)).max()
}

/// Finds the letters one after another from a place on; gaps cost, beginnings of words count.
fn run_from(letters: &[char], text: &[char], from: usize) -> Option<i32> {
    let (mut weight, mut at) = (0, from);
    for (number, letter) in letters.iter().enumerate() {
        let found = at + text[at..].iter().position(|other| other == letter)?;
        let is_next = number > 0 && found == at;
        let is_start = found == 0 || !text[found - 1].is_alphanumeric();
        weight += match (is_next, is_start) {
            (_, true) => 10,
            (true, false) => 8,
            (false, false) => 1 - i32::try_from(found - at).unwrap_or(i32::MAX).min(20),
        };
        at = found + 1;
    }
    // A short text that fits says more than a long one.
    (weight > 0).then_some(weight * 4 - i32::try_from(text.len()).unwrap_or(i32::MAX).min(60) / 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_better(query: &str, good: &str, other: &str) -> bool {
        weigh(query, good) > weigh(query, other)
    }

    #[test]
    fn letters_in_order_fit_and_beginnings_of_words_fit_best() {
        assert!(weigh("dpl", "deploy").is_some());
        assert!(weigh("lpd", "deploy").is_none());
        assert!(is_better("ds", "deploy staging", "dashes"));
        assert!(is_better("deploy", "deploy staging", "undeployed"));
        assert!(is_better("check image", "check image", "check the mirage"));
    }

    #[test]
    fn every_word_must_be_there_in_any_order() {
        assert!(weigh("staging deploy", "deploy staging").is_some());
        assert!(weigh("deploy mars", "deploy staging").is_none());
        assert_eq!(weigh("", "anything"), Some(0));
        assert_eq!(weigh("שלום", "deploy"), None);
    }
}
