//! Where everybody looks: what each seat last told of itself, and this one last said. Lossy; who sits here is a fact.

use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;
use tminus_core::names::SeatId;
use tminus_core::telemetry::Telemetry;

/// Where a seat looks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Presence {
    /// The view, by its name.
    pub view: String,
    /// The size of its screen; none where there is none.
    pub size: (u16, u16),
    /// When it pressed a key last.
    pub key: Timestamp,
}

/// Where everybody looks, as last told.
#[derive(Clone, Debug, Default)]
pub struct Presences(BTreeMap<SeatId, Presence>);

impl Presences {
    /// Takes what a seat tells; anything else changes nothing.
    pub fn take(&mut self, told: &Telemetry) {
        if let Telemetry::Present { seat, view, size, key } = told {
            self.0.insert(seat.clone(), Presence { view: view.clone(), size: *size, key: *key });
        }
    }

    /// Returns where a seat looks.
    pub fn of(&self, seat: &SeatId) -> Option<&Presence> {
        self.0.get(seat)
    }

    /// Forgets a seat that has gone.
    pub fn forget(&mut self, seat: &SeatId) {
        self.0.remove(seat);
    }
}

/// What this seat told of itself.
#[derive(Clone, Debug, Default)]
pub(crate) struct OwnGlance {
    /// When it was told, and what.
    pub(super) told: Option<(Timestamp, Presence)>,
    /// When a key was pressed last.
    key: Option<Timestamp>,
}

impl OwnGlance {
    /// Takes note of a key.
    pub(crate) const fn pressed(&mut self, at: Timestamp) {
        self.key = Some(at);
    }

    /// Takes whoever has just sat down to be there.
    pub(crate) fn sits(&mut self, at: Timestamp) -> Timestamp {
        *self.key.get_or_insert(at)
    }

    /// Returns for how long no key was pressed.
    pub(crate) fn rests(&self, now: Timestamp) -> SignedDuration {
        self.key.map_or(SignedDuration::ZERO, |key| now.duration_since(key))
    }

    /// Has it told anew, to another engine. When a key was pressed last stays as it was: who was away is away still.
    pub(crate) fn tell_anew(&mut self) {
        self.told = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_pressed_no_key_is_as_long_away_at_the_next_engine() {
        let (at, view) = (Timestamp::UNIX_EPOCH, "journal".to_owned());
        let mut own = OwnGlance::default();
        own.pressed(at);
        own.told = Some((at, Presence { view, size: (80, 24), key: at }));
        own.tell_anew();
        assert_eq!((own.key, own.told), (Some(at), None));
    }
}
