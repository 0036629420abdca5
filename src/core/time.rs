//! Moments and lengths of time as people write them: `90s`, `30m`, `24h`, `7d`, `T-00:42:10`.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::time::Duration;

/// A length of time, written `90s`, `30m`, `24h` or `7d`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Span(Duration);

/// The text is not a length of time.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a duration: write it as `500ms`, `90s`, `30m`, `24h` or `7d`")]
pub struct NotASpan(pub String);

impl Span {
    /// Makes a span of whole seconds.
    pub const fn seconds(count: u64) -> Self {
        Self(Duration::from_secs(count))
    }

    /// Makes a span of milliseconds.
    pub const fn millis(count: u64) -> Self {
        Self(Duration::from_millis(count))
    }

    /// Reads `500ms`, `90s`, `30m`, `24h`, `7d` or `0s`; at most ten years.
    pub fn parse(text: &str) -> Result<Self, NotASpan> {
        let wrong = || NotASpan(text.to_owned());
        let split = text.find(|c: char| !c.is_ascii_digit()).ok_or_else(wrong)?;
        let (digits, unit) = text.split_at(split);
        let count: u64 = digits.parse().map_err(|_| wrong())?;
        let unit_millis: u64 = match unit {
            "ms" => 1,
            "s" => 1_000,
            "m" => 60_000,
            "h" => 3_600_000,
            "d" => 86_400_000,
            _ => return Err(wrong()),
        };
        let millis = count.checked_mul(unit_millis).ok_or_else(wrong)?;
        if millis > 3_660 * 86_400_000 {
            return Err(wrong());
        }
        Ok(Self(Duration::from_millis(millis)))
    }

    /// Returns the span as the standard library's duration.
    pub const fn duration(self) -> Duration {
        self.0
    }

    /// Returns the whole seconds of the span.
    pub const fn as_seconds(self) -> u64 {
        self.0.as_secs()
    }

    /// Returns the moment that lies this long after another.
    pub fn after(self, moment: Timestamp) -> Timestamp {
        moment
            .checked_add(jiff::SignedDuration::try_from(self.0).unwrap_or(jiff::SignedDuration::MAX))
            .unwrap_or(Timestamp::MAX)
    }
}

impl From<Duration> for Span {
    fn from(duration: Duration) -> Self {
        Self(duration)
    }
}

impl Span {
    /// Returns it in whole seconds, as a person says it; what is shorter than one stays as it is.
    pub fn rounded(self) -> Self {
        let whole = Duration::from_secs(self.0.as_secs());
        if whole.is_zero() { self } else { Self(whole) }
    }
}

impl fmt::Display for Span {
    /// Writes the largest unit that loses nothing: `30m`, `24h`, `90s`, `7d`.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let millis = self.0.as_millis();
        let text = if !millis.is_multiple_of(1_000) {
            format!("{millis}ms")
        } else {
            let seconds = millis / 1_000;
            match seconds {
                0 => "0s".to_owned(),
                s if s % 86_400 == 0 && s > 86_400 => format!("{}d", s / 86_400),
                s if s % 3_600 == 0 => format!("{}h", s / 3_600),
                s if s % 60 == 0 => format!("{}m", s / 60),
                s => format!("{s}s"),
            }
        };
        out.pad(&text)
    }
}

/// A signed distance from T-0, in seconds: `-5d`, `0s`, `30m`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Offset(i64);

impl Offset {
    /// T-0 itself.
    pub const ZERO: Self = Self(0);

    /// Makes the distance of an age after T-0.
    pub const fn at_age(span: Span) -> Self {
        Self(span.as_seconds() as i64)
    }

    /// Reads a span with an optional sign before it.
    pub fn parse(text: &str) -> Result<Self, NotASpan> {
        let (sign, rest) = match text.as_bytes().first() {
            Some(b'-') => (-1, &text[1..]),
            Some(b'+') => (1, &text[1..]),
            _ => (1, text),
        };
        let span = Span::parse(rest).map_err(|_| NotASpan(text.to_owned()))?;
        Ok(Self(sign * span.as_seconds() as i64))
    }

    /// Returns the signed seconds from T-0.
    pub const fn seconds(self) -> i64 {
        self.0
    }

    /// Returns the moment at this offset from T-0.
    pub fn from(self, zero: Timestamp) -> Timestamp {
        zero.checked_add(jiff::SignedDuration::from_secs(self.0)).unwrap_or(zero)
    }
}

impl fmt::Display for Offset {
    /// Writes the distance with its sign, as the plan does: `-5d`, `+30m`; T-0 itself is `T-0`.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.unsigned_abs();
        let span = Span::seconds(seconds);
        match self.0 {
            0 => out.pad("T-0"),
            // One counts down in days; an age of 24h keeps its hours.
            ..0 if seconds.is_multiple_of(86_400) => out.pad(&format!("-{}d", seconds / 86_400)),
            ..0 => out.pad(&format!("-{span}")),
            1.. => out.pad(&format!("+{span}")),
        }
    }
}

/// Returns how long ago `then` was, nothing less than zero: a clock that jumped back makes no negative age.
pub fn age(now: Timestamp, then: Timestamp) -> Duration {
    Duration::try_from(now.duration_since(then)).unwrap_or(Duration::ZERO)
}

/// By how much clocks are set by themselves.
pub const USUALLY_SET: SignedDuration = SignedDuration::from_secs(60);

/// Says whether a moment that was recorded is still to come: the clock was set back since, by more than clocks are set by
/// themselves.
pub fn is_to_come(then: Timestamp, now: Timestamp) -> bool {
    then.duration_since(now) > USUALLY_SET
}

/// Returns a moment as it would be on a clock that was set by so much.
pub fn moved(at: Timestamp, by: SignedDuration) -> Timestamp {
    let end = if by.is_negative() { Timestamp::MIN } else { Timestamp::MAX };
    at.checked_add(by).unwrap_or(end)
}

/// Writes an age for a narrow column: `12s`, `40m`, `2h`, `21d`.
pub fn brief(age: Duration) -> String {
    match age.as_secs() {
        s if s < 100 => format!("{s}s"),
        s if s < 100 * 60 => format!("{}m", s / 60),
        s if s < 48 * 3_600 => format!("{}h", s / 3_600),
        s => format!("{}d", s / 86_400),
    }
}

/// Writes a length of time as a person says it: `46 s`, `12 min`, `5 h`, `3 days`.
pub fn spoken(length: Duration) -> String {
    match length.as_secs() {
        s if s < 120 => format!("{s} s"),
        s if s < 120 * 60 => format!("{} min", s.div_ceil(60)),
        s if s < 48 * 3_600 => format!("{} h", s / 3_600),
        s => format!("{} days", s / 86_400),
    }
}

/// Writes the T-clock: `T-00:42:10` before T-0, `T+00:30:00` after it, with days in front where there are any.
pub fn t_clock(now: Timestamp, zero: Timestamp) -> String {
    let seconds = now.duration_since(zero).as_secs();
    let sign = if seconds < 0 { '-' } else { '+' };
    let s = seconds.unsigned_abs();
    let (days, hours, minutes, rest) = (s / 86_400, s / 3_600 % 24, s / 60 % 60, s % 60);
    match days {
        0 => format!("T{sign}{hours:02}:{minutes:02}:{rest:02}"),
        _ => format!("T{sign}{days}d {hours:02}:{minutes:02}:{rest:02}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_written_as_they_are_read() {
        for text in ["500ms", "90s", "30m", "24h", "7d", "0s", "1h"] {
            assert_eq!(Span::parse(text).map(|s| s.to_string()), Ok(text.to_owned()));
        }
    }

    #[test]
    fn a_span_without_a_unit_or_beyond_reason_is_refused() {
        for text in ["", "5", "m", "-5m", "5 m", "1w", "99999999999999999999d", "4000d"] {
            assert!(Span::parse(text).is_err(), "{text:?} was read");
        }
    }

    #[test]
    fn the_t_clock_counts_down_and_then_up() {
        let zero = Timestamp::UNIX_EPOCH;
        let at = |s| Timestamp::from_second(s).unwrap();
        assert_eq!(t_clock(at(-2_530), zero), "T-00:42:10");
        assert_eq!(t_clock(at(1_800), zero), "T+00:30:00");
        assert_eq!(t_clock(at(-5 * 86_400), zero), "T-5d 00:00:00");
    }

    #[test]
    fn an_offset_is_written_as_the_plan_has_it() {
        for (read, written) in
            [("-5d", "-5d"), ("-1d", "-1d"), ("-90m", "-90m"), ("0s", "T-0"), ("30m", "+30m"), ("+24h", "+24h")]
        {
            assert_eq!(Offset::parse(read).map(|o| o.to_string()), Ok(written.to_owned()));
        }
    }

    #[test]
    fn an_age_is_never_negative() {
        let later = Timestamp::from_second(10).unwrap();
        assert_eq!(age(Timestamp::UNIX_EPOCH, later), Duration::ZERO);
    }
}
