//! Moments as the one who looks writes them: in their zone, with as much of the date as is needed.

use super::look::Look;
use jiff::Timestamp;

impl Look {
    /// Writes a moment as a time of day in the zone of the one who looks.
    pub(crate) fn time_of_day(&self, at: Timestamp) -> String {
        at.to_zoned(self.zone.clone()).strftime("%H:%M:%S").to_string()
    }

    /// Writes a moment in eight columns: as a time of day, or as its day where that is another one.
    pub(crate) fn time_or_day(&self, at: Timestamp) -> String {
        let (day, now) = (at.to_zoned(self.zone.clone()), self.now.to_zoned(self.zone.clone()));
        if day.date() == now.date() { self.time_of_day(at) } else { day.strftime("%d %b  ").to_string() }
    }

    /// Writes a moment as a time of day with its zone, and with its day where that is another one.
    pub(crate) fn moment(&self, at: Timestamp) -> String {
        let (at, now) = (at.to_zoned(self.zone.clone()), self.now.to_zoned(self.zone.clone()));
        at.strftime(if at.date() == now.date() { "%H:%M:%S %Z" } else { "%d %b %H:%M:%S %Z" }).to_string()
    }

    /// Writes a moment as people name a day: `Sun 22 Nov 13:23 UTC`.
    pub(crate) fn day_and_time(&self, at: Timestamp) -> String {
        at.to_zoned(self.zone.clone()).strftime("%a %d %b %H:%M %Z").to_string()
    }

    /// Writes a moment with its date.
    pub(crate) fn date_and_time(&self, at: Timestamp) -> String {
        at.to_zoned(self.zone.clone()).strftime("%Y-%m-%d %H:%M:%S %Z").to_string()
    }
}
