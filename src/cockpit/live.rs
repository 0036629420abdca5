//! What is only known while one looks: ages, log lines, progress. Folded from telemetry; lossy, and never a fact.

use super::presence::Presences;
use jiff::Timestamp;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;
use tminus_core::branch_log::BranchLog;
use tminus_core::failure::Failure;
use tminus_core::kept_output::{OutputFile, OutputLook};
use tminus_core::names::{ActionId, ArtifactName, CheckName, EnvName, LogName, Version};
use tminus_core::order::Progress;
use tminus_core::release::{PlaceState, Release};
use tminus_core::telemetry::{Container, Telemetry};

/// How many lines of a step's output, and the output of how many steps, are kept at hand.
const OUTPUT_KEPT: usize = 500;
const STEPS_KEPT: usize = 100;

/// Of how many runs what they printed is kept at hand.
const OUTPUTS_HELD: usize = 8;

/// The lossy state.
#[derive(Clone, Debug, Default)]
pub(crate) struct Live {
    looked: HashMap<(EnvName, ArtifactName), Timestamp>,
    pub(crate) branch_looked: Option<Timestamp>,
    /// The commits around the branch of each release.
    pub(crate) branch_logs: BTreeMap<Version, Arc<BranchLog>>,
    pub(crate) lost_logs: BTreeMap<LogName, (Timestamp, Failure)>,
    /// The containers of each place, and when they were last told.
    pub(crate) containers: BTreeMap<(EnvName, ArtifactName), (Timestamp, Vec<Container>)>,
    /// Why nothing can be recorded any more: then nothing is begun either.
    pub(crate) journal_lost: Option<Failure>,
    steps: HashMap<(ActionId, usize), StepLive>,
    /// Since when this screen hears what is told.
    pub(crate) joined: Option<Timestamp>,
    /// The steps whose output is kept, in the order in which they began.
    kept: VecDeque<(ActionId, usize)>,
    pub(crate) checks: HashMap<CheckName, String>,
    /// What checks printed, as it was read last, the newest at the end.
    outputs: VecDeque<Arc<OutputLook>>,
    /// Where everybody looks.
    pub(crate) glances: Presences,
}

/// How far a step has come.
#[derive(Clone, Debug, Default)]
pub(crate) struct StepLive {
    /// What is counted, done and of how many; in the order in which they began to be counted.
    shares: Vec<(String, u64, u64)>,
    pub(crate) output: VecDeque<String>,
    /// How many older lines were let go of.
    pub(crate) gone: u64,
    /// When it was told of last.
    heard: Option<Timestamp>,
}

impl Live {
    pub(crate) fn take(&mut self, telemetry: Telemetry, now: Timestamp) {
        match telemetry {
            // The log pane keeps the lines.
            Telemetry::Log(_) => {}
            Telemetry::LogLost { source, at, failure: Some(failure) } => {
                self.lost_logs.insert(source, (at, failure.into_inner()));
            }
            Telemetry::LogLost { source, failure: None, .. } => {
                self.lost_logs.remove(&source);
            }
            Telemetry::Step { action, step, progress } => self.step_mut(action, step).take(progress, now),
            Telemetry::Check { check, progress: Progress::Line(line) } => {
                self.checks.insert(check, line.into_string());
            }
            Telemetry::Check { progress: Progress::Share { .. }, .. } => {}
            Telemetry::Output(look) => {
                self.outputs.retain(|known| known.sha256 != look.sha256);
                self.outputs.push_back(look);
                if self.outputs.len() > OUTPUTS_HELD {
                    self.outputs.pop_front();
                }
            }
            Telemetry::StillSo { env, artifact, at } => {
                self.looked.insert((env, artifact), at);
            }
            Telemetry::Containers { env, artifact, at, containers } => {
                self.containers.insert((env, artifact), (at, containers));
            }
            Telemetry::JournalLost { failure } => self.journal_lost = Some(failure),
            Telemetry::BranchLog { version, log } => drop(self.branch_logs.insert(version, log)),
            Telemetry::BranchStillSo { at } => self.branch_looked = Some(at),
            Telemetry::Present { .. } => self.glances.take(&telemetry),
        }
    }

    /// Returns a kept output as it was when somebody looked at it last.
    pub(crate) fn output(&self, file: &OutputFile) -> Option<&OutputLook> {
        self.outputs.iter().find(|look| look.sha256 == file.sha256).map(AsRef::as_ref)
    }

    /// Returns what is known of a step; of more steps than are kept, the one that began first is forgotten.
    fn step_mut(&mut self, action: ActionId, step: usize) -> &mut StepLive {
        let key = (action, step);
        if !self.kept.contains(&key) {
            self.kept.push_back(key.clone());
        }
        if self.kept.len() > STEPS_KEPT
            && let Some(first) = self.kept.pop_front()
        {
            self.steps.remove(&first);
        }
        self.steps.entry(key).or_default()
    }

    /// Forgets the output of a step that begins again.
    pub(crate) fn begin_step(&mut self, action: &ActionId, step: usize) {
        self.steps.remove(&(action.clone(), step));
    }

    pub(crate) fn step(&self, action: &ActionId, step: usize) -> Option<&StepLive> {
        self.steps.get(&(action.clone(), step))
    }

    /// Returns when a step was told of last.
    pub(crate) fn heard(&self, action: &ActionId, step: usize) -> Option<Timestamp> {
        self.step(action, step)?.heard
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
    /// Returns what began to be counted last: what a step did before it is not gone back to.
    pub(crate) fn share(&self) -> Option<(u64, u64, &str)> {
        self.shares.last().map(|(of, done, total)| (*done, *total, of.as_str()))
    }

    fn count(&mut self, (done, total): (u64, u64), of: String) {
        match self.shares.iter_mut().find(|share| share.0 == of) {
            // Answers may overtake one another; what is done stays done.
            Some(share) if share.2 == total => share.1 = share.1.max(done),
            Some(share) => (share.1, share.2) = (done, total),
            None => self.shares.push((of, done, total)),
        }
    }

    fn take(&mut self, progress: Progress, now: Timestamp) {
        self.heard = Some(now);
        match progress {
            Progress::Share { done, total, of } => self.count((done, total), of),
            Progress::Line(line) => {
                if self.output.len() >= OUTPUT_KEPT {
                    self.output.pop_front();
                    self.gone += 1;
                }
                self.output.push_back(line.into_string());
            }
        }
    }
}
