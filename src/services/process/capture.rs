//! Output kept in bounds: the end of it as text, the hash and the length of all of it, and its lines for the screen.

use super::offer::LineOffer;
use sha2::{Digest as _, Sha256};
use std::collections::VecDeque;
use tminus_core::clean;
use tminus_core::hex::hex;
use tminus_core::kept_output::OUTPUT_BYTES;
use tminus_core::mask::{Mask, SafeText};
use tminus_core::measurement::{TAIL_BYTES, WholeOutput};
use tminus_core::open_line::OpenLine;
use tminus_core::ports::ProgressSender;

/// How much is looked at when the tail is asked for, in bytes.
const TAIL_WINDOW: usize = 4 * TAIL_BYTES;

/// How much is kept: more than is given, so that a secret that lies across the cut is still whole when the mask looks for it.
const OUTPUT_WINDOW: usize = OUTPUT_BYTES + 4 * TAIL_BYTES;

/// How much of the front is not given where something is missing before it: longer than any secret, of which half may stand there.
const MARGIN: usize = 2 * TAIL_BYTES;

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
        Self { end: OutputTail::new(OUTPUT_WINDOW), hash: Sha256::new(), bytes: 0 }
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
        last_bytes(&self.safe(mask, TAIL_WINDOW), TAIL_BYTES).to_owned()
    }

    /// Returns all of it as text, safe to keep, at most [`OUTPUT_BYTES`] from its end; nothing where the tail is all.
    pub fn whole(&self, mask: &Mask) -> Option<WholeOutput> {
        if self.bytes <= TAIL_BYTES as u64 {
            return None;
        }
        let safe = self.safe(mask, OUTPUT_WINDOW);
        let is_cut = self.end.is_cut() || safe.len() > OUTPUT_BYTES;
        // What was masked is only cut here: it stays as it is when it is masked once more.
        let text = if safe.len() > OUTPUT_BYTES { mask.text(last_bytes(&safe, OUTPUT_BYTES)) } else { safe };
        Some(WholeOutput { text, is_cut })
    }

    /// Returns the last so many bytes as text, safe to show; less its front where something is missing before it.
    ///
    /// All of it is masked at once, so of a secret within it nothing stays. Only one that began before it may show its other half,
    /// at the very front. The margin's own text begins with that half and is no shorter, however little text is between the
    /// colours behind it; so much of the front goes, and a sign more, which may stand for a shorter piece of the half.
    fn safe(&self, mask: &Mask, window: usize) -> SafeText {
        let raw = self.end.last(window);
        let safe = mask.text(&raw);
        if self.bytes <= window as u64 {
            return safe;
        }
        let rest = last_bytes(&raw, raw.len().saturating_sub(MARGIN));
        let margin = clean::block(&raw[..raw.len() - rest.len()]).len() + "•••".len();
        mask.text(last_bytes(&safe, safe.len().saturating_sub(margin)))
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

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "kP9-dotSecretValue-31337";

    /// An output whose last so many bytes begin within the secret, and are colours but for a word.
    fn astride(window: usize, half: usize) -> Captured {
        let (begin, end, colour) = (&SECRET[..SECRET.len() - half], &SECRET[SECRET.len() - half..], "\u{1b}[31m");
        let colours = colour.repeat((window - half) / colour.len() - 20);
        let word = "w".repeat(window - half - colours.len());
        let mut captured = Captured::default();
        captured.push(format!("before {begin}{end}{colours}{word}").as_bytes());
        captured
    }

    fn shows_none(text: &str) {
        let is_shown = (6..=SECRET.len()).any(|end| text.contains(&SECRET[end - 6..end]));
        assert!(!is_shown && text.ends_with('w'), "{text}");
    }

    #[test]
    fn of_a_secret_that_lies_across_the_cut_no_half_is_shown_however_little_text_is_behind_it() {
        let mask = Mask::new();
        mask.learn(SECRET);
        for half in 1..SECRET.len() {
            shows_none(&astride(TAIL_WINDOW, half).tail(&mask));
        }
        for half in [6, 7, 18] {
            let whole = astride(OUTPUT_WINDOW, half).whole(&mask).unwrap();
            assert!(whole.is_cut);
            shows_none(&whole.text);
        }
    }

    #[test]
    fn an_output_that_fits_is_kept_from_its_beginning_and_a_longer_one_as_far_as_there_is_room() {
        let captured = |lines: usize| {
            let mut captured = Captured::default();
            captured.push("a line of it\n".repeat(lines).as_bytes());
            captured.whole(&Mask::new()).unwrap()
        };
        let (short, long) = (captured(2_000), captured(100_000));
        assert_eq!((&*short.text, short.is_cut), ("a line of it\n".repeat(2_000).trim_end(), false));
        assert_eq!((long.text.len(), long.is_cut), (OUTPUT_BYTES, true));
    }
}
