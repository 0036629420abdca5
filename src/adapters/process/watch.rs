//! What a program has printed to memory, offered line by line to whoever looks.

use super::capture::Lines;
use super::memory::MemoryOutput;
use crate::domain::mask::Mask;
use crate::domain::measurement::TAIL_BYTES;
use crate::ports::ProgressSender;
use std::sync::Arc;

/// How often is looked for the rest.
const MOST_LOOKS: usize = 32;

/// Reads on from where it stopped; what cannot be read is lost, because progress may be.
pub struct Watch {
    output: Option<Arc<MemoryOutput>>,
    position: u64,
    lines: Lines,
}

impl Watch {
    /// Begins at the start of an output.
    pub fn new(output: Option<Arc<MemoryOutput>>, to: ProgressSender) -> Self {
        Self { output, position: 0, lines: Lines::new(to) }
    }

    /// Offers the lines that were printed since the last look.
    pub fn look(&mut self) {
        let Some(Ok((bytes, from))) = self.output.as_ref().map(|output| output.read_from(self.position)) else {
            return;
        };
        self.position = from + bytes.len() as u64;
        self.lines.push(&bytes);
    }

    /// Offers the rest.
    pub fn finish(mut self) {
        // One that it left behind may print for ever.
        for _ in 0..MOST_LOOKS {
            let before = self.position;
            self.look();
            if self.position == before {
                break;
            }
        }
        self.lines.offer();
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
