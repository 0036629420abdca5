//! What a client that asks all the time sees of deliveries and of ways back.

use super::world::{Front, Reached, World};
use crate::docker::client::hammer;
use crate::docker::image::{Behaviour, turn_bad};
use crate::docker::registry::Registry;
use crate::docker::sluice::{Sluice, Way};
use bollard::models::VolumeCreateRequest;
use bollard::query_parameters::RemoveVolumeOptions;
use std::time::{Duration, Instant};
use tminus_core::order::{Delivered, Health, Progress, Task};
use tminus_core::ports::{FailureKind, Target};

/// How long nobody may answer at a published port; it is longer on a machine that is busy.
const GAP: Duration = Duration::from_secs(15);

/// How much of a heavy image comes before nothing more does.
const HALF: u64 = 400_000;

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_by_name_when_it_is_delivered_fails_and_goes_back() {
    let Some(world) = World::new(Reached::ByName) else { return };
    for (version, behaviour) in [
        ("1.0.0", Behaviour::Good),
        ("1.1.0", Behaviour::Unhealthy),
        ("1.2.0", Behaviour::Good),
        ("1.3.0", Behaviour::Crashes),
    ] {
        world.publish(version, behaviour);
    }
    world.run(&world.deliver("a1", None, "1.0.0")).await.unwrap();
    let image = world.inspect(&world.delivery.container).unwrap().image.unwrap();
    let front = Front::new(&world, &image);
    let failure = world.run(&world.deliver("a2", Some("1.0.0"), "1.1.0")).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::Rejected, "{failure:?}");
    assert!(failure.causes.iter().any(|cause| cause.starts_with("health check failed with 1")), "{failure:?}");
    assert!(failure.causes.iter().any(|cause| cause.contains("backend 1.1.0 started")), "{failure:?}");
    assert_eq!(world.containers(), ["api running"]);
    let failure = world.run(&world.deliver("a3", Some("1.0.0"), "1.3.0")).await.unwrap_err();
    assert!(failure.causes.iter().any(|cause| cause.contains("1.3.0: no database")), "{failure:?}");
    assert!(failure.causes.contains(&"exited with 3".to_owned()), "{failure:?}");
    let receipt = world.run(&world.deliver("a4", Some("1.0.0"), "1.2.0")).await.unwrap();
    assert_eq!(receipt.delivered, Some(world.delivered("1.2.0")));
    front.hears(&world, "1.2.0");
    let observed = world.target().observe().await.unwrap();
    assert_eq!((observed.version, observed.health), (Some(world.delivered("1.2.0").version), Health::Healthy));
    assert_eq!(observed.kept.len(), 1, "{:?}", observed.kept);
    let (answered, lost) = front.tally(&world);
    eprintln!("by name: {answered} answered, {} lost", lost.len());
    assert_eq!(lost, Vec::<String>::new(), "of {answered}");

    turn_bad(&world.marked, &world.delivery.container);
    let from = Instant::now();
    let receipt = world.run(&world.restore("a5", "1.2.0", "1.0.0")).await.unwrap();
    eprintln!("by name: back in {:?}: {}", from.elapsed(), receipt.summary);
    assert!(receipt.summary.contains("from the kept container"), "{receipt:?}");
    let bad = format!("{} exited", world.kept("bad", "1.2.0"));
    assert_eq!(world.containers(), ["api running".to_owned(), bad]);
    let observed = world.target().observe().await.unwrap();
    assert_eq!(observed.version, Some(world.delivered("1.0.0").version));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_published_port_has_a_short_gap_and_the_old_one_comes_back() {
    let Some(world) = World::new(Reached::ByPort) else { return };
    for (version, behaviour) in
        [("1.0.0", Behaviour::Good), ("1.1.0", Behaviour::Unhealthy), ("1.2.0", Behaviour::Good)]
    {
        world.publish(version, behaviour);
    }
    world.run(&world.deliver("b1", None, "1.0.0")).await.unwrap();
    let url = format!("http://127.0.0.1:{}/api/version", world.port);
    let client = hammer(&url);
    world.run(&world.deliver("b2", Some("1.0.0"), "1.1.0")).await.unwrap_err();
    let tally = client.stop();
    assert!(tally.lost.is_empty() && tally.versions == ["1.0.0"], "{tally:?}");
    assert_eq!(world.containers(), ["api running"]);

    let client = hammer(&url);
    let receipt = world.run(&world.deliver("b3", Some("1.0.0"), "1.2.0")).await.unwrap();
    let tally = client.stop();
    eprintln!(
        "by port: {} answered, {} lost in {:?}: {}",
        tally.answered,
        tally.lost.len(),
        tally.longest_gap,
        receipt.summary
    );
    assert_eq!(tally.versions, ["1.0.0", "1.2.0"]);
    assert!(tally.longest_gap < GAP && receipt.summary.contains("requests were refused for"), "{tally:?}, {receipt:?}");

    let (client, from) = (hammer(&url), Instant::now());
    let receipt = world.run(&world.restore("b4", "1.2.0", "1.0.0")).await.unwrap();
    let (took, tally) = (from.elapsed(), client.stop());
    eprintln!("by port: back in {took:?}, {} lost in {:?}: {}", tally.lost.len(), tally.longest_gap, receipt.summary);
    assert!(receipt.summary.contains("from the kept container"), "{receipt:?}");
    let bad = format!("{} exited", world.kept("bad", "1.2.0"));
    assert_eq!(world.containers(), ["api running".to_owned(), bad]);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_turns_out_bad_in_its_place_gives_it_back() {
    let Some(mut world) = World::new(Reached::ByPort) else { return };
    world.publish("1.0.0", Behaviour::Good);
    world.publish("1.1.0", Behaviour::Good);
    world.run(&world.deliver("c1", None, "1.0.0")).await.unwrap();
    // Only the one with the port fails: somebody else has it.
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    world.delivery.ports = vec![format!("127.0.0.1:{}:8000", taken.local_addr().unwrap().port())];
    let failure = world.run(&world.deliver("c2", Some("1.0.0"), "1.1.0")).await.unwrap_err();
    assert!(failure.summary.contains("could not be started"), "{failure:?}");
    assert_eq!(world.containers(), ["api running"]);
    let tally = {
        let client = hammer(&format!("http://127.0.0.1:{}/api/version", world.port));
        crate::docker::wait::until("an answer", Duration::from_secs(60), || {
            std::net::TcpStream::connect(("127.0.0.1", world.port)).ok()
        });
        client.stop()
    };
    drop(tally);
    let policy = world.inspect(&world.delivery.container).unwrap().host_config.unwrap().restart_policy.unwrap();
    assert_eq!(policy.name.unwrap().to_string(), "unless-stopped");
}

#[tokio::test(flavor = "multi_thread")]
async fn it_goes_back_with_the_ports_and_the_environment_that_it_served_with() {
    let Some(mut world) = World::new(Reached::ByPort) else { return };
    world.publish("1.0.0", Behaviour::Good);
    world.publish("1.1.0", Behaviour::Good);
    std::fs::write(world.root.path().join("api.env"), "NEED=1.0.0\n").unwrap();
    world.delivery.env_files = vec!["api.env".to_owned()];
    world.run(&world.deliver("k1", None, "1.0.0")).await.unwrap();
    std::fs::write(world.root.path().join("api.env"), "NEED=1.1.0\n").unwrap();
    let ports = std::mem::take(&mut world.delivery.ports);
    world.run(&world.deliver("k2", Some("1.0.0"), "1.1.0")).await.unwrap();
    world.delivery.env_files = vec!["gone.env".to_owned()];
    let receipt = world.run(&world.restore("k3", "1.1.0", "1.0.0")).await.unwrap();
    assert!(receipt.summary.contains("started again from the kept container"), "{receipt:?}");
    let serves = world.inspect(&world.delivery.container).unwrap();
    assert!(serves.config.unwrap().env.unwrap().contains(&"NEED=1.0.0".to_owned()));
    assert_eq!(serves.host_config.unwrap().port_bindings.unwrap().len(), ports.len());
    let observed = world.target().observe().await.unwrap();
    assert_eq!((observed.version, observed.health), (Some(world.delivered("1.0.0").version), Health::Healthy));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_mounted_from_the_checkout_and_changed_is_named_before_and_after_a_rollback() {
    let Some(mut world) = World::new(Reached::ByName) else { return };
    world.publish("1.0.0", Behaviour::Good);
    world.publish("1.1.0", Behaviour::Good);
    let conf = world.root.path().join("conf");
    std::fs::create_dir(&conf).unwrap();
    std::fs::write(conf.join("c"), "of 1.0.0").unwrap();
    world.delivery.volumes = vec!["./conf:/conf:ro".to_owned()];
    world.run(&world.deliver("m1", None, "1.0.0")).await.unwrap();
    world.run(&world.deliver("m2", Some("1.0.0"), "1.1.0")).await.unwrap();
    let version = world.delivered("1.0.0").version;
    assert!(world.target().readiness(&version).await.unwrap().keeps.is_empty(), "it is as it was");
    std::fs::write(conf.join("c"), "of 1.1.0").unwrap();
    let says = "./conf is mounted from the checkout, changed since 1.0.0 was delivered, and stays as it is now";
    assert_eq!(world.target().readiness(&version).await.unwrap().keeps, [says]);
    let receipt = world.run(&world.restore("m3", "1.1.0", "1.0.0")).await.unwrap();
    assert!(receipt.summary.contains(says), "{receipt:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_volume_with_a_name_may_lead_to_the_checkout_and_what_is_gone_there_closes_the_rollback() {
    let Some(mut world) = World::new(Reached::ByName) else { return };
    world.publish("1.0.0", Behaviour::Good);
    world.publish("1.1.0", Behaviour::Good);
    let (conf, flag) = (world.root.path().join("conf"), world.root.path().join("flag"));
    std::fs::create_dir(&conf).unwrap();
    std::fs::write(conf.join("c"), "of 1.0.0").unwrap();
    std::fs::write(&flag, "on").unwrap();
    let docker = crate::docker::engine::client(&world.marked.socket).unwrap();
    let volume = world.marked.name("conf");
    let device = conf.display().to_string();
    let options = [("type", "none"), ("o", "bind"), ("device", &device)].map(|(k, v)| (k.to_owned(), v.to_owned()));
    let request = VolumeCreateRequest {
        name: Some(volume.clone()),
        driver_opts: Some(options.into_iter().collect()),
        ..VolumeCreateRequest::default()
    };
    docker.create_volume(request).await.unwrap();
    world.delivery.volumes = vec![format!("{volume}:/conf:ro"), "./flag:/flag:ro".to_owned()];
    world.run(&world.deliver("n1", None, "1.0.0")).await.unwrap();
    world.run(&world.deliver("n2", Some("1.0.0"), "1.1.0")).await.unwrap();
    let version = world.delivered("1.0.0").version;
    let ready = async || world.target().readiness(&version).await.unwrap();
    assert!(ready().await.is_ready() && ready().await.keeps.is_empty(), "it is as it was");
    std::fs::write(conf.join("c"), "of 1.1.0").unwrap();
    let says = "./conf is mounted from the checkout, changed since 1.0.0 was delivered, and stays as it is now";
    assert_eq!(ready().await.keeps, [says]);
    std::fs::remove_file(&flag).unwrap();
    assert_eq!(ready().await.blockers, ["./flag is gone, which is mounted into 1.0.0: put it back first"]);
    std::fs::write(&flag, "on").unwrap();
    assert!(ready().await.is_ready());
    drop(world);
    docker.remove_volume(&volume, None::<RemoveVolumeOptions>).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_kept_container_it_comes_from_the_image_and_without_that_from_the_registry() {
    let Some(world) = World::new(Reached::ByName) else { return };
    world.publish("1.0.0", Behaviour::Good);
    world.publish("1.1.0", Behaviour::Good);
    world.run(&world.deliver("d1", None, "1.0.0")).await.unwrap();
    world.run(&world.deliver("d2", Some("1.0.0"), "1.1.0")).await.unwrap();
    let kept = world.kept("kept", "1.0.0").replacen("api", &world.delivery.container, 1);
    crate::docker::engine::block(async {
        let docker = crate::docker::engine::client(&world.marked.socket).unwrap();
        docker.remove_container(&kept, None).await.unwrap();
    });
    world.forget_image("1.0.0");
    let from = Instant::now();
    world.run(&world.restore("d3", "1.1.0", "1.0.0")).await.unwrap();
    eprintln!("from the registry: back in {:?}", from.elapsed());
    let observed = world.target().observe().await.unwrap();
    assert_eq!((observed.version, observed.health), (Some(world.delivered("1.0.0").version), Health::Healthy));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_image_that_stops_coming_in_the_middle_is_asked_for_again() {
    let mut sluice = None;
    let before = |registry: &Registry| sluice.insert(Sluice::before(&registry.address())).address();
    let Some(world) = World::by_way_of(before, Reached::ByName) else { return };
    let Some(sluice) = sluice else { return };
    world.publish("1.0.0", Behaviour::Heavy);
    sluice.hold(Way::Down, HALF);
    let (target, order) = (world.target(), world.deliver("stalls", None, "1.0.0"));
    let ticket = target.begin(&order).await.unwrap();
    let (sender, mut news) = tokio::sync::mpsc::channel::<Progress<String>>(256);
    let told = async {
        let mut lines = Vec::new();
        while let Some(one) = news.recv().await {
            let Progress::Line(line) = one else { continue };
            if line.contains("asked for again") {
                sluice.open();
            }
            lines.push(line);
        }
        lines
    };
    let (end, lines) = tokio::join!(target.follow(&ticket, sender), told);
    assert!(lines.iter().any(|line| line.starts_with("nothing came for 60s of ")), "it did not stall: {lines:?}");
    assert_eq!(end.unwrap().delivered, Some(world.delivered("1.0.0")));
    assert_eq!(world.containers(), ["api running"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn both_builds_of_a_version_that_was_built_again_are_kept_and_named_by_their_digests() {
    let Some(world) = World::new(Reached::ByName) else { return };
    let build = |behaviour: Behaviour| {
        world.publish("1.0.0", behaviour);
        (world.delivered("1.0.0"), world.kept("kept", "1.0.0"), world.kept("bad", "1.0.0"))
    };
    let artifact = || world.delivery.artifact.clone();
    let deliver = |id: &str, from: Option<&Delivered>, to: &Delivered| {
        world.order(id, Task::Deliver { artifact: artifact(), from: from.cloned(), to: to.clone() })
    };
    let restore = |id: &str, from: &Delivered, to: &Delivered| {
        world.order(id, Task::Restore { artifact: artifact(), from: Some(from.clone()), to: to.clone() })
    };
    let (one, kept_one, _) = build(Behaviour::Good);
    world.run(&deliver("o1", None, &one)).await.unwrap();
    let (other, kept_other, bad_other) = build(Behaviour::Heavy);
    assert_ne!(one.digest, other.digest);
    world.run(&deliver("o2", Some(&one), &other)).await.unwrap();
    assert_eq!(world.containers(), ["api running".to_owned(), format!("{kept_one} exited")]);
    world.publish("1.1.0", Behaviour::Good);
    let two = world.delivered("1.1.0");
    world.run(&deliver("o3", Some(&other), &two)).await.unwrap();
    let mut wanted = vec!["api running".to_owned(), format!("{kept_one} exited"), format!("{kept_other} exited")];
    wanted.sort();
    assert_eq!(world.containers(), wanted, "both builds of 1.0.0, each by its own digest");
    // Each way back brings the build that it names.
    world.run(&restore("o4", &two, &other)).await.unwrap();
    let seen = world.target().observe().await.unwrap();
    assert_eq!((seen.version, seen.digest), (Some(other.version.clone()), other.digest.clone()));
    world.run(&restore("o5", &other, &one)).await.unwrap();
    let seen = world.target().observe().await.unwrap();
    assert_eq!((seen.version, seen.digest), (Some(one.version.clone()), one.digest.clone()));
    assert!(world.containers().contains(&format!("{bad_other} exited")), "{:?}", world.containers());
}
