//! Where the section of a release belongs in a changelog of Markdown, what its heading looks like there, and the file with it.

use super::format::ChangelogFormat;
use super::headings::{self, Heading};
use super::names;
use super::section::ChangelogSection;
use super::visible;
use jiff::civil::Date;
use std::ops::Range;

/// What stands for the day in a heading.
pub const DAY: &str = "YYYY-MM-DD";

/// Where a section belongs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangelogPlace {
    /// Its heading as the others of the file are, with [`DAY`] where they have a date.
    pub heading: String,
    /// The level of the heading.
    pub level: usize,
    /// What is written under `Unreleased`, which becomes the section's.
    pub unreleased: String,
    /// The line that the section will begin in, counted from 1.
    pub line: usize,
    /// The lines that make room, counted from 0; nothing is in them but what stood under `Unreleased`.
    pub lines: Range<usize>,
}

/// Finds the place of a section that is not there yet.
///
/// # Errors
/// Says why it is none: the section is there, or nobody can tell where it belongs.
pub fn place(text: &str, file: &str, (version, tag): (&str, &str)) -> Result<ChangelogPlace, String> {
    let format = ChangelogFormat::of(file);
    if format != ChangelogFormat::Markdown {
        return Err("only a changelog of Markdown (`.md`) is written".to_owned());
    }
    if let Some(line) = there(super::section(text, format, (version, tag), Date::MAX)?) {
        return Err(format!("line {line} has a section for {version} already"));
    }
    let ends = text.matches('\n').count();
    if ![0, ends].contains(&text.matches("\r\n").count()) {
        return Err("its lines end in different ways, and writing one would change others".to_owned());
    }
    let visible = visible::lines(text, format);
    if let Some(at) = visible.iter().position(|line| line.is_include || line.is_conditional) {
        return Err(format!("line {} brings in another file, or stands under a condition", at + 1));
    }
    let headings = headings::of(&visible, format);
    let mut waiting = headings.iter().filter(|heading| is_unreleased(&heading.text));
    let (unreleased, second) = (waiting.next(), waiting.next());
    if let (Some(first), Some(second)) = (unreleased, second) {
        return Err(format!("lines {} and {} are both headings of what is unreleased", first.line, second.line));
    }
    let lines: Vec<&str> = text.lines().collect();
    let newest = headings.iter().find(|heading| is_version(&heading.text));
    for heading in unreleased.iter().chain(&newest) {
        if !lines
            .get(heading.line - 1)
            .is_some_and(|line| line.trim_start_matches('\u{feff}').trim_start().starts_with('#'))
        {
            return Err(format!("line {}: only headings that begin with `#` can be followed", heading.line));
        }
    }
    let level = newest.or(unreleased).map_or(2, |heading| heading.level);
    let heading = format!("{} {}", "#".repeat(level), form(newest, unreleased, version));
    let (range, unreleased) = match (unreleased, newest) {
        (Some(waiting), _) => under(&headings, waiting, &lines),
        (None, Some(newest)) => (newest.line - 1..newest.line - 1, String::new()),
        (None, None) => (end(&lines)..end(&lines), String::new()),
    };
    if unreleased.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\t')) {
        return Err(format!("what stands under Unreleased, from line {}, has control characters", range.start + 1));
    }
    let is_apart =
        range.start.checked_sub(1).and_then(|before| lines.get(before)).is_none_or(|line| line.trim().is_empty());
    let line = range.start + if is_apart { 1 } else { 2 };
    Ok(ChangelogPlace { heading, level, unreleased, line, lines: range })
}

/// Returns the file with a section in its place.
///
/// # Errors
/// Says why it cannot be: there is no place, or the section would not be read as that of the version, or hide another.
pub fn with_section(text: &str, file: &str, names: (&str, &str), section: &str) -> Result<String, String> {
    let place = place(text, file, names)?;
    let lines: Vec<&str> = text.lines().collect();
    let is_blank = |line: Option<&&str>| line.is_none_or(|line| line.trim().is_empty());
    let (before, after) = (&lines[..place.lines.start], &lines[place.lines.end..]);
    let mut new: Vec<&str> = before.to_vec();
    new.extend(Some("").filter(|_| !is_blank(new.last())));
    new.extend(section.trim().lines().map(str::trim_end));
    new.extend(Some("").filter(|_| !after.is_empty() && !is_blank(after.first())));
    new.extend(after);
    let ends = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let new: String = new.iter().flat_map(|line| [line, ends]).collect();
    let found = super::section(&new, ChangelogFormat::Markdown, names, Date::MAX)?;
    if found != (ChangelogSection::Written { line: place.line }) {
        return Err(format!("the section of {} has no text, or another heading", names.0));
    }
    let kept = |text: &str, lines: Range<usize>| -> Vec<(usize, String)> {
        let all = headings::of(&visible::lines(text, ChangelogFormat::Markdown), ChangelogFormat::Markdown);
        let others = all.into_iter().filter(|heading| !lines.contains(&(heading.line - 1)));
        others.map(|heading| (heading.level, heading.text)).collect()
    };
    let own = place.line - 1..new.lines().count() - after.len();
    let is_section_alone = super::section(section, ChangelogFormat::Markdown, names, Date::MAX).is_ok();
    if kept(text, place.lines.clone()) != kept(&new, own) || !is_section_alone {
        return Err("what was written would hide or change another section".to_owned());
    }
    Ok(new)
}

fn there(found: ChangelogSection) -> Option<usize> {
    match found {
        ChangelogSection::Missing | ChangelogSection::Mentioned { .. } => None,
        ChangelogSection::Written { line }
        | ChangelogSection::Unreleased { line, .. }
        | ChangelogSection::Empty { line }
        | ChangelogSection::Several { lines: (line, _) } => Some(line),
    }
}

fn is_unreleased(heading: &str) -> bool {
    // `[Unreleased] - ReleaseDate`, `Unreleased (TBD)`, `Unreleased changes`
    let mut words = heading.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.next().is_some_and(|word| word.eq_ignore_ascii_case("unreleased"))
}

fn is_version(heading: &str) -> bool {
    let bare = heading.trim_start_matches(['[', 'v', 'V']);
    bare.starts_with(|c: char| c.is_ascii_digit()) && names::first_version(heading).is_some()
}

/// Returns the words of the heading, in the form of the newest one.
fn form(newest: Option<&Heading>, unreleased: Option<&Heading>, version: &str) -> String {
    let Some(newest) = newest else {
        let is_in_brackets = unreleased.is_some_and(|heading| heading.text.starts_with('['));
        return if is_in_brackets { format!("[{version}] - {DAY}") } else { format!("{version} - {DAY}") };
    };
    let text = newest.text.as_str();
    let is_link = text.contains("](");
    let name = text.trim_start_matches('[');
    let sign = if name.starts_with('v') { "v" } else { "" };
    let name =
        if text.starts_with('[') && !is_link { format!("[{sign}{version}]") } else { format!("{sign}{version}") };
    let day = text.char_indices().find(|(at, _)| text.get(*at..*at + 10).is_some_and(is_day));
    let Some((at, _)) = day else { return name };
    let between = &text[..at];
    if between.ends_with('(') {
        format!("{name} ({DAY})")
    } else {
        let sign = between.trim_end().chars().next_back().filter(|sign| matches!(sign, '-' | '–' | '—' | '/'));
        sign.map_or_else(|| format!("{name} {DAY}"), |sign| format!("{name} {sign} {DAY}"))
    }
}

fn is_day(word: &str) -> bool {
    word.len() == 10 && word.parse::<Date>().is_ok()
}

/// Returns the lines under a heading, and what is written there.
fn under(headings: &[Heading], heading: &Heading, lines: &[&str]) -> (Range<usize>, String) {
    let inside = headings.iter().filter(|other| other.line > heading.line);
    let next = inside.clone().find(|other| other.level <= heading.level);
    let until = next.map_or_else(|| end(lines).max(heading.line), |next| next.line - 1);
    let says = heading.has_text || inside.take_while(|other| Some(*other) != next).any(|other| other.has_text);
    // Headings without a text, and comments, wait there for the next entries.
    if says {
        (heading.line..until, lines[heading.line..until].join("\n").trim().to_owned())
    } else {
        (until..until, String::new())
    }
}

/// Returns where the text ends, before the links that stand at the end of a file.
fn end(lines: &[&str]) -> usize {
    let is_link = |line: &str| line.starts_with('[') && line.contains("]: ");
    lines.iter().rposition(|line| !line.trim().is_empty() && !is_link(line)).map_or(0, |at| at + 1)
}
