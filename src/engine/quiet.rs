//! How often an engine looks at everything unasked: seldom while no client is connected and nothing runs.
//!
//! A command looks for itself before it is decided, whatever was seen before; a place whose engine tells of changes goes on
//! telling them; and who connects finds a fresh look begun.

/// While no client is connected and nothing runs, one look in this many is made: one a minute.
const ONE_OF: u32 = 6;

/// Whether anybody would see what a look finds.
pub(super) struct Quiet {
    is_visited: bool,
    /// How many looks were left out since the last one.
    left_out: u32,
}

impl Default for Quiet {
    /// An engine without a door has its only client in its own process.
    fn default() -> Self {
        Self { is_visited: true, left_out: 0 }
    }
}

impl Quiet {
    /// Hears whether anybody is connected; says whether to look at once.
    pub(super) fn visited(&mut self, is_visited: bool) -> bool {
        self.is_visited = is_visited;
        is_visited && std::mem::take(&mut self.left_out) > 0
    }

    /// Says whether to look at what moved; who comes later finds a fresh look begun.
    pub(super) fn is_wanted(&mut self, is_busy: bool) -> bool {
        let is_wanted = self.is_visited || is_busy;
        self.left_out += u32::from(!is_wanted);
        is_wanted
    }

    /// Says whether to look now that it is time to.
    pub(super) fn is_due(&mut self, is_busy: bool) -> bool {
        self.left_out += 1;
        let is_due = self.is_visited || is_busy || self.left_out >= ONE_OF;
        if is_due {
            self.left_out = 0;
        }
        is_due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn with_nobody_there_and_nothing_under_way_one_look_in_six_is_made_and_who_comes_finds_a_fresh_one() {
        let mut quiet = Quiet::default();
        assert_eq!([false, true].map(|busy| quiet.is_due(busy)), [true, true], "somebody is here");
        assert!(!quiet.visited(false));
        assert_eq!((0..12).filter(|_| quiet.is_due(false)).count(), 2);
        assert!(quiet.is_due(true), "something is under way");
        assert!(!quiet.visited(true), "it was looked just now");
        quiet.visited(false);
        quiet.is_due(false);
        assert!(quiet.visited(true) && !quiet.visited(true));
        assert!(quiet.is_wanted(false), "somebody would see it");
        quiet.visited(false);
        assert!(!quiet.is_wanted(false) && quiet.is_wanted(true));
        assert!(quiet.visited(true), "something moved meanwhile");
    }
}
