//! Whether a heading is that of a version, or only mentions it.

use jiff::civil::Date;

/// What a heading is to a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum HeadingName {
    /// It does not have it.
    Nothing,
    /// It has it, and is about something else.
    Mentioned,
    /// It is the heading of the version's section.
    Section,
}

/// Words before a version that make a heading say something else about it.
const PROSE: &[&str] = &[
    "in",
    "since",
    "from",
    "on",
    "to",
    "until",
    "till",
    "before",
    "after",
    "by",
    "gone",
    "removed",
    "deprecated",
    "breaks",
    "drop",
    "drops",
    "will",
    "upgrade",
    "upgrading",
    "migrate",
    "migrating",
    "migration",
    "than",
    "beyond",
    "not",
    "no",
    "next",
    "planned",
    "toward",
    "towards",
    "future",
    "pre",
    "post",
    "non",
    "older",
    "newer",
    "with",
    "without",
    "requires",
    "and",
    "or",
    "of",
    "for",
    "issues",
    "roadmap",
    "plan",
    "plans",
    "path",
    "guide",
    "notice",
    "compatible",
    "compatibility",
    "example",
    "template",
    "sample",
];

/// The ways in which a sentence is the heading of a section all the same.
const PHRASES: &[&str] = &[
    "changes in",
    "changes with",
    "what's new in",
    "what’s new in",
    "new in",
    "changes for",
    "release notes for",
    "notes for",
    "changelog for",
];

/// Words that say that a version is not out.
pub(super) const NOT_OUT: &[&str] = &[
    "unreleased",
    "not released",
    "not yet released",
    "un-released",
    "upcoming",
    "planned",
    "tbd",
    "tba",
    "wip",
    "draft",
    "in development",
    "in progress",
    "coming soon",
    "to be released",
    "yyyy",
    "xxxx",
    "????",
    "unpublished",
    "yanked",
    "work in progress",
    "not published",
    "pending",
    "next release",
    "todo",
    "not out yet",
    "never released",
    "cancelled",
    "canceled",
    "withdrawn",
    "retracted",
    "skipped",
    "abandoned",
    "unveröffentlicht",
];

/// Says what a heading is to a version.
pub(super) fn of(heading: &str, version: &str, tag: &str) -> HeadingName {
    let plain = without_links(heading);
    let words: Vec<&str> = plain.split(|c: char| !is_part(c)).filter(|word| !word.is_empty()).map(trimmed).collect();
    let Some(at) = words.iter().position(|word| is_the_version(word, version, tag)) else {
        return HeadingName::Nothing;
    };
    let before = &words[..at];
    if before.iter().any(|word| is_version(word)) {
        return HeadingName::Mentioned;
    }
    let lead = lead(&plain, words[at]);
    let is_phrase = PHRASES.iter().any(|phrase| lead.ends_with(phrase));
    let is_prose = before.iter().any(|word| PROSE.contains(&word.to_lowercase().as_str())) || lead.contains(',');
    // `2026-01-01, Version 1.0.0`
    let is_dated = before.first().is_some_and(|word| is_date(word)) && before.len() < 3;
    if (is_prose && !is_phrase && !is_dated) || before.len() > 5 {
        return HeadingName::Mentioned;
    }
    // `1.0.0 and 1.1.0`, `1.0.0 compatibility`
    let after = &words[at + 1..];
    let goes_on = after.first().is_some_and(|word| PROSE.contains(&word.to_lowercase().as_str()))
        && !["on", "from", "for", "of"]
            .iter()
            .any(|word| after.first().is_some_and(|first| first.eq_ignore_ascii_case(word)));
    if goes_on
        || is_before_it(after)
        || after.iter().any(|word| is_version(word) && !is_the_version(word, version, tag))
    {
        return HeadingName::Mentioned;
    }
    HeadingName::Section
}

/// Says whether the words behind a version make it the one before it is out: `1.0.0 RC 1`, `1.0.0 (beta)`.
fn is_before_it(after: &[&str]) -> bool {
    const STAGES: [&str; 8] = ["rc", "alpha", "beta", "preview", "prerelease", "pre-release", "snapshot", "dev"];
    let Some(first) = after.first().map(|word| word.to_lowercase()) else { return false };
    let is_stage = STAGES.iter().any(|stage| {
        first.strip_prefix(stage).is_some_and(|rest| rest.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | '-')))
    });
    is_stage || (first == "release" && after.get(1).is_some_and(|word| word.eq_ignore_ascii_case("candidate")))
}

/// Returns what stands before a version in small letters: of `Changes in version 2.0.0` it is `changes in`.
fn lead(heading: &str, version: &str) -> String {
    let before =
        heading.split(version).next().unwrap_or_default().trim().trim_end_matches(['[', '(', ' ']).to_lowercase();
    let kind = [" version", " release"].iter().find_map(|kind| before.strip_suffix(kind));
    kind.map(str::to_owned).unwrap_or(before)
}

/// Returns the word of a heading that says that its version is not out.
pub(super) fn unreleased(heading: &str) -> Option<String> {
    let text = without_links(heading).to_lowercase();
    let is_word = |word: &&&str| {
        text.match_indices(**word).any(|(at, _)| {
            let touches = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
            !touches(text[..at].chars().next_back()) && !touches(text[at + word.len()..].chars().next())
        })
    };
    let open_date = || text.split_whitespace().find(|word| is_open_date(word));
    let struck = || text.contains("~~").then_some("struck out");
    NOT_OUT.iter().find(is_word).copied().or_else(open_date).or_else(struck).map(str::to_owned)
}

/// Returns the date of a heading, where it is later than tomorrow: somewhere it is tomorrow already.
pub(super) fn still_to_come(heading: &str, today: Date) -> Option<String> {
    let tomorrow = today.tomorrow().unwrap_or(today);
    let numbers = heading.split(|c: char| !(c.is_ascii_digit() || matches!(c, '-' | '/' | '.')));
    // Of `01/02/2099` nobody knows which is the month: the earlier day counts.
    let dates = numbers.filter_map(|word| days(word).into_iter().min()).chain(named_day(heading));
    dates.max().filter(|date| *date > tomorrow).map(|date| format!("of {date}, which is still to come"))
}

/// Returns the days that a date in numbers may be.
fn days(word: &str) -> Vec<Date> {
    let parts: Vec<i16> = word.split(['-', '/', '.']).filter_map(|part| part.parse().ok()).collect();
    let day =
        |year: i16, month: i16, day: i16| Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok();
    match parts.as_slice() {
        [year @ 1000..=9999, month, of] => day(*year, *month, *of).into_iter().collect(),
        [first, second, year @ 1000..=9999] => {
            [day(*year, *first, *second), day(*year, *second, *first)].into_iter().flatten().collect()
        }
        _ => Vec::new(),
    }
}

/// Returns the day of `January 2, 2099` and `2 Jan 2099`; of a month alone, its first.
fn named_day(heading: &str) -> Option<Date> {
    const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let lower = heading.to_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).collect();
    let (at, month) = words.iter().enumerate().find_map(|(at, word)| {
        let month = MONTHS.iter().position(|month| word.starts_with(month))?;
        let is_name = word.len() < 10 && word.chars().all(char::is_alphabetic);
        is_name.then_some((at, i8::try_from(month + 1).ok()?))
    })?;
    let beside = |at: Option<usize>| words.get(at?).map(|word| word.trim_end_matches(char::is_alphabetic));
    let year = words.iter().filter(|word| word.len() == 4).find_map(|word| word.parse().ok())?;
    let day = [beside(at.checked_sub(1)), beside(Some(at + 1))].into_iter().flatten();
    let day = day.filter(|word| word.len() < 3).find_map(|word| word.parse().ok());
    Date::new(year, month, day.unwrap_or(1)).ok()
}

/// Returns a date of a heading that no calendar has: `2026-02-30`.
pub(super) fn impossible_date(heading: &str) -> Option<&str> {
    let words = heading.split(|c: char| !(c.is_ascii_digit() || matches!(c, '-' | '/' | '.')));
    words.map(|word| word.trim_matches(['-', '/', '.'])).find(|word| {
        let parts: Vec<usize> = word.split(['-', '/', '.']).map(str::len).collect();
        matches!(parts.as_slice(), [4, 2, 2]) && days(word).is_empty()
    })
}

/// Says whether a word stands for a date that nobody has set: `20XX-XX-XX`, `2026-MM-DD`, `????-??-??`.
pub(super) fn is_open_date(word: &str) -> bool {
    let word = word.trim_matches(['(', ')', '[', ']', ',', '.', ':']);
    let is_open = |c: char| matches!(c, 'x' | 'y' | 'm' | 'd' | '?' | '_');
    let is_of_date = |c: char| c.is_ascii_digit() || is_open(c) || matches!(c, '-' | '/' | '.');
    let is_whole = word.len() >= 8 && word.chars().all(is_of_date);
    is_whole && word.contains(['-', '/', '.']) && word.chars().filter(|c| is_open(*c)).count() >= 2
}

/// Returns what a heading names before its first version, in small letters; nothing where it has no version or is a sentence.
pub(super) fn thing(heading: &str) -> Option<String> {
    const NO_NAMES: [&str; 16] = [
        "release",
        "released",
        "version",
        "ver",
        "v",
        "series",
        "branch",
        "hotfix",
        "patch",
        "bugfix",
        "beta",
        "alpha",
        "preview",
        "candidate",
        "rc",
        "stable",
    ];
    let plain = without_links(heading);
    let words: Vec<&str> = plain.split(|c: char| !is_part(c)).filter(|word| !word.is_empty()).map(trimmed).collect();
    let at = words.iter().position(|word| is_version(word) && !is_date(word))?;
    let lead = lead(&plain, words[at]);
    let names = words[..at].iter().map(|word| word.to_lowercase());
    let names: Vec<String> = names.filter(|word| !NO_NAMES.contains(&word.as_str()) && !is_date(word)).collect();
    (!PHRASES.iter().any(|phrase| lead.ends_with(phrase))).then(|| names.join(" "))
}

/// Returns the first version that a heading has.
pub(super) fn first_version(heading: &str) -> Option<String> {
    let plain = without_links(heading);
    let found = plain.split(|c: char| !is_part(c)).map(trimmed).find(|word| is_version(word));
    found.map(|word| bare(word).to_owned())
}

const fn is_part(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+' | '_' | '@')
}

fn trimmed(word: &str) -> &str {
    word.trim_matches(['.', '-', '_', '@'])
}

/// Leaves out where links lead: `[1.0.0](https://…/v0.9.0...v1.0.0)`.
fn without_links(heading: &str) -> String {
    let (mut plain, mut rest) = (String::new(), heading);
    while let Some(at) = rest.find("](") {
        plain.push_str(&rest[..=at]);
        let link = &rest[at + 2..];
        rest = link.find(')').map_or("", |end| &link[end + 1..]);
    }
    plain.push_str(rest);
    let is_link = |word: &&str| !word.trim_start_matches(['(', '<']).starts_with("http");
    plain.split(' ').filter(is_link).collect::<Vec<_>>().join(" ")
}

fn bare(word: &str) -> &str {
    let rest = word.strip_prefix(['v', 'V']).unwrap_or(word);
    if rest.starts_with(|c: char| c.is_ascii_digit()) { rest } else { word }
}

/// `1.0.0`, `v1.0.0`, the tag, or `app-v1.0.0` where the tag has no name of its own.
fn is_the_version(word: &str, version: &str, tag: &str) -> bool {
    if word == version || bare(word) == version || word == tag {
        return true;
    }
    let has_own_name = !matches!(tag.strip_suffix(version), Some("" | "v" | "V"));
    let Some(name) = word.strip_suffix(version).filter(|_| !has_own_name) else { return false };
    let name = name.strip_suffix(['v', 'V']).unwrap_or(name);
    let Some(name) = name.strip_suffix(['-', '@', '_']) else { return false };
    name.starts_with(|c: char| c.is_ascii_alphabetic()) && !PROSE.contains(&name.to_lowercase().as_str())
}

/// Says whether a word looks like a version, and not like a date.
fn is_version(word: &str) -> bool {
    let word = bare(word);
    let has_dot = word.split_once('.').is_some_and(|(major, rest)| {
        major.bytes().all(|b| b.is_ascii_digit())
            && !major.is_empty()
            && rest.starts_with(|c: char| c.is_ascii_digit() || matches!(c, 'x' | 'X'))
    });
    has_dot && !is_date(word)
}

fn is_date(word: &str) -> bool {
    let parts: Vec<&str> = word.split(['-', '.']).collect();
    let is_number =
        |part: &&str, length: &[usize]| length.contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    match parts.as_slice() {
        [year, month, day] => {
            (is_number(year, &[4]) && is_number(month, &[1, 2]) && is_number(day, &[1, 2]))
                || (is_number(day, &[4]) && is_number(month, &[2]) && is_number(year, &[2]))
        }
        _ => false,
    }
}
