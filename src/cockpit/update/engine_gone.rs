//! The engine ends, and another one is joined.

use super::state::State;
use crate::dialogs::PreviewDialog;
use crate::lost_engine::{LostEngine, RetryBy};
use crate::message::{Effect, Rejoining};
use crate::notices::{NoticeLine, Tone};
use jiff::Timestamp;

impl State {
    pub(crate) fn lose_engine(&mut self) {
        self.look.gone = Some(LostEngine { since: self.now, again: Rejoining::Never, asked: RetryBy::No, told: None });
        self.look.logs.change_engine();
        let says = "has ended; what was begun is in the journal";
        self.look.said.keep(NoticeLine::new(self.now, Tone::Trouble, "the engine", says));
    }

    pub(crate) fn rejoining(&mut self, what: Rejoining) {
        let Some(gone) = &mut self.look.gone else { return };
        let before = std::mem::replace(&mut gone.again, what.clone());
        match (before, what) {
            (Rejoining::Trying, Rejoining::Later { why, .. }) => self.tell_why_not(&why),
            (_, Rejoining::Never | Rejoining::Trying | Rejoining::Later { .. } | Rejoining::Stopped { .. }) => {}
        }
    }

    /// Tells why a try came to nothing: once, and again whenever it is another reason, or a person asked for the try.
    fn tell_why_not(&mut self, why: &str) {
        let Some(gone) = &mut self.look.gone else { return };
        let is_known = gone.told.as_deref() == Some(why);
        let asked = std::mem::replace(&mut gone.asked, RetryBy::No);
        if is_known && asked == RetryBy::No {
            return;
        }
        gone.told = Some(why.to_owned());
        let mut lines = why.lines().map(str::trim).filter(|line| !line.is_empty());
        let says = format!("was not joined again, nor started: {}", lines.next().unwrap_or("nobody says why"));
        let reasons = lines.map(str::to_owned).collect();
        if asked == RetryBy::Yes {
            self.hint = Some(says.clone());
        }
        self.look.said.keep(NoticeLine { reasons, ..NoticeLine::new(self.now, Tone::Trouble, "the engine", says) });
    }

    /// Asks for an engine now: a person does not want to wait for the next try.
    pub(crate) fn rejoin(&mut self) -> Vec<Effect> {
        self.rejoining(Rejoining::Trying);
        if let Some(gone) = &mut self.look.gone {
            gone.asked = RetryBy::Yes;
        }
        vec![Effect::Rejoin]
    }

    /// An engine is there again: what was asked of the one before it has no answer any more.
    /// Returns since when the one before it was gone, and the last fact that was seen of it.
    pub(crate) fn find_engine(&mut self) -> Option<(Timestamp, u64)> {
        let since = self.look.gone.take()?.since;
        for asked in std::mem::take(&mut self.asked) {
            let says = "was asked of an engine that has ended: look at the current state, then ask again";
            self.look.said.keep(NoticeLine::new(self.now, Tone::Trouble, asked.what, says));
        }
        if let Some(dialog) = self.dialog_mut::<PreviewDialog>() {
            // Its answer is waited for no longer; the next second asks this engine, where it is missing or old.
            dialog.answered = dialog.ticket;
        }
        self.say(Tone::Done, "the engine", "is joined again");
        Some((since, self.world.as_ref().map_or(0, |world| world.release.seq)))
    }
}
