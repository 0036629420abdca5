//! Watching a place: the engine tells what happens, and what is there is listed then, once for many events.

use super::failure::failure;
use super::picture::Picture;
use super::stats::{Meters, UsageSample};
use super::watched_place::WatchedPlace;
use bollard::Docker;
use bollard::errors::Error;
use bollard::models::EventMessage;
use bollard::query_parameters::EventsOptionsBuilder;
use futures::{Stream, StreamExt as _};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;
use tminus_core::order::Observation;
use tminus_core::ports::{FailureKind, PortError, TargetUpdate, VisibleContainers};
use tminus_core::telemetry::{Container, Load};
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, MissedTickBehavior};

/// What comes within this time is listed once.
const BURST: Duration = Duration::from_millis(100);
/// How long after a list a second one comes: what happened while the engine began to tell could be missed, and an engine
/// tells of a pause before its list has it.
const SECOND_LOOK: Duration = Duration::from_millis(300);
/// How often the engine is asked whether it is there.
const PING: Duration = Duration::from_secs(5);
/// How old a list gets: `Up 3 minutes` becomes wrong by itself.
const LISTED: Duration = Duration::from_secs(30);
/// How often containers are told only because what they use was measured.
const MEASURED: Duration = Duration::from_secs(1);

/// Tells what happens at a place until the receiver is gone: first how it is, then each change.
///
/// # Errors
/// [`FailureKind::Unreachable`] as soon as the engine stops telling, or does not answer in time.
pub async fn watch(
    place: &dyn WatchedPlace,
    attention: watch::Receiver<VisibleContainers>,
    sights: mpsc::Sender<TargetUpdate>,
) -> Result<(), PortError> {
    let docker = place.link().docker().await?;
    let gone = sights.clone();
    let (meters, samples) = Meters::new();
    let watcher = Watcher {
        place,
        docker,
        sights,
        attention,
        meters,
        picture: Picture::default(),
        loads: BTreeMap::new(),
        changed: BTreeSet::new(),
        told: None,
        seen: None,
    };
    let ended = tokio::select! {
        ended = watcher.run(samples) => ended,
        () = gone.closed() => Ok(()),
    };
    match ended {
        Err(failure) if failure.kind == FailureKind::Unreachable => Err(place.link().explained(failure).await),
        ended => ended,
    }
}

struct Watcher<'a> {
    place: &'a dyn WatchedPlace,
    docker: Docker,
    sights: mpsc::Sender<TargetUpdate>,
    attention: watch::Receiver<VisibleContainers>,
    meters: Meters,
    picture: Picture,
    loads: BTreeMap<String, Load>,
    /// The containers that something happened to since the last list.
    changed: BTreeSet<String>,
    /// The containers as they were told last.
    told: Option<Vec<Container>>,
    /// What runs there as it was told last.
    seen: Option<Observation>,
}

/// When the next things are due.
struct WatchSchedule {
    list: Option<Instant>,
    /// Whether that is the second look at what the last list was made for.
    is_second: bool,
    tell: Option<Instant>,
    listed: Instant,
    measured: Instant,
}

impl Watcher<'_> {
    async fn run(mut self, mut samples: mpsc::Receiver<UsageSample>) -> Result<(), PortError> {
        let mut events = self.events();
        let now = Instant::now();
        let mut due = WatchSchedule { list: Some(now), is_second: false, tell: None, listed: now, measured: now };
        let mut pings = tokio::time::interval_at(now + PING, PING);
        pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                event = events.next() => {
                    if self.concerns(event)? {
                        due.is_second = false;
                        let soon = Instant::now().max(due.listed + BURST);
                        due.list = Some(due.list.map_or(soon, |then| then.min(soon)));
                    }
                }
                () = at(due.list) => {
                    let (is_first, changed) = (self.told.is_none(), self.changed.clone());
                    self.list().await?;
                    due.listed = Instant::now();
                    // The engine tells of some changes before its own list has them.
                    due.is_second = !due.is_second && (is_first || !changed.is_empty());
                    due.list = due.is_second.then(|| due.listed + SECOND_LOOK);
                    self.changed.extend(changed.into_iter().filter(|_| due.is_second));
                }
                _tick = pings.tick() => {
                    self.ping().await?;
                    if due.listed.elapsed() >= LISTED {
                        due.list.get_or_insert_with(Instant::now);
                    }
                }
                Ok(()) = self.attention.changed() => self.measure(),
                Some((id, load)) = samples.recv() => {
                    self.weigh(id, load);
                    due.tell.get_or_insert_with(|| due.measured + MEASURED);
                }
                () = at(due.tell) => {
                    due.tell = None;
                    due.measured = Instant::now();
                    self.tell().await;
                }
            }
        }
    }

    /// What the engine tells of containers. It says nothing before it is asked, so the first list comes beside it.
    fn events(&self) -> impl Stream<Item = Result<EventMessage, Error>> + Unpin + use<> {
        let containers = HashMap::from([("type", vec!["container"])]);
        let options = EventsOptionsBuilder::new().filters(&containers).build();
        self.docker.events(Some(options)).boxed()
    }

    /// Takes note of what happened; says whether it happened here.
    fn concerns(&mut self, event: Option<Result<EventMessage, Error>>) -> Result<bool, PortError> {
        let over = || format!("{} no longer reports its events", self.place.link().name());
        let event = match event {
            Some(Ok(event)) => event,
            Some(Err(error)) => {
                let broken = failure(over(), &error);
                return Err(PortError { kind: FailureKind::Unreachable, ..broken });
            }
            None => return Err(PortError::new(FailureKind::Unreachable, over())),
        };
        let actor = event.actor.unwrap_or_default();
        let (Some(id), labels) = (actor.id, actor.attributes.unwrap_or_default()) else { return Ok(false) };
        let name = labels.get("name").map_or("", String::as_str);
        let is_here = self.picture.has(&id) || self.place.role(name, &labels).is_some();
        let matters = is_here && event.action.is_some_and(|action| matters(&action));
        if matters {
            self.changed.insert(id);
        }
        Ok(matters)
    }

    async fn list(&mut self) -> Result<(), PortError> {
        let changed = std::mem::take(&mut self.changed);
        let (docker, place) = (self.docker.clone(), self.place);
        let looking = async {
            self.picture.refresh(&docker, place, &changed).await?;
            place.observation().await
        };
        let seen = tokio::select! {
            seen = tokio::time::timeout(place.link().patience().now(), looking) => seen.unwrap_or_else(|_elapsed| Err(silent(place))),
            hangs = hangs(&docker, place) => Err(hangs),
        };
        self.tell_seen(seen?).await;
        self.measure();
        self.tell().await;
        Ok(())
    }

    async fn tell_seen(&mut self, seen: Observation) {
        if self.seen.as_ref() != Some(&seen) {
            self.seen = Some(seen.clone());
            self.send(TargetUpdate::Seen(seen)).await;
        }
    }

    async fn ping(&self) -> Result<(), PortError> {
        ping(&self.docker, self.place).await?;
        self.send(TargetUpdate::Same).await;
        Ok(())
    }

    /// Measures what somebody looks at, and what serves.
    fn measure(&mut self) {
        let asked = self.attention.borrow_and_update().clone();
        self.meters.turn_to(&self.docker, self.picture.measured(&asked));
        self.loads.retain(|id, _load| self.meters.has(id));
    }

    fn weigh(&mut self, id: String, load: Option<Load>) {
        match load {
            Some(load) if self.meters.has(&id) => drop(self.loads.insert(id, load)),
            Some(_) | None => drop(self.loads.remove(&id)),
        }
    }

    async fn tell(&mut self) {
        let containers = self.picture.containers(&self.loads);
        if self.told.as_ref() != Some(&containers) {
            self.told = Some(containers.clone());
            self.send(TargetUpdate::Containers(containers)).await;
        }
    }

    /// A receiver that is gone ends the whole watch.
    async fn send(&self, sight: TargetUpdate) {
        drop(self.sights.send(sight).await);
    }
}

async fn ping(docker: &Docker, place: &dyn WatchedPlace) -> Result<(), PortError> {
    match tokio::time::timeout(place.link().patience().now(), docker.ping()).await {
        Ok(Ok(_pong)) => Ok(()),
        Ok(Err(error)) => Err(failure(format!("{} is gone", place.link().name()), &error)),
        Err(_elapsed) => Err(silent(place)),
    }
}

/// Waits until an engine that is asked for something longer does not answer at all.
async fn hangs(docker: &Docker, place: &dyn WatchedPlace) -> PortError {
    loop {
        tokio::time::sleep(PING).await;
        if let Err(failure) = ping(docker, place).await {
            return failure;
        }
    }
}

fn silent(place: &dyn WatchedPlace) -> PortError {
    PortError::new(FailureKind::Unreachable, format!("{} does not answer", place.link().name()))
}

/// Waits for a moment; for ever when there is none.
async fn at(moment: Option<Instant>) {
    match moment {
        Some(moment) => tokio::time::sleep_until(moment).await,
        None => std::future::pending().await,
    }
}

/// Each health check makes three events, which say nothing; its result is told only when it changes.
fn matters(action: &str) -> bool {
    let is_noise = ["exec_", "attach", "commit", "copy", "export", "resize", "top", "archive-path", "extract-to-dir"];
    !is_noise.iter().any(|noise| action.starts_with(noise))
}

#[cfg(test)]
mod tests {
    use super::matters;

    #[test]
    fn a_probe_is_no_change_and_its_verdict_is() {
        for noise in ["exec_create: /bin/check", "exec_start: /bin/check", "exec_die", "attach", "top"] {
            assert!(!matters(noise), "{noise}");
        }
        for change in ["start", "die", "health_status: healthy", "health_status", "destroy", "rename", "oom"] {
            assert!(matters(change), "{change}");
        }
    }
}
