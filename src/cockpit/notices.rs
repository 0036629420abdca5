//! What was said to the person: results, refusals, lost services; bounded, and errors stay unread until they are read.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use tminus_core::command::Refusal;
use tminus_core::names::EnvName;

/// How many messages are kept.
const KEPT: usize = 500;

/// What was said, oldest first.
#[derive(Clone, Debug, Default)]
pub(crate) struct Notices {
    entries: VecDeque<NoticeLine>,
    /// How many had to go.
    pub(crate) dropped: u64,
    last: u64,
}

/// One message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct NoticeLine {
    /// Its number, which no other has.
    #[serde(skip)]
    pub(crate) number: u64,
    pub(crate) at: Timestamp,
    pub(crate) tone: Tone,
    /// What it is about: `deploy staging`.
    pub(crate) what: String,
    pub(crate) says: String,
    pub(crate) reasons: Vec<String>,
    /// Where it was answered to a proposal.
    #[serde(skip)]
    pub(crate) proposes: Option<EnvName>,
    /// How often it was said in a row.
    pub(crate) times: u32,
    pub(crate) reading: NoticeReading,
}

/// How it was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Tone {
    /// Something is done.
    Done,
    /// Something that somebody else did.
    Note,
    /// A key did nothing, and why.
    Hint,
    /// The engine refused something.
    Refused,
    /// Something is lost, failed or does not work.
    Trouble,
}

/// Whether a person must read it, and has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum NoticeReading {
    Unread,
    Read,
}

impl Tone {
    const fn reading(self) -> NoticeReading {
        match self {
            Self::Done | Self::Note | Self::Hint => NoticeReading::Read,
            Self::Refused | Self::Trouble => NoticeReading::Unread,
        }
    }
}

impl NoticeLine {
    pub(crate) fn new(at: Timestamp, tone: Tone, what: impl Into<String>, says: impl Into<String>) -> Self {
        let (what, says) = (what.into(), says.into());
        Self { number: 0, at, tone, what, says, reasons: Vec::new(), proposes: None, times: 1, reading: tone.reading() }
    }

    pub(crate) fn refused(at: Timestamp, what: impl Into<String>, refusal: Refusal) -> Self {
        Self { reasons: refusal.reasons, ..Self::new(at, Tone::Refused, what, refusal.says) }
    }

    /// Returns the whole of it as plain lines.
    pub(crate) fn whole(&self) -> String {
        let head = if self.what.is_empty() { self.says.clone() } else { format!("{}: {}", self.what, self.says) };
        std::iter::once(head).chain(self.reasons.iter().map(|r| format!("- {r}"))).collect::<Vec<_>>().join("\n")
    }

    fn is_as(&self, other: &Self) -> bool {
        (self.tone, &self.what, &self.says, &self.reasons) == (other.tone, &other.what, &other.says, &other.reasons)
            && self.proposes == other.proposes
    }
}

impl Notices {
    /// Keeps a message, and returns its number. The same again is counted, and wants to be read again.
    pub(crate) fn keep(&mut self, entry: NoticeLine) -> u64 {
        if let Some(last) = self.entries.back_mut().filter(|last| last.is_as(&entry)) {
            last.times += 1;
            (last.at, last.reading) = (entry.at, entry.reading);
            return last.number;
        }
        if self.entries.len() >= KEPT {
            // What nobody has read yet is the last to go.
            let oldest_read = self.entries.iter().position(|e| e.reading == NoticeReading::Read).unwrap_or(0);
            self.entries.remove(oldest_read);
            self.dropped += 1;
        }
        self.last += 1;
        self.entries.push_back(NoticeLine { number: self.last, ..entry });
        self.last
    }

    /// Returns the newest of those that nobody has read, oldest first.
    pub(crate) fn newest_unread(&self, most: usize) -> Vec<NoticeLine> {
        let unread: Vec<&NoticeLine> = self.entries.iter().filter(|e| e.reading == NoticeReading::Unread).collect();
        unread.into_iter().rev().take(most).rev().cloned().collect()
    }

    /// Puts messages that were left unread before all others; what was said again since is not kept twice.
    pub(crate) fn bring_back(&mut self, unread: Vec<NoticeLine>) {
        for entry in unread.into_iter().rev() {
            if self.entries.len() >= KEPT || self.entries.iter().any(|other| other.is_as(&entry)) {
                continue;
            }
            self.last += 1;
            self.entries.push_front(NoticeLine { number: self.last, ..entry });
        }
    }

    /// Returns the messages, the newest first.
    pub(crate) fn newest_first(&self) -> impl DoubleEndedIterator<Item = &NoticeLine> + ExactSizeIterator {
        self.entries.iter().rev()
    }

    #[cfg(test)]
    fn len(&self) -> usize {
        self.entries.len()
    }

    pub(crate) fn entry(&self, number: u64) -> Option<&NoticeLine> {
        self.entries.iter().find(|e| e.number == number)
    }

    /// Returns how many are not read yet.
    pub(crate) fn unread(&self) -> usize {
        self.entries.iter().filter(|e| e.reading == NoticeReading::Unread).count()
    }

    pub(crate) fn read(&mut self, number: u64) {
        if let Some(entry) = self.entries.iter_mut().find(|e| e.number == number) {
            entry.reading = NoticeReading::Read;
        }
    }

    pub(crate) fn read_all(&mut self) {
        self.entries.iter_mut().for_each(|e| e.reading = NoticeReading::Read);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(tone: Tone, says: &str) -> NoticeLine {
        NoticeLine::new(Timestamp::UNIX_EPOCH, tone, "deploy staging", says)
    }

    #[test]
    fn the_oldest_that_was_read_goes_first_and_is_counted() {
        let mut said = Notices::default();
        let error = said.keep(entry(Tone::Refused, "no"));
        for number in 0..KEPT + 9 {
            said.keep(entry(Tone::Done, &number.to_string()));
        }
        assert_eq!((said.len(), said.dropped), (KEPT, 10));
        assert!(said.entry(error).is_some(), "an error stays until it is read");
    }

    #[test]
    fn what_was_left_unread_stands_before_what_was_said_since_and_once() {
        let mut said = Notices::default();
        said.keep(entry(Tone::Trouble, "gone"));
        said.bring_back(vec![
            entry(Tone::Refused, "first"),
            entry(Tone::Refused, "second"),
            entry(Tone::Trouble, "gone"),
        ]);
        let says: Vec<&str> = said.newest_first().map(|e| e.says.as_str()).collect();
        assert_eq!((says, said.unread()), (vec!["gone", "second", "first"], 3));
    }

    #[test]
    fn the_same_again_is_counted_and_wants_to_be_read_again() {
        let mut said = Notices::default();
        let first = said.keep(entry(Tone::Trouble, "gone"));
        said.read(first);
        assert_eq!((said.keep(entry(Tone::Trouble, "gone")), said.len(), said.unread()), (first, 1, 1));
        assert_eq!(said.entry(first).map(|e| e.times), Some(2));
    }
}
