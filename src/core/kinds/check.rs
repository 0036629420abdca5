//! The kinds of check: one line each.

mod changelog;
mod connects;
mod dns;
mod dotenv;
mod file;
mod http;
mod ignored;
mod image;
mod kind;
mod log;
mod manual;
mod metric;
mod run;
mod secrets;
mod tls;
mod versions;
mod workflow;

use super::family::family;
pub use changelog::ChangelogCheck;
pub use connects::ConnectsCheck;
pub use dns::{DnsAnswer, DnsCheck, DnsReading};
pub use dotenv::DotenvCheck;
pub use file::FileCheck;
pub use http::{HttpCheck, Method};
pub use ignored::IgnoredCheck;
pub use image::ImageCheck;
pub use kind::{CheckTouch, JudgedBy, KindOfCheck, PlanPart, Renewal};
pub use log::LogCheck;
pub use manual::ManualCheck;
pub use metric::MetricCheck;
pub use run::RunCheck;
pub use secrets::{AllowedSecret, FoundSecret, SecretsCheck, SecretsReading, UnreadFiles};
pub use tls::{ShownCertificate, TlsCheck, TlsReading};
pub use versions::VersionsCheck;
pub use workflow::{WorkflowCheck, WorkflowReading, WorkflowRun};

family! {
    /// The one way of knowing whether a check holds.
    CheckKind: KindOfCheck {
        /// `run`: a command.
        Run(RunCheck),
        /// `http`: a request.
        Http(HttpCheck),
        /// `versions = true`: one version in every file of `[release] versions`.
        Versions = VersionsCheck,
        /// `ignored`: paths that git ignores.
        Ignored(IgnoredCheck),
        /// `dotenv`: variables of an environment file.
        Dotenv(DotenvCheck),
        /// `secrets`: no secret in the history.
        Secrets(SecretsCheck),
        /// `changelog = true`: the changelog knows the version.
        Changelog = ChangelogCheck,
        /// `file`: a file.
        File(FileCheck),
        /// `connects`: a service answers.
        Connects(ConnectsCheck),
        /// `tls`: a certificate.
        Tls(TlsCheck),
        /// `dns`: a name.
        Dns(DnsCheck),
        /// `image`: what is in an image.
        Image(ImageCheck),
        /// `workflow`: a workflow of GitHub Actions.
        Workflow(WorkflowCheck),
        /// `log`: a line of a log.
        Log(LogCheck),
        /// `metric`: a metric of this plan keeps its limit.
        Metric(MetricCheck),
        /// `manual = true`: a person says so.
        Manual(ManualCheck),
    }
}
