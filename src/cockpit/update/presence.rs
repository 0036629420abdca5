//! Telling the other seats where this one looks.

use super::state::{Attending, State};
use crate::dialogs::Dialog;
use crate::message::Effect;
use crate::presence::Presence;
use jiff::SignedDuration;
use tminus_core::telemetry::Telemetry;

/// How long a seat waits before it tells of another key: nobody needs to know it sooner, and a line may be slow.
const BETWEEN: SignedDuration = SignedDuration::from_secs(5);

/// Who presses no key for so long may look elsewhere: reading a screen takes no longer.
const STILL: SignedDuration = SignedDuration::from_secs(30);

impl State {
    /// Tells where one looks: another view at once, another key or size after a while, and nothing while nothing changes.
    pub(crate) fn tell_glance(&mut self) -> Option<Effect> {
        let seat = self.seat.clone().filter(|_| self.world.is_some() && self.gone.is_none())?;
        let key = self.glance.sits(self.now);
        let glance = Presence { view: self.looks_at(), size: self.size, key };
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
        let Presence { view, size, key } = glance;
        Some(Effect::Look(Telemetry::Present { seat, view, size, key }))
    }

    /// Names what one looks at: an open preview before the view beneath it.
    fn looks_at(&self) -> String {
        self.dialog().and_then(Dialog::name).unwrap_or_else(|| self.here().name())
    }

    /// Says whether the person looks elsewhere. If the terminal never reports focus, no key for a while means elsewhere.
    pub(crate) fn is_elsewhere(&self) -> bool {
        match self.gaze {
            Attending::Here => false,
            Attending::Elsewhere => true,
            Attending::Untold => self.glance.rests(self.now) >= STILL,
        }
    }
}
