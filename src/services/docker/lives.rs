//! A container that its engine starts again and again lives between two ends: a look that falls into one of its lives says
//! nothing. Pure.

use jiff::Timestamp;
use std::time::Duration;
use tminus_core::order::Health;

/// For how long one that was started again at least once must stay up before its state is believed.
const STEADY: Duration = Duration::from_secs(10);

/// How often one is started again before it is called that.
const OFTEN: u64 = 3;

/// How long one that was started again that often must stay up at least, and at most.
const SETTLED: [Duration; 2] = [Duration::from_secs(60), Duration::from_secs(600)];

/// The lives of a container that runs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lives {
    /// How often its engine started it again.
    pub(super) restarts: u64,
    /// When it was made.
    pub(super) created: Option<Timestamp>,
    /// Since when it runs this time; absent when it does not.
    pub(super) started: Option<Timestamp>,
}

impl Lives {
    /// Says how it is, where it says of itself that it is well, or says nothing.
    pub(super) fn judge(self, (health, words): (Health, String), now: Timestamp) -> (Health, String) {
        let is_up = matches!(health, Health::Healthy | Health::Unknown | Health::Starting);
        let Some(up) = self.started.map(|started| between(started, now)).filter(|_| is_up) else {
            return (health, words);
        };
        if self.restarts >= OFTEN && up < self.settled(now) {
            let words = format!("{words}, started again {} times: it does not stay up", self.restarts);
            return (Health::Unhealthy, words);
        }
        if self.restarts > 0 && up < STEADY && health != Health::Healthy {
            return (Health::Starting, format!("{words}, started again after it had ended"));
        }
        (health, words)
    }

    /// Returns how long it must stay up: twice as long as its lives were.
    fn settled(self, now: Timestamp) -> Duration {
        let [least, most] = SETTLED;
        let lives = u32::try_from(self.restarts).unwrap_or(u32::MAX).saturating_add(1);
        let life = self.created.map_or(least, |created| between(created, now) / lives);
        (life * 2).clamp(least, most)
    }
}

fn between(from: Timestamp, to: Timestamp) -> Duration {
    Duration::try_from(to.duration_since(from)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn health(restarts: u64, made: i64, up: i64) -> Health {
        let now = Timestamp::UNIX_EPOCH;
        let ago = |seconds: i64| Timestamp::from_second(-seconds).ok();
        let lives = Lives { restarts, created: ago(made), started: ago(up) };
        lives.judge((Health::Unknown, "up, no health check".to_owned()), now).0
    }

    #[test]
    fn what_is_started_again_and_again_is_not_well_while_it_lives() {
        let day = 86_400;
        for (restarts, made, up, says) in [
            (0, 1, 1, Health::Unknown),
            (1, 5, 1, Health::Starting),
            (1, 30, 20, Health::Unknown),
            (3, 4, 1, Health::Unhealthy),
            (4, 12, 3, Health::Unhealthy),
            (12, 3600, 280, Health::Unhealthy),
            (3, 90, 70, Health::Unknown),
            (3, 30 * day, 29 * day, Health::Unknown),
            (40, 30 * day, 700, Health::Unknown),
        ] {
            assert_eq!(health(restarts, made, up), says, "{restarts} restarts, up {up} s of {made}");
        }
    }

    #[test]
    fn what_is_ill_anyway_stays_as_ill() {
        let lives = Lives { restarts: 9, created: None, started: None };
        let told = lives.judge((Health::Stopped, "exited with 1".to_owned()), Timestamp::UNIX_EPOCH);
        assert_eq!(told, (Health::Stopped, "exited with 1".to_owned()));
    }
}
