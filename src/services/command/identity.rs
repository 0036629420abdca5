//! Which process it is: its id alone may belong to another one by now.

use serde::{Deserialize, Serialize};

/// A process of this machine: id, start and boot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ProcessIdentity {
    pub(super) pid: u32,
    /// When it was started, in the kernel's ticks since boot; absent where there is no `/proc`.
    started: Option<u64>,
    boot: Option<String>,
}

impl ProcessIdentity {
    /// Takes down which process it is, while it is certainly there.
    pub(super) fn of(pid: u32) -> Self {
        Self { pid, started: stat(pid).map(|(_, started)| started), boot: boot() }
    }

    /// Says whether that very process runs; without `/proc` nobody can tell, and then it does not count as running.
    pub(super) fn is_running(&self) -> bool {
        let Some((state, started)) = stat(self.pid) else {
            return false;
        };
        !matches!(state, 'Z' | 'X') && Some(started) == self.started && boot() == self.boot
    }
}

fn boot() -> Option<String> {
    let id = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    Some(id.trim().to_owned())
}

/// Returns state and start from `/proc/PID/stat` (proc_pid_stat(5): fields 3 and 22).
fn stat(pid: u32) -> Option<(char, u64)> {
    let line = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name in brackets may hold anything, brackets and spaces too.
    let fields: Vec<&str> = line.rsplit_once(')')?.1.split_whitespace().collect();
    Some((fields.first()?.chars().next()?, fields.get(19)?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_is_told_from_another_with_the_same_id() {
        let me = ProcessIdentity::of(std::process::id());
        assert!(me.is_running());
        assert!(!ProcessIdentity { started: Some(1), ..me.clone() }.is_running());
        assert!(!ProcessIdentity { boot: Some("another".to_owned()), ..me }.is_running());
    }
}
