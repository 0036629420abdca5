//! `file`: whether it is there, holds the text, is newer than a span or than another file.

use super::files::{content, inside, stray};
use super::measured::{MeasureContext, MeasuredCheck};
use crate::probe::{CheckoutLease, ProbeDeps};
use async_trait::async_trait;
use jiff::Timestamp;
use std::path::Path;
use tminus_core::judge::holds;
use tminus_core::kinds::check::FileCheck;
use tminus_core::measurement::{Measurement, Reading};
use tminus_core::plan::UnknownPlaceholder;
use tminus_core::ports::{FailureKind, PortError};
use tminus_core::time::{Span, age};

/// How far the clocks of two machines may lie apart.
const SKEW: Span = Span::seconds(300);

#[async_trait]
impl MeasuredCheck for FileCheck {
    async fn measure(
        &self,
        MeasureContext { around, ask, ground, .. }: &MeasureContext<'_>,
    ) -> Result<Measurement, PortError> {
        let malformed = |unknown: UnknownPlaceholder| PortError::new(FailureKind::Malformed, unknown.to_string());
        let path = self.path.fill(&ask.values).map_err(malformed)?;
        let has = self.has.as_ref().map(|has| has.fill(&ask.values)).transpose().map_err(malformed)?;
        let what = format!("the file {path}");
        let ground = match ground {
            Ok(ground) => ground,
            Err(why) => return Ok(Measurement::quiet(what, Reading::Unmeasured(why.clone()))),
        };
        let reading = match inside(ground.dir(), &path)? {
            None => Reading::File { exists: false, has: None, newer: None },
            Some(real) if !real.is_file() => {
                let kind = if real.is_dir() { "a folder" } else { "something else" };
                return Err(PortError::new(FailureKind::Malformed, format!("{path} is {kind}, not a file")));
            }
            Some(real) if let Some(why) = stray(ground, &real, &path).await? => Reading::Unmeasured(why),
            Some(real) => Reading::File {
                exists: true,
                has: match &has {
                    Some(text) => search(&real, &path, |content| holds(content, text)).await?,
                    None => None,
                },
                newer: match &self.newer_than {
                    Some(than) => is_newer(around, ground, &path, than).await?,
                    None => None,
                },
            },
        };
        Ok(Measurement::quiet(what, reading))
    }
}

/// Searches a file; `None` when it was not found in the part that was read, and that was not all.
async fn search(real: &Path, path: &str, found: impl Fn(&str) -> bool) -> Result<Option<bool>, PortError> {
    let (text, is_whole) = content(real, path).await?;
    Ok((found(&text) || is_whole).then(|| found(&text)))
}

/// Compares with a span back from now, or with another file; `None` when one of them cannot be dated.
async fn is_newer(
    around: &ProbeDeps,
    ground: &CheckoutLease,
    path: &str,
    than: &str,
) -> Result<Option<bool>, PortError> {
    let now = around.clock.now();
    let Some(changed) = changed_at(ground, path).await? else {
        return Ok(None);
    };
    possible(path, changed, now)?;
    if let Ok(span) = Span::parse(than) {
        return Ok(Some(age(now, changed) <= span.duration()));
    }
    let Some(other) = changed_at(ground, than).await? else {
        return Ok(None);
    };
    possible(than, other, now)?;
    Ok(Some(changed > other))
}

/// Refuses a date that has not come yet: of such a file nobody can tell when it was changed.
fn possible(path: &str, changed: Timestamp, now: Timestamp) -> Result<(), PortError> {
    if changed <= SKEW.after(now) {
        return Ok(());
    }
    let summary = format!("{path} was last changed on {changed:.0}, which is in the future: its age cannot be told");
    Err(PortError::new(FailureKind::Malformed, summary))
}

/// Dates a file by the commit that gave it its content; the date on disk says nothing.
async fn changed_at(ground: &CheckoutLease, path: &str) -> Result<Option<Timestamp>, PortError> {
    ground.repository().changed_at(path, ground.commit()).await
}
