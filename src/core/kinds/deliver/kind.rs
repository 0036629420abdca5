//! What is asked of every way of delivery.

use super::{DeliverPlace, PlayedOrder, PlayedPlace};
use crate::lint::Finding;
use crate::order::Call;
use crate::plan::{CommandLine, PlaceFacts};
use crate::touches::Touch;

/// What is asked of a way of delivery. The defaults are those of one that tminus knows nothing special about.
pub trait KindOfDelivery {
    /// Returns what a delivery runs, reads, starts or changes. What the plan leaves out is left out of its line.
    fn touches<'a>(&'a self, at: &str) -> Vec<Touch<'a>>;

    /// Returns how a rehearsal plays the place.
    fn played(&self) -> PlayedPlace<'_>;

    /// Returns the calls that a delivery makes in a rehearsal.
    fn played_calls(&self, order: &PlayedOrder<'_>) -> Vec<Call>;

    /// Returns where it goes, for the app that it delivers if it is one; `None` where nobody can tell.
    fn place(&self, app: Option<&str>, facts: &PlaceFacts) -> Option<DeliverPlace>;

    /// Says whether it runs commands or reads files of the person's checkout.
    fn reads_checkout(&self) -> bool {
        false
    }

    /// Says whether it pulls an image to where that is going to run.
    fn pulls(&self) -> bool {
        false
    }

    /// Says why nobody can tell how what was delivered is, where it runs or not (`is_up`).
    fn unknown_health(&self, is_up: bool) -> Option<&'static str> {
        let _ = is_up;
        None
    }

    /// Says why there never is a rollback.
    fn no_rollback(&self) -> Option<String> {
        None
    }

    /// Says whether people review each version, and a rejected build is never taken again.
    fn is_reviewed(&self) -> bool {
        false
    }

    /// Says whether a store that never serves an earlier version again brings it to its users in phases; `None` where it
    /// is no such store.
    fn phased(&self) -> Option<bool> {
        None
    }

    /// Says whether it makes the container of a name on the engine of a context.
    fn makes(&self, container: &str, context: Option<&str>) -> bool {
        let _ = (container, context);
        false
    }

    /// Returns the compose file, and the service in it.
    fn compose_service(&self) -> Option<(&str, &str)> {
        None
    }

    /// Returns the commands that look and deliver and their folder, where none of them names its environment.
    fn placeless(&self) -> Option<([&[CommandLine]; 2], Option<&str>)> {
        None
    }

    /// Finds what would fool its owner; `subject` says where it stands in the plan, `artifact` what is delivered.
    fn lint(&self, subject: &str, artifact: &str) -> Option<Finding> {
        let _ = (subject, artifact);
        None
    }
}

/// Said of a container that runs and that nothing asks how it is.
pub(super) const NO_HEALTH_CHECK: &str = "it has no health check, so whether it is healthy is unknown";
