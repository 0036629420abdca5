//! The one tick a second, on the second: whatever goes by time waits for it.

use super::watched::watched;
use rustix::fd::OwnedFd;
use rustix::io::Errno;
use rustix::time::{
    ClockId, Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, clock_gettime, timerfd_create,
    timerfd_settime,
};
use std::io;
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;

/// A timer of the kernel: the runtime's own wakes the process three times for a tick, as its wheel turns.
pub(crate) struct Seconds {
    timer: AsyncFd<OwnedFd>,
}

impl Seconds {
    pub(crate) fn new() -> io::Result<Self> {
        let timer = timerfd_create(TimerfdClockId::Realtime, TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC)?;
        set(&timer)?;
        Ok(Self { timer: watched(timer, Interest::READABLE)? })
    }

    /// Waits for the next second; those that were missed are one.
    pub(crate) async fn next(&mut self) -> io::Result<()> {
        loop {
            let mut ready = self.timer.readable().await?;
            let told = rustix::io::retry_on_intr(|| rustix::io::read(self.timer.get_ref(), &mut [0_u8; 8]));
            ready.clear_ready();
            match told {
                Ok(_) => return Ok(()),
                Err(Errno::AGAIN) => {}
                // Somebody set the machine's clock.
                Err(Errno::CANCELED) => {
                    set(self.timer.get_ref())?;
                    return Ok(());
                }
                Err(error) => return Err(error.into()),
            }
        }
    }
}

fn set(timer: &OwnedFd) -> io::Result<()> {
    let now = clock_gettime(ClockId::Realtime);
    let every = Timespec { tv_sec: 1, tv_nsec: 0 };
    let ticks = Itimerspec { it_interval: every, it_value: Timespec { tv_sec: now.tv_sec + 1, tv_nsec: 0 } };
    timerfd_settime(timer, TimerfdTimerFlags::ABSTIME | TimerfdTimerFlags::CANCEL_ON_SET, &ticks)?;
    Ok(())
}
