//! What a scenario file says, as values. Nothing here knows how the world plays it.

use super::text;
use serde::Deserialize;
use serde::de::{Deserializer, Error};
use std::collections::BTreeMap;
use tminus_core::names::{ArtifactName, EnvName, Person, Version};
use tminus_core::order::{BuildStage, Health};
use tminus_core::time::Span;

/// A scripted world, and what must be in the journal once its script was flown.
///
/// Environments are those of the rehearsal project; in a user's own plan the nearest ones stand in for them.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Scenario {
    /// The file's name without its ending.
    #[serde(skip)]
    pub name: String,
    /// `title`: one line.
    pub title: String,
    /// `tells`: what it teaches.
    pub tells: String,
    /// `pace`: how much longer than usual everything takes on screen, where time is real.
    #[serde(default = "text::one")]
    pub pace: f64,
    /// `[[deployed]]`: what was brought where before the scenario begins.
    pub deployed: Vec<Deployed>,
    /// `keeps`: what going back does not undo, by environment.
    #[serde(default)]
    pub keeps: BTreeMap<String, Vec<String>>,
    /// `[[delivery]]`: deliveries of a new version that go otherwise than well.
    #[serde(default, rename = "delivery")]
    pub deliveries: Vec<PlayedDelivery>,
    /// `[[build]]`: stages of a build that break.
    #[serde(default, rename = "build")]
    pub builds: Vec<BrokenBuild>,
    /// `[[event]]`: what becomes of a new version once it runs.
    #[serde(default, rename = "event")]
    pub events: Vec<VersionEvent>,
    /// `[[outage]]`: services that stop answering for a while.
    #[serde(default, rename = "outage")]
    pub outages: Vec<Outage>,
    /// `[[prune]]`: artifacts that are thrown away.
    #[serde(default, rename = "prune")]
    pub prunes: Vec<Prune>,
    /// `[[script]]`: how it is flown without a screen.
    pub script: Vec<ScriptLine>,
    /// `[[expect]]`: facts that the journal holds at the end, in this order.
    pub expect: Vec<Expectation>,
    /// `[[never]]`: facts that it does not hold.
    #[serde(default)]
    pub never: Vec<Expectation>,
}

impl Scenario {
    /// Returns the scenario with every time on screen multiplied by `pace`.
    #[must_use]
    pub fn at_pace(mut self, pace: f64) -> Self {
        self.pace *= pace;
        let delays = (self.events.iter_mut().map(|event| &mut event.since_deploy))
            .chain(self.outages.iter_mut().flat_map(|outage| [&mut outage.when.after, &mut outage.lasts]))
            .chain(self.prunes.iter_mut().map(|prune| &mut prune.when.after));
        for delay in delays {
            delay.shown = delay.shown.duration().mul_f64(pace).into();
        }
        self
    }
}

/// A stage of a build that breaks, each time.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct BrokenBuild {
    /// `stage`: `log-in`, `build`, `inspect`, `tag`, `push` or `compare`.
    pub stage: BuildStage,
    /// `says`: why, in the builder's words.
    pub says: String,
}

/// A version that was brought somewhere before the scenario begins.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Deployed {
    /// `env`.
    #[serde(deserialize_with = "text::env")]
    pub env: EnvName,
    /// `artifact`: every one that goes there when absent.
    pub artifact: Option<ArtifactName>,
    /// `version`.
    #[serde(deserialize_with = "text::version")]
    pub version: Version,
    /// `days-ago`.
    pub days_ago: u32,
}

/// A length of time: what it is in truth, and what is shown of it where somebody sits and waits.
///
/// Written `"4m"`, or `{ honest = "4m", shown = "20s" }`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delay {
    /// In virtual time.
    pub honest: Span,
    /// In real time, on screen.
    pub shown: Span,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum WrittenDelay {
    Same(String),
    Both { honest: String, shown: String },
}

impl<'de> Deserialize<'de> for Delay {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let wrong = |_| D::Error::custom("write a delay as `\"4m\"` or `{ honest = \"4m\", shown = \"20s\" }`");
        let (honest, shown) = match WrittenDelay::deserialize(from).map_err(wrong)? {
            WrittenDelay::Same(text) => (text.clone(), text),
            WrittenDelay::Both { honest, shown } => (honest, shown),
        };
        let read = |text: &str| Span::parse(text).map_err(D::Error::custom);
        Ok(Self { honest: read(&honest)?, shown: read(&shown)? })
    }
}

/// When something begins: after a moment of the world, or after a new version came to an environment.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Trigger {
    /// `env`: counts from the delivery of a new version there; from the world's beginning when absent.
    #[serde(default, deserialize_with = "text::maybe_env")]
    pub env: Option<EnvName>,
    /// `after`.
    pub after: Delay,
}

/// A delivery of a new version that goes otherwise than well.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PlayedDelivery {
    /// `env`.
    #[serde(deserialize_with = "text::env")]
    pub env: EnvName,
    /// `goes`.
    pub goes: Goes,
    /// `attempts`: how many deliveries go so, the later ones go well; all of them when absent.
    pub attempts: Option<usize>,
}

/// How a delivery goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Goes {
    /// It arrives, but each replica takes minutes.
    Slowly,
    /// The new version ends as soon as it starts.
    CrashLoop,
    /// What pulls the image does not find it.
    ImageMissing,
    /// The store's review says no.
    Rejected,
}

/// What becomes of a new version once it runs.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct VersionEvent {
    /// `env`.
    #[serde(deserialize_with = "text::env")]
    pub env: EnvName,
    /// `version`: any that was not there at the start when absent.
    #[serde(default, deserialize_with = "text::maybe_version")]
    pub version: Option<Version>,
    /// `since-deploy`.
    pub since_deploy: Delay,
    /// `set`.
    pub set: Conditions,
}

/// How well a version runs; what is absent stays as it was.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Conditions {
    /// `errors`: the share of requests that fail, `"4.7%"`.
    #[serde(default, deserialize_with = "text::maybe_share")]
    pub errors: Option<f64>,
    /// `latency`: 95 % of requests are faster.
    #[serde(default, deserialize_with = "text::maybe_span")]
    pub latency: Option<Span>,
    /// `health`: what its own health check says.
    pub health: Option<Health>,
}

/// A service that stops answering for a while.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Outage {
    /// `of`.
    pub of: Vec<OutageScope>,
    /// `env`: only what belongs to this environment; everywhere when absent.
    #[serde(default, deserialize_with = "text::maybe_env")]
    pub env: Option<EnvName>,
    /// `when`.
    pub when: Trigger,
    /// `lasts`.
    pub lasts: Delay,
    /// `silence`: refused at once by default.
    #[serde(default)]
    pub silence: Silence,
}

/// What an outage hits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OutageScope {
    /// The engine, cluster or store behind a target.
    Targets,
    /// The service that metrics come from.
    Metrics,
    /// The sources of log lines.
    Logs,
    /// The backend itself.
    Backend,
}

/// How a service does not answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Silence {
    /// The connection is refused.
    #[default]
    Refuses,
    /// The connection stands, and nothing comes.
    Hangs,
}

/// Artifacts that are thrown away.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Prune {
    /// `version`.
    #[serde(deserialize_with = "text::version")]
    pub version: Version,
    /// `from`.
    pub from: Vec<LossPlace>,
    /// `env`: the hosts of this environment; all when absent. A registry is one for all.
    #[serde(default, deserialize_with = "text::maybe_env")]
    pub env: Option<EnvName>,
    /// `when`.
    pub when: Trigger,
}

/// A place that artifacts are thrown away from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LossPlace {
    /// The registry, or the store.
    Registry,
    /// The host, or the nodes of the cluster.
    Host,
}

/// One line of the script: time that passes first, and a command of tminus.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ScriptLine {
    /// `wait`: how much time passes before it.
    #[serde(default, deserialize_with = "text::maybe_span")]
    pub wait: Option<Span>,
    /// `run`: the words after `tminus`.
    pub run: Vec<String>,
    /// `exit`: the status that it must end with; 0 by default.
    #[serde(default)]
    pub exit: i32,
    /// `as`: who says it.
    #[serde(rename = "as")]
    pub who: Option<Person>,
}

/// A kind of fact, with fields that it or its action's proposal has.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Expectation {
    /// `kind`: as the journal names it, `action.finished`.
    #[serde(deserialize_with = "text::kind")]
    pub kind: String,
    /// `where`: fields and their values; `verb` is the action's.
    #[serde(default, rename = "where")]
    pub fields: BTreeMap<String, serde_json::Value>,
}
