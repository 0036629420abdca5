//! What this build can do, family by family: one line for each kind, which names what opens it. What no list has is not
//! available: doctor, lint and the gate say so by these answers alone.

use crate::checks::measures;
use crate::connects::ConnectedService;
use crate::deps::{Deps, PlannedDelivery};
use crate::github::WorkflowSource;
use crate::{command, connects, docker, github, logs, prometheus, registry};
use std::collections::HashMap;
use std::sync::Arc;
use tminus_core::kinds::check::PlanPart;
use tminus_core::kinds::connect::{
    ApiKeyConnect, ConnectKind, GitHubConnect, HttpConnect, MongoDbConnect, PostgreSqlConnect, PrometheusConnect,
    RedisConnect, RegistryConnect,
};
use tminus_core::kinds::deliver::{CommandDeliver, ComposeDeliver, DeliverKind, DockerDeliver};
use tminus_core::kinds::log::{CommandOrigin, ContainerOrigin, FileOrigin, LogOrigin};
use tminus_core::names::{ArtifactName, ConnectName, EnvName, LogName};
use tminus_core::plan::{Check, LogStream, Plan};
use tminus_core::ports::{LogSource, MetricSource, Target};

/// The kinds of a family by their words in the plan file, each with what opens it.
type Openers<Open> = &'static [(&'static str, Open)];

/// Opens the place that a delivery goes to.
type OpenTarget = fn(PlannedDelivery<'_>, &Deps) -> Option<Arc<dyn Target>>;

/// Opens a log source.
type OpenLog = fn(&LogStream, &Deps) -> Option<Arc<dyn LogSource<String>>>;

/// Opens a service that is asked whether it lets tminus in.
type OpenService = fn(&ConnectKind, &Deps) -> Option<Arc<dyn ConnectedService>>;

/// Opens a service that is asked for numbers.
type OpenMetrics = fn(&ConnectKind, &Deps) -> Option<Arc<dyn MetricSource>>;

/// Opens a service that runs workflows.
type OpenWorkflows = fn(&ConnectKind, &Deps) -> Option<Arc<dyn WorkflowSource>>;

/// Deliveries.
const DELIVERIES: Openers<OpenTarget> = &[
    (CommandDeliver::WORD, command::open),
    (DockerDeliver::WORD, docker::open_container),
    (ComposeDeliver::WORD, docker::open_compose),
];

/// Log sources, as they are read outside.
const LOGS: Openers<OpenLog> = &[
    (FileOrigin::WORD, logs::open_file),
    (CommandOrigin::WORD, logs::open_command),
    (ContainerOrigin::WORD, docker::open_log),
];

/// Services that are asked whether they let tminus in.
const SERVICES: Openers<OpenService> = &[
    (RegistryConnect::WORD, registry::open),
    (HttpConnect::WORD, connects::open_http),
    (ApiKeyConnect::WORD, connects::open_api_key),
    (RedisConnect::WORD, connects::open_redis),
    (MongoDbConnect::WORD, connects::open_mongodb),
    (PostgreSqlConnect::WORD, connects::open_postgresql),
    (GitHubConnect::WORD, github::open),
];

/// Services that are asked for numbers.
const METRICS: Openers<OpenMetrics> = &[(PrometheusConnect::WORD, prometheus::open)];

/// Services that run workflows.
const WORKFLOWS: Openers<OpenWorkflows> = &[(GitHubConnect::WORD, github::open_workflows)];

fn opener<Open: Copy>(openers: Openers<Open>, word: &str) -> Option<Open> {
    openers.iter().find(|(known, _)| *known == word).map(|(_, open)| *open)
}

/// Says whether this build can deliver in a way.
pub fn is_delivered(kind: &DeliverKind) -> bool {
    opener(DELIVERIES, kind.word()).is_some()
}

/// Says whether this build can read lines from somewhere.
pub fn is_log_read(origin: &LogOrigin) -> bool {
    opener(LOGS, origin.word()).is_some()
}

/// Says whether this build can talk to a kind of service.
pub fn is_connected(kind: &ConnectKind) -> bool {
    opener(SERVICES, kind.word()).is_some() || is_asked_for_numbers(kind)
}

/// Says whether this build can ask a kind of service for numbers.
pub fn is_asked_for_numbers(kind: &ConnectKind) -> bool {
    opener(METRICS, kind.word()).is_some()
}

/// Returns the places that the plan delivers to, of those that this build can deliver to.
pub fn targets(plan: &Plan, deps: &Deps) -> HashMap<(EnvName, ArtifactName), Arc<dyn Target>> {
    let mut targets = HashMap::new();
    for environment in &plan.environments {
        for deliver in &environment.deliver {
            let planned = PlannedDelivery { plan, environment, deliver };
            let target = opener(DELIVERIES, deliver.kind.word()).and_then(|open| open(planned, deps));
            targets.extend(target.map(|target| ((environment.name.clone(), deliver.artifact.clone()), target)));
        }
    }
    targets
}

/// Returns the log sources of the plan, of those that this build can read.
pub fn log_sources(plan: &Plan, deps: &Deps) -> HashMap<LogName, Arc<dyn LogSource<String>>> {
    let source = |log: &LogStream| opener(LOGS, log.origin.word())?(log, deps);
    plan.logs.iter().filter_map(|log| Some((log.name.clone(), source(log)?))).collect()
}

/// Returns the services of the plan, of those that this build can ask whether they let tminus in.
pub fn services(plan: &Plan, deps: &Deps) -> HashMap<ConnectName, Arc<dyn ConnectedService>> {
    let service = |kind: &ConnectKind| opener(SERVICES, kind.word())?(kind, deps);
    plan.connects.iter().filter_map(|connect| Some((connect.name.clone(), service(&connect.kind)?))).collect()
}

/// Returns what this build lacks to know whether a check holds: what measures its kind, or a service of the kind that it is
/// about. A person needs nothing.
pub fn missing_for(plan: &Plan, check: &Check) -> Option<&'static str> {
    if measures(&check.way).is_none() && check.way.is_runnable() {
        return Some(check.way.word());
    }
    let Some(PlanPart::Service(name)) = check.way.leans_on() else { return None };
    match plan.connect(name) {
        Some(connect) => opener(SERVICES, connect.kind.word()).is_none().then(|| connect.kind.word()),
        None => Some(check.way.word()),
    }
}

/// Returns the services of the plan that are asked for numbers.
pub fn metric_sources(plan: &Plan, deps: &Deps) -> HashMap<ConnectName, Arc<dyn MetricSource>> {
    let source = |kind: &ConnectKind| opener(METRICS, kind.word())?(kind, deps);
    plan.connects.iter().filter_map(|connect| Some((connect.name.clone(), source(&connect.kind)?))).collect()
}

/// Returns the services of the plan that run workflows.
pub fn workflow_sources(plan: &Plan, deps: &Deps) -> HashMap<ConnectName, Arc<dyn WorkflowSource>> {
    let source = |kind: &ConnectKind| opener(WORKFLOWS, kind.word())?(kind, deps);
    plan.connects.iter().filter_map(|connect| Some((connect.name.clone(), source(&connect.kind)?))).collect()
}
