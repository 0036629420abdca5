//! How many lines a second, over the last few seconds.

use jiff::Timestamp;

/// How many seconds the rate is taken over.
const SECONDS: i64 = 10;

/// Lines counted by the second of their time stamp.
#[derive(Debug, Default)]
pub(super) struct Rate {
    buckets: [(i64, u64); SECONDS as usize + 1],
}

impl Rate {
    /// Counts a line; one that is older than what its place holds is too old to matter.
    pub(super) fn count(&mut self, at: Timestamp) {
        let second = at.as_second();
        let place = usize::try_from(second.rem_euclid(self.buckets.len() as i64)).unwrap_or(0);
        let (held, lines) = &mut self.buckets[place];
        if *held < second {
            (*held, *lines) = (second, 0);
        }
        if *held == second {
            *lines += 1;
        }
    }

    /// Returns the lines per second over the ten whole seconds before now.
    pub(super) fn per_second(&self, now: Timestamp) -> f64 {
        let now = now.as_second();
        let recent = self.buckets.iter().filter(|(second, _)| (now - SECONDS..now).contains(second));
        recent.map(|(_, lines)| *lines as f64).sum::<f64>() / SECONDS as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_795_000_000 + second).unwrap()
    }

    #[test]
    fn the_rate_is_that_of_the_last_ten_whole_seconds() {
        let mut rate = Rate::default();
        (0..20).for_each(|second| (0..second).for_each(|_| rate.count(at(second))));
        assert_eq!(rate.per_second(at(20)), (10..20).sum::<i64>() as f64 / 10.0);
        assert_eq!(rate.per_second(at(25)), (15..20).sum::<i64>() as f64 / 10.0);
        assert_eq!(rate.per_second(at(100)), 0.0);
    }
}
