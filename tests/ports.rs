//! Ports of loopback for servers that a test starts in a process of their own.

use std::net::TcpListener;
use std::sync::atomic::{AtomicU16, Ordering};

/// Below those that the kernel gives to whoever asks for any port, so that nobody gets one between its choice and its use.
const FIRST: u16 = 12_000;
const MANY: u16 = 20_000;

/// Returns a port that nobody listens at and that no other test of this run gets.
pub fn free() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let begin = (std::process::id() % u32::from(MANY)) as u16;
    loop {
        let port = FIRST + (u32::from(begin) + u32::from(NEXT.fetch_add(1, Ordering::Relaxed))) as u16 % MANY;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}
