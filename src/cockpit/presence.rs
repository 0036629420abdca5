//! Where everybody looks: what each seat last told of itself, and what this one tells. Lossy; who sits here is a fact.

use super::dialogs::Dialog;
use super::message::Effect;
use super::state::State;
use crate::domain::lock::Lock;
use crate::domain::names::SeatId;
use crate::domain::telemetry::Telemetry;
use crate::domain::time::age;
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;

/// How long a seat waits before it tells of another key: nobody needs to know it sooner, and a line may be slow.
const BETWEEN: SignedDuration = SignedDuration::from_secs(5);

/// Where a seat looks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Glance {
    /// The view, by its name.
    pub view: String,
    /// The size of its screen; none where there is none.
    pub size: (u16, u16),
    /// When it pressed a key last.
    pub key: Timestamp,
}

/// Where everybody looks, as last told.
#[derive(Clone, Debug, Default)]
pub struct Glances(BTreeMap<SeatId, Glance>);

impl Glances {
    /// Takes what a seat tells; anything else changes nothing.
    pub fn take(&mut self, told: &Telemetry) {
        if let Telemetry::Present { seat, view, size, key } = told {
            self.0.insert(seat.clone(), Glance { view: view.clone(), size: *size, key: *key });
        }
    }

    /// Returns where a seat looks.
    pub fn of(&self, seat: &SeatId) -> Option<&Glance> {
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
    told: Option<(Timestamp, Glance)>,
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

impl State {
    /// Tells where one looks: another view at once, another key or size after a while, and nothing while nothing changes.
    pub(crate) fn tell_glance(&mut self) -> Option<Effect> {
        let seat = self.seat.clone().filter(|_| self.world.is_some() && self.gone.is_none())?;
        let key = self.glance.sits(self.now);
        let glance = Glance { view: self.looks_at(), size: self.size, key };
        let is_due = self.glance.told.as_ref().is_none_or(|(at, told)| {
            let since = self.now.duration_since(*at);
            // A clock that was set back would keep this seat silent until it is as late again.
            let is_changed = *told != glance && (since >= BETWEEN || since.is_negative());
            told.view != glance.view || is_changed
        });
        if !is_due {
            return None;
        }
        self.glance.told = Some((self.now, glance.clone()));
        let Glance { view, size, key } = glance;
        Some(Effect::Look(Telemetry::Present { seat, view, size, key }))
    }

    /// Returns who holds an environment, and when they pressed a key last, where they sit here and told.
    pub(crate) fn lock_words(&self, lock: &Lock) -> String {
        let seats = self.world.as_ref().into_iter().flat_map(|world| world.release.seats.iter());
        let own = seats.filter(|seat| seat.who == lock.holder);
        let key = own.filter_map(|seat| Some(self.live.glances.of(&seat.id)?.key)).max();
        let key = key.filter(|_| !lock.is_of(&self.who)).map(|at| age(self.now, at));
        lock.words_with(self.now, key)
    }

    /// Names what one looks at: an open preview before the view beneath it.
    fn looks_at(&self) -> String {
        match &self.dialog {
            Some(Dialog::Preview(dialog)) => {
                format!("preview of {} {}", dialog.request.verb(), dialog.request.subject())
            }
            Some(
                Dialog::Confirm(_)
                | Dialog::Leave(_)
                | Dialog::Meanwhile(_)
                | Dialog::Choose(_)
                | Dialog::Write(_)
                | Dialog::Saying(_)
                | Dialog::Prompt(_)
                | Dialog::Palette(_)
                | Dialog::Sources(_),
            )
            | None => self.view().words(),
        }
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
        own.told = Some((at, Glance { view, size: (80, 24), key: at }));
        own.tell_anew();
        assert_eq!((own.key, own.told), (Some(at), None));
    }
}
