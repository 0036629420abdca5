//! How long a look at an outside service may take: what the plan says, and longer where the host is busy. One place for
//! all of them: a service that is slow everywhere must not close a rollback because one question had a limit of its own.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// How long a look may take where nobody says so.
const USUAL: Duration = Duration::from_secs(15);

/// How long a look may take now. Cheap to clone.
#[derive(Clone)]
pub struct Patience(Arc<dyn Fn() -> Duration + Send + Sync>);

impl Patience {
    /// Makes one that is asked each time: how busy a host is changes.
    pub fn new(now: impl Fn() -> Duration + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// Returns how long a look may take now.
    pub fn now(&self) -> Duration {
        (self.0)()
    }

    /// Returns that, or what a question needs that is slow by itself.
    pub fn at_least(&self, least: Duration) -> Duration {
        self.now().max(least)
    }
}

impl Default for Patience {
    fn default() -> Self {
        Self::new(|| USUAL)
    }
}

impl fmt::Debug for Patience {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Patience").field(&self.now()).finish()
    }
}
