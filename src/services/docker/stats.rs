//! What containers use, measured by their engine about once a second, for as long as somebody looks.

use bollard::Docker;
use bollard::models::{ContainerCpuStats, ContainerMemoryStats, ContainerStatsResponse};
use bollard::query_parameters::StatsOptionsBuilder;
use futures::TryStreamExt as _;
use std::collections::BTreeMap;
use tminus_core::telemetry::Load;
use tokio::sync::mpsc;
use tokio::task::{AbortHandle, JoinSet};

/// How many containers are measured at once: each is a stream of its own, and work for the engine.
pub(super) const AT_ONCE: usize = 40;

/// One measurement: the container's id, and what it uses; `None` when it does not run.
pub(super) type UsageSample = (String, Option<Load>);

/// The measurements that run; all of them end when it is dropped.
pub(super) struct Meters {
    samples: mpsc::Sender<UsageSample>,
    running: BTreeMap<String, AbortHandle>,
    tasks: JoinSet<()>,
}

impl Meters {
    /// Makes it with the place where measurements arrive.
    pub(super) fn new() -> (Self, mpsc::Receiver<UsageSample>) {
        let (samples, arriving) = mpsc::channel(AT_ONCE);
        (Self { samples, running: BTreeMap::new(), tasks: JoinSet::new() }, arriving)
    }

    /// Measures these containers, the first of them where they are too many, and no others.
    pub(super) fn turn_to(&mut self, docker: &Docker, ids: Vec<String>) {
        let ids: Vec<String> = ids.into_iter().take(AT_ONCE).collect();
        while self.tasks.try_join_next().is_some() {}
        self.running.retain(|id, meter| {
            let is_wanted = ids.contains(id) && !meter.is_finished();
            if !is_wanted {
                meter.abort();
            }
            is_wanted
        });
        for id in ids {
            if !self.running.contains_key(&id) {
                let meter = self.tasks.spawn(measure(docker.clone(), id.clone(), self.samples.clone()));
                self.running.insert(id, meter);
            }
        }
    }

    /// Says whether a container is measured.
    pub(super) fn has(&self, id: &str) -> bool {
        self.running.contains_key(id)
    }
}

async fn measure(docker: Docker, id: String, samples: mpsc::Sender<UsageSample>) {
    let mut measured = docker.stats(&id, Some(StatsOptionsBuilder::new().stream(true).build()));
    let mut is_first = true;
    while let Ok(Some(stats)) = measured.try_next().await {
        let load = load(&stats);
        // The first has nothing before it that it could be compared with.
        let is_new = std::mem::take(&mut is_first);
        if is_new && load.is_none() {
            continue;
        }
        if samples.send((id.clone(), load)).await.is_err() {
            return;
        }
    }
    drop(samples.send((id, None)).await);
}

/// Reads a measurement; `None` when it holds nothing to compare.
fn load(stats: &ContainerStatsResponse) -> Option<Load> {
    let cpu = share(stats.cpu_stats.as_ref()?, stats.precpu_stats.as_ref()?)?;
    Some(Load { cpu, memory: memory(stats.memory_stats.as_ref()?)?, limit: None })
}

/// How much of one processor: its own time against that of the whole machine, between two measurements.
fn share(now: &ContainerCpuStats, before: &ContainerCpuStats) -> Option<f64> {
    let total = |stats: &ContainerCpuStats| stats.cpu_usage.as_ref()?.total_usage;
    let own = total(now)?.checked_sub(total(before)?)?;
    let machine = now.system_cpu_usage?.checked_sub(before.system_cpu_usage.filter(|usage| *usage > 0)?)?;
    let listed = now.cpu_usage.as_ref()?.percpu_usage.as_ref().map_or(1, Vec::len);
    let processors = now.online_cpus.filter(|count| *count > 0).map_or(listed as f64, f64::from);
    (machine > 0).then(|| own as f64 / machine as f64 * processors)
}

/// What the kernel could drop at once is not counted: `total_inactive_file` of cgroup 1, `inactive_file` of cgroup 2.
fn memory(stats: &ContainerMemoryStats) -> Option<u64> {
    let usage = stats.usage?;
    let named = |name: &str| stats.stats.as_ref()?.get(name).copied();
    let droppable = named("total_inactive_file").or_else(|| named("inactive_file")).unwrap_or_default();
    Some(usage.checked_sub(droppable).unwrap_or(usage))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(cpu: &str, before: &str, memory: &str) -> Option<Load> {
        let json = format!(r#"{{"cpu_stats":{cpu},"precpu_stats":{before},"memory_stats":{memory}}}"#);
        load(&serde_json::from_str(&json).unwrap())
    }

    const NOW: &str = r#"{"cpu_usage":{"total_usage":1500},"system_cpu_usage":4000,"online_cpus":4}"#;
    const MEMORY: &str = r#"{"usage":100,"limit":1000,"stats":{"inactive_file":10,"total_inactive_file":30}}"#;

    #[test]
    fn one_whole_processor_is_one() {
        let before = r#"{"cpu_usage":{"total_usage":1000},"system_cpu_usage":2000,"online_cpus":4}"#;
        assert_eq!(read(NOW, before, MEMORY), Some(Load { cpu: 1.0, memory: 70, limit: None }));
        let newer = r#"{"usage":100,"stats":{"inactive_file":10}}"#;
        assert_eq!(read(NOW, before, newer).map(|load| load.memory), Some(90));
    }

    #[test]
    fn the_first_measurement_and_one_of_a_stopped_container_say_nothing() {
        for before in [r#"{"cpu_usage":{"total_usage":0},"throttling_data":{}}"#, "{}", NOW] {
            assert_eq!(read(NOW, before, MEMORY), None, "{before}");
        }
        assert_eq!(read("{}", NOW, "{}"), None);
    }
}
