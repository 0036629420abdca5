//! How `tminus logs` writes the time before a line: as a person has set it, else with its offset, and with the day where that
//! is another.

use crate::cli::appearance::log_times;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::fmt::strtime;
use jiff::tz::TimeZone;

/// What the time before a line is written by.
pub(super) struct LogTimes {
    zone: TimeZone,
    /// `time-format`, where that is set.
    format: Option<String>,
    today: Date,
}

impl LogTimes {
    /// Takes what is set.
    pub(super) fn new(now: Timestamp) -> Self {
        let (zone, format) = log_times();
        Self { today: now.to_zoned(zone.clone()).date(), zone, format }
    }

    /// Writes the time of a line.
    pub(super) fn of_line(&self, at: Timestamp) -> String {
        match &self.format {
            Some(format) => strtime::format(format, &at.to_zoned(self.zone.clone())).unwrap_or_default(),
            None => self.in_full(at, "%H:%M:%S%.3f%:z"),
        }
    }

    /// Writes a moment in a sentence.
    pub(super) fn in_words(&self, at: Timestamp) -> String {
        self.in_full(at, "%H:%M:%S%:z")
    }

    /// Writes a time of today in a form, and one of another day with its date before it, as RFC 3339 has it.
    fn in_full(&self, at: Timestamp, form: &str) -> String {
        let at = at.to_zoned(self.zone.clone());
        let day = if at.date() == self.today { "" } else { "%Y-%m-%dT" };
        at.strftime(&format!("{day}{form}")).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_has_its_offset_its_day_where_that_is_another_and_the_form_that_is_set() {
        let zone = TimeZone::fixed(jiff::tz::offset(2));
        let [now, night]: [Timestamp; 2] =
            ["2026-11-29T20:00:00Z", "2026-11-28T22:30:00.25Z"].map(|text| text.parse().unwrap());
        let today = jiff::civil::date(2026, 11, 29);
        let times = LogTimes { zone: zone.clone(), format: None, today };
        assert_eq!(times.of_line(now), "22:00:00.000+02:00");
        assert_eq!(times.of_line(night), "00:30:00.250+02:00", "it is today here");
        let before: Timestamp = "2026-11-28T21:30:00.25Z".parse().unwrap();
        assert_eq!(times.of_line(before), "2026-11-28T23:30:00.250+02:00");
        assert_eq!(times.in_words(before), "2026-11-28T23:30:00+02:00");
        assert_eq!(times.of_line(before).parse::<Timestamp>().unwrap(), before, "RFC 3339");
        let times = LogTimes { zone, format: Some("%d %b %H:%M".to_owned()), today };
        assert_eq!(times.of_line(before), "28 Nov 23:30");
    }
}
