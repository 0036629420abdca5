//! GitHub, over its REST API: whether it lets tminus in, and how a workflow ended on a commit. Nothing is changed there.

mod api;
mod connect;
mod runs;
mod source;

pub use connect::open;
pub use runs::open_workflows;
pub use source::WorkflowSource;
