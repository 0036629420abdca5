//! A git that is fed and read at the same time: its output is as long as the history, and is never held as a whole.

use super::failure::git_failure;
use super::program::{GitProgram, not_started};
use crate::process::RunningGroup;
use std::io::{BufReader, PipeReader, Read as _, Write as _, pipe};
use std::process::Command;
use tminus_core::ports::{FailureKind, PortError};
use tokio::task::spawn_blocking;

/// How much of what git says of a failure is kept, in bytes.
const SAID: u64 = 64 << 10;

/// How much is read at once, in bytes.
const BUFFER: usize = 256 << 10;

/// What git prints, as it comes.
pub(crate) type GitOutput = BufReader<PipeReader>;

impl GitProgram {
    /// Starts git, writes to it, and reads what it prints on a thread of its own until `read` returns. Dropping the future
    /// ends git, and with it the reading. The caller says how long all of it may take.
    ///
    /// # Errors
    /// When git fails, in its own words, and when its output cannot be read.
    pub(crate) async fn stream<T: Send + 'static>(
        &self,
        words: &[String],
        input: Vec<u8>,
        read: impl FnOnce(&mut GitOutput) -> std::io::Result<T> + Send + 'static,
    ) -> Result<T, PortError> {
        let (stdin, mut to) = pipe().map_err(not_started)?;
        let (from, stdout) = pipe().map_err(not_started)?;
        let (said, stderr) = pipe().map_err(not_started)?;
        let mut command: Command = self.command();
        command.args(words).stdin(stdin).stdout(stdout).stderr(stderr);
        let mut command = tokio::process::Command::from(command);
        let child = command.spawn().map_err(not_started)?;
        // It holds the ends of the pipes that are git's, which would stay open with it.
        drop(command);
        let mut running = RunningGroup::new(child);
        // One that does not read its input says why itself.
        let fed = spawn_blocking(move || drop(to.write_all(&input)));
        let said = spawn_blocking(move || {
            let mut text = Vec::new();
            let _unread = said.take(SAID).read_to_end(&mut text);
            String::from_utf8_lossy(&text).into_owned()
        });
        let broken = PortError::by(FailureKind::Malformed, "what git printed could not be read");
        let answer = spawn_blocking(move || read(&mut BufReader::with_capacity(BUFFER, from))).await;
        let status = running.wait().await.map_err(&broken)?;
        let _fed = fed.await;
        if !status.success() {
            return Err(git_failure(&said.await.unwrap_or_default()));
        }
        answer.map_err(|error| PortError::new(FailureKind::Malformed, error.to_string()))?.map_err(&broken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::channel;
    use std::time::Duration;

    fn words(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    fn whole(out: &mut GitOutput) -> std::io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        out.read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    #[tokio::test]
    async fn more_than_a_pipe_holds_is_written_and_read_at_once() {
        let dir = tempfile::tempdir().unwrap();
        let text = b"a line\n".repeat(100_000);
        let read = GitProgram::at(dir.path()).stream(&words(&["stripspace"]), text.clone(), whole).await.unwrap();
        assert!(read == text, "{} of {} bytes", read.len(), text.len());
    }

    #[tokio::test]
    async fn a_git_that_fails_says_why() {
        let dir = tempfile::tempdir().unwrap();
        let failed =
            GitProgram::at(dir.path()).stream(&words(&["rev-list", "HEAD"]), Vec::new(), whole).await.unwrap_err();
        assert_eq!(failed.kind, FailureKind::NotFound, "{failed}");
    }

    #[tokio::test]
    async fn one_that_nobody_waits_for_any_more_is_ended() {
        let dir = tempfile::tempdir().unwrap();
        let (ended, wait) = channel();
        let git = GitProgram::at(dir.path()).set("alias.wait=!sleep 600");
        let endless = words(&["wait"]);
        let running = git.stream(&endless, Vec::new(), move |out| {
            let read = whole(out);
            ended.send(()).map_err(std::io::Error::other)?;
            read
        });
        tokio::time::timeout(Duration::from_millis(200), running).await.unwrap_err();
        let is_ended = tokio::task::spawn_blocking(move || wait.recv_timeout(Duration::from_secs(60))).await.unwrap();
        assert!(is_ended.is_ok(), "its output is open");
    }
}
