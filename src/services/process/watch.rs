//! What a program has printed to memory, offered line by line to whoever looks.

use super::capture::LineCutter;
use super::memory::MemoryOutput;
use std::sync::Arc;
use tminus_core::mask::Mask;
use tminus_core::measurement::TAIL_BYTES;
use tminus_core::ports::ProgressSender;
use tminus_core::size::size;

/// How often is looked for the rest.
const MOST_LOOKS: usize = 32;

/// Reads on from where it stopped; what cannot be read is lost, because progress may be.
pub struct FileWatch {
    output: Option<Arc<MemoryOutput>>,
    position: u64,
    let_go: u64,
    /// How many bytes were let go of before they were read, and nobody was told so.
    missing: u64,
    lines: LineCutter,
}

impl FileWatch {
    /// Begins at the start of an output.
    pub fn new(output: Option<Arc<MemoryOutput>>, to: ProgressSender) -> Self {
        Self { output, position: 0, let_go: 0, missing: 0, lines: LineCutter::new(to) }
    }

    /// Offers the lines that were printed since the last look, and a sign where some are missing.
    pub fn look(&mut self) {
        let Some(Ok(piece)) = self.output.as_ref().map(|output| output.read_from(self.position, self.let_go)) else {
            return;
        };
        if piece.let_go != self.let_go {
            self.missing += (piece.let_go - self.let_go).saturating_sub(self.position);
            self.lines.offer();
        }
        if self.missing > 0 && self.lines.say(format!("… {} of output are missing here", size(self.missing))) {
            self.missing = 0;
        }
        (self.position, self.let_go) = (piece.next, piece.let_go);
        self.lines.push(&piece.bytes);
    }

    /// Offers the rest.
    pub async fn finish(mut self) {
        // One that it left behind may print for ever.
        for _ in 0..MOST_LOOKS {
            let before = self.position;
            self.look();
            if self.position == before {
                break;
            }
        }
        self.lines.end().await;
    }
}

/// Returns the last three lines that a program printed, safe to show: why it failed, in its own words.
pub fn last_words(output: &MemoryOutput, mask: &Mask) -> Vec<String> {
    // More than is shown, so that a secret that lies across the cut is still whole when the mask looks for it.
    let end = output.read_end(4 * TAIL_BYTES).unwrap_or_default();
    let text = mask.text(&String::from_utf8_lossy(&end));
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    lines[lines.len().saturating_sub(3)..].iter().map(|line| (*line).to_owned()).collect()
}
