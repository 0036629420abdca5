//! What is asked of every service that runs workflows.

use async_trait::async_trait;
use std::time::Duration;
use tminus_core::kinds::check::WorkflowReading;
use tminus_core::names::Commit;
use tminus_core::ports::PortError;

/// A service of the plan that runs workflows.
#[async_trait]
pub trait WorkflowSource: Send + Sync {
    /// Returns where it is asked, in words.
    fn place(&self) -> String;

    /// Returns the runs of a workflow on a commit.
    ///
    /// # Errors
    /// When it gave no answer that says anything: it is away, refuses the token, or knows no such workflow.
    async fn runs(&self, file: &str, commit: &Commit, within: Duration) -> Result<WorkflowReading, PortError>;
}
