//! `workflow`: the runs of a workflow on the release's commit, as its service tells of them.

use super::measured::{MeasureContext, MeasuredCheck};
use crate::probe::limit;
use async_trait::async_trait;
use std::time::Duration;
use tminus_core::kinds::check::{WorkflowCheck, WorkflowReading, WorkflowRun};
use tminus_core::mask::Mask;
use tminus_core::measurement::{Measurement, Reading};
use tminus_core::ports::{FailureKind, PortError};

#[async_trait]
impl MeasuredCheck for WorkflowCheck {
    async fn measure(
        &self,
        MeasureContext { around, check, ask, .. }: &MeasureContext<'_>,
    ) -> Result<Measurement, PortError> {
        let Self { connect, file } = self;
        let unavailable = |summary: String| PortError::new(FailureKind::Unavailable, summary);
        let source = around.workflows.get(connect);
        let source =
            source.ok_or_else(|| unavailable(format!("the workflows of {connect} are not available in this build")))?;
        let commit = ask.commit.as_ref();
        let commit = commit.ok_or_else(|| unavailable("the commit of the release is unknown".to_owned()))?;
        let within = limit(check).saturating_sub(Duration::from_millis(200));
        let read = source.runs(file, commit, within).await?;
        let asked = format!("the runs of {file} on {} at {}", commit.short(), source.place());
        Ok(Measurement::quiet(around.secrets.mask().apply(&asked), Reading::own(&masked(around.secrets.mask(), read))))
    }
}

/// Hides what a service quotes.
fn masked(mask: &Mask, read: WorkflowReading) -> WorkflowReading {
    let hide = |run: WorkflowRun| WorkflowRun {
        event: mask.apply(&run.event),
        of: mask.apply(&run.of),
        status: mask.apply(&run.status),
        conclusion: run.conclusion.map(|end| mask.apply(&end)),
        ..run
    };
    WorkflowReading { runs: read.runs.into_iter().map(hide).collect(), ..read }
}
