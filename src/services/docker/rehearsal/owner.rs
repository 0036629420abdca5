//! Whose demo something is: a process of this machine, told from every later one with the same number.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

/// The label of everything that a demo makes; its value is the process and when that began.
pub(super) const DEMO: &str = "tminus.demo";
/// The label that says on which machine, and among which processes, that number means anything.
const HOST: &str = "tminus.demo.host";

/// The process of a demo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct DemoOwner {
    /// `PID-START`: the number, and when it began, in ticks since the machine did.
    pub id: String,
    host: String,
}

impl DemoOwner {
    /// Returns this process.
    pub(super) fn this() -> Self {
        let pid = std::process::id();
        Self { id: format!("{pid}-{}", began(pid).unwrap_or(0)), host: host() }
    }

    /// Reads it from labels; `None` where they are no demo's.
    pub(super) fn of(labels: &HashMap<String, String>) -> Option<Self> {
        Some(Self { id: labels.get(DEMO)?.clone(), host: labels.get(HOST).cloned().unwrap_or_default() })
    }

    /// Returns the labels that say it.
    pub(super) fn labels(&self) -> [(&'static str, &str); 2] {
        [(DEMO, &self.id), (HOST, &self.host)]
    }

    /// Says whether it is known to be gone. One of another machine, or of a container, is not.
    pub(super) fn is_gone(&self) -> bool {
        let process = self.id.split_once('-').and_then(|(pid, began)| Some((pid.parse().ok()?, began.parse().ok()?)));
        let Some((pid, since)): Option<(u32, u64)> = process else { return false };
        self.host == host() && began(pid) != Some(since)
    }
}

/// Returns when a process began; `None` when there is none (proc_pid_stat(5), field 22).
fn began(pid: u32) -> Option<u64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The second field is the program's name, and may hold anything.
    stat.rsplit_once(')')?.1.split_whitespace().nth(19)?.parse().ok()
}

/// Returns the boot of this machine, and the space of process numbers.
fn host() -> String {
    let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    let space = fs::read_link(Path::new("/proc/self/ns/pid")).unwrap_or_default();
    format!("{} {}", boot.trim(), space.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(owner: &DemoOwner) -> HashMap<String, String> {
        owner.labels().map(|(name, value)| (name.to_owned(), value.to_owned())).into()
    }

    #[test]
    fn this_process_is_there_and_one_that_began_at_another_time_is_gone() {
        let this = DemoOwner::this();
        assert_eq!(DemoOwner::of(&labels(&this)), Some(this.clone()));
        assert!(!this.is_gone());
        let later = DemoOwner { id: format!("{}-1", std::process::id()), ..this.clone() };
        assert!(later.is_gone());
    }

    #[test]
    fn what_cannot_be_told_is_not_gone() {
        let this = DemoOwner::this();
        assert!(!DemoOwner { id: "soon".into(), ..this.clone() }.is_gone());
        assert!(!DemoOwner { host: "elsewhere".into(), id: "1-1".into() }.is_gone());
        assert_eq!(DemoOwner::of(&HashMap::from([("other".into(), this.id)])), None);
    }
}
