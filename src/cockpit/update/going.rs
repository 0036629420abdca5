//! Going to another view, and remembering the way back.

use super::state::State;
use crate::spot::Spot;
use crate::view::View;

impl State {
    pub(crate) fn go(&mut self, view: View) {
        if self.view() != &view {
            self.look.panes.output = 0;
            self.begin(view);
        }
    }

    /// Enters a view where nobody has been.
    pub(crate) fn begin(&mut self, view: View) {
        self.enter(Spot::top_of(view));
        let row = self.here().first(self);
        let target = self.here().first_target(self);
        if let Some(spot) = self.look.trail.last_mut() {
            (spot.row, spot.target) = (row, target);
        }
    }

    /// Enters a view; the way back to where one was is kept, as far as anybody goes back.
    pub(crate) fn enter(&mut self, spot: Spot) {
        const KEPT: usize = 24;
        self.look.trail.push(spot);
        if self.trail.len() > KEPT {
            // The overview stays at the beginning of every way.
            self.look.trail.remove(1);
        }
    }

    /// Goes to where something is wrong: the first screen begins there.
    pub(crate) fn begin_at_the_trouble(&mut self) {
        let at = self.troubles().first().and_then(|trouble| {
            let all = &self.world.as_ref()?.plan.environments;
            all.iter().position(|e| e.name == trouble.env)
        });
        if let Some(at) = at.filter(|_| self.is_overview()) {
            self.look.panes.env = at;
        }
    }
}
