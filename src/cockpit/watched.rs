//! What the loop waits on: the terminal's two ways, and the clock.

use rustix::fd::AsFd;
use std::io;
use std::os::fd::AsRawFd;
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;

/// Has the runtime wait on something.
pub(crate) fn watched<T: AsFd + AsRawFd>(what: T, interest: Interest) -> io::Result<AsyncFd<T>> {
    // SAFETY: what lends its descriptor (AsFd) keeps it open as long as it is there, and the runtime owns it while it waits.
    unsafe { AsyncFd::register_with_interest(what, interest) }.map_err(Into::into)
}
