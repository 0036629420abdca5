//! What is asked of an engine by somebody who leaves before it is decided.

use super::{House, deploy, version};
use tminus::domain::command::Command;
use tminus::domain::release::Release;

fn count(release: &Release, kind: &str) -> usize {
    release.story.iter().filter(|record| record.fact.kind() == kind).count()
}

#[tokio::test]
async fn nothing_is_begun_for_somebody_who_has_left_while_the_gate_was_measured() {
    let house = House::new("smooth");
    let flight = house.open().await;
    let preview = flight.handle.preview(&version("1.0.0"), deploy("production")).await.unwrap();
    let lacking = preview.runs_first.len();
    assert!(lacking > 1, "{preview:?}");
    tokio::select! {
        begun = flight.start(deploy("production")) => panic!("it was begun before anybody left: {begun:?}"),
        _ = flight.until(|release| count(release, "check.started") > 0) => {}
    }
    flight.until(|release| count(release, "check.finished") == lacking).await;
    // What was asked before these is decided before they are answered, if it is.
    for _ in 0..3 {
        flight.command(Command::Refresh).await.unwrap();
    }
    let release = flight.until(|_| true).await;
    assert!(release.actions.is_empty(), "{:?}", release.actions);
}
