//! The time stamp that a line carries, in the forms that logs are usually written in.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// Reads the stamp of a line: at its beginning, in brackets there, or in a field of a JSON line.
///
/// `2026-11-22T12:41:07.112Z`, `2026-11-22 12:41:07,112`; one without an offset is in this machine's time zone, whose
/// file it is.
pub(super) fn of(line: &str) -> Option<Timestamp> {
    let text = line.trim_start();
    if text.starts_with('{') {
        return in_json(text);
    }
    leading(text.trim_start_matches('['))
}

fn in_json(text: &str) -> Option<Timestamp> {
    let value: serde_json::Value = serde_json::from_str(text).ok()?;
    let found = ["time", "timestamp", "@timestamp", "ts"].into_iter().find_map(|key| value.get(key))?;
    match found {
        serde_json::Value::String(text) => leading(text),
        serde_json::Value::Number(number) => {
            let number = number.as_f64()?;
            let seconds = if number > 1e11 { number / 1e3 } else { number };
            Timestamp::from_millisecond((seconds * 1e3) as i64).ok()
        }
        _ => None,
    }
}

/// A stamp is a date, a `T` or a space, a time, and perhaps an offset: at most the first forty bytes.
fn leading(text: &str) -> Option<Timestamp> {
    let is_part = |c: char| c.is_ascii_digit() || matches!(c, '-' | ':' | '.' | ',' | '+' | 'T' | 'Z');
    let day = text.get(..10)?;
    let rest = text.get(10..)?.strip_prefix(['T', ' '])?;
    let time = &rest[..rest.find(|c| !is_part(c)).unwrap_or(rest.len()).min(30)];
    let whole = format!("{day}T{}", time.trim_end_matches([':', ',', '.', '-']).replace(',', "."));
    whole.parse::<Timestamp>().ok().or_else(|| {
        let local: DateTime = whole.parse().ok()?;
        Some(local.to_zoned(TimeZone::system()).ok()?.timestamp())
    })
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
            assert_eq!(of(line), Some(at), "{line}");
        }
        assert!(of("2026-11-22 12:41:07,112 - app - INFO - up").is_some());
    }

    #[test]
    fn a_line_without_a_stamp_has_none() {
        for line in ["", "Traceback", "{not json", "2026-11-22", "é2026-11-22 12:00:00", r#"{"msg": "up"}"#] {
            assert_eq!(of(line), None, "{line}");
        }
    }
}
