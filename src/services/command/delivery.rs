//! `with = "command"`: a delivery by commands that the plan names: `current`, `deploy`, `undo`.

use super::current::{observation, observation_of_json};
use super::in_flight::{Commands, Job};
use crate::process::{Program, from_root, run};
use async_trait::async_trait;
use std::collections::BTreeMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tminus_core::kinds::deliver::CurrentJson;
use tminus_core::names::{EnvName, OrderId, Version};
use tminus_core::order::{Call, Delivered, Observation, Order, Readiness, Receipt, Task, Ticket};
use tminus_core::plan::{CommandLine, Placeholder, ReleaseRules, Template};
use tminus_core::ports::{FailureKind, PortError, ProgressSender, Target};
use tminus_core::time::Span;

/// How long a delivery may take unless the plan says.
const USUAL: Span = Span::seconds(1_200);

/// What the plan says of one delivery.
#[derive(Clone, Debug)]
pub struct CommandDelivery {
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
    delivery: CommandDelivery,
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
    pub const fn new(delivery: CommandDelivery, commands: Commands) -> Self {
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
fn lines<'a>(delivery: &'a CommandDelivery, order: &Order) -> (&'a [CommandLine], BTreeMap<Placeholder, String>) {
    let (lines, version, previous, to) = match &order.task {
        Task::Deliver { from, to, .. } => (delivery.deploy.as_slice(), Some(to), from.as_ref(), to),
        Task::Restore { from, to, .. } => (delivery.undo.as_slice(), from.as_ref(), Some(to), to),
        Task::Provide { .. } | Task::Run { .. } | Task::Build { .. } | Task::Act { .. } => {
            return (&[], BTreeMap::new());
        }
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
            let program = Program::new(words, dir).within(self.commands.patience.now());
            let ended = run(&program, &nobody, secrets.mask()).await?;
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
            Some(places) => observation_of_json(&printed, (places, self.delivery.image.as_ref())),
        };
        let seen = seen.map_err(|failure| match &withheld {
            Some(why) => {
                PortError::new(failure.kind, "`current` printed nothing that can be read").because(why.clone())
            }
            None => failure,
        })?;
        // A version is read by its form; any other word may be the secret that could not be read.
        let words = match (seen.version.is_some(), withheld) {
            (false, Some(why)) => seen.words.map(|_| why),
            (true, _) | (false, None) => seen.words,
        };
        Ok(Observation { words, ..seen })
    }

    /// A command cannot say what it would find, so nothing stands in the way but what the plan leaves out.
    async fn readiness(&self, version: &Version) -> Result<Readiness, PortError> {
        let is_absent = self.delivery.deploy.is_empty();
        let untrusted = self.commands.secrets.allow_run("nothing is run").await.err();
        let keeps =
            if self.delivery.undo.is_empty() { vec!["the plan names no `undo`".to_owned()] } else { Vec::new() };
        Ok(Readiness {
            blockers: [(is_absent, "deploy"), (self.delivery.current.is_empty(), "current")]
                .into_iter()
                .filter(|(is_absent, _)| *is_absent)
                .map(|(_, key)| format!("the plan names no `{key}`"))
                .chain(untrusted.map(|failure| failure.sentence()))
                .collect(),
            keeps,
            ..Readiness::of(version.clone())
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
        let delivered = order.task.brings().cloned();
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
