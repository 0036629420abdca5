//! When the next frame is due: a key's own at once, news at most sixty times a second, a flood ten times.

use super::opening::Bandwidth;
use std::time::Duration;
use tokio::time::Instant;

/// The shortest time between two frames.
const FRAME: Duration = Duration::from_millis(16);
/// The shortest time between two frames that only log lines ask for.
const FLOOD: Duration = Duration::from_millis(100);
/// The shortest time between two frames of a window that somebody pulls at.
const PULLED: Duration = Duration::from_millis(60);

/// The same on a slow line.
const SLOW_KEY: Duration = Duration::from_millis(100);
const SLOW_NEWS: Duration = Duration::from_secs(1);

/// How soon a change wants to be seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Haste {
    /// Somebody pressed a key, and waits.
    Key,
    Now,
    Flood,
    /// The window has another size.
    Size,
}

/// When frames were drawn, and when the next is due.
#[derive(Debug, Default)]
pub(crate) struct FramePace {
    drawn: Option<Instant>,
    /// When a key's own frame was drawn: news just before it do not hold it up.
    answered: Option<Instant>,
    resized: Option<Instant>,
    wanted: Option<Wanted>,
    bandwidth: Bandwidth,
}

#[derive(Clone, Copy, Debug)]
struct Wanted {
    at: Instant,
    is_answer: bool,
    is_resize: bool,
}

impl FramePace {
    /// Begins where nothing is drawn yet.
    pub(crate) fn on(bandwidth: Bandwidth) -> Self {
        Self { bandwidth, ..Self::default() }
    }

    /// Wants a frame.
    pub(crate) fn want(&mut self, haste: Haste, now: Instant) {
        let [key, news, flood, size] = match self.bandwidth {
            Bandwidth::Normal => [FRAME, FRAME, FLOOD, PULLED],
            Bandwidth::Low => [SLOW_KEY, SLOW_NEWS, SLOW_NEWS, SLOW_KEY],
        };
        let (last, gap) = match haste {
            Haste::Key => (self.answered, key),
            Haste::Now => (self.drawn, news),
            Haste::Flood => (self.drawn, flood),
            Haste::Size => (self.resized, size),
        };
        let mut at = last.map_or(now, |last| (last + gap).max(now));
        let before = self.wanted;
        // While a window is pulled at, a frame of the old size would be thrown away.
        let is_resize = haste == Haste::Size || before.is_some_and(|wanted| wanted.is_resize);
        if let Some(before) = before {
            at = if before.is_resize { before.at } else { at.min(before.at) };
        }
        let is_answer = haste == Haste::Key || before.is_some_and(|wanted| wanted.is_answer);
        self.wanted = Some(Wanted { at, is_answer, is_resize });
    }

    /// Returns when the next frame is due, if one is.
    pub(crate) fn due(&self) -> Option<Instant> {
        self.wanted.map(|wanted| wanted.at)
    }

    pub(crate) fn is_due(&self, now: Instant) -> bool {
        self.due().is_some_and(|at| at <= now)
    }

    /// Says that a frame was drawn.
    pub(crate) fn drawn(&mut self, now: Instant) {
        let now = Some(now);
        if let Some(wanted) = self.wanted.take() {
            self.answered = if wanted.is_answer { now } else { self.answered };
            self.resized = if wanted.is_resize { now } else { self.resized };
        }
        self.drawn = now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns how many frames are drawn in a second in which something is wanted every so many milliseconds.
    fn frames(haste: Haste, every: u64) -> usize {
        frames_on(Bandwidth::Normal, haste, every)
    }

    fn frames_on(bandwidth: Bandwidth, haste: Haste, every: u64) -> usize {
        let (mut pace, begun) = (FramePace::on(bandwidth), Instant::now());
        let moments = (0..1_000).step_by(every as usize).map(|millis| begun + Duration::from_millis(millis));
        let is_drawn = |now: &Instant| {
            pace.want(haste, *now);
            let is_due = pace.is_due(*now);
            if is_due {
                pace.drawn(*now);
            }
            is_due
        };
        moments.filter(is_drawn).count()
    }

    #[test]
    fn a_key_is_answered_at_once_though_news_were_drawn_just_now() {
        let (mut pace, now) = (FramePace::default(), Instant::now());
        pace.want(Haste::Now, now);
        pace.drawn(now);
        pace.want(Haste::Flood, now);
        assert!(!pace.is_due(now));
        pace.want(Haste::Key, now);
        assert!(pace.is_due(now));
    }

    #[test]
    fn keys_that_never_end_get_sixty_frames_a_second_and_a_flood_ten() {
        assert!((55..=63).contains(&frames(Haste::Key, 1)));
        assert!((55..=63).contains(&frames(Haste::Now, 1)));
        assert_eq!(frames(Haste::Flood, 1), 10);
    }

    #[test]
    fn a_slow_line_gets_one_frame_a_second_and_ten_while_keys_are_pressed() {
        let of = |haste| frames_on(Bandwidth::Low, haste, 1);
        assert_eq!([Haste::Now, Haste::Flood, Haste::Key].map(of), [1, 1, 10]);
    }

    #[test]
    fn a_window_that_is_pulled_at_is_drawn_at_its_first_size_and_then_now_and_again() {
        assert!((10..=18).contains(&frames(Haste::Size, 20)));
        assert_eq!(frames(Haste::Size, 200), 5, "each size, where there is time for it");
    }
}
