//! The contract that every builder keeps, against the real engine and a real registry.

use super::{Yards, dockerfile};
use crate::contract::builder::{BuilderFixture, a_builder_keeps_the_contract};
use crate::docker::engine::{Engine as _, host};
use crate::docker::marked::Marked;
use crate::docker::recorder::{self, Recorder};
use crate::docker::registry;
use async_trait::async_trait;
use std::sync::Arc;
use tminus_core::names::{ActionId, Digest, OrderId, Version};
use tminus_core::order::{BuildStage, Order};
use tminus_core::ports::Target;

struct Real {
    good: Yards,
    broken: Yards,
    recorder: Recorder,
}

#[async_trait]
impl BuilderFixture for Real {
    fn builder(&self) -> Arc<dyn Target> {
        Arc::new(self.good.builder())
    }

    /// What an action built is found by its name, on an engine that everybody shares.
    fn order(&self, stage: BuildStage, action: &str) -> Order {
        let action = format!("{}-{action}", self.good.mark);
        Order {
            id: OrderId::new(format!("{action}.{stage:?}")),
            action: ActionId::new(&action),
            ..self.good.order(stage, 1)
        }
    }

    fn broken(&self) -> (Arc<dyn Target>, Order) {
        (Arc::new(self.broken.builder()), self.broken.order(BuildStage::Build, 7))
    }

    async fn made(&self) -> usize {
        self.recorder.mutating().len()
    }

    async fn asked_for(&self) -> Option<Digest> {
        let name = self.good.reference();
        let known = self.good.docker().inspect_image(&name).await.unwrap().repo_digests.unwrap_or_default();
        let (repository, _tag) = name.rsplit_once(':').unwrap();
        known.iter().find_map(|known| known.strip_prefix(&format!("{repository}@"))).map(Digest::new)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_image_builder_keeps_the_contract() {
    let (Some(engine), Some(server)) = (host(), registry::open()) else { return };
    let marked = Marked::on(&engine);
    let recorder = recorder::in_front_of(engine.socket());
    let file = |line: &str| dockerfile(&marked, line);
    let mut good = Yards::new(&marked, &[("Dockerfile", &file("COPY Dockerfile /x"))], Some(&server));
    let mut broken = Yards::new(&marked, &[("Dockerfile", &file("COPY missing.txt /x"))], Some(&server));
    (good.socket, broken.socket) = (recorder.socket(), recorder.socket());
    let fixture = Real { good, broken, recorder };
    a_builder_keeps_the_contract(&fixture).await;
    let seen = fixture.builder().observe().await.unwrap();
    assert_eq!(seen.version, Some(Version::parse("1.0.0").unwrap()));
}
