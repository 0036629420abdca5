//! The time stamp that a line carries, in the forms that logs are usually written in.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use tminus_core::json_tree::JsonTree;
use tminus_core::log_stamp;
pub(super) use tminus_core::log_stamp::Stamp;
use tminus_core::names::LogName;
use tminus_core::telemetry::LogLine;
use tminus_core::time::{Span, age};

/// Reads the stamp of a line: at its beginning or behind its level, in brackets there, behind the name that Compose puts
/// before a line, or in a field of a line that is JSON or `key=value`.
///
/// `2026-11-22T12:41:07.112Z`, `2026-11-22 12:41:07,112`, `2026/11/22 12:41:07`, `[22/Nov/2026:12:41:07 +0000]`,
/// `Nov 22 12:41:07`, `I1122 12:41:07.112`, and seconds since 1970 or parts of them: `1795351267.112`, `1795351267112`.
pub(super) fn of(line: &str) -> Option<Stamp> {
    let text = line.trim_start();
    if text.starts_with('{') {
        return in_json(text);
    }
    direct(text).or_else(|| direct(after_level(text)?)).or_else(|| {
        let (name, rest) = text.split_once('|')?;
        let (name, rest) = (name.trim(), rest.trim_start());
        if name.is_empty() || name.contains(char::is_whitespace) {
            return None;
        }
        if rest.starts_with('{') { in_json(rest) } else { direct(rest).or_else(|| direct(after_level(rest)?)) }
    })
}

/// Reads a stamp that a text begins with, or that stands in one of its fields.
fn direct(text: &str) -> Option<Stamp> {
    let bare = text.trim_start_matches(['[', '(']);
    leading(bare)
        .or_else(|| epoch(bare))
        .or_else(|| in_field(text))
        .or_else(|| in_access_log(text))
        .or_else(|| in_syslog(text))
        .or_else(|| in_klog(text))
}

/// Names of levels, in small letters.
const LEVELS: [&str; 29] = [
    "trace",
    "debug",
    "dbug",
    "dbg",
    "verbose",
    "info",
    "information",
    "inf",
    "notice",
    "note",
    "log",
    "warn",
    "warning",
    "wrn",
    "error",
    "err",
    "eror",
    "fatal",
    "critical",
    "crit",
    "panic",
    "alert",
    "emerg",
    "severe",
    "t",
    "d",
    "i",
    "w",
    "e",
];

/// Returns what follows the level that a line begins with, and the name in brackets behind that.
fn after_level(text: &str) -> Option<&str> {
    const BETWEEN: &[char] = &[' ', '\t', '[', ']', '(', ')', '<', '>', '|', ':', '-', ',', '*'];
    let text = text.trim_start_matches(BETWEEN);
    let end = text.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(text.len());
    let (level, rest) = text.split_at(end);
    if !LEVELS.contains(&level.to_ascii_lowercase().as_str()) {
        return None;
    }
    let rest = rest.trim_start_matches([' ', '\t', ']', ')', '>', '|', ':', '-', ',', '*']);
    let named = rest.strip_prefix('[').and_then(|inner| inner.split_once(']'));
    let behind = named.filter(|(name, _)| leading(name).is_none() && epoch(name).is_none()).map(|(_, behind)| behind);
    Some(behind.unwrap_or(rest).trim_start_matches(BETWEEN))
}

/// Makes a line that came just now; where its stamp is missing, or has not come yet, it is from now.
pub(super) fn line(source: &LogName, text: String, now: Timestamp) -> LogLine<String> {
    let at = match of(&text) {
        Some(Stamp::Exact(at)) => Some(at),
        Some(Stamp::Naive(at)) => at.to_zoned(TimeZone::system()).ok().map(|at| at.timestamp()),
        // The moment that it came is as good, and has a year.
        Some(Stamp::Yearless(_) | Stamp::Unclear) | None => None,
    };
    LogLine { source: source.clone(), at: at.filter(|at| *at <= now).unwrap_or(now), text }
}

/// The fields that hold a stamp, the most usual first.
const FIELDS: [&str; 11] = [
    "time",
    "timestamp",
    "@timestamp",
    "ts",
    "datetime",
    "asctime",
    "date",
    "@t",
    "eventTime",
    "event_time",
    "logged_at",
];

/// How far two stamps of one line may lie apart, and be about the same moment.
const SAME: Span = Span::seconds(2);

fn in_json(text: &str) -> Option<Stamp> {
    let JsonTree::Object(entries) = JsonTree::parse(text).ok()? else { return None };
    let named = FIELDS.iter().flat_map(|key| entries.iter().filter(move |(name, _)| name == key));
    let values: Vec<Option<Stamp>> = named.map(|(_, value)| in_value(value)).collect();
    if values.is_empty() {
        return None;
    }
    // A field may have the name of one and say how long something took.
    agreed(values.into_iter().flatten()).or(Some(Stamp::Unclear))
}

fn in_value(value: &JsonTree) -> Option<Stamp> {
    match value {
        JsonTree::Text(text) => leading(text.trim()).or_else(|| epoch(text.trim())),
        JsonTree::Number(number) => epoch(&plain(number)),
        JsonTree::Plain(_) | JsonTree::List(_) | JsonTree::Object(_) => None,
    }
}

/// Writes a number without an exponent.
fn plain(number: &serde_json::Number) -> String {
    let text = number.to_string();
    match number.as_f64().filter(|_| text.contains(['e', 'E'])) {
        Some(number) => number.to_string(),
        None => text,
    }
}

/// Returns the one moment that several stamps are about.
fn agreed(stamps: impl Iterator<Item = Stamp>) -> Option<Stamp> {
    let all: Vec<Stamp> = stamps.collect();
    let first = *all.first()?;
    let is_same = |other: &Stamp| match (first, *other) {
        (Stamp::Exact(a), Stamp::Exact(b)) => age(a.max(b), a.min(b)) <= SAME.duration(),
        (a, b) => a == b,
    };
    Some(if all.iter().all(is_same) { first } else { Stamp::Unclear })
}

/// Seconds since 1970 with or without a fraction, or thousandths, millionths or thousand-millionths of one, by the count
/// of digits: ten of seconds, three more for each.
fn epoch(text: &str) -> Option<Stamp> {
    let end = text.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(text.len());
    if text[end..].starts_with(|c: char| !(c.is_whitespace() || matches!(c, ']' | ')' | ',' | ':' | '|' | '"' | ';'))) {
        return None;
    }
    let (whole, fraction) = text[..end].split_once('.').unwrap_or((&text[..end], ""));
    if whole.len() < 10 || whole.starts_with('0') || fraction.contains('.') {
        return None;
    }
    let scale = match whole.len() {
        10 => 9,
        13 => 6,
        16 => 3,
        19 => 0,
        _ => return None,
    };
    let unit = 10_i128.pow(scale);
    let digits: String = fraction.chars().chain("000000000".chars()).take(9).collect();
    let part = digits.parse::<i128>().ok()? * unit / 1_000_000_000;
    let nanoseconds = whole.parse::<i128>().ok()? * unit + part;
    Timestamp::from_nanosecond(nanoseconds).ok().map(Stamp::Exact)
}

/// `time="2026-11-22T12:41:07Z" level=info`, `ts=…`.
fn in_field(text: &str) -> Option<Stamp> {
    let value = |word: &str| {
        let (name, _) = word.split_once('=')?;
        let begin = word.as_ptr() as usize - text.as_ptr() as usize + name.len() + 1;
        FIELDS.contains(&name).then(|| text[begin..].trim_start_matches('"'))
    };
    let values: Vec<&str> = text.split(' ').take(6).filter_map(value).collect();
    agreed(values.into_iter().filter_map(|value| leading(value).or_else(|| epoch(value))))
}

/// `127.0.0.1 - - [22/Nov/2026:12:41:07 +0000] "GET / …`.
fn in_access_log(text: &str) -> Option<Stamp> {
    let (_, rest) = text.split_once('[')?;
    let (stamp, _) = rest.split_once(']')?;
    if let Ok(at) = jiff::fmt::strtime::parse("%d/%b/%Y:%H:%M:%S%.f %z", stamp) {
        return at.to_timestamp().ok().map(Stamp::Exact);
    }
    // HAProxy, and the error log of Apache
    let naive = ["%d/%b/%Y:%H:%M:%S%.f", "%a %b %d %H:%M:%S%.f %Y"];
    let at = naive.iter().find_map(|form| jiff::fmt::strtime::parse(form, stamp).ok())?;
    at.to_datetime().ok().map(Stamp::Naive)
}

/// `Nov 22 12:41:07 host app[1]: …`.
fn in_syslog(text: &str) -> Option<Stamp> {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    // `<34>` is where it came from and how grave it is; a newer form has `1` and a whole stamp behind it.
    let priority = text.strip_prefix('<').and_then(|rest| rest.split_once('>'));
    let priority = priority.filter(|(number, _)| number.bytes().all(|b| b.is_ascii_digit()));
    let text = priority.map_or(text, |(_, rest)| rest);
    if let Some(stamp) = priority.and_then(|_| leading(text.strip_prefix("1 ")?)) {
        return Some(stamp);
    }
    let mut words = text.split_ascii_whitespace();
    let month = words.next()?;
    let month = (1..).zip(MONTHS).find(|(_, name)| *name == month)?.0;
    let date = Date::new(2024, month, words.next()?.parse().ok()?).ok()?;
    let time = words.next().filter(|time| time.len() == 8)?.parse().ok()?;
    Some(Stamp::Yearless(date.to_datetime(time)))
}

/// `I1122 12:41:07.112233    1 main.go:10] …`, as Kubernetes and all that uses its logger write.
fn in_klog(text: &str) -> Option<Stamp> {
    let mut words = text.split_ascii_whitespace();
    let day = words.next()?.strip_prefix(['I', 'W', 'E', 'F']).filter(|day| day.len() == 4)?;
    let date = Date::new(2024, day.get(..2)?.parse().ok()?, day.get(2..)?.parse().ok()?).ok()?;
    let time = words.next().filter(|time| time.len() >= 8)?.parse().ok()?;
    Some(Stamp::Yearless(date.to_datetime(time)))
}

fn leading(text: &str) -> Option<Stamp> {
    log_stamp::leading(text).map(|(stamp, _)| stamp)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stamps_are_read_where_logs_have_them() {
        let at: Timestamp = "2026-11-22T12:41:07.112Z".parse().unwrap();
        for line in [
            "2026-11-22T12:41:07.112Z INFO up",
            "[2026-11-22T12:41:07.112Z] up",
            "2026-11-22 12:41:07.112+00:00 up",
            r#"{"time": "2026-11-22T12:41:07.112Z", "msg": "up"}"#,
            r#"{"ts": 1795351267.112}"#,
        ] {
            assert_eq!(of(line), Some(Stamp::Exact(at)), "{line}");
        }
        let naive = Some(Stamp::Naive("2026-11-22T12:41:07.112".parse().unwrap()));
        assert_eq!(of("2026-11-22 12:41:07,112 - app - INFO - up"), naive);
        let second: Timestamp = "2026-11-22T12:41:07Z".parse().unwrap();
        for line in [
            "web_1  | 2026-11-22T12:41:07Z up",
            "time=\"2026-11-22T12:41:07Z\" level=info msg=up",
            "127.0.0.1 - - [22/Nov/2026:12:41:07 +0000] \"GET / HTTP/1.1\" 200",
            "2026-11-22 13:41:07 +0100 up",
            r#"{"ts": 1795351267000000}"#,
        ] {
            assert_eq!(of(line), Some(Stamp::Exact(second)), "{line}");
        }
        assert!(matches!(of("2026/11/22 12:41:07 [notice] up"), Some(Stamp::Naive(_))));
        let yearless = Some(Stamp::Yearless("2024-11-02T12:41:07".parse().unwrap()));
        assert_eq!(of("Nov  2 12:41:07 host app[7]: up"), yearless);
        assert_eq!(of("<34>Nov  2 12:41:07 host app[7]: up"), yearless);
        assert_eq!(of("I1102 12:41:07    1 main.go:10] up"), yearless);
    }

    #[test]
    fn a_level_may_stand_before_the_stamp() {
        let at: Timestamp = "2026-11-22T12:41:07Z".parse().unwrap();
        for line in [
            "INFO 2026-11-22T12:41:07Z up",
            "[INFO] 2026-11-22T12:41:07Z up",
            "INFO: 2026-11-22T12:41:07Z up",
            "WARN  [main] 2026-11-22T12:41:07Z up",
            "error | 2026-11-22 12:41:07 UTC up",
            "INFO [2026-11-22T12:41:07Z] up",
            "INFO 1795351267 up",
            "web-1  | INFO 2026-11-22T12:41:07Z up",
            "web-1  | {\"time\": \"2026-11-22T12:41:07Z\"}",
            "<34>1 2026-11-22T12:41:07Z host app - - up",
        ] {
            assert_eq!(of(line), Some(Stamp::Exact(at)), "{line}");
        }
        let naive = Some(Stamp::Naive("2026-11-22T12:41:07.112".parse().unwrap()));
        assert_eq!(of("INFO:2026-11-22 12:41:07,112:root:up"), naive);
        for line in
            ["INFO up at 2026-11-22T12:41:07Z", "informed 2026-11-22T12:41:07Z", "retry of 2026-11-22T12:41:07Z"]
        {
            assert_eq!(of(line), None, "{line}");
        }
    }

    #[test]
    fn seconds_since_1970_are_read_by_the_count_of_their_digits() {
        let at: Timestamp = "2026-11-22T12:41:07.112Z".parse().unwrap();
        for line in [
            "1795351267.112 up",
            "[1795351267.112] up",
            "1795351267112 up",
            "1795351267112000 up",
            "ts=1795351267.112 level=info",
            r#"{"ts": "1795351267.112"}"#,
            r#"{"time": 1795351267112, "msg": "up"}"#,
            r#"{"time": 12, "timestamp": "2026-11-22T12:41:07.112Z"}"#,
        ] {
            assert_eq!(of(line), Some(Stamp::Exact(at)), "{line}");
        }
        for line in ["42 up", "179535126 up", "17953512671 up", "1795351267x", "0795351267 up", "1795351267.1.2 up"] {
            assert_eq!(of(line), None, "{line}");
        }
    }

    #[test]
    fn what_can_be_read_in_two_ways_is_not_read() {
        for line in [
            r#"{"ts": "2026-11-22T12:41:07Z", "ts": "2026-11-21T12:41:07Z"}"#,
            r#"{"ts": 1795351267, "ts": 1795251267}"#,
            r#"{"time": "2026-11-22T12:41:07Z", "timestamp": "2026-11-21T12:41:07Z"}"#,
            r#"{"ts": 12.5, "msg": "up"}"#,
            r#"{"time": "half past two"}"#,
            r#"{"time": null}"#,
            "ts=2026-11-22T12:41:07Z ts=2026-11-21T12:41:07Z",
            "2026-11-22 12:41:07 CET up",
        ] {
            assert_eq!(of(line), Some(Stamp::Unclear), "{line}");
        }
    }

    #[test]
    fn a_line_without_a_stamp_has_none() {
        for line in ["", "Traceback", "{not json", "2026-11-22", "é2026-11-22 12:00:00", r#"{"msg": "up"}"#] {
            assert_eq!(of(line), None, "{line}");
        }
    }
}
