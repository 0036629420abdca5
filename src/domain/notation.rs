//! JSON as it may be printed: the same values, with nothing in it that a terminal would follow.

/// Escapes what the notation lets stand but a terminal would follow: 8-bit controls, and what turns text around.
///
/// Outside of its strings JSON has only ASCII, so every letter that is escaped here stands in a string, and the value
/// that is read back is the same.
pub fn printable(json: &str) -> String {
    let mut safe = String::with_capacity(json.len());
    for letter in json.chars() {
        if is_followed(letter) {
            safe.push_str(&format!("\\u{:04x}", u32::from(letter)));
        } else {
            safe.push(letter);
        }
    }
    safe
}

const fn is_followed(letter: char) -> bool {
    matches!(
        letter,
        '\u{0}'..='\u{1f}'
            | '\u{7f}'..='\u{9f}'
            | '\u{61c}'
            | '\u{200e}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_would_follow_is_escaped_and_stays_the_same_value() {
        let value = serde_json::json!({ "note": "a\u{9b}2Jb\u{7f} \u{202e}live\u{2066} שלום 日本語 \u{1b}[0m\t" });
        let printed = printable(&value.to_string());
        assert!(!printed.chars().any(is_followed), "{printed:?}");
        assert!(printed.contains("שלום 日本語"), "{printed}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&printed).unwrap(), value);
    }
}
