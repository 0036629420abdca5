//! Actions on the repository: done once as previewed, taken back, and taken up again after a crash.

use super::{Flight, House, version};
use tminus_core::action::{Outcome, Request};
use tminus_core::kinds::repository::{ActKind, Direction};
use tminus_core::names::Commit;
use tminus_core::order::Call;

pub(super) fn tag(direction: Direction) -> Request {
    Request::Act { version: version("1.0.0"), act: ActKind::Tag, direction }
}

async fn done(flight: &Flight, request: Request) -> String {
    let action = flight.start(request).await.unwrap();
    let ending = flight.settled(&action).await.ended.unwrap();
    assert_eq!(ending.outcome, Outcome::Good, "{}", ending.summary);
    ending.summary
}

async fn tip(flight: &Flight) -> Option<Commit> {
    let (snapshot, _) = flight.attach().await;
    snapshot.release.openings[&version("1.0.0")].state.as_ref().unwrap().tag.clone()
}

#[tokio::test]
async fn a_release_is_tagged_as_previewed_and_untagged_and_each_is_seen_in_the_repository() {
    let house = House::new("smooth");
    let flight = house.open().await;
    let refusal = flight.start(tag(Direction::Back)).await.unwrap_err();
    assert_eq!(refusal.reasons, ["there is no tag v1.0.0"]);
    let preview = flight.handle.preview(&version("1.0.0"), tag(Direction::Forward)).await.unwrap();
    assert_eq!((preview.steps.len(), &preview.gate, &preview.blockers[..]), (1, &None, &[][..]));
    let shown = preview.steps[0].calls.clone();
    assert!(matches!(&shown[..], [Call::Process { words, .. }] if words[..2] == ["git", "tag"]), "{shown:?}");
    assert_eq!(done(&flight, tag(Direction::Forward)).await, "rehearsed: tagged v1.0.0");
    assert_eq!(tip(&flight).await, Some(Commit::new("1".repeat(40))));
    let refusal = flight.start(tag(Direction::Forward)).await.unwrap_err();
    assert_eq!(refusal.reasons, ["already tagged: v1.0.0 is at 1111111"]);
    assert_eq!(done(&flight, tag(Direction::Back)).await, "rehearsed: removed the tag v1.0.0");
    assert_eq!(tip(&flight).await, None);
    done(&flight, tag(Direction::Forward)).await;
    let world = flight.end().await.world.snapshot().unwrap();
    let [first, _, again] = &world.orders[..] else { panic!("{:?}", world.orders) };
    assert_eq!((&first.calls, &again.calls), (&shown, &shown));
}
