//! JSON with comments, as some tools read it: which files, and the plain JSON in them.

use super::matches::UnreadVersion;

/// Files with another ending than `.jsonc` whose reader leaves out comments, and commas behind the last entry.
const NAMES: &[&str] = &["deno.json", "jsr.json", "wrangler.json"];

/// Says whether the reader of a file of that name, in small letters, takes comments.
pub(super) fn takes_comments(name: &str) -> bool {
    let is_config =
        |of: &str| name.strip_prefix(of).is_some_and(|rest| rest.starts_with('.') && rest.ends_with(".json"));
    NAMES.contains(&name) || ["tsconfig", "jsconfig"].into_iter().any(is_config)
}

/// Puts blanks in the place of comments, and of commas behind the last entry: every line stays where it is.
pub(super) fn plain(text: &str) -> Result<String, UnreadVersion> {
    let mut plain = String::with_capacity(text.len());
    let mut comma: Option<usize> = None;
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = match rest {
            _ if first == '"' => text_end(rest),
            _ if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            _ if rest.starts_with("/*") => {
                rest.find("*/").filter(|end| *end > 1).map(|end| end + 2).ok_or_else(|| {
                    let line = text[..text.len() - rest.len()].matches('\n').count() + 1;
                    UnreadVersion::at(line, "the comment that begins here does not end, so the file cannot be read")
                })?
            }
            _ => first.len_utf8(),
        };
        let (taken, next) = rest.split_at(length);
        rest = next;
        if taken.starts_with("//") || taken.starts_with("/*") {
            plain.extend(taken.chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
            continue;
        }
        if let Some(at) = comma.filter(|_| matches!(first, '}' | ']')) {
            plain.replace_range(at..=at, " ");
        }
        if !first.is_whitespace() {
            comma = (first == ',').then_some(plain.len());
        }
        plain.push_str(taken);
    }
    Ok(plain)
}

fn text_end(text: &str) -> usize {
    let mut is_escaped = false;
    let end = text.char_indices().skip(1).find(|(_, c)| {
        let is_end = *c == '"' && !is_escaped;
        is_escaped = *c == '\\' && !is_escaped;
        is_end
    });
    end.map_or(text.len(), |(at, _)| at + 1)
}
