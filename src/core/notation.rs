//! Which letters a terminal would follow or not show, and JSON without them.

/// Says whether a letter has no place in a line: it controls, turns the text around, or is there unseen. What joins the
/// letters of a cluster is left out here: see [`is_joiner`].
pub fn is_unprintable(letter: char) -> bool {
    match letter {
        // Bidirectional controls (UAX #9).
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{206f}' => true,
        // Unseen: spaces of no width, fillers, word joiners, soft hyphens, annotations, tags.
        '\u{ad}' | '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}' => true,
        '\u{200b}' | '\u{2060}'..='\u{2065}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' => true,
        '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}' => true,
        other => other.is_control(),
    }
}

/// Says whether a letter of no width joins its neighbours, or keeps them apart.
pub const fn is_joiner(letter: char) -> bool {
    matches!(letter, '\u{200c}' | '\u{200d}')
}

/// Escapes what the notation lets stand but a terminal would follow or not show.
///
/// Outside of its strings JSON has only ASCII, so every letter that is escaped here stands in a string, and the value
/// that is read back is the same.
pub fn printable(json: &str) -> String {
    let mut safe = String::with_capacity(json.len());
    for letter in json.chars() {
        if !is_followed(letter) {
            safe.push(letter);
            continue;
        }
        for half in letter.encode_utf16(&mut [0; 2]) {
            safe.push_str(&format!("\\u{half:04x}"));
        }
    }
    safe
}

fn is_followed(letter: char) -> bool {
    is_unprintable(letter) || is_joiner(letter) || matches!(letter, '\u{2028}' | '\u{2029}')
}

/// Writes how many there are of something: `1 file`, `12,340 files`.
pub fn counted(count: u64, noun: &str) -> String {
    format!("{} {noun}{}", in_thousands(count), if count == 1 { "" } else { "s" })
}

/// Writes words as a command of a shell; what stands plain in it, beside letters and digits, is the caller's.
pub fn shell_line<'a>(words: impl Iterator<Item = &'a str>, plain: &str) -> String {
    let quoted = |word: &str| {
        let is_plain = !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric() || plain.contains(c));
        if is_plain { word.to_owned() } else { format!("'{}'", word.replace('\'', r"'\''")) }
    };
    words.map(quoted).collect::<Vec<_>>().join(" ")
}

/// Writes a count with its thousands apart: `12,340`.
pub fn in_thousands(count: u64) -> String {
    let digits = count.to_string();
    let mut written = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            written.push(',');
        }
        written.push(digit);
    }
    written
}

/// Returns the line, counted from 1, where a merge conflict begins that git has written into a text and nobody has resolved.
/// Two of its three marks are enough: one may have been taken out by hand.
pub fn unmerged(text: &str) -> Option<usize> {
    let is_mark = |line: &str, sign: &str| {
        let rest = line.trim_end().strip_prefix(sign);
        rest.is_some_and(|rest| rest.is_empty() || (rest.starts_with(' ') && sign != "======="))
    };
    let is_outer = |line: &str| is_mark(line, "<<<<<<<") || is_mark(line, ">>>>>>>");
    let marks = text.lines().zip(1..).filter(|(line, _)| is_outer(line) || is_mark(line, "======="));
    let marks: Vec<(&str, usize)> = marks.collect();
    let pair = marks.windows(2).find(|pair| {
        let [(first, _), (second, _)] = pair else { return false };
        is_mark(first, "<<<<<<<") && !is_mark(second, "<<<<<<<")
            || is_mark(first, "=======") && is_mark(second, ">>>>>>>")
    });
    pair.map(|pair| pair[0].1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_merge_conflict_is_found_by_two_of_its_marks_and_a_row_of_signs_is_none() {
        for (text, line) in [
            ("a\n<<<<<<< HEAD\nb\n=======\nc\n>>>>>>> x\n", Some(2)),
            ("<<<<<<<\r\nb\r\n|||||||\r\n=======\r\nc\r\n>>>>>>>\r\n", Some(1)),
            ("<<<<<<< HEAD\nb\n>>>>>>> x\n", Some(1)),
            ("<<<<<<< HEAD\nb\n=======\n", Some(1)),
            ("b\n=======\nc\n>>>>>>> x\n", Some(2)),
            ("1.0.0\n=======\n\n>>> a\n\n0.9.0\n=======\n", None),
            ("<<<<<<<< x\n  <<<<<<< y\n======= z\n", None),
            (">>>>>>> quoted\n", None),
        ] {
            assert_eq!(unmerged(text), line, "{text}");
        }
    }

    #[test]
    fn what_a_terminal_would_follow_is_escaped_and_stays_the_same_value() {
        let value = serde_json::json!({ "note": "a\u{9b}2Jb\u{7f} \u{202e}live\u{2066} z\u{200b}\u{2060}\u{feff}\u{ad}\u{e0041} שלום 日本語 \u{1b}[0m\t" });
        let printed = printable(&value.to_string());
        assert!(!printed.chars().any(is_followed), "{printed:?}");
        assert!(printed.contains("שלום 日本語"), "{printed}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&printed).unwrap(), value);
    }
}
