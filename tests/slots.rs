//! Many tests run at once, since most of them wait; of what there is little of, only so many at the same time.
//!
//! A test takes a slot of the scarcest thing that it needs, by the fixture that brings it, and gives it back when it ends.
//! Whoever has a slot waits for no second one: so nobody waits for somebody who waits.

use std::collections::HashMap;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::ThreadId;

/// What there is little of, and how many tests may have it at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scarce {
    /// An engine, and a terminal or a connection that is killed at it: mostly a wait for what is played.
    Kills,
    /// A project that Compose delivers.
    Compose,
    /// Containers, images and second engines.
    Docker,
    /// The program at a pseudo-terminal, where a person's pace counts.
    Terminal,
    /// The program as a process, one command after another.
    Program,
    /// Nothing but the processor: a cockpit that is drawn again and again, an engine in the test itself.
    Processor,
}

impl Scarce {
    const fn many(self) -> usize {
        match self {
            Self::Kills => 4,
            Self::Compose => 2,
            Self::Docker => 3,
            Self::Terminal => 3,
            Self::Program => 2,
            Self::Processor => 2,
        }
    }
}

/// How much less of the processor a test gets that needs nothing else.
const NICE: i32 = 10;

/// Who has what: the thread that took it, and in how many slots.
static TAKEN: Mutex<Option<HashMap<ThreadId, (Scarce, usize)>>> = Mutex::new(None);
static GIVEN_BACK: Condvar = Condvar::new();

/// Keeps a slot taken for as long as it lives.
#[derive(Debug)]
pub struct Slot(ThreadId);

/// Waits for a slot, unless this thread has one.
pub fn take(scarce: Scarce) -> Slot {
    let me = std::thread::current().id();
    let mut taken = taken();
    loop {
        let all = taken.get_or_insert_default();
        let is_free = all.values().filter(|(what, _)| *what == scarce).count() < scarce.many();
        if let Some((_, slots)) = all.get_mut(&me) {
            *slots += 1;
            return Slot(me);
        }
        if is_free {
            all.insert(me, (scarce, 1));
            if scarce == Scarce::Processor {
                // A thread of its own is nice by itself: what can wait makes room for what a person's pace is measured in.
                rustix::process::nice(NICE).ok();
            }
            return Slot(me);
        }
        taken = GIVEN_BACK.wait(taken).unwrap_or_else(PoisonError::into_inner);
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut taken = taken();
        let all = taken.get_or_insert_default();
        match all.get_mut(&self.0) {
            Some((_, slots)) if *slots > 1 => *slots -= 1,
            Some(_) | None => drop(all.remove(&self.0)),
        }
        GIVEN_BACK.notify_all();
    }
}

fn taken() -> MutexGuard<'static, Option<HashMap<ThreadId, (Scarce, usize)>>> {
    TAKEN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Says whether what is long by nature is tested too: each fact by real processes, both Composes everywhere.
pub fn is_nightly() -> bool {
    std::env::var_os("TMINUS_NIGHTLY").is_some()
}
