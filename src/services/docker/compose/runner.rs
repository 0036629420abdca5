//! The program that does it: found once, run from the root of the repository, one at a time, also across a crash.

use super::delivery_folder::DeliveryFolder;
use super::deps::ComposeDeps;
use super::learned::{self, learn_files};
use super::rendered::Rendered;
use super::renderings::{AskWhen, Renderings};
use super::tool::ComposeTool;
use super::{tree, unset};
use crate::docker::link::Link;
use crate::process::{Program, ProgramExit, from_root, run};
use crate::secrets::Secrets;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use tminus_core::ports::{FailureKind, PortError, ProgressSender};
use tokio::sync::OnceCell;

/// How long a question may take at most: the first Compose needs half a second to start, and on a busy host many times
/// that. Whoever looks waits less long.
const ASK: Duration = Duration::from_secs(240);
/// How long one act may take: stopping what does not want to end is part of it.
const ACT: Duration = Duration::from_secs(600);
/// How often is looked whether a Compose that outlived its tminus has ended.
const PAUSE: Duration = Duration::from_millis(100);
/// How many lines of its output a failure tells.
const TOLD: usize = 5;

/// Where it runs.
#[derive(Clone)]
pub(super) struct ComposeRunner {
    secrets: Arc<Secrets>,
    link: Link,
    folder: DeliveryFolder,
    programs: Vec<Vec<String>>,
    tool: Arc<OnceCell<ComposeTool>>,
    renderings: Renderings,
}

impl ComposeRunner {
    pub(super) fn new(deps: &ComposeDeps, folder: DeliveryFolder, programs: Vec<Vec<String>>) -> Self {
        let ComposeDeps { link, secrets, renderings, .. } = deps.clone();
        Self { secrets, link, folder, programs, tool: Arc::default(), renderings }
    }

    /// Returns the words that the program begins with; those of the first choice while it was not looked for.
    pub(super) fn words(&self) -> Vec<String> {
        match self.tool.get() {
            Some(tool) => tool.words.clone(),
            None => self.programs.first().cloned().unwrap_or_default(),
        }
    }

    /// Says whether the program is the first Compose, once it was looked for.
    pub(super) fn is_first(&self) -> Option<bool> {
        self.tool.get().map(ComposeTool::is_first)
    }

    /// Finds the program; a miss is not remembered.
    ///
    /// # Errors
    /// [`FailureKind::Unavailable`] when none is there.
    pub(super) async fn tool(&self) -> Result<&ComposeTool, PortError> {
        self.tool.get_or_try_init(|| self.renderings.tool(&self.programs, self.find_tool())).await
    }

    async fn find_tool(&self) -> Result<ComposeTool, PortError> {
        for words in &self.programs {
            let asked = self.ask(&[words.as_slice(), &["version".into(), "--short".into()]].concat()).await;
            let Ok(version) = asked else { continue };
            let version = version.trim().trim_start_matches('v').to_owned();
            if version.starts_with(|c: char| c.is_ascii_digit()) {
                return Ok(ComposeTool { words: words.clone(), version });
            }
        }
        let none = PortError::new(FailureKind::Unavailable, "there is no Compose on this machine");
        Err(none.because("install the docker-compose-plugin (`docker compose`), or docker-compose"))
    }

    /// Returns a compose file as the program understands it, laid over by others, as it wrote that, and the variables that
    /// it misses.
    ///
    /// # Errors
    /// [`FailureKind::Rejected`] in the program's own words.
    pub(super) async fn render(
        &self,
        named: &[String],
        (project, when): (Option<&str>, AskWhen),
    ) -> Result<(Rendered, String, BTreeSet<String>), PortError> {
        let tool = self.tool().await?;
        let files = named.iter().flat_map(|file| ["-f".to_owned(), file.clone()]);
        let project = project.iter().flat_map(|name| ["-p".to_owned(), (*name).to_owned()]);
        let mut words: Vec<String> = tool.words.iter().cloned().chain(files).chain(project).collect();
        words.push("config".to_owned());
        if !tool.is_first() {
            words.extend(["--format".to_owned(), "json".to_owned()]);
        }
        let key = [words.as_slice(), &[self.program(words.clone()).await?.surroundings()?]].concat();
        let made = async {
            // What it fills in may come back in any of its words.
            learn_files(self.secrets.root(), named, self.secrets.mask()).await;
            let ended = self.answer(&words).await?;
            let (text, unset) = (ended.stdout.text(), unset::unset(&ended.stderr.text()));
            let tree = tree::read(&text).map_err(|why| {
                PortError::new(FailureKind::Malformed, "compose rendered a file that cannot be read").because(why)
            })?;
            learned::learn(&tree, self.secrets.mask());
            Ok((Rendered(tree), text, unset))
        };
        self.renderings.get(key, (when, self.secrets.root(), named), made).await
    }

    /// Asks the program for a container that it made of a service; `None` when it knows none.
    pub(super) async fn container_of(&self, file: &str, service: &str) -> Result<Option<String>, PortError> {
        let own = ["-f", file, "ps", "-q", service].map(str::to_owned);
        let text = self.ask(&[self.tool().await?.words.as_slice(), &own].concat()).await?;
        Ok(text.lines().map(str::trim).find(|line| !line.is_empty()).map(str::to_owned))
    }

    /// Reads a file of the repository; `None` when it is not there.
    pub(super) async fn file(&self, inside: &str) -> Result<Option<String>, PortError> {
        let path = from_root(self.secrets.root(), Some(inside))?;
        match tokio::fs::read_to_string(&path).await {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => {
                Err(PortError::new(FailureKind::Rejected, format!("{inside} cannot be read"))
                    .because(error.to_string()))
            }
        }
    }

    /// Refuses to bring anything by a file that is no longer the one that was trusted.
    pub(super) async fn allow(&self) -> Result<(), PortError> {
        self.secrets.allow_run("nothing is brought").await
    }

    /// Runs the program to change something. One that a killed tminus left behind is waited for first.
    pub(super) async fn act(&self, words: Vec<String>, progress: &ProgressSender) -> Result<(), PortError> {
        // Compose is given no secret that a command prints, and its own words are needed where it fails.
        let _unread = self.secrets.know().await;
        let locked = self.turn().await?;
        let program = self.program(words).await?.within(ACT).holding(Arc::new(locked));
        let ended = run(&program, progress, self.secrets.mask()).await?;
        self.judged(&program, &ended)
    }

    /// Waits until no Compose of this place runs.
    pub(super) async fn turn(&self) -> Result<std::fs::File, PortError> {
        let broken = |error: &std::io::Error| {
            PortError::new(FailureKind::Rejected, "the lock of the compose project cannot be had")
                .because(error.to_string())
        };
        let file = self.folder.lock().map_err(|error| broken(&error))?;
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(file),
                Err(std::fs::TryLockError::WouldBlock) => tokio::time::sleep(PAUSE).await,
                Err(std::fs::TryLockError::Error(error)) => return Err(broken(&error)),
            }
        }
    }

    async fn ask(&self, words: &[String]) -> Result<String, PortError> {
        Ok(self.answer(words).await?.stdout.text())
    }

    async fn answer(&self, words: &[String]) -> Result<ProgramExit, PortError> {
        let program = self.program(words.to_vec()).await?.within(ASK);
        let (nobody, _) = tokio::sync::mpsc::channel(1);
        let ended = run(&program, &nobody, self.secrets.mask()).await?;
        self.judged(&program, &ended)?;
        if ended.stdout.is_cut() {
            return Err(PortError::new(FailureKind::Malformed, format!("{} printed too much", program.name())));
        }
        Ok(ended)
    }

    async fn program(&self, words: Vec<String>) -> Result<Program, PortError> {
        self.secrets.trust().allow("nothing was run")?;
        let program = Program::new(words, self.secrets.root());
        // The first Compose speaks SSH only with a library that most have not installed.
        let variables = match self.tool.get() {
            Some(tool) if tool.is_first() => self.link.variables_through().await?,
            Some(_) | None => self.link.variables()?,
        };
        Ok(variables.into_iter().fold(program, |program, (name, value)| program.variable(name, value)))
    }

    fn judged(&self, program: &Program, ended: &ProgramExit) -> Result<(), PortError> {
        if ended.exit == Some(0) {
            return Ok(());
        }
        let how = ended.exit.map_or("was ended by a signal".to_owned(), |code| format!("ended with exit {code}"));
        let text = ended.whole.tail(self.secrets.mask());
        let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        let last = &lines[lines.len().saturating_sub(TOLD)..];
        let kind = if is_away(&text) { FailureKind::Unreachable } else { FailureKind::Rejected };
        let act = program.name();
        let failed = PortError::new(kind, format!("{act} {how}"));
        Err(last.iter().fold(failed, |failed, line| failed.because(crate::docker::look::plain(line))))
    }
}

/// Says whether the program found no engine; each version has its own words for it.
fn is_away(text: &str) -> bool {
    ["Cannot connect to the Docker daemon", "Couldn't connect to Docker daemon", "error during connect"]
        .iter()
        .any(|words| text.contains(words))
}
