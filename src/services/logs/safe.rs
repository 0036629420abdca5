//! A source whose lines are made safe where they come in, each with the `mask` of its own table.

use crate::secrets::Secrets;
use async_trait::async_trait;
use jiff::Timestamp;
use std::sync::{Arc, Mutex, PoisonError};
use tminus_core::mask::{Mask, Washer};
use tminus_core::ports::{LogReading, LogSource, PortError, RunSpan, UndatedLine};
use tminus_core::telemetry::LogLine;
use tokio::sync::mpsc;

/// How many lines may wait between a source and its listener.
const AHEAD: usize = 256;

/// A log as it may be shown.
pub struct SafeLog {
    source: Arc<dyn LogSource<String>>,
    mask: Mask,
    known: Option<Arc<Secrets>>,
    /// Of all that is followed: a key may come in part before the source is gone, and in part when it is back.
    followed: Mutex<Washer>,
}

impl SafeLog {
    /// Makes it of a source, and of what hides secrets. The plan's secrets are known before the first line is passed on.
    pub fn new(source: Arc<dyn LogSource<String>>, mask: Mask, known: Option<Arc<Secrets>>) -> Self {
        let followed = Mutex::new(Washer::new(&mask));
        Self { source, mask, known, followed }
    }

    /// Waits until every secret of the plan is known; a log of which nobody knows what to hide is not read.
    async fn know(&self) -> Result<(), PortError> {
        match &self.known {
            Some(secrets) => secrets.know().await,
            None => Ok(()),
        }
    }

    /// Hands lines on until the source or the listener is gone.
    async fn hand_on(&self, mut from: mpsc::Receiver<LogLine<String>>, to: mpsc::Sender<LogLine>) {
        loop {
            let line = tokio::select! {
                line = from.recv() => line,
                () = to.closed() => None,
            };
            let Some(LogLine { source, at, text }) = line else { return };
            let text = self.followed.lock().unwrap_or_else(PoisonError::into_inner).line(&text);
            if to.send(LogLine { source, at, text }).await.is_err() {
                return;
            }
        }
    }
}

#[async_trait]
impl LogSource for SafeLog {
    async fn follow(&self, since: Option<Timestamp>, lines: mpsc::Sender<LogLine>) -> Result<(), PortError> {
        self.know().await?;
        let (sender, inner) = mpsc::channel(AHEAD);
        let (ended, ()) = tokio::join!(self.source.follow(since, sender), self.hand_on(inner, lines));
        ended
    }

    async fn read(&self, since: Option<Timestamp>, most: usize) -> Result<LogReading, PortError> {
        self.know().await?;
        let LogReading { lines, is_cut, undated, undated_count } = self.source.read(since, most).await?;
        let safe = Washer::new(&self.mask).lines(lines.iter().map(|line| line.text.as_str()));
        let dated = lines.into_iter().zip(safe).map(|(LogLine { source, at, .. }, text)| LogLine { source, at, text });
        let safe = Washer::new(&self.mask).lines(undated.iter().map(|line| line.text.as_str()));
        let undated =
            undated.into_iter().zip(safe).map(|(line, text)| UndatedLine { text, why: line.why, number: line.number });
        Ok(LogReading { lines: dated.collect(), is_cut, undated: undated.collect(), undated_count })
    }

    async fn runs_since(&self) -> Result<Option<RunSpan>, PortError> {
        self.source.runs_since().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tminus_core::names::LogName;

    struct Printed(&'static str);

    impl Printed {
        fn line(&self) -> LogLine<String> {
            LogLine { source: LogName::new("app"), at: Timestamp::UNIX_EPOCH, text: self.0.to_owned() }
        }
    }

    #[async_trait]
    impl LogSource<String> for Printed {
        async fn follow(&self, _: Option<Timestamp>, lines: mpsc::Sender<LogLine<String>>) -> Result<(), PortError> {
            drop(lines.send(self.line()).await);
            lines.closed().await;
            Ok(())
        }

        async fn read(&self, _: Option<Timestamp>, _: usize) -> Result<LogReading<String>, PortError> {
            Ok(LogReading { lines: vec![self.line()], ..LogReading::default() })
        }
    }

    fn hidden(printed: &'static str) -> SafeLog {
        let mask = Mask::new();
        mask.learn("hunter2-is-it");
        let mask = mask.with_patterns(&["agent-[a-z]+".into()]).unwrap();
        SafeLog::new(Arc::new(Printed(printed)), mask, None)
    }

    #[tokio::test]
    async fn a_mask_of_a_table_hides_what_is_read_and_a_sequence_inside_a_secret_does_not_save_it() {
        let log = hidden("agent-\u{1b}[1msmith said hunter\u{1b}[0m2-is\u{200b}-it");
        assert_eq!(log.read(None, 9).await.unwrap().lines[0].text.to_string(), "••• said •••");
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
        assert_eq!(line.unwrap().text.to_string(), "•••");
        assert_eq!(ended, Ok(()));
    }

    #[tokio::test]
    async fn a_key_whose_source_is_gone_within_it_is_hidden_when_it_is_back() {
        let log = hidden("-----BEGIN PRIVATE KEY-----");
        let (sender, mut lines) = mpsc::channel(1);
        let listening = async {
            lines.recv().await;
            drop(lines);
        };
        let (ended, ()) = tokio::join!(log.follow(None, sender), listening);
        assert_eq!(ended, Ok(()));
        let (sender, inner) = mpsc::channel(1);
        let (to, mut lines) = mpsc::channel(1);
        sender
            .send(LogLine { source: LogName::new("app"), at: Timestamp::UNIX_EPOCH, text: "Q==".to_owned() })
            .await
            .unwrap();
        drop(sender);
        log.hand_on(inner, to).await;
        assert_eq!(lines.recv().await.unwrap().text.to_string(), "•••");
    }
}
