//! What a builder tells while it builds: its steps counted, its lines made safe, its last words kept.

use crate::docker::look::plain;
use crate::process::LineOffer;
use bollard::models::{BuildInfo, BuildInfoAux};
use std::collections::{BTreeMap, VecDeque};
use tminus_core::mask::Mask;
use tminus_core::order::Progress;
use tminus_core::ports::ProgressSender;

/// How many lines are kept for a failure.
const LAST: usize = 10;

/// The longest line that is put together, in bytes.
const LONGEST: usize = 8 << 10;

/// The most steps that are believed.
const STEPS: usize = 10_000;

/// Reads the output of a build.
pub(super) struct BuildOutput {
    to: LineOffer,
    mask: Mask,
    open: String,
    last: VecDeque<String>,
    /// The step that is worked on, in the builder's words.
    step: Option<String>,
    /// The steps of BuildKit, and whether each is done.
    vertexes: BTreeMap<String, bool>,
}

impl BuildOutput {
    pub(super) fn new(to: ProgressSender, mask: Mask) -> Self {
        let (open, last) = (String::new(), VecDeque::new());
        Self { to: LineOffer::new(to), mask, open, last, step: None, vertexes: BTreeMap::new() }
    }

    /// Takes the next piece of news.
    pub(super) fn see(&mut self, news: BuildInfo) {
        if let Some(text) = news.stream {
            self.text(&text);
        }
        // One with an id is about a layer of a base image: too many for lines.
        if let (Some(status), None) = (news.status, news.id) {
            self.line(&status);
        }
        if let Some(BuildInfoAux::BuildKit(told)) = news.aux {
            for vertex in told.vertexes {
                let is_done = vertex.completed.is_some();
                if vertex.started.is_some() && !is_done {
                    self.step = Some(plain(&vertex.name));
                    self.line(&vertex.name);
                }
                if !vertex.error.is_empty() {
                    self.step = Some(plain(&vertex.name));
                }
                self.vertex(vertex.digest, is_done);
            }
            for log in told.logs {
                self.text(&String::from_utf8_lossy(&log.msg));
            }
        }
    }

    /// Returns the step that was worked on last.
    pub(super) fn step(&self) -> Option<&str> {
        self.step.as_deref()
    }

    /// Tells the rest, and what is missing at the end.
    pub(super) async fn end(&mut self) {
        self.finish();
        self.to.end().await;
    }

    /// Returns the last lines, oldest first; what is folded over them is hidden as in one text.
    pub(super) fn last_lines(&mut self) -> Vec<String> {
        self.finish();
        let last: Vec<&str> = self.last.iter().map(String::as_str).collect();
        self.mask.text(&last.join("\n")).lines().map(str::to_owned).collect()
    }

    fn vertex(&mut self, digest: String, is_done: bool) {
        if self.vertexes.len() < STEPS || self.vertexes.contains_key(&digest) {
            *self.vertexes.entry(digest).or_default() |= is_done;
        }
        let done = self.vertexes.values().filter(|is_done| **is_done).count();
        self.share(done, self.vertexes.len());
    }

    /// Output comes in any pieces; a line is told when it ends.
    fn text(&mut self, text: &str) {
        for piece in text.split_inclusive(['\n', '\r']) {
            let room = LONGEST.saturating_sub(self.open.len());
            let end = (0..=piece.len().min(room)).rev().find(|at| piece.is_char_boundary(*at)).unwrap_or_default();
            self.open.push_str(&piece[..end]);
            if piece.ends_with(['\n', '\r']) {
                self.finish();
            }
        }
    }

    fn finish(&mut self) {
        let line = std::mem::take(&mut self.open);
        self.line(&line);
    }

    fn line(&mut self, line: &str) {
        let line = plain(line);
        if line.is_empty() {
            return;
        }
        self.last.push_back(line.clone());
        if self.last.len() > LAST {
            self.last.pop_front();
        }
        let line = self.mask.apply(&line);
        if let Some((done, total)) = step_of(&line) {
            self.step = Some(line.clone());
            // A step that begins is not done.
            self.share(done.saturating_sub(1), total);
        }
        if line.starts_with("Successfully built") {
            let total = self.step.as_deref().and_then(step_of).map(|(_, total)| total);
            total.into_iter().for_each(|total| self.share(total, total));
        }
        self.to.line(line);
    }

    fn share(&self, done: usize, total: usize) {
        let share = Progress::Share { done: done as u64, total: total as u64, of: "steps".to_owned() };
        drop(self.to.progress().try_send(share));
    }
}

/// Reads `Step 3/9 : RUN make` of the classic builder.
fn step_of(line: &str) -> Option<(usize, usize)> {
    let (done, rest) = line.strip_prefix("Step ")?.split_once('/')?;
    let total = rest.split(' ').next()?;
    Some((done.parse().ok()?, total.parse().ok().filter(|total| *total > 0)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stream(text: &str) -> BuildInfo {
        BuildInfo { stream: Some(text.to_owned()), ..BuildInfo::default() }
    }

    #[test]
    fn steps_are_counted_and_lines_are_put_together() {
        let (to, mut from) = tokio::sync::mpsc::channel(64);
        let mask = Mask::new();
        mask.learn("hunter2-is-it");
        let mut output = BuildOutput::new(to, mask);
        for text in ["Step 1/2 : FROM scratch\n", " ---> \n", "Step 2/2 : RU", "N \u{1b}[31mx hunter2-is-it\r", "built"]
        {
            output.see(stream(text));
        }
        let last = output.last_lines();
        assert_eq!(last, ["Step 1/2 : FROM scratch", "--->", "Step 2/2 : RUN x •••", "built"]);
        assert_eq!(output.step(), Some("Step 2/2 : RUN x •••"));
        let mut shares = Vec::new();
        while let Ok(told) = from.try_recv() {
            if let Progress::Share { done, total, .. } = told {
                shares.push((done, total));
            }
        }
        assert_eq!(shares, [(0, 2), (1, 2)]);
    }

    #[test]
    fn a_secret_that_is_folded_over_the_last_lines_of_a_build_is_hidden() {
        let (to, _from) = tokio::sync::mpsc::channel(64);
        let mask = Mask::new();
        mask.learn("Wk55qqTrZx0091xxM");
        let mut output = BuildOutput::new(to, mask);
        output.see(stream("it is\nWk55q\nqTrZx\n0091x\nxM\nand on\n"));
        assert_eq!(output.last_lines(), ["it is", "•••", "and on"]);
    }

    #[test]
    fn a_line_without_an_end_stays_in_bounds() {
        let (to, _from) = tokio::sync::mpsc::channel(4);
        let mut output = BuildOutput::new(to, Mask::new());
        (0..100).for_each(|_| output.see(stream(&"é".repeat(1_000))));
        assert!(output.open.len() <= LONGEST);
    }
}
