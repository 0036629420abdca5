//! What Compose made of compose files, kept until something changes that it is made of: Compose takes half a second of a
//! processor to start, and a look every few seconds must not cost that.

use super::inputs::Inputs;
use super::rendered::Rendered;
use super::tool::ComposeTool;
use std::collections::{BTreeSet, HashMap};
use std::future::Future;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tminus_core::ports::{FailureKind, PortError};

/// How many configurations are kept.
const MOST: usize = 64;
/// How long one counts whose inputs are not all known, and a refusal.
const UNCERTAIN: Duration = Duration::from_secs(60);
/// How long one counts whose inputs were changed just now.
const FRESH: Duration = Duration::from_secs(2);

/// When Compose is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AskWhen {
    /// At once: an order is carried out.
    Now,
    /// Where something has changed: somebody looks.
    Changed,
}

/// A configuration, as Compose wrote it, and the variables that it misses.
type RenderedConfig = Result<(Rendered, String, BTreeSet<String>), PortError>;

/// The configurations of a project's compose files, shared by all its deliveries.
#[derive(Clone, Default)]
pub struct Renderings {
    held: Arc<Mutex<HashMap<Vec<String>, Slot>>>,
    tools: Arc<tokio::sync::Mutex<HashMap<Vec<Vec<String>>, ComposeTool>>>,
}

type Slot = Arc<tokio::sync::Mutex<Option<HeldRendering>>>;

struct HeldRendering {
    inputs: Inputs,
    made: RenderedConfig,
    at: Instant,
}

impl HeldRendering {
    fn counts(&self) -> bool {
        let age = self.at.elapsed();
        let limit = match (&self.made, self.inputs.are_certain(), self.inputs.are_whole()) {
            (Ok(_), true, _) => Duration::MAX,
            (Ok(_), false, true) => FRESH,
            (Ok(_), false, false) => UNCERTAIN,
            // What Compose says of a file it says again; anything else may pass.
            (Err(failure), ..) if matches!(failure.kind, FailureKind::Rejected | FailureKind::Malformed) => UNCERTAIN,
            (Err(_), ..) => Duration::ZERO,
        };
        age < limit && self.inputs.are_same()
    }
}

impl Renderings {
    /// Returns the configuration of a key, from the cache or by running `make`. Concurrent calls for one key share one run.
    pub(super) async fn get(
        &self,
        key: Vec<String>,
        (when, root, files): (AskWhen, &Path, &[String]),
        make: impl Future<Output = RenderedConfig>,
    ) -> RenderedConfig {
        let slot = self.slot(key);
        let mut held = slot.lock().await;
        if let Some(held) = held.as_ref().filter(|held| when == AskWhen::Changed && held.counts()) {
            return held.made.clone();
        }
        // Before Compose reads them, so that a change meanwhile is seen at the next look.
        let inputs = Inputs::of(root, files);
        let made = make.await;
        *held = Some(HeldRendering { inputs, made: made.clone(), at: Instant::now() });
        made
    }

    /// Returns the program among several, found once for all deliveries; a miss is not remembered.
    pub(super) async fn tool(
        &self,
        programs: &[Vec<String>],
        find: impl Future<Output = Result<ComposeTool, PortError>>,
    ) -> Result<ComposeTool, PortError> {
        let mut tools = self.tools.lock().await;
        if let Some(known) = tools.get(programs) {
            return Ok(known.clone());
        }
        let found = find.await?;
        tools.insert(programs.to_vec(), found.clone());
        Ok(found)
    }

    fn slot(&self, key: Vec<String>) -> Slot {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if held.len() >= MOST && !held.contains_key(&key) {
            held.clear();
        }
        Arc::clone(held.entry(key).or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    struct Site {
        root: tempfile::TempDir,
        renderings: Renderings,
        asked: AtomicUsize,
    }

    impl Site {
        fn new() -> Self {
            let root = tempfile::tempdir().unwrap();
            std::fs::write(root.path().join("c.yml"), "services: {}\n").unwrap();
            let old = std::time::SystemTime::now() - Duration::from_secs(60);
            std::fs::File::options().write(true).open(root.path().join("c.yml")).unwrap().set_modified(old).unwrap();
            Self { root, renderings: Renderings::default(), asked: AtomicUsize::new(0) }
        }

        async fn look(&self, when: AskWhen, project: &str) -> RenderedConfig {
            let make = async {
                self.asked.fetch_add(1, Ordering::SeqCst);
                tokio::task::yield_now().await;
                Ok((Rendered(serde_json::Value::Null), "{}".to_owned(), BTreeSet::new()))
            };
            let files = ["c.yml".to_owned()];
            self.renderings.get(vec![project.to_owned()], (when, self.root.path(), &files), make).await
        }

        fn asked(&self) -> usize {
            self.asked.load(Ordering::SeqCst)
        }
    }

    #[tokio::test]
    async fn compose_is_asked_once_while_nothing_changes() {
        let site = Site::new();
        let looks = (0..9).map(|_| site.look(AskWhen::Changed, "shop"));
        assert!(futures::future::join_all(looks).await.iter().all(Result::is_ok));
        assert_eq!(site.asked(), 1);
        site.look(AskWhen::Changed, "other").await.unwrap();
        assert_eq!(site.asked(), 2, "another project is another configuration");
    }

    #[tokio::test]
    async fn compose_is_asked_again_when_a_file_has_changed_and_for_an_order() {
        let site = Site::new();
        site.look(AskWhen::Changed, "shop").await.unwrap();
        std::fs::write(site.root.path().join(".env"), "A=1\n").unwrap();
        site.look(AskWhen::Changed, "shop").await.unwrap();
        assert_eq!(site.asked(), 2);
        site.look(AskWhen::Now, "shop").await.unwrap();
        assert_eq!(site.asked(), 3);
    }
}
