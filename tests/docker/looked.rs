//! The checks by `image` and `connects`, measured on a real engine and a real registry.

use super::engine::{Engine as _, block, host};
use super::image::{Behaviour, make_as};
use super::marked::Marked;
use super::registry;
use super::tags::{login, pushed};
use crate::adapters::world::Project;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use tminus_core::kinds::check::{CheckKind, ConnectsCheck, ImageCheck};
use tminus_core::mask::Mask;
use tminus_core::measurement::{Ask, Measurement, ProbeQuestion, Reading};
use tminus_core::names::{ConnectName, Version};
use tminus_core::plan::{Check, Expect, ReleaseRules, Template};
use tminus_core::ports::{FailureKind, PortError, Probe as _};
use tminus_services::clock::SystemClock;
use tminus_services::connects::ConnectedService;
use tminus_services::docker::Link;
use tminus_services::git::GitRepository;
use tminus_services::http::Http;
use tminus_services::probe::{ProbeDeps, RealProbe, Stock};
use tminus_services::registry::{Image, Registry};
use tminus_services::secrets::{Permission, Secrets};
use tminus_services::worktree::Worktree;

fn rules() -> ReleaseRules {
    ReleaseRules {
        base: "main".to_owned(),
        branch: Template::new("release/{version}"),
        hotfix: Template::new("hotfix/{version}"),
        tag: Template::new("v{version}"),
        changelog: None,
        notes: None,
        versions: Vec::new(),
        sign: false,
        remote: "origin".to_owned(),
    }
}

fn check(way: CheckKind) -> Check {
    Check {
        name: "it".into(),
        phase: "pre-deploy".into(),
        group: None,
        title: "It holds".to_owned(),
        way,
        expect: Expect::default(),
        needs: Vec::new(),
        paths: Vec::new(),
        fresh: None,
        owner: None,
        required: true,
        in_worktree: false,
        env: Vec::new(),
        timeout: None,
        lint_ok: BTreeMap::new(),
    }
}

fn measure(stock: Stock, way: CheckKind) -> Result<Measurement, PortError> {
    measured_with(stock, HashMap::new(), way)
}

fn measured_with(
    stock: Stock,
    services: HashMap<ConnectName, Arc<dyn ConnectedService>>,
    way: CheckKind,
) -> Result<Measurement, PortError> {
    let project = Project::new(&[("a", "1")]);
    let root = project.path().to_owned();
    let repository = Arc::new(GitRepository::open(&root, "origin").unwrap());
    let probe = RealProbe::new(ProbeDeps {
        worktree: Worktree::new(repository.clone(), root.join("worktree")),
        repository,
        rules: rules(),
        http: Http::default(),
        stock,
        secrets: Arc::new(Secrets::new(&root, Permission::Trusted, Mask::new())),
        clock: Arc::new(SystemClock),
        logs: HashMap::new(),
        services,
        metrics: HashMap::new(),
        workflows: HashMap::new(),
        state: root.join("state"),
        root,
    });
    let ask = Ask {
        question: ProbeQuestion::Check(check(way)),
        values: BTreeMap::new(),
        commit: None,
        env: None,
        version: Some(Version::parse("1.0.0").unwrap()),
        since: None,
        settled: None,
    };
    block(async { probe.measure(&ask, tokio::sync::mpsc::channel(8).0).await })
}

fn asked() -> CheckKind {
    let labels = vec![("tminus.test".to_owned(), Template::new("x"))];
    CheckKind::Image(ImageCheck { artifact: "api".into(), max_size: None, user: None, labels })
}

#[test]
fn an_image_is_measured_only_when_it_is_the_registrys() {
    let (Some(engine), Some(server)) = (host(), registry::open()) else { return };
    let marked = Marked::on(&engine);
    let link = Link::new(Some(format!("unix://{}", engine.socket().display())));
    let name = format!("{}/{}", server.address(), marked.name("api:{version}"));
    let stock = || {
        let secrets = Arc::new(Secrets::new("/", Permission::Trusted, Mask::new()));
        let registry = Registry::new(Http::default(), secrets, login(&server.address(), None));
        let image = Image::new(Template::new(&name), Some(registry));
        Stock { images: HashMap::from([("api".into(), image)]), link: link.clone() }
    };
    let unmeasured = |measured: Measurement| match measured.reading {
        Reading::Unmeasured(why) => why,
        reading => panic!("{reading:?}"),
    };
    assert!(unmeasured(measure(stock(), asked()).unwrap()).contains("has no image"));
    pushed(&marked, &server, "api:1.0.0");
    let measured = measure(stock(), asked()).unwrap();
    let Reading::Image(found) = &measured.reading else { panic!("{measured:?}") };
    assert!(found.size > 1_000_000 && found.labels == [("tminus.test".to_owned(), marked.id.clone())], "{found:?}");
    assert!(measured.tail.contains("health check every 1s"), "{measured:?}");
    make_as(&marked, &name.replace("{version}", "1.0.0"), Behaviour::Crashes);
    let why = unmeasured(measure(stock(), asked()).unwrap());
    assert!(why.contains("on this machine is not sha256:"), "{why}");
}

#[test]
fn a_registry_is_connected_when_it_takes_the_credentials() {
    let Some(mut server) = registry::with_password("deploy", "hunter2-is-it") else { return };
    let service = |password: &str| {
        let secrets = Arc::new(Secrets::new("/", Permission::Trusted, Mask::new()));
        let login = login(&server.address(), Some(("deploy", password)));
        Arc::new(Registry::new(Http::default(), secrets, login)) as Arc<dyn ConnectedService>
    };
    let (right, wrong) = (service("hunter2-is-it"), service("wrong-one"));
    let measure = |service: Arc<dyn ConnectedService>, way| {
        let stock = Stock { images: HashMap::new(), link: Link::new(None) };
        measured_with(stock, HashMap::from([("hub".into(), service)]), way)
    };
    let connects = || CheckKind::Connects(ConnectsCheck("hub".into()));
    let answered = |measured: Measurement| measured.reading.as_own::<Result<String, String>>().unwrap();
    let taken = answered(measure(right.clone(), connects()).unwrap());
    assert_eq!(taken, Ok("it takes the credentials of deploy".to_owned()));
    assert!(answered(measure(wrong, connects()).unwrap()).unwrap_err().contains("refuses the credentials of deploy"));
    server.stop();
    assert_eq!(measure(right.clone(), connects()).unwrap_err().kind, FailureKind::Unreachable);
    assert_eq!(
        measure(right, CheckKind::Connects(ConnectsCheck("other".into()))).unwrap_err().kind,
        FailureKind::Unavailable
    );
}
