//! Failures in the words of the services that the world plays.

use super::script_input::ScriptInput;
use tminus_core::failure::{Failure, FailureKind};
use tminus_core::kinds::deliver::PlayedCourse;
use tminus_core::names::{OrderId, Version};

const TRACEBACK: &str = "KeyError: 'VOICE_MODEL_PATH' (app/voice/settings.py, line 31)";

/// An image that is pulled ahead is not where it is pulled from.
pub(crate) fn not_pulled(journey: &ScriptInput<'_>) -> Failure {
    let failure = Failure::new(FailureKind::NotFound, format!("{} could not be pulled", journey.name));
    failure.because(format!("manifest for {} not found: manifest unknown", journey.name))
}

/// The image is not where it is pulled from.
pub(crate) fn image_missing(journey: &ScriptInput<'_>) -> Failure {
    let missing = format!("manifest for {} not found: manifest unknown", journey.name);
    let failure = Failure::new(FailureKind::NotFound, format!("{} could not be pulled", journey.name));
    match journey.course {
        PlayedCourse::Cluster(workload) => failure
            .because(format!("{workload} did not become ready"))
            .because(format!("ErrImagePull: {missing}"))
            .because(format!("ImagePullBackOff: Back-off pulling image \"{}\"", journey.name)),
        PlayedCourse::Host | PlayedCourse::Beta | PlayedCourse::Store => {
            failure.because(format!("Error response from daemon: {missing}"))
        }
    }
}

/// The new version ends as soon as it starts.
pub(crate) fn crash_loop(journey: &ScriptInput<'_>) -> Failure {
    let failure = Failure::new(FailureKind::Rejected, format!("{} does not stay up", journey.to));
    match journey.course {
        PlayedCourse::Cluster(workload) => failure
            .because(format!("ProgressDeadlineExceeded: {workload} has timed out progressing"))
            .because("CrashLoopBackOff: back-off 2m40s restarting failed container, 6 restarts, exit code 1")
            .because(TRACEBACK),
        PlayedCourse::Host | PlayedCourse::Beta | PlayedCourse::Store => {
            failure.because("container is restarting: exited (1), 5 restarts").because(TRACEBACK)
        }
    }
}

/// The review says no.
pub(crate) fn rejected(journey: &ScriptInput<'_>) -> Failure {
    let review = match journey.course {
        PlayedCourse::Beta => "the beta review",
        PlayedCourse::Store | PlayedCourse::Host | PlayedCourse::Cluster(_) => "App Review",
    };
    Failure::new(FailureKind::Rejected, format!("{review} rejected {}", journey.to))
        .because("Guideline 5.1.1 - Legal - Privacy - Data Collection and Storage")
        .because("the app asks for the microphone without saying in the purpose string what it is used for")
}

/// What the App Store says to everyone who wants an earlier version back.
pub(crate) fn no_way_back(to: &Version, from: Option<&Version>) -> String {
    let from = from.map(|from| format!(" than {from}")).unwrap_or_default();
    format!(
        "the App Store cannot roll back to an earlier version: build {to} again under a higher number{from} and submit it for review"
    )
}

/// The same order was begun before.
pub(crate) fn begun_before(order: &OrderId) -> Failure {
    Failure::new(FailureKind::Conflict, format!("order {order} was begun before: find it and follow it"))
}
