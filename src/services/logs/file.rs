//! A file that grows, is renamed away by rotation, or is truncated in place.

use super::dating::{Dating, Unstamped};
use super::stamp::{self, Stamp};
use async_trait::async_trait;
use jiff::Timestamp;
use jiff::civil::DateTime;
use std::io::SeekFrom;
use std::os::unix::fs::MetadataExt as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tminus_core::names::LogName;
use tminus_core::open_line::OpenLine;
use tminus_core::ports::{Clock, FailureKind, LogReading, LogSource, PortError};
use tminus_core::telemetry::LogLine;
use tokio::fs::File;
use tokio::io::{AsyncReadExt as _, AsyncSeekExt as _};
use tokio::sync::mpsc;

/// How far back from its end a file is read, in bytes.
const BACK: u64 = 64 << 20;

/// How much of its end is searched for the last stamp, in bytes.
const END: u64 = 64 << 10;

/// How often a file is looked at while it is followed.
const PAUSE: Duration = Duration::from_millis(250);

/// How many looks a file may be missing, as it is for a moment while it is rotated.
const MISSING: u32 = 40;

/// The lines of one file.
///
/// A line belongs to its own stamp, else to that of the line before it (a stack trace). Where a file has no stamps,
/// nobody can tell which of its old lines are from which time: `read` since a moment says how many those are, and `follow`
/// gives new ones the time at which they were read.
#[derive(Clone)]
pub struct FileLog {
    name: LogName,
    path: PathBuf,
    clock: Arc<dyn Clock>,
}

impl FileLog {
    /// Makes it for a file; the file need not be there yet.
    pub fn new(name: LogName, path: impl Into<PathBuf>, clock: Arc<dyn Clock>) -> Self {
        Self { name, path: path.into(), clock }
    }

    async fn open(&self) -> Result<File, PortError> {
        let file = File::open(&self.path).await.map_err(|error| self.failed(&error))?;
        let about = file.metadata().await.map_err(|error| self.failed(&error))?;
        if about.is_file() {
            return Ok(file);
        }
        let summary = format!("the log {} is not a file: {}", self.name, self.path.display());
        Err(PortError::new(FailureKind::Malformed, summary))
    }

    fn failed(&self, error: &std::io::Error) -> PortError {
        let kind = match error.kind() {
            std::io::ErrorKind::NotFound => FailureKind::NotFound,
            std::io::ErrorKind::PermissionDenied => FailureKind::Unauthorized,
            _ => FailureKind::Unreachable,
        };
        let summary = format!("the log {} could not be read from {}", self.name, self.path.display());
        PortError::new(kind, summary).because(error.to_string())
    }

    /// Reads what is there since a moment; returns where the reading stopped.
    async fn backlog(
        &self,
        since: Option<Timestamp>,
        most: usize,
    ) -> Result<(LogReading<String>, FileReader), PortError> {
        let mut reader = FileReader::new(self.open().await?);
        let failed = |error: std::io::Error| self.failed(&error);
        let about = reader.file.metadata().await.map_err(failed)?;
        let begins_inside = about.len() > BACK;
        if begins_inside {
            reader.file.seek(SeekFrom::Start(about.len() - BACK)).await.map_err(failed)?;
            reader.position = about.len() - BACK;
            reader.is_inside_line = true;
        }
        let now = self.clock.now();
        let mut dating = Dating::new(self.name.clone(), (since, now), Unstamped::FollowsOn, most);
        if !begins_inside {
            dating.count_lines();
        }
        if let Some(changed) = about.modified().ok().and_then(|at| Timestamp::try_from(at).ok()) {
            dating.learn_zone(self.last_naive(about.len()).await.map_err(failed)?, changed);
        }
        loop {
            let (lines, is_end) = reader.next().await.map_err(failed)?;
            lines.into_iter().for_each(|text| dating.take(text));
            if is_end {
                return Ok((dating.end(begins_inside), reader));
            }
        }
    }

    /// Returns the last stamp near the end of the file, where that names no time zone.
    async fn last_naive(&self, length: u64) -> std::io::Result<Option<DateTime>> {
        let mut file = File::open(&self.path).await?;
        file.seek(SeekFrom::Start(length.saturating_sub(END))).await?;
        let mut bytes = Vec::new();
        file.take(END).read_to_end(&mut bytes).await?;
        let text = String::from_utf8_lossy(&bytes);
        Ok(text.lines().rev().find_map(stamp::of).and_then(|stamp| match stamp {
            Stamp::Naive(at) => Some(at),
            Stamp::Exact(_) | Stamp::Yearless(_) | Stamp::Unclear => None,
        }))
    }

    /// Returns whether the path leads to another file than the one being read; `None` when it leads nowhere.
    async fn is_replaced(&self, reader: &FileReader) -> Result<Option<bool>, PortError> {
        let there = match tokio::fs::metadata(&self.path).await {
            Ok(there) => there,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(self.failed(&error)),
        };
        let here = reader.file.metadata().await.map_err(|error| self.failed(&error))?;
        Ok(Some((there.dev(), there.ino()) != (here.dev(), here.ino())))
    }
}

#[async_trait]
impl LogSource<String> for FileLog {
    async fn follow(&self, since: Option<Timestamp>, lines: mpsc::Sender<LogLine<String>>) -> Result<(), PortError> {
        let (backlog, mut reader) = self.backlog(since, usize::MAX >> 1).await?;
        for line in backlog.lines {
            if lines.send(line).await.is_err() {
                return Ok(());
            }
        }
        let mut missing = 0;
        while !lines.is_closed() {
            // Asked before the last read, so that what was written just before a rotation is not lost with the file.
            let is_replaced = self.is_replaced(&reader).await?;
            loop {
                let (texts, is_end) = reader.next().await.map_err(|error| self.failed(&error))?;
                for text in texts.into_iter().filter(|text| !text.is_empty()) {
                    let line = stamp::line(&self.name, text, self.clock.now());
                    if lines.send(line).await.is_err() {
                        return Ok(());
                    }
                }
                if is_end {
                    break;
                }
            }
            match is_replaced {
                Some(true) => {
                    reader = FileReader::new(self.open().await?);
                    continue;
                }
                Some(false) => missing = 0,
                None if missing < MISSING => missing += 1,
                None => return Err(self.failed(&std::io::ErrorKind::NotFound.into())),
            }
            tokio::select! {
                () = tokio::time::sleep(PAUSE) => {}
                () = lines.closed() => return Ok(()),
            }
        }
        Ok(())
    }

    async fn read(&self, since: Option<Timestamp>, most: usize) -> Result<LogReading<String>, PortError> {
        Ok(self.backlog(since, most).await?.0)
    }
}

/// A file read on from where it was read to.
struct FileReader {
    file: File,
    position: u64,
    open: OpenLine,
    /// Reading began in the middle of a line, whose rest is no line.
    is_inside_line: bool,
}

impl FileReader {
    fn new(file: File) -> Self {
        Self { file, position: 0, open: OpenLine::default(), is_inside_line: false }
    }

    /// Reads the next whole lines, and says whether that was the end for now.
    async fn next(&mut self) -> std::io::Result<(Vec<String>, bool)> {
        if self.file.metadata().await?.len() < self.position {
            // Truncated in place: what comes now is new.
            self.file.seek(SeekFrom::Start(0)).await?;
            self.position = 0;
            self.open = OpenLine::default();
        }
        let mut bytes = vec![0; 64 << 10];
        let count = self.file.read(&mut bytes).await?;
        self.position += count as u64;
        let mut lines = Vec::new();
        for piece in bytes[..count].split_inclusive(|byte| *byte == b'\n') {
            self.open.extend(piece);
            if piece.ends_with(b"\n") {
                let is_rest = std::mem::take(&mut self.is_inside_line);
                let text = self.open.take();
                if !is_rest {
                    lines.push(text);
                }
            }
        }
        Ok((lines, count == 0))
    }
}
