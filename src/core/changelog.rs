//! The section of a version in a changelog: which heading is it, and does it have a text.
//!
//! Headings of Markdown (`##`, underlined, a bold line), reStructuredText, AsciiDoc, Org and Debian are read, each by its own rules. What
//! stands in a comment or in a code block is no heading, and neither is a sentence that only mentions the version.

mod debian;
mod draft;
mod format;
mod headings;
mod html;
mod names;
mod outline;
mod place;
mod releases;
mod section;
mod status;
mod visible;

use crate::notation::unmerged;
pub use draft::{CommitWords, draft};
pub use format::ChangelogFormat;
use headings::Heading;
use jiff::civil::Date;
use names::HeadingName;
use outline::Outline;
pub use place::{ChangelogPlace, DAY, place, with_section};
pub use releases::{is_later, last_release};
pub use section::ChangelogSection;

/// Finds the section of a version; `tag` is what the release is tagged as, which a heading may say instead. One that is dated
/// beyond tomorrow is not out.
///
/// # Errors
/// Says what only a tool that shows the file can tell: whether a condition holds, what an included file has, where a line ends.
pub fn section(
    text: &str,
    format: ChangelogFormat,
    (version, tag): (&str, &str),
    today: Date,
) -> Result<ChangelogSection, String> {
    if text.contains('\r') && !text.contains('\n') {
        return Err("its lines end in carriage returns alone, which is one line to every other reader".to_owned());
    }
    if let Some(line) = unmerged(text) {
        return Err(format!("line {line}: it holds an unresolved merge conflict"));
    }
    if format == ChangelogFormat::Debian {
        return debian::section(text, (version, tag), today);
    }
    let lines = visible::lines(text, format);
    let headings = headings::of(&lines, format);
    let mut sections: Vec<(usize, Option<String>)> = Vec::new();
    let mut other = None;
    let mut outline = Outline::of(&headings);
    for (at, heading) in headings.iter().enumerate() {
        outline.enter(heading.level);
        match names::of(&heading.text, version, tag) {
            HeadingName::Nothing => {}
            HeadingName::Mentioned => other = other.or(Some(ChangelogSection::Mentioned { line: heading.line })),
            HeadingName::Section if outline.is_foreign(heading) || outline.is_under_another(version, tag) => {
                other = other.or(Some(ChangelogSection::Mentioned { line: heading.line }));
            }
            HeadingName::Section if heading.is_conditional => {
                return Err(format!("line {}: the section for {version} stands under a condition", heading.line));
            }
            HeadingName::Section => {
                let word = names::unreleased(&heading.text)
                    .or_else(|| names::still_to_come(&heading.text, today))
                    .or_else(|| outline.not_out())
                    .or_else(|| status::status(first_line(&headings, at)?, today));
                sections.push((at, word));
            }
        }
        // Which of two it is nobody can tell, and a third makes it no clearer.
        if sections.len() > 1 {
            break;
        }
        outline.leave(heading);
    }
    match sections.as_slice() {
        [] => match lines.iter().position(|line| line.is_include) {
            Some(at) => Err(format!("line {} brings in another file, which may have a section for {version}", at + 1)),
            None => Ok(other.unwrap_or(ChangelogSection::Missing)),
        },
        [(at, Some(word))] => Ok(ChangelogSection::Unreleased { line: headings[*at].line, word: word.clone() }),
        [(at, None)] => match names::impossible_date(&headings[*at].text) {
            Some(date) => Err(format!("line {}: {date} is no day of the calendar", headings[*at].line)),
            None => written(&headings, *at),
        },
        [(first, _), (second, _), ..] => {
            Ok(ChangelogSection::Several { lines: (headings[*first].line, headings[*second].line) })
        }
    }
}

/// Returns the first line of a section; a bold one alone looks like a heading of its own.
fn first_line(headings: &[Heading], at: usize) -> Option<&str> {
    let bold = || headings.get(at + 1).filter(|next| next.level == headings::BOLD).map(|next| next.text.as_str());
    headings[at].first.as_deref().or_else(bold)
}

/// The groups of a section, as Keep a Changelog and Conventional Commits name them. Some tools write them at the level of the
/// version itself.
const GROUPS: &[&str] = &[
    "added",
    "breaking changes",
    "bug fixes",
    "build system",
    "changed",
    "chores",
    "code refactoring",
    "dependencies",
    "deprecated",
    "documentation",
    "features",
    "fixed",
    "miscellaneous chores",
    "performance improvements",
    "removed",
    "reverts",
    "security",
    "tests",
];

fn is_group(heading: &Heading, level: usize) -> bool {
    let letters = |c: char| !c.is_alphanumeric();
    let words = heading.text.trim_matches(letters).to_lowercase();
    heading.level == level && GROUPS.contains(&words.as_str())
}

fn written(headings: &[Heading], at: usize) -> Result<ChangelogSection, String> {
    let heading = &headings[at];
    let ends = |next: &Heading| next.level <= heading.level && !is_group(next, heading.level);
    let end = headings[at + 1..].iter().position(ends).map_or(headings.len(), |n| at + 1 + n);
    let parts = &headings[at..end];
    if parts.iter().any(|part| part.has_text && !part.is_conditional) {
        Ok(ChangelogSection::Written { line: heading.line })
    } else if parts.iter().any(|part| part.is_doubtful || part.is_conditional) {
        Err(format!("line {}: what stands there is in another file or under a condition", heading.line))
    } else {
        Ok(ChangelogSection::Empty { line: heading.line })
    }
}
