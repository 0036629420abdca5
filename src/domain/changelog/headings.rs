//! The headings of a text, with comments and code left out.

/// A heading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Heading {
    /// Counted from 1.
    pub(super) line: usize,
    /// 1 is the highest.
    pub(super) level: usize,
    pub(super) text: String,
    /// Whether anything that says something stands between it and the next heading.
    pub(super) has_text: bool,
}

/// The level of a bold line, below every real heading.
const BOLD: usize = 7;

/// Returns the headings of a text in their order.
pub(super) fn of(text: &str) -> Vec<Heading> {
    let lines = visible(text);
    let mut headings: Vec<Heading> = Vec::new();
    // In reStructuredText the order in which the signs come tells the levels.
    let mut underlines: Vec<(char, bool)> = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let line = lines[at].as_str();
        if let Some(sign) = underlined(&lines, at) {
            let has_overline = at > 0 && underline(&lines[at - 1]) == Some(sign);
            let level = level(sign, has_overline, &mut underlines);
            headings.push(Heading { line: at + 1, level, text: line.trim().to_owned(), has_text: false });
            at += 2;
            continue;
        }
        match marked(line).or_else(|| plain(&lines, at)) {
            Some((level, text)) => headings.push(Heading { line: at + 1, level, text, has_text: false }),
            None => {
                let is_overline = underline(line).is_some();
                if let Some(heading) = headings.last_mut().filter(|_| !is_overline) {
                    heading.has_text |= says_something(line);
                }
            }
        }
        at += 1;
    }
    headings
}

/// Returns the lines of a text; what stands in a comment or in code is `…`, which is a text and no heading.
fn visible(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut fence: Option<String> = None;
    let mut is_comment = false;
    let mut literal: Option<&str> = None;
    for line in text.trim_start_matches('\u{feff}').lines() {
        let bare = line.trim_start();
        if let Some(sign) = &fence {
            let closes = bare.starts_with(sign.as_str()) && bare.trim_end().chars().all(|c| sign.starts_with(c));
            if closes {
                fence = None;
            }
            lines.push("…".to_owned());
            continue;
        }
        let (shown, still) = uncommented(line, is_comment);
        is_comment = still;
        let lower = shown.trim_start().to_ascii_lowercase();
        literal = literal.or_else(|| LITERAL.into_iter().find(|tag| begins(&lower, tag)));
        if let Some(tag) = literal {
            if lower.contains(&format!("</{tag}>")) {
                literal = None;
            }
            lines.push("…".to_owned());
            continue;
        }
        let opened = ["```", "~~~"].into_iter().find(|sign| shown.trim_start().starts_with(sign));
        if let Some(sign) = opened {
            let bare = shown.trim_start();
            let length = bare.len() - bare.trim_start_matches(&sign[..1]).len();
            fence = Some(sign[..1].repeat(length));
            lines.push("…".to_owned());
            continue;
        }
        lines.push(shown);
    }
    lines
}

/// The elements of HTML in which nothing is a heading.
const LITERAL: [&str; 5] = ["pre", "script", "style", "textarea", "template"];

/// Says whether a line in small letters begins with an element.
fn begins(line: &str, tag: &str) -> bool {
    let rest = line.strip_prefix('<').and_then(|rest| rest.strip_prefix(tag));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['>', ' ', '\t']))
}

/// `2.0.0 (2026-01-01)` alone on its line, with what belongs to it indented or as a list below: a plain text has no signs.
fn plain(lines: &[String], at: usize) -> Option<(usize, String)> {
    let line = lines[at].trim_end();
    let is_first = at == 0 || lines[at - 1].trim().is_empty();
    let (version, rest) = line.split_once([' ', '\t']).unwrap_or((line, ""));
    let number = version.trim_start_matches('v');
    let is_version = number.starts_with(|c: char| c.is_ascii_digit()) && number.contains('.');
    let date = rest.trim_matches([' ', '\t', '(', ')', '[', ']', '-', '–', '—', '/']);
    let is_date = date.len() == 10 && date.parse::<jiff::civil::Date>().is_ok();
    let below = lines[at + 1..].iter().find(|line| !line.trim().is_empty())?;
    let is_list = below.starts_with([' ', '\t', '-', '*', '+', '•']);
    (is_first && is_version && (rest.trim().is_empty() || is_date) && is_list).then(|| (BOLD, line.to_owned()))
}

/// Leaves out what stands between `<!--` and `-->`.
fn uncommented(line: &str, was_comment: bool) -> (String, bool) {
    let (mut shown, mut rest, mut is_comment) = (String::new(), line, was_comment);
    loop {
        let sign = if is_comment { "-->" } else { "<!--" };
        let Some(at) = rest.find(sign) else {
            if !is_comment {
                shown.push_str(rest);
            }
            return (shown, is_comment);
        };
        if !is_comment {
            shown.push_str(&rest[..at]);
        }
        rest = &rest[at + sign.len()..];
        is_comment = !is_comment;
    }
}

/// `## text` and `== text`, indented by at most three spaces; `**text**` alone on its line.
fn marked(line: &str) -> Option<(usize, String)> {
    let bare = line.trim_start_matches(' ');
    if line.len() - bare.len() > 3 {
        return None;
    }
    for sign in ['#', '='] {
        let level = bare.len() - bare.trim_start_matches(sign).len();
        let rest = &bare[level..];
        if (1..=6).contains(&level) && rest.starts_with([' ', '\t']) {
            return Some((level, rest.trim().trim_end_matches(sign).trim_end().to_owned()));
        }
    }
    if let Some(heading) = html(bare) {
        return Some(heading);
    }
    let bold = bare.trim_end().strip_prefix("**")?;
    // `**1.2.0** (2026-01-01)`
    let (inner, rest) = bold.split_once("**")?;
    let is_alone = rest.is_empty() || rest.trim_start().starts_with(['(', '-', '–', '—', '/']);
    let looks_like_one =
        inner.trim_start_matches(['v', '[']).starts_with(|c: char| c.is_ascii_digit()) || rest.is_empty();
    (is_alone && looks_like_one).then(|| (BOLD, format!("{inner}{rest}")))
}

/// `<h2>text</h2>` on one line.
fn html(line: &str) -> Option<(usize, String)> {
    let rest = line.strip_prefix("<h").or_else(|| line.strip_prefix("<H"))?;
    let level = rest.chars().next()?.to_digit(10).filter(|level| (1..=6).contains(level))?;
    let (_, inner) = rest.split_once('>')?;
    let (mut text, mut is_tag) = (String::new(), false);
    for c in inner.chars() {
        match c {
            '<' => is_tag = true,
            '>' => is_tag = false,
            c if !is_tag => text.push(c),
            _ => {}
        }
    }
    Some((level as usize, text.trim().to_owned()))
}

/// Returns the sign of the line below, where it makes this line a heading.
fn underlined(lines: &[String], at: usize) -> Option<char> {
    let (line, below) = (&lines[at], lines.get(at + 1)?);
    let is_text =
        !line.trim().is_empty() && !line.starts_with("    ") && underline(line).is_none() && marked(line).is_none();
    let is_item = line.trim_start().starts_with(['-', '*', '+', '>', '|']) || line.trim() == "…";
    underline(below).filter(|_| is_text && !is_item)
}

/// Returns the sign of a line that is nothing else.
fn underline(line: &str) -> Option<char> {
    let bare = line.trim_end();
    let sign = bare.chars().next()?;
    let is_line = matches!(sign, '=' | '-' | '~' | '^' | '"' | '*' | '+' | '#') && bare.chars().all(|c| c == sign);
    (is_line && bare.len() >= 3).then_some(sign)
}

fn level(sign: char, has_overline: bool, known: &mut Vec<(char, bool)>) -> usize {
    let style = (sign, has_overline);
    let at = known.iter().position(|there| *there == style).unwrap_or_else(|| {
        known.push(style);
        known.len() - 1
    });
    at + 1
}

/// Says whether a line is a text that somebody wrote about a version.
fn says_something(line: &str) -> bool {
    let bare = line
        .trim()
        .trim_start_matches(['-', '*', '+', '>', ' ', '_', '•'])
        .trim_end_matches(['_', '*', '.', ' ', ':', '!']);
    let is_link = bare.starts_with('[') && bare.contains("]: ");
    let is_anchor = bare.starts_with("<a ") || bare.starts_with(".. ");
    let word = bare.trim_matches(['(', ')', '[', ']', '<', '>']).to_lowercase();
    let is_placeholder = matches!(
        word.as_str(),
        "todo"
            | "tbd"
            | "tba"
            | "wip"
            | "fixme"
            | "xxx"
            | "n/a"
            | "none"
            | "nothing"
            | "nothing yet"
            | "no changes"
            | "no changes yet"
            | "none yet"
            | "to be written"
            | "to be done"
            | "coming soon"
            | "placeholder"
            | "to come"
            | "description"
    );
    bare.chars().any(char::is_alphanumeric) && !is_link && !is_anchor && !is_placeholder || bare == "…"
}
