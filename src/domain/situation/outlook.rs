//! Go or no-go: one word, with its reasons.

use super::Situation;
use crate::domain::action::Outcome;
use crate::domain::names::EnvName;
use crate::domain::order::Health;
use crate::domain::plan::Environment;
use crate::domain::verdict::Verdict;
use serde::{Deserialize, Serialize};

/// Whether the release may go on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outlook {
    /// The word.
    pub word: Word,
    /// Why it is not `go`, worst first.
    pub blocking: Vec<Reason>,
}

/// The words for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Word {
    /// Everything that must be true was proved on this commit.
    Go,
    /// Something is not true.
    NoGo,
    /// Nothing is known to be wrong, and not everything is known.
    NotYet,
}

impl Word {
    /// Returns the word as the screen shows it.
    pub const fn shown(self) -> &'static str {
        match self {
            Self::Go => "GO",
            Self::NoGo => "NO-GO",
            Self::NotYet => "NOT YET",
        }
    }
}

/// One reason why it is not `go`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reason {
    /// The check, environment or action that it is about.
    pub subject: String,
    /// The environment, for a reason that is about one.
    pub env: Option<EnvName>,
    /// How it stands.
    pub verdict: Verdict,
    /// In words.
    pub says: String,
}

/// The phase that a store's review belongs to: it comes after go or no-go, and holds that store's gate alone.
const STORE_PHASE: &str = "review";

impl<'a> Situation<'a> {
    /// Returns whether the release may go on, and why not.
    pub fn outlook(&self) -> Outlook {
        let mut blocking = self.environment_reasons();
        blocking.extend(self.branch_reasons());
        blocking.extend(self.bad_reason());
        blocking.extend(self.check_reasons());
        let badness = |v: Verdict| if v == Verdict::Fail { 0 } else { 1 };
        blocking.sort_by_key(|r| badness(r.verdict));
        let word = match blocking.first() {
            None => Word::Go,
            Some(worst) if worst.verdict == Verdict::Fail => Word::NoGo,
            Some(_) => Word::NotYet,
        };
        Outlook { word, blocking }
    }

    /// Returns the required checks of the phases that gate some environment and are not good, unless waived there.
    fn check_reasons(&self) -> Vec<Reason> {
        let gating = |e: &&Environment| !e.gate.is_empty();
        let mut reasons: Vec<Reason> = Vec::new();
        for environment in self.plan.environments.iter().filter(gating) {
            let phases = environment.gate.iter().filter(|p| p.as_str() != STORE_PHASE);
            for check in phases.flat_map(|p| self.plan.checks_of(p)).filter(|c| c.required) {
                let standing = self.standing(check, None);
                let is_named = reasons.iter().any(|r| r.subject == check.name.as_str());
                let is_waived = self.waiver(&environment.name, check.name.as_str()).is_some();
                if !standing.verdict.is_good_enough() && !is_named && !is_waived {
                    let says = format!("{}: {}", check.title, standing.why);
                    reasons.push(Reason {
                        subject: check.name.to_string(),
                        env: None,
                        verdict: standing.verdict,
                        says,
                    });
                }
            }
        }
        reasons
    }

    fn environment_reasons(&self) -> Vec<Reason> {
        self.plan.environments.iter().flat_map(|e| self.reasons_in(e)).collect()
    }

    fn reasons_in(&self, environment: &Environment) -> Vec<Reason> {
        let name = &environment.name;
        let Some(state) = self.release.environments.get(name) else { return Vec::new() };
        let reason = |verdict, says| Reason { subject: name.to_string(), env: Some(name.clone()), verdict, says };
        let mut reasons = Vec::new();
        for (artifact, place) in &state.places {
            if let Some((_, failure)) = &place.lost {
                reasons.push(reason(Verdict::NoData, format!("{name} cannot be seen: {}", failure.sentence())));
            } else if let (Health::Unhealthy | Health::Stopped, Some((_, seen))) = (place.health(), &place.seen) {
                let words = seen.words.clone().unwrap_or_else(|| place.health().word().to_owned());
                let version = seen.version.as_ref().map(|v| format!(" {v}")).unwrap_or_default();
                reasons.push(reason(
                    Verdict::Fail,
                    format!("{artifact}{version} in {name} is {}: {words}", place.health().word()),
                ));
            }
        }
        reasons.extend(self.stuck_reason(environment));
        reasons.extend(self.verification_reason(name).map(|says| reason(Verdict::Fail, says)));
        reasons
    }

    fn stuck_reason(&self, environment: &Environment) -> Option<Reason> {
        let action = self.release.active(&environment.name).filter(|a| a.is_stuck())?;
        let (_, step) = action.current()?;
        let says = format!(
            "{} of {} stands still at \"{}\": {}",
            action.proposal.request.verb(),
            environment.name,
            step.step.title,
            step.summary
        );
        Some(Reason {
            subject: action.id.to_string(),
            env: Some(environment.name.clone()),
            verdict: Verdict::Fail,
            says,
        })
    }

    /// Says so when the last verification of what runs there now was not good.
    fn verification_reason(&self, env: &EnvName) -> Option<String> {
        let since = self.running_since(env)?;
        let last = self.release.environments.get(env)?.verifications.iter().rev().find(|v| v.at >= since)?;
        let is_bad = matches!(last.outcome, Outcome::NotGood);
        let action = self.release.action(&last.action);
        let summary = action.and_then(|a| a.ended.as_ref()).map(|e| e.summary.clone()).unwrap_or_default();
        is_bad.then(|| format!("{env} was verified and is not good: {summary}"))
    }

    fn bad_reason(&self) -> Option<Reason> {
        let mark = self.release.bad.get(self.version)?;
        let says =
            format!("{} was rolled away from in {} by {}: {}", self.version, mark.env, mark.who.name, mark.reason);
        Some(Reason { subject: self.version.to_string(), env: Some(mark.env.clone()), verdict: Verdict::Fail, says })
    }

    fn branch_reasons(&self) -> Option<Reason> {
        let opening = self.opening()?;
        let (_, failure) = opening.lost.as_ref()?;
        let says = format!("{} cannot be read: {}", opening.branch, failure.sentence());
        Some(Reason { subject: opening.branch.clone(), env: None, verdict: Verdict::NoData, says })
    }
}
