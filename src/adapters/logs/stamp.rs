//! The time stamp that a line carries, in the forms that logs are usually written in.

use crate::domain::names::LogName;
use crate::domain::telemetry::LogLine;
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

/// A stamp as it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stamp {
    /// A moment.
    Exact(Timestamp),
    /// A time of day of some time zone.
    Naive(DateTime),
    /// The same of some year, as syslog writes it; the year here is a leap year.
    Yearless(DateTime),
}

/// Reads the stamp of a line: at its beginning, in brackets there, behind the name that Compose puts before a line, or in a
/// field of a line that is JSON or `key=value`.
///
/// `2026-11-22T12:41:07.112Z`, `2026-11-22 12:41:07,112`, `2026/11/22 12:41:07`, `[22/Nov/2026:12:41:07 +0000]`,
/// `Nov 22 12:41:07`.
pub(super) fn of(line: &str) -> Option<Stamp> {
    let text = line.trim_start();
    if text.starts_with('{') {
        return in_json(text);
    }
    let known = leading(text.trim_start_matches('[')).or_else(|| in_field(text)).or_else(|| in_access_log(text));
    known.or_else(|| in_syslog(text)).or_else(|| {
        let (name, rest) = text.split_once('|')?;
        let is_name = !name.trim().is_empty() && !name.trim().contains(char::is_whitespace);
        leading(rest.trim_start()).filter(|_| is_name)
    })
}

/// Makes a line that came just now; where its stamp is missing, or has not come yet, it is from now.
pub(super) fn line(source: &LogName, text: String, now: Timestamp) -> LogLine {
    let at = match of(&text) {
        Some(Stamp::Exact(at)) => Some(at),
        Some(Stamp::Naive(at)) => at.to_zoned(TimeZone::system()).ok().map(|at| at.timestamp()),
        // The moment that it came is as good, and has a year.
        Some(Stamp::Yearless(_)) | None => None,
    };
    LogLine { source: source.clone(), at: at.filter(|at| *at <= now).unwrap_or(now), text }
}

fn in_json(text: &str) -> Option<Stamp> {
    let value: serde_json::Value = serde_json::from_str(text).ok()?;
    let found = ["time", "timestamp", "@timestamp", "ts"].into_iter().find_map(|key| value.get(key))?;
    match found {
        serde_json::Value::String(text) => leading(text),
        serde_json::Value::Number(number) => epoch(number.as_f64()?),
        _ => None,
    }
}

/// Seconds, or thousandths, millionths or thousand-millionths of one, by their size.
fn epoch(number: f64) -> Option<Stamp> {
    let seconds = [1e17, 1e14, 1e11].iter().zip([1e9, 1e6, 1e3]).find(|(from, _)| number > **from);
    let seconds = seconds.map_or(number, |(_, parts)| number / parts);
    #[expect(clippy::cast_possible_truncation, reason = "a moment beyond the calendar is refused")]
    Timestamp::from_millisecond((seconds * 1e3) as i64).ok().map(Stamp::Exact)
}

/// `time="2026-11-22T12:41:07Z" level=info`, `ts=…`.
fn in_field(text: &str) -> Option<Stamp> {
    let field = text
        .split(' ')
        .take(4)
        .find_map(|word| ["time=", "ts=", "timestamp="].into_iter().find_map(|name| word.strip_prefix(name)))?;
    let begin = text.find(field)?;
    leading(text[begin..].trim_start_matches('"'))
}

/// `127.0.0.1 - - [22/Nov/2026:12:41:07 +0000] "GET / …`.
fn in_access_log(text: &str) -> Option<Stamp> {
    let (_, rest) = text.split_once('[')?;
    let (stamp, _) = rest.split_once(']')?;
    let at = jiff::fmt::strtime::parse("%d/%b/%Y:%H:%M:%S %z", stamp).ok()?;
    at.to_timestamp().ok().map(Stamp::Exact)
}

/// `Nov 22 12:41:07 host app[1]: …`.
fn in_syslog(text: &str) -> Option<Stamp> {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let mut words = text.split_ascii_whitespace();
    let month = words.next()?;
    let month = (1..).zip(MONTHS).find(|(_, name)| *name == month)?.0;
    let date = Date::new(2024, month, words.next()?.parse().ok()?).ok()?;
    let time = words.next().filter(|time| time.len() == 8)?.parse().ok()?;
    Some(Stamp::Yearless(date.to_datetime(time)))
}

/// A stamp is a date, a `T` or a space, a time, and perhaps an offset: at most the first forty bytes.
fn leading(text: &str) -> Option<Stamp> {
    let is_part = |c: char| c.is_ascii_digit() || matches!(c, '-' | ':' | '.' | ',' | '+' | 'T' | 'Z');
    let day = text.get(..10)?.replace('/', "-");
    let _is_a_day: Date = day.parse().ok()?;
    let rest = text.get(10..)?.strip_prefix(['T', ' '])?;
    let time = &rest[..rest.find(|c| !is_part(c)).unwrap_or(rest.len()).min(30)];
    let whole = format!("{day}T{}", time.trim_end_matches([':', ',', '.', '-']).replace(',', "."));
    let offset = rest.get(time.len()..).map(str::trim_start).filter(|rest| rest.starts_with(['+', '-']));
    let exact = whole.parse::<Timestamp>().ok().or_else(|| {
        // `2026-11-22 12:41:07 +0100`
        let offset = offset?.get(..5).filter(|offset| offset[1..].bytes().all(|b| b.is_ascii_digit()))?;
        format!("{whole}{offset}").parse().ok()
    });
    exact.map(Stamp::Exact).or_else(|| whole.parse().ok().map(Stamp::Naive))
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
    }

    #[test]
    fn a_line_without_a_stamp_has_none() {
        for line in ["", "Traceback", "{not json", "2026-11-22", "é2026-11-22 12:00:00", r#"{"msg": "up"}"#] {
            assert_eq!(of(line), None, "{line}");
        }
    }
}
