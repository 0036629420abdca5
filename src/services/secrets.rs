//! Secrets from where the plan says they are: read late, remembered by the mask, never shown.

mod key;
mod unread;

pub use self::key::ValueKey;
use super::process::{Program, from_root, run};
use super::trusted::TrustedFiles;
use super::{dotenv, env_file};
use secrecy::{ExposeSecret as _, SecretString};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tminus_core::mask::{Mask, is_secret_name};
use tminus_core::plan::{CommandLine, EnvValue, Placeholder, Secret};
use tminus_core::ports::{FailureKind, PortError};
use tokio::time::Instant;

/// How long a command may take to print a secret; a person may have to touch a key.
const COMMAND: Duration = Duration::from_secs(60);

/// Whether a person trusts the plan; nothing in it runs, and no secret is read, before that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permission {
    /// A person said so, for this plan as it is.
    Trusted,
    /// Nobody said so.
    Untrusted,
}

impl Permission {
    /// Returns an error for a plan that nobody trusts, saying what it was about to do.
    pub fn allow(self, what: &str) -> Result<(), PortError> {
        match self {
            Self::Trusted => Ok(()),
            Self::Untrusted => {
                Err(PortError::new(FailureKind::Unauthorized, format!("{what}: the plan is not trusted"))
                    .because("read it, then run `tminus trust`"))
            }
        }
    }
}

/// A value of the plan, found.
#[derive(Clone, Debug)]
pub enum SecretValue {
    /// Text that may be shown.
    Plain(String),
    /// Text that may not.
    Secret(SecretString),
}

/// Finds the secrets of one plan.
#[derive(Clone, Debug)]
pub struct Secrets {
    root: PathBuf,
    trust: Permission,
    mask: Mask,
    trusted: Option<Arc<TrustedFiles>>,
    key: Option<ValueKey>,
    unread: Arc<tokio::sync::Mutex<UnreadSecrets>>,
    /// The keyed hash of what each command printed last.
    printed: Arc<Mutex<BTreeMap<String, String>>>,
}

/// The places of the plan's secrets that were not read.
#[derive(Debug, Default)]
struct UnreadSecrets {
    secrets: Vec<Secret>,
    /// The environment files that deliveries hand on.
    env_files: Vec<String>,
    /// What was found at the last look: why one of them could not be read, and when to look again.
    found: Option<(PortError, Instant)>,
}

impl UnreadSecrets {
    fn is_empty(&self) -> bool {
        self.secrets.is_empty() && self.env_files.is_empty()
    }
}

impl Secrets {
    /// Makes it for the repository at `root`.
    pub fn new(root: impl Into<PathBuf>, trust: Permission, mask: Mask) -> Self {
        let (unread, printed) = (Arc::default(), Arc::default());
        Self { root: root.into(), trust, mask, trusted: None, key: None, unread, printed }
    }

    /// Lets the files that are trusted by their content be looked at again before anything of the plan is run.
    #[must_use]
    pub fn trusting(self, files: TrustedFiles) -> Self {
        Self { trusted: Some(Arc::new(files)), ..self }
    }

    /// Lets values be compared later, by a key.
    #[must_use]
    pub fn keyed(self, key: Option<ValueKey>) -> Self {
        Self { key, ..self }
    }

    /// Returns the key that values are hashed with, where one is kept.
    pub const fn key(&self) -> Option<&ValueKey> {
        self.key.as_ref()
    }

    /// Returns the root of the repository.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Returns whether the plan is trusted.
    pub const fn trust(&self) -> Permission {
        self.trust
    }

    /// Refuses to run something of the plan that nobody trusts as it is now; `what` says what is not done then.
    ///
    /// # Errors
    /// [`FailureKind::Unauthorized`], naming what has changed.
    pub async fn allow_run(&self, what: &str) -> Result<(), PortError> {
        self.trust.allow(what)?;
        match &self.trusted {
            Some(files) => files.allow(what).await,
            None => Ok(()),
        }
    }

    /// Returns the mask that learns every secret found here.
    pub const fn mask(&self) -> &Mask {
        &self.mask
    }

    /// Finds a secret; where it is missing or empty, the error names the reference.
    pub async fn resolve(&self, secret: &Secret) -> Result<SecretString, PortError> {
        let missing = || PortError::new(FailureKind::Unauthorized, format!("{} has no value", reference(secret)));
        self.find(secret).await?.ok_or_else(missing)
    }

    /// Says why a secret has no value, as far as that can be told without running anything; of a plan that nobody trusts nothing
    /// is read.
    pub(crate) async fn lacks(&self, secret: &Secret) -> Option<String> {
        match secret {
            Secret::Env(_) | Secret::Dotenv { .. } if self.trust == Permission::Trusted => {
                self.resolve(secret).await.err().map(|failure| failure.sentence())
            }
            Secret::Env(_) | Secret::Dotenv { .. } | Secret::Command(_) => None,
        }
    }

    /// Looks a secret up, and lets the mask learn it; `None` where its place was read and holds no value.
    async fn find(&self, secret: &Secret) -> Result<Option<SecretString>, PortError> {
        self.trust.allow(&format!("{} was not read", reference(secret)))?;
        let value = match secret {
            Secret::Env(name) => std::env::var(name).ok(),
            Secret::Dotenv { file, key } => self.read_dotenv(file, key).await?,
            Secret::Command(command) => Some(self.ask_command(command).await?),
        };
        self.remember(secret, value.as_deref());
        let Some(value) = value.filter(|value| !value.is_empty()) else { return Ok(None) };
        self.mask.learn(&value);
        Ok(Some(SecretString::from(value)))
    }

    fn remember(&self, secret: &Secret, value: Option<&str>) {
        if let (Secret::Command(command), Some(key), Some(value)) = (secret, &self.key, value) {
            let name = command.display();
            let hash = key.hash(&name, value.as_bytes());
            self.printed.lock().unwrap_or_else(PoisonError::into_inner).insert(name, hash);
        }
    }

    /// Returns the keyed hash of the secret that a command printed when it was asked last; nothing where nobody has asked, or no key
    /// is kept. Nothing is run.
    pub fn last_printed(&self, command: &CommandLine) -> Option<String> {
        self.printed.lock().unwrap_or_else(PoisonError::into_inner).get(&command.display()).cloned()
    }

    /// Lets the mask learn the variables of this process that are named like a secret: whatever the plan runs has them.
    pub fn learn_shell(&self) {
        for (name, value) in std::env::vars_os().filter_map(|(n, v)| n.into_string().ok().zip(v.into_string().ok())) {
            // A path to a secret is none.
            if is_secret_name(&name) && !value.starts_with(['/', '~']) {
                self.mask.learn_setting(&name, &value);
            }
        }
    }

    /// Lets the mask learn what is secret in a file that something reads; one that cannot be read holds nothing that is shown.
    pub async fn learn_file(&self, file: &str) {
        let Ok(path) = from_root(&self.root, Some(file)) else { return };
        if self.trust.allow(file).is_ok()
            && let Ok(text) = dotenv::text(&path, file).await
        {
            dotenv::learn(&text, &self.mask);
        }
    }

    /// Reads an environment file that a delivery hands on, and lets the mask learn what is secret in it.
    ///
    /// # Errors
    /// When it is missing, or a line makes no sense: named by file and number, never by a value.
    pub async fn read_env_file(&self, file: &str) -> Result<Vec<(String, String)>, PortError> {
        self.trust.allow(&format!("{file} was not read"))?;
        let text = dotenv::text(&from_root(&self.root, Some(file))?, file).await?;
        // A key over several lines is one value to whoever wrote it, and a line each to docker.
        dotenv::learn(&text, &self.mask);
        let pairs = env_file::parse(&text, |name| std::env::var(name).ok()).map_err(|line| {
            PortError::new(FailureKind::Malformed, format!("line {line} of {file} makes no sense to docker"))
        })?;
        pairs.iter().for_each(|(name, value)| self.mask.learn_setting(name, value));
        Ok(pairs)
    }

    /// Finds the value of a setting, with its placeholders filled.
    pub async fn value(
        &self,
        setting: &EnvValue,
        values: &BTreeMap<Placeholder, String>,
    ) -> Result<SecretValue, PortError> {
        match setting {
            EnvValue::Plain(text) => {
                let filled = text.fill(values);
                filled
                    .map(SecretValue::Plain)
                    .map_err(|unknown| PortError::new(FailureKind::Malformed, unknown.to_string()))
            }
            EnvValue::Secret(secret) => self.resolve(secret).await.map(SecretValue::Secret),
        }
    }

    /// Gives a program its variables.
    pub async fn equip(
        &self,
        mut program: Program,
        variables: &[(String, EnvValue)],
        values: &BTreeMap<Placeholder, String>,
    ) -> Result<Program, PortError> {
        for (name, setting) in variables {
            program = match self.value(setting, values).await? {
                SecretValue::Plain(text) => program.variable(name, text),
                SecretValue::Secret(secret) => program.secret(name, secret),
            };
        }
        Ok(program)
    }

    async fn read_dotenv(&self, file: &str, key: &str) -> Result<Option<String>, PortError> {
        let path = from_root(&self.root, Some(file))?;
        let pairs = dotenv::read(&path, file).await.map_err(|failure| PortError {
            kind: FailureKind::Unauthorized,
            summary: format!("{key} of {file} has no value: {}", failure.summary),
            causes: failure.causes,
        })?;
        Ok(pairs.into_iter().find(|(name, _)| name == key).map(|(_, value)| value))
    }

    /// What the command printed is kept out of every error, because it may be the secret.
    async fn ask_command(&self, command: &CommandLine) -> Result<String, PortError> {
        let refused = |why: String| {
            PortError::new(FailureKind::Unauthorized, format!("`{}` gave no secret", command.display())).because(why)
        };
        self.allow_run(&format!("`{}` was not asked for a secret", command.display())).await?;
        let words: Result<Vec<String>, _> = command.0.iter().map(|word| word.fill(&BTreeMap::new())).collect();
        let words = words.map_err(|unknown| refused(unknown.to_string()))?;
        let (nobody, _) = tokio::sync::mpsc::channel(1);
        let program = Program::new(words, &self.root).within(COMMAND);
        let ended = run(&program, &nobody, &self.mask).await.map_err(|failure| refused(failure.summary))?;
        match ended.exit {
            Some(0) if ended.stdout.is_cut() => Err(refused("it printed too much".to_owned())),
            Some(0) => match ended.stdout.text().trim_end_matches(['\r', '\n']) {
                "" => Err(refused("it printed nothing".to_owned())),
                secret => Ok(secret.to_owned()),
            },
            Some(status) => Err(refused(format!("exit {status}"))),
            None => Err(refused("a signal ended it".to_owned())),
        }
    }
}

fn reference(secret: &Secret) -> String {
    match secret {
        Secret::Env(name) => format!("the variable {name}"),
        Secret::Dotenv { file, key } => format!("{key} of {file}"),
        Secret::Command(command) => format!("`{}`", command.display()),
    }
}

/// Makes the masked text of a value, for what is shown.
pub fn shown(value: &SecretValue) -> &str {
    match value {
        SecretValue::Plain(text) => text,
        SecretValue::Secret(_) => "•••",
    }
}

/// Hands the value to what sends it.
pub fn exposed(value: &SecretValue) -> &str {
    match value {
        SecretValue::Plain(text) => text,
        SecretValue::Secret(secret) => secret.expose_secret(),
    }
}
