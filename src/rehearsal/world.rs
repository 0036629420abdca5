//! The world's state: everything that was ever begun in it. What it shows at a moment is [`super::standing`]'s story.

use super::script::Itinerary;
use super::script_input::TimeKind;
use crate::scenario::Scenario;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use tminus_core::kinds::deliver::PlayedCourse;
use tminus_core::names::{ArtifactName, Commit, EnvName, OrderId, Version};
use tminus_core::order::{Call, Order};
use tminus_core::plan::{ArtifactKind, Plan};

/// The state of a rehearsal: what was there at the start, and every order since.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlayedWorld {
    /// The form of the file.
    pub format: u32,
    /// The scenario that is played.
    pub scenario: String,
    /// When it was made: the present that its past is counted back from.
    pub opened: Timestamp,
    /// The latest time that it has known; the virtual clock's own time.
    pub now: Timestamp,
    /// What the machine's clock said then: real time passes from there on.
    #[serde(default)]
    pub machine: Option<Timestamp>,
    /// The kind of time that it was last played in.
    pub time: TimeKind,
    /// Where artifacts are delivered.
    pub sites: Vec<Site>,
    /// Every order, in the order that they were begun.
    pub orders: Vec<Begun>,
    /// Branches that were created, with their commits.
    pub branches: BTreeMap<String, Commit>,
}

/// One artifact in one environment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Site {
    /// The environment.
    pub env: EnvName,
    /// The artifact.
    pub artifact: ArtifactName,
    /// The environment of the scenario that it plays.
    pub role: EnvName,
    /// Whether it is an app, known by its build, or an image, known by its digest.
    pub holds: Holds,
    /// What was brought here before the scenario began, oldest first.
    pub past: Vec<Landed>,
}

/// What kind of artifact a site holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Holds {
    /// An image.
    Image,
    /// An app's build.
    App,
}

/// A version that was brought here in the past.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Landed {
    /// The version.
    pub version: Version,
    /// When.
    pub at: Timestamp,
}

/// An order that was begun.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Begun {
    /// The order.
    pub order: Order,
    /// The site's artifact; absent for a command.
    pub artifact: Option<ArtifactName>,
    /// The calls that were made.
    pub calls: Vec<Call>,
    /// When it was begun.
    pub at: Timestamp,
    /// The kind of time that it was begun in; its phases are as long as that makes them.
    pub time: TimeKind,
    /// What happens, and how it ends; fixed when it begins.
    pub itinerary: Itinerary,
    /// When it was cancelled.
    pub cancelled: Option<Timestamp>,
    /// How often it was told to begin: more than once is a fault of whoever told it.
    pub times_begun: u32,
}

impl PlayedWorld {
    /// Makes the world of a scenario, as it is at a moment, for the places of a plan.
    pub fn new(plan: &Plan, scenario: &Scenario, present: Timestamp, time: TimeKind) -> Self {
        let sites = plan.environments.iter().flat_map(|env| {
            let role = role_of(plan, &env.name);
            env.deliver.iter().map(move |deliver| Site {
                env: env.name.clone(),
                artifact: deliver.artifact.clone(),
                role: role.clone(),
                holds: holds(plan, &deliver.artifact),
                past: past_of(scenario, &role, &deliver.artifact, present),
            })
        });
        Self {
            format: 1,
            scenario: scenario.name.clone(),
            opened: present,
            now: present,
            machine: None,
            time,
            sites: sites.collect(),
            orders: Vec::new(),
            branches: BTreeMap::new(),
        }
    }

    /// Adds the places that a changed plan has and this world has not; what is there stays.
    pub(crate) fn extend(&mut self, plan: &Plan, scenario: &Scenario) {
        let whole = Self::new(plan, scenario, self.opened, self.time);
        let is_missing = |site: &Site| self.site(&site.env, &site.artifact).is_none();
        let missing: Vec<_> = whole.sites.into_iter().filter(is_missing).collect();
        self.sites.extend(missing);
    }

    /// Finds the site of an artifact in an environment.
    pub fn site(&self, env: &EnvName, artifact: &ArtifactName) -> Option<&Site> {
        self.sites.iter().find(|site| &site.env == env && &site.artifact == artifact)
    }

    /// Finds an order that was begun.
    pub fn order(&self, id: &OrderId) -> Option<&Begun> {
        self.orders.iter().find(|begun| &begun.order.id == id)
    }

    /// Returns the orders of a site, in the order that they were begun.
    pub fn orders_of<'a>(&'a self, site: &'a Site) -> impl Iterator<Item = &'a Begun> {
        let is_here = move |begun: &&Begun| {
            begun.order.env.as_ref() == Some(&site.env) && begun.artifact.as_ref() == Some(&site.artifact)
        };
        self.orders.iter().filter(is_here)
    }

    /// Returns the moments of the past at which something changed, oldest first.
    pub fn past(&self) -> Vec<Timestamp> {
        let mut moments: Vec<_> = self.sites.iter().flat_map(|site| site.past.iter().map(|landed| landed.at)).collect();
        moments.sort();
        moments.dedup();
        moments
    }
}

fn holds(plan: &Plan, artifact: &ArtifactName) -> Holds {
    match plan.artifact(artifact).map(|artifact| &artifact.kind) {
        Some(ArtifactKind::App { .. }) => Holds::App,
        Some(ArtifactKind::Image { .. }) | None => Holds::Image,
    }
}

/// Returns the environment of the rehearsal project that one of a user's own plan plays.
fn role_of(plan: &Plan, name: &EnvName) -> EnvName {
    const ROLES: [&str; 5] = ["development", "staging", "testflight", "production", "app-store"];
    if ROLES.contains(&name.as_str()) {
        return name.clone();
    }
    let delivers =
        |course| plan.environment(name).is_some_and(|env| env.deliver.iter().any(|d| d.kind.played().course == course));
    if delivers(PlayedCourse::Beta) {
        return EnvName::new("testflight");
    }
    if delivers(PlayedCourse::Store) {
        return EnvName::new("app-store");
    }
    // The last place that servers are delivered to is where the users are, and the one before it is where it is tried.
    let servers = plan.environments.iter().filter(|env| env.deliver.iter().any(|d| !d.kind.is_reviewed()));
    match servers.rev().position(|env| &env.name == name) {
        Some(0) => EnvName::new("production"),
        Some(1) => EnvName::new("staging"),
        Some(_) | None => EnvName::new("development"),
    }
}

fn past_of(scenario: &Scenario, role: &EnvName, artifact: &ArtifactName, present: Timestamp) -> Vec<Landed> {
    let is_here = |deployed: &&crate::scenario::Deployed| {
        &deployed.env == role && deployed.artifact.as_ref().is_none_or(|only| only == artifact)
    };
    let mut past: Vec<_> = scenario
        .deployed
        .iter()
        .filter(is_here)
        .map(|deployed| Landed {
            version: deployed.version.clone(),
            at: before(present, SignedDuration::from_hours(24 * i64::from(deployed.days_ago))),
        })
        .collect();
    past.sort_by_key(|landed| landed.at);
    past
}

fn before(present: Timestamp, long: SignedDuration) -> Timestamp {
    present.checked_sub(long).unwrap_or(Timestamp::UNIX_EPOCH)
}
