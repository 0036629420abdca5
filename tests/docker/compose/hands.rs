//! What somebody else did or said: drift, dependants that do not bear it, files that are wrong.

use super::shop::{Shop, programs, usual_programs};
use crate::contract::target::end;
use crate::docker::engine::{Engine as _, block};
use crate::docker::image::Behaviour;
use crate::docker::marked::LABEL;
use crate::docker::wait;
use bollard::models::{ContainerCreateBody, NetworkConnectRequest, NetworkDisconnectRequest};
use bollard::query_parameters::{
    CreateContainerOptionsBuilder, ListContainersOptionsBuilder, RemoveContainerOptionsBuilder, StartContainerOptions,
};
use std::collections::HashMap;
use std::fs;
use std::path::PathBuf;
use std::time::Duration;
use tminus_core::names::{ArtifactName, OrderId, Version};
use tminus_core::order::{Health, Order, Task};
use tminus_core::ports::{FailureKind, Target as _};

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_did_by_hand_is_seen_and_not_overwritten() {
    for program in programs() {
        let Some(shop) = Shop::new(program, "") else { return };
        let (one, two) = (shop.make("1.0.0", Behaviour::Good), shop.make("1.2.0", Behaviour::Good));
        shop.deliver("o1", &one).await.unwrap();
        shop.make("0.0.0", Behaviour::Good);
        shop.compose(&["up", "-d", "--no-deps", "backend"]);
        let seen = shop.target().observe().await.unwrap();
        assert_eq!(seen.version.map(|v| v.to_string()).as_deref(), Some("0.0.0"));
        assert_eq!(seen.action, None);
        let failure = shop.target().begin(&shop.order("o2", Some(one), &two)).await.unwrap_err();
        assert_eq!(failure.kind, FailureKind::Conflict, "{failure:?}");
        assert_eq!(shop.target().find(&OrderId::new("o2")).await, Ok(None));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_somebody_took_off_one_of_its_networks_is_not_healthy() {
    for program in programs() {
        let Some(shop) = Shop::new(program, "") else { return };
        let one = shop.make("1.0.0", Behaviour::Good);
        let file = shop.root.path().join("docker-compose.yml");
        shop.write("    networks: [default, second]\n");
        let label = format!("  second:\n    labels: {{{LABEL}: {}}}\n", shop.marked.id);
        fs::write(&file, fs::read_to_string(&file).unwrap() + &label).unwrap();
        shop.deliver("o1", &one).await.unwrap();
        let (name, _) = shop.backends().await.pop().unwrap();
        for network in ["second", "default"].map(|network| format!("{}_{network}", shop.project())) {
            assert_eq!(shop.target().observe().await.unwrap().health, Health::Healthy);
            let container = name.trim_start_matches('/').to_owned();
            let off = NetworkDisconnectRequest { container: container.clone(), force: Some(false) };
            shop.host.docker().disconnect_network(&network, off).await.unwrap();
            let seen = shop.target().observe().await.unwrap();
            let words = seen.words.unwrap_or_default();
            assert!(words.ends_with(&format!("but taken off the network {network}")), "{words}");
            assert_eq!(seen.health, Health::Unhealthy);
            let on = NetworkConnectRequest { container, endpoint_config: None };
            shop.host.docker().connect_network(&network, on).await.unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dependant_that_does_not_bear_it_brings_the_old_version_back() {
    let more = "    healthcheck: {test: [CMD, /bin/busybox, wget, -q, -O, '-', 'http://127.0.0.1:8000/api/version'], interval: 1s, retries: 2}\n  \
                worker:\n    image: WORKER\n    depends_on: [backend]\n    \
                healthcheck: {test: [CMD, /bin/busybox, wget, -q, -O, '-', 'http://backend:8000/api/health'], interval: 1s, retries: 2}\n";
    for program in usual_programs() {
        let Some(shop) = Shop::new(program, "") else { return };
        let one = shop.make("1.0.0", Behaviour::Good);
        shop.write(&more.replace("WORKER", &shop.marked.name("api:1.0.0")));
        shop.deliver("o1", &one).await.unwrap();
        shop.compose(&["up", "-d", "--no-deps", "worker"]);
        let worker = shop.worker().await;
        wait::until("the worker healthy", Duration::from_secs(90), || {
            block(async { shop.is_healthy(&worker).await }).then_some(())
        });
        // Healthy by its own check, and without what the worker asks for.
        let two = shop.make("1.1.0", Behaviour::Unhealthy);
        let failure = shop.deliver("o2", &two).await.unwrap_err();
        assert!(failure.summary.contains("worker"), "{failure:?}");
        assert!(failure.causes.iter().any(|cause| cause.starts_with("health check failed")), "{failure:?}");
        let seen = shop.target().observe().await.unwrap();
        assert_eq!((seen.version, seen.health), (Some(one.version), Health::Healthy));
        assert_eq!(shop.backends().await.len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_stands_in_the_way_is_named() {
    for program in programs() {
        let Some(shop) = Shop::new(program, "") else { return };
        let one = shop.make("1.0.0", Behaviour::Good);
        let ready = shop.target().readiness(&one.version).await.unwrap();
        assert!(ready.is_ready(), "{ready:?}");
        assert_eq!(ready.digest, one.digest);
        shop.deliver("o1", &one).await.unwrap();
        let file: PathBuf = shop.root.path().join("docker-compose.yml");
        let text = fs::read_to_string(&file).unwrap();
        fs::write(&file, text.replace("hunter2", "hunter3")).unwrap();
        let ready = shop.target().readiness(&one.version).await.unwrap();
        // Going back restores what it served with.
        assert!(ready.is_ready() && ready.keeps.is_empty(), "{ready:?}");
        for (wrong, words) in [
            (text.replace("  backend:", "  api:").replace("[backend]", "[api]"), "has no service backend"),
            (text.replace("image:", "imagine:"), "imagine"),
        ] {
            fs::write(&file, wrong).unwrap();
            let ready = shop.target().readiness(&one.version).await.unwrap();
            assert!(ready.deploy.iter().any(|blocker| blocker.contains(words)), "{ready:?}");
            let never = shop.target().readiness(&Version::parse("7.7.7").unwrap()).await.unwrap();
            assert!(never.blockers.iter().any(|blocker| blocker.contains(words)), "{never:?}");
        }
        fs::remove_file(&file).unwrap();
        let ready = shop.target().readiness(&one.version).await.unwrap();
        assert_eq!(
            (ready.deploy.as_slice(), ready.is_ready()),
            (["there is no docker-compose.yml".to_owned()].as_slice(), true)
        );
        let nothing = Version::parse("9.9.9").unwrap();
        fs::write(&file, text).unwrap();
        let ready = shop.target().readiness(&nothing).await.unwrap();
        assert!(ready.blockers.iter().any(|blocker| blocker.contains("9.9.9")), "{:?}", ready.blockers);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_variable_that_nobody_sets_is_named_and_nothing_is_begun_with_an_empty_text() {
    let uses = "    labels: {secret: '${TMINUS_TEST_UNSET}', fine: '${TMINUS_TEST_UNSET_TOO:-}'}\n";
    for program in programs() {
        let Some(shop) = Shop::new(program, uses) else { return };
        let one = shop.make("1.0.0", Behaviour::Good);
        let ready = shop.target().readiness(&one.version).await.unwrap();
        let held = "TMINUS_TEST_UNSET is not set, and docker-compose.yml would fill in an empty text";
        assert!(ready.blockers.iter().any(|why| why.starts_with(held)), "{ready:?}");
        let failure = shop.target().begin(&shop.order("o1", None, &one)).await.unwrap_err();
        assert!(failure.summary.starts_with(held), "{failure:?}");
        assert_eq!(shop.target().find(&OrderId::new("o1")).await, Ok(None));
        // Beside the file it is set, as in a shell; empty is a value as well.
        fs::write(shop.root.path().join(".env"), "TMINUS_TEST_UNSET=\n").unwrap();
        shop.deliver("o2", &one).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_is_handed_on_and_not_set_blocks_a_deploy() {
    for program in programs() {
        let Some(shop) = Shop::new(program, "") else { return };
        let file = shop.root.path().join("docker-compose.yml");
        let text = fs::read_to_string(&file).unwrap();
        let more = "{KEY: hunter2, TMINUS_TEST_UNSET: null, FINE: '', PATH: null}";
        fs::write(&file, text.replace("{KEY: hunter2}", more)).unwrap();
        let one = shop.make("1.0.0", Behaviour::Good);
        let held = "TMINUS_TEST_UNSET (to the environment of backend) is not set, and docker-compose.yml passes it on";
        let ready = shop.target().readiness(&one.version).await.unwrap();
        assert!(ready.blockers.iter().any(|why| why.starts_with(held)), "{ready:?}");
        let failure = shop.target().begin(&shop.order("o1", None, &one)).await.unwrap_err();
        assert!(failure.summary.starts_with(held), "{failure:?}");
        fs::write(shop.root.path().join(".env"), "TMINUS_TEST_UNSET=1\n").unwrap();
        shop.deliver("o2", &one).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_over_several_lines_of_an_environment_file_holds_nobody_and_is_shown_to_nobody() {
    for program in programs() {
        let Some(shop) = Shop::new(program, "    env_file: a.env\n") else { return };
        let key = "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA71Yz\nq0OZ8bTrxK2mQw9e4LpV\n-----END RSA PRIVATE KEY-----";
        fs::write(shop.root.path().join("a.env"), format!("SSH_ID=\"{key}\"\n")).unwrap();
        let one = shop.make("1.0.0", Behaviour::Good);
        let ready = shop.target().readiness(&one.version).await.unwrap();
        assert!(ready.is_ready() && ready.deploy.is_empty(), "{ready:?}");
        fs::write(shop.root.path().join("a.env"), format!("SSH_ID=\"{key}\"\nTMINUS_TEST_UNSET\n")).unwrap();
        let said = format!("{:?}", shop.target().readiness(&one.version).await.unwrap());
        assert!(said.contains("TMINUS_TEST_UNSET (to ") && !said.contains("MIIE"), "{said}");
        // The first Compose skips the line of a quote that is never closed, and takes those behind it for names.
        fs::write(shop.root.path().join("a.env"), format!("SSH_ID=\"{key}\nx3w\n")).unwrap();
        let ready = shop.target().readiness(&one.version).await.unwrap();
        let said = format!("{ready:?}");
        assert!(!ready.blockers.is_empty() || !ready.deploy.is_empty(), "{said}");
        assert!(!said.contains("MIIE") && !said.contains("q0OZ") && !said.contains("x3w"), "{said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_variable_that_only_another_service_misses_holds_nobody() {
    for program in usual_programs() {
        let Some(shop) = Shop::new(program, "  other:\n    image: nothing\n    command: '${TMINUS_TEST_UNSET}'\n")
        else {
            return;
        };
        let one = shop.make("1.0.0", Behaviour::Good);
        assert_eq!(shop.target().readiness(&one.version).await.unwrap().blockers, Vec::<String>::new());
        shop.deliver("o1", &one).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_container_made_by_hand_in_the_place_of_the_service_is_not_what_tminus_brought() {
    for program in programs() {
        let Some(shop) = Shop::new(program, "") else { return };
        let one = shop.make("1.0.0", Behaviour::Good);
        shop.deliver("o1", &one).await.unwrap();
        let docker = shop.host.docker();
        let (name, _) = shop.backends().await.pop().unwrap();
        let name = name.trim_start_matches('/').to_owned();
        let force = RemoveContainerOptionsBuilder::new().force(true).build();
        docker.remove_container(&name, Some(force)).await.unwrap();
        let ours = [("project", shop.project()), ("service", "backend".to_owned()), ("oneoff", "False".to_owned())];
        let labels = ours.map(|(key, value)| (format!("com.docker.compose.{key}"), value));
        let image = Some(one.digest.as_ref().unwrap().to_string());
        let body = ContainerCreateBody { image, labels: Some(labels.into()), ..ContainerCreateBody::default() };
        let named = CreateContainerOptionsBuilder::new().name(&name).build();
        docker.create_container(Some(named), body).await.unwrap();
        docker.start_container(&name, None::<StartContainerOptions>).await.unwrap();
        let seen = shop.target().observe().await.unwrap();
        assert_eq!((seen.digest, seen.action), (one.digest, None), "the same image, and no label of an action");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_service_waits_for_is_made_once_and_not_touched_by_what_comes_later() {
    for program in programs() {
        let Some(shop) = Shop::new(program, "") else { return };
        let (one, two) = (shop.make("1.0.0", Behaviour::Good), shop.make("1.2.0", Behaviour::Good));
        let more = |ends: &str| {
            let image = shop.marked.name("api:1.0.0");
            format!(
                "    depends_on:\n      db: {{condition: service_healthy}}\n      \
                 migrate: {{condition: service_completed_successfully}}\n  db:\n    image: {image}\n    \
                 stop_grace_period: 1s\n  migrate:\n    image: {image}\n    healthcheck: {{disable: true}}\n    \
                 entrypoint: [/bin/busybox, sh, -c, 'exit {ends}']\n"
            )
        };
        shop.write(&more("3"));
        let failure = shop.deliver("o1", &one).await.unwrap_err().sentence();
        assert!(failure.contains('3') && shop.now().await.is_none(), "what it waits for failed: {failure}");
        shop.write(&more("0"));
        shop.compose(&["rm", "-s", "-f", "migrate"]);
        shop.deliver("o2", &one).await.unwrap();
        let others = others(&shop).await;
        assert_eq!(others.len(), 2, "{others:?}");
        shop.deliver("o3", &two).await.unwrap();
        assert_eq!(shop.now().await, Some(two.clone()));
        let target = shop.target();
        let task = Task::Restore { artifact: ArtifactName::new("backend"), from: Some(two), to: one.clone() };
        let ticket = target.begin(&Order { task, ..shop.order("o4", None, &one) }).await.unwrap();
        end(&target, &ticket).await.0.unwrap();
        assert_eq!(shop.now().await, Some(one));
        assert_eq!(self::others(&shop).await, others, "nothing else was made anew or run again");
    }
}

/// Returns the containers of the project that are not of the service, each with when it began to run.
async fn others(shop: &Shop) -> Vec<(String, String)> {
    let docker = shop.host.docker();
    let label = format!("com.docker.compose.project={}", shop.project());
    let filters = HashMap::from([("label", vec![label])]);
    let options = ListContainersOptionsBuilder::new().all(true).filters(&filters).build();
    let mut found = Vec::new();
    for one in docker.list_containers(Some(options)).await.unwrap() {
        let id = one.id.unwrap();
        if one.labels.unwrap()["com.docker.compose.service"] != "backend" {
            let state = docker.inspect_container(&id, None).await.unwrap().state.unwrap();
            found.push((id, format!("{:?}", state.started_at)));
        }
    }
    found.sort();
    found
}
