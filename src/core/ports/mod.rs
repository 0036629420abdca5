//! The doors to the world, traits only. Adapters and the rehearsal world stand behind them.

mod clock;
mod logs;
mod metrics;
mod outputs;
mod probe;
mod repository;
mod target;

pub use crate::branch::{BranchBase, BranchState, BumpLook, ChangelogLook, Changes, Checkout, MergeLook};
pub use crate::failure::{Failure as PortError, FailureKind};
pub use crate::telemetry::LogLine;
pub use clock::Clock;
pub use logs::{LogReading, LogSource, RunSpan, Undatable, UndatedLine};
pub use metrics::{MetricAnswer, MetricFound, MetricSource, SampleAge};
pub use outputs::OutputStore;
pub use probe::Probe;
pub use repository::{BumpAsk, ChangelogAsk, LogAsk, MergeAsk, Repository};
pub use target::{ProgressSender, Target, TargetUpdate, VisibleContainers};
