//! Output kept in bounds: the end of it as text, the hash and the length of all of it, and its lines for the screen.

use super::offer::LineOffer;
use sha2::{Digest as _, Sha256};
use std::collections::VecDeque;
use tminus_core::hex::hex;
use tminus_core::kept_output::OUTPUT_BYTES;
use tminus_core::mask::Mask;
use tminus_core::measurement::{TAIL_BYTES, WholeOutput};
use tminus_core::open_line::OpenLine;
use tminus_core::ports::ProgressSender;

/// The last bytes of a stream.
#[derive(Debug)]
pub struct OutputTail {
    kept: VecDeque<u8>,
    most: usize,
    is_cut: bool,
}

impl OutputTail {
    /// Keeps at most so many bytes.
    pub const fn new(most: usize) -> Self {
        Self { kept: VecDeque::new(), most, is_cut: false }
    }

    /// Takes more bytes, and lets go of the oldest.
    pub fn push(&mut self, bytes: &[u8]) {
        let bytes_kept = &bytes[bytes.len().saturating_sub(self.most)..];
        let excess = (self.kept.len() + bytes_kept.len()).saturating_sub(self.most);
        self.is_cut |= excess > 0 || bytes_kept.len() < bytes.len();
        self.kept.drain(..excess);
        self.kept.extend(bytes_kept);
    }

    /// Returns the last so many bytes as text.
    pub fn last(&self, most: usize) -> String {
        let from = self.kept.len().saturating_sub(most);
        let bytes: Vec<u8> = self.kept.range(from..).copied().collect();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// Says whether something was let go of.
    pub const fn is_cut(&self) -> bool {
        self.is_cut
    }

    /// Returns what was kept as text; bytes that are none become a sign.
    pub fn text(&self) -> String {
        let (front, back) = self.kept.as_slices();
        String::from_utf8_lossy(&[front, back].concat()).into_owned()
    }
}

/// What was written to both streams, in the order in which it was read.
#[derive(Debug)]
pub struct Captured {
    end: OutputTail,
    hash: Sha256,
    bytes: u64,
}

impl Default for Captured {
    fn default() -> Self {
        // More than is kept, so that a secret that lies across the cut is still whole when the mask looks for it.
        Self { end: OutputTail::new(OUTPUT_BYTES + 4 * TAIL_BYTES), hash: Sha256::new(), bytes: 0 }
    }
}

impl Captured {
    /// Takes what was read.
    pub fn push(&mut self, bytes: &[u8]) {
        self.end.push(bytes);
        self.hash.update(bytes);
        self.bytes = self.bytes.saturating_add(bytes.len() as u64);
    }

    /// Returns the end as text, safe to show, at most [`TAIL_BYTES`].
    pub fn tail(&self, mask: &Mask) -> String {
        last_bytes(&mask.text(&self.end.last(4 * TAIL_BYTES)), TAIL_BYTES).to_owned()
    }

    /// Returns all of it as text, safe to keep, at most [`OUTPUT_BYTES`] from its end; nothing where the tail is all.
    pub fn whole(&self, mask: &Mask) -> Option<WholeOutput> {
        if self.bytes <= TAIL_BYTES as u64 {
            return None;
        }
        let safe = mask.text(&self.end.text());
        let is_cut = self.end.is_cut() || safe.len() > OUTPUT_BYTES;
        // What was masked is only cut here: it stays as it is when it is masked once more.
        let text = if is_cut { mask.text(last_bytes(&safe, OUTPUT_BYTES)) } else { safe };
        Some(WholeOutput { text, is_cut })
    }

    /// Returns the SHA-256 of everything in hexadecimal; empty when nothing came.
    pub fn sha256(&self) -> String {
        match self.bytes {
            0 => String::new(),
            _ => hex(self.hash.clone().finalize()),
        }
    }

    /// Returns how many bytes came.
    pub const fn bytes(&self) -> u64 {
        self.bytes
    }
}

/// Returns the last bytes of a text, from the beginning of a character on.
pub(super) fn last_bytes(text: &str, most: usize) -> &str {
    let mut from = text.len().saturating_sub(most);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    &text[from..]
}

/// Cuts a stream into lines and offers each; of those that nobody takes in time is said how many they were.
pub(super) struct LineCutter {
    open: OpenLine,
    to: LineOffer,
}

impl LineCutter {
    pub(super) fn new(to: ProgressSender) -> Self {
        Self { open: OpenLine::default(), to: LineOffer::new(to) }
    }

    /// A carriage return ends a line too: progress bars are drawn with it.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        for piece in bytes.split_inclusive(|byte| matches!(byte, b'\n' | b'\r')) {
            self.open.extend(piece);
            if piece.ends_with(b"\n") || piece.ends_with(b"\r") {
                self.offer();
            }
        }
    }

    /// Offers what has come of a line.
    pub(super) fn offer(&mut self) {
        let text = self.open.take();
        if !text.is_empty() {
            self.to.line(text);
        }
    }

    /// Offers a line of tminus itself; says whether it was taken.
    pub(super) fn say(&mut self, text: String) -> bool {
        self.to.line(text)
    }

    /// Offers the rest, and says what is missing at the end.
    pub(super) async fn end(&mut self) {
        self.offer();
        self.to.end().await;
    }
}
