//! Actions for the second half of a release day: one runs, one fails, one waits, one ended; told as the engine tells them.

use super::{Seat, fixture, preview};
use tminus_cockpit::Message;
use tminus_core::action::{HorizonWait, Outcome, Proposal, Request, Step};
use tminus_core::fact::{ActionFact, Fact, Record, StepFact};
use tminus_core::failure::{Failure, FailureKind};
use tminus_core::names::{ActionId, EnvName, OrderId};
use tminus_core::order::{Call, Progress};
use tminus_core::telemetry::{Event, Telemetry};
use tminus_engine::EngineNews;

pub fn deploy(env: &str) -> Request {
    Request::Deploy { env: EnvName::new(env), version: fixture::version("1.0.0") }
}

fn verify(env: &str) -> Request {
    Request::Verify { env: EnvName::new(env), horizon: None, patience: HorizonWait::Now }
}

/// Tells facts, each so many seconds ago.
pub struct Day<'a> {
    seat: &'a mut Seat,
    seq: u64,
}

impl<'a> Day<'a> {
    pub fn of(seat: &'a mut Seat) -> Self {
        Self { seat, seq: 200 }
    }

    pub fn tell(&mut self, ago: i64, fact: Fact) {
        self.seq += 1;
        let at = fixture::now().checked_sub(jiff::SignedDuration::from_secs(ago)).unwrap();
        let record = Record { seq: self.seq, at, who: fixture::who("dana"), fact };
        self.seat.cockpit.take(Message::News(Box::new(EngineNews::Event(Event::Fact(record.into())))));
    }

    fn steps(request: &Request) -> (Proposal, Vec<Step>) {
        let preview = preview(&fixture::version("1.0.0"), request).unwrap();
        let mut steps = preview.steps;
        for step in steps.iter_mut().filter(|s| !s.calls.is_empty()) {
            step.calls = calls();
        }
        (preview.proposal, steps)
    }

    pub fn starts(&mut self, ago: i64, id: &str, request: &Request) {
        let (proposal, steps) = Self::steps(request);
        self.tell(ago, Fact::Action(ActionFact::Started { action: ActionId::new(id), proposal, steps }));
    }

    pub fn proposes(&mut self, ago: i64, id: &str, request: &Request) {
        let (proposal, _) = Self::steps(request);
        self.tell(ago, Fact::Action(ActionFact::Proposed { action: ActionId::new(id), proposal }));
    }

    pub fn begins(&mut self, ago: i64, id: &str, step: usize) {
        let order = OrderId::new(format!("{id}-{step}"));
        self.tell(ago, Fact::Step(StepFact::Started { action: ActionId::new(id), step, order }));
    }

    pub fn succeeds(&mut self, ago: i64, id: &str, step: usize, summary: &str) {
        let (action, summary) = (ActionId::new(id), summary.to_owned());
        self.tell(ago, Fact::Step(StepFact::Succeeded { action, step, summary, verdict: None, receipt: None }));
    }

    pub fn fails(&mut self, ago: i64, id: &str, step: usize) {
        let failure = Failure {
            causes: vec![
                "container bayitplus-backend-2 is unhealthy after 60 s".to_owned(),
                "its last words: ERROR could not connect to mongodb at mongo:27017: connection refused".to_owned(),
            ],
            ..Failure::new(FailureKind::Rejected, "compose did not bring backend 1.0.0 up in staging")
        };
        let failure = tminus_core::mask::Mask::new().failure(failure);
        self.tell(ago, Fact::Step(StepFact::Failed { action: ActionId::new(id), step, failure }));
    }

    pub fn ends(&mut self, ago: i64, id: &str, outcome: Outcome, summary: &str) {
        let (action, summary) = (ActionId::new(id), summary.to_owned());
        self.tell(ago, Fact::Action(ActionFact::Finished { action, outcome, summary }));
    }

    pub fn says(&mut self, id: &str, step: usize, progress: Progress) {
        let telemetry = Telemetry::Step { action: ActionId::new(id), step, progress };
        self.seat.cockpit.take(Message::News(Box::new(EngineNews::Event(Event::Telemetry(telemetry)))));
    }
}

fn calls() -> Vec<Call> {
    let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
    let pull = "docker pull registry.example/bayitplus/backend@sha256:9999999999999999999999999999999999999999";
    let up = "docker compose --project-name bayitplus up --detach --no-deps --wait backend";
    vec![
        Call::When {
            condition: "unless the host has it".to_owned(),
            call: Box::new(Call::Process { words: words(pull), dir: None }),
        },
        Call::Process { words: words(up), dir: Some("deploy".to_owned()) },
    ]
}

pub const RUNNING: &str = "deploy-staging-201";

/// The facts of a deploy to staging whose first step is done, each with its age.
pub fn running() -> Vec<(i64, Fact)> {
    let (proposal, steps) = Day::steps(&deploy("staging"));
    let action = || ActionId::new(RUNNING);
    let order = |step: usize| OrderId::new(format!("{RUNNING}-{step}"));
    let summary = "as the preview showed it".to_owned();
    vec![
        (34, Fact::Action(ActionFact::Started { action: action(), proposal, steps })),
        (33, Fact::Step(StepFact::Started { action: action(), step: 0, order: order(0) })),
        (32, Fact::Step(StepFact::Succeeded { action: action(), step: 0, summary, verdict: None, receipt: None })),
        (31, Fact::Step(StepFact::Started { action: action(), step: 1, order: order(1) })),
    ]
}

/// A deploy to staging pulls its image; a verification of development went well before it.
pub fn runs(seat: &mut Seat) {
    let mut day = Day::of(seat);
    day.starts(900, "verify-development-180", &verify("development"));
    day.ends(840, "verify-development-180", Outcome::Good, "everything measured is within its limits");
    day.starts(34, RUNNING, &deploy("staging"));
    day.begins(33, RUNNING, 0);
    day.succeeds(32, RUNNING, 0, "as the preview showed it");
    day.begins(31, RUNNING, 1);
    for line in ["pulling 7 layers", "layer 4f2c9e1 is there already", "שלום from the registry"] {
        day.says(RUNNING, 1, Progress::Line(tminus_core::mask::Mask::new().line(line)));
    }
    day.says(RUNNING, 1, Progress::Share { done: 12_400_000, total: 40_000_000, of: "bytes pulled".to_owned() });
}

/// The same deploy has failed, and stands still.
pub fn fails(seat: &mut Seat) {
    runs(seat);
    let mut day = Day { seat, seq: 300 };
    day.fails(4, RUNNING, 1);
}

/// Whether its step was done, nobody knows.
pub fn unclear(seat: &mut Seat) {
    runs(seat);
    let reason = "tminus was interrupted just as this began".to_owned();
    Day { seat, seq: 300 }.tell(4, Fact::Step(StepFact::Unclear { action: ActionId::new(RUNNING), step: 1, reason }));
}

/// Everything that a person can be wanted for: one stands still, one is unclear, one runs, one waits for approval.
pub fn wants_a_person(seat: &mut Seat) {
    several(seat);
    let mut day = Day { seat, seq: 500 };
    let (unclear, runs) = ("deploy-development-203", "verify-production-204");
    day.starts(60, unclear, &deploy("development"));
    day.begins(59, unclear, 0);
    let reason = "tminus was interrupted just as this began".to_owned();
    day.tell(50, Fact::Step(StepFact::Unclear { action: ActionId::new(unclear), step: 0, reason }));
    day.starts(20, runs, &verify("production"));
    day.begins(19, runs, 0);
}

/// One stands still, one waits for approval, one ended.
pub fn several(seat: &mut Seat) {
    fails(seat);
    let mut day = Day { seat, seq: 400 };
    day.proposes(120, "deploy-production-202", &deploy("production"));
}
