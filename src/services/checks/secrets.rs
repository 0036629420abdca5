//! `secrets`: every file that a part of the history holds, each once, and what the checkout changes, held against the rules.
//!
//! It says where a secret stands, and never what it is. What could not be read is said too: only a whole scan can pass.

mod blobs;
mod cache;
mod checkout;
mod findings;
mod history;
mod mark;
mod object;
mod scan;

use super::measured::{MeasureContext, MeasuredCheck};
use crate::probe::ProbeDeps;
use async_trait::async_trait;
use blobs::ReadBy;
use findings::{AllowList, LISTED, listed, told};
use mark::ValueMark;
use scan::{ScanScope, scan};
use std::path::Path;
use std::sync::Arc;
use tminus_core::grammar::{LONGEST_RULES, read_secret_rules};
use tminus_core::hex::sha256;
use tminus_core::kinds::check::{SecretsCheck, SecretsReading};
use tminus_core::mask::Mask;
use tminus_core::measurement::{Measurement, Reading, TAIL_BYTES, WholeOutput};
use tminus_core::names::Commit;
use tminus_core::ports::{FailureKind, PortError, Repository as _};
use tminus_core::secret_scan::SecretRules;

#[async_trait]
impl MeasuredCheck for SecretsCheck {
    async fn measure(&self, MeasureContext { around, ask, .. }: &MeasureContext<'_>) -> Result<Measurement, PortError> {
        let unmeasured = |why: String| Measurement::quiet("the secrets of the history", Reading::Unmeasured(why));
        let Some(commit) = &ask.commit else {
            return Ok(unmeasured("there is no commit of a release whose history it could be".to_owned()));
        };
        let rules = match rules(around, commit, self.rules.as_deref()).await? {
            Ok(rules) => Arc::new(rules),
            Err(bad) => return Ok(bad),
        };
        // The first release has none before it, and its whole history counts.
        let since = self.since.as_ref().and_then(|since| since.fill(&ask.values).ok());
        let since = match since {
            None => None,
            Some(name) => match around.repository.resolve(&name).await? {
                Some(there) => Some((name, there)),
                None => return Ok(unmeasured(format!("there is no tag, branch or commit {name} to begin at"))),
            },
        };
        let by = ReadBy { rules: rules.clone(), mark: Arc::new(ValueMark::new(around.secrets.key())) };
        let scope = ScanScope { commit, since, largest: self.largest(), allow: AllowList::new(&self.allow) };
        let mut read = scan(around, &scope, &by).await?;
        let told = told(&read.places, &rules, &scope.allow);
        let git = around.repository.program();
        read.reading.listed = listed(&git, &told.listed, (&rules, around.secrets.mask())).await?;
        let reading = SecretsReading { found: told.found, allowed: told.allowed, idle: told.idle, ..read.reading };
        Ok(measurement(&scope, &reading, around.secrets.mask()))
    }
}

/// Puts tminus's own rules and those of a file of the commit together; the inner error says what is wrong with the file.
async fn rules(
    around: &ProbeDeps,
    commit: &Commit,
    file: Option<&str>,
) -> Result<Result<SecretRules, Measurement>, PortError> {
    let malformed =
        |why: String| PortError::new(FailureKind::Malformed, "the rules for secrets cannot be used").because(why);
    let Some(file) = file else { return SecretRules::new(&[]).map(Ok).map_err(|bad| malformed(bad.to_string())) };
    let bad = |why: String| Measurement::quiet(format!("the rules of {file}"), Reading::Unmeasured(why));
    let Some(bytes) = around.repository.content_at(commit, file, LONGEST_RULES).await? else {
        return Ok(Err(bad(format!("{file} is not in the commit {}", commit.short()))));
    };
    let Ok(text) = String::from_utf8(bytes) else { return Ok(Err(bad(format!("{file} is no text in UTF-8")))) };
    match read_secret_rules(Path::new(file), &text) {
        Ok(own) => SecretRules::new(&own).map(Ok).map_err(|bad| malformed(bad.to_string())),
        Err(mistakes) => {
            let whole = around.secrets.mask().text(&mistakes.to_string()).to_string();
            let first =
                mistakes.errors.first().map(|first| format!("{file}:{}:{}: {}", first.line, first.column, first.says));
            let tail = begin(&whole, TAIL_BYTES).to_owned();
            Ok(Err(Measurement { tail, ..bad(around.secrets.mask().apply(&first.unwrap_or_default())) }))
        }
    }
}

/// Makes the measurement: the places are its output, a line each.
fn measurement(scope: &ScanScope<'_>, reading: &SecretsReading, mask: &Mask) -> Measurement {
    let mut lines: Vec<String> = reading.listed.iter().map(ToString::to_string).collect();
    if reading.found > LISTED as u64 {
        lines.push(format!("… and {} more", reading.found - LISTED as u64));
    }
    lines.extend(reading.gaps.iter().cloned());
    lines.extend(reading.left_out.words().into_iter().chain(reading.idle_words()));
    let whole = lines.iter().map(|line| format!("{line}\n")).collect::<String>();
    let tail = begin(&whole, TAIL_BYTES).to_owned();
    let (sha256, bytes) = if whole.is_empty() { (String::new(), 0) } else { (sha256(&whole), whole.len() as u64) };
    // Rule, path, line, commit and author of each finding, never its value: masked all the same.
    let all = (whole.len() > TAIL_BYTES).then(|| WholeOutput { text: mask.text(&whole), is_cut: false });
    Measurement { tail, whole: all, sha256, bytes, ..Measurement::quiet(scope.asked(), Reading::own(reading)) }
}

/// Returns the whole lines that a text begins with, up to so many bytes.
fn begin(text: &str, most: usize) -> &str {
    match text.len() <= most {
        true => text,
        false => &text[..text.as_bytes()[..most].iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1)],
    }
}
