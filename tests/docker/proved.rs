//! The harness itself is proved: each part does what the other tests rely on.

use super::client::hammer;
use super::engine::{self, Engine, OwnEngine, block, client};
use super::image::{self, Behaviour, PORT};
use super::marked::Marked;
use super::{need, recorder, registry, wait};
use bollard::models::{ContainerCreateBody, HealthStatusEnum, HostConfig, PortBinding};
use bollard::query_parameters::{CreateContainerOptionsBuilder, PushImageOptionsBuilder};
use futures::StreamExt;
use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;

const BOUND: Duration = Duration::from_secs(60);

/// Starts a container of an image; on a host's port when one is given, without a network otherwise.
fn start(marked: &Marked, name: &str, image: &str, port: Option<u16>) -> String {
    let name = marked.name(name);
    let binding = |port: u16| PortBinding { host_ip: Some("127.0.0.1".into()), host_port: Some(port.to_string()) };
    let ports = port.map(|port| HashMap::from([(format!("{PORT}/tcp"), Some(vec![binding(port)]))]));
    let mode = if port.is_some() { "bridge" } else { "none" };
    let host = HostConfig { network_mode: Some(mode.into()), port_bindings: ports, ..Default::default() };
    let body = ContainerCreateBody { image: Some(image.into()), host_config: Some(host), ..Default::default() };
    block(async {
        let docker = client(&marked.socket).unwrap();
        let options = CreateContainerOptionsBuilder::new().name(&name).build();
        docker.create_container(Some(options), body).await.unwrap();
        docker.start_container(&name, None).await.unwrap();
    });
    name
}

fn state(marked: &Marked, name: &str) -> bollard::models::ContainerState {
    block(async { client(&marked.socket).unwrap().inspect_container(name, None).await.unwrap().state.unwrap() })
}

#[track_caller]
fn becomes(marked: &Marked, name: &str, expected: HealthStatusEnum) {
    wait::until(&format!("{name} {expected:?}"), BOUND, || {
        (state(marked, name).health?.status? == expected).then_some(())
    });
}

fn free_port() -> u16 {
    crate::ports::free()
}

#[test]
fn a_good_image_becomes_healthy_answers_turns_bad_and_leaves_nothing() {
    let Some(host) = engine::host() else { return };
    let marked = Marked::on(&host);
    let made = image::make(&marked, "api:1.0.0", Behaviour::Good);
    assert!(made.id.starts_with("sha256:"), "{}", made.id);
    let port = free_port();
    let name = start(&marked, "api", &made.reference, Some(port));
    becomes(&marked, &name, HealthStatusEnum::HEALTHY);
    let client = hammer(&format!("http://127.0.0.1:{port}/api/version"));
    image::turn_bad(&marked, &name);
    becomes(&marked, &name, HealthStatusEnum::UNHEALTHY);
    let tally = client.stop();
    assert_eq!(tally.versions, ["1.0.0"], "{tally:?}");
    assert!(tally.answered > 0 && tally.lost.iter().any(|(_, why)| why == "status 404"), "{tally:?}");
    assert!(tally.longest_gap < BOUND, "{tally:?}");
    assert_eq!(marked.left().len(), 2, "{:?}", marked.left());
    let again = marked.by_way_of(&marked.socket);
    drop(marked);
    assert_eq!(again.left(), Vec::<String>::new());
}

#[test]
fn each_bad_image_is_bad_in_its_own_way() {
    let Some(host) = engine::host() else { return };
    let marked = Marked::on(&host);
    let run = |name: &str, behaviour| {
        start(&marked, name, &image::make(&marked, &format!("{name}:1"), behaviour).reference, None)
    };
    let (unhealthy, crashes) = (run("unhealthy", Behaviour::Unhealthy), run("crashes", Behaviour::Crashes));
    let (never, stubborn) = (run("never", Behaviour::NeverReady), run("stubborn", Behaviour::Stubborn));
    becomes(&marked, &stubborn, HealthStatusEnum::HEALTHY);
    becomes(&marked, &unhealthy, HealthStatusEnum::UNHEALTHY);
    let code = wait::until("the crash", BOUND, || state(&marked, &crashes).exit_code.filter(|code| *code != 0));
    assert_eq!(code, 3);
    becomes(&marked, &never, HealthStatusEnum::STARTING);
}

#[test]
fn an_engine_of_its_own_stops_starts_and_is_killed_and_leaves_nothing() {
    let Some(mut own) = engine::own() else { return };
    let folder = own.socket().parent().unwrap().to_owned();
    let version = |own: &OwnEngine| block(async { own.docker().version().await.unwrap().version });
    assert!(version(&own).is_some());
    {
        let marked = Marked::on(&own);
        let made = image::make(&marked, "api:1", Behaviour::Good);
        let name = start(&marked, "api", &made.reference, None);
        becomes(&marked, &name, HealthStatusEnum::HEALTHY);
        own.kill();
        assert!(engine::client(own.socket()).is_none(), "it answers after its end");
        own.start();
        own.restart();
        assert!(version(&own).is_some(), "{}", own.log());
        assert_eq!(state(&marked, &name).running, Some(false));
        block(async { own.docker().start_container(&name, None).await.unwrap() });
        own.kill();
    }
    drop(own);
    let is_named = |place: &str| std::fs::read_to_string(place).unwrap().contains(folder.to_str().unwrap());
    assert!(!folder.exists() && !is_named("/proc/self/mountinfo"));
    let runs = std::fs::read_dir("/proc").unwrap().flatten().any(|entry| {
        let words = std::fs::read(entry.path().join("cmdline")).unwrap_or_default();
        String::from_utf8_lossy(&words).contains(folder.to_str().unwrap())
    });
    assert!(!runs, "something of it still runs");
}

#[test]
fn a_registry_keeps_what_was_pushed_while_it_is_away_and_asks_for_its_password() {
    let (Some(host), Some(mut open)) = (engine::host(), registry::open()) else { return };
    let Some(closed) = registry::with_password("deploy", "secret") else { return };
    let marked = Marked::on(&host);
    let push = |address: &str| {
        let reference = format!("{address}/{}", marked.name("api:1"));
        image::make_as(&marked, &reference, Behaviour::Good);
        block(async {
            let (name, tag) = reference.rsplit_once(':').unwrap();
            let options = PushImageOptionsBuilder::new().tag(tag).build();
            let docker = host.docker();
            docker.push_image(name, Some(options), None).collect::<Vec<_>>().await.into_iter().find_map(Result::err)
        })
    };
    assert!(push(&open.address()).is_none());
    let tags = format!("http://{}/v2/{}/tags/list", open.address(), marked.name("api"));
    let listed = || block(async { reqwest::get(&tags).await?.text().await });
    assert!(listed().unwrap().contains("\"1\""));
    open.stop();
    assert!(listed().unwrap_err().is_connect());
    open.start();
    assert!(listed().unwrap().contains("\"1\""));
    let refused = push(&closed.address()).map(|error| error.to_string());
    assert!(refused.as_ref().is_some_and(|words| words.contains("no basic auth")), "{refused:?}");
}

#[test]
fn a_recorder_writes_down_what_is_asked_and_can_be_cut() {
    let Some(host) = engine::host() else { return };
    let marked = Marked::on(&host);
    let recorder = recorder::in_front_of(host.socket());
    let through = marked.by_way_of(&recorder.socket());
    let made = image::make(&through, "api:1", Behaviour::Good);
    let name = start(&through, "api", &made.reference, None);
    let expected =
        ["/images/load?".into(), format!("/containers/create?name={name}"), format!("/containers/{name}/start")];
    let made = recorder.mutating();
    let is_expected = made.iter().zip(&expected).all(|(made, line)| made.0 == "POST" && made.1.starts_with(line));
    assert!(is_expected && made.len() == expected.len(), "{made:?}");
    assert!(recorder.requests().len() > 3);
    recorder.forget();
    let docker = client(&recorder.socket()).unwrap();
    block(async {
        // What is waited for ends only when it is cut.
        let mut events = docker.events(None);
        let until_cut = async { while events.next().await.is_some_and(|event| event.is_ok()) {} };
        let cut = async {
            docker.ping().await.unwrap();
            recorder.shut();
        };
        let both = async { tokio::join!(until_cut, cut) };
        tokio::time::timeout(BOUND, both).await.expect("it is cut");
    });
    assert!(block(client(&recorder.socket()).unwrap().ping()).is_err());
    recorder.open();
    assert!(block(client(&recorder.socket()).unwrap().ping()).is_ok());
    drop(through);
}

#[test]
fn what_is_missing_is_not_there() {
    assert!(need::need("sh").is_some_and(|place| Path::new(&place).is_file()));
    if std::env::var_os("TMINUS_CI").is_none() {
        assert_eq!(need::need("tm-no-such-program"), None);
    } else {
        assert!(std::panic::catch_unwind(|| need::need("tm-no-such-program")).is_err());
    }
    assert!(need::compose_two().is_none_or(|place| place.is_file()));
}
