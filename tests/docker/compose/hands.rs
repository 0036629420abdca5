//! What somebody else did or said: drift, dependants that do not bear it, files that are wrong.

use super::shop::{Shop, programs, usual_programs};
use crate::docker::engine::block;
use crate::docker::image::Behaviour;
use crate::docker::wait;
use std::fs;
use std::path::PathBuf;
use std::time::Duration;
use tminus::domain::names::{OrderId, Version};
use tminus::domain::order::Health;
use tminus::ports::{FailureKind, Target as _};

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
        wait::until("the worker healthy", Duration::from_secs(30), || {
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
