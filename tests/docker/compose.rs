//! `with = "compose"` by the real programs, the second and the first Compose, on the engine of this machine.

use super::client::hammer_within;
use super::engine::{self, Engine, HostEngine, block, client};
use super::image::{self, Behaviour};
use super::marked::{LABEL, Marked};
use super::need;
use super::recorder::{self, Recorder};
use super::wait;
use crate::contract::target::{TargetFixture, a_target_keeps_the_contract, end};
use async_trait::async_trait;
use bollard::models::HealthStatusEnum;
use bollard::query_parameters::{BuildImageOptionsBuilder, ListContainersOptionsBuilder, RemoveImageOptionsBuilder};
use futures::StreamExt as _;
use std::collections::HashMap;
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tminus::adapters::docker::{Compose, ComposeGround, ComposeTarget, Flights, Link};
use tminus::adapters::registry::Image;
use tminus::adapters::secrets::{Permission, Secrets};
use tminus::domain::mask::Mask;
use tminus::domain::names::{ActionId, ArtifactName, Digest, EnvName, OrderId, Version};
use tminus::domain::order::{Call, Delivered, Health, Order, Receipt, Task};
use tminus::domain::plan::Template;
use tminus::domain::time::Span;
use tminus::ports::{FailureKind, PortError, Target};

/// What asks the backend anew for each request, by name, and tries nothing twice: whatever is lost shows.
const FRONT: &str = "#!/bin/busybox sh\n\
    body=$(/bin/busybox wget -q -O - http://backend:8000/api/version 2>&1) && {\n\
    /bin/busybox printf 'Content-Type: application/json\\r\\n\\r\\n%s' \"$body\"; exit 0; }\n\
    /bin/busybox printf 'Status: 502 Bad Gateway\\r\\n\\r\\n%s' \"$body\"\n";

/// The front starts a program for each request.
const PATIENCE: Duration = Duration::from_secs(3);

/// One project with a front and a backend.
struct Shop {
    host: HostEngine,
    marked: Marked,
    root: TempDir,
    state: TempDir,
    program: Vec<String>,
    front: u16,
    /// Another way to the engine than its own socket.
    context: Option<String>,
}

/// The programs that are here.
fn programs() -> Vec<Vec<String>> {
    let two = need::compose_two().map(|_| vec!["docker".to_owned(), "compose".to_owned()]);
    let one = need::need("docker-compose").map(|place| vec![place.display().to_string()]);
    two.into_iter().chain(one).collect()
}

impl Shop {
    fn new(program: Vec<String>, more: &str) -> Option<Self> {
        let host = engine::host()?;
        let marked = Marked::on(&host);
        let front = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let (root, state) = (TempDir::new().unwrap(), TempDir::new().unwrap());
        let shop = Self { host, marked, root, state, program, front, context: None };
        shop.build_front();
        shop.write(more);
        Some(shop)
    }

    fn write(&self, more: &str) {
        let (front, backend, port) = (self.marked.name("front:1"), self.marked.name("api:0.0.0"), self.front);
        let mark = &self.marked.id;
        let text = format!(
            "services:\n  backend:\n    image: {backend}\n    environment: {{KEY: hunter2}}\n{more}  front:\n    \
             image: {front}\n    depends_on: [backend]\n    ports: ['127.0.0.1:{port}:80']\n    stop_grace_period: 1s\n\
             networks:\n  default:\n    labels: {{{LABEL}: {mark}}}\n"
        );
        fs::write(self.root.path().join("docker-compose.yml"), text).unwrap();
    }

    fn build_front(&self) {
        let mut context = tar::Builder::new(Vec::new());
        let mut add = |name: &str, content: &[u8], mode: u32| {
            let mut header = tar::Header::new_gnu();
            header.set_size(content.len() as u64);
            header.set_mode(mode);
            header.set_cksum();
            context.append_data(&mut header, name, content).unwrap();
        };
        let dockerfile = format!(
            "FROM scratch\nCOPY busybox /bin/busybox\nCOPY www /www\nLABEL {LABEL}={}\n\
             ENTRYPOINT [\"/bin/busybox\", \"httpd\", \"-f\", \"-p\", \"80\", \"-h\", \"/www\"]\n",
            self.marked.id
        );
        add("busybox", &fs::read("/bin/busybox").unwrap(), 0o755);
        add("www/cgi-bin/api", FRONT.as_bytes(), 0o755);
        add("Dockerfile", dockerfile.as_bytes(), 0o644);
        let context = context.into_inner().unwrap();
        let name = self.marked.name("front:1");
        let docker = self.host.socket().to_owned();
        block(async move {
            let options = BuildImageOptionsBuilder::new().t(&name).rm(true).build();
            let docker = client(&docker).unwrap();
            let mut lines = docker.build_image(options, None, Some(bollard::body_full(context.into())));
            while let Some(line) = lines.next().await {
                line.unwrap();
            }
        });
    }

    /// Builds a version, and returns what it is known by.
    fn make(&self, version: &str, behaviour: Behaviour) -> Delivered {
        let made = image::make(&self.marked, &format!("api:{version}"), behaviour);
        Delivered { version: Version::parse(version).unwrap(), digest: Some(Digest::new(made.id)) }
    }

    fn project(&self) -> String {
        format!("{}-p", self.marked.id)
    }

    /// A target that knows nothing but what the engine and the disk know, as after a restart.
    fn target(&self) -> ComposeTarget {
        let compose = Compose {
            env: EnvName::new("staging"),
            artifact: ArtifactName::new("backend"),
            file: "docker-compose.yml".into(),
            service: "backend".into(),
            project: Some(self.project()),
            timeout: Some(Span::seconds(60)),
            image: Image::new(Template::new(format!("{}:{{version}}", self.marked.name("api"))), None),
            programs: vec![self.program.clone()],
        };
        let secrets = Arc::new(Secrets::new(self.root.path(), Permission::Trusted, Mask::new()));
        let ground = ComposeGround {
            link: Link::new(self.context.clone()),
            flights: Flights::new(self.state.path().join("docker")),
            secrets,
            state: self.state.path().join("compose"),
        };
        ComposeTarget::new(compose, ground)
    }

    /// Does an order from where the place stands now.
    async fn deliver(&self, id: &str, to: &Delivered) -> Result<Receipt, PortError> {
        let target = self.target();
        let order = self.order(id, self.now().await, to);
        let ticket = target.begin(&order).await?;
        end(&target, &ticket).await.0
    }

    async fn now(&self) -> Option<Delivered> {
        let seen = self.target().observe().await.unwrap();
        Some(Delivered { version: seen.version?, digest: seen.digest })
    }

    fn order(&self, id: &str, from: Option<Delivered>, to: &Delivered) -> Order {
        let artifact = ArtifactName::new("backend");
        let task = Task::Deliver { artifact, from, to: to.clone() };
        Order { id: OrderId::new(id), action: ActionId::new("a1"), env: Some(EnvName::new("staging")), task }
    }

    fn compose(&self, words: &[&str]) {
        let (program, first) = self.program.split_first().unwrap();
        let mut command = Command::new(program);
        command.args(first).args(["-p", &self.project()]).args(words).current_dir(self.root.path());
        let done = command.output().unwrap();
        assert!(done.status.success(), "{words:?}: {}", String::from_utf8_lossy(&done.stderr));
    }

    /// Returns the containers of the service with what they run, the ones that `run` made too.
    async fn backends(&self) -> Vec<(String, String)> {
        let wanted = ["project", "service"].iter().zip([self.project(), "backend".to_owned()]);
        let labels = wanted.map(|(key, value)| format!("com.docker.compose.{key}={value}")).collect::<Vec<_>>();
        let filters = HashMap::from([("label", labels)]);
        let options = ListContainersOptionsBuilder::new().all(true).filters(&filters).build();
        let all = self.host.docker().list_containers(Some(options)).await.unwrap();
        all.into_iter().map(|one| (one.names.unwrap()[0].clone(), one.image_id.unwrap())).collect()
    }

    fn front(&self) -> String {
        format!("http://127.0.0.1:{}/cgi-bin/api", self.front)
    }
}

impl Drop for Shop {
    fn drop(&mut self) {
        let kept = format!("tminus/kept/{}-backend", self.project());
        block(async {
            let docker = client(self.host.socket()).unwrap();
            for version in ["1.0.0", "1.1.0", "1.2.0", "1.3.0"] {
                let force = RemoveImageOptionsBuilder::new().force(true).build();
                drop(docker.remove_image(&format!("{kept}:{version}"), Some(force), None).await);
            }
        });
    }
}

fn shown(program: &[String]) -> String {
    program.join(" ").rsplit('/').next().unwrap().to_owned()
}

/// What reaches the engine and what is run, in one order: each act of Compose is told to the recorder as a request too.
struct Recorded {
    shop: Shop,
    recorder: Recorder,
    acts: PathBuf,
    versions: HashMap<&'static str, Delivered>,
}

impl Recorded {
    async fn new(program: Vec<String>) -> Option<Self> {
        let curl = need::need("curl")?;
        let mut shop = Shop::new(program, "")?;
        let recorder = recorder::in_front_of(shop.host.socket());
        let (acts, wrapper) = (shop.state.path().join("acts"), shop.state.path().join("compose.sh"));
        let script = format!(
            "#!/bin/sh\ncase \" $* \" in *' run '*|*' up '*|*' rm '*)\necho \"$*\" >> {acts}\n\
             {curl} -s -o /dev/null -X POST --unix-socket {recorder} http://x/acts/$(wc -l < {acts});;\nesac\n\
             unset DOCKER_CONTEXT\nDOCKER_HOST=unix://{engine} exec {program} \"$@\"\n",
            acts = acts.display(),
            curl = curl.display(),
            recorder = recorder.socket().display(),
            engine = shop.host.socket().display(),
            program = shop.program.join(" "),
        );
        fs::write(&wrapper, script).unwrap();
        fs::set_permissions(&wrapper, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
        shop.program = vec![wrapper.display().to_string()];
        shop.context = Some(format!("unix://{}", recorder.socket().display()));
        let kinds = [
            ("0.9.0", Behaviour::Good),
            ("1.0.0", Behaviour::Good),
            ("1.1.0", Behaviour::Unhealthy),
            ("1.2.0", Behaviour::NeverReady),
        ];
        let versions = kinds.map(|(version, behaviour)| (version, shop.make(version, behaviour)));
        let recorded = Self { shop, recorder, acts, versions: HashMap::from(versions) };
        recorded.shop.deliver("before", &recorded.versions["0.9.0"]).await.unwrap();
        recorded.recorder.forget();
        Some(recorded)
    }

    fn order(&self, id: &str, from: &str, to: &str) -> Order {
        self.shop.order(id, Some(self.versions[from].clone()), &self.versions[to])
    }
}

/// Leaves out what a client says without need, and puts the rest in one order.
fn plain(line: &str) -> String {
    let line = line.replace("%3A", ":").replace("%2F", "/").replace("%40", "@");
    let (path, query) = line.split_once('?').unwrap_or((&line, ""));
    let is_said = |pair: &&str| pair.split_once('=').is_some_and(|(_, value)| !matches!(value, "" | "false"));
    let mut said: Vec<&str> = query.split('&').filter(is_said).collect();
    said.sort_unstable();
    format!("{path}?{}", said.join("&"))
}

#[async_trait]
impl TargetFixture for Recorded {
    fn target(&self) -> Arc<dyn Target> {
        let target = self.shop.target();
        // Which Compose it is decides how containers are named: a cockpit has looked before it previews.
        block(async { target.observe().await.unwrap() });
        Arc::new(target)
    }

    fn good(&self, id: &str) -> Order {
        self.order(id, "0.9.0", "1.0.0")
    }

    fn bad(&self, id: &str) -> Order {
        self.order(id, "1.0.0", "1.1.0")
    }

    fn endless(&self, id: &str) -> Order {
        self.order(id, "1.0.0", "1.2.0")
    }

    async fn made(&self) -> Vec<Call> {
        let acts = fs::read_to_string(&self.acts).unwrap_or_default();
        let call = |(method, path): (String, String)| match path.strip_prefix("/acts/") {
            Some(number) => {
                let line = acts.lines().nth(number.parse::<usize>().unwrap() - 1).unwrap();
                let words = self.shop.program.iter().cloned().chain(line.split(' ').map(str::to_owned));
                Call::Process { words: words.collect(), dir: None }
            }
            None => {
                let line = plain(&format!("{method} {path}"));
                Call::Request { service: "docker".into(), line, body: None }
            }
        };
        self.recorder.mutating().into_iter().map(call).collect()
    }

    /// The recorder sees no bodies.
    fn is_same(&self, previewed: &Call, made: &Call) -> bool {
        match (previewed, made) {
            (Call::Request { line: shown, .. }, Call::Request { line, .. }) => plain(shown) == *line,
            (previewed, made) => previewed == made,
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_keeps_the_contract() {
    for program in programs() {
        let Some(recorded) = Recorded::new(program).await else { return };
        a_target_keeps_the_contract(&recorded).await;
        assert_eq!(recorded.shop.backends().await.len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_version_costs_no_request_and_a_good_one_goes_back_in_seconds() {
    for program in programs() {
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
        assert!(seen.kept[0].ends_with("1.0.0: the way back to 1.0.0"), "{:?}", seen.kept);

        let begun = Instant::now();
        let target = shop.target();
        let artifact = ArtifactName::new("backend");
        let task = Task::Restore { artifact, from: Some(next.clone()), to: good.clone() };
        let ticket = target.begin(&Order { task, ..shop.order("o4", None, &good) }).await.unwrap();
        end(&target, &ticket).await.0.unwrap();
        eprintln!("{}: from order to done {:?}", shown(&program), begun.elapsed());
        let seen = shop.target().observe().await.unwrap();
        assert_eq!((seen.health, seen.version), (Health::Healthy, Some(good.version.clone())));
        assert_eq!(seen.action, Some(ActionId::new("a1")));
        assert_eq!(shop.backends().await.len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_is_left_anywhere_is_driven_on() {
    for program in programs() {
        let Some(shop) = Shop::new(program.clone(), "") else { return };
        let versions = [shop.make("1.0.0", Behaviour::Good), shop.make("1.2.0", Behaviour::Good)];
        shop.deliver("first", &versions[0]).await.unwrap();
        for (nth, millis) in [0_u64, 700, 1_500, 2_600, 3_400, 4_500].into_iter().enumerate() {
            let to = &versions[(nth + 1) % 2];
            let id = format!("left-{nth}");
            let target = shop.target();
            let ticket = target.begin(&shop.order(&id, shop.now().await, to)).await.unwrap();
            // Left in the middle, wherever that is: not a wait for something to be so.
            let left = tokio::time::timeout(Duration::from_millis(millis), end(&target, &ticket)).await;
            drop(target);
            let target = shop.target();
            let ticket = target.find(&OrderId::new(id)).await.unwrap().unwrap();
            let receipt = end(&target, &ticket).await.0.unwrap();
            assert_eq!(receipt.delivered.as_ref(), Some(to), "left after {millis} ms, {}", left.is_err());
            let there = shop.backends().await;
            assert_eq!(there.len(), 1, "left after {millis} ms: {there:?}");
            assert_eq!(Some(there[0].1.as_str()), to.digest.as_ref().map(Digest::as_str));
            assert_eq!(shop.target().observe().await.unwrap().health, Health::Healthy);
        }
    }
}

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
    for program in programs() {
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

impl Shop {
    async fn worker(&self) -> String {
        let label = format!("com.docker.compose.project={}", self.project());
        let filters = HashMap::from([("label", vec![label, "com.docker.compose.service=worker".to_owned()])]);
        let options = ListContainersOptionsBuilder::new().filters(&filters).build();
        self.host.docker().list_containers(Some(options)).await.unwrap().remove(0).id.unwrap()
    }

    async fn is_healthy(&self, container: &str) -> bool {
        let docker = client(self.host.socket()).unwrap();
        let state = docker.inspect_container(container, None).await.unwrap().state.unwrap();
        state.health.and_then(|health| health.status) == Some(HealthStatusEnum::HEALTHY)
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
        assert_eq!(
            ready.keeps,
            ["docker-compose.yml changed since 1.0.0 was delivered (services.backend.environment)"]
        );
        for (wrong, words) in [
            (text.replace("  backend:", "  api:").replace("[backend]", "[api]"), "has no service backend"),
            (text.replace("image:", "imagine:"), "imagine"),
        ] {
            fs::write(&file, wrong).unwrap();
            let ready = shop.target().readiness(&one.version).await.unwrap();
            assert!(ready.blockers.iter().any(|blocker| blocker.contains(words)), "{:?}", ready.blockers);
        }
        fs::remove_file(&file).unwrap();
        let ready = shop.target().readiness(&one.version).await.unwrap();
        assert_eq!(ready.blockers, ["there is no docker-compose.yml"]);
        let nothing = Version::parse("9.9.9").unwrap();
        fs::write(&file, text).unwrap();
        let ready = shop.target().readiness(&nothing).await.unwrap();
        assert!(ready.blockers.iter().any(|blocker| blocker.contains("9.9.9")), "{:?}", ready.blockers);
    }
}
