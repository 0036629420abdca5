//! What HTML keeps from being seen in Markdown: comments, and elements that are not shown.

/// Begin and end of what is no text: comments of HTML, MDX and Hugo, instructions, raw data.
const UNSEEN: [(&str, &str); 4] = [("<!--", "-->"), ("{/*", "*/}"), ("<?", "?>"), ("<![CDATA[", "]]>")];

/// Elements that show nothing of what they hold.
const UNSEEN_ELEMENTS: [&str; 7] = ["script", "style", "template", "dialog", "head", "title", "datalist"];

/// Elements that hold nothing, and so hide nothing.
const VOID: [&str; 8] = ["area", "br", "col", "hr", "img", "input", "link", "meta"];

/// What is open where a line begins.
#[derive(Debug, Default)]
pub(super) struct HiddenMarkup {
    /// The sign that ends a comment.
    end: Option<&'static str>,
    /// The element that is not shown, and how many of its name are open.
    element: Option<(String, usize)>,
    /// A tag that goes over several lines.
    tag: Option<String>,
}

impl HiddenMarkup {
    /// Returns what a line shows; a place between backticks is text.
    pub(super) fn shown(&mut self, line: &str) -> String {
        let joined = self.tag.take().filter(|_| !line.trim().is_empty()).map(|tag| format!("{tag} {line}"));
        let (mut shown, mut rest) = (String::new(), joined.as_deref().unwrap_or(line));
        while !rest.is_empty() {
            rest = match self.end {
                Some(end) => match rest.split_once(end) {
                    Some((_, behind)) => {
                        self.end = None;
                        behind
                    }
                    None => "",
                },
                None => self.step(rest, &mut shown),
            };
        }
        shown
    }

    /// Takes what begins there, and returns what follows.
    fn step<'r>(&mut self, rest: &'r str, shown: &mut String) -> &'r str {
        if let Some((begin, end)) = UNSEEN.iter().find(|(begin, _)| rest.starts_with(begin)) {
            self.end = Some(end);
            return &rest[begin.len()..];
        }
        let taken = if rest.starts_with('<') && tag_name(rest).is_some() {
            match tag_end(rest) {
                Some(end) => {
                    if self.tag(&rest[..end]) {
                        return &rest[end..];
                    }
                    end
                }
                // A tag that begins its line may end on another.
                None if shown.trim().is_empty() => {
                    self.tag = Some(rest.to_owned());
                    return "";
                }
                None => 1,
            }
        } else {
            code_end(rest).unwrap_or_else(|| rest.chars().next().map_or(0, char::len_utf8))
        };
        if self.element.is_none() {
            shown.push_str(&rest[..taken]);
        }
        &rest[taken..]
    }

    /// Follows a tag, and says whether it belongs to what is not shown.
    fn tag(&mut self, tag: &str) -> bool {
        let Some(name) = tag_name(tag) else { return false };
        let is_end = tag.starts_with("</");
        if let Some((_, depth)) = self.element.as_mut().filter(|(element, _)| *element == name) {
            *depth = if is_end { depth.saturating_sub(1) } else { *depth + 1 };
            self.element.take_if(|(_, depth)| *depth == 0);
            return true;
        }
        if self.element.is_none() && !is_end && !VOID.contains(&name.as_str()) && is_hidden(&name, tag) {
            self.element = Some((name, 1));
            return true;
        }
        false
    }
}

/// Returns the name of a tag in small letters.
fn tag_name(tag: &str) -> Option<String> {
    let bare = tag.strip_prefix("</").or_else(|| tag.strip_prefix('<'))?;
    let end = bare.find(|c: char| !(c.is_ascii_alphanumeric() || c == '-')).unwrap_or(bare.len());
    let is_name = bare.starts_with(|c: char| c.is_ascii_alphabetic());
    let is_tag =
        bare[end..].is_empty() || bare[end..].starts_with(['>', '/']) || bare[end..].starts_with(char::is_whitespace);
    (is_name && is_tag).then(|| bare[..end].to_ascii_lowercase())
}

/// Returns where a tag ends, behind its `>`; one between quotes ends nothing.
fn tag_end(tag: &str) -> Option<usize> {
    let mut quote = None;
    let end = tag.char_indices().find(|(_, c)| match quote {
        Some(open) => {
            quote = Some(open).filter(|open| open != c);
            false
        }
        None if matches!(c, '"' | '\'') => {
            quote = Some(*c);
            false
        }
        None => *c == '>',
    });
    end.map(|(at, _)| at + 1)
}

/// Says whether an element with this tag is not shown.
fn is_hidden(name: &str, tag: &str) -> bool {
    let attributes = attributes(&tag[1 + name.len()..]);
    let has = |wanted: &str| attributes.iter().any(|(name, _)| name == wanted);
    let is_styled_away = attributes.iter().filter(|(name, _)| name == "style").any(|(_, style)| {
        let style: String = style.to_ascii_lowercase().chars().filter(|c| !c.is_whitespace()).collect();
        style.contains("display:none") || style.contains("visibility:hidden")
    });
    has("hidden") || is_styled_away || (UNSEEN_ELEMENTS.contains(&name) && !(name == "dialog" && has("open")))
}

/// Returns the names in small letters, and the values, of what stands in a tag.
fn attributes(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '/' | '>' | '='));
        let end = rest.find(|c: char| c.is_whitespace() || matches!(c, '=' | '>' | '/')).unwrap_or(rest.len());
        if end == 0 {
            return found;
        }
        let name = rest[..end].to_ascii_lowercase();
        rest = rest[end..].trim_start();
        let mut value = "";
        if let Some(behind) = rest.strip_prefix('=').map(str::trim_start) {
            let quote = behind.chars().next().filter(|c| matches!(c, '"' | '\''));
            let inner = if quote.is_some() { &behind[1..] } else { behind };
            let is_end = |c: char| quote.map_or(c.is_whitespace() || c == '>', |quote| c == quote);
            let end = inner.find(is_end).unwrap_or(inner.len());
            value = &inner[..end];
            rest = inner[end..].strip_prefix(|c| Some(c) == quote).unwrap_or(&inner[end..]);
        }
        found.push((name, value.to_owned()));
    }
}

/// Returns where a text between backticks ends, that begins there.
fn code_end(text: &str) -> Option<usize> {
    let length = text.len() - text.trim_start_matches('`').len();
    if length == 0 {
        return None;
    }
    let mut at = length;
    while let Some(next) = text[at..].find('`') {
        let begin = at + next;
        let run = text[begin..].len() - text[begin..].trim_start_matches('`').len();
        if run == length {
            return Some(begin + run);
        }
        at = begin + run;
    }
    Some(length)
}
