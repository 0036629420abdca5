//! A file that a program writes its output to, offered line by line to whoever looks.

use super::capture::{Lines, Tail};
use crate::domain::mask::Mask;
use crate::domain::measurement::TAIL_BYTES;
use crate::ports::ProgressSender;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

/// How much is read at one look, in bytes.
const LOOK: u64 = 1 << 20;

/// Reads on from where it stopped; what cannot be read is lost, because progress may be.
pub struct Watch {
    path: PathBuf,
    position: u64,
    lines: Lines,
}

impl Watch {
    /// Begins at the start of the file, which need not be there yet.
    pub fn new(path: PathBuf, to: ProgressSender, mask: Mask) -> Self {
        Self { path, position: 0, lines: Lines::new(to, mask) }
    }

    /// Offers the lines that were written since the last look.
    pub async fn look(&mut self) {
        let (path, position) = (self.path.clone(), self.position);
        let read = tokio::task::spawn_blocking(move || read_from(&path, position)).await;
        if let Ok(Ok((bytes, from))) = read {
            self.position = from + bytes.len() as u64;
            self.lines.push(&bytes);
        }
    }

    /// Offers the rest, and removes the file: it may hold what no mask has seen.
    pub async fn finish(mut self) {
        self.look().await;
        self.lines.offer();
        let _gone = tokio::fs::remove_file(&self.path).await;
    }
}

fn read_from(path: &Path, position: u64) -> std::io::Result<(Vec<u8>, u64)> {
    let mut file = std::fs::File::open(path)?;
    let from = if file.metadata()?.len() < position { 0 } else { position };
    file.seek(SeekFrom::Start(from))?;
    let mut bytes = Vec::new();
    file.take(LOOK).read_to_end(&mut bytes)?;
    Ok((bytes, from))
}

/// Returns the last three lines that a program wrote to a file: why it failed, in its own words.
pub fn last_words(path: &Path) -> Vec<String> {
    let read = || -> std::io::Result<String> {
        let mut file = std::fs::File::open(path)?;
        let most = TAIL_BYTES as u64;
        file.seek(SeekFrom::Start(file.metadata()?.len().saturating_sub(most)))?;
        let mut bytes = Vec::new();
        file.take(most).read_to_end(&mut bytes)?;
        let mut tail = Tail::new(TAIL_BYTES);
        tail.push(&bytes);
        Ok(tail.text())
    };
    let text = read().unwrap_or_default();
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    lines[lines.len().saturating_sub(3)..].iter().map(|line| (*line).to_owned()).collect()
}
