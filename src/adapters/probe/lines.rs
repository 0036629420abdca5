//! `log`: a line that must appear, in what is there and in what comes until the time is over.

use super::check::{Surroundings, quiet};
use crate::domain::measurement::{Ask, Measurement, Reading};
use crate::domain::plan::LogCheck;
use crate::domain::time::Span;
use crate::ports::{FailureKind, PortError};

/// How many lines are looked at; where there were more and the text was not among them, nothing is known.
const MOST: usize = 100_000;

/// How long is waited between two looks.
const PAUSE: Span = Span::seconds(1);

/// Looks from the moment since when the version runs, or `within` back where that is not known.
pub(super) async fn measure(around: &Surroundings, ask: &Ask, asked: &LogCheck) -> Result<Measurement, PortError> {
    let Some(source) = around.logs.get(&asked.source) else {
        let summary = format!("the log {} is not available in this build", asked.source);
        return Err(PortError::new(FailureKind::Unavailable, summary));
    };
    let within = asked.within.duration();
    let since = ask.since.unwrap_or_else(|| around.clock.now().checked_sub(within).unwrap_or(jiff::Timestamp::MIN));
    let until = asked.within.after(since);
    let what = format!("the lines of {} since {since} for {:?}", asked.source, asked.has);
    loop {
        let lines = source.read(Some(since), MOST).await?;
        let now = around.clock.now();
        let looked_at = lines.len() as u64;
        if let Some(found) = lines.into_iter().find(|line| line.text.contains(&asked.has)) {
            let line = around.secrets.mask().apply(&found.text);
            return Ok(quiet(what, Reading::Log { line: Some(line), looked_at }));
        }
        if looked_at >= MOST as u64 {
            let why = format!("{} had more than {MOST} lines since {since}, and not all were looked at", asked.source);
            return Ok(quiet(what, Reading::Unmeasured(why)));
        }
        if now >= until {
            return Ok(quiet(what, Reading::Log { line: None, looked_at }));
        }
        around.clock.sleep_until(PAUSE.after(now).min(until)).await;
    }
}
