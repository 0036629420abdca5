//! The release as pure values: the fold, gates, approvals, ways back, decisions. Nothing here runs anything.

mod actions;
mod acts;
mod adoption;
mod approvals;
mod bad;
mod bounds;
mod chance;
mod changelog;
mod changelog_draft;
mod changelog_texts;
mod checks;
mod definitions;
mod delivery;
mod dotenv;
mod drift;
mod fold;
mod gate;
mod horizons;
mod kept;
mod leaving;
mod life;
mod locks;
mod origin;
mod outlook;
mod read_only;
mod seats;
mod standing;
mod starts;
mod trail;
mod versions;
mod way_after;
mod way_back;

use jiff::Timestamp;
use std::path::Path;
use tminus_core::action::{HorizonWait, Outcome, Proposal, Request};
use tminus_core::adoption::Adoptable;
use tminus_core::branch::{BranchState, Changes, Checkout};
use tminus_core::command::{ActionCommand, Command, Consent, GateCommand, Refusal};
use tminus_core::decide::{Decision, DecisionInput, Follow, GateRun, NextStep, Retrying, decide, next};
use tminus_core::evidence::Evidence;
use tminus_core::fact::{ActionFact, CheckFact, Fact, PlanFact, Record, ReleaseFact, StepFact, TargetFact};
use tminus_core::failure::{Failure, FailureKind};
use tminus_core::grammar::plan;
use tminus_core::mask::Mask;
use tminus_core::names::{ActionId, ArtifactName, CheckName, Commit, Digest, EnvName, Person, Version};
use tminus_core::order::{Call, Health, Observation, Order, Readiness};
use tminus_core::plan::{Environment, Plan};
use tminus_core::release::{ActionState, Release};
use tminus_core::situation::{CallsOf, Gate, Situation};
use tminus_core::time::Span;
use tminus_core::verdict::Verdict;
use tminus_core::who::Who;

const PLAN: &str = include_str!("../assets/plans/rehearsal.toml");
const FIRST: &str = "1111111111111111111111111111111111111111";
const SECOND: &str = "2222222222222222222222222222222222222222";

fn version(text: &str) -> Version {
    Version::parse(text).unwrap()
}

fn who(name: &str) -> Who {
    Who { name: Person::new(name), user: name.to_owned(), host: "bridge".to_owned() }
}

fn span(text: &str) -> Span {
    Span::parse(text).unwrap()
}

/// The digest that a version of the backend has in these tests.
fn digest(text: &str) -> Digest {
    Digest::new(format!("sha256:{}", text.replace('.', "").repeat(12)))
}

/// Answers for targets that nobody asks.
struct NoCalls;

impl CallsOf for NoCalls {
    fn calls_of(&self, _: Option<&ArtifactName>, _: &Order) -> Vec<Call> {
        Vec::new()
    }
}

/// A journal that is told by hand, and its fold.
#[derive(Clone)]
struct Tale {
    plan: Plan,
    records: Vec<Record>,
    release: Release,
    version: Version,
    now: Timestamp,
    /// Who speaks next.
    who: Who,
    gate_was_run: GateRun,
}

impl Tale {
    /// A plan in force, 0.9.4 well everywhere and 0.9.3 before it, 1.0.0 open and ready to be delivered.
    fn new() -> Self {
        let mut tale = Self::blank();
        let adopted = PlanFact::Adopted { hash: "plan-1".into(), diff: None, text: PLAN.into(), loosened: Vec::new() };
        tale.tell(Fact::Plan(adopted));
        for env in ["staging", "production"] {
            for text in ["0.9.3", "0.9.4"] {
                tale.pass("24h");
                tale.see(env, text, Health::Healthy);
                tale.ready(env, text);
            }
            tale.ready(env, "1.0.0");
        }
        tale.open("1.0.0", FIRST);
        tale
    }

    fn blank() -> Self {
        Self {
            plan: plan::read(Path::new("tminus.toml"), PLAN).unwrap().plan,
            records: Vec::new(),
            release: Release::default(),
            version: version("1.0.0"),
            now: "2026-11-22T12:00:00Z".parse().unwrap(),
            who: who("dana"),
            gate_was_run: GateRun::Done,
        }
    }

    fn tell(&mut self, fact: Fact) {
        let record = Record { seq: self.release.seq + 1, at: self.now, who: self.who.clone(), fact };
        self.release.apply(&record);
        self.records.push(record);
    }

    fn pass(&mut self, time: &str) {
        self.now = span(time).after(self.now);
    }

    fn environment(&mut self, name: &str) -> &mut Environment {
        self.plan_to_change().environments.iter_mut().find(|e| e.name.as_str() == name).unwrap()
    }

    /// Returns the plan as a reader leaves it: nothing was worked out of it yet.
    fn plan_to_change(&mut self) -> &mut Plan {
        self.plan = self.plan.clone();
        &mut self.plan
    }

    fn open(&mut self, text: &str, commit: &str) {
        self.version = version(text);
        self.tell(Fact::Release(ReleaseFact::Opened {
            version: version(text),
            branch: format!("release/{text}"),
            commit: Commit::new(commit),
            previous: Some(version("0.9.4")),
            hotfix_of: None,
        }));
    }

    /// Returns how the branch is at a commit; without one it is gone.
    fn branch_at(&self, commit: Option<&str>) -> BranchState {
        BranchState {
            branch: format!("release/{}", self.version),
            commit: commit.map(Commit::new),
            ahead: 1,
            behind: 0,
            uncounted: None,
            pushed: None,
            remote: None,
            remote_ahead: None,
            tag: None,
            checkout: Checkout::Clean,
            changed: Vec::new(),
            ignored: Vec::new(),
            tag_object: None,
            unmet: Vec::new(),
            unlooked: None,
            bump: None,
            held: Vec::new(),
            unsaved: Vec::new(),
            no_tag: None,
            merges: Vec::new(),
            changelog: None,
        }
    }

    fn see_branch(&mut self, state: BranchState) {
        let version = self.version.clone();
        self.tell(Fact::Release(ReleaseFact::Branch { version, state: Box::new(state), changes: None }));
    }

    fn branch_moves(&mut self, commit: &str, paths: &[&str]) {
        let state = self.branch_at(Some(commit));
        let changes = Changes { paths: paths.iter().map(ToString::to_string).collect(), everything: false };
        let version = self.version.clone();
        self.tell(Fact::Release(ReleaseFact::Branch { version, state: Box::new(state), changes: Some(changes) }));
    }

    fn observe(&mut self, (env, artifact): (&str, &str), observation: Observation) {
        let (env, artifact) = (EnvName::new(env), ArtifactName::new(artifact));
        self.tell(Fact::Target(TargetFact::Observed { env, artifact, observation }));
    }

    fn see(&mut self, env: &str, text: &str, health: Health) {
        self.observe((env, "backend"), seen(text, health));
    }

    fn lose(&mut self, env: &str) {
        let failure = Failure::new(FailureKind::Unreachable, "connection refused");
        let (env, artifact) = (EnvName::new(env), ArtifactName::new("backend"));
        let failure = Mask::new().failure(failure);
        self.tell(Fact::Target(TargetFact::Lost { env, artifact, failure }));
    }

    fn ready(&mut self, env: &str, text: &str) {
        self.readiness(env, readiness(text));
    }

    fn readiness(&mut self, env: &str, readiness: Readiness) {
        let (env, artifact) = (EnvName::new(env), ArtifactName::new("backend"));
        self.tell(Fact::Target(TargetFact::Ready { env, artifact, readiness }));
    }

    fn situation(&self) -> Situation<'_> {
        Situation { plan: &self.plan, release: &self.release, version: &self.version, now: self.now }
    }

    fn evidence(&self, env: Option<&str>) -> Evidence {
        let place = env.and_then(|env| self.release.environments.get(&EnvName::new(env)));
        let running = place.and_then(|e| e.places.values().next()).and_then(|p| p.running());
        Evidence {
            asked: Mask::new().text("asked"),
            expected: Mask::new().text("expected"),
            found: Mask::new().text("found"),
            numbers: Vec::new(),
            tail: Mask::new().text(""),
            output: None,
            sha256: String::new(),
            bytes: 0,
            by: self.who.name.clone(),
            host: "bridge".into(),
            began: self.now,
            took: Span::seconds(1),
            commit: self.release.openings.get(&self.version).map(|o| o.commit.clone()).filter(|_| env.is_none()),
            env: env.map(EnvName::new),
            version: running.clone().map(|d| d.version),
            digest: running.and_then(|d| d.digest),
            definition: None,
            ignored: Vec::new(),
            given: Vec::new(),
            outside: Vec::new(),
        }
    }

    fn check_begins(&mut self, name: &str, env: Option<&str>) {
        let (release, check, env) = (self.version.clone(), CheckName::new(name), env.map(EnvName::new));
        self.tell(Fact::Check(CheckFact::Started { release, check, env }));
    }

    fn check_ends(&mut self, name: &str, env: Option<&str>, verdict: Verdict) {
        let mut evidence = Box::new(self.evidence(env));
        let env_name = env.map(EnvName::new);
        let check = self.plan.check(&CheckName::new(name));
        evidence.definition = check.map(|check| self.plan.definition_of(check, env_name.as_ref()));
        let (release, check, env) = (self.version.clone(), CheckName::new(name), env.map(EnvName::new));
        self.tell(Fact::Check(CheckFact::Finished { release, check, env, verdict, evidence }));
    }

    fn standing(&self, name: &str, env: Option<&str>) -> Verdict {
        self.situation().standing_of(&CheckName::new(name), env.map(EnvName::new).as_ref())
    }

    /// Everything that gates an environment passes on this commit.
    fn pass_checks_of(&mut self, env: &str) {
        let phases = self.environment(env).gate.clone();
        let checks: Vec<CheckName> =
            phases.iter().flat_map(|p| self.plan.checks_of(p)).map(|c| c.name.clone()).collect();
        for check in checks {
            self.check_ends(check.as_str(), None, Verdict::Pass);
        }
    }

    /// A verification of what runs in an environment ends like this.
    fn verified(&mut self, env: &str, horizon: Option<&str>, outcome: Outcome) {
        let request =
            Request::Verify { env: EnvName::new(env), horizon: horizon.map(span), patience: HorizonWait::Now };
        let mut proposal = self.situation().propose(&request).unwrap();
        proposal.request = request;
        let action = ActionId::new(format!("verify-{env}-{}", self.release.seq + 1));
        let begun = ActionFact::Started { action: action.clone(), proposal, steps: Vec::new() };
        self.tell(Fact::Action(begun));
        self.tell(Fact::Action(ActionFact::Finished { action, outcome, summary: "told by hand".into() }));
    }

    fn deploy(env: &str, text: &str) -> Request {
        Request::Deploy { env: EnvName::new(env), version: version(text) }
    }

    fn roll_back(env: &str, to: Option<&str>) -> Request {
        Request::RollBack { env: EnvName::new(env), to: to.map(version), reason: "it is slow".into() }
    }

    fn proposal(&self, request: &Request) -> Proposal {
        self.situation().propose(request).unwrap()
    }

    fn gate(&self, env: &str) -> Gate {
        let proposal = self.proposal(&Self::deploy(env, self.version.as_str()));
        self.situation().gate(self.plan.environment(&EnvName::new(env)).unwrap(), &proposal)
    }

    fn item(&self, env: &str, item: &str) -> Verdict {
        self.gate(env).items.into_iter().find(|i| i.item == item).unwrap().verdict
    }

    fn decide(&self, command: &Command) -> Result<Decision, Refusal> {
        let (plan, release, who, now) = (&self.plan, &self.release, &self.who, self.now);
        let ground = DecisionInput {
            plan,
            release,
            who,
            seat: None,
            driver_away: None,
            now,
            calls_of: &NoCalls,
            gate_was_run: self.gate_was_run,
        };
        decide(&ground, command)
    }

    /// Decides, and takes in the facts that come of it.
    fn command(&mut self, command: &Command) -> Result<Follow, Refusal> {
        let Decision { facts, follow } = self.decide(command)?;
        for fact in facts {
            self.tell(fact);
        }
        match follow {
            Follow::Refuse(refusal) => Err(refusal),
            follow => Ok(follow),
        }
    }

    /// Asks for an action with the name typed, and returns its id.
    fn start(&mut self, request: Request) -> Result<ActionId, Refusal> {
        let typed = request.env().map(|env| env.to_string());
        let command =
            ActionCommand::Start { release: self.version.clone(), request, consent: Consent { typed, seen: None } };
        match self.command(&Command::Action(command))? {
            Follow::Advance(action) => Ok(action),
            other => panic!("not begun, but {other:?}"),
        }
    }

    fn approve(&mut self, name: &str, action: &ActionId) -> Result<Follow, Refusal> {
        self.who = who(name);
        let approve =
            self.command(&Command::Gate(GateCommand::Approve { action: action.clone(), note: String::new() }));
        self.who = who("dana");
        approve
    }

    fn waive(&mut self, env: &str, item: &str) -> Result<Follow, Refusal> {
        let (release, env, reason) = (self.version.clone(), EnvName::new(env), "we looked".to_owned());
        self.command(&Command::Gate(GateCommand::Waive { release, env, item: item.into(), reason }))
    }

    /// Adopts what somebody else left in an environment, as it is seen now, with its name typed.
    fn adopt(&mut self, env: &str, reason: &str) -> Result<Follow, Refusal> {
        let env = EnvName::new(env);
        let nothing = || Refusal::unknown("there is nothing to adopt");
        let seen = self.situation().adoptable_in(&env).into_iter().next().ok_or_else(nothing)?;
        self.adopt_seen(seen, Some(env.as_str()), (env.as_str(), reason))
    }

    fn adopt_seen(
        &mut self,
        seen: Adoptable,
        typed: Option<&str>,
        (env, reason): (&str, &str),
    ) -> Result<Follow, Refusal> {
        let (release, env, reason) = (self.version.clone(), EnvName::new(env), reason.to_owned());
        let typed = typed.map(str::to_owned);
        self.command(&Command::Gate(GateCommand::Adopt { release, env, seen, typed, reason }))
    }

    fn action(&self, id: &ActionId) -> &ActionState {
        self.release.action(id).unwrap()
    }

    fn next(&self, id: &ActionId) -> NextStep {
        next(&self.release, self.action(id), Retrying::No)
    }

    /// Takes the next step of an action, and lets it end like this.
    fn step(&mut self, id: &ActionId, end: Result<Option<Verdict>, FailureKind>) {
        let NextStep::Step(step, order) = self.next(id) else { panic!("no step is next, but {:?}", self.next(id)) };
        self.tell(Fact::Step(StepFact::Started { action: id.clone(), step, order }));
        let action = id.clone();
        let fact = match end {
            Ok(verdict) => StepFact::Succeeded { action, step, summary: "done".into(), verdict, receipt: None },
            Err(kind) => {
                StepFact::Failed { action, step, failure: Mask::new().failure(Failure::new(kind, "it broke")) }
            }
        };
        self.tell(Fact::Step(fact));
    }

    /// Takes every step of an action that is left, and records how it ended.
    fn finish(&mut self, id: &ActionId, verdict: Option<Verdict>) -> Outcome {
        loop {
            match self.next(id) {
                NextStep::Step(..) => self.step(id, Ok(verdict)),
                NextStep::Finish(facts) => facts.into_iter().for_each(|fact| self.tell(fact)),
                NextStep::Wait => return self.action(id).ended.as_ref().map(|e| e.outcome).unwrap(),
            }
        }
    }

    /// A deploy of the release brought it to an environment, whatever its gate says, and it is well there.
    fn brought(&mut self, env: &str) -> ActionId {
        let proposal = self.proposal(&Self::deploy(env, self.version.as_str()));
        let action = ActionId::new(format!("deploy-{env}-{}", self.release.seq + 1));
        let steps = self.situation().steps(&proposal, &action, &NoCalls).unwrap();
        self.tell(Fact::Action(ActionFact::Started { action: action.clone(), proposal, steps }));
        assert_eq!(self.finish(&action, None), Outcome::Good);
        self.see(env, self.version.clone().as_str(), Health::Healthy);
        action
    }

    /// tminus delivers the release to an environment, whose gate is open.
    fn delivered(&mut self, env: &str) -> ActionId {
        self.pass_checks_of(env);
        let (request, version) = (Self::deploy(env, self.version.as_str()), self.version.to_string());
        let action = self.start(request).unwrap();
        assert_eq!(self.finish(&action, None), Outcome::Good);
        self.see(env, &version, Health::Healthy);
        action
    }

    /// The gate of production is open but for the approvals.
    fn cleared() -> Self {
        let mut tale = Self::new();
        tale.delivered("staging");
        tale.pass("30m");
        tale.pass_checks_of("production");
        tale.verified("staging", Some("30s"), Outcome::Good);
        tale
    }

    /// Asks for the deploy to production, which is held for want of approvals, and returns its proposal.
    fn proposed(&mut self) -> ActionId {
        let refusal = self.start(Self::deploy("production", "1.0.0")).unwrap_err();
        assert!(refusal.says.contains("of 2 approvals"), "{refusal:?}");
        self.release.proposals(&EnvName::new("production")).next().unwrap().id.clone()
    }

    /// Two people approve, and 1.0.0 goes to production.
    fn flown(&mut self) -> ActionId {
        let proposal = self.proposed();
        self.approve("dana", &proposal).unwrap();
        self.approve("omer", &proposal).unwrap();
        let action = self.start(Self::deploy("production", "1.0.0")).unwrap();
        assert_eq!(self.finish(&action, None), Outcome::Good);
        self.pass("1m");
        self.see("production", "1.0.0", Health::Healthy);
        action
    }
}

fn seen(text: &str, health: Health) -> Observation {
    let (version, digest) = (Some(version(text)), Some(digest(text)));
    Observation { kept: Vec::new(), version, digest, health, words: None, since: None, serves: None, action: None }
}

fn readiness(text: &str) -> Readiness {
    Readiness {
        held: Vec::new(),
        unknown: Vec::new(),
        version: version(text),
        digest: Some(digest(text)),
        places: Vec::new(),
        blockers: Vec::new(),
        keeps: Vec::new(),
        once_replaced: Vec::new(),
        restore: Vec::new(),
        deploy: Vec::new(),
        takes: Some(span("40s")),
    }
}
