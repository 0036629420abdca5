//! A command that follows what an engine does, and loses the engine: it joins the next one, for as long as that makes sense.

use super::open::Client;
use crate::cli::exit::Stop;
use crate::cli::interrupt::Interrupts;
use crate::cli::show;
use std::time::{Duration, Instant};
use tminus_core::names::ActionId;
use tminus_engine::{EventStream, Snapshot};

/// How many seconds to wait before each try. A command that waits gives up after about a minute without an
/// engine; a cockpit keeps trying.
const WAITS: [u64; 7] = [0, 1, 2, 4, 8, 15, 30];
/// An engine that lived shorter than this counts as one that did not start.
const STAYED: Duration = Duration::from_secs(20);

/// How often an engine was lost, or not found, since one has stayed.
#[derive(Default)]
pub struct Losses {
    tries: usize,
    joined: Option<Instant>,
}

impl Losses {
    /// An engine that stayed is gone: the next one is looked for at once again.
    fn lost(&mut self, now: Instant) {
        if self.joined.is_some_and(|joined| now.duration_since(joined) >= STAYED) {
            self.tries = 0;
        }
    }

    /// Returns how long to wait before the next try; nothing when there were enough.
    fn next(&mut self) -> Option<Duration> {
        let wait = WAITS.get(self.tries).map(|seconds| Duration::from_secs(*seconds));
        self.tries += 1;
        wait
    }

    /// Joins the next engine after one that was joined has gone, or says why there is none; `rest` says what that means.
    pub async fn next_engine(&mut self, desk: &Client, rest: &str) -> Result<Client, Stop> {
        if desk.joined().is_none() {
            return Err(Stop::cannot_tell(format!("the engine has ended{rest}")));
        }
        show::hint("the engine has ended; joining the next one");
        self.lost(Instant::now());
        let mut why = None;
        while let Some(wait) = self.next() {
            tokio::time::sleep(wait).await;
            match Client::again(desk.project.clone()).await {
                Ok(Ok(next)) => {
                    self.joined = Some(Instant::now());
                    return Ok(next);
                }
                Ok(Err(by)) => return Err(Stop::cannot_tell(format!("{by} ended the engine{rest}"))),
                Err(stop) => why = Some(stop),
            }
        }
        let says = format!("the engine has ended{rest}");
        why.map_or_else(
            || Err(Stop::cannot_tell(&says)),
            |stop| Err(Stop { report: stop.report.wrap_err(says.clone()), ..stop }),
        )
    }
}

/// Joins the next engine in place of the one that has gone; nothing where a person leaves meanwhile.
pub(super) async fn rejoined(
    desk: &mut Client,
    (losses, interrupts): (&mut Losses, &mut Interrupts),
    id: &ActionId,
) -> Result<Option<(Snapshot, EventStream)>, Stop> {
    let rest =
        format!(" in the middle of {id}; the journal holds where it stands, and `tminus wait {id}` continues it");
    loop {
        let next = tokio::select! {
            next = losses.next_engine(desk, &rest) => next?,
            _ = interrupts.next() => {
                show::hint(&format!("left; the engine has ended{rest}"));
                return Ok(None);
            }
        };
        *desk = next;
        // One that is gone already is one more that did not stay.
        if let Ok(attached) = desk.handle.attach().await {
            show::hint("the next engine is joined, and goes on with it");
            return Ok(Some(attached));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_engine_that_does_not_stay_is_looked_for_ever_more_rarely_and_not_for_ever() {
        let (mut losses, now) = (Losses::default(), Instant::now());
        let mut waits = Vec::new();
        loop {
            losses.lost(now);
            losses.joined = Some(now);
            let Some(wait) = losses.next() else { break };
            waits.push(wait.as_secs());
        }
        assert_eq!(waits, WAITS);
    }

    #[test]
    fn an_engine_that_stayed_is_followed_by_another_at_once() {
        let (mut losses, now) = (Losses::default(), Instant::now());
        losses.lost(now);
        losses.next();
        losses.next();
        losses.joined = Some(now);
        losses.lost(now + STAYED);
        assert_eq!(losses.next(), Some(Duration::ZERO));
    }
}
