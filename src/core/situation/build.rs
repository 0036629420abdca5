//! A build: what is made of the release's commit, and the stages that it goes through.

use super::Situation;
use crate::action::{Move, Proposal, Request, Step, StepTask, StepUndo};
use crate::command::Refusal;
use crate::names::{ArtifactName, Commit, Version};
use crate::order::{BuildStage, Delivered, Task};
use crate::plan::{Artifact, ArtifactKind, Template};

impl<'a> Situation<'a> {
    /// Returns what a build would make: each artifact that the plan builds, or the one that was named.
    pub(super) fn made_by(&self, version: &Version, artifact: Option<&ArtifactName>) -> Vec<Move> {
        let to = || Delivered { version: version.clone(), digest: None };
        let built = self.built(artifact);
        built.map(|a| Move { artifact: a.name.clone(), from: None, to: to() }).collect()
    }

    /// Returns why nothing can be built, whatever anybody confirms.
    pub fn not_buildable(&self, artifact: Option<&ArtifactName>) -> Vec<String> {
        let mut reasons = Vec::new();
        reasons.extend(match self.opening() {
            None => Some(format!("{} is not open", self.version)),
            Some(opening) => opening.closed.as_ref().map(|_| format!("{} is closed", self.version)),
        });
        reasons.extend(self.branch_gone());
        if self.built(artifact).next().is_none() {
            reasons.push(match artifact {
                Some(name) if self.plan.artifact(name).is_none() => format!("the plan has no artifact {name}"),
                Some(name) => format!("the plan has no `build` for the image {name}"),
                None => "the plan has no `build` for any image".to_owned(),
            });
        }
        let is_build = |request: &Request| matches!(request, Request::Build { .. });
        let other = self.release.active_actions().find(|a| is_build(&a.proposal.request));
        reasons.extend(other.map(|a| format!("{} has not ended", a.id)));
        reasons
    }

    /// Returns the steps of a build, artifact after artifact.
    pub(super) fn build_steps(
        &self,
        version: &Version,
        artifact: Option<&ArtifactName>,
        proposal: &Proposal,
    ) -> Result<Vec<Step>, Refusal> {
        let no_commit = || Refusal::unknown(format!("the commit of {version} is unknown"));
        let commit = proposal.commit.as_ref().ok_or_else(no_commit)?;
        let mut steps = Vec::new();
        for artifact in self.built(artifact) {
            let args = self.build_args(artifact)?;
            let all = stages(artifact).into_iter();
            steps.extend(all.map(|stage| step(&artifact.name, (version, commit), (stage, args.clone()))));
        }
        Ok(steps)
    }

    /// Fills the build arguments of an image.
    fn build_args(&self, artifact: &Artifact) -> Result<Vec<(String, String)>, Refusal> {
        let ArtifactKind::Image { build: Some(build), .. } = &artifact.kind else { return Ok(Vec::new()) };
        let values = self.values(None);
        let fill = |(name, value): &(String, String)| match Template::new(value.as_str()).fill(&values) {
            Ok(value) => Ok((name.clone(), value)),
            Err(unknown) => Err(Refusal::held(format!(
                "the build argument {name} of {} cannot be filled for {}: {unknown}",
                artifact.name, self.version
            ))),
        };
        build.args.iter().map(fill).collect()
    }

    pub(super) fn built(&self, artifact: Option<&ArtifactName>) -> impl Iterator<Item = &'a Artifact> {
        let is_built = |a: &&Artifact| matches!(&a.kind, ArtifactKind::Image { build: Some(_), .. });
        let wanted = artifact.cloned();
        self.plan.artifacts.iter().filter(is_built).filter(move |a| wanted.as_ref().is_none_or(|name| name == &a.name))
    }
}

/// An image without a registry stays on the host that builds it.
fn stages(artifact: &Artifact) -> Vec<BuildStage> {
    let made = [BuildStage::Build, BuildStage::Inspect, BuildStage::Tag];
    match &artifact.kind {
        ArtifactKind::Image { registry: Some(_), .. } => {
            let shipped = [BuildStage::Push, BuildStage::Compare];
            [BuildStage::LogIn].into_iter().chain(made).chain(shipped).collect()
        }
        ArtifactKind::Image { registry: None, .. } => made.into_iter().collect(),
        ArtifactKind::App { .. } => Vec::new(),
    }
}

type Args = Vec<(String, String)>;

fn step(artifact: &ArtifactName, (version, commit): (&Version, &Commit), (stage, args): (BuildStage, Args)) -> Step {
    let title = match stage {
        BuildStage::LogIn => format!("Log in to the registry of {artifact}"),
        BuildStage::Build => format!("Build {artifact} {version} from {}", commit.short()),
        BuildStage::Inspect => format!("Inspect the image of {artifact}"),
        BuildStage::Tag => format!("Tag {artifact} as {version}"),
        BuildStage::Push => format!("Push {artifact} {version}"),
        BuildStage::Compare => format!("Compare the registry's digest of {artifact}"),
    };
    let undo = match stage {
        BuildStage::LogIn | BuildStage::Inspect | BuildStage::Compare => StepUndo::Nothing,
        BuildStage::Build => StepUndo::By("removing the image".to_owned()),
        BuildStage::Tag => StepUndo::By("tagging the image before".to_owned()),
        BuildStage::Push => StepUndo::Irreversible("the tag names this image from then on".to_owned()),
    };
    let (artifact, version, commit) = (artifact.clone(), version.clone(), commit.clone());
    // Only the build itself takes them.
    let args = if stage == BuildStage::Build { args } else { Args::new() };
    let task = Task::Build { artifact: artifact.clone(), version, commit, stage, args };
    Step { title, task: StepTask::Order { artifact: Some(artifact), task: Box::new(task) }, calls: Vec::new(), undo }
}
