//! What one does next is named and stays in sight: in a preview that is blocked, after a deploy that ended well, in the journal.

use super::day::{self, Day, RUNNING};
use super::{Seat, fixture};
use tminus_cockpit::{CockpitSettings, Message};
use tminus_core::action::{Outcome, Request};
use tminus_core::fact::{Fact, GateFact, TargetFact};
use tminus_core::names::{ArtifactName, EnvName};
use tminus_core::order::{Health, Observation};
use tminus_core::situation::Situation;

fn seat() -> Seat {
    Seat::new(&CockpitSettings::default())
}

#[test]
fn a_blocked_preview_says_where_to_deploy_first_and_the_way_on_is_not_cut() {
    for (columns, lines) in [(120, 36), (40, 12)] {
        let mut seat = seat();
        seat.cockpit.take(Message::Size(columns, lines));
        seat.keys("j j j d");
        let words = |seat: &Seat| {
            seat.screen(columns, lines).replace('│', " ").split_whitespace().collect::<Vec<_>>().join(" ")
        };
        assert!(words(&seat).contains("verify staging first"), "{columns}x{lines}:\n{}", words(&seat));
        let observation = Observation {
            kept: Vec::new(),
            version: Some(fixture::version("0.9.4")),
            digest: None,
            health: Health::Healthy,
            words: None,
            since: None,
            serves: None,
            action: None,
        };
        let (env, artifact) = (EnvName::new("staging"), ArtifactName::new("backend"));
        Day::of(&mut seat).tell(1, Fact::Target(TargetFact::Observed { env, artifact, observation }));
        assert!(words(&seat).contains("deploy it to staging first"), "{columns}x{lines}:\n{}", words(&seat));
    }
}

#[test]
fn the_rollback_stays_in_the_footer_after_a_deploy_that_ended_well() {
    let mut seat = seat();
    day::runs(&mut seat);
    let mut day = Day::of(&mut seat);
    day.ends(1, RUNNING, Outcome::Good, "it runs");
    seat.keys("T enter");
    let footer = seat.screen(80, 24).lines().last().unwrap().to_owned();
    assert!(footer.contains("r roll back"), "{footer}");
}

#[test]
fn a_build_of_a_version_that_was_rolled_back_warns_of_it_with_the_reason() {
    let mut world = fixture::snapshot();
    let (version, env) = (fixture::version("1.0.0"), EnvName::new("staging"));
    let fact = Fact::Gate(GateFact::MarkedBad { version: version.clone(), env, reason: "it leaks".to_owned() });
    let record = tminus_core::fact::Record { seq: 900, at: fixture::now(), who: fixture::who("dana"), fact };
    std::sync::Arc::make_mut(&mut world.release).apply(&record);
    let situation = Situation { plan: &world.plan, release: &world.release, version: &version, now: fixture::now() };
    let request = Request::Build { version: version.clone(), artifact: None };
    let build = situation.preview(&situation.propose(&request).unwrap(), &super::NoCalls).unwrap();
    assert_eq!(build.warnings, ["1.0.0 is marked bad: dana rolled 1.0.0 back from staging: it leaks"]);
}

#[test]
fn the_filter_of_the_journal_finds_who_it_was_with_what_happened() {
    let mut seat = seat();
    let mut day = Day::of(&mut seat);
    let (version, env) = (fixture::version("0.9.9"), EnvName::new("staging"));
    day.tell(1, Fact::Gate(GateFact::MarkedBad { version, env, reason: "it leaks".to_owned() }));
    seat.keys("8 &");
    seat.paste("dana.*0.9.9 is marked bad");
    seat.keys("enter");
    let screen = seat.screen(120, 36);
    assert!(screen.contains("0.9.9 is marked bad"), "{screen}");
}
