//! How adapters keep secrets out of what they hand on: the project's one mask, seen as two functions.

use std::fmt;
use std::sync::Arc;

/// Learns secrets, and takes them out of texts. Cheap to clone; all clones share what was learned.
#[derive(Clone)]
pub struct Masking {
    learn: Arc<dyn Fn(&str) + Send + Sync>,
    apply: Arc<dyn Fn(&str) -> String + Send + Sync>,
}

impl Masking {
    /// Makes it of the two functions of a mask.
    pub fn new(
        learn: impl Fn(&str) + Send + Sync + 'static,
        apply: impl Fn(&str) -> String + Send + Sync + 'static,
    ) -> Self {
        Self { learn: Arc::new(learn), apply: Arc::new(apply) }
    }

    /// Remembers a secret, so that it is never shown.
    pub fn learn(&self, secret: &str) {
        (self.learn)(secret);
    }

    /// Returns the text without the secrets that were learned.
    pub fn apply(&self, text: &str) -> String {
        (self.apply)(text)
    }
}

impl fmt::Debug for Masking {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Masking(•••)")
    }
}
