//! What one container is, in our words. Only reads; what happens next is not its business.

use super::failure::{failure, is_absent};
use super::find::find;
use super::labels;
use super::lives::Lives;
use super::name;
use bollard::Docker;
use bollard::container::LogOutput;
use bollard::models::{
    ContainerInspectResponse, ContainerState, ContainerStateStatusEnum, EndpointSettings, HealthStatusEnum, PortMap,
};
use bollard::query_parameters::LogsOptionsBuilder;
use futures::TryStreamExt as _;
use jiff::Timestamp;
use std::collections::{BTreeSet, HashMap};
use tminus_core::names::{ActionId, Digest, Version};
use tminus_core::order::{Health, Observation};
use tminus_core::plan::Template;
use tminus_core::ports::PortError;

/// How many entries of a health log are told.
const CHECKS_TOLD: usize = 3;

/// How much of one line of a log or a check is told, in characters.
const LINE_TOLD: usize = 500;

/// A container as its engine describes it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct SeenContainer {
    /// Its name.
    pub name: String,
    /// Its id.
    pub id: String,
    /// The reference of the image that it was made from.
    pub image: String,
    /// The id of that image on this engine.
    pub image_id: String,
    /// What registries know that image by: `repository@sha256:…`.
    pub digests: Vec<String>,
    /// Its labels.
    pub labels: HashMap<String, String>,
    /// How it is.
    pub health: Health,
    /// How it is in words that stay the same while it does.
    pub words: String,
    /// How often its engine started it again.
    pub restarts: u64,
    /// Since when it runs, where it does.
    pub since: Option<Timestamp>,
    /// When it was started last, whether it runs or not.
    pub started: Option<Timestamp>,
    /// When its run before this one ended, or its last one.
    pub finished: Option<Timestamp>,
    /// When it was made.
    pub created: Option<Timestamp>,
    /// The networks that it is in, by their names.
    pub networks: BTreeSet<String>,
    /// The ports it is published on: `127.0.0.1:8000→8000/tcp`.
    pub ports: Vec<String>,
    /// The most memory that it may use, in bytes, where it has a limit of its own.
    pub limit: Option<u64>,
    /// Whether its output is that of a terminal.
    pub is_terminal: bool,
    /// What its last health checks said, oldest first.
    pub checks: Vec<String>,
}

impl SeenContainer {
    /// Returns what its image is known by for good: the digest that was delivered, the first that a registry gave it
    /// in that repository, or its own id where no registry knows it.
    pub(super) fn digest(&self, repository: &str) -> Option<Digest> {
        let ours = name::familiar(repository);
        let known: Vec<&str> = self.digests.iter().filter_map(|entry| entry.split_once('@')).fold(
            Vec::new(),
            |mut known, (of, digest)| {
                if name::familiar(of) == ours {
                    known.push(digest);
                }
                known
            },
        );
        let delivered = self
            .labels
            .get(labels::DIGEST)
            .filter(|label| known.contains(&label.as_str()) || (known.is_empty() && label.as_str() == self.image_id));
        let found = delivered.map(String::as_str).or_else(|| known.first().copied()).unwrap_or(&self.image_id);
        (!found.is_empty()).then(|| Digest::new(found))
    }

    /// Returns the version: of the label, while the container runs what was delivered; else of the image's tag.
    pub(super) fn version(&self, image: &Template) -> Option<Version> {
        let digest = self.digest(name::repository(image.as_str()));
        let is_delivered = match self.labels.get(labels::DIGEST) {
            Some(label) => digest.as_ref().is_some_and(|digest| digest.as_str() == label),
            None => true,
        };
        let label = self.labels.get(labels::VERSION).filter(|_| is_delivered);
        label.and_then(|label| Version::parse(label).ok()).or_else(|| name::version(image, &self.image))
    }

    /// Returns what a target says of a place that this container serves.
    pub(super) fn observation(&self, image: &Template) -> Observation {
        Observation {
            version: self.version(image),
            digest: self.digest(name::repository(image.as_str())),
            words: Some(self.words.clone()),
            since: self.since,
            action: self.labels.get(labels::ACTION).map(|action| ActionId::new(action.clone())),
            ..Observation::of(self.health)
        }
    }
}

/// Looks at a container, by its name or id; `None` when there is none.
///
/// # Errors
/// When the engine does not answer, or not in a way that makes sense.
pub(super) async fn look(docker: &Docker, container: &str) -> Result<Option<SeenContainer>, PortError> {
    let Some(seen) = inspect(docker, container).await? else { return Ok(None) };
    match docker.inspect_image(&seen.image_id).await {
        Ok(image) => Ok(Some(SeenContainer { digests: image.repo_digests.unwrap_or_default(), ..seen })),
        // The image of a container that runs can be removed by force.
        Err(error) if is_absent(&error) => Ok(Some(seen)),
        Err(error) => Err(failure(format!("the image of {container} could not be looked at"), &error)),
    }
}

/// Looks at a container alone, and not at what registries know its image by; `None` when there is none, which is waited
/// for where the engine is removing it.
///
/// # Errors
/// When the engine does not answer, or not in a way that makes sense.
pub(super) async fn inspect(docker: &Docker, container: &str) -> Result<Option<SeenContainer>, PortError> {
    Ok(find(docker, container).await?.map(|found| seen(found, Timestamp::now())))
}

/// Returns the newest lines that a container wrote, oldest first, made plain; none when it is gone.
pub(super) async fn last_lines(docker: &Docker, container: &str, most: usize) -> Vec<String> {
    // The engine's stamp keeps a terminal's output from looking like the frames of the other kind of stream.
    let options = LogsOptionsBuilder::default().stdout(true).stderr(true).timestamps(true).tail(&most.to_string());
    let mut written = docker.logs(container, Some(options.build()));
    let mut lines = Vec::new();
    while let Ok(Some(output)) = written.try_next().await {
        let message = match output {
            LogOutput::StdErr { message }
            | LogOutput::StdOut { message }
            | LogOutput::StdIn { message }
            | LogOutput::Console { message } => message,
        };
        let text = String::from_utf8_lossy(&message);
        lines.extend(text.lines().map(|line| plain(line.split_once(' ').map_or(line, |(_stamp, rest)| rest))));
    }
    lines.retain(|line| !line.is_empty());
    lines.split_off(lines.len().saturating_sub(most))
}

/// Makes a text one line without anything that a terminal would obey.
pub(super) fn plain(text: &str) -> String {
    let mut kept = String::new();
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '\u{1b}' if characters.next_if_eq(&'[').is_some() => {
                // A control sequence ends with its first letter.
                while characters.next().is_some_and(|c| !('@'..='~').contains(&c)) {}
            }
            c if c.is_whitespace() => kept.push(' '),
            c if c.is_control() => {}
            c => kept.push(c),
        }
    }
    let kept = kept.trim();
    match kept.char_indices().nth(LINE_TOLD) {
        Some((end, _)) => format!("{}…", &kept[..end]),
        None => kept.to_owned(),
    }
}

/// Reads what an engine says of a container; what it leaves out is left out.
fn seen(inspected: ContainerInspectResponse, now: Timestamp) -> SeenContainer {
    let state = inspected.state.unwrap_or_default();
    let config = inspected.config.unwrap_or_default();
    let runs = state.running.unwrap_or_default();
    let started = state.started_at.as_deref().and_then(moment);
    let created = inspected.created.and_then(|at| Timestamp::from_nanosecond(at.unix_timestamp_nanos()).ok());
    let restarts = inspected.restart_count.and_then(|count| u64::try_from(count).ok()).unwrap_or_default();
    let lives = Lives { restarts, created, started: started.filter(|_| runs) };
    let judged = lives.judge(condition(&state), now);
    let (networks, ports) = inspected.network_settings.map_or((None, None), |it| (it.networks, it.ports));
    let made_for = inspected.host_config.as_ref().and_then(|host| host.network_mode.as_deref());
    let left = networks.as_ref().zip(made_for).filter(|_| runs).and_then(|(networks, mode)| left(networks, mode));
    let (health, words) = left.map_or(judged.clone(), |network| without_network(judged, network));
    SeenContainer {
        name: inspected.name.unwrap_or_default().trim_start_matches('/').to_owned(),
        id: inspected.id.unwrap_or_default(),
        image: config.image.unwrap_or_default(),
        image_id: inspected.image.unwrap_or_default(),
        digests: Vec::new(),
        labels: config.labels.unwrap_or_default(),
        health,
        words,
        restarts,
        since: started.filter(|_| runs),
        started,
        finished: state.finished_at.as_deref().and_then(moment),
        created,
        networks: networks.unwrap_or_default().into_keys().collect(),
        ports: port_texts(ports.unwrap_or_default()),
        limit: inspected.host_config.and_then(|host| u64::try_from(host.memory?).ok()).filter(|limit| *limit > 0),
        is_terminal: config.tty.unwrap_or_default(),
        checks: checks(&state),
    }
}

/// The engine writes the year 1 where there is no time.
fn moment(text: &str) -> Option<Timestamp> {
    text.parse::<Timestamp>().ok().filter(|at| *at > Timestamp::UNIX_EPOCH)
}

/// A container that is up is not healthy for that: only its health check says so.
fn condition(state: &ContainerState) -> (Health, String) {
    match state.status {
        Some(ContainerStateStatusEnum::RUNNING) => running(state),
        Some(ContainerStateStatusEnum::CREATED) => match state.error.as_deref().map(plain) {
            Some(error) if !error.is_empty() => (Health::Stopped, format!("could not be started: {error}")),
            Some(_) | None => (Health::Starting, "made, not started".to_owned()),
        },
        Some(ContainerStateStatusEnum::PAUSED) => (Health::Stopped, "paused".to_owned()),
        Some(ContainerStateStatusEnum::RESTARTING) => (Health::Unhealthy, format!("restarting, {}", exit(state))),
        Some(ContainerStateStatusEnum::REMOVING) => (Health::Stopped, "being removed".to_owned()),
        Some(ContainerStateStatusEnum::STOPPING) => (Health::Stopped, "being stopped".to_owned()),
        Some(ContainerStateStatusEnum::EXITED) => (Health::Stopped, exit(state)),
        Some(ContainerStateStatusEnum::DEAD) => (Health::Stopped, "dead: it could not be removed".to_owned()),
        Some(ContainerStateStatusEnum::EMPTY) | None => {
            (Health::Unknown, "the engine does not say how it is".to_owned())
        }
    }
}

fn running(state: &ContainerState) -> (Health, String) {
    let health = state.health.as_ref();
    let streak = health.and_then(|health| health.failing_streak).unwrap_or_default();
    match health.and_then(|health| health.status) {
        Some(HealthStatusEnum::HEALTHY) => (Health::Healthy, "up, healthy".to_owned()),
        Some(HealthStatusEnum::STARTING) => (Health::Starting, "up, its health check has not passed yet".to_owned()),
        Some(HealthStatusEnum::UNHEALTHY) if streak > 0 => (Health::Unhealthy, "up, its health check fails".to_owned()),
        Some(HealthStatusEnum::UNHEALTHY) => (Health::Unhealthy, "up, unhealthy".to_owned()),
        Some(HealthStatusEnum::NONE | HealthStatusEnum::EMPTY) | None => {
            (Health::Unknown, "up, no health check".to_owned())
        }
    }
}

fn exit(state: &ContainerState) -> String {
    let memory = if state.oom_killed.unwrap_or_default() { ", out of memory" } else { "" };
    match state.exit_code {
        Some(code) => format!("exited with {code}{memory}"),
        None => format!("exited{memory}"),
    }
}

/// Returns the network that a container was made for and is not in any more: somebody disconnected it, and whoever asks for it
/// there does not find it. The usual network has another name in each engine.
fn left<'a>(networks: &HashMap<String, EndpointSettings>, made_for: &'a str) -> Option<&'a str> {
    let has_none = matches!(made_for, "" | "host" | "none" | "private" | "slirp4netns" | "pasta" | "nat")
        || made_for.contains(':');
    let is_it = |(name, endpoint): (&String, &EndpointSettings)| {
        let id = endpoint.network_id.as_deref().unwrap_or_default();
        name == made_for || id.starts_with(made_for)
    };
    let is_in = match made_for {
        "default" | "bridge" => !networks.is_empty(),
        _ => networks.iter().any(is_it),
    };
    (!has_none && !is_in).then_some(made_for)
}

/// Says how a container is that cannot be reached where it should be, whatever its own health check says.
pub(super) fn without_network((health, words): (Health, String), network: &str) -> (Health, String) {
    match health {
        Health::Healthy | Health::Unknown | Health::Starting | Health::Waiting => {
            (Health::Unhealthy, format!("{words}, but taken off the network {network}"))
        }
        Health::Unhealthy | Health::Stopped | Health::Absent => (health, words),
    }
}

fn port_texts(map: PortMap) -> Vec<String> {
    let mut ports: Vec<String> = map
        .into_iter()
        .flat_map(|(inner, bound)| {
            bound.unwrap_or_default().into_iter().map(move |outer| {
                let host = outer.host_ip.unwrap_or_default();
                name::port(&host, &outer.host_port.unwrap_or_default(), &inner)
            })
        })
        .collect();
    ports.sort();
    ports.dedup();
    ports
}

fn checks(state: &ContainerState) -> Vec<String> {
    let log = state.health.as_ref().and_then(|health| health.log.as_deref()).unwrap_or_default();
    let told = log.iter().skip(log.len().saturating_sub(CHECKS_TOLD)).map(|check| {
        let output = plain(check.output.as_deref().unwrap_or_default());
        match check.exit_code {
            Some(0) => format!("health check passed: {output}"),
            Some(code) => format!("health check failed with {code}: {output}"),
            None => format!("health check: {output}"),
        }
    });
    told.map(|line| line.trim_end_matches([':', ' ']).to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> SeenContainer {
        seen(serde_json::from_str(json).unwrap(), "2026-11-22T19:54:00Z".parse().unwrap())
    }

    const HEALTHY: &str = r#"{"Id":"0c5e","Created":"2026-11-22T18:54:01.123456789Z","Name":"/shop-backend",
        "RestartCount":2,"Image":"sha256:1111","State":{"Status":"running","Running":true,"Paused":false,
        "Restarting":false,"OOMKilled":false,"Dead":false,"Pid":7,"ExitCode":0,"Error":"",
        "StartedAt":"2026-11-22T18:54:02.5Z","FinishedAt":"0001-01-01T00:00:00Z",
        "Health":{"Status":"healthy","FailingStreak":0,"Log":[
            {"Start":"2026-11-22T18:54:04+02:00","End":"2026-11-22T18:54:04+02:00","ExitCode":1,"Output":"no\u001b[31m route\n"},
            {"Start":"2026-11-22T18:54:06Z","End":"2026-11-22T18:54:06Z","ExitCode":0,"Output":""}]}},
        "Config":{"Image":"127.0.0.1:5000/shop/backend:1.0.0","Tty":false,
            "Labels":{"tminus.version":"1.0.0","tminus.digest":"sha256:bbbb","tminus.action":"a7"}},
        "NetworkSettings":{"Ports":{"8000/tcp":[{"HostIp":"127.0.0.1","HostPort":"8000"}],"9000/tcp":null}}}"#;

    #[test]
    fn a_healthy_container_says_what_it_is() {
        let mut seen = read(HEALTHY);
        seen.digests =
            vec!["127.0.0.1:5000/shop/backend@sha256:aaaa".into(), "127.0.0.1:5000/shop/backend@sha256:bbbb".into()];
        let told = seen.observation(&Template::new("127.0.0.1:5000/shop/backend:{version}"));
        assert_eq!(told.digest, Some(Digest::new("sha256:bbbb")));
        assert_eq!(told.version.map(|v| v.to_string()), Some("1.0.0".to_owned()));
        assert_eq!(told.action, Some(ActionId::new("a7")));
        assert_eq!((told.health, told.words.as_deref()), (Health::Healthy, Some("up, healthy")));
        assert_eq!((seen.name.as_str(), seen.restarts), ("shop-backend", 2));
        assert_eq!(seen.ports, ["127.0.0.1:8000→8000/tcp"]);
        assert_eq!(seen.checks, ["health check failed with 1: no route", "health check passed"]);
        assert_eq!(seen.since.map(|at| at.to_string()), Some("2026-11-22T18:54:02.5Z".to_owned()));
    }

    #[test]
    fn one_that_was_taken_off_its_network_is_not_healthy() {
        let of = |mode: &str, networks: &str| {
            let settings = format!("\"NetworkSettings\":{{\"Networks\":{networks},");
            let host = format!("\"HostConfig\":{{\"NetworkMode\":\"{mode}\"}},{settings}");
            let seen = read(&HEALTHY.replace("\"NetworkSettings\":{", &host));
            (seen.health, seen.words)
        };
        let off = of("shop", r#"{"other":{"NetworkID":"12"}}"#);
        assert_eq!(off, (Health::Unhealthy, "up, healthy, but taken off the network shop".to_owned()));
        for (mode, networks) in [
            ("shop", r#"{"shop":{"NetworkID":"12"},"other":{}}"#),
            ("12", r#"{"shop":{"NetworkID":"12"}}"#),
            ("default", r#"{"bridge":{}}"#),
            ("host", "{}"),
            ("container:vpn", "{}"),
        ] {
            assert_eq!(of(mode, networks).0, Health::Healthy, "{mode}");
        }
        assert_eq!(of("bridge", "{}").0, Health::Unhealthy);
    }

    #[test]
    fn a_label_of_another_image_is_not_believed() {
        let mut seen = read(HEALTHY);
        seen.image = "127.0.0.1:5000/shop/backend:0.9.4".into();
        seen.digests = vec!["127.0.0.1:5000/shop/backend@sha256:cccc".into()];
        let image = Template::new("127.0.0.1:5000/shop/backend:{version}");
        assert_eq!(seen.digest("127.0.0.1:5000/shop/backend"), Some(Digest::new("sha256:cccc")));
        assert_eq!(seen.version(&image).map(|v| v.to_string()), Some("0.9.4".to_owned()));
    }

    #[test]
    fn an_image_that_no_registry_knows_is_known_by_its_id() {
        let seen = read(HEALTHY);
        assert_eq!(seen.digest("shop"), Some(Digest::new("sha256:1111")));
    }

    #[test]
    fn what_an_engine_leaves_out_is_not_made_up() {
        let seen = read("{}");
        assert_eq!((seen.health, seen.since, seen.restarts), (Health::Unknown, None, 0));
        assert_eq!(seen.observation(&Template::new("x:{version}")).version, None);
    }

    #[test]
    fn up_is_not_healthy_and_each_state_has_its_words() {
        for (state, health, words) in [
            (r#"{"Status":"running","Running":true}"#, Health::Unknown, "up, no health check"),
            (
                r#"{"Status":"running","Health":{"Status":"starting"}}"#,
                Health::Starting,
                "up, its health check has not passed yet",
            ),
            (
                r#"{"Status":"running","Health":{"Status":"unhealthy","FailingStreak":3}}"#,
                Health::Unhealthy,
                "up, its health check fails",
            ),
            (
                r#"{"Status":"exited","ExitCode":137,"OOMKilled":true}"#,
                Health::Stopped,
                "exited with 137, out of memory",
            ),
            (r#"{"Status":"restarting","ExitCode":1}"#, Health::Unhealthy, "restarting, exited with 1"),
            (r#"{"Status":"paused","Running":true,"Paused":true}"#, Health::Stopped, "paused"),
            (r#"{"Status":"created"}"#, Health::Starting, "made, not started"),
            (
                r#"{"Status":"created","Error":"port is already allocated"}"#,
                Health::Stopped,
                "could not be started: port is already allocated",
            ),
        ] {
            assert_eq!(condition(&serde_json::from_str(state).unwrap()), (health, words.to_owned()), "{state}");
        }
    }

    #[test]
    fn a_line_is_made_plain() {
        assert_eq!(plain("\u{1b}[1;31mred\u{1b}[0m\tand\u{7} \u{9b}x\r\n"), "red and x");
        assert_eq!(plain(&"é".repeat(LINE_TOLD + 1)).chars().count(), LINE_TOLD + 1);
    }
}
