//! How grave a line says that it is; a guess, for colour and for filters, never for a verdict.

use regex::{Captures, Regex};
use std::ops::Range;
use std::sync::LazyLock;

/// A level, the gravest first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Something failed.
    Error,
    /// Something is odd.
    Warn,
    /// Something happened.
    Info,
    /// For whoever works on it.
    Debug,
    /// The line does not say.
    #[default]
    Unknown,
}

/// `"level": "error"` and `level=error`, by the names that the common logging libraries use.
static FIELD: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"(?i)(?:^|[\s,{])"?(?:level|lvl|severity|log\.level|loglevel)"?\s*[:=]\s*"?([a-z]+|\d+)"#).ok()
});

/// What a line begins with in klog (`E0611 12:00:01.123456`), and in what the kernel and systemd read (`<3>`, sd-daemon(3)).
static PREFIX: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"^(?:(?P<klog>[IWEF])\d{4} \d\d:\d\d:\d\d|<(?P<syslog>\d{1,3})>)").ok());

/// A level that stands alone near the start of a line.
static WORD: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"\b(?:(?i:trace|debug|info|notice|warn(?:ing)?|err(?:or)?|fatal|critical|panic|emerg(?:ency)?|alert|severe)|[EWID])\b",
    )
    .ok()
});

/// An error that names its type: `TimeoutError: pool exhausted`.
static TYPED: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\b\w+(?:Error|Exception)\b|\bTraceback \(most recent|\bpanicked at\b").ok());

/// How far into a line a bare word counts as its level, in bytes.
const START: usize = 80;

impl Level {
    /// Guesses the level of a clean line: from a field, from a word near its start, from the name of an error.
    pub fn guess(text: &str) -> Self {
        Self::find(text).map_or(Self::Unknown, |(level, _)| level)
    }

    /// Finds the word from which the level is guessed, and where it stands.
    pub fn find(text: &str) -> Option<(Self, Range<usize>)> {
        if let Some(found) =
            PREFIX.as_ref().and_then(|prefix| prefix.captures(text)).and_then(|found| Self::of_prefix(&found))
        {
            return Some(found);
        }
        let field = FIELD.as_ref().and_then(|field| field.captures(text)).and_then(|found| found.get(1));
        let field = field.map(|word| (Self::of_word(word.as_str()), word.range()));
        if let Some(found) = field.filter(|(level, _)| *level != Self::Unknown) {
            return Some(found);
        }
        let start = &text[..text.floor_char_boundary(START)];
        let mut words =
            WORD.iter().flat_map(|word| word.find_iter(start)).filter(|word| is_marked(start, word.range()));
        if let Some(word) = words.next() {
            return Some((Self::of_word(word.as_str()), word.range()));
        }
        TYPED.as_ref().and_then(|typed| typed.find(text)).map(|name| (Self::Error, name.range()))
    }

    /// Returns the word that a screen shows; `None` for a line that does not say.
    pub const fn word(self) -> Option<&'static str> {
        match self {
            Self::Error => Some("ERROR"),
            Self::Warn => Some("WARN"),
            Self::Info => Some("INFO"),
            Self::Debug => Some("DEBUG"),
            Self::Unknown => None,
        }
    }

    fn of_prefix(found: &Captures<'_>) -> Option<(Self, Range<usize>)> {
        if let Some(letter) = found.name("klog") {
            return Some((Self::of_word(letter.as_str()), letter.range()));
        }
        let number = found.name("syslog")?;
        // The lowest three bits are the severity, whatever stands above them.
        let level = match number.as_str().parse::<u32>().ok()? % 8 {
            0..=3 => Self::Error,
            4 => Self::Warn,
            5 | 6 => Self::Info,
            _ => Self::Debug,
        };
        Some((level, number.range()))
    }

    fn of_word(word: &str) -> Self {
        match word.to_ascii_lowercase().as_str() {
            "error" | "err" | "e" | "f" | "fatal" | "critical" | "crit" | "panic" | "emerg" | "emergency" | "alert"
            | "severe" => Self::Error,
            "warn" | "warning" | "w" => Self::Warn,
            "info" | "information" | "notice" | "i" => Self::Info,
            "debug" | "trace" | "verbose" | "d" => Self::Debug,
            // pino and bunyan count in tens.
            number => match number.parse() {
                Ok(50_u32..=69) => Self::Error,
                Ok(40..=49) => Self::Warn,
                Ok(30..=39) => Self::Info,
                Ok(10..=29) => Self::Debug,
                Ok(_) | Err(_) => Self::Unknown,
            },
        }
    }
}

/// Says whether a word stands there as a level does: in capitals, in brackets, before a colon, or first.
fn is_marked(text: &str, word: std::ops::Range<usize>) -> bool {
    let (before, after) = (text[..word.start].chars().next_back(), text[word.end..].chars().next());
    let is_capital = text[word.clone()].chars().all(char::is_uppercase);
    if word.len() == 1 {
        // A single letter is only a level as in `E 12:41:07` or `[W]`.
        let is_before_time =
            text[word.end..].strip_prefix(' ').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        return is_capital && (before == Some('[') && after == Some(']') || word.start == 0 && is_before_time);
    }
    is_capital || word.start == 0 || matches!(before, Some('[' | '<')) || after == Some(':')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_is_found_where_lines_say_it() {
        for (text, level) in [
            (r#"{"level":"error","msg":"x"}"#, Level::Error),
            (r#"{"time":1,"level":30,"msg":"error"}"#, Level::Info),
            (r#"{"severity": "WARNING"}"#, Level::Warn),
            ("ts=1 level=debug msg=\"an error\"", Level::Debug),
            ("2026-11-22 12:00:01 ERROR pool exhausted", Level::Error),
            ("INFO:     127.0.0.1 GET /", Level::Info),
            ("[warn] upstream is slow", Level::Warn),
            ("2026/11/22 12:00:01 [error] 7#7: *1 connect() failed", Level::Error),
            ("warning: unused variable", Level::Warn),
            ("E 12:41:07 broken", Level::Error),
            ("pool: TimeoutError: pool exhausted", Level::Error),
            ("thread 'main' panicked at src/main.rs", Level::Error),
            ("E0611 12:00:01.123456   1 pod.go:7] failed", Level::Error),
            ("F0611 12:00:01.1 main.go:1] gone", Level::Error),
            ("W0611 12:00:01.1 main.go:1] slow: error rate", Level::Warn),
            ("I0611 12:00:01.1 main.go:1] up", Level::Info),
            ("<3>disk failed", Level::Error),
            ("<30>fine", Level::Info),
            ("<4>slow", Level::Warn),
        ] {
            assert_eq!(Level::guess(text), level, "{text}");
        }
    }

    #[test]
    fn a_word_in_passing_is_no_level() {
        for text in [
            "GET /api/error/info 200",
            "0 errors, no warning here",
            "I am here and so is D",
            "",
            "שלום",
            "E06 hello",
            "<html>",
        ] {
            let level = Level::guess(text);
            assert!(matches!(level, Level::Unknown), "{text}: {level:?}");
        }
    }

    #[test]
    fn the_word_that_says_it_is_found_where_it_stands() {
        for (text, word) in [
            ("ts=1 level=debug msg=x", "debug"),
            ("12:00:01 ERROR pool exhausted", "ERROR"),
            ("pool: TimeoutError: pool exhausted", "TimeoutError"),
        ] {
            assert_eq!(Level::find(text).map(|(_, at)| &text[at]), Some(word));
        }
    }

    #[test]
    fn the_gravest_is_the_least() {
        assert!(Level::Error < Level::Warn && Level::Debug < Level::Unknown);
    }
}
