//! The plan: what a team wrote in `tminus.toml`, validated. How it is read is `config`'s story.
//!
//! Every list keeps the order of the file, because that is the order on screen.

mod artifact;
mod asked;
mod check;
mod command;
mod connect;
mod defined;
mod environment;
mod expect;
mod incident;
mod logs;
mod loosen;
mod metric;
mod people;
mod place_facts;
mod places;
mod ports;
mod release;
mod step;
mod template;
mod whole;

pub use artifact::{AppBuild, Artifact, ArtifactKind, ImageBuild};
pub use asked::Asked;
pub use check::Check;
pub use command::{CommandLine, EnvValue, INTERPRETERS, SHELLS, Secret};
pub use connect::Connect;
pub use environment::{After, Approvals, Deliver, Environment};
pub use expect::Expect;
pub use incident::{Flag, Runbook, RunbookStep, RunbookTask, Severity};
pub use logs::{LogKeep, LogStream};
pub use loosen::loosened;
pub use metric::{Baseline, Limit, Metric, MetricForm};
pub use place_facts::{ComposeFile, ComposeService, PlaceFacts, container_name, project_name};
pub use places::{SharedPlace, shared_places, shared_ports, uses_name};
pub use ports::HostPorts;
pub use release::{Milestone, ReleaseRules, Team, VersionFile};
pub use step::{ExtraStep, StepMoment, Undo};
pub use template::{Placeholder, Template, UnknownPlaceholder};
pub use whole::{Limits, Plan, Verifier};
