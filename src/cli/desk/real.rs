//! The real doors: adapters for what this build has, and nothing for the rest, which then says so itself.

use super::known;
use super::masked::{Known, RawLogs, masked};
use super::project::{Kind, Project};
use crate::cli::exit::Stop;
use async_trait::async_trait;
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use tminus_core::kinds::connect::ConnectKind;
use tminus_core::kinds::deliver::{CommandDeliver, ComposeDeliver, DeliverKind, DockerDeliver};
use tminus_core::kinds::log::{CommandOrigin, ContainerOrigin, FileOrigin, LogOrigin};
use tminus_core::lint::action_scripts;
use tminus_core::mask::Mask;
use tminus_core::measurement::{Ask, Measurement, Question};
use tminus_core::names::{ArtifactName, EnvName, LogName};
use tminus_core::plan::{Artifact, ArtifactKind, Deliver, Environment, Placeholder, Plan, Verifier, Way};
use tminus_core::ports::{Clock, FailureKind, LogSource, PortError, Probe, ProgressSender, Target};
use tminus_engine::World;
use tminus_rehearsal::Rehearsal;
use tminus_services::clock::SystemClock;
use tminus_services::command::{CommandRunner, CommandTarget, Commands, Delivery};
use tminus_services::docker::{
    BuildDeps, COMPOSE_PROGRAMS, ComposeDelivery, ComposeDeps, ComposeTarget, ContainerDelivery, ContainerDeps,
    ContainerLog, ContainerTarget, DockerOrders, ImageBuilder, Link, Recipe, Renderings, Rival, RivalPlace, Rivals,
};
use tminus_services::git::GitRepository;
use tminus_services::http::Http;
use tminus_services::logs::{CommandLog, FileLog};
use tminus_services::patience::Patience;
use tminus_services::probe::{RealProbe, Stock, Surroundings};
use tminus_services::registry::{Image, Login, Registry};
use tminus_services::secrets::{Permission, Secrets, ValueKey};
use tminus_services::trusted::TrustedFiles;
use tminus_services::worktree::Worktree;
use tminus_storage::trust::TrustState;

type Logs = HashMap<LogName, Arc<dyn LogSource>>;
type Builders = HashMap<ArtifactName, Arc<dyn Target>>;
type Targets = HashMap<(EnvName, ArtifactName), Arc<dyn Target>>;

/// What the real adapters of one project stand on.
pub(super) struct Doors {
    repository: Arc<GitRepository>,
    secrets: Arc<Secrets>,
    commands: Commands,
    http: Http,
    mask: Mask,
    /// The orders to engines.
    orders: DockerOrders,
    /// What Compose made of the project's compose files.
    renderings: Renderings,
    /// The project's state.
    state: PathBuf,
    /// One way to each engine, by its docker context: a login over SSH is shared by all that goes there.
    links: Mutex<HashMap<Option<String>, Link>>,
    /// How long a look at any of them may take.
    patience: Patience,
}

impl Doors {
    async fn of(project: &Project) -> Result<Self, Stop> {
        let repository = project.repository.clone().map_err(|failure| Stop::cannot_tell(failure.sentence()))?;
        // Programs that the repository's own configuration names run as soon as the plan may run anything.
        let repository = match project.trust()? {
            TrustState::Trusted { .. } => Arc::new(repository.as_ref().clone().trusted()),
            TrustState::Never | TrustState::Changed { .. } => repository,
        };
        let scripts = action_scripts(&project.file.plan);
        let repository = Arc::new(repository.as_ref().clone().running(scripts));
        let mask = Mask::new();
        // A project whose plan nobody trusts is never opened: see `Desk::open`.
        let files = TrustedFiles::new(
            project.repository.clone(),
            (&project.root, &project.paths),
            (&project.file.plan.trust_files, project.trusted_lines()),
        );
        let key = ValueKey::kept_at(&project.paths.environment_key());
        let secrets = Secrets::new(&project.root, Permission::Trusted, mask.clone()).trusting(files).keyed(key);
        let served = project.paths.state().join("compose");
        let secrets = Arc::new(match &project.kind {
            Kind::Real => known::learn(&project.file.plan, secrets, &served).await,
            Kind::LaidDown(_) | Kind::Own(_) => known::learn_rehearsed(&project.file.plan, secrets).await,
        });
        let patience = project.patience();
        let commands = Commands::new(project.paths.state().join("commands"), secrets.clone());
        let commands = commands.patient(patience.clone());
        let state = project.paths.state().to_owned();
        let orders = DockerOrders::new(state.join("docker")).hiding(secrets.clone());
        let (http, links, renderings) = (Http::default(), Mutex::default(), Renderings::default());
        Ok(Self { repository, secrets, commands, http, mask, orders, renderings, state, links, patience })
    }

    fn known(&self) -> (&Mask, Known) {
        (&self.mask, Some(self.secrets.clone()))
    }

    fn link(&self, context: Option<&String>) -> Link {
        let mut links = self.links.lock().unwrap_or_else(PoisonError::into_inner);
        let new = || Link::new(context.cloned()).patient(self.patience.clone());
        links.entry(context.cloned()).or_insert_with(new).clone()
    }

    fn registry(&self, kind: &ConnectKind) -> Option<Registry> {
        let registry = Registry::new(self.http.clone(), self.secrets.clone(), Login::of(kind)?);
        Some(registry.patient(self.patience.clone()))
    }

    fn stock(&self, plan: &Plan) -> Stock {
        let images = plan.artifacts.iter().filter_map(|a| Some((a.name.clone(), image_of(plan, &a.name, self)?)));
        let registries = plan.connects.iter().filter_map(|c| Some((c.name.clone(), self.registry(&c.kind)?)));
        Stock { images: images.collect(), registries: registries.collect(), link: self.link(None) }
    }

    fn probe(&self, project: &Project, clock: Arc<dyn Clock>, logs: Logs) -> Result<RealProbe, Stop> {
        Ok(RealProbe::new(Surroundings {
            root: project.root.clone(),
            repository: self.repository.clone(),
            worktree: Worktree::new(self.repository.clone(), project.paths.worktrees().join("release")),
            rules: project.file.plan.release.clone(),
            http: self.http.clone(),
            stock: self.stock(&project.file.plan),
            secrets: self.secrets.clone(),
            clock,
            logs,
        }))
    }
}

/// Returns the real world of a project.
pub(super) async fn world(project: &Project) -> Result<World, Stop> {
    let doors = Doors::of(project).await?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let logs = masked(logs(&project.file.plan, &doors, &clock), &project.file.plan, doors.known())?;
    Ok(World {
        targets: targets(&project.file.plan, &doors),
        builders: builders(project, &doors),
        runner: Arc::new(CommandRunner::new(doors.commands.clone())),
        probe: Arc::new(doors.probe(project, clock.clone(), logs.clone())?),
        logs,
        repository: doors.repository.clone(),
        clock,
        mask: doors.mask,
    })
}

/// Returns the world of a rehearsal project: real git, processes and requests; engines, stores, metrics and time are played.
pub(super) async fn rehearsed(project: &Project, rehearsal: &Rehearsal) -> Result<World, Stop> {
    debug_assert!(matches!(project.kind, Kind::LaidDown(_)));
    let doors = Doors::of(project).await?;
    let logs = masked(rehearsal.logs.clone(), &project.file.plan, doors.known())?;
    let real = doors.probe(project, rehearsal.clock.clone(), logs.clone())?;
    Ok(World {
        targets: rehearsal.targets.clone(),
        builders: rehearsal.builders.clone(),
        runner: Arc::new(CommandRunner::new(doors.commands.clone())),
        probe: Arc::new(HalfPlayed { real, played: rehearsal.probe.clone() }),
        logs,
        repository: doors.repository.clone(),
        clock: rehearsal.clock.clone(),
        mask: doors.mask,
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
            Question::Check(_) => self.real.measure(ask, progress).await,
            Question::Metric { .. } => self.played.measure(ask, progress).await,
        }
    }
}

fn targets(plan: &Plan, doors: &Doors) -> Targets {
    let all = plan.environments.iter().flat_map(|e| e.deliver.iter().map(move |d| (e, d)));
    all.filter_map(|(e, d)| Some(((e.name.clone(), d.artifact.clone()), target(plan, (e, d), doors)?))).collect()
}

fn target(plan: &Plan, (environment, deliver): (&Environment, &Deliver), doors: &Doors) -> Option<Arc<dyn Target>> {
    if let DeliverKind::Docker(_) = &deliver.kind {
        return container(plan, (environment, deliver), doors);
    }
    if let DeliverKind::Compose(_) = &deliver.kind {
        let target = compose(plan, (environment, deliver), doors)?;
        return Some(Arc::new(target.among(rivals(plan, (environment, deliver), doors))));
    }
    let DeliverKind::Command(CommandDeliver { current, current_json, deploy, undo, dir }) = &deliver.kind else {
        return None;
    };
    let image = plan.artifact(&deliver.artifact).and_then(|a| match &a.kind {
        ArtifactKind::Image { image, .. } => Some(image.with(Placeholder::Tag, &plan.release.tag)),
        ArtifactKind::App { .. } => None,
    });
    let delivery = Delivery {
        env: environment.name.clone(),
        url: environment.served_at.clone().or_else(|| environment.url.clone()),
        image,
        current: current.clone(),
        current_json: current_json.clone(),
        deploy: deploy.clone(),
        undo: undo.clone(),
        dir: dir.clone(),
        timeout: deliver.timeout,
    };
    let target = CommandTarget::new(delivery, doors.commands.clone()).of_release(plan.release.clone());
    let reads_a_log =
        |name: &String| matches!(plan.verifier(name), Some(Verifier::Check(check)) if matches!(check.way, Way::Log(_)));
    let is_dated = environment.verify.iter().any(reads_a_log);
    Some(Arc::new(if is_dated { target.on_the_second() } else { target }))
}

fn container(plan: &Plan, (environment, deliver): (&Environment, &Deliver), doors: &Doors) -> Option<Arc<dyn Target>> {
    let DeliverKind::Docker(DockerDeliver { container, ports, env_files, volumes, network, context }) = &deliver.kind
    else {
        return None;
    };
    let delivery = ContainerDelivery {
        env: environment.name.clone(),
        artifact: deliver.artifact.clone(),
        container: container.clone(),
        ports: ports.clone(),
        env_files: env_files.clone(),
        volumes: volumes.clone(),
        network: network.clone(),
        timeout: deliver.timeout,
    };
    let ground = ContainerDeps {
        link: doors.link(context.as_ref()),
        orders: doors.orders.clone(),
        secrets: doors.secrets.clone(),
        state: doors.state.join("containers"),
    };
    let target = ContainerTarget::new(delivery, image_of(plan, &deliver.artifact, doors)?, ground);
    Some(Arc::new(target.among(rivals(plan, (environment, deliver), doors))))
}

/// Returns what makes each image that the plan builds.
fn builders(project: &Project, doors: &Doors) -> Builders {
    let plan = &project.file.plan;
    let yard = BuildDeps {
        link: doors.link(None),
        orders: DockerOrders::new(project.paths.state().join("builds")).hiding(doors.secrets.clone()),
        repository: doors.repository.clone(),
        worktree: Worktree::new(doors.repository.clone(), project.paths.worktrees().join("build")),
        mask: doors.mask.clone(),
    };
    let builder = |artifact: &Artifact| -> Option<Arc<dyn Target>> {
        let ArtifactKind::Image { build: Some(build), .. } = &artifact.kind else { return None };
        let (image, build) = (image_of(plan, &artifact.name, doors)?, build.clone());
        let recipe = Recipe { artifact: artifact.name.clone(), image, build };
        Some(Arc::new(ImageBuilder::new(recipe, yard.clone())))
    };
    plan.artifacts.iter().filter_map(|artifact| Some((artifact.name.clone(), builder(artifact)?))).collect()
}

/// Says of each environment that Compose delivers to which variables nobody sets here.
pub async fn unset_variables(project: &Project) -> Result<Vec<(EnvName, String)>, Stop> {
    let (doors, plan) = (Doors::of(project).await?, &project.file.plan);
    let mut found = Vec::new();
    for environment in &plan.environments {
        for deliver in &environment.deliver {
            let Some(target) = compose(plan, (environment, deliver), &doors) else { continue };
            let late = |_elapsed| Err(PortError::new(FailureKind::Timeout, "compose did not answer"));
            let says = tokio::time::timeout(doors.patience.now(), target.unset()).await.unwrap_or_else(late);
            let says = says.unwrap_or_else(|failure| Some(failure.sentence()));
            found.extend(says.map(|says| (environment.name.clone(), doors.mask.text(&says).to_string())));
        }
    }
    Ok(found)
}

fn compose(plan: &Plan, (environment, deliver): (&Environment, &Deliver), doors: &Doors) -> Option<ComposeTarget> {
    let DeliverKind::Compose(ComposeDeliver { file, service, project, context }) = &deliver.kind else { return None };
    let words = |words: &&[&str]| words.iter().map(ToString::to_string).collect();
    let settings = ComposeDelivery {
        env: environment.name.clone(),
        artifact: deliver.artifact.clone(),
        file: file.clone(),
        service: service.clone(),
        project: project.clone(),
        timeout: deliver.timeout,
        image: image_of(plan, &deliver.artifact, doors)?,
        programs: COMPOSE_PROGRAMS.iter().map(words).collect(),
    };
    let ground = ComposeDeps {
        link: doors.link(context.as_ref()),
        orders: doors.orders.clone(),
        secrets: doors.secrets.clone(),
        state: doors.state.join("compose"),
        renderings: doors.renderings.clone(),
    };
    Some(ComposeTarget::new(settings, ground))
}

/// Returns the plan's other deliveries to engines.
fn rivals(plan: &Plan, (environment, deliver): (&Environment, &Deliver), doors: &Doors) -> Rivals {
    let is_own =
        |env: &Environment, other: &Deliver| env.name == environment.name && other.artifact == deliver.artifact;
    let all = plan.environments.iter().flat_map(|env| env.deliver.iter().map(move |deliver| (env, deliver)));
    let others = all.filter(|(env, other)| !is_own(env, other)).filter_map(|(env, other)| {
        let (at, context) = match &other.kind {
            DeliverKind::Docker(DockerDeliver { container, context, .. }) => {
                (RivalPlace::Container(container.clone()), context)
            }
            DeliverKind::Compose(ComposeDeliver { file, service, project, context }) => {
                let (file, project, service) = (file.clone(), project.clone(), service.clone());
                (RivalPlace::Service { file, project, service }, context)
            }
            DeliverKind::Kubernetes(_)
            | DeliverKind::TestFlight(_)
            | DeliverKind::AppStore(_)
            | DeliverKind::Command(_) => return None,
        };
        Some(Rival { env: env.name.clone(), artifact: other.artifact.clone(), link: doors.link(context.as_ref()), at })
    });
    Rivals::new(others.collect())
}

/// Returns what an artifact is as an image; `None` for an app.
pub(super) fn image_of(plan: &Plan, artifact: &ArtifactName, doors: &Doors) -> Option<Image> {
    let ArtifactKind::Image { image, registry, .. } = &plan.artifact(artifact)?.kind else { return None };
    let registry = registry.as_ref().and_then(|name| doors.registry(&plan.connect(name)?.kind));
    Some(Image::new(image.with(Placeholder::Tag, &plan.release.tag), registry))
}

fn logs(plan: &Plan, doors: &Doors, clock: &Arc<dyn Clock>) -> RawLogs {
    let source = |log: &tminus_core::plan::LogStream| -> Option<Arc<dyn LogSource<String>>> {
        let (name, clock) = (log.name.clone(), clock.clone());
        match &log.origin {
            LogOrigin::File(FileOrigin(path)) => {
                Some(Arc::new(FileLog::new(name, doors.secrets.root().join(path), clock)))
            }
            LogOrigin::Command(CommandOrigin(command)) => {
                Some(Arc::new(CommandLog::new(name, command.clone(), doors.secrets.clone(), clock)))
            }
            LogOrigin::Container(ContainerOrigin { container, context }) => {
                Some(Arc::new(ContainerLog::new(name, container.clone(), doors.link(context.as_ref()), clock)))
            }
            LogOrigin::Kubernetes(_) | LogOrigin::CloudWatch(_) => None,
        }
    };
    plan.logs.iter().filter_map(|log| Some((log.name.clone(), source(log)?))).collect()
}

/// Says whether this build can deliver in a way.
pub const fn is_delivered(kind: &DeliverKind) -> bool {
    matches!(kind, DeliverKind::Command(_) | DeliverKind::Docker(_) | DeliverKind::Compose(_))
}

/// Says whether this build can know in a way.
pub fn is_measured(plan: &Plan, way: &Way) -> bool {
    match way {
        Way::Connects(name) => plan.connect(name).is_some_and(|connect| is_connected(&connect.kind)),
        Way::Run { .. } | Way::Http(_) | Way::Versions | Way::Ignored(_) | Way::Dotenv(_) | Way::Changelog => true,
        Way::File(_) | Way::Log(_) | Way::Image(_) | Way::Manual { .. } => true,
        Way::Secrets(_) | Way::Tls(_) | Way::Dns(_) | Way::Metric(_) => false,
    }
}

/// Says whether this build can talk to a kind of service.
pub const fn is_connected(kind: &ConnectKind) -> bool {
    matches!(kind, ConnectKind::Registry(_))
}

/// Says whether this build can read lines from somewhere.
pub const fn is_read(origin: &LogOrigin) -> bool {
    matches!(origin, LogOrigin::File(_) | LogOrigin::Command(_) | LogOrigin::Container(_))
}
