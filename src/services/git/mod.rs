//! The git repository that is being released, as the person's own `git` program sees it.
//!
//! Every question is asked anew, on a blocking thread: a checkout that moves under a long session is seen.

mod act;
mod beginning;
mod branch;
mod bump;
mod changelog;
mod checkout;
mod commands;
mod content;
mod failure;
mod fill;
mod filters;
mod ignored;
mod inventory;
mod lineage;
mod log;
mod marks;
mod merge_back;
mod merge_look;
mod moving;
mod own_commit;
mod own_commit_order;
mod port;
mod program;
mod remote;
mod repository;
mod status;
mod stream;
mod submodule;
mod survey;
mod tree;
mod watch;

pub use act::{RepositoryTarget, recorded};
pub use beginning::PlanAt;
pub use commands::CommandLook;
pub(crate) use fill::{fill, pulse_of};
pub use ignored::IgnoredPaths;
pub use inventory::Inventory;
pub use lineage::Lineage;
pub use marks::{FileMark, FileMarks, file_mark};
pub(crate) use program::GitProgram;
pub use repository::GitRepository;
pub use status::{CheckoutStatus, Difference, DifferenceKind};
pub(crate) use stream::GitOutput;
pub use survey::{RepositorySurvey, is_ignored, survey};
