//! What a delivery costs whoever asks meanwhile, and that one that was left anywhere is driven on.

use super::shop::{PASSWORD, PATIENCE, Shop, first, programs, second, usual_programs};
use crate::contract::target::end;
use crate::docker::client::hammer_within;
use crate::docker::image::Behaviour;
use crate::docker::registry;
use crate::docker::tags::login;
use crate::nightly::is_nightly;
use std::time::{Duration, Instant};
use tminus_core::names::{ActionId, ArtifactName, Digest, OrderId};
use tminus_core::order::{Health, Order, Task};
use tminus_core::ports::Target as _;

fn shown(program: &[String]) -> String {
    program.join(" ").rsplit('/').next().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_second_compose_loses_nothing_to_a_bad_version_and_goes_back_in_seconds() {
    if let Some(program) = second() {
        a_story(program).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_compose_loses_nothing_to_a_bad_version_and_goes_back_in_seconds() {
    if let Some(program) = first() {
        a_story(program).await;
    }
}

async fn a_story(program: Vec<String>) {
    let Some(shop) = Shop::new(program.clone(), "") else { return };
    let good = shop.make("1.0.0", Behaviour::Good);
    let receipt = shop.deliver("o1", &good).await.unwrap();
    assert_eq!(receipt.delivered.as_ref(), Some(&good));
    shop.compose(&["up", "-d", "--no-deps", "front"]);
    assert_eq!(shop.target().observe().await.unwrap().health, Health::Healthy);

    let bad = shop.make("1.1.0", Behaviour::Unhealthy);
    let rush = hammer_within(&shop.front(), PATIENCE);
    let failure = shop.deliver("o2", &bad).await.unwrap_err();
    let tally = rush.stop();
    assert!(failure.causes.iter().any(|cause| cause.starts_with("health check failed")), "{failure:?}");
    assert!(failure.causes.iter().any(|cause| cause.contains("backend 1.1.0 started")), "{failure:?}");
    assert!(tally.lost.is_empty() && tally.answered > 50, "{:?}", tally.lost);
    assert_eq!(tally.versions, ["1.0.0"], "a version that is not healthy was asked");
    assert_eq!(shop.backends().await.len(), 1, "the candidate is left");
    eprintln!("{}: 1.1.0 is bad: {} answered, 0 lost", shown(&program), tally.answered);

    let next = shop.make("1.2.0", Behaviour::Good);
    let rush = hammer_within(&shop.front(), PATIENCE);
    let receipt = shop.deliver("o3", &next).await.unwrap();
    let tally = rush.stop();
    assert_eq!(tally.versions, ["1.0.0", "1.2.0"]);
    eprintln!(
        "{}: {}: {} answered, {} lost, longest gap {:?}: {:?}",
        shown(&program),
        receipt.summary,
        tally.answered,
        tally.lost.len(),
        tally.longest_gap,
        tally.lost
    );
    assert!(tally.longest_gap < Duration::from_secs(8), "{:?}", tally.longest_gap);
    let seen = shop.target().observe().await.unwrap();
    assert_eq!(seen.kept.len(), 1, "{:?}", seen.kept);
    assert!(
        seen.kept[0].ends_with(": the rollback target 1.0.0") && seen.kept[0].contains(":1.0.0_d"),
        "{:?}",
        seen.kept
    );

    let begun = Instant::now();
    let target = shop.target();
    let artifact = ArtifactName::new("backend");
    let task = Task::Restore { artifact, from: Some(next.clone()), to: good.clone() };
    let ticket = target.begin(&Order { task, ..shop.order("o4", None, &good) }).await.unwrap();
    end(&target, &ticket).await.0.unwrap();
    eprintln!("{}: from order to healthy {:?}", shown(&program), begun.elapsed());
    let seen = shop.target().observe().await.unwrap();
    assert_eq!((seen.health, seen.version), (Health::Healthy, Some(good.version.clone())));
    assert_eq!(seen.action, Some(ActionId::new("a1")));
    assert_eq!(shop.backends().await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_of_the_second_compose_that_is_left_anywhere_is_driven_on() {
    if let Some(program) = second() {
        left_anywhere(program, &MOMENTS).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_of_the_first_compose_that_is_left_anywhere_is_driven_on() {
    if let Some(program) = first() {
        // While the candidate starts, and while the two change places; at each moment in a nightly run.
        left_anywhere(program, if is_nightly() { &MOMENTS } else { &[700, 2_600] }).await;
    }
}

/// The moments, in milliseconds after the beginning, at which an order is left.
const MOMENTS: [u64; 6] = [0, 700, 1_500, 2_600, 3_400, 4_500];

async fn left_anywhere(program: Vec<String>, moments: &[u64]) {
    let Some(shop) = Shop::new(program.clone(), "") else { return };
    let versions = [shop.make("1.0.0", Behaviour::Good), shop.make("1.2.0", Behaviour::Good)];
    shop.deliver("first", &versions[0]).await.unwrap();
    for (nth, millis) in moments.iter().copied().enumerate() {
        let to = &versions[(nth + 1) % 2];
        let id = format!("left-{nth}");
        let target = shop.target();
        let ticket = target.begin(&shop.order(&id, shop.now().await, to)).await.unwrap();
        // Left in the middle, wherever that is: not a wait for something to be so.
        let left = tokio::time::timeout(Duration::from_millis(millis), end(&target, &ticket)).await;
        drop(target);
        let target = shop.target();
        let ticket = target.find(&OrderId::new(id)).await.unwrap().unwrap();
        let begun = Instant::now();
        let receipt = end(&target, &ticket).await.0.unwrap();
        eprintln!("{}: left after {millis} ms, driven on in {:?}", shown(&program), begun.elapsed());
        assert_eq!(receipt.delivered.as_ref(), Some(to), "left after {millis} ms, {}", left.is_err());
        let there = shop.backends().await;
        assert_eq!(there.len(), 1, "left after {millis} ms: {there:?}");
        assert_eq!(Some(there[0].1.as_str()), to.digest.as_ref().map(Digest::as_str));
        assert_eq!(shop.target().observe().await.unwrap().health, Health::Healthy);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ports_of_the_host_are_without_anybody_only_while_they_change_hands() {
    for program in usual_programs() {
        let port = crate::ports::free();
        let Some(shop) = Shop::new(program.clone(), &format!("    ports: ['127.0.0.1:{port}:8000']\n")) else { return };
        let url = format!("http://127.0.0.1:{port}/api/version");
        let good = shop.make("1.0.0", Behaviour::Good);
        shop.deliver("o1", &good).await.unwrap();

        let bad = shop.make("1.1.0", Behaviour::Unhealthy);
        let rush = hammer_within(&url, PATIENCE);
        shop.deliver("o2", &bad).await.unwrap_err();
        let tally = rush.stop();
        assert!(tally.lost.is_empty() && tally.answered > 50, "{:?}", tally.lost);
        assert_eq!(tally.versions, ["1.0.0"], "a version that is not healthy was asked");

        let next = shop.make("1.2.0", Behaviour::Good);
        let rush = hammer_within(&url, PATIENCE);
        let receipt = shop.deliver("o3", &next).await.unwrap();
        let tally = rush.stop();
        assert_eq!(tally.versions, ["1.0.0", "1.2.0"]);
        assert!(receipt.summary.contains("it publishes ports: its port was closed for up to"));
        let (lost, gap) = (tally.lost.len(), tally.longest_gap);
        eprintln!(
            "{}: {}: {} answered, {lost} lost, longest gap {gap:?}",
            shown(&program),
            receipt.summary,
            tally.answered
        );
        assert!(gap < Duration::from_secs(8), "{gap:?}");
        assert_eq!(shop.backends().await.len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_image_comes_from_a_registry_behind_a_password() {
    for program in programs() {
        let Some(mut shop) = Shop::new(program, "") else { return };
        let Some(server) = registry::with_password("deploy", PASSWORD) else { return };
        shop.login = Some(login(&server.address(), Some(("deploy", PASSWORD))));
        let (one, two) = (shop.push(&server, "1.0.0").await, shop.push(&server, "1.2.0").await);
        shop.deliver("o1", &one).await.unwrap();
        assert_eq!(shop.now().await.as_ref(), Some(&one));

        shop.login = Some(login(&server.address(), Some(("deploy", "wrong-one"))));
        let failure = shop.deliver("o2", &two).await.unwrap_err();
        assert!(failure.sentence().contains(&server.address()), "{failure:?}");
        assert!(!format!("{failure:?}").contains("wrong-one"), "{failure:?}");
        assert_eq!(shop.now().await.as_ref(), Some(&one));

        shop.login = Some(login(&server.address(), Some(("deploy", PASSWORD))));
        let receipt = shop.deliver("o3", &two).await.unwrap();
        assert_eq!(receipt.delivered.as_ref(), Some(&two));
        assert_eq!(shop.target().observe().await.unwrap().health, Health::Healthy);
    }
}
