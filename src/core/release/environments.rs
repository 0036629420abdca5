//! What runs where, what ran there before, and which way back is open.

use super::since::Since;
use crate::action::Outcome;
use crate::definition::{Definition, VerificationScope};
use crate::failure::Failure;
use crate::names::{ActionId, ArtifactName, Commit, Digest, EnvName, Version};
use crate::order::{Delivered, Health, Observation, Readiness};
use crate::time::Span;
use crate::who::Who;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One environment.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct EnvState {
    /// What is known of each artifact there.
    pub places: BTreeMap<ArtifactName, PlaceState>,
    /// Its verifications, oldest first.
    pub verifications: Vec<Verification>,
}

/// One artifact in one environment.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PlaceState {
    /// What was last seen to run, and when that was recorded.
    pub seen: Option<(Timestamp, Observation)>,
    /// Since when it is unhealthy or stopped, however often it was started again meanwhile.
    #[serde(default)]
    pub unwell: Option<Timestamp>,
    /// Since when it cannot be seen, and why.
    pub lost: Option<(Timestamp, Failure)>,
    /// Whether a version can be brought here.
    pub ready: BTreeMap<Version, ReadyState>,
    /// What ran here, oldest first; the last is what runs now.
    pub stays: Vec<Stay>,
    /// The fact that told last of something here that is no version of the artifact; 0 where none did.
    #[serde(default)]
    pub stranger: u64,
}

/// Whether a version can be brought somewhere, and when that was found out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReadyState {
    /// When it was recorded.
    pub at: Timestamp,
    /// The answer.
    pub readiness: Readiness,
}

/// A version's time in an environment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stay {
    /// The version.
    pub delivered: Delivered,
    /// Since when it is here.
    pub since: Timestamp,
    /// The fact that told of it first.
    #[serde(default)]
    pub seq: u64,
    /// Since when it runs as it does now: it may have been started again, or brought once more.
    #[serde(default)]
    pub renewed: Since,
    /// When it was started, as its host says.
    #[serde(default)]
    pub started: Option<Timestamp>,
    /// Whether it was ever seen to be healthy here: only then is it a way back.
    pub was_healthy: bool,
    /// Whether its target does not tell how it is, as a command or a container without a health check does not, and
    /// nothing was seen that speaks against it.
    #[serde(default)]
    pub is_untold: bool,
    /// Whether it was ever seen to be unhealthy here, as one is that is started again and again.
    #[serde(default)]
    pub was_unwell: bool,
    /// Whether it came back, and no deploy brought it: a rollback did, or somebody by hand. What came after it lies ahead then.
    #[serde(default)]
    pub is_back: bool,
    /// The action that brought it, where tminus did.
    pub action: Option<ActionId>,
    /// Who adopted it, where tminus did not bring it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub adopted: Option<Adoption>,
}

/// A person says what runs somewhere, though tminus did not bring it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Adoption {
    /// The commit of its release at that moment; absent where it belongs to no release.
    pub commit: Option<Commit>,
    /// Why.
    pub reason: String,
    /// Who decided.
    pub who: Who,
    /// When.
    pub at: Timestamp,
}

/// A verification that ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Verification {
    /// The action.
    pub action: ActionId,
    /// The release that it was for.
    pub release: Version,
    /// What ran there: each artifact with its version and digest.
    pub ran: BTreeMap<ArtifactName, Delivered>,
    /// The horizon that was reached.
    pub horizon: Option<Span>,
    /// What it looked at; absent in what an older tminus recorded.
    #[serde(default)]
    pub scope: Option<VerificationScope>,
    /// How it ended.
    pub outcome: Outcome,
    /// When.
    pub at: Timestamp,
    /// The fact that recorded it.
    #[serde(default)]
    pub seq: u64,
}

/// A gate goes on without something.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Waiver {
    /// The fact that recorded it.
    #[serde(default)]
    pub seq: u64,
    /// The release.
    pub release: Version,
    /// The environment whose gate it is.
    pub env: EnvName,
    /// A check's name, `after:ENV`, `bad:VERSION`, or `gate:ENV`.
    pub item: String,
    /// Why.
    pub reason: String,
    /// The commit that it was decided on.
    pub commit: Option<Commit>,
    /// What the item asked when it was decided.
    #[serde(default)]
    pub definition: Option<Definition>,
    /// Who decided.
    pub who: Who,
    /// When.
    pub at: Timestamp,
}

/// A version that is not to be deployed again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BadMark {
    /// Why.
    pub reason: String,
    /// Where it was bad.
    pub env: EnvName,
    /// Who said so.
    pub who: Who,
    /// When.
    pub at: Timestamp,
}

impl Adoption {
    /// Says who adopted it, and why.
    pub fn words(&self) -> String {
        format!("was adopted by {}: {}", self.who.label(), self.reason)
    }
}

impl Stay {
    fn see(&mut self, health: Health) {
        self.was_healthy |= health == Health::Healthy;
        self.was_unwell |= health == Health::Unhealthy;
        match health {
            Health::Unknown => self.is_untold = !self.was_unwell && !self.was_healthy,
            Health::Starting => {}
            Health::Healthy | Health::Unhealthy | Health::Stopped | Health::Absent | Health::Waiting => {
                self.is_untold = false;
            }
        }
    }
}

impl PlaceState {
    pub(super) fn see(
        &mut self,
        (recorded, at): (Timestamp, Since),
        observation: &Observation,
        (left, deployed): (Option<&Delivered>, Option<&Delivered>),
    ) {
        self.lost = None;
        self.note_health(recorded, observation);
        if let Some(version) = &observation.version {
            let delivered = Delivered { version: version.clone(), digest: observation.digest.clone() };
            if self.stays.last().is_some_and(|s| s.delivered == delivered) {
                self.see_again(at, observation);
            } else {
                let before = self.seen.as_ref().map(|(at, _)| *at);
                self.stays.push(Stay {
                    is_back: is_back(&self.stays, &delivered, deployed),
                    delivered,
                    since: observation.since.unwrap_or(recorded),
                    seq: at.seq,
                    renewed: Since { seq: at.seq, at: start(observation, at, before) },
                    started: observation.since,
                    was_healthy: false,
                    is_untold: false,
                    was_unwell: false,
                    action: observation.action.clone(),
                    adopted: None,
                });
            }
            let has_gone = matches!(observation.health, Health::Stopped | Health::Absent);
            if let Some(stay) = self.stays.last_mut().filter(|s| !has_gone || left != Some(&s.delivered)) {
                stay.see(observation.health);
            }
        }
        let is_there = !matches!(observation.health, Health::Absent | Health::Stopped) && observation.words.is_some();
        if observation.version.is_none() && is_there {
            self.stranger = at.seq;
        }
        self.seen = Some((recorded, observation.clone()));
    }

    /// Takes in that the version that ran here is seen again: it may have been started anew in between.
    fn see_again(&mut self, at: Since, observation: &Observation) {
        let before = self.seen.as_ref().map(|(at, seen)| (*at, seen.clone()));
        let Some(stay) = self.stays.last_mut() else { return };
        let was_away = before.as_ref().is_some_and(|(_, seen)| seen.version.is_none() || is_away(seen.health));
        let has_other_start = observation.since.is_some() && observation.since != stay.started;
        let has_other_label = observation.action.is_some() && observation.action != stay.action;
        if (was_away && !is_away(observation.health)) || has_other_start || has_other_label {
            stay.renewed = Since { seq: at.seq, at: start(observation, at, before.map(|(at, _)| at)) };
        }
        stay.started = observation.since.or(stay.started);
        stay.action = observation.action.clone().or_else(|| stay.action.take());
    }

    /// Keeps since when it is not well: starting again is not well yet, and another version has its own beginning.
    fn note_health(&mut self, recorded: Timestamp, observation: &Observation) {
        let is_another = self.seen.as_ref().is_some_and(|(_, seen)| seen.version != observation.version);
        if is_another {
            self.unwell = None;
        }
        match observation.health {
            Health::Unhealthy | Health::Stopped => self.unwell = self.unwell.or(Some(recorded)),
            Health::Starting | Health::Unknown => {}
            Health::Healthy | Health::Absent | Health::Waiting => self.unwell = None,
        }
    }

    /// Returns the version that runs, as people call it.
    pub fn version_words(&self) -> Option<String> {
        let running = self.running()?;
        match running.digest {
            Some(digest) if !digest.as_str().contains(':') => Some(format!("{} ({digest})", running.version)),
            Some(_) | None => Some(running.version.to_string()),
        }
    }

    /// Returns what runs here, as last seen.
    pub fn running(&self) -> Option<Delivered> {
        let (_, seen) = self.seen.as_ref()?;
        Some(Delivered { version: seen.version.clone()?, digest: seen.digest.clone() })
    }

    /// Says whether nothing runs here: what is there was stopped, or there is nothing.
    pub fn is_down(&self) -> bool {
        matches!(self.health(), Health::Stopped | Health::Absent)
    }

    /// Returns what answers requests here, where that is not the version that was asked for.
    pub fn serves_instead(&self) -> Option<&Version> {
        let seen = self.seen.as_ref().filter(|_| self.lost.is_none());
        seen.and_then(|(_, seen)| seen.serves.as_ref().filter(|serves| Some(*serves) != seen.version.as_ref()))
    }

    /// Returns the digest that was last seen here.
    pub fn digest(&self) -> Option<&Digest> {
        self.seen.as_ref()?.1.digest.as_ref()
    }

    /// Returns the one word for how it is, and what its service says besides.
    ///
    /// A service's own short name for a good state is that word (`in review`, `on sale`), wherever it is told; what it
    /// counts or explains stands behind ours, so that a bad one is read first (`unhealthy`, `3 of 3 replicas`).
    pub fn in_words(&self) -> (String, Option<String>) {
        const NAME: usize = 10;
        let health = self.health();
        let word = health.word();
        let seen = self.seen.as_ref().filter(|_| self.lost.is_none());
        let Some(own) = seen.and_then(|(_, seen)| seen.words.clone()) else {
            return (word.to_owned(), None);
        };
        let is_name = own.chars().count() <= NAME && !own.contains(|c: char| c.is_ascii_digit() || c == ',');
        let has = |word: &str| own.to_lowercase().contains(word);
        // What says the word itself, or `paused`, has said it better.
        let says_it = has(word) || (health == Health::Stopped && has("paused"));
        let is_good = matches!(health, Health::Healthy | Health::Waiting);
        if is_name && (is_good || says_it) { (own, None) } else { (word.to_owned(), Some(own)) }
    }

    /// Returns how it is; unknown while it cannot be seen.
    pub fn health(&self) -> Health {
        match (&self.lost, &self.seen) {
            (None, Some((_, seen))) => seen.health,
            (Some(_), _) | (_, None) => Health::Unknown,
        }
    }
}

/// Says whether what is seen was here before, and is not what the last action deployed.
fn is_back(stays: &[Stay], delivered: &Delivered, deployed: Option<&Delivered>) -> bool {
    let is_it = |d: &Delivered| d.version == delivered.version && (d.digest.is_none() || d.digest == delivered.digest);
    stays.iter().any(|stay| &stay.delivered == delivered) && !deployed.is_some_and(is_it)
}

/// Returns when what is seen began, as far as the clock of its host can be believed: not later than it is seen, and not
/// before it was last seen to be something else.
fn start(observation: &Observation, at: Since, before: Option<Timestamp>) -> Timestamp {
    let is_likely = |since: &Timestamp| *since <= at.at && before.is_none_or(|before| *since >= before);
    observation.since.filter(is_likely).unwrap_or(at.at)
}

const fn is_away(health: Health) -> bool {
    match health {
        Health::Stopped | Health::Absent => true,
        Health::Healthy | Health::Starting | Health::Unhealthy | Health::Waiting | Health::Unknown => false,
    }
}
