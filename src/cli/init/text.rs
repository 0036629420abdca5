//! Text from outside made safe to stand in a plan: quoted, named, commented.

/// Quotes a text as TOML does, whatever it holds.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if is_unsafe(c) && u32::from(c) > 0xFFFF => out.push_str(&format!("\\U{:08X}", u32::from(c))),
            c if is_unsafe(c) => out.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// Quotes several as a list.
pub(super) fn list<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    let quoted: Vec<String> = texts.into_iter().map(quoted).collect();
    format!("[{}]", quoted.join(", "))
}

/// Makes a comment of a text: one line, nothing that moves a cursor, not too long.
pub(super) fn comment(text: &str) -> String {
    let safe: String = text.chars().map(|c| if is_unsafe(c) { '?' } else { c }).collect();
    match safe.char_indices().nth(160) {
        Some((at, _)) => format!("{}…", &safe[..at]),
        None => safe,
    }
}

/// Makes a name for a table: letters, digits and dashes, beginning with a letter or digit.
pub(super) fn name(text: &str, otherwise: &str) -> String {
    let plain: String =
        text.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).collect();
    let parts: Vec<&str> = plain.split('-').filter(|part| !part.is_empty()).collect();
    let short: String = parts.join("-").chars().take(40).collect();
    let short = short.trim_end_matches('-');
    if short.is_empty() { otherwise.to_owned() } else { short.to_owned() }
}

/// Returns a name that is not taken yet, and takes it.
pub(super) fn unique(wanted: String, taken: &mut Vec<String>) -> String {
    let mut name = wanted.clone();
    let mut count = 2;
    while taken.contains(&name) {
        name = format!("{wanted}-{count}");
        count += 1;
    }
    taken.push(name.clone());
    name
}

/// Says whether a text may stand in a plan: nothing unsafe, and no brace, which would be a place to fill in.
pub(super) fn may_stand(text: &str) -> bool {
    !text.is_empty() && !text.chars().any(|c| is_unsafe(c) || matches!(c, '{' | '}'))
}

/// Says whether a character moves a cursor, hides, or turns the direction of what follows.
pub(super) fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_text_is_read_back_as_it_was() {
        for text in [
            "",
            "a\"b\\c",
            "x\n[check.evil]\nrun = \"rm\"",
            "\u{1b}[2J",
            "שלום",
            "\u{202e}abc",
            "\u{e0041}",
            "{version}",
        ] {
            let line = format!("a = {}", quoted(text));
            assert_eq!(line.lines().count(), 1, "{line}");
            let read: toml::Table = line.parse().unwrap();
            assert_eq!(read["a"].as_str(), Some(text));
        }
    }

    #[test]
    fn a_comment_never_ends_its_line() {
        assert_eq!(comment("a\nb\r\u{1b}"), "a?b??");
        assert_eq!(comment(&"x".repeat(500)).chars().count(), 161);
    }

    #[test]
    fn names_are_plain_and_different() {
        let mut taken = Vec::new();
        assert_eq!(unique(name("../Back End", "app"), &mut taken), "back-end");
        assert_eq!(unique(name("back_end", "app"), &mut taken), "back-end-2");
        assert_eq!(unique(name("…", "app"), &mut taken), "app");
    }
}
