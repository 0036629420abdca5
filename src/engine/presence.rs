//! Who looks where, as last told. Lossy; that somebody sits there at all is a fact, and stands in the release.

use jiff::Timestamp;
use std::collections::BTreeMap;
use std::time::Instant;
use tminus_core::names::SeatId;
use tminus_core::seat::Seats;
use tminus_core::telemetry::Telemetry;
use tminus_core::time::Span;

/// The last that every seat told of itself.
#[derive(Default)]
pub(super) struct SeatPresences {
    seats: BTreeMap<SeatId, PresenceRecord>,
}

struct PresenceRecord {
    told: Option<Telemetry>,
    key: Option<Timestamp>,
    /// When its last key was heard of, by the machine's own clock: the wall's may leap.
    heard: Instant,
}

impl SeatPresences {
    /// Forgets who has gone, and begins to wait for the keys of who came.
    pub(super) fn keep(&mut self, seats: &Seats) {
        self.seats.retain(|id, _| seats.find(id).is_some());
        for seat in seats.iter() {
            let fresh = || PresenceRecord { told: None, key: None, heard: Instant::now() };
            self.seats.entry(seat.id.clone()).or_insert_with(fresh);
        }
    }

    /// Takes what a seat tells of itself; nothing of one that does not sit here.
    pub(super) fn take(&mut self, told: &Telemetry) -> bool {
        let Telemetry::Present { seat, key, .. } = told else { return false };
        let Some(glance) = self.seats.get_mut(seat) else { return false };
        if glance.key != Some(*key) {
            (glance.key, glance.heard) = (Some(*key), Instant::now());
        }
        glance.told = Some(told.clone());
        true
    }

    /// Returns how long a seat has pressed no key.
    pub(super) fn away(&self, seat: &SeatId) -> Option<Span> {
        self.seats.get(seat).map(|glance| Span::from(glance.heard.elapsed()))
    }

    /// Returns what is known of everybody.
    pub(super) fn newest(&self) -> Vec<Telemetry> {
        self.seats.values().filter_map(|glance| glance.told.clone()).collect()
    }
}
