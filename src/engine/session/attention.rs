//! Which containers all clients look at: counted, so that who comes or goes changes only what is theirs.

use crate::EngineHandle;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;
use tokio::sync::watch;

/// How many containers one client looks at, and how long their names are together, in bytes: more than a screen shows.
pub(super) const NAMES: usize = 256;
pub(super) const BYTES: usize = 16 * 1024;
/// How many different containers all clients look at together; what is beyond is not measured.
const ALL_NAMES: usize = 1_024;
const ALL_BYTES: usize = 64 * 1024;
/// The shortest time between two updates to the engine: clients may change their minds as often as they like.
const BETWEEN: Duration = Duration::from_millis(100);

/// What each client looks at, and how many look at each container.
#[derive(Debug, Default)]
pub(super) struct Attentions {
    own: HashMap<u64, BTreeSet<String>>,
    counts: BTreeMap<String, usize>,
    /// How long the names in `counts` are together.
    bytes: usize,
}

impl Attentions {
    /// Takes what one client looks at from now on, as much of it as may be; says whether that changes what all look at.
    pub(super) fn put(&mut self, guest: u64, names: BTreeSet<String>) -> bool {
        let before = self.own.remove(&guest).unwrap_or_default();
        let mut is_changed = false;
        let mut own = BTreeSet::new();
        let (mut count, mut bytes) = (0, 0);
        for name in names {
            (count, bytes) = (count + 1, bytes + name.len());
            if count > NAMES || bytes > BYTES {
                break;
            }
            // A client that already looked at it is not counted twice.
            if before.contains(&name) {
                own.insert(name);
            } else if let Some(is_new) = self.add(&name) {
                is_changed |= is_new;
                own.insert(name);
            }
        }
        for gone in before.difference(&own) {
            is_changed |= self.remove(gone);
        }
        if !own.is_empty() {
            self.own.insert(guest, own);
        }
        is_changed
    }

    /// Counts one more viewer of a container. Says whether it is the first one; `None` where there is no room.
    fn add(&mut self, name: &str) -> Option<bool> {
        if let Some(count) = self.counts.get_mut(name) {
            *count += 1;
            return Some(false);
        }
        if self.counts.len() >= ALL_NAMES || self.bytes + name.len() > ALL_BYTES {
            return None;
        }
        self.bytes += name.len();
        self.counts.insert(name.to_owned(), 1);
        Some(true)
    }

    /// Counts one viewer fewer; says whether that was the last one.
    fn remove(&mut self, name: &str) -> bool {
        let Some(count) = self.counts.get_mut(name) else { return false };
        *count -= 1;
        if *count > 0 {
            return false;
        }
        self.counts.remove(name);
        self.bytes -= name.len();
        true
    }

    fn all(&self) -> BTreeSet<String> {
        self.counts.keys().cloned().collect()
    }
}

/// Tells the engine what all clients look at, whenever that has changed and not more often than it needs to know.
pub(super) async fn pass_on(mut changes: watch::Receiver<Attentions>, handle: EngineHandle) {
    while changes.changed().await.is_ok() {
        loop {
            let all = changes.borrow_and_update().all();
            let is_told = handle.attend(all);
            tokio::time::sleep(BETWEEN).await;
            if is_told {
                break;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(of: impl IntoIterator<Item = usize>) -> BTreeSet<String> {
        of.into_iter().map(|n| format!("container-{n:06}")).collect()
    }

    #[test]
    fn what_nobody_looks_at_any_more_is_forgotten_and_what_another_does_stays() {
        let mut all = Attentions::default();
        assert!(all.put(1, names(0..3)));
        assert!(!all.put(2, names(1..3)), "somebody looks at all of it already");
        assert!(all.put(1, names(5..6)));
        assert_eq!(all.all(), names([1, 2, 5]));
        assert!(all.put(2, BTreeSet::new()));
        assert!(all.put(1, BTreeSet::new()));
        assert_eq!((all.bytes, all.own.len(), all.counts.len()), (0, 0, 0));
    }

    #[test]
    fn one_client_and_all_of_them_look_at_no_more_than_may_be() {
        let mut all = Attentions::default();
        for guest in 0..256 {
            let first = usize::try_from(guest).unwrap() * 10_000;
            all.put(guest, names(first..first + 5_000));
        }
        assert!(all.own[&0].len() <= NAMES);
        assert!(all.counts.len() <= ALL_NAMES && all.bytes <= ALL_BYTES);
        all.put(300, [String::from("x").repeat(BYTES + 1)].into());
        assert!(!all.own.contains_key(&300), "a name that is longer than all may be");
        for guest in 0..256 {
            all.put(guest, BTreeSet::new());
        }
        assert_eq!((all.bytes, all.counts.len()), (0, 0), "who has gone leaves room");
    }
}
