//! How long a look may take: longer where the host is busy, or where answers lately took long. A look that is cut off too
//! early on a slow host would close a rollback that is ready.

use std::collections::HashMap;
use std::time::Duration;
use tminus_core::names::{ArtifactName, EnvName};

/// How long a look may take at most, however slow everything is.
const MOST: Duration = Duration::from_secs(300);
/// How long it may take at most where nothing answered: a service that hangs is not waited for that long.
const HUNG: Duration = Duration::from_secs(60);
/// How much longer than its last answer a place may take.
const SLACK: u32 = 4;
/// How many times the least a busy host makes of it at most.
const BUSIEST: f64 = 8.0;

/// What was learned about how long places take to answer.
#[derive(Default)]
pub(super) struct LookLimits {
    learned: HashMap<(EnvName, ArtifactName), Duration>,
}

/// How a look at a place ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LookEnd {
    /// Everything that was asked was answered, after so long.
    Answered(Duration),
    /// Something was answered and something was not, within so long.
    Partly(Duration),
    /// Nothing was answered within so long.
    Nothing(Duration),
}

impl LookLimits {
    /// Returns how long a look at a place may take, on a host as busy as this one is now.
    pub(super) fn limit(&self, least: Duration, env: &EnvName, artifact: &ArtifactName) -> Duration {
        let learned = self.learned.get(&(env.clone(), artifact.clone())).copied().unwrap_or_default();
        scaled(least, load()).max(learned).min(MOST.max(least))
    }

    /// Takes in how a look at a place ended.
    pub(super) fn learn(&mut self, env: &EnvName, artifact: &ArtifactName, end: LookEnd) {
        let key = (env.clone(), artifact.clone());
        let before = self.learned.get(&key).copied().unwrap_or_default();
        let learned = match end {
            LookEnd::Answered(took) => took * SLACK,
            LookEnd::Partly(limit) => (limit * 2).max(before),
            LookEnd::Nothing(limit) => (limit * 2).min(HUNG).max(before.min(HUNG)),
        };
        self.learned.insert(key, learned);
    }
}

/// Returns the least that a look may take on a host, by how many programs wait for each of its processors.
pub(super) fn scaled(least: Duration, load: f64) -> Duration {
    least.mul_f64(load.clamp(1.0, BUSIEST))
}

/// Returns how long a look may take on this host now, by the least that the plan gives it.
pub fn look_now(least: Duration) -> Duration {
    scaled(least, load())
}

/// Returns how many programs run or wait for each processor of this host; 1 where nobody says so.
pub(super) fn load() -> f64 {
    let said = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let all: f64 = said.split_whitespace().next().and_then(|first| first.parse().ok()).unwrap_or(1.0);
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    all / processors as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEAST: Duration = Duration::from_secs(15);

    fn after(ends: &[LookEnd]) -> Duration {
        let (env, artifact) = (EnvName::new("production"), ArtifactName::new("web"));
        let mut limits = LookLimits::default();
        ends.iter().for_each(|end| limits.learn(&env, &artifact, *end));
        limits.learned[&(env, artifact)]
    }

    #[test]
    fn a_busy_host_is_given_more_time_and_an_idle_one_no_less() {
        assert_eq!(scaled(LEAST, 0.1), LEAST);
        assert_eq!(scaled(LEAST, 4.0), Duration::from_secs(60));
        assert_eq!(scaled(LEAST, 400.0), Duration::from_secs(120));
    }

    #[test]
    fn a_place_whose_answers_took_long_is_given_four_times_as_long() {
        assert_eq!(after(&[LookEnd::Answered(Duration::from_secs(16))]), Duration::from_secs(64));
    }

    #[test]
    fn a_place_that_answers_in_part_is_given_twice_as_long_each_time() {
        assert_eq!(after(&[LookEnd::Partly(LEAST), LookEnd::Partly(LEAST * 2)]), LEAST * 4);
    }

    #[test]
    fn a_place_that_never_answers_is_not_waited_for_without_end() {
        let ends = [15, 30, 60, 60, 60].map(|s| LookEnd::Nothing(Duration::from_secs(s)));
        assert_eq!(after(&ends), HUNG);
    }

    #[test]
    fn a_place_that_is_quick_again_is_soon_given_the_least_again() {
        let slow = LookEnd::Answered(Duration::from_secs(60));
        assert_eq!(after(&[slow, LookEnd::Answered(Duration::from_secs(1))]), Duration::from_secs(4));
    }
}
