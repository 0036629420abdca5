//! Asking a registry: without credentials first, and with them when it says how it wants them.
//!
//! Credentials go to the registry's own host, or to a realm that it names over TLS or on this machine; redirects are not
//! followed, so they go nowhere else.

use super::challenge::{self, Challenge};
use super::credentials::Credentials;
use super::login::Login;
use super::name::HUB;
use crate::http::{Http, is_loopback, refusal};
use crate::patience::Patience;
use crate::secrets::Secrets;
use reqwest::{Method, RequestBuilder, Url};
use secrecy::{ExposeSecret as _, SecretString};
use std::time::Duration;
use tminus_core::measurement::HttpAnswer;
use tminus_core::ports::{FailureKind, PortError};

/// How long one answer may take at least.
const PATIENCE: Duration = Duration::from_secs(20);

/// The forms that a manifest may have; without them a registry may answer another form, with another digest.
const FORMS: &str = "application/vnd.oci.image.index.v1+json, \
    application/vnd.docker.distribution.manifest.list.v2+json, \
    application/vnd.oci.image.manifest.v1+json, \
    application/vnd.docker.distribution.manifest.v2+json";

/// How a registry lets tminus in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Access {
    /// It asks nobody for anything.
    Open,
    /// It asks nobody for anything, and did not refuse the credentials of this user either.
    Unasked(String),
    /// It gives anybody a token.
    Anonymous,
    /// It took the credentials of this user; a token names none.
    Known(Option<String>),
}

/// The way into one registry.
pub(super) struct RegistryAccess<'a> {
    http: &'a Http,
    secrets: &'a Secrets,
    login: &'a Login,
    host: String,
    base: Url,
    patience: Patience,
}

impl<'a> RegistryAccess<'a> {
    /// Finds the address: the plan's scheme; where it says none, `http` on this machine and `https` elsewhere.
    pub(super) fn to(http: &'a Http, secrets: &'a Secrets, login: &'a Login, host: &str) -> Result<Self, PortError> {
        let asked = if host == HUB { "registry-1.docker.io" } else { host };
        let scheme = match login.url.split_once("://") {
            Some((scheme, _)) => scheme,
            None if Url::parse(&format!("http://{asked}")).is_ok_and(|url| is_loopback(&url)) => "http",
            None => "https",
        };
        let base = Url::parse(&format!("{scheme}://{asked}"))
            .map_err(PortError::by(FailureKind::Malformed, format!("{host} is no address of a registry")))?;
        Ok(Self { http, secrets, login, host: host.to_owned(), base, patience: Patience::default() })
    }

    /// Gives every answer so long, where that is longer than usual.
    pub(super) fn patient(self, patience: &Patience) -> Self {
        Self { patience: patience.clone(), ..self }
    }

    /// Asks, and asks again as the registry wants it when it answers 401.
    pub(super) async fn ask(&self, method: Method, path: &str) -> Result<(HttpAnswer, Access), PortError> {
        let answer = self.send(self.request(&method, path)?).await?;
        if answer.status != 401 {
            return Ok((answer, Access::Open));
        }
        let Some(challenge) = challenge::read(&answer.headers) else {
            return Err(self.unauthorized("does not say how it wants credentials"));
        };
        let credentials = self.login.find(&self.host, self.secrets).await?;
        let request = self.request(&method, path)?;
        let (request, access) = match (challenge, credentials) {
            (Challenge::Basic, None) => return Err(self.unauthorized("wants credentials, and there are none for it")),
            (Challenge::Basic, Some(known)) => self.with_password(request, &known)?,
            (Challenge::Bearer { realm, service, scope }, known) => {
                let token = self.token((&realm, service, scope), known.as_ref()).await?;
                let access = known.map_or(Access::Anonymous, |known| Access::Known(known.user().map(str::to_owned)));
                (request.bearer_auth(token.expose_secret()), access)
            }
        };
        let answer = self.send(request).await?;
        match (answer.status, access) {
            (401 | 403, Access::Known(user)) => Err(self.refuses(user.as_deref())),
            (401 | 403, _) => Err(self.unauthorized("wants credentials, and there are none for it")),
            (_, access) => Ok((answer, access)),
        }
    }

    /// Sends the credentials that nobody asked for, where they may travel: one that lets anybody look may still refuse wrong ones.
    pub(super) async fn offer(&self, path: &str) -> Result<Access, PortError> {
        let Some(Credentials::Password { user, secret }) = self.login.find(&self.host, self.secrets).await? else {
            return Ok(Access::Open);
        };
        if self.base.scheme() != "https" && !is_loopback(&self.base) {
            return Ok(Access::Open);
        }
        let request = self.request(&Method::GET, path)?.basic_auth(&user, Some(secret.expose_secret()));
        let answer = self.send(request).await?;
        match answer.status {
            200 => Ok(Access::Unasked(user)),
            401 | 403 => Err(self.refuses(Some(&user))),
            status => {
                let service = format!("the registry {}", self.host);
                let senseless = || PortError::new(FailureKind::Malformed, format!("{service} answered {status}"));
                Err(refusal(&service, &answer, jiff::Timestamp::now()).unwrap_or_else(senseless))
            }
        }
    }

    fn with_password(
        &self,
        request: RequestBuilder,
        known: &Credentials,
    ) -> Result<(RequestBuilder, Access), PortError> {
        match known {
            Credentials::Password { user, secret } => {
                Ok((request.basic_auth(user, Some(secret.expose_secret())), Access::Known(Some(user.clone()))))
            }
            Credentials::Identity(_) => Err(self.unauthorized("wants a password, and only a token is known for it")),
        }
    }

    /// Fetches a token at the realm, for anybody when there are no credentials.
    async fn token(
        &self,
        (realm, service, scope): (&str, Option<String>, Option<String>),
        known: Option<&Credentials>,
    ) -> Result<SecretString, PortError> {
        let mut url = Url::parse(realm).map_err(|_| self.unauthorized("names a realm that is no address"))?;
        if known.is_some() && !self.may_travel(&url) {
            let host = url.host_str().unwrap_or_default();
            return Err(self.unauthorized(&format!("wants credentials sent to {host} in the clear; they were not")));
        }
        let asked = [("service", service), ("scope", scope)];
        let mut pairs: Vec<(&str, String)> = asked.into_iter().filter_map(|(key, v)| Some((key, v?))).collect();
        let request = match known {
            Some(Credentials::Identity(token)) => {
                pairs.push(("grant_type", "refresh_token".to_owned()));
                pairs.push(("client_id", "tminus".to_owned()));
                pairs.push(("refresh_token", token.expose_secret().to_owned()));
                let form = "application/x-www-form-urlencoded";
                let request = self.http.request(Method::POST, url.as_str())?;
                request.header("content-type", form).body(encoded(&url, &pairs))
            }
            Some(Credentials::Password { user, secret }) => {
                pairs.push(("account", user.clone()));
                url.query_pairs_mut().extend_pairs(pairs);
                self.http.request(Method::GET, url.as_str())?.basic_auth(user, Some(secret.expose_secret()))
            }
            None => {
                url.query_pairs_mut().extend_pairs(pairs);
                self.http.request(Method::GET, url.as_str())?
            }
        };
        let answer = self.send(request).await?;
        self.read_token(&answer, known)
    }

    fn read_token(&self, answer: &HttpAnswer, known: Option<&Credentials>) -> Result<SecretString, PortError> {
        if matches!(answer.status, 401 | 403) {
            return Err(match known {
                Some(known) => self.refuses(known.user()),
                None => self.unauthorized("wants credentials, and there are none for it"),
            });
        }
        let service = format!("the realm of the registry {}", self.host);
        let malformed = || PortError::new(FailureKind::Malformed, format!("{service} sent no token"));
        if answer.status != 200 {
            return Err(refusal(&service, answer, jiff::Timestamp::now()).unwrap_or_else(malformed));
        }
        let sent: serde_json::Value = serde_json::from_str(&answer.body).map_err(|_| malformed())?;
        let token = sent.get("token").or_else(|| sent.get("access_token")).and_then(serde_json::Value::as_str);
        let token = token.filter(|token| !token.is_empty()).ok_or_else(malformed)?;
        self.secrets.mask().learn(token);
        Ok(SecretString::from(token.to_owned()))
    }

    /// The registry's own address is as good as itself; any other has to be safe from listeners.
    fn may_travel(&self, realm: &Url) -> bool {
        let is_own = realm.origin() == self.base.origin();
        is_own || realm.scheme() == "https" || is_loopback(realm)
    }

    fn request(&self, method: &Method, path: &str) -> Result<RequestBuilder, PortError> {
        let address = format!("{}{path}", self.base.as_str().trim_end_matches('/'));
        Ok(self.http.request(method.clone(), &address)?.header("accept", FORMS))
    }

    async fn send(&self, request: RequestBuilder) -> Result<HttpAnswer, PortError> {
        self.http.send(request, self.patience.at_least(PATIENCE)).await.map_err(|failure| {
            let away = PortError::new(failure.kind, format!("the registry {} cannot be asked", self.host));
            failure.causes.into_iter().fold(away.because(failure.summary), PortError::because)
        })
    }

    fn refuses(&self, user: Option<&str>) -> PortError {
        self.unauthorized(&match user {
            Some(user) => format!("refuses the credentials of {user}"),
            None => "refuses the token that is known for it".to_owned(),
        })
    }

    fn unauthorized(&self, what: &str) -> PortError {
        PortError::new(FailureKind::Unauthorized, format!("the registry {} {what}", self.host))
    }
}

fn encoded(url: &Url, pairs: &[(&str, String)]) -> String {
    let mut form = url.clone();
    form.query_pairs_mut().clear().extend_pairs(pairs);
    form.query().unwrap_or_default().to_owned()
}
