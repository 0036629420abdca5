//! What a section, or the part of the changelog that it stands in, says of itself: that the version is not out.

use super::names;
use jiff::civil::Date;

/// Headings of parts that hold what is to come.
const PLANS: [&str; 12] = [
    "backlog",
    "coming next",
    "future",
    "future plans",
    "future releases",
    "ideas",
    "next",
    "next releases",
    "next steps",
    "outlook",
    "planned releases",
    "plans",
];

/// Returns the heading of a part that holds what is to come: `# Roadmap`.
pub(super) fn planned(heading: &str) -> Option<String> {
    let words = heading.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    let is_both = ["change", "history", "release notes"].iter().any(|other| words.contains(other));
    let is_plan = PLANS.contains(&words.as_str()) || (words.ends_with("roadmap") && !is_both);
    is_plan.then_some(words)
}

/// Returns the word of a section's first line that says that its version is not out: `*Unreleased*`, `Release date: TBD`.
pub(super) fn status(line: &str, today: Date) -> Option<String> {
    const LABELS: [&str; 7] = ["release date", "released", "release", "date", "status", "state", "published"];
    const SENTENCES: [&str; 5] = ["unreleased", "not released", "not yet released", "to be released", "not out yet"];
    let lower = line.to_lowercase();
    let is_mark = |c: char| c.is_whitespace() || "*_>~[]()!.:-=|`".contains(c);
    let bare = lower.trim_matches(is_mark);
    let labelled = LABELS.iter().find_map(|label| Some(bare.strip_prefix(label)?.trim_start_matches(['*', '_', ' '])));
    let value = labelled.and_then(|rest| rest.strip_prefix(':')).map(|rest| rest.trim_matches(is_mark));
    let is_list = ["- ", "* ", "+ ", "• "].iter().any(|sign| line.trim_start().starts_with(sign));
    let whole = value.or_else(|| Some(bare).filter(|_| !is_list))?;
    let is_sentence = !is_list && whole.split_whitespace().count() < 9;
    let word = names::NOT_OUT.iter().find(|word| **word == whole);
    let word = word.or_else(|| SENTENCES.iter().find(|word| is_sentence && whole.contains(**word)));
    let is_date = whole.split_whitespace().count() < 4;
    let open = || Some(whole).filter(|whole| names::is_open_date(whole)).map(str::to_owned);
    word.map(|word| (*word).to_owned()).or_else(open).or_else(|| names::still_to_come(whole, today).filter(|_| is_date))
}
