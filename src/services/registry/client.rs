//! One registry: what a tag names there, and whether it lets tminus in.

use super::ask::{Access, RegistryAccess};
use super::credentials::Credentials;
use super::login::Login;
use super::name::{ImageName, host_of};
use crate::http::{Http, refusal};
use crate::patience::Patience;
use crate::secrets::Secrets;
use reqwest::Method;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tminus_core::hex::sha256;
use tminus_core::measurement::HttpAnswer;
use tminus_core::names::Digest;
use tminus_core::ports::{FailureKind, PortError};
use tminus_core::time::brief;

/// A registry as the plan knows it. Cheap to clone; nothing is sent before it is asked.
#[derive(Clone, Debug)]
pub struct Registry {
    http: Http,
    secrets: Arc<Secrets>,
    login: Arc<Login>,
    /// Until when it wants to be left alone, and how it said so.
    quiet: Arc<Mutex<Option<(Instant, PortError)>>>,
    patience: Patience,
}

/// How long a registry may ask to be left alone.
const LONGEST: Duration = Duration::from_secs(15 * 60);
/// How long is waited at once for a registry that asks for it, before it is asked once more.
const PATIENCE: Duration = Duration::from_secs(5);

impl Registry {
    /// Makes it of the plan's settings.
    pub fn new(http: Http, secrets: Arc<Secrets>, login: Login) -> Self {
        Self { http, secrets, login: Arc::new(login), quiet: Arc::default(), patience: Patience::default() }
    }

    /// Gives every question so long, where that is longer than usual.
    #[must_use]
    pub fn patient(self, patience: Patience) -> Self {
        Self { patience, ..self }
    }

    /// Returns the host of the registry, with its port.
    pub fn host(&self) -> &str {
        host_of(&self.login.url)
    }

    /// Returns what a tag names now, an index's own digest where it is one; `None` when there is no such tag.
    ///
    /// # Errors
    /// [`FailureKind::Unauthorized`] when the credentials are refused or missing, [`FailureKind::Unreachable`] when
    /// nothing answers, [`FailureKind::RateLimited`], [`FailureKind::Malformed`] for an image of another registry and for
    /// an answer without sense.
    pub async fn digest(&self, image: &ImageName) -> Result<Option<Digest>, PortError> {
        self.is_quiet()?;
        let found = match self.digest_now(image).await {
            Err(PortError { kind: FailureKind::RateLimited(Some(wait)), .. }) if wait.duration() <= PATIENCE => {
                tokio::time::sleep(wait.duration()).await;
                self.digest_now(image).await
            }
            found => found,
        };
        if let Err(failure) = &found
            && let FailureKind::RateLimited(wait) = failure.kind
        {
            let wait = wait.map_or(PATIENCE, |wait| wait.duration()).min(LONGEST);
            *self.quiet.lock().unwrap_or_else(PoisonError::into_inner) = Some((Instant::now() + wait, failure.clone()));
        }
        found
    }

    /// Leaves a registry alone that asked for it, and says what it said.
    fn is_quiet(&self) -> Result<(), PortError> {
        let mut quiet = self.quiet.lock().unwrap_or_else(PoisonError::into_inner);
        let Some((until, failure)) = quiet.as_ref() else { return Ok(()) };
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            *quiet = None;
            return Ok(());
        }
        Err(failure.clone().because(format!("so it is asked again in {}", brief(left))))
    }

    async fn digest_now(&self, image: &ImageName) -> Result<Option<Digest>, PortError> {
        let door = self.door(&image.host)?;
        let path = format!("/v2/{}/manifests/{}", image.path, image.tag);
        let (answer, _) = door.ask(Method::HEAD, &path).await?;
        let answer = match answer.status {
            200 | 404 => answer,
            // An answer to HEAD has no words; those to GET say why.
            _ => door.ask(Method::GET, &path).await.map_or(answer, |(told, _)| told),
        };
        let Some(answer) = self.found(answer)? else { return Ok(None) };
        if let Some(digest) = named_digest(&answer) {
            return self.checked(digest).map(Some);
        }
        // Old registries leave the header out; the specification says what it would be.
        let (answer, _) = door.ask(Method::GET, &path).await?;
        let Some(answer) = self.found(answer)? else { return Ok(None) };
        if let Some(digest) = named_digest(&answer) {
            return self.checked(digest).map(Some);
        }
        if answer.cut || answer.body.is_empty() || answer.body.contains(char::REPLACEMENT_CHARACTER) {
            return Err(self.senseless("it sent a manifest that cannot be read"));
        }
        Ok(Some(Digest::new(format!("sha256:{}", sha256(&answer.body)))))
    }

    /// Asks the registry to let tminus in.
    ///
    /// # Errors
    /// [`FailureKind::Unauthorized`] when it refuses the credentials, or wants some and there are none.
    pub async fn log_in(&self) -> Result<Access, PortError> {
        let door = self.door(self.host())?;
        let (answer, access) = door.ask(Method::GET, "/v2/").await?;
        match (answer.status, access) {
            (200, _) if is_page(&answer) => Err(self.senseless("it answers with a page at /v2/: that is no registry")),
            (200, Access::Open) => door.offer("/v2/").await,
            (200, access) => Ok(access),
            (404, _) => Err(self.senseless("it answers 404 at /v2/: that is no registry")),
            _ => Err(self.refused(&answer)),
        }
    }

    /// Returns the credentials for this registry, for an engine that pulls or pushes; `None` when there are none.
    ///
    /// # Errors
    /// When a secret of the plan, or docker's own configuration, cannot be read.
    pub async fn credentials(&self) -> Result<Option<Credentials>, PortError> {
        self.login.find(self.host(), &self.secrets).await
    }

    fn door(&self, host: &str) -> Result<RegistryAccess<'_>, PortError> {
        if host != self.host() {
            let summary = format!("the image lies at {host}, and the plan's registry is {}", self.host());
            return Err(PortError::new(FailureKind::Malformed, summary));
        }
        Ok(RegistryAccess::to(&self.http, &self.secrets, &self.login, host)?.patient(&self.patience))
    }

    fn found(&self, answer: HttpAnswer) -> Result<Option<HttpAnswer>, PortError> {
        match answer.status {
            200 => Ok(Some(answer)),
            404 => Ok(None),
            _ => Err(self.refused(&answer)),
        }
    }

    fn checked(&self, digest: &str) -> Result<Digest, PortError> {
        let is_hex = |hex: &str| hex.len() >= 32 && hex.len() <= 128 && hex.bytes().all(|b| b.is_ascii_hexdigit());
        match digest.split_once(':') {
            Some(("sha256" | "sha512", hex)) if is_hex(hex) => Ok(Digest::new(digest)),
            _ => Err(self.senseless("it names a digest that is none")),
        }
    }

    fn refused(&self, answer: &HttpAnswer) -> PortError {
        let service = format!("the registry {}", self.host());
        refusal(&service, answer, jiff::Timestamp::now())
            .unwrap_or_else(|| self.senseless(&format!("it answered {}", answer.status)))
    }

    fn senseless(&self, why: &str) -> PortError {
        PortError::new(FailureKind::Malformed, format!("the answer of the registry {} makes no sense", self.host()))
            .because(why)
    }
}

/// Says whether an answer is for people: a registry never sends one, a portal on the way does.
fn is_page(answer: &HttpAnswer) -> bool {
    let is_html = |value: &str| value.trim().to_ascii_lowercase().starts_with("text/html");
    answer.headers.iter().any(|(name, value)| name.eq_ignore_ascii_case("content-type") && is_html(value))
}

fn named_digest(answer: &HttpAnswer) -> Option<&str> {
    let named = answer.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("docker-content-digest"));
    named.map(|(_, value)| value.trim()).filter(|digest| !digest.is_empty())
}
