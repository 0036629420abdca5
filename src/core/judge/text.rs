//! Whether a text holds another one as a whole: `0 errors` is not in "10 errors", 1.0.0 is not in "11.0.0" or "1.0.0-rc1".

/// What a search for a text came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TextSearch {
    /// It is there.
    Whole,
    /// It is there only as a part of a longer number or version, which this is.
    Part(String),
    /// It is not there.
    Nowhere,
}

/// Searches for a text; where it begins or ends with a number or a version, that must not go on.
pub fn held(text: &str, wanted: &str) -> TextSearch {
    let mut found = TextSearch::Nowhere;
    let mut from = 0;
    while let Some(at) = text.get(from..).filter(|_| !wanted.is_empty()).and_then(|rest| rest.find(wanted)) {
        let (start, end) = (from + at, from + at + wanted.len());
        let (before, after) = (&text[..start], &text[end..]);
        if !goes_on_before(before, wanted) && !goes_on_after(wanted, after) {
            return TextSearch::Whole;
        }
        if found == TextSearch::Nowhere {
            let is_word = |c: char| c.is_ascii_alphanumeric() || ".-+_,".contains(c);
            let lead = before.len() - before.trim_end_matches(is_word).len();
            let tail = after.len() - after.trim_start_matches(is_word).len();
            found = TextSearch::Part(text[start - lead..end + tail.min(40)].to_owned());
        }
        from = start + wanted.chars().next().map_or(1, char::len_utf8);
    }
    if wanted.is_empty() { TextSearch::Whole } else { found }
}

/// Says whether a text holds another one as a whole.
pub fn holds(text: &str, wanted: &str) -> bool {
    held(text, wanted) == TextSearch::Whole
}

fn is_digit(c: Option<char>) -> bool {
    c.is_some_and(|c| c.is_ascii_digit())
}

fn leading_digits(text: &str) -> usize {
    text.chars().take_while(char::is_ascii_digit).count()
}

/// Says whether the number that a text begins with began earlier: "10 errors", "1,234 errors", "2.1.0.0".
fn goes_on_before(before: &str, wanted: &str) -> bool {
    if !is_digit(wanted.chars().next()) {
        return false;
    }
    let mut back = before.chars().rev();
    match back.next() {
        Some('.') => is_digit(back.next()),
        Some(',' | '\'' | '_') => is_digit(back.next()) && leading_digits(wanted) == 3,
        last => is_digit(last),
    }
}

/// What may follow a version without making it another one: the system or the package that it was built for.
const BUILT_FOR: [&str; 40] = [
    "linux",
    "darwin",
    "macos",
    "osx",
    "win",
    "amd64",
    "arm",
    "aarch64",
    "x86",
    "x64",
    "i386",
    "i686",
    "alpine",
    "slim",
    "bookworm",
    "bullseye",
    "debian",
    "ubuntu",
    "jammy",
    "noble",
    "focal",
    "py2",
    "py3",
    "cp3",
    "sources",
    "javadoc",
    "universal",
    "musl",
    "gnu",
    "src",
    "bin",
    "setup",
    "installer",
    "all",
    "any",
    "full",
    "jre",
    "jdk",
    "fpm",
    "apache",
];

/// Words that make another version of one, behind a point.
const STAGES: [&str; 9] = ["dev", "post", "rc", "alpha", "beta", "pre", "snapshot", "final", "m"];

/// Says whether the number or the version that a text ends with goes on: "1.0.01", "1.0.0.1", "1.0.0-rc1", "1.0.0rc1".
fn goes_on_after(wanted: &str, after: &str) -> bool {
    let last = wanted.rsplit(|c: char| !(c.is_ascii_alphanumeric() || ".-+".contains(c))).next().unwrap_or_default();
    if !is_digit(wanted.chars().next_back()) {
        return false;
    }
    let digits = last.trim_start_matches(|c: char| !c.is_ascii_digit());
    let is_version = digits.split('.').filter(|part| is_digit(part.chars().next())).count() > 1;
    let mut letters = after.chars();
    let (next, rest) = (letters.next(), letters.as_str());
    let word: String = rest.chars().take_while(char::is_ascii_alphanumeric).collect::<String>().to_lowercase();
    let is_platform = || BUILT_FOR.iter().any(|name| word.starts_with(name));
    match next {
        Some('.') if is_digit(rest.chars().next()) => true,
        Some('.') => is_version && STAGES.iter().any(|stage| word.starts_with(stage)) && word != "map",
        Some(',' | '\'') => leading_digits(rest) == 3,
        Some('-' | '_' | '+') => is_version && !word.is_empty() && !is_platform(),
        Some(c) if c.is_alphabetic() => is_version,
        next => is_digit(next),
    }
}

/// Says why the number that a group found is only a part of what stands there, if it is.
pub(super) fn is_part_of_number(text: &str, whole: std::ops::Range<usize>, group: std::ops::Range<usize>) -> bool {
    let mut back = text[..group.start].chars().rev();
    let (last, before) = (back.next(), back.next());
    let is_unseen = group.start == whole.start;
    let began_earlier = match last {
        Some('.' | ',' | '\'' | '_') => is_unseen && is_digit(before),
        Some('-') => is_unseen && !before.is_some_and(char::is_alphanumeric),
        last => is_digit(last) && is_digit(text[group.clone()].chars().next()),
    };
    let after = &text[group.end..];
    let is_cut = is_digit(after.chars().next()) && is_digit(text[..group.end].chars().next_back());
    let has_thousands = group.end == whole.end && after.starts_with(',') && leading_digits(&after[1..]) == 3;
    began_earlier || is_cut || has_thousands
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_not_found_within_a_longer_one() {
        for text in ["10 errors", "1,000 errors and 100 errors", "1.0 errors"] {
            assert!(!holds(text, "0 errors"), "{text}");
        }
        for text in ["0 errors", "found 0 errors, 10 warnings", "(0 errors)", "10 errors before, 0 errors now"] {
            assert!(holds(text, "0 errors"), "{text}");
        }
        assert!(!holds("exit code 10", "exit code 1"));
        assert!(holds("exit code 1, signal 0", "exit code 1"));
        assert!(holds("{\"a\":1,\"b\":2}", "\"a\":1"));
        assert!(holds("HTTP/1.1 200 OK", "200"));
    }

    #[test]
    fn a_version_is_found_only_as_a_whole() {
        for text in [
            "11.0.0",
            "1.0.0-rc1",
            "1.0.0rc1",
            "1.0.01",
            "1.0.0.1",
            "2.1.0.0",
            "1.0.0-SNAPSHOT",
            "1.0.0.dev3",
            "1.0.0+3.gdead",
        ] {
            assert_eq!(held(text, "1.0.0"), TextSearch::Part(text.to_owned()), "{text}");
        }
        for text in [
            "1.0.0",
            "v1.0.0",
            "app-1.0.0.tar.gz",
            "\"version\":\"1.0.0\"}",
            "is 1.0.0.",
            "app-1.0.0-linux-amd64",
            "app:1.0.0-alpine",
            "1.0.0-rc1 then 1.0.0",
        ] {
            assert!(holds(text, "1.0.0"), "{text}");
        }
        assert_eq!(held("x", "1.0.0"), TextSearch::Nowhere);
    }
}
