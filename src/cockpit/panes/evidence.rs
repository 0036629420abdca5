//! One seen, whole: what was asked, expected and found, on what, and what came back.

use super::framing::{nothing, page, sifted};
use super::offers::{FILTER, and_ways};
use super::page::{Page, Sifting};
use crate::action::Action;
use crate::look::Look;
use crate::settings::theme::Role;
use crate::view::View;
use crate::widgets::{Row, fold_lines};
use jiff::Timestamp;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use tminus_core::evidence::{Evidence, MeasuredNumber};
use tminus_core::kept_output::{KeptOutput, OutputLook, OutputState};
use tminus_core::names::{CheckName, EnvName, MetricName};
use tminus_core::notation::in_thousands;
use tminus_core::release::{CheckRun, Measure};
use tminus_core::time::{Span, age, brief};
use tminus_core::verdict::Verdict;

/// The evidence that a fact recorded.
pub(crate) struct EvidencePage<'a>(pub(super) &'a u64);

impl Page for EvidencePage<'_> {
    fn name(&self) -> String {
        format!("evidence of fact {}", self.0)
    }

    fn draw(&self, look: &Look, area: Rect, buffer: &mut Buffer) {
        let seq = *self.0;
        let title = find(look, seq).map(|seen| seen.title(look)).unwrap_or_default();
        let heading = Row::new().put(format!(" Evidence · {title} "), Role::Title);
        let heading = sifted(look, &View::Evidence(seq), heading).right(format!(" fact {seq} "), Role::Dim);
        let rows = self.rows(look);
        let none = [Row::dim(nothing(look, &View::Evidence(seq), ""))];
        page(look, &heading, if rows.is_empty() { &none } else { &rows }, area, buffer);
    }

    fn keys(&self, _: &Look) -> Vec<Action> {
        and_ways([FILTER])
    }

    fn rows(&self, look: &Look) -> Vec<Row> {
        let seq = *self.0;
        let view = View::Evidence(seq);
        whole(look, seq).into_iter().filter(|row| look.lets_through(&view, &row.whole())).collect()
    }

    fn sifting(&self, _: &Look) -> Sifting {
        Sifting::Rows
    }
}

/// One look at a check or a metric, as the journal recorded it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct EvidenceRow<'a> {
    pub(crate) seq: u64,
    pub(crate) at: Timestamp,
    pub(crate) subject: EvidenceSubject<'a>,
    pub(crate) env: Option<&'a EnvName>,
    pub(crate) verdict: Verdict,
    pub(crate) evidence: &'a Evidence,
}

/// What was looked at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum EvidenceSubject<'a> {
    Check(&'a CheckName),
    Metric(&'a MetricName, Span),
}

impl<'a> EvidenceRow<'a> {
    pub(crate) const fn of_check(name: &'a CheckName, run: &'a CheckRun) -> Self {
        let (env, evidence) = (run.env.as_ref(), &run.evidence);
        Self { seq: run.seq, at: run.at, subject: EvidenceSubject::Check(name), env, verdict: run.verdict, evidence }
    }

    pub(crate) const fn of_metric(of: &'a Measure) -> Self {
        let subject = EvidenceSubject::Metric(&of.metric, of.horizon);
        Self { seq: of.seq, at: of.at, subject, env: Some(&of.env), verdict: of.verdict, evidence: &of.evidence }
    }

    /// Returns what was looked at, as the plan calls it.
    pub(crate) fn title(&self, look: &Look) -> String {
        let plan = look.world.as_ref().map(|w| &w.plan);
        match self.subject {
            EvidenceSubject::Check(name) => {
                plan.and_then(|p| p.check(name)).map_or_else(|| name.to_string(), |c| c.title.clone())
            }
            EvidenceSubject::Metric(name, _) => {
                plan.and_then(|p| p.metric(name)).map_or_else(|| name.to_string(), |m| m.title.clone())
            }
        }
    }
}

/// Finds the look that a fact recorded.
fn find(look: &Look, seq: u64) -> Option<EvidenceRow<'_>> {
    let release = &look.world.as_ref()?.release;
    let checks = release.checks.values().flatten();
    let mut runs = checks.flat_map(|(name, of)| of.runs.iter().map(move |run| EvidenceRow::of_check(name, run)));
    let mut measures = release.measures.values().flatten().map(EvidenceRow::of_metric);
    runs.find(|seen| seen.seq == seq).or_else(|| measures.find(|seen| seen.seq == seq))
}

fn whole(look: &Look, seq: u64) -> Vec<Row> {
    let Some(seen) = find(look, seq) else {
        return vec![Row::dim("it is no longer in memory; the journal has it: tminus journal")];
    };
    let (sign, role) = look.palette.verdict(seen.verdict);
    let ago = ago_of(look, seen.at);
    let mut rows = vec![
        Row::new().put(seen.title(look), Role::Strong),
        Row::new().put(format!("{sign} {}", seen.verdict.word()), role).put(ago, Role::Dim),
    ];
    if is_changed(look, seen.evidence) {
        let (sign, role) = look.palette.verdict(Verdict::NoData);
        rows[1] = Row::new().put(format!("{sign} changed"), role).put(ago_of(look, seen.at), Role::Dim);
    }
    if let EvidenceSubject::Metric(_, horizon) = seen.subject {
        rows.push(Row::labelled("horizon", format!("+{horizon}")));
    }
    rows.push(Row::new());
    rows.extend(lines(look, seen.evidence, usize::from(look.size.0.saturating_sub(4))));
    rows
}

/// Returns the evidence in so many columns.
pub(super) fn lines(look: &Look, evidence: &Evidence, columns: usize) -> Vec<Row> {
    let Evidence { asked, expected, found, numbers, tail, sha256, bytes, by, host, began, took, commit, env, .. } =
        evidence;
    let mut rows = Vec::new();
    for (label, text) in [("asked", asked), ("expected", expected), ("found", found)] {
        rows.extend(labelled(label, text, columns));
    }
    rows.extend(numbers.iter().flat_map(|n| labelled(&n.name, &number(n), columns)));
    rows.extend(labelled("when", &format!("{}, took {took}", look.date_and_time(*began)), columns));
    rows.push(Row::labelled("by", format!("{by} on {host}")));
    rows.extend(commit.as_ref().map(|c| Row::labelled("commit", c.short())));
    rows.extend(env.as_ref().map(|e| Row::labelled("environment", e.as_str())));
    rows.extend(evidence.version.as_ref().filter(|_| env.is_some()).map(|v| Row::labelled("version", v.as_str())));
    rows.extend(evidence.digest.as_ref().map(|d| Row::labelled("digest", d.short())));
    if let Some(kept) = &evidence.output {
        rows.extend(kept_rows(look, kept, evidence, columns));
    } else if !tail.trim().is_empty() {
        let short = sha256.get(..12).filter(|s| !s.is_empty());
        let hash = short.map(|s| format!("sha256 {s}…, ")).unwrap_or_default();
        rows.push(Row::labelled("came back", format!("{bytes} bytes, {hash}its end:")));
        let folded = tail.lines().flat_map(|line| fold_lines(line, columns.saturating_sub(2)));
        rows.extend(folded.map(|line| Row::new().put("  ", Role::Text).put(line, Role::Dim)));
    }
    rows
}

/// Says whether the file of an output holds something else than what was written there: then it is no evidence.
pub(super) fn is_changed(look: &Look, evidence: &Evidence) -> bool {
    let file = evidence.output.as_ref().and_then(KeptOutput::file);
    file.and_then(|file| look.live.output(file)).is_some_and(|look| look.state == OutputState::Changed)
}

/// Writes what was kept of an output, how its file is now, and what stands in it.
fn kept_rows(look: &Look, kept: &KeptOutput, evidence: &Evidence, columns: usize) -> Vec<Row> {
    let came = format!("{} bytes, sha256 {}…", evidence.bytes, evidence.sha256.get(..12).unwrap_or_default());
    let mut rows = vec![Row::labelled("came back", came)];
    let hash = kept.file().and_then(|file| file.sha256.get(..12));
    let hash = hash.map(|hash| format!(", sha256 {hash}…")).unwrap_or_default();
    rows.extend(labelled("kept", &format!("{}{hash}", kept.words()), columns));
    let found = kept.file().map(|file| look.live.output(file));
    let text: &str = match found {
        Some(None) => {
            rows.push(Row::label("").put("the file is being read; its end, from the journal:", Role::Dim));
            &evidence.tail
        }
        Some(Some(OutputLook { state: OutputState::Whole, end, .. })) => {
            let which = if end.len() < kept.file().map_or(0, |file| file.bytes as usize) { ", its end" } else { "" };
            rows.push(Row::label("").put(format!("as it was written{which}:"), Role::Pass));
            end
        }
        Some(Some(OutputLook { state, .. })) => {
            let says = fold_lines(&state.says(), columns.saturating_sub(13));
            rows.extend(says.into_iter().map(|line| Row::label("").put(line, Role::Warn)));
            &evidence.tail
        }
        None => &evidence.tail,
    };
    let folded = text.lines().flat_map(|line| fold_lines(line, columns.saturating_sub(2)));
    rows.extend(folded.map(|line| Row::new().put("  ", Role::Text).put(line, Role::Dim)));
    rows
}

fn ago_of(look: &Look, at: Timestamp) -> String {
    format!("  {} ago", brief(age(look.now, at)))
}

/// Writes a number beside what it is held against.
pub(super) fn number(number: &MeasuredNumber) -> String {
    let limit = number.limit.as_deref().map(|l| format!("  ({l})")).unwrap_or_default();
    let samples = number.samples.map(|s| format!("  {} samples", in_thousands(s))).unwrap_or_default();
    format!("{}{limit}{samples}", number.shown)
}

/// Writes a text behind a label, folded into the column behind it.
pub(super) fn labelled(label: &str, text: &str, columns: usize) -> Vec<Row> {
    // A label takes twelve columns and one of air.
    let folded = fold_lines(text, columns.saturating_sub(13));
    folded.iter().enumerate().map(|(at, line)| Row::labelled(if at == 0 { label } else { "" }, line)).collect()
}
