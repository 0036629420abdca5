//! The contract, with each act of Compose and each request written down in one order.

use super::shop::{Shop, first, second};
use crate::contract::target::{TargetFixture, a_target_keeps_the_contract};
use crate::docker::engine::{Engine as _, block};
use crate::docker::image::Behaviour;
use crate::docker::need;
use crate::docker::recorder::{self, Recorder};
use async_trait::async_trait;
use std::collections::HashMap;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use tminus_core::order::{Call, Delivered, Order};
use tminus_core::ports::Target;

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
async fn a_service_of_the_second_compose_keeps_the_contract() {
    if let Some(program) = second() {
        keeps(program).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_of_the_first_compose_keeps_the_contract() {
    if let Some(program) = first() {
        keeps(program).await;
    }
}

async fn keeps(program: Vec<String>) {
    let Some(recorded) = Recorded::new(program).await else { return };
    a_target_keeps_the_contract(&recorded).await;
    assert_eq!(recorded.shop.backends().await.len(), 1);
}
