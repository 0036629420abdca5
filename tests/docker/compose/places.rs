//! Where a service runs is not always one container in a network of this machine: it may be several, on the host's own
//! network, or on an engine behind SSH.

use super::shop::{PATIENCE, Shop, second, usual_programs};
use crate::contract::target::end;
use crate::docker::client::hammer_within;
use crate::docker::engine;
use crate::docker::image::Behaviour;
use crate::docker::ssh::{PORT, other_half, server};
use tminus_core::names::ArtifactName;
use tminus_core::order::{Delivered, Health, Order, Receipt, Task};
use tminus_core::ports::Target as _;

async fn restore(shop: &Shop, id: &str, (from, to): (&Delivered, &Delivered)) -> Receipt {
    let task = Task::Restore { artifact: ArtifactName::new("backend"), from: Some(from.clone()), to: to.clone() };
    let target = shop.target();
    let ticket = target.begin(&Order { task, ..shop.order(id, None, to) }).await.unwrap();
    end(&target, &ticket).await.0.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_of_two_containers_is_delivered_whole_and_brought_back_whole() {
    let Some(program) = second() else { return };
    let Some(shop) = Shop::new(program, "    deploy: {replicas: 2}\n") else { return };
    let good = shop.make("1.0.0", Behaviour::Good);
    shop.deliver("o1", &good).await.unwrap();
    shop.compose(&["up", "-d", "--no-deps", "front"]);
    let seen = shop.target().observe().await.unwrap();
    assert_eq!((seen.health, seen.words.as_deref()), (Health::Healthy, Some("2 of 2 replicas")), "{seen:?}");

    let bad = shop.make("1.1.0", Behaviour::Unhealthy);
    let rush = hammer_within(&shop.front(), PATIENCE);
    shop.deliver("o2", &bad).await.unwrap_err();
    let tally = rush.stop();
    assert!(tally.lost.is_empty() && tally.versions == ["1.0.0"], "{tally:?}");

    let next = shop.make("1.2.0", Behaviour::Good);
    let rush = hammer_within(&shop.front(), PATIENCE);
    let receipt = shop.deliver("o3", &next).await.unwrap();
    let tally = rush.stop();
    eprintln!("{}: {}", receipt.summary, tally.words());
    let runs = shop.backends().await;
    assert!(
        runs.len() == 2
            && runs.iter().all(|(_, image)| Some(image.as_str()) == next.digest.as_ref().map(|d| d.as_str())),
        "{runs:?}"
    );

    restore(&shop, "o4", (&next, &good)).await;
    let seen = shop.target().observe().await.unwrap();
    assert_eq!((seen.version, seen.health), (Some(good.version.clone()), Health::Healthy));
    assert_eq!(shop.backends().await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_on_the_hosts_network_is_replaced_in_its_place_and_brought_back_when_it_fails() {
    for program in usual_programs() {
        let port = crate::ports::free();
        let ask = format!("[CMD, /bin/busybox, wget, -q, -O, '-', 'http://127.0.0.1:{port}/api/health']");
        let more = format!(
            "    network_mode: host\n    stop_grace_period: 1s\n    \
             entrypoint: [/bin/busybox, httpd, -f, -p, '127.0.0.1:{port}', -h, /www]\n    \
             healthcheck: {{test: {ask}, interval: 1s, timeout: 10s, retries: 2}}\n"
        );
        let Some(shop) = Shop::new(program, &more) else { return };
        let url = format!("http://127.0.0.1:{port}/api/version");
        let good = shop.make("1.0.0", Behaviour::Good);
        shop.deliver("o1", &good).await.unwrap();

        let bad = shop.make("1.1.0", Behaviour::Unhealthy);
        let failure = shop.deliver("o2", &bad).await.unwrap_err();
        assert!(failure.sentence().contains("health"), "{failure:?}");
        let seen = shop.target().observe().await.unwrap();
        assert_eq!(
            (seen.version, seen.health),
            (Some(good.version.clone()), Health::Healthy),
            "the old one is not back"
        );

        let next = shop.make("1.2.0", Behaviour::Good);
        let rush = hammer_within(&url, PATIENCE);
        let receipt = shop.deliver("o3", &next).await.unwrap();
        let tally = rush.stop();
        assert!(receipt.summary.contains("it has no network of its own: its port was closed"), "{receipt:?}");
        eprintln!("{}: {}", receipt.summary, tally.words());
        assert_eq!(tally.versions, ["1.0.0", "1.2.0"]);
        assert_eq!(shop.backends().await.len(), 1);
    }
}

#[test]
fn a_service_on_an_engine_behind_ssh_is_delivered_and_brought_back() {
    let Some(host) = engine::host() else { return };
    let Some(server) = server(&host) else { return };
    other_half(&server, "docker::compose::places::it_is_delivered_behind_ssh");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "the other half of a test that gives it a path of its own"]
async fn it_is_delivered_behind_ssh() {
    let port = std::env::var(PORT).unwrap();
    for program in usual_programs() {
        let mut shop = Shop::new(program.clone(), "").unwrap();
        shop.context = Some(format!("ssh://root@127.0.0.1:{port}"));
        let (good, next) = (shop.make("1.0.0", Behaviour::Good), shop.make("1.2.0", Behaviour::Good));
        let bad = shop.make("1.1.0", Behaviour::Unhealthy);
        shop.deliver("o1", &good).await.unwrap_or_else(|failure| panic!("{program:?}: {}", failure.sentence()));
        let failure = shop.deliver("o2", &bad).await.unwrap_err();
        assert!(failure.causes.iter().any(|cause| cause.starts_with("health check failed")), "{failure:?}");
        shop.deliver("o3", &next).await.unwrap();
        restore(&shop, "o4", (&next, &good)).await;
        let seen = shop.target().observe().await.unwrap();
        assert_eq!((seen.version, seen.health), (Some(good.version.clone()), Health::Healthy), "{program:?}");
        assert_eq!(shop.backends().await.len(), 1, "{program:?}");
    }
}
