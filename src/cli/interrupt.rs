//! A person, or the machine, wants the program to end: SIGINT, SIGTERM and SIGHUP; what else would end it on the spot is
//! passed on as SIGTERM.
//!
//! Following an action has its own way of ending, because an action stops at a boundary.

use super::exit::Stop;
use rustix::process::{getpid, kill_process};
use std::future::Future;
use std::sync::OnceLock;
use std::time::Instant;
use tminus_core::time::Span;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// The signals that ask the program to end, heard from here on.
pub struct Interrupts {
    heard: Vec<(Interrupt, Signal)>,
}

/// When the program gives up waiting, and how long it waited then (`--timeout`).
static DEADLINE: OnceLock<(Instant, Span)> = OnceLock::new();

/// From now on, every wait ends after so long with the answer that it is too late.
pub fn give_up_after(span: Span) {
    // The command line is read once.
    let _ = DEADLINE.set((Instant::now() + span.duration(), span));
}

/// Returns why a command that was told to give up has done so.
pub fn too_late() -> Stop {
    let span = DEADLINE.get().map(|(_, span)| format!(" within {span} (--timeout)")).unwrap_or_default();
    Stop::cannot_tell(format!("no answer{span}"))
}

/// What a signal, or the clock, says about the person at the terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interrupt {
    /// It took longer than it may.
    Late,
    /// Somebody wants an end: SIGINT, SIGTERM.
    Asked,
    /// The terminal is gone, and the person with it: SIGHUP.
    Gone,
}

impl Interrupts {
    /// Begins to listen; one that the program was started deaf to (`nohup`, `&` in a script) stays unheard.
    pub fn listen() -> Result<Self, Stop> {
        let (asked, gone) = ([SignalKind::interrupt(), SignalKind::terminate()], SignalKind::hangup());
        let kinds = asked.map(|kind| (Interrupt::Asked, kind)).into_iter().chain([(Interrupt::Gone, gone)]);
        let deaf = ignored();
        let is_heard = |(_, kind): &(Interrupt, SignalKind)| deaf & (1 << (kind.as_raw_value() - 1)) == 0;
        let heard =
            kinds.filter(is_heard).map(|(what, kind)| signal(kind).map(|s| (what, s))).collect::<Result<_, _>>();
        Ok(Self { heard: heard.map_err(|error| Stop::from(color_eyre::Report::from(error)))? })
    }

    /// Waits for the next one.
    pub async fn next(&mut self) -> Interrupt {
        match DEADLINE.get() {
            None => self.next_signal().await,
            Some((at, _)) => tokio::select! {
                signal = self.next_signal() => signal,
                () = tokio::time::sleep_until((*at).into()) => Interrupt::Late,
            },
        }
    }

    async fn next_signal(&mut self) -> Interrupt {
        std::future::poll_fn(|context| {
            let mut here = None;
            // Each is asked, so that each wakes this again.
            for (what, signal) in &mut self.heard {
                if signal.poll_recv(context).is_ready() {
                    here = Some(*what);
                }
            }
            here.map_or(std::task::Poll::Pending, std::task::Poll::Ready)
        })
        .await
    }
}

/// What else would end the program on the spot, and the terminal and the folders of a demo with it as they are. A write
/// beyond `ulimit -f` is a failed write like any other, so its signal only has to be heard.
const ELSE: [libc::c_int; 10] = [
    libc::SIGQUIT,
    libc::SIGUSR1,
    libc::SIGUSR2,
    libc::SIGALRM,
    libc::SIGABRT,
    libc::SIGVTALRM,
    libc::SIGPROF,
    libc::SIGXCPU,
    libc::SIGIO,
    libc::SIGXFSZ,
];

/// Has every signal that asks the program to end, in whatever words, end it as SIGTERM does; never returns.
pub async fn pass_on() -> std::convert::Infallible {
    let deaf = ignored();
    let is_heard = |number: &libc::c_int| deaf & (1 << (number - 1)) == 0;
    let heard = ELSE.into_iter().filter(is_heard);
    // One that cannot be listened to does what it did before.
    let mut signals: Vec<(libc::c_int, Signal)> =
        heard.filter_map(|number| Some((number, signal(SignalKind::from_raw(number)).ok()?))).collect();
    std::future::poll_fn(|context| {
        for (number, signal) in &mut signals {
            while signal.poll_recv(context).is_ready() {
                if *number != libc::SIGXFSZ {
                    // To the process and not to this thread, so that it ends as if somebody else had sent it.
                    let _ = kill_process(getpid(), rustix::process::Signal::TERM);
                }
            }
        }
        std::task::Poll::Pending
    })
    .await
}

/// Does something until it is done, or a person or the machine wants an end.
///
/// An engine in this process is still to be closed then, which ends what it runs; one elsewhere goes on with that.
pub async fn or_interrupted<T>(work: impl Future<Output = T>) -> Result<T, Stop> {
    let mut interrupts = Interrupts::listen()?;
    tokio::select! {
        done = work => Ok(done),
        interrupt = interrupts.next() => Err(if interrupt == Interrupt::Late { too_late() } else { Stop::cannot_tell("interrupted: no action was started, and the journal has what was known until then") }),
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
