//! Where each delivery goes, and which of them share a place. Pure: what files and settings say is told to it.

use super::{Artifact, ArtifactKind, Deliver, Environment, HostPorts, PlaceFacts, Plan};
use crate::kinds::deliver::DeliverPlace;
use crate::names::{ArtifactName, EnvName};

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
const HELD: &str =
    "an engine gives a port to one container only: as long as one runs, a deploy to the other is blocked";
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
    pairs(plan, facts, DeliveryPlace::shared)
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
type PlaceConflict = (String, &'static str, &'static str);

/// Goes through all deliveries of a plan, each beside those before it.
fn pairs<'a>(
    plan: &'a Plan,
    facts: &PlaceFacts,
    both: impl Fn(&DeliveryPlace<'a>, &DeliveryPlace<'a>) -> Option<PlaceConflict>,
) -> Vec<SharedPlace> {
    let all: Vec<DeliveryPlace<'_>> = plan
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
struct DeliveryPlace<'a> {
    env: &'a EnvName,
    artifact: &'a ArtifactName,
    place: DeliverPlace,
}

impl DeliveryPlace<'_> {
    /// Returns the port of one host that both would publish.
    fn port_of_both(&self, later: &Self) -> Option<HostPorts> {
        let (one, two) = (self.place.on_engine.as_ref()?, later.place.on_engine.as_ref()?);
        let mut pairs = one.ports.iter().flat_map(|port| two.ports.iter().filter_map(|other| port.shared(other)));
        pairs.next().filter(|_| one.engine == two.engine)
    }

    /// Returns what both go to.
    fn shared(&self, later: &Self) -> Option<PlaceConflict> {
        if self.place.keys.iter().any(|key| later.place.keys.contains(key)) {
            return Some((later.place.words.clone(), REPLACED, later.place.instead));
        }
        let (Some(one), Some(two)) = (&self.place.on_engine, &later.place.on_engine) else { return None };
        if one.engine != two.engine {
            return None;
        }
        let is_taken = |name: &&String| one.name.iter().any(|other| uses_name(name, other) || uses_name(other, name));
        if let Some(name) = two.name.as_ref().filter(is_taken) {
            return Some((format!("the container {name}"), REPLACED, later.place.instead));
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

fn target<'a>(
    plan: &Plan,
    (env, deliver): (&'a Environment, &'a Deliver),
    facts: &PlaceFacts,
) -> Option<DeliveryPlace<'a>> {
    let app = plan.artifact(&deliver.artifact).and_then(app);
    Some(DeliveryPlace { env: &env.name, artifact: &deliver.artifact, place: deliver.kind.place(app, facts)? })
}

fn app(artifact: &Artifact) -> Option<&str> {
    match &artifact.kind {
        ArtifactKind::App { app, .. } => Some(app),
        ArtifactKind::Image { .. } => None,
    }
}
