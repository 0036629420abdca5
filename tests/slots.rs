//! Many tests run at once, since most of them wait; of what is scarce, only so many at the same time.
//!
//! A test takes a slot of the scarcest thing that it needs, through the fixture that brings it, and gives it back when it
//! ends. A test that has a slot never waits for a second one, so tests cannot wait for each other in a circle.

use std::collections::{HashMap, VecDeque};
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};
use std::thread::{Thread, ThreadId};

/// What is scarce. The numbers are for two processors, which the tests keep busy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
    /// Returns how many tests may have it at once.
    const fn many(self) -> usize {
        match self {
            Self::Kills => 4,
            Self::Docker | Self::Terminal | Self::Program => 3,
            Self::Compose | Self::Processor => 2,
        }
    }
}

/// How many slots there are in all: more at once finish no sooner, and what waits for an answer begins to miss it.
const ALL: usize = 8;

/// The niceness of a test that needs only the processor.
const NICE: i32 = 10;

#[derive(Default)]
struct Slots {
    /// What each thread has, and how often it took it.
    taken: HashMap<ThreadId, (Scarce, usize)>,
    /// The threads that wait, in the order in which they came.
    waiting: VecDeque<(Thread, Scarce)>,
}

impl Slots {
    fn is_free(&self, scarce: Scarce) -> bool {
        self.taken.len() < ALL && self.taken.values().filter(|(what, _)| *what == scarce).count() < scarce.many()
    }

    /// Takes a slot back, and gives it to the thread that has waited longest of those that may have one.
    fn give_back(&mut self, who: ThreadId) {
        let Some((_, times)) = self.taken.get_mut(&who) else { return };
        *times -= 1;
        if *times > 0 {
            return;
        }
        self.taken.remove(&who);
        if let Some(next) = self.waiting.iter().position(|(_, what)| self.is_free(*what))
            && let Some((next, scarce)) = self.waiting.remove(next)
        {
            self.taken.insert(next.id(), (scarce, 1));
            next.unpark();
        }
    }
}

static SLOTS: LazyLock<Mutex<Slots>> = LazyLock::new(Mutex::default);

/// Keeps a slot taken for as long as it lives.
#[derive(Debug)]
pub struct Slot(ThreadId);

/// Waits for a slot, unless this thread has one of whatever kind.
pub fn take(scarce: Scarce) -> Slot {
    let me = std::thread::current();
    let mut all = slots();
    if let Some((_, times)) = all.taken.get_mut(&me.id()) {
        *times += 1;
        return Slot(me.id());
    }
    if all.is_free(scarce) {
        all.taken.insert(me.id(), (scarce, 1));
    } else {
        all.waiting.push_back((me.clone(), scarce));
    }
    while !all.taken.contains_key(&me.id()) {
        drop(all);
        std::thread::park();
        all = slots();
    }
    if scarce == Scarce::Processor {
        // This thread alone, which ends with the test: the programs beside it, which are timed, come first.
        rustix::process::setpriority_process(None, NICE).ok();
    }
    Slot(me.id())
}

impl Drop for Slot {
    fn drop(&mut self) {
        slots().give_back(self.0);
    }
}

fn slots() -> MutexGuard<'static, Slots> {
    SLOTS.lock().unwrap_or_else(PoisonError::into_inner)
}
