//! Go or no-go: one word, with its reasons.

use super::{GateItem, ItemKind, Situation, WaivedItem};
use crate::action::Request;
use crate::names::EnvName;
use crate::notation::counted;
use crate::plan::Environment;
use crate::release::{ActionState, PlaceState};
use crate::verdict::Verdict;
use serde::{Deserialize, Serialize};

/// Whether the release may go on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outlook {
    /// The word.
    pub word: OutlookWord,
    /// Why it is not `go`, worst first.
    pub blocking: Vec<Reason>,
    /// How many approvals the next deploy will wait for; 0 where it asks for none, or where a proposal already waits.
    #[serde(default)]
    pub approvals: usize,
    /// What people went on without.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub waived: Vec<WaivedItem>,
}

impl Outlook {
    /// Returns the word as it is shown: a go that people went on without something for says so.
    pub fn shown(&self) -> String {
        match (self.word, self.waived.len()) {
            (OutlookWord::Go, 1) => "GO with 1 waiver".to_owned(),
            (OutlookWord::Go, count @ 2..) => format!("GO with {count} waivers"),
            (OutlookWord::Go | OutlookWord::NoGo | OutlookWord::NotYet | OutlookWord::Closed, _) => {
                self.word.shown().to_owned()
            }
        }
    }

    /// Adds a reason, and what follows from it for the word.
    pub fn add(&mut self, reason: Reason) {
        self.blocking.push(reason);
        self.blocking.sort_by_key(|r| if r.verdict == Verdict::Fail { 0 } else { 1 });
        if self.word != OutlookWord::Closed {
            self.word = OutlookWord::of(&self.blocking);
        }
    }

    /// Returns what stands behind the word: the one reason in short, what runs, or how many reasons there are.
    pub fn in_short(&self) -> String {
        let running = self.blocking.iter().find(|r| r.verdict == Verdict::Running).and_then(|r| r.short.as_ref());
        match (self.blocking.as_slice(), running) {
            ([], _) if self.approvals == 0 => String::new(),
            (all, _) if self.word == OutlookWord::Closed => format!("{} not good", all.len()),
            ([], _) => format!("to propose; {} follow", counted(self.approvals as u64, "approval")),
            ([only], _) => format!("{}{}", self.gate(), only.in_short()),
            ([_, others @ ..], Some(running)) => format!("{running} · {} more", others.len()),
            (all @ [first, ..], None) => format!("{}{} blocking · {}", self.gate(), all.len(), first.in_short()),
        }
    }

    /// Names the environment whose gate all of it holds, where that is one of several: where a release is not yet, though it is
    /// out elsewhere.
    fn gate(&self) -> String {
        let first = self.blocking.first().and_then(|reason| reason.gate.as_ref());
        let one = first.filter(|gate| self.blocking.iter().all(|reason| reason.gate.as_ref() == Some(*gate)));
        one.map(|gate| format!("{gate}: ")).unwrap_or_default()
    }

    /// Returns it with less room: of several reasons how many there are, and in whose gate.
    pub fn in_shorter(&self) -> String {
        match self.blocking.as_slice() {
            [_, _, ..] if self.word != OutlookWord::Closed => {
                format!("{}{} blocking", self.gate(), self.blocking.len())
            }
            [only] if self.word != OutlookWord::Closed => only.in_short().to_owned(),
            _ => self.in_short(),
        }
    }

    /// Returns it where not even that has room: of several reasons only how many there are.
    pub fn in_shortest(&self) -> String {
        match self.blocking.as_slice() {
            [_, _, ..] if self.word != OutlookWord::Closed => format!("{} blocking", self.blocking.len()),
            [] if self.approvals > 0 => "to propose".to_owned(),
            _ => self.in_shorter(),
        }
    }
}

/// The words for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OutlookWord {
    /// Everything that must be true was proved on this commit.
    Go,
    /// Something is not true.
    NoGo,
    /// Nothing is known to be wrong, and not everything is known.
    NotYet,
    /// The release is closed: nothing is to be decided about it.
    Closed,
}

impl OutlookWord {
    /// Returns the word for what stands in the way, worst first.
    fn of(blocking: &[Reason]) -> Self {
        match blocking.first() {
            None => Self::Go,
            Some(worst) if worst.verdict == Verdict::Fail => Self::NoGo,
            Some(_) => Self::NotYet,
        }
    }

    /// Returns the word as the screen shows it.
    pub const fn shown(self) -> &'static str {
        match self {
            Self::Go => "GO",
            Self::NoGo => "NO-GO",
            Self::NotYet => "NOT YET",
            Self::Closed => "CLOSED",
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
    /// The environment whose gate it holds, where the plan has several gates.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gate: Option<EnvName>,
    /// In the few words that stand beside the verdict; absent where there are no fewer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub short: Option<String>,
    /// Whether it is what a verification came to: a screen has a line for each thing that it found.
    #[serde(skip)]
    pub is_of_verification: bool,
}

impl Reason {
    /// Makes a reason that is told in words, and counted beside the verdict.
    pub fn new(subject: impl ToString, env: Option<&EnvName>, verdict: Verdict, says: String) -> Self {
        let (subject, env) = (subject.to_string(), env.cloned());
        Self { subject, env, verdict, says, gate: None, short: None, is_of_verification: false }
    }

    /// Makes the reason that what was looked at may be at another place than the one that is meant.
    pub fn elsewhere(says: String) -> Self {
        let short = Some("seen from another environment".to_owned());
        Self { short, ..Self::new("plan", None, Verdict::Pending, says) }
    }

    /// Makes the reason of what holds a gate, and names its environment where others have gates too.
    fn of(item: &GateItem, gate: Option<&EnvName>) -> Self {
        let short = Some(format!("{}: {}", item.title, item.verdict.word()));
        let reason = Self::new(&item.item, None, item.verdict, format!("{}: {}", item.title, item.why));
        Self { short, gate: gate.cloned(), ..reason }
    }

    /// Returns it in as few words as there are.
    fn in_short(&self) -> &str {
        self.short.as_ref().unwrap_or(&self.says)
    }

    /// Says whether something only waits or runs: it is not ill.
    pub const fn is_on_its_way(&self) -> bool {
        matches!(self.verdict, Verdict::Running | Verdict::Pending)
    }
}

impl<'a> Situation<'a> {
    /// Returns whether the release may go on, and why not.
    pub fn outlook(&self) -> Outlook {
        let mut blocking = self.environment_reasons();
        if self.opening().is_some_and(|opening| opening.closed.is_some()) {
            return Outlook { word: OutlookWord::Closed, blocking, approvals: 0, waived: Vec::new() };
        }
        blocking.extend(self.branch_reasons());
        blocking.extend(self.bad_reason());
        blocking.extend(self.gate_reasons());
        blocking.extend(self.busy_reasons());
        blocking.extend(self.undecided_reasons());
        blocking.extend(self.approval_reasons());
        let badness = |v: Verdict| if v == Verdict::Fail { 0 } else { 1 };
        blocking.sort_by_key(|r| badness(r.verdict));
        let word = OutlookWord::of(&blocking);
        Outlook { word, blocking, approvals: self.approvals_to_come(), waived: self.waived() }
    }

    /// Returns what is being changed now: until it has ended, nobody knows what it leaves.
    fn busy_reasons(&self) -> Vec<Reason> {
        let is_busy = |a: &&ActionState| a.proposal.request.is_changing() && !a.is_stuck();
        let of = |action: &ActionState| {
            let request = &action.proposal.request;
            let step = action.current().map(|(at, _)| format!(", at step {} of {}", at + 1, action.steps.len()));
            let says = format!("{} of {} runs{}", request.verb(), request.subject(), step.unwrap_or_default());
            let short = Some(format!("{} {}", request.doing(), request.subject()));
            Reason { short, ..Reason::new(&action.id, request.env(), Verdict::Running, says) }
        };
        self.release.active_actions().filter(is_busy).map(of).collect()
    }

    /// Returns the actions of no environment that a person must look at: a tag, a cut, a build. What they left is unknown.
    fn undecided_reasons(&self) -> Vec<Reason> {
        let of = |action: &ActionState| {
            let (request, (_, step)) = (&action.proposal.request, action.current()?);
            let stopped = format!("{} of {} stopped", request.verb(), request.subject());
            let says = format!("{stopped} at \"{}\": {}", step.step.title, step.summary);
            Some(Reason { short: Some(stopped), ..Reason::new(&action.id, None, Verdict::NoData, says) })
        };
        let undecided = self.release.active_actions().filter(|a| a.is_stuck() && a.proposal.request.env().is_none());
        undecided.filter_map(of).collect()
    }

    /// Returns the proposals that wait for people.
    fn approval_reasons(&self) -> Vec<Reason> {
        let all = self.plan.environments.iter();
        let waiting = all.flat_map(|e| self.release.proposals(&e.name).map(move |action| (e, action)));
        let of = |(environment, action): (&Environment, &ActionState)| {
            let gate = self.gate(environment, &action.proposal);
            let (missing, count) = (gate.approvals_missing(), gate.approvals?);
            let (given, needed) = (count.given.len(), count.needed);
            let says = format!("{} waits: {given} of {} given", action.id, counted(needed as u64, "approval"));
            let short = Some(format!("{} missing", counted(missing as u64, "approval")));
            let reason = Reason { short, ..Reason::new(&action.id, Some(&environment.name), Verdict::Pending, says) };
            (missing > 0).then_some(reason)
        };
        waiting.filter_map(of).collect()
    }

    /// Returns how many approvals the next gated environment asks for, where nobody has proposed it yet.
    fn approvals_to_come(&self) -> usize {
        let next = self.plan.environments.iter().filter(|e| e.is_gated()).find(|e| !self.runs_it(e));
        let unasked = next.filter(|e| self.release.proposals(&e.name).next().is_none());
        unasked.and_then(|e| e.approvals.as_ref()).map_or(0, |rule| rule.count)
    }

    /// Returns what holds the next gate on the way: of the first gated environment that does not run the version yet.
    ///
    /// Approvals are the answer to go or no-go: they are missed once a proposal waits for them; before that they are
    /// announced beside the word. A store's review comes when it is next.
    fn gate_reasons(&self) -> Vec<Reason> {
        let gated = || self.plan.environments.iter().filter(|e| e.is_gated());
        let empty = gated().map(|e| self.asks_nothing(e).filter(|_| e.after.is_empty()));
        match empty.collect::<Option<Vec<GateItem>>>() {
            Some(none) if none.is_empty() => {
                let says = "the plan has no gate: nothing was asked, so nothing is proved".to_owned();
                return vec![Reason::new("plan", None, Verdict::Pending, says)];
            }
            // Who waives that may deploy, and has measured nothing all the same.
            Some(all) => return all.iter().map(|item| Reason::of(item, None)).collect(),
            None => {}
        }
        // What runs somewhere without having come through the gate there was not asked for by anybody.
        let named = |e: &'a Environment| Some(&e.name).filter(|_| gated().nth(1).is_some());
        let mut ahead = gated().filter(|e| !self.came_through(e)).map(|e| (e, self.held_in(e, named(e))));
        let next = ahead.find(|(e, held)| !held.is_empty() || !self.runs_it(e));
        let mut reasons = next.map(|(_, held)| held).unwrap_or_default();
        for environment in gated().filter(|e| self.came_through(e)) {
            for item in self.broken_since(environment) {
                if !reasons.iter().any(|reason| reason.subject == item.item) {
                    reasons.push(Reason::of(&item, named(environment)));
                }
            }
        }
        reasons
    }

    /// Returns what holds the gate of an environment now.
    fn held_in(&self, environment: &Environment, named: Option<&EnvName>) -> Vec<Reason> {
        let env = &environment.name;
        if !environment.deliver.is_empty() && !self.release.environments.contains_key(env) {
            return vec![Reason::new(env, Some(env), Verdict::NoData, format!("{env} has not been looked at yet"))];
        }
        let request = Request::Deploy { env: env.clone(), version: self.version.clone() };
        let Ok(proposal) = self.propose(&request) else { return Vec::new() };
        let gate = self.gate(environment, &proposal);
        // What is wrong with the version, its tag or its branch is told once, and not for each gate.
        let is_told = |kind| matches!(kind, ItemKind::Bad | ItemKind::Tag | ItemKind::Branch);
        let items = gate.blocking().filter(|i| !is_told(i.kind)).map(|item| Reason::of(item, named));
        let unmet = self.cannot_start(env).into_iter().map(|says| {
            let short = Some(format!("a command of {env} cannot be started"));
            Reason { short, gate: named.cloned(), ..Reason::new(env, Some(env), Verdict::Fail, says) }
        });
        // A deploy would be refused; that the repository cannot be read at all is told once.
        let is_lost = self.opening().is_some_and(|opening| opening.lost.is_some());
        let files = self.other_files(env, self.version).filter(|_| !is_lost).map(|says| {
            let short = Some(format!("the checkout is not what {env} would get"));
            Reason { short, gate: named.cloned(), ..Reason::new(env, Some(env), Verdict::Fail, says) }
        });
        items.chain(unmet).chain(files).collect()
    }

    /// Says whether the version runs in an environment and deploys of this commit brought it there, which its gate let
    /// through.
    fn came_through(&self, environment: &Environment) -> bool {
        let commit = self.opening().map(|opening| &opening.commit);
        let is_now = |a: &ActionState| a.proposal.commit.is_none() || a.proposal.commit.as_ref() == commit;
        let came = |artifact| self.deploy_of(&environment.name, artifact).is_some_and(is_now);
        self.runs_it(environment) && environment.deliver.iter().all(|d| came(&d.artifact))
    }

    /// Says whether every artifact of the version runs in an environment.
    pub fn runs_it(&self, environment: &Environment) -> bool {
        let places = self.release.environments.get(&environment.name).map(|s| &s.places);
        let runs = |artifact, p: &PlaceState| {
            let running = p.running().filter(|running| &running.version == self.version);
            running.is_some_and(|running| !self.is_other_image(&environment.name, artifact, &running))
        };
        let is_there = |artifact| places.and_then(|p| p.get(artifact)).is_some_and(|place| runs(artifact, place));
        !environment.deliver.is_empty() && environment.deliver.iter().all(|d| is_there(&d.artifact))
    }
}
