//! Measuring in the world: its metrics, and checks that are only played.

use super::faults::condition;
use super::metrics::{Window, reading};
use super::reach::reach;
use super::shared::SharedWorld;
use super::snapshot::{ServingVersion, stand};
use super::world::{PlayedWorld, Site};
use crate::scenario::OutageScope;
use async_trait::async_trait;
use jiff::Timestamp;
use tminus_core::failure::{Failure, FailureKind};
use tminus_core::hex::sha256;
use tminus_core::measurement::{Ask, Measurement, ProbeQuestion, Reading};
use tminus_core::names::EnvName;
use tminus_core::plan::{Check, Metric};
use tminus_core::ports::{Probe, ProgressSender};
use tminus_core::time::Span;
use tminus_core::verdict::Verdict;

/// The world's probe. It runs nothing and asks nobody.
pub(crate) struct PlayedProbe(pub SharedWorld);

#[async_trait]
impl Probe for PlayedProbe {
    async fn measure(&self, ask: &Ask, _progress: ProgressSender) -> Result<Measurement, Failure> {
        match &ask.question {
            ProbeQuestion::Metric { metric, window } => self.metric(ask, metric, *window).await,
            ProbeQuestion::Check(check) => self.check(ask, check).await,
        }
    }
}

impl PlayedProbe {
    async fn metric(&self, ask: &Ask, metric: &Metric, look: Span) -> Result<Measurement, Failure> {
        let unsaid =
            || Failure::new(FailureKind::NotFound, format!("metric {} belongs to no environment", metric.name));
        let env = ask.env.as_ref().ok_or_else(unsaid)?;
        let role =
            self.0.read(|world| world.sites.iter().find(|site| &site.env == env).map(|site| site.role.clone()))?;
        reach(&self.0, OutageScope::Metrics, role.as_ref(), metric.from.as_str()).await?;
        let now = self.0.now();
        let read = self.0.read(|world| {
            let (site, run) = serving(world, env, now)?;
            Some(reading(self.0.scenario(), site, &run, (metric, Window::of(&run, look, now))))
        })?;
        let nothing = Reading::Metric { value: None, count: None, baseline: None };
        let asked = metric.query.fill(&ask.values).unwrap_or_else(|_| metric.query.as_str().to_owned());
        Ok(measured(format!("{} (rehearsed): {asked}", metric.from), read.unwrap_or(nothing)))
    }

    /// A check of an environment is as true as that environment is well; any other is true in a rehearsal.
    async fn check(&self, ask: &Ask, check: &Check) -> Result<Measurement, Failure> {
        let now = self.0.now();
        let is_bad = match &ask.env {
            None => false,
            Some(env) => {
                let role = self.0.read(|world| world.sites.iter().find(|s| &s.env == env).map(|s| s.role.clone()))?;
                reach(&self.0, OutageScope::Backend, role.as_ref(), &format!("{env} (rehearsed)")).await?;
                self.0.read(|world| self.is_bad(world, env, now))?
            }
        };
        let (verdict, found) = match is_bad {
            false => (Verdict::Pass, "rehearsed: nothing was run"),
            true => (Verdict::Fail, "rehearsed: nothing was run, and the scenario says that it is not well"),
        };
        let asked = format!("{} {} (rehearsed)", check.way.word(), check.name);
        Ok(measured(asked, Reading::Rehearsed { verdict, found: found.to_owned() }))
    }

    fn is_bad(&self, world: &PlayedWorld, env: &EnvName, now: Timestamp) -> bool {
        match serving(world, env, now) {
            Some((site, run)) => condition(self.0.scenario(), site, &run, now).is_bad(),
            None => true,
        }
    }
}

/// Returns what serves in an environment: the first of its sites where something does.
pub(crate) fn serving<'w>(world: &'w PlayedWorld, env: &EnvName, at: Timestamp) -> Option<(&'w Site, ServingVersion)> {
    let sites = world.sites.iter().filter(|site| &site.env == env);
    sites.filter_map(|site| Some((site, stand(world, site, at).serves?))).next()
}

fn measured(asked: String, reading: Reading) -> Measurement {
    let answer = if let Reading::Metric { value, count, baseline } = &reading {
        serde_json::json!({ "value": value, "count": count, "baseline": baseline }).to_string()
    } else if let Reading::Rehearsed { found, .. } = &reading {
        found.clone()
    } else {
        String::new()
    };
    let sha256 = sha256(&answer);
    Measurement { sha256, bytes: answer.len() as u64, tail: answer, ..Measurement::quiet(asked, reading) }
}
