//! A person, or the machine, wants the program to end: SIGINT, SIGTERM and SIGHUP.
//!
//! Following an action has its own way of ending, because an action stops at a boundary.

use super::exit::Stop;
use std::future::Future;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// The signals that ask the program to end, heard from here on.
pub struct Interrupts {
    heard: Vec<Signal>,
}

impl Interrupts {
    /// Begins to listen; one that the program was started deaf to (`nohup`, `&` in a script) stays unheard.
    pub fn listen() -> Result<Self, Stop> {
        let kinds = [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()];
        let deaf = ignored();
        let is_heard = |kind: &SignalKind| deaf & (1 << (kind.as_raw_value() - 1)) == 0;
        let heard = kinds.into_iter().filter(is_heard).map(signal).collect::<Result<_, _>>();
        Ok(Self { heard: heard.map_err(|error| Stop::from(color_eyre::Report::from(error)))? })
    }

    /// Waits for the next one.
    pub async fn next(&mut self) {
        std::future::poll_fn(|context| {
            let is_here = |signal: &mut Signal| signal.poll_recv(context).is_ready();
            let is_any = self.heard.iter_mut().map(is_here).fold(false, |any, here| any | here);
            if is_any { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
        })
        .await;
    }
}

/// Does something until it is done, or a person or the machine wants an end.
///
/// The engine is still to be closed then: that ends what it runs.
pub async fn or_interrupted<T>(work: impl Future<Output = T>) -> Result<T, Stop> {
    let mut interrupts = Interrupts::listen()?;
    tokio::select! {
        done = work => Ok(done),
        () = interrupts.next() => Err(Stop::cannot_tell("interrupted; what it ran is ended, and what was known by then is in the journal")),
    }
}

/// Returns the signals that were ignored when the program was started, as a set of bits; none where the system does not say.
///
/// Linux says it in the field `SigIgn` (proc_pid_status(5)).
fn ignored() -> u64 {
    static AT_START: std::sync::LazyLock<u64> = std::sync::LazyLock::new(|| {
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let bits = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
        bits.and_then(|bits| u64::from_str_radix(bits.trim(), 16).ok()).unwrap_or(0)
    });
    *AT_START
}
