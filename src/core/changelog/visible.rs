//! The lines of a changelog that its readers see: without comments, with code never taken for a heading, and with conditional text
//! marked.

use super::format::ChangelogFormat;
use super::html::HiddenMarkup;

/// What stands for a line of code: the sign of an object that is no letter.
pub(super) const CODE: &str = "\u{fffc}";

/// A visible line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct VisibleLine {
    /// Empty where nothing is visible; [`CODE`] for code, which is text but never a heading.
    pub(super) text: String,
    /// Whether the way the file is rendered decides if it is visible.
    pub(super) is_conditional: bool,
    /// It brings in another file.
    pub(super) is_include: bool,
}

impl VisibleLine {
    fn of(text: &str) -> Self {
        Self { text: text.to_owned(), ..Self::default() }
    }

    fn hidden() -> Self {
        Self::default()
    }

    fn code() -> Self {
        Self::of(CODE)
    }

    /// A line within a block of code; a blank one shows nothing.
    fn code_of(line: &str) -> Self {
        if line.trim().is_empty() { Self::hidden() } else { Self::code() }
    }

    fn include() -> Self {
        Self { is_include: true, ..Self::default() }
    }
}

/// Returns the lines of a text as they are seen.
pub(super) fn lines(text: &str, format: ChangelogFormat) -> Vec<VisibleLine> {
    let text: Vec<&str> = text.trim_start_matches('\u{feff}').lines().collect();
    match format {
        ChangelogFormat::Markdown | ChangelogFormat::Plain => markdown(&text),
        ChangelogFormat::AsciiDoc => asciidoc(&text),
        ChangelogFormat::ReStructured => restructured(&text),
        ChangelogFormat::Org => org(&text),
        ChangelogFormat::Debian => text.into_iter().map(VisibleLine::of).collect(),
    }
}

/// The elements of HTML in which nothing is a heading.
const LITERAL: [&str; 2] = ["pre", "textarea"];

fn markdown(text: &[&str]) -> Vec<VisibleLine> {
    let front = front_matter(text);
    let mut lines = vec![VisibleLine::hidden(); front];
    let mut fence: Option<String> = None;
    let mut hidden = HiddenMarkup::default();
    let mut note = 0;
    let mut literal: Option<&str> = None;
    let mut conditions = 0_usize;
    for (at, line) in text.iter().enumerate().skip(front) {
        let bare = line.trim_start();
        let indent = line.len() - bare.len();
        if let Some(sign) = &fence {
            if indent < 4 && bare.starts_with(sign.as_str()) && bare.trim_end().chars().all(|c| sign.starts_with(c)) {
                fence = None;
                lines.push(VisibleLine::hidden());
            } else {
                lines.push(VisibleLine::code_of(line));
            }
            continue;
        }
        note = note.max(at + note_lines(&text[at..]));
        if at < note {
            lines.push(VisibleLine::hidden());
            continue;
        }
        let shown = hidden.shown(line);
        let lower = shown.trim_start().to_ascii_lowercase();
        literal = literal.or_else(|| LITERAL.into_iter().find(|tag| begins(&lower, tag)));
        if let Some(tag) = literal {
            if lower.contains(&format!("</{tag}>")) {
                literal = None;
            }
            lines.push(VisibleLine::code());
        } else if let Some(sign) = fenced(&shown) {
            fence = Some(sign);
            lines.push(VisibleLine::hidden());
        } else if let Some(word) = template_tag(&lower) {
            let opens = ["if", "unless", "for", "comment", "case"].contains(&word);
            conditions =
                if opens { conditions + 1 } else { conditions - usize::from(word.starts_with("end")).min(conditions) };
            lines.push(VisibleLine::hidden());
        } else {
            lines.push(VisibleLine { is_conditional: conditions > 0, ..VisibleLine::of(&shown) });
        }
    }
    lines
}

/// Returns how many lines of names and values stand before the text, between lines of `---`.
fn front_matter(text: &[&str]) -> usize {
    let is_begun = text.first().is_some_and(|line| line.trim_end() == "---")
        && text
            .get(1)
            .is_some_and(|line| line.starts_with('#') || line.contains(": ") || line.trim_end().ends_with(':'));
    let end = text.iter().skip(1).position(|line| matches!(line.trim_end(), "---" | "..."));
    end.filter(|_| is_begun).map_or(0, |end| end + 2)
}

/// Returns the signs of a fence that begins there; one of backticks has none behind it on its line.
fn fenced(line: &str) -> Option<String> {
    let bare = line.trim_start();
    let sign = ["`", "~"].into_iter().find(|sign| bare.starts_with(&sign.repeat(3)))?;
    let rest = bare.trim_start_matches(sign);
    (line.len() - bare.len() < 4 && !(sign == "`" && rest.contains('`'))).then(|| sign.repeat(bare.len() - rest.len()))
}

/// `{% if … %}` of Liquid and Jinja.
fn template_tag(line: &str) -> Option<&str> {
    line.strip_prefix("{%")?.trim_start_matches(['-', ' ']).split([' ', '%', '-']).next()
}

/// Says whether a line in small letters begins with an element.
fn begins(line: &str, tag: &str) -> bool {
    let rest = line.strip_prefix('<').and_then(|rest| rest.strip_prefix(tag));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['>', ' ', '\t']))
}

/// How many lines a note may go on for: one that is never closed hides nothing beyond, and costs no more.
const LONGEST_NOTE: usize = 40;

/// Returns how many lines a note takes that is written as the title of a link, as `[//]: # (…)`, over several lines.
fn note_lines(text: &[&str]) -> usize {
    let Some(first) = text.first().map(|line| line.trim()).filter(|line| line.starts_with('[')) else { return 0 };
    let title =
        first.split_once("]: ").and_then(|(_, link)| link.trim_start().split_once(' ')).map(|(_, title)| title.trim());
    let Some(title) = title else { return 0 };
    let close = match title.chars().next() {
        Some('(') => ')',
        Some(quote @ ('"' | '\'')) => quote,
        Some(_) | None => return 0,
    };
    if title[1..].contains(close) {
        return 0;
    }
    let within = text[1..].iter().take(LONGEST_NOTE);
    within.map(|line| line.trim_end()).position(|line| line.ends_with(close)).map_or(0, |end| end + 2)
}

fn asciidoc(text: &[&str]) -> Vec<VisibleLine> {
    let mut block: Option<(&str, usize)> = None;
    let mut conditions = 0_usize;
    // A block that begins under one condition and ends under another may go on to the end.
    let mut is_torn = false;
    let mut is_comment = false;
    let mut lines: Vec<VisibleLine> = Vec::new();
    for (at, line) in text.iter().enumerate() {
        let bare = line.trim_end();
        let is_conditional = conditions > 0 || is_torn;
        if ["ifdef::", "ifndef::", "ifeval::"].iter().any(|sign| bare.starts_with(sign)) {
            // `ifdef::name[text]` is one line.
            let is_whole = !bare.ends_with("[]") && !bare.starts_with("ifeval::");
            conditions += usize::from(!is_whole);
            lines.push(VisibleLine { is_conditional: true, ..VisibleLine::code() });
            continue;
        }
        if bare.starts_with("endif::") {
            conditions = conditions.saturating_sub(1);
            lines.push(VisibleLine::hidden());
            continue;
        }
        is_comment = !bare.is_empty() && (is_comment || bare == "[comment]");
        let shown = if let Some((end, depth)) = block {
            if bare == end {
                is_torn |= depth != conditions;
                block = None;
            }
            if bare == end || end.starts_with(['/', '+']) { VisibleLine::hidden() } else { VisibleLine::code_of(line) }
        } else if is_delimiter(bare) && !is_underline(at.checked_sub(1).map(|above| text[above]), bare) {
            block = Some((bare, conditions));
            VisibleLine::hidden()
        } else if bare.starts_with("include::") {
            VisibleLine::include()
        } else if is_comment || is_attribute(bare) || (bare.starts_with("//") && !bare.starts_with("///")) {
            VisibleLine::hidden()
        } else {
            VisibleLine::of(line)
        };
        lines.push(VisibleLine { is_conditional, ..shown });
    }
    lines
}

/// Says whether a line begins or ends a block of AsciiDoc in which nothing is a section.
fn is_delimiter(line: &str) -> bool {
    let first = line.chars().next().unwrap_or(' ');
    let is_row = line.len() >= 4 && "/-.+=*_".contains(first) && line.chars().all(|c| c == first);
    is_row || line == "--" || line.starts_with("```") || line == "|==="
}

/// Says whether a row of signs is the line below a title: it is as long as the title, or one longer or shorter.
pub(super) fn is_underline(above: Option<&str>, line: &str) -> bool {
    let title = above
        .map(str::trim_end)
        .filter(|above| !above.is_empty() && !is_delimiter(above) && !above.starts_with(['.', '[']));
    title.is_some_and(|title| title.chars().count().abs_diff(line.len()) <= 1)
        && line.starts_with(['=', '-', '~', '^', '+'])
}

/// `:name: value` and `[name]` above a block.
fn is_attribute(line: &str) -> bool {
    let is_name = |name: &str| !name.is_empty() && !name.contains(' ');
    line.strip_prefix(':').and_then(|rest| rest.split_once(':')).is_some_and(|(name, _)| is_name(name))
        || (line.starts_with('[') && line.ends_with(']') && !line.contains("]("))
}

fn restructured(text: &[&str]) -> Vec<VisibleLine> {
    /// What the lines that are indented below a mark are.
    #[derive(Clone, Copy, PartialEq, Eq)]
    enum Below {
        Comment,
        Code,
        Condition,
        Text,
    }
    let mut below: Option<(usize, Below)> = None;
    let mut lines = Vec::new();
    for line in text {
        let bare = line.trim();
        let indent = line.len() - line.trim_start().len();
        if let Some((_, what)) = below.filter(|(outer, _)| bare.is_empty() || indent > *outer) {
            let is_option = bare.is_empty() || (what == Below::Text && bare.starts_with(':'));
            lines.push(match what {
                Below::Comment => VisibleLine::hidden(),
                Below::Condition | Below::Code | Below::Text if is_option => VisibleLine::hidden(),
                Below::Condition => VisibleLine { is_conditional: true, ..VisibleLine::code() },
                Below::Code | Below::Text => VisibleLine::code(),
            });
            continue;
        }
        below = None;
        let Some(mark) = bare.strip_prefix("..").filter(|rest| rest.is_empty() || rest.starts_with(' ')) else {
            if bare.ends_with("::") {
                below = Some((indent, Below::Code));
            }
            lines.push(VisibleLine::of(line));
            continue;
        };
        let directive = mark.trim().split_once("::").map(|(name, rest)| (name.trim(), rest.trim()));
        let directive = directive.filter(|(name, _)| !name.is_empty() && !name.contains(' '));
        let (what, shown) = match directive {
            Some(("include", _)) => (Below::Comment, VisibleLine::include()),
            Some(("only" | "ifconfig" | "raw" | "todo" | "todolist", _)) => (Below::Condition, VisibleLine::hidden()),
            Some(("contents" | "image" | "index" | "highlight" | "default-role" | "role" | "meta" | "toctree", _)) => {
                (Below::Comment, VisibleLine::hidden())
            }
            Some((_, "")) => (Below::Text, VisibleLine::hidden()),
            Some(_) => (Below::Text, VisibleLine::code()),
            None => (Below::Comment, VisibleLine::hidden()),
        };
        below = Some((indent, what));
        lines.push(shown);
    }
    lines
}

fn org(text: &[&str]) -> Vec<VisibleLine> {
    let mut block: Option<String> = None;
    let mut is_drawer = false;
    let mut hidden: Option<usize> = None;
    let mut lines = Vec::new();
    for line in text {
        let lower = line.trim().to_ascii_lowercase();
        if let Some(name) = &block {
            let is_comment = matches!(name.as_str(), "comment" | "export");
            if lower == format!("#+end_{name}") {
                block = None;
            }
            lines.push(if is_comment { VisibleLine::hidden() } else { VisibleLine::code() });
            continue;
        }
        block = lower.strip_prefix("#+begin_").map(|rest| rest.split(' ').next().unwrap_or_default().to_owned());
        let stars = line.len() - line.trim_start_matches('*').len();
        if stars > 0 && line[stars..].starts_with(' ') {
            hidden = hidden.filter(|level| stars > *level);
            let is_left_out = line[stars..].trim_start().starts_with("COMMENT")
                || [":noexport:", ":archive:"].iter().any(|tag| lower.contains(tag));
            hidden = hidden.or_else(|| is_left_out.then_some(stars));
        }
        is_drawer = (is_drawer || lower == ":properties:" || lower == ":logbook:") && hidden.is_none();
        let is_comment = lower == "#" || lower.starts_with("# ") || lower.starts_with("#+");
        lines.push(if lower.starts_with("#+include") {
            VisibleLine::include()
        } else if is_drawer || is_comment || hidden.is_some() {
            VisibleLine::hidden()
        } else {
            VisibleLine::of(line)
        });
        is_drawer &= lower != ":end:";
    }
    lines
}
