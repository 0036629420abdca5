//! The places that log lines come from: one line each.

mod cloudwatch;
mod command;
mod container;
mod file;
mod kind;
mod kubernetes;

use super::family::family;
pub use cloudwatch::CloudWatchOrigin;
pub use command::CommandOrigin;
pub use container::ContainerOrigin;
pub use file::FileOrigin;
pub use kind::KindOfLog;
pub use kubernetes::KubernetesOrigin;

family! {
    /// The places that log lines come from.
    LogOrigin: KindOfLog {
        /// `container`: a container's output.
        Container(ContainerOrigin),
        /// `file`: a file that grows.
        File(FileOrigin),
        /// `command`: what a command prints.
        Command(CommandOrigin),
        /// `kubernetes`: pods by a selector.
        Kubernetes(KubernetesOrigin),
        /// `cloudwatch`: a log group.
        CloudWatch(CloudWatchOrigin),
    }
}
