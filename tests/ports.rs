//! Ports of loopback for servers that a test starts in a process of their own.

use std::net::TcpListener;
use std::sync::atomic::{AtomicU16, Ordering};

/// Below the kernel's ephemeral ports, so that no other program is given one before it is used.
const FIRST: u16 = 12_000;
const MANY: u16 = 20_000;

/// Returns a port that nobody listens at and that no other test of this process gets.
pub fn free() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let begin = (std::process::id() % u32::from(MANY)) as u16;
    let next = || FIRST + begin.wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed)) % MANY;
    let is_free = |port: &u16| TcpListener::bind(("127.0.0.1", *port)).is_ok();
    std::iter::repeat_with(next).take(MANY.into()).find(is_free).expect("a port of loopback is free")
}
