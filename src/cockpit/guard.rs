//! Telling a key that was meant from one that was held down, or came before anybody could read what it does.

use super::message::{Press, Repeat};
use crate::settings::keymap::{Key, Stroke};
use std::time::{Duration, Instant};

/// How long keys are ignored after a dialog has opened, or a text was pasted.
const DEAD_TIME: Duration = Duration::from_millis(400);
/// The same key again within this time is a key held down.
const REPEATING: Duration = Duration::from_millis(60);

/// An Enter this soon after another key was poured in, not pressed: a paste that the terminal did not mark as one.
const POURED: Duration = Duration::from_millis(10);
/// A button is pressed by nobody so soon after the key that went to it: keys mashed at random, or a cat.
const READING: Duration = Duration::from_millis(250);

/// What is remembered to tell a key that was meant from one that was not.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Guard {
    deaf_until: Option<Instant>,
    last: Option<(Stroke, Instant)>,
    /// How long after the key before it the last one came.
    gap: Option<Duration>,
    /// What the last key was.
    intent: Option<Intent>,
    /// When something was pressed or pasted last; dialogs open at that moment.
    pub(crate) now: Option<Instant>,
}

/// What a key is, as far as the guard can tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Intent {
    Meant,
    /// Held down: good for moving, never for confirming.
    Held,
    /// Too soon after a dialog opened or a text was pasted.
    Deaf,
}

impl Guard {
    /// Weighs a key.
    pub(crate) fn weigh(&mut self, press: &Press) -> Intent {
        let again = self
            .last
            .is_some_and(|(stroke, at)| stroke == press.stroke && press.at.saturating_duration_since(at) < REPEATING);
        let after = self.last.map(|(_, at)| press.at.saturating_duration_since(at));
        let poured = press.stroke.key == Key::Enter && after.is_some_and(|gap| gap < POURED);
        self.last = Some((press.stroke, press.at));
        self.gap = after;
        self.now = Some(press.at);
        let intent = if self.deaf_until.is_some_and(|until| press.at < until) {
            Intent::Deaf
        } else if again || poured || press.repeat == Repeat::Held {
            Intent::Held
        } else {
            Intent::Meant
        };
        self.intent = Some(intent);
        intent
    }

    /// Returns what the last key was; nothing was meant before there was one.
    pub(crate) fn intent(&self) -> Intent {
        self.intent.unwrap_or(Intent::Deaf)
    }

    /// Says whether the last key came so soon after the one before it that nobody can have read in between.
    pub(crate) fn is_hasty(&self) -> bool {
        self.gap.is_some_and(|gap| gap < READING)
    }

    /// Begins the dead time: a dialog has opened, or a text was pasted.
    pub(crate) fn go_deaf(&mut self, at: Instant) {
        self.now = Some(at);
        self.deaf_until = Some(at + DEAD_TIME);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn press(key: Key, at: Instant) -> Press {
        Press { stroke: Stroke { key, ctrl: false, alt: false }, repeat: Repeat::Fresh, at }
    }

    #[test]
    fn an_enter_that_is_poured_in_behind_a_text_confirms_nothing() {
        let (mut guard, at) = (Guard::default(), Instant::now());
        guard.weigh(&press(Key::Char('n'), at));
        assert_eq!(guard.weigh(&press(Key::Enter, at + Duration::from_millis(2))), Intent::Held);
        assert_eq!(guard.weigh(&press(Key::Enter, at + Duration::from_millis(200))), Intent::Meant);
    }
}
