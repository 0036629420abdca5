//! What is only known while one looks: ages, log lines, progress. Folded from telemetry; lossy, and never a fact.

use crate::domain::failure::Failure;
use crate::domain::names::{ActionId, ArtifactName, CheckName, EnvName, LogName};
use crate::domain::order::Progress;
use crate::domain::release::{PlaceState, Release};
use crate::domain::telemetry::{Container, LogLine, Telemetry};
use jiff::Timestamp;
use std::collections::{BTreeMap, HashMap, VecDeque};

/// How many log lines, and how many lines of a step's output, are kept at hand.
const LINES_KEPT: usize = 5_000;
const OUTPUT_KEPT: usize = 500;
/// How many lines back a late line may find its place.
const REORDERED: usize = 128;
/// How many seconds of the log's pace are kept.
pub(crate) const PACE_KEPT: usize = 24;

/// The lossy state.
#[derive(Clone, Debug, Default)]
pub(crate) struct Live {
    looked: HashMap<(EnvName, ArtifactName), Timestamp>,
    pub(crate) branch_looked: Option<Timestamp>,
    lines: VecDeque<LogLine>,
    /// How many lines ever came; the newest has this number.
    pub(crate) counted: u64,
    pace: VecDeque<u32>,
    pub(crate) lost_logs: BTreeMap<LogName, (Timestamp, Failure)>,
    /// The containers of each place, and when they were last told.
    pub(crate) containers: BTreeMap<(EnvName, ArtifactName), (Timestamp, Vec<Container>)>,
    /// Why nothing can be recorded any more: then nothing is touched either.
    pub(crate) journal_lost: Option<Failure>,
    steps: HashMap<(ActionId, usize), StepLive>,
    pub(crate) checks: HashMap<CheckName, String>,
}

/// How far a step has come.
#[derive(Clone, Debug, Default)]
pub(crate) struct StepLive {
    /// Done, of, and what is counted.
    pub(crate) share: Option<(u64, u64, String)>,
    pub(crate) output: VecDeque<String>,
}

impl Live {
    /// Begins again with the lines of a snapshot.
    pub(crate) fn restart(&mut self, lines: Vec<LogLine>) {
        self.lines = lines.into();
        self.counted = self.lines.len() as u64;
    }

    pub(crate) fn take(&mut self, telemetry: Telemetry) {
        match telemetry {
            Telemetry::Log(line) => self.push(line),
            Telemetry::LogLost { source, at, failure: Some(failure) } => {
                self.lost_logs.insert(source, (at, failure));
            }
            Telemetry::LogLost { source, failure: None, .. } => {
                self.lost_logs.remove(&source);
            }
            Telemetry::Step { action, step, progress } => self.steps.entry((action, step)).or_default().take(progress),
            Telemetry::Check { check, progress: Progress::Line(line) } => {
                self.checks.insert(check, line);
            }
            Telemetry::Check { progress: Progress::Share { .. }, .. } => {}
            Telemetry::StillSo { env, artifact, at } => {
                self.looked.insert((env, artifact), at);
            }
            Telemetry::Containers { env, artifact, at, containers } => {
                self.containers.insert((env, artifact), (at, containers));
            }
            Telemetry::JournalLost { failure } => self.journal_lost = Some(failure),
            Telemetry::BranchStillSo { at } => self.branch_looked = Some(at),
        }
    }

    /// Forgets the output of a step that begins again.
    pub(crate) fn begin_step(&mut self, action: &ActionId, step: usize) {
        self.steps.remove(&(action.clone(), step));
    }

    fn push(&mut self, line: LogLine) {
        if self.lines.len() >= LINES_KEPT {
            self.lines.pop_front();
        }
        // Sources never arrive quite in step: a late line still finds its place among the newest.
        let newest = self.lines.iter().rev().take(REORDERED);
        let late = newest.take_while(|other| other.at > line.at).count();
        self.lines.insert(self.lines.len() - late, line);
        self.counted += 1;
        if let Some(now) = self.pace.back_mut() {
            *now += 1;
        }
    }

    /// Begins the next second.
    pub(crate) fn tick(&mut self) {
        if self.pace.len() > PACE_KEPT {
            self.pace.pop_front();
        }
        self.pace.push_back(0);
    }

    /// Returns the lines of each of the last whole seconds, the newest last.
    pub(crate) fn pace(&self) -> Vec<u32> {
        let whole = self.pace.len().saturating_sub(1);
        self.pace.iter().take(whole).copied().collect()
    }

    /// Returns the lines that end with a number, newest last.
    pub(crate) fn lines_until(&self, last: u64, height: usize) -> impl Iterator<Item = &LogLine> {
        let first_kept = self.counted - self.lines.len() as u64;
        let end = last.clamp(first_kept, self.counted) - first_kept;
        let start = (end as usize).saturating_sub(height);
        self.lines.range(start..end as usize)
    }

    /// Returns the number before the oldest line that is kept.
    pub(crate) fn oldest(&self) -> u64 {
        self.counted - self.lines.len() as u64
    }

    pub(crate) fn step(&self, action: &ActionId, step: usize) -> Option<&StepLive> {
        self.steps.get(&(action.clone(), step))
    }

    /// Returns when a target was last looked at with success.
    pub(crate) fn looked(&self, env: &EnvName, artifact: &ArtifactName, place: &PlaceState) -> Option<Timestamp> {
        let told = self.looked.get(&(env.clone(), artifact.clone())).copied();
        told.max(place.seen.as_ref().map(|(at, _)| *at))
    }

    /// Returns the oldest last look at the targets of an environment.
    pub(crate) fn looked_at_env(&self, env: &EnvName, release: &Release) -> Option<Timestamp> {
        let places = &release.environments.get(env)?.places;
        places.iter().filter_map(|(artifact, place)| self.looked(env, artifact, place)).min()
    }
}

impl StepLive {
    fn take(&mut self, progress: Progress) {
        match progress {
            Progress::Share { done, total, of } => self.share = Some((done, total, of)),
            Progress::Line(line) => {
                if self.output.len() >= OUTPUT_KEPT {
                    self.output.pop_front();
                }
                self.output.push_back(line);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(number: usize) -> Telemetry {
        let text = number.to_string();
        Telemetry::Log(LogLine { source: LogName::new("a"), at: Timestamp::UNIX_EPOCH, text })
    }

    #[test]
    fn a_flood_of_lines_keeps_the_newest_and_their_numbers() {
        let mut live = Live::default();
        (0..LINES_KEPT + 10).for_each(|n| live.take(line(n)));
        assert_eq!((live.counted, live.oldest()), (5_010, 10));
        let texts = |last| live.lines_until(last, 2).map(|l| l.text.clone()).collect::<Vec<_>>();
        assert_eq!(texts(live.counted), ["5008", "5009"]);
        assert_eq!(texts(12), ["10", "11"]);
        assert_eq!(texts(3), Vec::<String>::new());
    }

    #[test]
    fn the_pace_counts_whole_seconds_alone() {
        let mut live = Live::default();
        live.tick();
        live.take(line(1));
        assert_eq!(live.pace(), [] as [u32; 0]);
        live.tick();
        assert_eq!(live.pace(), [1]);
    }
}
