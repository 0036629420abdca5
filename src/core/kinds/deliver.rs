//! The ways an artifact can be delivered: one line each.

mod app_store;
mod command;
mod compose;
mod docker;
mod kind;
mod kubernetes;
mod place;
mod played;
mod testflight;

use super::family::family;
pub use app_store::AppStoreDeliver;
pub use command::{CommandDeliver, CurrentJson};
pub use compose::ComposeDeliver;
pub use docker::DockerDeliver;
pub use kind::KindOfDelivery;
pub use kubernetes::KubernetesDeliver;
pub use place::{DeliverPlace, OnEngine, PlaceKey};
pub use played::{PlayedCourse, PlayedOrder, PlayedPlace, filled};
pub use testflight::TestFlightDeliver;

family! {
    /// The ways an artifact can be delivered.
    DeliverKind: KindOfDelivery {
        /// `with = "docker"`: one container on one engine.
        Docker(DockerDeliver),
        /// `with = "compose"`: one service of a compose file.
        Compose(ComposeDeliver),
        /// `with = "kubernetes"`: one workload of a cluster.
        Kubernetes(KubernetesDeliver),
        /// `with = "testflight"`: a build for testers.
        TestFlight(TestFlightDeliver),
        /// `with = "app-store"`: a build for everybody, after review.
        AppStore(AppStoreDeliver),
        /// `with = "command"`: commands that tminus runs, follows and undoes by name.
        Command(CommandDeliver),
    }
}
