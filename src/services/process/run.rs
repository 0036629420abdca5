//! Running a program to its end, within its time, with its output in bounds.

use super::capture::{Captured, LineCutter, OutputTail};
use super::group::RunningGroup;
use super::program::Program;
use std::os::unix::process::ExitStatusExt as _;
use std::process::Stdio;
use std::time::Duration;
use tminus_core::mask::Mask;
use tminus_core::ports::{FailureKind, PortError, ProgressSender};
use tminus_core::time::Span;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};

/// How much of standard output is kept, in bytes.
const STDOUT_BYTES: usize = 1 << 20;

/// How much of standard error is kept, in bytes: a runner of tests may name each of them there.
const STDERR_BYTES: usize = 1 << 20;

/// How long is read on after the program has ended, for what is still in the pipes.
///
/// A process that left the group may hold them open for ever.
pub(super) const DRAIN: Duration = Duration::from_millis(500);

/// How long its last children may take to end after it: a `tee` that it printed to does.
const LEFT: Duration = Duration::from_millis(100);

/// A program that ended by itself.
#[derive(Debug)]
pub struct ProgramExit {
    /// Its exit status; absent when a signal ended it.
    pub exit: Option<i32>,
    /// The signal that ended it.
    pub signal: Option<i32>,
    /// Standard output, cut at the front when it was too much.
    pub stdout: OutputTail,
    /// The end of standard error, as it came: for programs whose words are understood, and not to be shown.
    pub stderr: OutputTail,
    /// Both streams together.
    pub whole: Captured,
    /// Whether something that it started went on after it, and could still print.
    pub is_left_behind: bool,
}

/// Runs a program; dropping the future ends it with everything in its group.
///
/// A time-out is an error that carries the end of what was printed.
pub async fn run(program: &Program, lines: &ProgressSender, mask: &Mask) -> Result<ProgramExit, PortError> {
    let mut command = program.command()?;
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    if program.input.is_some() {
        command.stdin(Stdio::piped());
    }
    let mut child = command.spawn().map_err(|error| program.start_failure(&error))?;
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let mut running = RunningGroup::new(child);
    let mut output = ProgramOutput {
        stdout: OutputTail::new(STDOUT_BYTES),
        stderr: OutputTail::new(STDERR_BYTES),
        whole: Captured::default(),
        is_left_behind: false,
    };
    let ended = tokio::time::timeout(program.timeout, async {
        let (Some(stdout), Some(stderr)) = (stdout, stderr) else {
            return Err(std::io::Error::other("its output cannot be read"));
        };
        if let (Some(mut stdin), Some(text)) = (stdin, &program.input) {
            // One that does not read what it is given may end before; what it says of that is its own.
            let _unread = stdin.write_all(text.as_bytes()).await;
        }
        output.read_until_end(&mut running, (stdout, stderr), lines).await
    })
    .await;
    match ended {
        Ok(Ok(status)) => {
            let ProgramOutput { stdout, stderr, whole, is_left_behind } = output;
            Ok(ProgramExit { exit: status.code(), signal: status.signal(), stdout, stderr, whole, is_left_behind })
        }
        Ok(Err(error)) => {
            let summary = format!("{} could not be followed", program.name());
            Err(PortError::new(FailureKind::Malformed, summary).because(error.to_string()))
        }
        Err(_elapsed) => {
            running.stop().await;
            Err(out_of_time(program, &output.whole.tail(mask)))
        }
    }
}

fn out_of_time(program: &Program, tail: &str) -> PortError {
    let allowed = Span::from(program.timeout);
    let failure = PortError::new(FailureKind::Timeout, format!("{} was not done after {allowed}", program.name()));
    match tail.trim().lines().last() {
        Some(last) => failure.because(format!("its last line: {}", last.trim())),
        None => failure.because("it had printed nothing"),
    }
}

struct ProgramOutput {
    stdout: OutputTail,
    stderr: OutputTail,
    whole: Captured,
    is_left_behind: bool,
}

impl ProgramOutput {
    /// Reads both streams until the program has ended and they have, or [`DRAIN`] is over.
    async fn read_until_end(
        &mut self,
        running: &mut RunningGroup,
        (mut out, mut err): (impl AsyncRead + Unpin, impl AsyncRead + Unpin),
        to: &ProgressSender,
    ) -> std::io::Result<std::process::ExitStatus> {
        let (mut out_lines, mut err_lines) = (LineCutter::new(to.clone()), LineCutter::new(to.clone()));
        let (mut out_bytes, mut err_bytes) = (vec![0; 16 << 10], vec![0; 16 << 10]);
        let (mut out_open, mut err_open) = (true, true);
        let mut status = None;
        let (drain, left) = (tokio::time::sleep(Duration::MAX), tokio::time::sleep(Duration::MAX));
        tokio::pin!(drain, left);
        while out_open || err_open || status.is_none() {
            tokio::select! {
                // What is in the pipes already is read before any time is over.
                biased;
                read = out.read(&mut out_bytes), if out_open => {
                    let read = &out_bytes[..read?];
                    out_open = !read.is_empty();
                    self.stdout.push(read);
                    self.whole.push(read);
                    out_lines.push(read);
                }
                read = err.read(&mut err_bytes), if err_open => {
                    let read = &err_bytes[..read?];
                    err_open = !read.is_empty();
                    self.stderr.push(read);
                    self.whole.push(read);
                    err_lines.push(read);
                }
                ended = running.leader(), if status.is_none() => {
                    status = Some(ended?);
                    drain.as_mut().reset(tokio::time::Instant::now() + DRAIN);
                    left.as_mut().reset(tokio::time::Instant::now() + LEFT);
                }
                () = &mut left, if status.is_some() && !self.is_left_behind => {
                    self.is_left_behind = true;
                    running.end_group();
                }
                () = &mut drain, if status.is_some() => break,
            }
        }
        running.end_group();
        out_lines.end().await;
        err_lines.end().await;
        status.ok_or_else(|| std::io::Error::other("it ended without a status"))
    }
}
