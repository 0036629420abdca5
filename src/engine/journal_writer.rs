//! The thread that writes the journal, so that no async thread waits for a disk.

use crate::journal::{Journal, JournalError};
use jiff::Timestamp;
use std::sync::{Arc, mpsc};
use tminus_core::fact::{Fact, Record};
use tminus_core::who::Who;
use tokio::sync::oneshot;

/// Hears each sequence number once it is on disk, before any client does. A rehearsal cuts the power there.
pub type OnDurable = Arc<dyn Fn(u64) + Send + Sync>;

/// The way to the journal's thread; the thread ends when this is dropped.
pub(super) struct JournalWriter {
    // Unbounded, but never longer than one: the dispatcher waits for each answer.
    orders: mpsc::Sender<JournalOrder>,
    thread: std::thread::JoinHandle<()>,
}

/// What the thread is asked to do.
enum JournalOrder {
    Write(Box<FactDraft>),
    /// Look whether the files are still those that are written.
    Check(oneshot::Sender<Result<(), JournalError>>),
}

struct FactDraft {
    who: Who,
    at: Timestamp,
    facts: Vec<Fact>,
    reply: oneshot::Sender<Result<Vec<Record>, JournalError>>,
}

impl JournalWriter {
    /// Gives a journal to a thread of its own.
    pub(super) fn start(mut journal: Journal, witness: Option<OnDurable>) -> std::io::Result<Self> {
        let (orders, inbox) = mpsc::channel::<JournalOrder>();
        let thread = std::thread::Builder::new().name("journal".to_owned()).spawn(move || {
            while let Ok(order) = inbox.recv() {
                // The engine may have ended meanwhile, so that nothing waits for the answer; the entry stays written.
                match order {
                    JournalOrder::Write(draft) => {
                        let written = write(&mut journal, &draft, witness.as_ref());
                        drop(draft.reply.send(written));
                    }
                    JournalOrder::Check(reply) => drop(reply.send(journal.check())),
                }
            }
            journal.close();
        })?;
        Ok(Self { orders, thread })
    }

    /// Ends the thread, and returns when the journal is closed and its lock free.
    pub(super) async fn end(self) {
        drop(self.orders);
        // A thread that panicked is over too, and the kernel frees its lock with the process.
        drop(tokio::task::spawn_blocking(move || self.thread.join()).await);
    }

    /// Writes facts, and returns when they are on disk.
    pub(super) async fn write(&self, who: &Who, at: Timestamp, facts: Vec<Fact>) -> Result<Vec<Record>, String> {
        let (reply, answer) = oneshot::channel();
        self.ask(JournalOrder::Write(Box::new(FactDraft { who: who.clone(), at, facts, reply })), answer).await
    }

    /// Says why the journal is no longer the one that is written here, where it is not.
    pub(super) async fn check(&self) -> Result<(), String> {
        let (reply, answer) = oneshot::channel();
        self.ask(JournalOrder::Check(reply), answer).await
    }

    async fn ask<T>(
        &self,
        order: JournalOrder,
        answer: oneshot::Receiver<Result<T, JournalError>>,
    ) -> Result<T, String> {
        self.orders.send(order).map_err(|_| "the journal's thread has ended".to_owned())?;
        let answer = answer.await.map_err(|_| "the journal's thread has ended".to_owned())?;
        answer.map_err(|error| chain(&error))
    }
}

/// Writes what one draft holds, all or none, and tells the witness.
fn write(journal: &mut Journal, draft: &FactDraft, witness: Option<&OnDurable>) -> Result<Vec<Record>, JournalError> {
    let records = journal.append(&draft.who, draft.at, draft.facts.clone())?;
    if let (Some(witness), Some(last)) = (witness, records.last()) {
        witness(last.seq);
    }
    Ok(records)
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}
