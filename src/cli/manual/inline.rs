//! Markdown within a line, as plain text: code in quotes, links with the topic or the address that they lead to.

/// Returns running text without its marks; code stands in quotes.
pub fn text(source: &str) -> String {
    plain(source, "'")
}

/// Returns the text of a table's cell or of a heading, where code needs no quotes.
pub fn cell(source: &str) -> String {
    plain(source, "")
}

fn plain(source: &str, quote: &str) -> String {
    let mut plain = String::new();
    for (index, part) in source.split('`').enumerate() {
        match index % 2 {
            0 => plain.push_str(&unmarked(part)),
            _ => plain.extend([quote, part, quote]),
        }
    }
    plain.replace("\\|", "|")
}

/// Returns text outside code without emphasis, and links as what they lead to.
fn unmarked(source: &str) -> String {
    let mut rest = source;
    let mut plain = String::new();
    while let Some((before, label, target, after)) = link(rest) {
        plain.push_str(before.trim_end_matches('!'));
        plain.push_str(label);
        plain.push_str(&led(target));
        rest = after;
    }
    plain.push_str(rest);
    plain.replace('*', "")
}

/// Finds the first link: what stands before it, its label, where it leads, and what follows.
fn link(source: &str) -> Option<(&str, &str, &str, &str)> {
    let (head, rest) = source.split_once("](")?;
    let (before, label) = head.rsplit_once('[')?;
    let (target, after) = rest.split_once(')')?;
    Some((before, label, target, after))
}

/// Says where a link leads, in brackets.
fn led(target: &str) -> String {
    match target.strip_suffix(".md") {
        Some(topic) => format!(" ('tminus help {topic}')"),
        None => format!(" ({target})"),
    }
}
