//! One order's own task: its commands one after another, and what came of each, written down.

use super::identity::ProcessIdentity;
use super::record::{CommandEnd, CommandOrderRecord, OrderState};
use crate::order_store::OrderStore;
use crate::process::{GRACE, Group, MemoryOutput, Program, last_words};
use crate::secrets::Secrets;
use std::sync::Arc;
use std::time::Duration;
use tminus_core::ports::{FailureKind, PortError};
use tokio::sync::{Notify, oneshot};

/// One order's own task: it starts the calls, waits, and writes down what came of them.
pub(super) struct OrderRunner {
    pub(super) book: OrderStore,
    pub(super) record: CommandOrderRecord,
    pub(super) stop: Arc<Notify>,
    pub(super) secrets: Arc<Secrets>,
    pub(super) output: Arc<MemoryOutput>,
    /// Why nothing of the output is shown.
    pub(super) withheld: Option<String>,
}

impl OrderRunner {
    pub(super) async fn run(
        mut self,
        programs: Vec<Program>,
        timeout: Duration,
        started: oneshot::Sender<CommandEnd>,
    ) -> CommandEnd {
        let mut started = Some(started);
        let until = tokio::time::Instant::now() + timeout;
        let mut end = Ok(());
        for (call, program) in programs.iter().enumerate() {
            end = self.make(call, program, (until, timeout), &mut started).await;
            if end.is_err() {
                break;
            }
        }
        self.record.state = end.clone().map_or_else(OrderState::Failed, |()| OrderState::Done);
        let written = self.book.write(&self.record.order.clone(), self.record).await;
        if let Some(started) = started {
            let _gone = started.send(end.clone());
        }
        end.and(written)
    }

    async fn make(
        &mut self,
        call: usize,
        program: &Program,
        (until, allowed): (tokio::time::Instant, Duration),
        started: &mut Option<oneshot::Sender<CommandEnd>>,
    ) -> CommandEnd {
        // What the one before did may have changed what this one runs.
        self.secrets.allow_run(&format!("{} was not run", program.name())).await?;
        self.note(OrderState::Starting(call)).await?;
        let unwritable = PortError::by(FailureKind::Rejected, "its output cannot be kept");
        let mut command = program.command()?;
        command.stdout(self.output.writer().map_err(&unwritable)?).stderr(self.output.writer().map_err(&unwritable)?);
        let mut child = command.spawn().map_err(|error| program.start_failure(&error))?;
        let group = child.id().and_then(Group::of);
        if let Some(pid) = child.id() {
            self.note(OrderState::Running(call, ProcessIdentity::of(pid))).await?;
        }
        if let Some(started) = started.take() {
            let _gone = started.send(Ok(()));
        }
        let stopped = tokio::select! {
            status = child.wait() => return self.ended(program, status),
            () = self.stop.notified() => {
                PortError::new(FailureKind::Cancelled, format!("{} was stopped", program.name()))
            }
            () = tokio::time::sleep_until(until) => {
                let allowed = tminus_core::time::Span::from(allowed);
                PortError::new(FailureKind::Timeout, format!("{} was not done after {allowed}", program.name()))
            }
            () = bounded(&self.output) => PortError::new(FailureKind::Rejected, "its output could not be kept in bounds"),
        };
        group.inspect(|group| group.ask_to_end());
        let _slow = tokio::time::timeout(GRACE, child.wait()).await;
        group.inspect(|group| group.end());
        let _reaped = child.wait().await;
        Err(stopped)
    }

    fn ended(&self, program: &Program, status: std::io::Result<std::process::ExitStatus>) -> CommandEnd {
        let how = match status {
            Ok(status) if status.success() => return Ok(()),
            Ok(status) => {
                status.code().map_or("was ended by a signal".to_owned(), |code| format!("ended with exit {code}"))
            }
            Err(error) => format!("could not be waited for: {error}"),
        };
        let failure = PortError::new(FailureKind::Rejected, format!("{} {how}", program.name()));
        if let Some(why) = &self.withheld {
            return Err(failure.because(why.clone()));
        }
        Err(last_words(&self.output, self.secrets.mask()).into_iter().fold(failure, PortError::because))
    }

    async fn note(&mut self, state: OrderState) -> CommandEnd {
        self.record.state = state;
        self.book.write(&self.record.order, self.record.clone()).await
    }
}

/// Never ends while all is well: what a command prints is let go of when it is more than memory should hold.
async fn bounded(output: &MemoryOutput) {
    loop {
        tokio::time::sleep(Duration::from_millis(50)).await;
        if !output.stay_in_bounds() {
            return;
        }
    }
}
