//! What the containers of one delivery are called: known beforehand, so that a preview can name them.

use super::super::labels;
use std::collections::{BTreeSet, HashMap};
use tminus_core::order::{Delivered, Order, Task};
use tminus_core::plan::uses_name;

/// How many digits of a digest stand in a name.
const DIGITS: usize = 12;

/// The names of one order's containers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ContainerNames {
    /// The plan's: who serves.
    pub place: String,
    /// Of the one that proves itself beside it.
    pub candidate: String,
    /// Of the one that gets the published ports.
    pub fresh: String,
    /// Of the one that answers to the plan's name while another still has it.
    pub both: String,
    /// What the one that served is called afterwards.
    pub aside: String,
    /// What the wanted one is called while it is kept.
    pub kept: Option<String>,
}

impl ContainerNames {
    /// Returns the names for an order; `None` for one that delivers nothing.
    pub(super) fn of(place: &str, order: &Order) -> Option<Self> {
        let (from, to, aside, kept) = match &order.task {
            Task::Deliver { from, to, .. } => (from, to, "kept", None),
            Task::Restore { from, to, .. } => (from, to, "bad", Some("kept")),
            Task::Provide { .. } | Task::Run { .. } | Task::Build { .. } | Task::Act { .. } => return None,
        };
        let unknown = || format!("{place}.{aside}-unknown");
        Some(Self {
            place: place.to_owned(),
            candidate: format!("{place}.next"),
            fresh: format!("{place}.new"),
            both: turned(place),
            aside: from.as_ref().map_or_else(unknown, |from| stored(place, aside, from)),
            kept: kept.map(|kept| stored(place, kept, to)),
        })
    }

    /// Returns them without those that a stranger's container is kept under: it keeps its name, and the next is taken.
    pub(super) fn beside(self, strangers: &BTreeSet<String>) -> Self {
        let free = |name: String| {
            let next = |count: u32| if count == 1 { name.clone() } else { format!("{name}-{count}") };
            (1..).map(next).find(|one| !strangers.contains(one)).unwrap_or_else(|| name.clone())
        };
        Self { aside: free(self.aside), kept: self.kept.map(free), ..self }
    }
}

/// Returns what a container is called that is kept: its version and the beginning of its digest are in it.
pub(super) fn stored(place: &str, word: &str, of: &Delivered) -> String {
    let plain = |text: &str| text.replace(|c: char| !c.is_ascii_alphanumeric() && !"_.-".contains(c), "_");
    // A `+` cannot stand in a name: two versions that differ in it alone keep two names.
    let version = plain(&of.version.as_str().replace('_', "__").replace('+', "_p"));
    let Some(digest) = &of.digest else { return format!("{place}.{word}-{version}") };
    let bare = digest.as_str().split_once(':').map_or(digest.as_str(), |(_, hex)| hex);
    let short: String = bare.chars().take(DIGITS).collect();
    format!("{place}.{word}-{version}-{}", plain(&short))
}

/// Returns the name with its first letter in the other case.
///
/// For an engine that is another name, and for its DNS the same one (libnetwork compares without case): two containers
/// are found by it at once, and each can leave it by a rename, which cuts no connection. An alias can be left only by
/// leaving the network. Between two plain renames nobody would be found.
fn turned(place: &str) -> String {
    let Some(at) = place.find(|c: char| c.is_ascii_alphabetic()) else { return format!("{place}.up") };
    let letter = &place[at..=at];
    let turned = if letter.chars().all(|c| c.is_ascii_lowercase()) {
        letter.to_ascii_uppercase()
    } else {
        letter.to_ascii_lowercase()
    };
    format!("{}{turned}{}", &place[..at], &place[at + 1..])
}

/// Says whether a container is one that a delivery to a place replaces: what has its name, and what tminus made beside it
/// under one of [`ContainerNames`].
pub(super) fn is_own(place: &str, (name, labels): (&str, &HashMap<String, String>)) -> bool {
    name == place || (uses_name(place, name) && labels.contains_key(labels::ACTION))
}

/// Says whether a name may be given to a container, by the engine's own rule.
pub(super) fn is_allowed(name: &str) -> bool {
    let begins_well = name.starts_with(|c: char| c.is_ascii_alphanumeric());
    begins_well && name.len() > 1 && name.chars().all(|c| c.is_ascii_alphanumeric() || "_.-".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;
    use tminus_core::names::{Digest, Version};

    #[test]
    fn a_turned_name_is_another_and_the_same_without_case() {
        for (name, other) in [("backend", "Backend"), ("Api", "api"), ("1-a", "1-A"), ("12", "12.up")] {
            assert_eq!(turned(name), other);
        }
    }

    #[test]
    fn what_is_kept_says_its_version() {
        let digest = Some(Digest::new(format!("sha256:{}", "ab".repeat(32))));
        let of = Delivered { version: Version::parse("1.0.0+b").unwrap(), digest };
        assert_eq!(stored("x", "kept", &of), "x.kept-1.0.0_pb-abababababab");
        assert_eq!(stored("x", "bad", &Delivered { digest: None, ..of }), "x.bad-1.0.0_pb");
    }

    #[test]
    fn a_stranger_keeps_its_name_and_the_next_is_taken() {
        let names = ContainerNames {
            place: "x".to_owned(),
            candidate: "x.next".to_owned(),
            fresh: "x.new".to_owned(),
            both: "X".to_owned(),
            aside: "x.bad-2".to_owned(),
            kept: Some("x.kept-1".to_owned()),
        };
        let strangers = ["x.kept-1", "x.kept-1-2", "x.kept-7"].map(str::to_owned).into();
        let wanted = ContainerNames { kept: Some("x.kept-1-3".to_owned()), ..names.clone() };
        assert_eq!(names.clone().beside(&strangers), wanted);
        assert_eq!(names.clone().beside(&BTreeSet::new()), names);
    }

    #[test]
    fn only_a_name_that_tminus_gives_is_its_own() {
        let (made, none) = (HashMap::from([(labels::ACTION.to_owned(), "a1".to_owned())]), HashMap::new());
        for name in ["web.next", "web.new", "Web", "web.kept-1.0.0-abababababab", "web.bad-unknown"] {
            assert!(is_own("web", (name, &made)), "{name}");
            assert!(!is_own("web", (name, &none)), "a stranger's {name}");
        }
        assert!(is_own("web", ("web", &none)), "the container of that name is replaced, whoever made it");
        for name in ["web.admin", "web.nextcloud", "web.kept", "web2", "a.web"] {
            assert!(!is_own("web", (name, &made)), "{name}");
        }
    }

    #[test]
    fn a_name_that_the_engine_would_refuse_is_refused() {
        assert!(is_allowed("shop-backend.1"));
        assert!(["", "a", "-a", "a b", "a/b", "é1"].iter().all(|name| !is_allowed(name)));
    }
}
