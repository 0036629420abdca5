//! How long a delivery takes, phase by phase, and how it ends; fixed at the moment it begins.

use super::script_input::{ScriptInput, TimeKind, VersionHistory};
use crate::scenario::Goes;
use serde::{Deserialize, Serialize};
use tminus_core::failure::{Failure, FailureKind};
use tminus_core::kinds::deliver::PlayedCourse;
use tminus_core::order::BuildStage;
use tminus_core::time::Span;

/// What happens from the beginning of an order to its end.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Itinerary {
    /// One after another.
    pub phases: Vec<Phase>,
    /// How it ends if nobody cancels it.
    pub ending: ScriptEnding,
}

/// One part of an order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Phase {
    /// What is going on, as the service says it.
    pub title: String,
    /// What is counted on the way.
    pub of: String,
    /// How many of them there are, at least one.
    pub total: u64,
    /// How long it takes.
    pub takes: Span,
    /// What runs meanwhile.
    pub runs: Runs,
}

/// What runs during a phase, or after a failure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Runs {
    /// What ran before.
    Old,
    /// Nothing: the old one is stopped, the new one not started.
    Nothing,
    /// The new one, on its way up.
    New,
    /// The new one is asked for, and the old one still serves.
    Both,
}

/// How an order ends.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ScriptEnding {
    /// The new version runs.
    Good,
    /// It does not.
    Failed {
        /// Why, in the service's words.
        failure: Failure,
        /// What runs now.
        leaves: Runs,
        /// How that is, in the service's words.
        words: String,
    },
}

impl Itinerary {
    /// Returns how long it takes if nobody cancels it.
    pub fn takes(&self) -> Span {
        self.phases.iter().map(|phase| phase.takes.duration()).sum::<std::time::Duration>().into()
    }

    /// Says whether the new version ends as soon as it starts.
    pub(crate) fn restarts(&self) -> bool {
        self.phases.iter().any(|phase| phase.of == "restarts")
    }

    /// Returns the itinerary of a command that is only played.
    pub(crate) fn of_command(time: TimeKind, pace: f64) -> Self {
        let phases = vec![leg("rehearsed: nothing was run", (1, "commands"), (4.0, 1.0), Runs::Old)];
        Self { phases: phases.into_iter().map(|leg| leg.at(time, pace)).collect(), ending: ScriptEnding::Good }
    }

    /// Makes the itinerary of one stage of a build, which breaks with these words if any.
    pub(crate) fn of_build(
        (stage, megabytes): (BuildStage, u64),
        breaks: Option<String>,
        time: TimeKind,
        pace: f64,
    ) -> Self {
        let mut legs = match stage {
            BuildStage::LogIn => vec![leg("asking the registry", (1, "answers"), (1.0, 0.5), Runs::Old)],
            BuildStage::Build => vec![
                leg("sending the context", (12, "MB sent"), (3.0, 1.0), Runs::Old),
                leg("FROM the base image", (1, "steps"), (2.0, 0.5), Runs::Old),
                leg("RUN install the dependencies", (40, "packages"), (55.0, 3.0), Runs::Old),
                leg("COPY the sources, and write the layers", (9, "layers"), (10.0, 1.5), Runs::Old),
            ],
            BuildStage::Inspect => vec![leg("reading the image", (9, "layers"), (1.0, 0.5), Runs::Old)],
            BuildStage::Tag => vec![leg("tagging", (1, "tags"), (1.0, 0.3), Runs::Old)],
            BuildStage::Push => vec![leg("pushing the layers", (megabytes, "MB pushed"), (24.0, 4.0), Runs::Old)],
            BuildStage::Compare => vec![leg("asking the registry", (1, "digests"), (1.0, 0.5), Runs::Old)],
        };
        let ending = breaks.map_or(ScriptEnding::Good, |says| {
            // It breaks before it is whole.
            legs.truncate(legs.len().div_ceil(2));
            failed(Failure::new(FailureKind::Rejected, says), Runs::Old, "nothing changed")
        });
        Self { phases: legs.into_iter().map(|leg| leg.at(time, pace)).collect(), ending }
    }

    /// Makes the itinerary of a pull ahead of a delivery.
    pub(crate) fn of_pull(journey: &ScriptInput<'_>, time: TimeKind, pace: f64) -> Self {
        let pull = match journey.known {
            VersionHistory::New => leg("pulling the image", (9, "layers"), (9.0, 1.2), Runs::Old),
            VersionHistory::Before => leg("the image is there", (1, "layers"), (1.0, 0.3), Runs::Old),
        };
        let ending = match journey.goes {
            Some(Goes::ImageMissing) => failed(super::words::not_pulled(journey), Runs::Old, "running"),
            Some(Goes::Slowly | Goes::CrashLoop | Goes::Rejected) | None => ScriptEnding::Good,
        };
        Self { phases: vec![pull.at(time, pace)], ending }
    }

    /// Makes the itinerary of a delivery.
    pub(crate) fn of(journey: &ScriptInput<'_>, time: TimeKind, pace: f64) -> Self {
        let (legs, ending) = match journey.course {
            PlayedCourse::Host => on_a_host(journey),
            PlayedCourse::Cluster(workload) => on_a_cluster(journey, workload),
            PlayedCourse::Beta => on_testflight(journey),
            PlayedCourse::Store => on_the_app_store(journey),
        };
        Self { phases: legs.into_iter().map(|leg| leg.at(time, pace)).collect(), ending }
    }
}

/// A phase with both its lengths in seconds: the honest one, and the one on screen.
struct ScriptPhase(Phase, (f64, f64));

fn leg(title: &str, (total, of): (u64, &str), seconds: (f64, f64), runs: Runs) -> ScriptPhase {
    let phase = Phase { title: title.to_owned(), of: of.to_owned(), total, takes: Span::seconds(0), runs };
    ScriptPhase(phase, seconds)
}

impl ScriptPhase {
    fn at(self, time: TimeKind, pace: f64) -> Phase {
        let Self(phase, (honest, shown)) = self;
        let seconds = match time {
            TimeKind::Virtual => honest,
            TimeKind::Real => shown * pace,
        };
        Phase { takes: Span::millis((seconds * 1_000.0) as u64), ..phase }
    }
}

fn failed(failure: Failure, leaves: Runs, words: impl Into<String>) -> ScriptEnding {
    ScriptEnding::Failed { failure, leaves, words: words.into() }
}

fn on_a_host(journey: &ScriptInput<'_>) -> (Vec<ScriptPhase>, ScriptEnding) {
    let pull = match journey.known {
        VersionHistory::New => leg("pulling the image", (9, "layers"), (14.0, 4.0), Runs::Old),
        VersionHistory::Before => leg("the image is on the host", (1, "layers"), (1.0, 0.5), Runs::Old),
    };
    let stop = leg("stopping the old container", (1, "container"), (4.0, 1.0), Runs::Nothing);
    let create = leg("creating the container", (1, "container"), (2.0, 0.5), Runs::Nothing);
    let start = leg("waiting until it is healthy", (3, "health checks"), (12.0, 3.0), Runs::New);
    match journey.goes {
        None | Some(Goes::Rejected) => (vec![pull, stop, create, start], ScriptEnding::Good),
        Some(Goes::Slowly) => {
            let slow = leg("waiting until it is healthy", (12, "health checks"), (240.0, 24.0), Runs::New);
            (vec![pull, stop, create, slow], ScriptEnding::Good)
        }
        Some(Goes::ImageMissing) => {
            let asks = leg("pulling the image", (1, "layers"), (3.0, 1.5), Runs::Old);
            (vec![asks], failed(super::words::image_missing(journey), Runs::Old, "running"))
        }
        Some(Goes::CrashLoop) => {
            let crashes = leg("waiting until it is healthy", (5, "restarts"), (90.0, 8.0), Runs::New);
            let words = "restarting (1), 5 restarts";
            (vec![pull, stop, create, crashes], failed(super::words::crash_loop(journey), Runs::New, words))
        }
    }
}

fn on_a_cluster(journey: &ScriptInput<'_>, workload: &str) -> (Vec<ScriptPhase>, ScriptEnding) {
    let apply = leg(&format!("{workload} is configured"), (6, "objects"), (2.0, 0.6), Runs::Old);
    let rollout = |seconds| leg("rolling out", (3, "replicas"), seconds, Runs::Both);
    let still = |what: &str| match journey.from {
        Some(from) => format!("0 of 3 new replicas ready, {what}; {from} still serves"),
        None => format!("0 of 3 replicas ready, {what}"),
    };
    match journey.goes {
        None | Some(Goes::Rejected) => {
            let seconds = if journey.known == VersionHistory::New { (33.0, 8.4) } else { (27.0, 6.0) };
            (vec![apply, rollout(seconds)], ScriptEnding::Good)
        }
        Some(Goes::Slowly) => (vec![apply, rollout((540.0, 36.0))], ScriptEnding::Good),
        Some(Goes::ImageMissing) => {
            let pulls = leg("rolling out: a pod waits for its image", (3, "replicas"), (60.0, 6.0), Runs::Both);
            (vec![apply, pulls], failed(super::words::image_missing(journey), Runs::Both, still("ErrImagePull")))
        }
        Some(Goes::CrashLoop) => {
            let crashes =
                leg("rolling out: a pod restarts again and again", (6, "restarts"), (600.0, 12.0), Runs::Both);
            (vec![apply, crashes], failed(super::words::crash_loop(journey), Runs::Both, still("CrashLoopBackOff")))
        }
    }
}

fn on_testflight(journey: &ScriptInput<'_>) -> (Vec<ScriptPhase>, ScriptEnding) {
    let upload = leg("uploading the build", (84, "MB"), (120.0, 3.0), Runs::Old);
    // The testers keep the build that they have until the review has let the new one through.
    let processing = leg("PROCESSING: Apple processes the build", (1, "builds"), (720.0, 3.0), Runs::Both);
    let review = leg("IN_BETA_REVIEW: waiting for the beta review", (1, "reviews"), (79_200.0, 5.0), Runs::Both);
    let again = leg("giving the build to the groups again", (1, "groups"), (5.0, 1.5), Runs::Old);
    match journey.goes {
        Some(Goes::Rejected) => {
            let words = "BETA_REJECTED: rejected by the beta review";
            (vec![upload, processing, review], failed(super::words::rejected(journey), Runs::Both, words))
        }
        None | Some(Goes::Slowly | Goes::CrashLoop | Goes::ImageMissing) if journey.known == VersionHistory::Before => {
            (vec![again], ScriptEnding::Good)
        }
        None | Some(Goes::Slowly | Goes::CrashLoop | Goes::ImageMissing) => {
            (vec![upload, processing, review], ScriptEnding::Good)
        }
    }
}

fn on_the_app_store(journey: &ScriptInput<'_>) -> (Vec<ScriptPhase>, ScriptEnding) {
    let submit = leg("submitting the version", (1, "items"), (60.0, 1.5), Runs::Old);
    let waiting = leg("WAITING_FOR_REVIEW", (1, "reviews"), (36_000.0, 3.0), Runs::Old);
    let review = leg("IN_REVIEW", (1, "reviews"), (50_400.0, 4.0), Runs::Old);
    let sale = leg("PROCESSING_FOR_DISTRIBUTION", (175, "storefronts"), (3_600.0, 2.0), Runs::Old);
    match journey.goes {
        Some(Goes::Rejected) => {
            let words = match journey.from {
                Some(from) => format!("{from} on sale; {} REJECTED", journey.to),
                None => format!("{} REJECTED", journey.to),
            };
            (vec![submit, waiting, review], failed(super::words::rejected(journey), Runs::Old, words))
        }
        None | Some(Goes::Slowly | Goes::CrashLoop | Goes::ImageMissing) => {
            (vec![submit, waiting, review, sale], ScriptEnding::Good)
        }
    }
}
