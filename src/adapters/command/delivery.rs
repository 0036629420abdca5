//! `with = "command"`: a delivery by commands that the plan names: `current`, `deploy`, `undo`.

use super::flights::{Commands, Job};
use crate::adapters::process::{Program, from_root, run};
use crate::domain::names::{Digest, EnvName, OrderId, Version};
use crate::domain::order::{Call, Delivered, Health, Observation, Order, Readiness, Receipt, Task, Ticket};
use crate::domain::plan::{CommandLine, CurrentJson, Placeholder, ReleaseRules, Template};
use crate::domain::time::Span;
use crate::ports::{FailureKind, PortError, ProgressSender, Target};
use async_trait::async_trait;
use serde_json::Value;
use std::collections::BTreeMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// How long a delivery may take unless the plan says.
const USUAL: Span = Span::seconds(1_200);

/// How long `current` may take.
const LOOK: Duration = Duration::from_secs(10);

/// What the plan says of one delivery.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// Where: `{env}`.
    pub env: EnvName,
    /// The environment's URL: `{url}`.
    pub url: Option<String>,
    /// The artifact's image, with `{version}` in it: `{image}`.
    pub image: Option<Template>,
    /// `current`: the last line that is printed names what is there.
    pub current: Vec<CommandLine>,
    /// `current-json`: where that stands in the JSON that is printed.
    pub current_json: Option<CurrentJson>,
    /// `deploy`.
    pub deploy: Vec<CommandLine>,
    /// `undo`: brings `{previous}` back.
    pub undo: Vec<CommandLine>,
    /// `dir`: where they run, from the root of the repository.
    pub dir: Option<String>,
    /// `timeout`.
    pub timeout: Option<Span>,
}

/// An artifact that is delivered by commands.
#[derive(Clone)]
pub struct CommandTarget {
    delivery: Delivery,
    commands: Commands,
    begins: Beginning,
    rules: Option<ReleaseRules>,
}

/// When a delivery begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Beginning {
    AtOnce,
    /// Most logs date a line by the second: what the version before wrote must not carry the same one.
    OnTheSecond,
}

impl CommandTarget {
    /// Makes it of what the plan says, and the place where commands run.
    pub const fn new(delivery: Delivery, commands: Commands) -> Self {
        Self { delivery, commands, begins: Beginning::AtOnce, rules: None }
    }

    /// Lets a delivery begin with a new second of the clock, for an environment whose log is looked at afterwards.
    #[must_use]
    pub fn on_the_second(self) -> Self {
        Self { begins: Beginning::OnTheSecond, ..self }
    }

    /// Names the rules by which a version has its tag and its branch.
    #[must_use]
    pub fn of_release(self, rules: ReleaseRules) -> Self {
        Self { rules: Some(rules), ..self }
    }

    /// Returns the commands of an order, and what their words are filled from.
    fn lines(&self, order: &Order) -> (&[CommandLine], BTreeMap<Placeholder, String>) {
        let (lines, mut values) = lines(&self.delivery, order);
        if let Some(rules) = &self.rules {
            let of = |version: Option<&String>, form: &Template| {
                form.fill(&BTreeMap::from([(Placeholder::Version, version?.clone())])).ok()
            };
            let (version, previous) = (values.get(&Placeholder::Version), values.get(&Placeholder::Previous));
            let more = [
                (Placeholder::Tag, of(version, &rules.tag)),
                (Placeholder::Branch, of(version, &rules.branch)),
                (Placeholder::PreviousTag, of(previous, &rules.tag)),
            ];
            values.extend(more.into_iter().filter_map(|(key, value)| Some((key, value?))));
        }
        (lines, values)
    }
}

/// Returns the commands of an order, and what their words are filled from.
///
/// In `deploy`, `{version}` and `{digest}` are what shall be there and `{previous}` what is there now. In `undo`,
/// `{previous}` and `{digest}` are what shall be there again, and `{version}` is what is left.
fn lines<'a>(delivery: &'a Delivery, order: &Order) -> (&'a [CommandLine], BTreeMap<Placeholder, String>) {
    let (lines, version, previous, to) = match &order.task {
        Task::Deliver { from, to, .. } => (delivery.deploy.as_slice(), Some(to), from.as_ref(), to),
        Task::Restore { from, to, .. } => (delivery.undo.as_slice(), from.as_ref(), Some(to), to),
        Task::Provide { .. } | Task::Run { .. } | Task::Build { .. } => return (&[], BTreeMap::new()),
    };
    let text = |delivered: &Delivered| delivered.version.to_string();
    let image = delivery
        .image
        .as_ref()
        .and_then(|image| image.fill(&BTreeMap::from([(Placeholder::Version, to.version.to_string())])).ok());
    let values = [
        (Placeholder::Version, version.map(text)),
        (Placeholder::Previous, previous.map(text)),
        (Placeholder::Digest, to.digest.as_ref().map(ToString::to_string)),
        (Placeholder::Env, Some(delivery.env.to_string())),
        (Placeholder::Url, delivery.url.clone()),
        (Placeholder::Image, image),
    ];
    (lines, values.into_iter().filter_map(|(key, value)| Some((key, value?))).collect())
}

/// A word that cannot be filled stands in the preview as it is; such an order is not begun.
fn call(line: &CommandLine, dir: Option<&String>, values: &BTreeMap<Placeholder, String>) -> Call {
    let words = line.0.iter().map(|word| word.fill(values).unwrap_or_else(|_| word.as_str().to_owned())).collect();
    Call::Process { words, dir: dir.cloned() }
}

#[async_trait]
impl Target for CommandTarget {
    async fn observe(&self) -> Result<Observation, PortError> {
        let secrets = &self.commands.secrets;
        secrets.allow_run("what is there was not asked").await?;
        let withheld = secrets.withheld().await;
        let values = BTreeMap::from([(Placeholder::Env, self.delivery.env.to_string())]);
        let values: BTreeMap<_, _> =
            values.into_iter().chain(self.delivery.url.clone().map(|url| (Placeholder::Url, url))).collect();
        let mut printed = String::new();
        for line in &self.delivery.current {
            let words: Result<Vec<_>, _> = line.0.iter().map(|word| word.fill(&values)).collect();
            let words = words.map_err(|unknown| PortError::new(FailureKind::Malformed, unknown.to_string()))?;
            let dir = from_root(&self.commands.root, self.delivery.dir.as_deref())?;
            let (nobody, _) = tokio::sync::mpsc::channel(1);
            let ended = run(&Program::new(words, dir).within(LOOK), &nobody, secrets.mask()).await?;
            if ended.exit != Some(0) {
                let how =
                    ended.exit.map_or("was ended by a signal".to_owned(), |code| format!("ended with exit {code}"));
                let summary = format!("`{}` {how}", line.display());
                let why = withheld.clone().unwrap_or_else(|| ended.whole.tail(secrets.mask()));
                return Err(PortError::new(FailureKind::Unreachable, summary).because(why));
            }
            printed = ended.stdout.text();
        }
        let printed = secrets.mask().text(&printed);
        let seen = match &self.delivery.current_json {
            None => observation(&printed),
            Some(places) => observation_of_json(&printed, places)?,
        };
        // A version is read by its form; any other word may be the secret that nobody knows.
        Ok(Observation { words: seen.words.map(|words| withheld.unwrap_or(words)), ..seen })
    }

    /// A command cannot say what it would find, so nothing stands in the way but what the plan leaves out.
    async fn readiness(&self, version: &Version) -> Result<Readiness, PortError> {
        let is_absent = self.delivery.deploy.is_empty();
        let untrusted = self.commands.secrets.allow_run("nothing is run").await.err();
        let keeps =
            if self.delivery.undo.is_empty() { vec!["the plan names no `undo`".to_owned()] } else { Vec::new() };
        Ok(Readiness {
            held: Vec::new(),
            unknown: Vec::new(),
            version: version.clone(),
            digest: None,
            places: Vec::new(),
            blockers: [(is_absent, "deploy"), (self.delivery.current.is_empty(), "current")]
                .into_iter()
                .filter(|(is_absent, _)| *is_absent)
                .map(|(_, key)| format!("the plan names no `{key}`"))
                .chain(untrusted.map(|failure| failure.sentence()))
                .collect(),
            keeps,
            once_replaced: Vec::new(),
            restore: Vec::new(),
            deploy: Vec::new(),
            takes: None,
        })
    }

    fn calls(&self, order: &Order) -> Vec<Call> {
        let (lines, values) = self.lines(order);
        lines.iter().map(|line| call(line, self.delivery.dir.as_ref(), &values)).collect()
    }

    async fn begin(&self, order: &Order) -> Result<Ticket, PortError> {
        let (lines, values) = self.lines(order);
        if lines.is_empty() {
            let summary = format!("the plan names no command for this in {}", self.delivery.env);
            return Err(PortError::new(FailureKind::Rejected, summary));
        }
        if let Some(unknown) = lines.iter().flat_map(|line| &line.0).find_map(|word| word.fill(&values).err()) {
            return Err(PortError::new(FailureKind::Malformed, unknown.to_string()));
        }
        let delivered = match &order.task {
            Task::Deliver { to, .. } | Task::Restore { to, .. } => Some(to.clone()),
            Task::Provide { .. } | Task::Run { .. } | Task::Build { .. } => None,
        };
        let timeout = self.delivery.timeout.unwrap_or(USUAL).duration();
        if self.begins == Beginning::OnTheSecond {
            let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            let second = Duration::from_secs(now.as_secs() + 1);
            tokio::time::sleep(second.saturating_sub(now) + Duration::from_millis(1)).await;
        }
        self.commands.begin(order, Job { calls: self.calls(order), variables: Vec::new(), delivered, timeout }).await
    }

    async fn follow(&self, ticket: &Ticket, progress: ProgressSender) -> Result<Receipt, PortError> {
        self.commands.follow(ticket, progress).await
    }

    async fn find(&self, order: &OrderId) -> Result<Option<Ticket>, PortError> {
        self.commands.find(order).await
    }

    async fn cancel(&self, ticket: &Ticket) -> Result<(), PortError> {
        self.commands.cancel(ticket).await
    }
}

/// Reads the JSON that was printed, whole or as its last line.
fn observation_of_json(printed: &str, places: &CurrentJson) -> Result<Observation, PortError> {
    let malformed = |says: String| PortError::new(FailureKind::Malformed, says);
    let last = || serde_json::from_str(printed.trim().lines().last().unwrap_or_default());
    let found: Value = serde_json::from_str(printed.trim())
        .or_else(|_| last())
        .map_err(|error| malformed(format!("`current` printed no JSON: {error}")))?;
    let named = found.pointer(&places.version).and_then(Value::as_str);
    let named = named.ok_or_else(|| malformed(format!("`current` printed no text at {}", places.version)))?;
    // An image names its version in its tag, and its digest behind an @.
    let (image, digest) = named.split_once('@').map_or((named, None), |(image, digest)| (image, Some(digest)));
    let tag = image.rsplit_once(':').filter(|(_, tag)| !tag.contains('/')).map_or(image, |(_, tag)| tag);
    let health = match places.healthy.as_ref().and_then(|place| found.pointer(place)).and_then(Value::as_bool) {
        Some(true) => Health::Healthy,
        Some(false) => Health::Unhealthy,
        None => Health::Unknown,
    };
    let line = format!("{tag} {}", digest.unwrap_or_default());
    Ok(Observation { health, words: None, ..observation(&line) })
}

/// Reads the last line: a version alone, and a digest beside it where there is one. A sentence names no version, whatever
/// its first word is. A command says nothing about health.
fn observation(printed: &str) -> Observation {
    let line = printed.trim().lines().last().unwrap_or_default().trim();
    let (digests, others): (Vec<&str>, Vec<&str>) =
        line.split_whitespace().partition(|word| word.starts_with("sha256:"));
    let version = match others.as_slice() {
        [word] => named(word),
        _ => None,
    };
    let is_understood = version.is_some() || (others.is_empty() && digests.len() == 1);
    let shown: String = line.chars().take(80).collect();
    let words = match (line.is_empty(), is_understood) {
        (true, _) => None,
        (false, true) => Some(shown),
        (false, false) => Some(format!("`current` printed {shown:?}, which is not one version")),
    };
    Observation {
        kept: Vec::new(),
        version,
        digest: digests.first().filter(|_| is_understood && digests.len() == 1).map(|digest| Digest::new(*digest)),
        health: Health::Unknown,
        words,
        since: None,
        serves: None,
        action: None,
    }
}

/// Reads a word as a version: one has a digit in it, and `error` has none.
fn named(word: &str) -> Option<Version> {
    let word = word.trim_matches(['"', '\'']);
    let bare = word.strip_prefix('v').filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    Version::parse(bare.unwrap_or(word)).ok().filter(|version| version.as_str().contains(|c: char| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_names_version_digest_and_health_where_the_plan_says() {
        let places = CurrentJson { version: "/image".to_owned(), healthy: Some("/ready".to_owned()) };
        let of = |printed: &str| observation_of_json(printed, &places);
        let seen = of("{\"image\": \"shop/web:v1.2.0@sha256:abc\", \"ready\": true}").unwrap();
        assert_eq!(seen.version.map(|v| v.to_string()), Some("1.2.0".to_owned()));
        assert_eq!((seen.digest.map(|d| d.to_string()), seen.health), (Some("sha256:abc".to_owned()), Health::Healthy));
        let seen = of("asking\n{\"image\": \"1.1.0\", \"ready\": false}\n").unwrap();
        assert_eq!((seen.version.map(|v| v.to_string()), seen.health), (Some("1.1.0".to_owned()), Health::Unhealthy));
        assert_eq!(of("{\"image\": \"1.1.0\", \"ready\": \"yes\"}").unwrap().health, Health::Unknown);
        assert_eq!(of("{\"image\": \"host:5000/web\"}").unwrap().version, None);
        assert!(of("1.1.0").unwrap_err().to_string().contains("no JSON") || of("{}").is_err());
    }

    #[test]
    fn the_last_line_names_version_and_digest() {
        let seen = observation("asking\nv1.0.0 sha256:abc\n");
        assert_eq!(seen.version.map(|v| v.to_string()), Some("1.0.0".to_owned()));
        assert_eq!(seen.digest.map(|d| d.to_string()), Some("sha256:abc".to_owned()));
        assert_eq!(observation("\"1.0.0\"").version.map(|v| v.to_string()), Some("1.0.0".to_owned()));
        assert_eq!(observation("sha256:abc").digest.map(|d| d.to_string()), Some("sha256:abc".to_owned()));
    }

    #[test]
    fn what_is_no_version_names_none_and_is_told() {
        let sentences = [
            "<html>",
            "error: no such deployment",
            "error",
            "none",
            "404 page not found",
            "1.0.0 is not running",
            "could not connect to 10.0.0.1",
            "{\"version\":\"1.0.0\"}",
            "1.0.0 0.9.4",
        ];
        for line in sentences {
            let seen = observation(line);
            assert_eq!((seen.version, seen.digest), (None, None), "{line}");
            assert_eq!(seen.words, Some(format!("`current` printed {line:?}, which is not one version")));
        }
        assert_eq!((observation("").version, observation("").words), (None, None));
    }
}
