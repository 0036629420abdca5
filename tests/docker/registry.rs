//! A real registry on loopback, open or behind a password, that can be stopped and started again on its port.

use super::need::need;
use super::wait;
use crate::slots::{Scarce, Slot, take};
use std::fs;
use std::net::{Ipv4Addr, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;

const START: Duration = Duration::from_secs(60);

/// A registry of the test's own. What was pushed stays while it is stopped, and goes with it.
pub struct Registry {
    folder: TempDir,
    program: PathBuf,
    port: u16,
    server: Option<Child>,
    _slot: Slot,
}

/// Starts a registry that anybody may push to.
///
/// # Panics
/// When there is no registry on the machine and `TMINUS_CI` is set.
pub fn open() -> Option<Registry> {
    Some(Registry::serving(need("docker-registry")?, None))
}

/// Starts a registry that asks for a name and a password.
///
/// # Panics
/// When what it needs is missing and `TMINUS_CI` is set.
pub fn with_password(user: &str, password: &str) -> Option<Registry> {
    let (program, htpasswd) = (need("docker-registry")?, need("htpasswd")?);
    let line = Command::new(htpasswd).args(["-Bbn", user, password]).output().unwrap();
    assert!(line.status.success(), "{line:?}");
    Some(Registry::serving(program, Some(line.stdout)))
}

impl Registry {
    /// Returns its host and port, as the name of an image begins with.
    pub fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// Starts it again on its port, with what was pushed.
    pub fn start(&mut self) {
        let log = fs::File::options().create(true).append(true).open(self.folder.path().join("log")).unwrap();
        let mut command = Command::new(&self.program);
        command.arg("serve").arg(self.folder.path().join("config.yml")).stdin(Stdio::null());
        command.stdout(log.try_clone().unwrap()).stderr(log);
        let mut server = command.spawn().unwrap();
        let is_up = wait::found(START, || {
            let ended = server.try_wait().unwrap().map(|_| false);
            ended.or_else(|| TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).ok().map(|_| true))
        });
        self.server = Some(server);
        let log = || fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
        assert_eq!(is_up, Some(true), "the registry {} did not start:\n{}", self.address(), log());
    }

    /// Ends it: whoever asks is refused the connection.
    pub fn stop(&mut self) {
        let Some(mut server) = self.server.take() else { return };
        server.kill().unwrap();
        server.wait().unwrap();
    }

    fn serving(program: PathBuf, passwords: Option<Vec<u8>>) -> Self {
        let _slot = take(Scarce::Docker);
        let folder = tempfile::Builder::new().prefix("tm-registry-").tempdir().unwrap();
        let port = crate::ports::free();
        let place = folder.path().display();
        let auth = passwords.map(|lines| {
            fs::write(folder.path().join("htpasswd"), lines).unwrap();
            format!("auth: {{htpasswd: {{realm: tminus, path: {place}/htpasswd}}}}\n")
        });
        let config = format!(
            "version: 0.1\n\
             storage: {{filesystem: {{rootdirectory: {place}/storage}}, delete: {{enabled: true}}}}\n\
             http: {{addr: 127.0.0.1:{port}}}\n{}",
            auth.unwrap_or_default()
        );
        fs::write(folder.path().join("config.yml"), config).unwrap();
        let mut registry = Self { folder, program, port, server: None, _slot };
        registry.start();
        registry
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        self.stop();
    }
}
