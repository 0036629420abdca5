//! The runs of a workflow on a commit: `GET /repos/OWNER/NAME/actions/workflows/FILE/runs`.

use super::api::GitHubApi;
use super::source::WorkflowSource;
use crate::deps::Deps;
use async_trait::async_trait;
use serde::Deserialize;
use std::sync::Arc;
use std::time::Duration;
use tminus_core::kinds::check::{WorkflowReading, WorkflowRun};
use tminus_core::kinds::connect::ConnectKind;
use tminus_core::names::Commit;
use tminus_core::ports::{FailureKind, PortError};

/// How many runs are read: each is some 10 kB, and an answer is read up to a limit.
const PAGE: &str = "50";

/// Opens GitHub as a service that runs workflows.
pub fn open_workflows(kind: &ConnectKind, deps: &Deps) -> Option<Arc<dyn WorkflowSource>> {
    Some(Arc::new(GitHubWorkflows(GitHubApi::of(kind, deps)?)))
}

struct GitHubWorkflows(GitHubApi);

#[derive(Deserialize)]
struct GitHubRuns {
    total_count: u64,
    workflow_runs: Vec<GitHubRun>,
}

#[derive(Deserialize)]
struct GitHubRun {
    run_number: u64,
    event: String,
    head_branch: Option<String>,
    head_sha: String,
    status: Option<String>,
    conclusion: Option<String>,
}

#[async_trait]
impl WorkflowSource for GitHubWorkflows {
    fn place(&self) -> String {
        format!("{} for {}", self.0.host(), self.0.repository())
    }

    async fn runs(&self, file: &str, commit: &Commit, within: Duration) -> Result<WorkflowReading, PortError> {
        let Self(api) = self;
        let query = [("head_sha", commit.as_str()), ("per_page", PAGE), ("exclude_pull_requests", "true")];
        let answer = api.get(&["actions", "workflows", file, "runs"], &query, within).await?;
        if let Some(failure) = api.refusal(&answer) {
            let (repository, host) = (api.repository(), api.host());
            let is_absent = failure.kind == FailureKind::NotFound;
            let says = format!("{host} has no workflow {file} of {repository} that the token may see");
            return Err(if is_absent { PortError::new(FailureKind::NotFound, says) } else { failure });
        }
        let malformed = |why: String| PortError::new(FailureKind::Malformed, "the answer cannot be read").because(why);
        if answer.cut {
            return Err(malformed("it is too long".to_owned()));
        }
        let told: GitHubRuns = serde_json::from_str(&answer.body).map_err(|error| malformed(error.to_string()))?;
        let more = told.total_count.saturating_sub(told.workflow_runs.len() as u64);
        let runs = told.workflow_runs.into_iter().map(read).collect();
        Ok(WorkflowReading { commit: commit.clone(), runs, more })
    }
}

fn read(run: GitHubRun) -> WorkflowRun {
    WorkflowRun {
        number: run.run_number,
        event: run.event,
        of: run.head_branch.unwrap_or_default(),
        commit: Commit::new(run.head_sha),
        status: run.status.unwrap_or_default(),
        conclusion: run.conclusion,
    }
}
