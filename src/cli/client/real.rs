//! The real world of a project: what its adapters stand on. Which adapter a kind has, the list of the services says.

use super::masked::{MaskedLogs, masked};
use super::preload_secrets;
use super::project::{Project, ProjectKind};
use crate::cli::exit::Stop;
use async_trait::async_trait;
use std::sync::{Arc, Mutex};
use tminus_core::lint::{Deliveries, action_scripts, needs_of_plan};
use tminus_core::mask::Mask;
use tminus_core::measurement::{Ask, Measurement, ProbeQuestion};
use tminus_core::names::EnvName;
use tminus_core::ports::{Clock, FailureKind, PortError, Probe, ProgressSender};
use tminus_engine::World;
use tminus_rehearsal::Rehearsal;
use tminus_services::all;
use tminus_services::clock::SystemClock;
use tminus_services::command::{CommandRunner, Commands, Starts};
use tminus_services::deps::{Deps, PlannedDelivery};
use tminus_services::docker::{self, DockerOrders, Renderings};
use tminus_services::git::RepositoryTarget;
use tminus_services::http::Http;
use tminus_services::output_store::OutputFolder;
use tminus_services::probe::{ProbeDeps, RealProbe, Stock};
use tminus_services::secrets::{Permission, Secrets, ValueKey};
use tminus_services::trusted::TrustedFiles;
use tminus_services::worktree::Worktree;
use tminus_storage::trust::TrustState;

/// Makes what the real adapters of a project stand on.
async fn deps(project: &Project, clock: Arc<dyn Clock>) -> Result<Deps, Stop> {
    let repository = project.repository.clone().map_err(|failure| Stop::cannot_tell(failure.sentence()))?;
    // Programs that the repository's own configuration names run as soon as the plan may run anything.
    let repository = match project.trust()? {
        TrustState::Trusted { .. } => Arc::new(repository.as_ref().clone().trusted()),
        TrustState::Never | TrustState::Changed { .. } => repository,
    };
    let plan = &project.file.plan;
    let mask = Mask::new();
    // A project whose plan nobody trusts is never opened: see `Desk::open`.
    let files = TrustedFiles::new(
        project.repository.clone(),
        (&project.root, &project.paths),
        (&plan.trust_files, project.trusted_lines()),
    );
    let key = ValueKey::kept_at(&project.paths.environment_key());
    let secrets = Secrets::new(&project.root, Permission::Trusted, mask.clone()).trusting(files).keyed(key);
    let state = project.paths.state().to_owned();
    let secrets = Arc::new(match &project.kind {
        ProjectKind::Real => preload_secrets::learn(plan, secrets, &state.join("compose")).await,
        ProjectKind::LaidDown(_) | ProjectKind::Own(_) => preload_secrets::learn_rehearsed(plan, secrets).await,
    });
    let deliveries = match &project.kind {
        ProjectKind::Real => Deliveries::Run,
        ProjectKind::LaidDown(_) | ProjectKind::Own(_) => Deliveries::Played,
    };
    let starts = Arc::new(Starts::new(needs_of_plan(plan, deliveries), secrets.clone()));
    let repository = repository.as_ref().clone().running(action_scripts(plan)).starting(starts);
    let repository = Arc::new(repository);
    let patience = project.patience();
    Ok(Deps {
        repository,
        commands: Commands::new(state.join("commands"), secrets.clone()).patient(patience.clone()),
        http: Http::default(),
        mask,
        orders: DockerOrders::new(state.join("docker")).hiding(secrets.clone()),
        renderings: Renderings::default(),
        state,
        worktrees: project.paths.worktrees(),
        links: Mutex::default(),
        secrets,
        patience,
        clock,
    })
}

fn acts(deps: &Deps) -> Arc<RepositoryTarget> {
    let orders = deps.state.join("repository");
    Arc::new(RepositoryTarget::new(deps.repository.clone(), deps.commands.clone(), orders))
}

fn probe(project: &Project, deps: &Deps, logs: MaskedLogs) -> RealProbe {
    let plan = &project.file.plan;
    let images = plan.artifacts.iter().filter_map(|a| Some((a.name.clone(), deps.image(plan, &a.name)?)));
    RealProbe::new(ProbeDeps {
        root: project.root.clone(),
        state: deps.state.clone(),
        repository: deps.repository.clone(),
        worktree: Worktree::new(deps.repository.clone(), deps.worktrees.join("release")),
        rules: plan.release.clone(),
        http: deps.http.clone(),
        stock: Stock { images: images.collect(), link: deps.link(None) },
        secrets: deps.secrets.clone(),
        clock: deps.clock.clone(),
        logs,
        services: all::services(plan, deps),
        metrics: all::metric_sources(plan, deps),
        workflows: all::workflow_sources(plan, deps),
    })
}

/// Returns the real world of a project.
pub(super) async fn world(project: &Project) -> Result<World, Stop> {
    let (plan, deps) = (&project.file.plan, deps(project, Arc::new(SystemClock)).await?);
    let logs = masked(all::log_sources(plan, &deps), plan, (&deps.mask, Some(deps.secrets.clone())))?;
    Ok(World {
        targets: all::targets(plan, &deps),
        builders: docker::builders(plan, &deps),
        runner: Arc::new(CommandRunner::new(deps.commands.clone())),
        acts: acts(&deps),
        probe: Arc::new(probe(project, &deps, logs.clone())),
        logs,
        repository: deps.repository.clone(),
        clock: deps.clock.clone(),
        outputs: Arc::new(OutputFolder::new(project.paths.outputs())),
        mask: deps.mask,
    })
}

/// Returns the world of a rehearsal project: real git, processes and requests; engines, stores, metrics and time are played.
pub(super) async fn rehearsed(project: &Project, rehearsal: &Rehearsal) -> Result<World, Stop> {
    debug_assert!(matches!(project.kind, ProjectKind::LaidDown(_)));
    let deps = deps(project, rehearsal.clock.clone()).await?;
    let known = (&deps.mask, Some(deps.secrets.clone()));
    let logs = masked(rehearsal.logs.clone(), &project.file.plan, known)?;
    let real = probe(project, &deps, logs.clone());
    Ok(World {
        targets: rehearsal.targets.clone(),
        builders: rehearsal.builders.clone(),
        runner: Arc::new(CommandRunner::new(deps.commands.clone())),
        acts: acts(&deps),
        probe: Arc::new(HalfPlayed { real, played: rehearsal.probe.clone() }),
        logs,
        repository: deps.repository.clone(),
        clock: deps.clock.clone(),
        outputs: Arc::new(OutputFolder::new(project.paths.outputs())),
        mask: deps.mask,
    })
}

/// Measures checks for real, and lets the rehearsal play the metrics.
struct HalfPlayed {
    real: RealProbe,
    played: Arc<dyn Probe>,
}

#[async_trait]
impl Probe for HalfPlayed {
    async fn measure(&self, ask: &Ask, progress: ProgressSender) -> Result<Measurement, PortError> {
        match ask.question {
            ProbeQuestion::Check(_) => self.real.measure(ask, progress).await,
            ProbeQuestion::Metric { .. } => self.played.measure(ask, progress).await,
        }
    }
}

/// Says of each environment that Compose delivers to which variables nobody sets here.
pub async fn unset_variables(project: &Project) -> Result<Vec<(EnvName, String)>, Stop> {
    let (plan, deps) = (&project.file.plan, deps(project, Arc::new(SystemClock)).await?);
    let mut found = Vec::new();
    for environment in &plan.environments {
        for deliver in &environment.deliver {
            let planned = PlannedDelivery { plan, environment, deliver };
            let Some(target) = docker::compose(planned, &deps) else { continue };
            let late = |_elapsed| Err(PortError::new(FailureKind::Timeout, "compose did not answer"));
            let says = tokio::time::timeout(deps.patience.now(), target.unset()).await.unwrap_or_else(late);
            let says = says.unwrap_or_else(|failure| Some(failure.sentence()));
            found.extend(says.map(|says| (environment.name.clone(), deps.mask.text(&says).to_string())));
        }
    }
    Ok(found)
}
