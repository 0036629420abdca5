//! The contract that every target keeps, against the real engine: by name, and by port.

use super::world::{Reached, World};
use crate::contract::target::{TargetFixture, a_target_keeps_the_contract};
use crate::docker::image::Behaviour;
use async_trait::async_trait;
use std::sync::Arc;
use tminus_core::order::{Call, Order};
use tminus_core::ports::Target;

struct Fixture(World);

impl Fixture {
    async fn new(reached: Reached) -> Option<Self> {
        let world = World::new(reached)?;
        for (version, behaviour) in [
            ("0.9.0", Behaviour::Good),
            ("1.0.0", Behaviour::Good),
            ("1.1.0", Behaviour::Unhealthy),
            ("1.2.0", Behaviour::NeverReady),
        ] {
            world.publish(version, behaviour);
        }
        world.run(&world.deliver("before", None, "0.9.0")).await.unwrap();
        world.recorder.forget();
        Some(Self(world))
    }
}

#[async_trait]
impl TargetFixture for Fixture {
    fn target(&self) -> Arc<dyn Target> {
        self.0.target()
    }

    fn good(&self, id: &str) -> Order {
        Order { id: id.into(), ..self.0.deliver(id, Some("0.9.0"), "1.0.0") }
    }

    fn bad(&self, id: &str) -> Order {
        Order { id: id.into(), ..self.0.deliver(id, Some("1.0.0"), "1.1.0") }
    }

    fn endless(&self, id: &str) -> Order {
        Order { id: id.into(), ..self.0.deliver(id, Some("1.0.0"), "1.2.0") }
    }

    async fn made(&self) -> Vec<Call> {
        self.0.made()
    }

    /// The recorder sees no bodies, and a preview cannot name what is the oldest then.
    fn is_same(&self, previewed: &Call, made: &Call) -> bool {
        let (Call::Request { line: shown, .. }, Call::Request { line, .. }) = (previewed, made) else { return false };
        shown.strip_suffix('*').map_or(shown == line, |start| line.starts_with(start))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_container_reached_by_its_name_keeps_the_contract() {
    let Some(fixture) = Fixture::new(Reached::ByName).await else { return };
    a_target_keeps_the_contract(&fixture).await;
    let kept = format!("{} exited", fixture.0.kept("kept", "0.9.0"));
    assert_eq!(fixture.0.containers(), ["api running".to_owned(), kept]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_container_reached_by_a_port_keeps_the_contract() {
    let Some(fixture) = Fixture::new(Reached::ByPort).await else { return };
    a_target_keeps_the_contract(&fixture).await;
    let kept = format!("{} exited", fixture.0.kept("kept", "0.9.0"));
    assert_eq!(fixture.0.containers(), ["api running".to_owned(), kept]);
}
