//! An engine over TCP with TLS: it shows a certificate, asks for one, and is reached by what the environment says.

use super::container::plain;
use super::engine::{self, Engine as _, OwnEngine, block};
use super::image::{self, Behaviour};
use super::marked::Marked;
use super::need::need;
use super::ssh::BOUND;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use tempfile::TempDir;
use tminus_core::names::{ActionId, ArtifactName, Digest, OrderId, Version};
use tminus_core::order::{Delivered, Health, Order, Task};
use tminus_core::ports::{FailureKind, LogSource as _, Target as _};
use tminus_services::clock::SystemClock;
use tminus_services::docker::{ContainerLog, ContainerTarget, Link};

/// Where it listens, in a network of its own.
const AT: &str = "tcp://127.0.0.1:2376";
/// Tells the other half of a test the name of the image, and what it is known by.
const IMAGE: &str = "TMINUS_TEST_IMAGE";

/// An authority, and what it signed: `server.pem`, and `cert.pem` for clients.
fn authority(openssl: &Path) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let make = |words: &str| {
        let done = Command::new(openssl).args(words.split(' ')).current_dir(folder.path()).output().unwrap();
        assert!(done.status.success(), "{words}: {}", String::from_utf8_lossy(&done.stderr));
    };
    let key = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2";
    make(&format!("req -x509 {key} -keyout ca-key.pem -out ca.pem -subj /CN=authority"));
    for (name, own, usage) in [("server", "server-key.pem", "serverAuth"), ("cert", "key.pem", "clientAuth")] {
        fs::write(folder.path().join(name), format!("subjectAltName=IP:127.0.0.1\nextendedKeyUsage={usage}\n"))
            .unwrap();
        make(&format!("req {key} -keyout {own} -out {name}.csr -subj /CN={name}"));
        make(&format!(
            "x509 -req -in {name}.csr -CA ca.pem -CAkey ca-key.pem -CAcreateserial -days 2 -out {name}.pem -extfile {name}"
        ));
    }
    folder
}

/// Runs the other half of a test in the network of the engine, with what the environment says of it.
fn other_half(engine: &OwnEngine, test: &str, variables: &[(&str, &str)]) {
    let mut half = engine.inside(&std::env::current_exe().unwrap());
    half.args([test, "--exact", "--ignored", "--nocapture"])
        .env("DOCKER_HOST", AT)
        .stdin(Stdio::null())
        .env("RUST_BACKTRACE", "0");
    half.env_remove("DOCKER_CONTEXT").env_remove("DOCKER_TLS_VERIFY").env_remove("DOCKER_CERT_PATH");
    let done = half.envs(variables.iter().copied()).output().unwrap();
    let said = String::from_utf8_lossy(&done.stdout);
    assert!(done.status.success() && said.contains("1 passed"), "{said}{}", String::from_utf8_lossy(&done.stderr));
}

#[test]
fn an_engine_over_tls_takes_a_delivery_from_whoever_it_knows() {
    let Some(openssl) = need("openssl") else { return };
    let (known, stranger) = (authority(&openssl), authority(&openssl));
    let at = |name: &str| known.path().join(name).display().to_string();
    let settings = format!(
        r#"{{"tlsverify": true, "tlscacert": "{}", "tlscert": "{}", "tlskey": "{}"}}"#,
        at("ca.pem"),
        at("server.pem"),
        at("server-key.pem")
    );
    let Some(engine) = engine::own_at(&settings, Some(AT.to_owned())) else { return };
    let marked = Marked::on(&engine);
    let built = image::make(&marked, "api:1.0.0", Behaviour::Good);
    let of = |folder: &TempDir| folder.path().display().to_string();
    let image = format!("{} {}", marked.name("api:{version}"), built.id);
    let (ours, theirs) = (of(&known), of(&stranger));
    let asked =
        |certificates| [("DOCKER_TLS_VERIFY", "1"), ("DOCKER_CERT_PATH", certificates), (IMAGE, image.as_str())];
    other_half(&engine, "docker::tls::it_is_delivered_to", &asked(&ours));
    other_half(&engine, "docker::tls::it_is_not_the_one_that_is_known", &asked(&theirs));
    other_half(&engine, "docker::tls::it_wants_to_be_asked_in_secret", &[]);
    // What its own authority did not sign, it does not let in.
    for name in ["cert.pem", "key.pem"] {
        fs::copy(stranger.path().join(name), PathBuf::from(&ours).join(name)).unwrap();
    }
    other_half(&engine, "docker::tls::it_does_not_let_in", &asked(&ours));
    let docker = engine.docker();
    block(async { docker.inspect_container("api", None).await.expect("the delivery went to another engine") });
}

fn target(folder: &TempDir) -> ContainerTarget {
    let image = std::env::var(IMAGE).unwrap_or_default();
    plain::target((folder.path(), Link::new(None)), image.split(' ').next().unwrap_or_default(), "none")
}

#[test]
#[ignore = "the other half of a test that gives it a network of its own"]
fn it_is_delivered_to() {
    let folder = tempfile::tempdir().unwrap();
    let target = target(&folder);
    let image = std::env::var(IMAGE).unwrap();
    let digest = Some(Digest::new(image.split(' ').nth(1).unwrap()));
    let to = Delivered { version: Version::parse("1.0.0").unwrap(), digest };
    let task = Task::Deliver { artifact: ArtifactName::new("api"), from: None, to };
    let order = Order { id: OrderId::new("tls"), action: ActionId::new("tls"), env: None, task };
    block(async {
        let ticket = target.begin(&order).await.unwrap();
        crate::contract::target::end(&target, &ticket).await.0.unwrap();
        assert_eq!(target.observe().await.unwrap().health, Health::Healthy);
        let log = ContainerLog::new("it".into(), "api", Link::new(None), Arc::new(SystemClock));
        let (to, mut lines) = tokio::sync::mpsc::channel(16);
        let follow = tokio::spawn(async move { log.follow(None, to).await });
        let line = tokio::time::timeout(BOUND, lines.recv()).await.unwrap().unwrap();
        assert!(line.text.contains("backend 1.0.0 started"), "{line:?}");
        drop(lines);
        tokio::time::timeout(BOUND, follow).await.unwrap().unwrap().unwrap();
    });
}

/// Asks once, and returns why that failed.
fn refused() -> (FailureKind, String) {
    let folder = tempfile::tempdir().unwrap();
    let failure = block(async { target(&folder).observe().await.unwrap_err() });
    eprintln!("{:?}: {}", failure.kind, failure.sentence());
    (failure.kind, failure.sentence())
}

#[test]
#[ignore = "the other half of a test that gives it a network of its own"]
fn it_is_not_the_one_that_is_known() {
    let (kind, sentence) = refused();
    assert_eq!(kind, FailureKind::Unreachable);
    assert!(sentence.to_lowercase().contains("certificate"), "{sentence}");
}

#[test]
#[ignore = "the other half of a test that gives it a network of its own"]
fn it_does_not_let_in() {
    let (kind, sentence) = refused();
    assert_eq!(kind, FailureKind::Unreachable);
    assert!(sentence.to_lowercase().contains("certificate"), "{sentence}");
}

#[test]
#[ignore = "the other half of a test that gives it a network of its own"]
fn it_wants_to_be_asked_in_secret() {
    let (_, sentence) = refused();
    assert!(sentence.contains("HTTPS"), "{sentence}");
}
