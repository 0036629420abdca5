//! Where each delivery goes, and which of them share a place. Pure: what files and settings say is told to it.

use super::{Artifact, ArtifactKind, Deliver, DeliverKind, Environment, HostPorts, Plan};
use crate::names::{ArtifactName, EnvName};
use std::collections::BTreeMap;

/// What a compose file says of itself, where somebody read it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ComposeFile {
    /// The project that Compose makes of it when the plan names none.
    pub project: String,
    /// Its services by name.
    pub services: BTreeMap<String, ComposeService>,
}

/// What it says of one service.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ComposeService {
    /// `container_name`.
    pub container: Option<String>,
    /// `image`.
    pub image: Option<String>,
    /// The ports of the host that it publishes, as far as the file alone says.
    pub ports: Vec<HostPorts>,
    /// `build`, as text: two services with the same are made of one image.
    pub build: Option<String>,
    /// Whether it runs to its end, or only when somebody asks for its profile.
    pub is_occasional: bool,
}

/// What is known of the places of a plan beside the plan itself. The default knows nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlaceFacts {
    /// The compose files that could be read, by the plan's `file`.
    pub compose: BTreeMap<String, ComposeFile>,
    /// The address of the engine of each `context`; without one, the context itself stands for it.
    pub engines: BTreeMap<Option<String>, String>,
}

/// Two deliveries that go to one place: a deploy to one replaces what the other names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SharedPlace {
    /// The environment of the later one in the plan.
    pub env: EnvName,
    /// What it delivers.
    pub artifact: ArtifactName,
    /// The earlier one.
    pub with: (EnvName, ArtifactName),
    /// What they share: `compose project shop, service web`.
    pub place: String,
    /// What comes of it.
    pub why: &'static str,
    /// What to write so that they do not.
    pub instead: &'static str,
}

/// What comes of one place for two.
const REPLACED: &str = "a deploy to one replaces what the other names";
/// What comes of one port for two.
const CLOSED: &str = "an engine gives a port to one container only, and the other cannot start";
/// What comes of one port for two environments.
const HELD: &str = "an engine gives a port to one container only: as long as one runs, a deploy to the other is held";
/// What to write instead.
const OTHER_PORT: &str = "another port for one of them";

impl SharedPlace {
    /// Returns where it stands in the plan.
    pub fn subject(&self) -> String {
        format!("env.{}.deliver.{}", self.env, self.artifact)
    }

    /// Says it: `production and development are one place: compose project shop, service web`.
    pub fn says(&self) -> String {
        format!("{} are one place: {}", self.both(), self.place)
    }

    /// Names the two.
    pub fn both(&self) -> String {
        let (env, artifact) = &self.with;
        let (one, other) = match (self.env == *env, self.artifact == *artifact) {
            (false, true) => (self.env.to_string(), env.to_string()),
            (true, _) => (self.artifact.to_string(), format!("{artifact} of {env}")),
            (false, false) => (format!("{} in {}", self.artifact, self.env), format!("{artifact} in {env}")),
        };
        format!("{one} and {other}")
    }
}

/// Returns the deliveries that go where an earlier one of the plan goes.
pub fn shared_places(plan: &Plan, facts: &PlaceFacts) -> Vec<SharedPlace> {
    pairs(plan, facts, Target::shared)
}

/// Returns the deliveries that would publish a port of a host which an earlier one, to another environment, publishes too:
/// as long as one of the two runs, a deploy to the other is held. They are two places all the same.
pub fn shared_ports(plan: &Plan, facts: &PlaceFacts) -> Vec<SharedPlace> {
    pairs(plan, facts, |earlier, later| {
        let port =
            earlier.port_of_both(later).filter(|_| earlier.env != later.env && earlier.shared(later).is_none())?;
        Some((format!("the port {port} of their host"), HELD, OTHER_PORT))
    })
}

/// What two share, what comes of it, and what to write instead.
type Shared = (String, &'static str, &'static str);

/// Goes through all deliveries of a plan, each beside those before it.
fn pairs<'a>(
    plan: &'a Plan,
    facts: &PlaceFacts,
    both: impl Fn(&Target<'a>, &Target<'a>) -> Option<Shared>,
) -> Vec<SharedPlace> {
    let all: Vec<Target<'_>> = plan
        .environments
        .iter()
        .flat_map(|env| env.deliver.iter().map(move |deliver| (env, deliver)))
        .filter_map(|(env, deliver)| target(plan, (env, deliver), facts))
        .collect();
    let mut shared = Vec::new();
    for (at, later) in all.iter().enumerate() {
        let found = all[..at].iter().find_map(|earlier| Some((earlier, both(earlier, later)?)));
        if let Some((earlier, (place, why, instead))) = found {
            shared.push(SharedPlace {
                env: later.env.clone(),
                artifact: later.artifact.clone(),
                with: (earlier.env.clone(), earlier.artifact.clone()),
                place,
                why,
                instead,
            });
        }
    }
    shared
}

/// Where one delivery goes.
struct Target<'a> {
    env: &'a EnvName,
    artifact: &'a ArtifactName,
    /// What it is known by; two with one key in common are one place.
    keys: Vec<Key>,
    /// Where it is an engine's, by what it says of itself.
    place: Option<OnEngine>,
    words: String,
    instead: &'static str,
}

/// The parts of a name, never joined: what is joined can be taken apart in two ways.
type Key = (&'static str, Vec<String>);

/// What a delivery takes on an engine.
struct OnEngine {
    engine: String,
    /// The name of its container, where that is known.
    name: Option<String>,
    ports: Vec<HostPorts>,
}

impl Target<'_> {
    /// Returns the port of one host that both would publish.
    fn port_of_both(&self, later: &Self) -> Option<HostPorts> {
        let (one, two) = (self.place.as_ref()?, later.place.as_ref()?);
        let mut pairs = one.ports.iter().flat_map(|port| two.ports.iter().filter_map(|other| port.shared(other)));
        pairs.next().filter(|_| one.engine == two.engine)
    }

    /// Returns what both go to.
    fn shared(&self, later: &Self) -> Option<Shared> {
        if self.keys.iter().any(|key| later.keys.contains(key)) {
            return Some((later.words.clone(), REPLACED, later.instead));
        }
        let (Some(one), Some(two)) = (&self.place, &later.place) else { return None };
        if one.engine != two.engine {
            return None;
        }
        let is_taken = |name: &&String| one.name.iter().any(|other| uses_name(name, other) || uses_name(other, name));
        if let Some(name) = two.name.as_ref().filter(is_taken) {
            return Some((format!("the container {name}"), REPLACED, later.instead));
        }
        // Two environments need not run at the same time: `shared_ports` tells of them.
        let port = self.port_of_both(later).filter(|_| self.env == later.env)?;
        Some((format!("the port {port} of its host"), CLOSED, OTHER_PORT))
    }
}

/// Says whether a delivery by the name of a container also uses another name: for the one that proves itself, for the ones
/// that are kept, and for its own name in the other case, which the engine's DNS takes for the same.
pub fn uses_name(owner: &str, name: &str) -> bool {
    let (owner, name) = (owner.to_ascii_lowercase(), name.to_ascii_lowercase());
    let Some(rest) = name.strip_prefix(&owner) else { return false };
    matches!(rest, "" | ".next" | ".new" | ".up") || rest.starts_with(".kept-") || rest.starts_with(".bad-")
}

/// Returns the name that Compose gives the first container of a service; the first Compose joins with `_`, the second with
/// `-`. Both may stand in the parts themselves, so two services can come to one name.
pub fn container_name(project: &str, service: &str, separator: char) -> String {
    // The first one leaves out what no container may begin with.
    let begin = if separator == '_' { project.trim_start_matches(['-', '_']) } else { project };
    format!("{begin}{separator}{service}{separator}1")
}

fn target<'a>(plan: &Plan, (env, deliver): (&'a Environment, &'a Deliver), facts: &PlaceFacts) -> Option<Target<'a>> {
    let engine = |context: &Option<String>| {
        facts.engines.get(context).cloned().unwrap_or_else(|| context.clone().unwrap_or_default())
    };
    let app = plan.artifact(&deliver.artifact).and_then(app);
    let (keys, on_engine, words, instead): (Vec<Key>, _, _, _) = match &deliver.kind {
        DeliverKind::Docker { container, context, ports, .. } => {
            let words = format!("the container {container}");
            let ports = ports.iter().filter_map(|port| HostPorts::read(port)).collect();
            let on_engine = OnEngine { engine: engine(context), name: Some(container.clone()), ports };
            (Vec::new(), Some(on_engine), words, "another `container` for one of them")
        }
        DeliverKind::Compose { file, service, project, context } => {
            let (keys, on_engine, words) = compose((file, service, project.as_deref()), engine(context), facts);
            (keys, Some(on_engine), words, "another `project` for one of them")
        }
        DeliverKind::Kubernetes { context, namespace, workload, container, .. } => {
            let parts = [context, container].map(|part| part.clone().unwrap_or_default());
            let key = [parts.as_slice(), &[namespace.clone(), workload.clone()]].concat();
            let words = format!("{workload} in the namespace {namespace}");
            (vec![("workload", key)], None, words, "another `namespace` for one of them")
        }
        DeliverKind::TestFlight { groups, .. } => {
            let mut groups = groups.clone();
            groups.sort();
            let words = format!("the same groups of testers of {}", app?);
            groups.insert(0, app?.to_owned());
            (vec![("testers", groups)], None, words, "other `groups` for one of them")
        }
        DeliverKind::AppStore { .. } => {
            let words = format!("{} in the App Store", app?);
            (vec![("store", vec![app?.to_owned()])], None, words, "one environment for the App Store")
        }
        // What commands do is known to nobody before they have run; the linter looks at those that are the same.
        DeliverKind::Command { .. } => return None,
    };
    Some(Target { env: &env.name, artifact: &deliver.artifact, keys, place: on_engine, words, instead })
}

fn app(artifact: &Artifact) -> Option<&str> {
    match &artifact.kind {
        ArtifactKind::App { app, .. } => Some(app),
        ArtifactKind::Image { .. } => None,
    }
}

type Found = (Vec<Key>, OnEngine, String);

fn compose((file, service, project): (&str, &str, Option<&str>), engine: String, facts: &PlaceFacts) -> Found {
    let known = facts.compose.get(file);
    let this = known.and_then(|known| known.services.get(service));
    let own = this.and_then(|this| this.container.as_deref());
    let project = project.map(project_name).or_else(|| known.map(|known| known.project.clone()));
    // A file that nobody read may say another. With the first Compose, its own answer is compared before anything is brought.
    let made = || this.and(project.as_deref()).map(|project| container_name(project, service, '-'));
    let name = own.map(str::to_owned).or_else(made);
    let ports = this.map(|this| this.ports.clone()).unwrap_or_default();
    let on_engine = OnEngine { engine: engine.clone(), name, ports };
    let (key, words) = match project {
        Some(project) => {
            let words = format!("compose project {project}, service {service}");
            (("service", vec![engine, project, service.to_owned()]), words)
        }
        None => {
            let file = file.trim_start_matches("./");
            let words = format!("{file}, service {service}");
            (("file", vec![engine, file.to_owned(), service.to_owned()]), words)
        }
    };
    (vec![key], on_engine, words)
}

/// Returns a project's name as the first Compose writes it: what it leaves out tells no two of them apart. The second
/// takes no other names.
pub fn project_name(text: &str) -> String {
    let is_kept = |c: &char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_');
    text.to_lowercase().chars().filter(is_kept).collect()
}
