//! A program whose lines are taken one by one, as fast as somebody takes them.

use super::group::RunningGroup;
use super::program::Program;
use std::process::Stdio;
use tminus_core::open_line::OpenLine;
use tminus_core::ports::{FailureKind, PortError};
use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::sync::mpsc::Sender;

/// Runs a program until it ends or nobody takes its lines; returns its exit status, `None` when a signal ended it.
///
/// There is no time-out: dropping the future ends the program.
pub async fn stream(program: &Program, lines: Sender<String>) -> Result<Option<i32>, PortError> {
    let mut command = program.command()?;
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|error| program.start_failure(&error))?;
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let mut running = RunningGroup::new(child);
    let broken = PortError::by(FailureKind::Unreachable, format!("{} could not be followed", program.name()));
    let status = {
        let reading = async { tokio::try_join!(pump(stdout, &lines), pump(stderr, &lines)) };
        tokio::pin!(reading);
        tokio::select! {
            biased;
            read = &mut reading => {
                read.map_err(&broken)?;
                if lines.is_closed() {
                    running.stop().await;
                    return Ok(None);
                }
                running.wait().await.map_err(&broken)?
            }
            status = running.wait() => {
                let status = status.map_err(&broken)?;
                // What is in the pipes is still read; somebody who left the group may hold them open for ever.
                let _held_open = tokio::time::timeout(super::run::DRAIN, reading).await;
                status
            }
        }
    };
    Ok(status.code())
}

/// Sends whole lines; what is longer than allowed is cut.
async fn pump(from: Option<impl AsyncRead + Unpin>, lines: &Sender<String>) -> std::io::Result<()> {
    let Some(mut from) = from else {
        return Ok(());
    };
    let mut bytes = vec![0; 16 << 10];
    let mut open = OpenLine::default();
    loop {
        let count = from.read(&mut bytes).await?;
        for piece in bytes[..count].split_inclusive(|byte| *byte == b'\n') {
            open.extend(piece);
            if piece.ends_with(b"\n") && lines.send(open.take()).await.is_err() {
                return Ok(());
            }
        }
        if count == 0 {
            if !open.is_empty() {
                let _gone = lines.send(open.take()).await;
            }
            return Ok(());
        }
    }
}
