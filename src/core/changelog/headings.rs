//! The headings of a text, by the rules of its format.

use super::format::ChangelogFormat;
use super::visible::{self, CODE, VisibleLine};

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
    /// The first line of it.
    pub(super) first: Option<String>,
    /// Whether the heading is seen depends on how the file is shown.
    pub(super) is_conditional: bool,
    /// Whether something may stand there that only a tool knows: the text of a condition, or another file.
    pub(super) is_doubtful: bool,
}

/// The level of a bold line, below every real heading.
pub(super) const BOLD: usize = 7;

/// How many lines of a title are read above its last one.
const LONGEST_TITLE: usize = 8;

/// Returns the headings of a text in their order.
pub(super) fn of(lines: &[VisibleLine], format: ChangelogFormat) -> Vec<Heading> {
    let mut headings: Vec<Heading> = Vec::new();
    // In reStructuredText the order in which the signs come tells the levels.
    let mut underlines: Vec<(char, bool)> = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let line = lines[at].text.as_str();
        let heading = |level: usize, text: String| Heading {
            line: at + 1,
            level,
            text,
            has_text: false,
            first: None,
            is_conditional: lines[at].is_conditional,
            is_doubtful: false,
        };
        if let Some(sign) = underlined(lines, at, format) {
            let has_overline = at > 0 && underline(&lines[at - 1].text) == Some(sign);
            let level = level(sign, has_overline, &mut underlines);
            let title = title(lines, at, format);
            headings.push(heading(level, title));
            at += 2;
            continue;
        }
        match marked(line, format).or_else(|| plain(lines, at).filter(|_| format != ChangelogFormat::Org)) {
            Some((level, text)) => headings.push(heading(level, text)),
            None => {
                let is_overline = underline(line).is_some();
                if let Some(heading) = headings.last_mut().filter(|_| !is_overline) {
                    let says = says_something(line);
                    heading.is_doubtful |= lines[at].is_include || (says && lines[at].is_conditional);
                    heading.has_text |= says && !lines[at].is_conditional;
                    if says && heading.first.is_none() {
                        heading.first = Some(line.to_owned());
                    }
                }
            }
        }
        at += 1;
    }
    headings
}

/// `2.0.0 (2026-01-01)` alone on its line, with what belongs to it indented or as a list below: a plain text has no signs.
fn plain(lines: &[VisibleLine], at: usize) -> Option<(usize, String)> {
    let line = lines[at].text.trim_end();
    let is_first = at == 0 || lines[at - 1].text.trim().is_empty();
    let (version, rest) = line.split_once([' ', '\t']).unwrap_or((line, ""));
    let number = version.trim_start_matches('v');
    let is_version = number.starts_with(|c: char| c.is_ascii_digit()) && number.contains('.');
    let date = rest.trim_matches([' ', '\t', '(', ')', '[', ']', '-', '–', '—', '/']);
    let is_date = date.len() == 10 && date.parse::<jiff::civil::Date>().is_ok();
    if !(is_first && is_version && (rest.trim().is_empty() || is_date)) {
        return None;
    }
    let below = lines[at + 1..].iter().map(|line| &line.text).find(|line| !line.trim().is_empty())?;
    let is_list = below.starts_with([' ', '\t', '-', '*', '+', '•']);
    is_list.then(|| (BOLD, line.to_owned()))
}

/// `## text` of Markdown, indented by at most three spaces, `== text` of AsciiDoc, `** text` of Org; `**text**` alone on its line.
fn marked(line: &str, format: ChangelogFormat) -> Option<(usize, String)> {
    let (signs, most): (&[char], usize) = match format {
        ChangelogFormat::Markdown => (&['#'], 3),
        ChangelogFormat::AsciiDoc => (&['=', '#'], 0),
        ChangelogFormat::ReStructured => (&[], 0),
        ChangelogFormat::Org => (&['*'], 0),
        // Its entries are read by themselves.
        ChangelogFormat::Debian => (&[], 0),
        ChangelogFormat::Plain => (&['#', '='], 3),
    };
    let bare = line.trim_start_matches(' ');
    if line.len() - bare.len() > most {
        return None;
    }
    for sign in signs.iter().copied() {
        let level = bare.len() - bare.trim_start_matches(sign).len();
        let rest = &bare[level..];
        if (1..=6).contains(&level) && rest.starts_with([' ', '\t']) {
            return Some((level, rest.trim().trim_end_matches(sign).trim_end().to_owned()));
        }
    }
    if format == ChangelogFormat::Org {
        return None;
    }
    if let Some(heading) = html(bare).filter(|_| matches!(format, ChangelogFormat::Markdown | ChangelogFormat::Plain)) {
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
fn underlined(lines: &[VisibleLine], at: usize, format: ChangelogFormat) -> Option<char> {
    let (line, below) = (lines[at].text.as_str(), lines.get(at + 1)?.text.as_str());
    let sign = underline(below)?;
    let is_known = match format {
        ChangelogFormat::Markdown => matches!(sign, '=' | '-'),
        ChangelogFormat::AsciiDoc => visible::is_underline(Some(line), below.trim_end()),
        // A title of reStructuredText is indented only between two lines.
        // One of less than four signs is a line below a title only where it is as long as the title.
        ChangelogFormat::ReStructured if below.trim_end().len() < 4 && line.trim().chars().count() > 3 => false,
        ChangelogFormat::ReStructured => {
            !line.starts_with([' ', '\t']) || (at > 0 && underline(&lines[at - 1].text) == Some(sign))
        }
        ChangelogFormat::Org | ChangelogFormat::Debian => false,
        ChangelogFormat::Plain => true,
    };
    let is_text = !line.trim().is_empty()
        && !line.starts_with("    ")
        && underline(line).is_none()
        && marked(line, format).is_none();
    let is_item = line.trim_start().starts_with(['-', '*', '+', '>', '|']) || line.trim() == CODE;
    (is_known && is_text && !is_item).then_some(sign)
}

/// Returns the title that ends in a line: in Markdown all lines of its paragraph.
fn title(lines: &[VisibleLine], at: usize, format: ChangelogFormat) -> String {
    let is_of_paragraph = |line: &&VisibleLine| {
        let text = line.text.as_str();
        let is_item = text.trim_start().starts_with(['-', '*', '+', '>', '|']) || text.trim() == CODE;
        !text.trim().is_empty() && !is_item && underline(text).is_none() && marked(text, format).is_none()
    };
    let most = if format == ChangelogFormat::Markdown { LONGEST_TITLE } else { 0 };
    let above = lines[..at].iter().rev().take(most).take_while(is_of_paragraph).count();
    lines[at - above..=at].iter().map(|line| line.text.trim()).collect::<Vec<_>>().join(" ")
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

/// Returns a line without HTML's tags and named characters, which show nothing of their own; a link's place stays.
fn shown(line: &str) -> String {
    let mut shown = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find(['<', '&']) {
        let (before, from) = rest.split_at(at);
        shown.push_str(before);
        let end = if from.starts_with('<') { '>' } else { ';' };
        // One that begins before it ends is none, so nothing is read twice.
        let begin = if from.starts_with('<') { '<' } else { '&' };
        let inside = from[1..].split([begin, end]).next().unwrap_or_default();
        let is_tag = end == '>'
            && inside.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/')
            && !inside.starts_with("a ");
        let is_name = end == ';' && !inside.is_empty() && inside.chars().all(|c| c.is_ascii_alphanumeric() || c == '#');
        let has_end = from[1 + inside.len()..].starts_with(end);
        let is_address = inside.contains("://") || inside.contains('@');
        rest = if has_end && (is_tag && !is_address || is_name) {
            &from[inside.len() + 2..]
        } else {
            shown.push_str(&from[..1]);
            &from[1..]
        };
    }
    shown.push_str(rest);
    shown
}

/// Says whether a line is a text that somebody wrote about a version.
pub(super) fn says_something(line: &str) -> bool {
    let shown = without_targets(&shown(line));
    if shown.trim() == CODE {
        return true;
    }
    let bare = shown
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
            | "nothing changed"
            | "nothing changed yet"
            | "describe changes here"
            | "describe your changes here"
            | "add changes here"
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
    // `[ ]` is a task that nobody has done, and `TODO: write` another.
    let label = word.split_once(':').map(|(label, _)| label.split('(').next().unwrap_or_default().trim());
    let is_open = matches!(label, Some("todo" | "tbd" | "tba" | "wip" | "fixme" | "xxx"));
    let is_open_task = is_open || bare.starts_with("[ ]") || word.starts_with("lorem ipsum");
    bare.chars().any(char::is_alphanumeric) && !is_link && !is_anchor && !is_placeholder && !is_open_task
}

/// Leaves out where links and images lead: `![](a.png)` shows no text.
fn without_targets(line: &str) -> String {
    let (mut plain, mut rest) = (String::new(), line);
    while let Some((before, behind)) = rest.split_once("](") {
        plain.extend([before, "]"]);
        rest = behind.split_once(')').map_or("", |(_, rest)| rest);
    }
    plain + rest
}
