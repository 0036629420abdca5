//! `log`: a line that must appear, in what is there and in what comes until the time is over.

use super::measured::{MeasureContext, MeasuredCheck};
use async_trait::async_trait;
use tminus_core::judge::holds;
use tminus_core::kinds::check::LogCheck;
use tminus_core::measurement::{Measurement, Reading};
use tminus_core::names::LogName;
use tminus_core::ports::{FailureKind, LogReading, PortError, UndatedLine};
use tminus_core::time::Span;

/// How many lines are looked at; where there were more and the text was not among them, nothing is known.
const MOST: usize = 100_000;

/// How long is waited for a line with a date where no line has one.
const SETTLES: Span = Span::seconds(5);

/// How long is waited between two looks.
const PAUSE: Span = Span::seconds(1);

#[async_trait]
impl MeasuredCheck for LogCheck {
    /// Looks from the moment since when the version was being brought, or `within` back where that is not known; of a source
    /// that was started since then, from its start.
    async fn measure(&self, MeasureContext { around, ask, .. }: &MeasureContext<'_>) -> Result<Measurement, PortError> {
        let Some(source) = around.logs.get(&self.source) else {
            let summary = format!("the log {} is not available in this build", self.source);
            return Err(PortError::new(FailureKind::Unavailable, summary));
        };
        let within = self.within.duration();
        let brought =
            ask.since.unwrap_or_else(|| around.clock.now().checked_sub(within).unwrap_or(jiff::Timestamp::MIN));
        let settled = ask.settled.unwrap_or(brought).max(brought);
        let until = self.within.after(settled);
        loop {
            let run = source.runs_since().await?;
            let since = run.filter(|run| run.started >= brought).map_or(brought, |run| run.after);
            let what = format!("the lines of {} since {since} for {:?}", self.source, self.has);
            let read = source.read(Some(since), MOST).await?;
            let now = around.clock.now();
            let looked_at = read.lines.len() as u64;
            if let Some(found) = read.lines.iter().find(|line| holds(&line.text, &self.has)) {
                let line = found.text.to_string();
                return Ok(Measurement::quiet(what, Reading::Log { line: Some(line), looked_at, doubt: None }));
            }
            let doubt = doubt(self, &read);
            let is_vain = read.lines.is_empty() && doubt.is_some() && now >= SETTLES.after(settled).min(until);
            if now >= until || read.is_cut || is_vain {
                return Ok(Measurement::quiet(what, Reading::Log { line: None, looked_at, doubt }));
            }
            around.clock.sleep_until(PAUSE.after(now).min(until)).await;
        }
    }
}

/// Says why a line that was not found may be there all the same.
fn doubt(asked: &LogCheck, read: &LogReading) -> Option<String> {
    let source = &asked.source;
    if let Some(line) = read.undated.iter().rev().find(|line| line.text.contains(&asked.has)) {
        let (why, what_to_do) = line.why.words();
        return Some(format!(
            "{} has it, but it {why}, so it may be of an earlier start: {what_to_do}",
            line_of(source, line)
        ));
    }
    if read.is_cut {
        let count = read.lines.len();
        return Some(format!("not in the newest {count} lines of {source}; older ones of the same time were not read"));
    }
    let line = read.undated.last().filter(|_| read.lines.is_empty())?;
    let (why, what_to_do) = line.why.words();
    let count = read.undated_count;
    Some(format!(
        "none of the {count} lines of {source} can be dated: {} {why}; {what_to_do}",
        line.number.map_or_else(|| "the last one".to_owned(), |number| format!("line {number}"))
    ))
}

/// Names a line by its place, where that is known.
fn line_of(source: &LogName, line: &UndatedLine) -> String {
    line.number.map_or_else(|| format!("a line of {source}"), |number| format!("line {number} of {source}"))
}
