//! What the mask has not learned: text from outside is shown when it has, or when somebody was told why it is not.

use super::{Secrets, UnreadSecrets, reference};
use std::time::Duration;
use tminus_core::plan::Secret;
use tminus_core::ports::{FailureKind, PortError};
use tokio::time::Instant;

/// How long it is waited for what the plan's commands print.
const KNOWN: Duration = Duration::from_secs(20);

/// How long the files may take altogether.
const READ: Duration = Duration::from_secs(5);

/// How long after one could not be read it is asked for again for the mask alone: a command that took long waits longer.
const AGAIN: [Duration; 2] = [Duration::from_secs(10), Duration::from_secs(60)];

impl Secrets {
    /// Names what the mask has to learn: the values of variables and files are read at once, and what commands print when
    /// [`Secrets::know`] asks for it.
    pub async fn to_know(&self, secrets: Vec<Secret>, env_files: Vec<String>) {
        let (commands, others): (Vec<Secret>, Vec<Secret>) =
            secrets.into_iter().partition(|secret| matches!(secret, Secret::Command(_)));
        let mut unread = self.unread.lock().await;
        *unread = UnreadSecrets { secrets: others, env_files, found: None };
        self.read(&mut unread, READ).await;
        unread.secrets.extend(commands);
        unread.found = None;
    }

    /// Lets the mask learn every secret of the plan before the first text from outside is shown: what reads a log need not
    /// be what uses the secret.
    ///
    /// A place that was read and holds no value has nothing to hide.
    ///
    /// # Errors
    /// When a command or a file gave none: what cannot be masked is not shown. It is asked again later.
    pub async fn know(&self) -> Result<(), PortError> {
        let mut unread = self.unread.lock().await;
        if unread.is_empty() {
            return Ok(());
        }
        match &unread.found {
            Some((failure, again)) if Instant::now() < *again => return Err(failure.clone()),
            Some(_) | None => {}
        }
        self.read(&mut unread, KNOWN).await;
        unread.found.as_ref().map_or(Ok(()), |(failure, _)| Err(failure.clone()))
    }

    /// Says instead of an output why it is not shown, where a secret could not be read.
    pub async fn withheld(&self) -> Option<String> {
        Some(format!("its output is {}", self.know().await.err()?.sentence()))
    }

    /// Reads everything that was not, and keeps what still could not be.
    async fn read(&self, unread: &mut UnreadSecrets, within: Duration) {
        let began = Instant::now();
        let limit = Instant::now() + within;
        let late = |_| PortError::new(FailureKind::Timeout, format!("no answer within {} s", within.as_secs()));
        let secrets = unread.secrets.iter().map(|secret| async move {
            let found = tokio::time::timeout_at(limit, self.find(secret)).await.map_err(late).and_then(|found| found);
            found.err().map(|why| (secret.clone(), unreadable(&format!("the secret {}", reference(secret)), why)))
        });
        let files = unread.env_files.iter().map(|file| async move {
            let read = tokio::time::timeout_at(limit, self.read_env_file(file)).await;
            let failed = read.map_err(late).and_then(|read| read).err();
            failed.map(|why| (file.clone(), unreadable(&format!("the secrets in {file}"), why)))
        });
        let (secrets, files) = tokio::join!(futures::future::join_all(secrets), futures::future::join_all(files));
        let (secrets, why): (Vec<Secret>, Vec<PortError>) = secrets.into_iter().flatten().unzip();
        let (env_files, of_files): (Vec<String>, Vec<PortError>) = files.into_iter().flatten().unzip();
        let again = Instant::now() + (began.elapsed() * 3).clamp(AGAIN[0], AGAIN[1]);
        let found = why.into_iter().chain(of_files).next().map(|why| (why, again));
        *unread = UnreadSecrets { secrets, env_files, found };
    }
}

/// Says what could not be read, and why.
fn unreadable(what: &str, why: PortError) -> PortError {
    let causes = if why.causes.is_empty() { vec![why.summary] } else { why.causes };
    let says = format!("not shown, because {what} could not be read");
    causes.into_iter().fold(PortError::new(FailureKind::Unauthorized, says), PortError::because)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secrets::Permission;
    use tminus_core::mask::Mask;

    #[tokio::test]
    async fn a_key_over_several_lines_is_hidden_also_where_docker_cannot_read_it() {
        let dir = tempfile::tempdir().unwrap();
        let text = "SSH_ID=\"-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA71Yz\n-----END RSA PRIVATE KEY-----\"\n";
        std::fs::write(dir.path().join("a.env"), text).unwrap();
        let mask = Mask::new();
        let secrets = Secrets::new(dir.path(), Permission::Trusted, mask.clone());
        let failure = secrets.read_env_file("a.env").await.unwrap_err();
        assert_eq!(failure.summary, "line 3 of a.env makes no sense to docker");
        assert_eq!(mask.apply("it is MIIEpAIBAAKCAQEA71Yz"), "it is •••");
    }

    #[tokio::test]
    async fn a_secret_that_could_not_be_read_is_asked_again_after_a_while_and_hidden_from_then_on() {
        let dir = tempfile::tempdir().unwrap();
        let secrets = Secrets::new(dir.path(), Permission::Trusted, Mask::new());
        let secret = Secret::Dotenv { file: ".env".to_owned(), key: "KEY".to_owned() };
        secrets.to_know(vec![secret], Vec::new()).await;
        assert!(secrets.know().await.is_err());
        std::fs::write(dir.path().join(".env"), "KEY=hunter2-hunter2\n").unwrap();
        assert!(
            secrets
                .withheld()
                .await
                .is_some_and(|why| why.starts_with("its output is not shown, because the secret KEY"))
        );
        if let Some((_, again)) = &mut secrets.unread.lock().await.found {
            *again = Instant::now();
        }
        assert_eq!((secrets.know().await, secrets.withheld().await), (Ok(()), None));
        assert_eq!(secrets.mask().apply("it is hunter2-hunter2"), "it is •••");
    }
}
