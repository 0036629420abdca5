//! The changelog of a Debian package: entries with the version in brackets, and a line with name and date at their end.

use super::headings::says_something;
use super::section::ChangelogSection;
use crate::debian::DebianEntry;
use crate::version_text::{WrittenAs, compare};
use jiff::civil::Date;
use jiff::fmt::rfc2822::DateTimeParser;

/// Finds the newest entry of a version; several may differ in the revision of the package alone.
///
/// # Errors
/// When a line stands there that no entry has, or the entry has no end.
pub(super) fn section(text: &str, (version, tag): (&str, &str), today: Date) -> Result<ChangelogSection, String> {
    let mut lines = text.trim_start_matches('\u{feff}').lines().zip(1..);
    let is_wanted = |entry: &DebianEntry<'_>| compare(entry.upstream(), version, Some(tag)) == WrittenAs::Same;
    let (line, entry) = loop {
        let Some((text, line)) = lines.next() else { return Ok(ChangelogSection::Missing) };
        match DebianEntry::of(text) {
            Some(entry) if is_wanted(&entry) => break (line, entry),
            Some(_) => {}
            None if text.trim().is_empty() || text.starts_with("  ") || text.starts_with(" -- ") => {}
            None => return Err(format!("line {line}: no line of a Debian changelog begins so")),
        }
    };
    if entry.is_unreleased() {
        return Ok(ChangelogSection::Unreleased { line, word: entry.distributions.to_owned() });
    }
    let mut has_text = false;
    for (text, at) in lines {
        if let Some(end) = text.strip_prefix(" -- ") {
            let day = end.split_once(">  ").and_then(|(_, day)| day_of(day));
            let day = day.ok_or_else(|| format!("line {at}: it does not end with a name, an address and a date"))?;
            let tomorrow = today.tomorrow().unwrap_or(today);
            return Ok(match has_text {
                _ if day > tomorrow => {
                    ChangelogSection::Unreleased { line, word: format!("of {day}, which is still to come") }
                }
                true => ChangelogSection::Written { line },
                false => ChangelogSection::Empty { line },
            });
        }
        if !text.trim().is_empty() && !text.starts_with("  ") {
            return Err(format!("line {at}: no line of a Debian changelog begins so"));
        }
        has_text |= says_something(text);
    }
    Err(format!("line {line}: the entry does not end with ` -- `, a name and a date"))
}

fn day_of(text: &str) -> Option<Date> {
    DateTimeParser::new().relaxed_weekday(true).parse_zoned(text.trim()).ok().map(|moment| moment.date())
}
