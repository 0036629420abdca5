//! The moment that stands at the beginning of a line of a log.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

/// A stamp as it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stamp {
    /// A moment.
    Exact(Timestamp),
    /// A time of day of some time zone.
    Naive(DateTime),
    /// The same of some year, as syslog writes it; the year here is a leap year.
    Yearless(DateTime),
    /// One that can be read in more than one way: two that differ, a number that is no date, a zone by its letters.
    Unclear,
}

/// Letters behind a time that say which zone it is of; which one they mean depends on who reads them.
const ZONES: [&str; 22] = [
    "CET", "CEST", "EET", "EEST", "WET", "WEST", "BST", "IST", "IDT", "MSK", "EST", "EDT", "CST", "CDT", "MST", "MDT",
    "PST", "PDT", "JST", "KST", "AEST", "AEDT",
];

/// The zones of the earth differ by quarters of an hour, and by no more than this many seconds from UTC.
const QUARTER: i64 = 15 * 60;
const FURTHEST: i64 = 14 * 60 * 60;

/// Reads the stamp at the beginning of a text, and says where it ends: a date, a `T` or a space, a time, and perhaps an
/// offset.
pub fn leading(text: &str) -> Option<(Stamp, usize)> {
    let is_part = |c: char| c.is_ascii_digit() || matches!(c, '-' | ':' | '.' | ',' | '+' | 'T' | 'Z');
    let day = text.get(..10)?.replace('/', "-");
    let _is_a_day: Date = day.parse().ok()?;
    let rest = text.get(10..)?.strip_prefix(['T', ' '])?;
    let time = &rest[..rest.find(|c| !is_part(c)).unwrap_or(rest.len()).min(30)];
    let time = time.trim_end_matches([':', ',', '.', '-']);
    let whole = format!("{day}T{}", time.replace(',', "."));
    let end = "2026-11-22T".len() + time.len();
    if let Ok(exact) = whole.parse::<Timestamp>() {
        return Some((Stamp::Exact(exact), end));
    }
    // `2026-11-22 12:41:07 +0100`
    let behind = rest.get(time.len()..).unwrap_or_default();
    let offset = behind.trim_start();
    let offset = offset.get(..5).filter(|o| o.starts_with(['+', '-']) && o[1..].bytes().all(|b| b.is_ascii_digit()));
    let exact = offset.and_then(|offset| format!("{whole}{offset}").parse().ok());
    if let Some(exact) = exact {
        let blank = behind.len() - behind.trim_start().len();
        return Some((Stamp::Exact(exact), end + blank + 5));
    }
    let zone = behind.trim_start();
    let zone = &zone[..zone.find(|c: char| !c.is_ascii_uppercase()).unwrap_or(zone.len())];
    match zone {
        "UTC" | "GMT" => {
            let blank = behind.len() - behind.trim_start().len();
            format!("{whole}Z").parse().ok().map(|at| (Stamp::Exact(at), end + blank + zone.len()))
        }
        zone if ZONES.contains(&zone) => Some((Stamp::Unclear, end)),
        _ => whole.parse().ok().map(|at| (Stamp::Naive(at), end)),
    }
}

/// Returns where the text of a line begins behind a stamp that says no more than its moment, which is shown already; 0
/// where it has none, or another.
pub fn behind_stamp(text: &str, at: Timestamp) -> usize {
    let open = text.len() - text.trim_start_matches('[').len();
    let Some((stamp, end)) = leading(&text[open..]) else { return 0 };
    let is_same = match stamp {
        Stamp::Exact(moment) => moment == at,
        Stamp::Naive(day) => day.to_zoned(TimeZone::UTC).is_ok_and(|day| {
            let apart = day.timestamp().duration_since(at);
            apart.subsec_nanos() == 0 && apart.as_secs() % QUARTER == 0 && apart.as_secs().abs() <= FURTHEST
        }),
        Stamp::Yearless(_) | Stamp::Unclear => false,
    };
    let rest = &text[open + end..];
    let rest = if open > 0 { rest.trim_start_matches(']') } else { rest };
    let rest = rest.trim_start();
    if is_same && !rest.is_empty() { text.len() - rest.len() } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_that_is_shown_already_is_left_out_and_no_other() {
        let at: Timestamp = "2026-11-22T12:41:07.112Z".parse().unwrap();
        for (text, shown) in [
            ("2026-11-22T12:41:07.112Z INFO up", "INFO up"),
            ("[2026-11-22T12:41:07.112Z] up", "up"),
            ("2026-11-22T13:41:07.112+01:00 up", "up"),
            ("2026-11-22 13:41:07.112 +0100 up", "up"),
            ("2026-11-22 14:41:07,112 - app - up", "- app - up"),
            ("2026-11-22T12:41:08.112Z another moment", "2026-11-22T12:41:08.112Z another moment"),
            ("2026-11-22 12:47:07,112 no zone has that", "2026-11-22 12:47:07,112 no zone has that"),
            ("2026-11-22T12:41:07.112Z", "2026-11-22T12:41:07.112Z"),
            ("no stamp", "no stamp"),
        ] {
            assert_eq!(&text[behind_stamp(text, at)..], shown);
        }
    }
}
