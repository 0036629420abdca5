//! Log sources whose lines are made safe where they come in, each with the `mask` of its own table.

use crate::cli::exit::Stop;
use crate::domain::mask::Mask;
use crate::domain::names::LogName;
use crate::domain::plan::Plan;
use crate::domain::telemetry::LogLine;
use crate::logs::clean;
use crate::ports::{LogReading, LogSource, PortError, RunSpan, UndatedLine};
use async_trait::async_trait;
use jiff::Timestamp;
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::mpsc;

/// How many lines may wait between a source and whoever listens.
const AHEAD: usize = 256;

type Logs = HashMap<LogName, Arc<dyn LogSource>>;

/// Puts the mask of each table around its source.
pub(super) fn masked(logs: Logs, plan: &Plan, mask: &Mask) -> Result<Logs, Stop> {
    let one = |(name, source): (LogName, Arc<dyn LogSource>)| {
        let patterns = plan.log(&name).map(|log| log.mask.as_slice()).unwrap_or_default();
        let mask = mask.with_patterns(patterns).map_err(|bad| Stop::wrong(format!("log.{name}: {bad}")))?;
        Ok((name, Arc::new(MaskedLog { source, mask }) as Arc<dyn LogSource>))
    };
    logs.into_iter().map(one).collect()
}

struct MaskedLog {
    source: Arc<dyn LogSource>,
    mask: Mask,
}

impl MaskedLog {
    /// Cleans, then masks: a sequence in the middle of a secret would hide it from the mask.
    fn safe(&self, line: LogLine) -> LogLine {
        LogLine { text: self.mask.apply(&clean::line(&line.text)), ..line }
    }

    /// Hands lines on until the source or the listener is gone.
    async fn hand_on(&self, mut from: mpsc::Receiver<LogLine>, to: mpsc::Sender<LogLine>) {
        loop {
            let line = tokio::select! {
                line = from.recv() => line,
                () = to.closed() => None,
            };
            let Some(line) = line else { return };
            if to.send(self.safe(line)).await.is_err() {
                return;
            }
        }
    }
}

#[async_trait]
impl LogSource for MaskedLog {
    async fn follow(&self, since: Option<Timestamp>, lines: mpsc::Sender<LogLine>) -> Result<(), PortError> {
        let (sender, inner) = mpsc::channel(AHEAD);
        let (ended, ()) = tokio::join!(self.source.follow(since, sender), self.hand_on(inner, lines));
        ended
    }

    async fn read(&self, since: Option<Timestamp>, most: usize) -> Result<LogReading, PortError> {
        let read = self.source.read(since, most).await?;
        let lines = read.lines.into_iter().map(|line| self.safe(line)).collect();
        let safe = |line: UndatedLine| UndatedLine { text: self.mask.apply(&clean::line(&line.text)), ..line };
        Ok(LogReading { lines, undated: read.undated.into_iter().map(safe).collect(), ..read })
    }

    async fn runs_since(&self) -> Result<Option<RunSpan>, PortError> {
        self.source.runs_since().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Printed(&'static str);

    impl Printed {
        fn line(&self) -> LogLine {
            LogLine { source: LogName::new("app"), at: Timestamp::UNIX_EPOCH, text: self.0.to_owned() }
        }
    }

    #[async_trait]
    impl LogSource for Printed {
        async fn follow(&self, _: Option<Timestamp>, lines: mpsc::Sender<LogLine>) -> Result<(), PortError> {
            drop(lines.send(self.line()).await);
            lines.closed().await;
            Ok(())
        }

        async fn read(&self, _: Option<Timestamp>, _: usize) -> Result<LogReading, PortError> {
            Ok(LogReading { lines: vec![self.line()], ..LogReading::default() })
        }
    }

    fn hidden(printed: &'static str) -> MaskedLog {
        let mask = Mask::new();
        mask.learn("hunter2-is-it");
        MaskedLog { source: Arc::new(Printed(printed)), mask: mask.with_patterns(&["agent-[a-z]+".into()]).unwrap() }
    }

    #[tokio::test]
    async fn a_mask_of_a_table_hides_what_is_read_and_a_sequence_inside_a_secret_does_not_save_it() {
        let log = hidden("agent-\u{1b}[1msmith said hunter\u{1b}[0m2-is\u{200b}-it");
        assert_eq!(log.read(None, 9).await.unwrap().lines[0].text, "••• said •••");
    }

    #[tokio::test]
    async fn what_is_followed_is_masked_and_ends_with_its_listener() {
        let log = hidden("agent-smith");
        let (sender, mut lines) = mpsc::channel(1);
        let listening = async {
            let line = lines.recv().await;
            drop(lines);
            line
        };
        let (ended, line) = tokio::join!(log.follow(None, sender), listening);
        assert_eq!(line.unwrap().text, "•••");
        assert_eq!(ended, Ok(()));
    }
}
