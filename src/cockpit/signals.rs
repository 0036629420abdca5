//! The signals that a cockpit obeys: to end, to stop and to go on, and that the window has another size.

use futures::FutureExt;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// What a signal asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sign {
    /// HUP, TERM, INT: the cockpit ends; what was begun stops at a step boundary or is taken up again.
    End,
    /// TSTP: it stops, with the terminal as it was, until CONT.
    Stop,
    /// CONT: it goes on after a stop that nobody announced; the shell has had the terminal since.
    Continue,
    /// WINCH: the terminal has another size.
    Size,
}

/// The signals, heard from here on.
pub(crate) struct Signals {
    hangup: Signal,
    terminate: Signal,
    interrupt: Signal,
    stop: Signal,
    going_on: Signal,
    size: Signal,
}

impl Signals {
    pub(crate) fn new() -> std::io::Result<Self> {
        Ok(Self {
            hangup: signal(SignalKind::hangup())?,
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            stop: signal(SignalKind::from_raw(libc::SIGTSTP))?,
            going_on: signal(SignalKind::from_raw(libc::SIGCONT))?,
            size: signal(SignalKind::window_change())?,
        })
    }

    pub(crate) async fn next(&mut self) -> Sign {
        tokio::select! {
            biased;
            _ = self.hangup.recv() => Sign::End,
            _ = self.terminate.recv() => Sign::End,
            _ = self.interrupt.recv() => Sign::End,
            _ = self.stop.recv() => Sign::Stop,
            _ = self.going_on.recv() => Sign::Continue,
            _ = self.size.recv() => Sign::Size,
        }
    }

    /// Says whether tminus itself was told to end while another program had the terminal. Its interrupts, stops and sizes
    /// were that program's, and are forgotten.
    pub(crate) fn is_ended(&mut self) -> bool {
        let theirs = [&mut self.interrupt, &mut self.stop, &mut self.going_on, &mut self.size];
        for signal in theirs {
            let _forgotten = signal.recv().now_or_never();
        }
        self.hangup.recv().now_or_never().is_some() || self.terminate.recv().now_or_never().is_some()
    }
}

/// Says whether somebody would bring the process back: its parent is of the same session, as a shell with jobs is.
pub(crate) fn has_shell() -> bool {
    let own = session(0);
    own.is_some() && rustix::process::getppid().is_some_and(|parent| session(parent.as_raw_pid()) == own)
}

/// Returns the session of a process, 0 being this one. In a container it may be led from outside, and then has the number 0,
/// for which rustix's own call has no answer and fails.
fn session(process: libc::pid_t) -> Option<libc::pid_t> {
    // SAFETY: getsid takes a number and touches no memory of ours.
    let session = unsafe { libc::getsid(process) };
    (session >= 0).then_some(session)
}

/// Stops the process as the terminal's own stop would, and returns when it is continued.
pub(crate) fn stop_here() {
    // SAFETY: raise takes a signal number and touches no memory of ours.
    unsafe {
        libc::raise(libc::SIGSTOP);
    }
}
