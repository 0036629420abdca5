//! The registry adapter against a real registry, and against answers that a real one gives rarely.

use super::engine::{Engine as _, block, client, host};
use super::image::{Behaviour, make_as};
use super::marked::Marked;
use super::registry::{self, Registry as Server};
use crate::adapters::http::{ok, serve};
use bollard::query_parameters::PushImageOptionsBuilder;
use futures::StreamExt as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::Arc;
use tempfile::TempDir;
use tminus_core::mask::Mask;
use tminus_core::names::Digest;
use tminus_core::plan::{CommandLine, Secret, Template};
use tminus_core::ports::FailureKind;
use tminus_core::time::Span;
use tminus_services::http::Http;
use tminus_services::registry::{Access, ClientConfig, ImageName, Login, Registry};
use tminus_services::secrets::{Permission, Secrets};

const PASSWORD: &str = "hunter2-is-it";

/// What a registry adapter stands on.
struct Ground {
    dir: TempDir,
    mask: Mask,
}

impl Ground {
    fn new() -> Self {
        Self { dir: tempfile::tempdir().unwrap(), mask: Mask::new() }
    }

    fn registry(&self, login: Login) -> Registry {
        let secrets = Secrets::new(self.dir.path(), Permission::Trusted, self.mask.clone());
        Registry::new(Http::default(), Arc::new(secrets), login)
    }

    /// One whose credentials are in docker's own configuration.
    fn configured(&self, url: &str, config: &str) -> Registry {
        std::fs::write(self.dir.path().join("config.json"), config).unwrap();
        let path = format!("{}:{}", self.dir.path().display(), std::env::var("PATH").unwrap());
        let config = ClientConfig { dir: Some(self.dir.path().to_owned()), path: Some(path) };
        self.registry(Login { url: url.to_owned(), user: None, password: None, config })
    }

    /// A program that keeps credentials.
    fn keeper(&self, name: &str, script: &str) {
        let path = self.dir.path().join(format!("docker-credential-{name}"));
        std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
}

pub fn login(url: &str, known: Option<(&str, &str)>) -> Login {
    let password = known.map(|(_, password)| {
        Secret::Command(CommandLine(vec![Template::new("printf"), Template::new("%s"), Template::new(password)]))
    });
    Login {
        url: url.to_owned(),
        user: known.map(|(user, _)| user.to_owned()),
        password,
        config: ClientConfig::default(),
    }
}

fn name(address: &str, rest: &str) -> ImageName {
    ImageName::parse(&format!("{address}/{rest}")).unwrap()
}

/// Pushes a small image past the adapter, and returns its digest as the engine tells it.
pub fn pushed(marked: &Marked, server: &Server, rest: &str) -> String {
    let reference = format!("{}/{}", server.address(), marked.name(rest));
    make_as(marked, &reference, Behaviour::Good);
    block(async {
        let docker = client(&marked.socket).unwrap();
        let (repository, tag) = reference.rsplit_once(':').unwrap();
        let options = PushImageOptionsBuilder::new().tag(tag).build();
        let mut news = docker.push_image(repository, Some(options), None);
        while let Some(told) = news.next().await {
            told.unwrap();
        }
        drop(news);
        let digests = docker.inspect_image(&reference).await.unwrap().repo_digests.unwrap();
        let own = digests.iter().find_map(|digest| digest.strip_prefix(&format!("{repository}@")));
        own.unwrap().to_owned()
    })
}

fn bytes(text: &str) -> Vec<u8> {
    text.replace('\n', "\r\n").into_bytes()
}

#[test]
fn the_digest_of_a_tag_is_the_one_that_was_pushed_and_an_unknown_tag_has_none() {
    let (Some(engine), Some(server)) = (host(), registry::open()) else { return };
    let marked = Marked::on(&engine);
    let digest = pushed(&marked, &server, "api:1.0.0");
    let ground = Ground::new();
    let registry = ground.registry(login(&server.address(), None));
    block(async {
        let asked = |tag: &str| name(&server.address(), &format!("{}:{tag}", marked.name("api")));
        assert_eq!(registry.digest(&asked("1.0.0")).await, Ok(Some(Digest::new(&digest))));
        assert_eq!(registry.digest(&asked("2.0.0")).await, Ok(None));
        assert_eq!(registry.digest(&name(&server.address(), "nobody/knows:1")).await, Ok(None));
        assert_eq!(registry.log_in().await, Ok(Access::Open));
    });
    assert!(engine.socket().exists());
}

#[test]
fn a_password_that_is_wrong_is_refused_and_never_told() {
    let Some(server) = registry::with_password("deploy", PASSWORD) else { return };
    let (ground, address) = (Ground::new(), server.address());
    block(async {
        let right = ground.registry(login(&address, Some(("deploy", PASSWORD))));
        assert_eq!(right.log_in().await, Ok(Access::Known(Some("deploy".to_owned()))));
        assert_eq!(right.digest(&name(&address, "a:1")).await, Ok(None));
        assert_eq!(ground.mask.apply(PASSWORD), "•••");
        let wrong = ground.registry(login(&address, Some(("deploy", "wrong-one"))));
        for failure in [wrong.log_in().await.unwrap_err(), wrong.digest(&name(&address, "a:1")).await.unwrap_err()] {
            assert_eq!(failure.kind, FailureKind::Unauthorized);
            assert_eq!(failure.summary, format!("the registry {address} refuses the credentials of deploy"));
            assert!(!failure.sentence().contains("wrong-one"), "{failure:?}");
        }
        let nobody = ground.registry(login(&address, None));
        let failure = nobody.log_in().await.unwrap_err();
        assert_eq!(failure.kind, FailureKind::Unauthorized);
        assert!(failure.summary.contains("there are none for it"), "{failure:?}");
    });
}

#[test]
fn a_registry_that_is_down_is_unreachable() {
    let Some(mut server) = registry::open() else { return };
    let address = server.address();
    server.stop();
    let ground = Ground::new();
    block(async {
        let failure = ground.registry(login(&address, None)).digest(&name(&address, "a:1")).await.unwrap_err();
        assert_eq!(failure.kind, FailureKind::Unreachable);
        let says = format!("the registry {address} cannot be asked: connection refused");
        assert!(failure.sentence().starts_with(&says), "{failure:?}");
    });
}

#[test]
fn credentials_are_those_that_dockers_own_client_knows() {
    let Some(server) = registry::with_password("deploy", PASSWORD) else { return };
    let (ground, address) = (Ground::new(), server.address());
    let kept = format!(
        r#"read host; [ "$host" = "{address}" ] || exit 3; echo '{{"Username":"deploy","Secret":"{PASSWORD}"}}'"#
    );
    ground.keeper("good", &kept);
    ground.keeper("empty", "echo 'credentials not found in native keychain'; exit 1");
    ground.keeper("broken", "echo oops; exit 2");
    // printf deploy:hunter2-is-it | base64
    let encoded = r#"{"auth":"ZGVwbG95Omh1bnRlcjItaXMtaXQ="}"#;
    let known = Ok(Access::Known(Some("deploy".to_owned())));
    block(async {
        for config in [
            format!(r#"{{"auths":{{"http://{address}/v2/":{encoded}}}}}"#),
            format!(r#"{{"credHelpers":{{"{address}":"good"}},"credsStore":"broken"}}"#),
            r#"{"credsStore":"good"}"#.to_owned(),
            format!(r#"{{"credsStore":"empty","auths":{{"{address}":{encoded}}}}}"#),
        ] {
            assert_eq!(ground.configured(&address, &config).log_in().await, known, "{config}");
        }
        for config in [r#"{"credsStore":"empty"}"#, r#"{"credsStore":"broken"}"#, r#"{"credsStore":"missing"}"#] {
            let failure = ground.configured(&address, config).log_in().await.unwrap_err();
            assert_eq!(failure.kind, FailureKind::Unauthorized, "{config} {failure:?}");
        }
        let failure = ground.configured(&address, "{\"auths\": 7, \"x\": \"secret\"}").log_in().await.unwrap_err();
        assert_eq!(failure.kind, FailureKind::Malformed);
        assert!(!failure.sentence().contains("secret"));
        let failure = ground.configured(&address, r#"{"credsStore":"../x"}"#).log_in().await.unwrap_err();
        assert_eq!(failure.kind, FailureKind::Malformed);
    });
}

#[tokio::test]
async fn a_token_is_fetched_at_the_realm_with_the_credentials() {
    let digest = format!("sha256:{}", "a".repeat(64));
    let (realm, at_realm) = serve(vec![ok(r#"{"token":"opaque-token-1"}"#)]).await;
    let challenge = bytes(&format!(
        "HTTP/1.1 401 Unauthorized\nwww-authenticate: Bearer realm=\"{realm}/token\",service=\"reg\",\
         scope=\"repository:a:pull\"\ncontent-length: 0\nconnection: close\n\n"
    ));
    let answer =
        bytes(&format!("HTTP/1.1 200 OK\ndocker-content-digest: {digest}\ncontent-length: 0\nconnection: close\n\n"));
    let (address, at_registry) = serve(vec![challenge, answer]).await;
    let ground = Ground::new();
    let registry = ground.registry(login(&address, Some(("deploy", PASSWORD))));
    let host = address.strip_prefix("http://").unwrap();
    assert_eq!(registry.digest(&name(host, "a:1")).await, Ok(Some(Digest::new(digest))));
    let asked = at_realm.await.unwrap();
    assert!(asked[0].starts_with("GET /token?service=reg&scope=repository%3Aa%3Apull&account=deploy"), "{asked:?}");
    assert!(asked[0].contains("authorization: Basic "), "{asked:?}");
    let asked = at_registry.await.unwrap();
    assert!(!asked[0].contains("authorization"), "credentials were sent before they were asked for");
    assert!(asked[1].contains("authorization: Bearer opaque-token-1"), "{asked:?}");
    assert!(asked[0].contains("application/vnd.oci.image.index.v1+json"), "{asked:?}");
    assert_eq!(ground.mask.apply("opaque-token-1"), "•••");
}

#[tokio::test]
async fn credentials_travel_to_no_other_host_in_the_clear() {
    let challenge = bytes(
        "HTTP/1.1 401 Unauthorized\nwww-authenticate: Bearer realm=\"http://elsewhere.example/token\"\n\
         content-length: 0\nconnection: close\n\n",
    );
    let (address, asked) = serve(vec![challenge]).await;
    let ground = Ground::new();
    let registry = ground.registry(login(&address, Some(("deploy", PASSWORD))));
    let failure = registry.log_in().await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::Unauthorized);
    assert!(failure.summary.contains("elsewhere.example in the clear"), "{failure:?}");
    assert_eq!(asked.await.unwrap().len(), 1);
    let failure = registry.digest(&name("other.example", "a:1")).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::Malformed, "the image of another registry: {failure:?}");
}

#[tokio::test]
async fn a_registry_without_the_header_is_asked_for_the_manifest_itself() {
    let head = bytes("HTTP/1.1 200 OK\nconnection: close\n\n");
    let (address, asked) = serve(vec![head, ok(r#"{"schemaVersion":2}"#)]).await;
    let registry = Ground::new().registry(login(&address, None));
    let host = address.strip_prefix("http://").unwrap();
    let digest = registry.digest(&name(host, "a:1")).await.unwrap().unwrap();
    // printf '{"schemaVersion":2}' | sha256sum
    let hash = std::process::Command::new("sh").args(["-c", "printf '{\"schemaVersion\":2}' | sha256sum"]).output();
    let hash = String::from_utf8(hash.unwrap().stdout).unwrap();
    assert_eq!(digest.as_str(), format!("sha256:{}", hash.split(' ').next().unwrap()));
    let asked = asked.await.unwrap();
    assert!(asked[0].starts_with("HEAD /v2/a/manifests/1 ") && asked[1].starts_with("GET /v2/a/manifests/1 "));
}

#[tokio::test]
async fn answers_that_are_rare_have_their_kinds() {
    let status = |text: &str| bytes(&format!("HTTP/1.1 {text}content-length: 0\nconnection: close\n\n"));
    for (answer, kind) in [
        ("429 Too Many Requests\nretry-after: 7\n", FailureKind::RateLimited(Some(Span::seconds(7)))),
        ("503 Service Unavailable\n", FailureKind::Unreachable),
        ("200 OK\ndocker-content-digest: sha256:xyz\n", FailureKind::Malformed),
        ("307 Temporary Redirect\nlocation: http://elsewhere.example/\n", FailureKind::Malformed),
        ("401 Unauthorized\nwww-authenticate: Negotiate\n", FailureKind::Unauthorized),
    ] {
        let (address, _asked) = serve(vec![status(answer)]).await;
        let registry = Ground::new().registry(login(&address, None));
        let host = address.strip_prefix("http://").unwrap();
        assert_eq!(registry.digest(&name(host, "a:1")).await.unwrap_err().kind, kind, "{answer}");
    }
}

#[test]
fn a_plan_that_nobody_trusts_runs_no_keeper() {
    let ground = Ground::new();
    ground.keeper("good", "touch asked");
    std::fs::write(ground.dir.path().join("config.json"), r#"{"credsStore":"good"}"#).unwrap();
    let config = ClientConfig { dir: Some(ground.dir.path().to_owned()), path: None };
    let secrets = Secrets::new(ground.dir.path(), Permission::Untrusted, Mask::new());
    let login = Login { url: "a.example".to_owned(), user: None, password: None, config };
    let registry = Registry::new(Http::default(), Arc::new(secrets), login);
    block(async { assert_eq!(registry.credentials().await.unwrap_err().kind, FailureKind::Unauthorized) });
    assert!(!Path::new(ground.dir.path()).join("asked").exists());
}

#[tokio::test]
async fn a_registry_that_wants_to_be_left_alone_is_and_its_words_are_told() {
    let words = r#"{"errors":[{"code":"TOOMANYREQUESTS","message":"this address has pulled 100 images"}]}"#;
    let limited = |wait: u64, body: &str| {
        let length = body.len();
        bytes(&format!(
            "HTTP/1.1 429 Too Many Requests\nretry-after: {wait}\ncontent-length: {length}\nconnection: close\n\n{body}"
        ))
    };
    let (address, asked) = serve(vec![limited(90, ""), limited(90, words)]).await;
    let registry = Ground::new().registry(login(&address, None));
    let host = address.strip_prefix("http://").unwrap();
    let said = registry.digest(&name(host, "a:1")).await.unwrap_err().sentence();
    assert!(said.contains("this address has pulled 100 images") && said.contains("it asks to wait"), "{said}");
    assert_eq!(asked.await.unwrap().len(), 2);
    let said = registry.clone().digest(&name(host, "a:2")).await.unwrap_err().sentence();
    assert!(said.contains("100 images") && said.contains("it is asked again in"), "nobody asks it meanwhile: {said}");
    let digest = format!("sha256:{}", "a".repeat(64));
    let found = format!("HTTP/1.1 200 OK\ndocker-content-digest: {digest}\ncontent-length: 0\nconnection: close\n\n");
    let (address, _asked) = serve(vec![limited(0, ""), limited(0, ""), bytes(&found)]).await;
    let registry = Ground::new().registry(login(&address, None));
    let host = address.strip_prefix("http://").unwrap();
    assert_eq!(registry.digest(&name(host, "a:1")).await, Ok(Some(Digest::new(digest))), "asked again after the wait");
}

#[test]
fn a_program_that_keeps_credentials_says_why_it_gives_none() {
    let ground = Ground::new();
    ground.keeper("locked", "echo 'error getting credentials: the keychain is locked'; exit 1");
    block(async {
        let registry = ground.configured("a.example", r#"{"credsStore":"locked"}"#);
        let said = registry.credentials().await.unwrap_err().sentence();
        assert!(said.contains("docker-credential-locked gave no credentials for a.example: exit 1: "), "{said}");
        assert!(said.contains("the keychain is locked"), "{said}");
        let said = ground.configured("a.example", "{\"auths\": 7}").credentials().await.unwrap_err().sentence();
        assert!(said.contains(&ground.dir.path().join("config.json").display().to_string()), "{said}");
    });
}
