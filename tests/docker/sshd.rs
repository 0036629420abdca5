//! A real sshd on loopback, with a configuration, keys and a port of its own.

use super::need::{need, present};
use super::wait;
use crate::slots::{Scarce, Slot, take};
use std::fs::{self, Permissions};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;

const BOUND: Duration = Duration::from_secs(60);

/// A server that ends with the test.
pub struct Sshd {
    folder: TempDir,
    child: Child,
    port: u16,
    _slot: Slot,
}

impl Sshd {
    /// Starts one that lets every user in by one key; nothing where that cannot be.
    pub fn start() -> Option<Self> {
        Self::with("")
    }

    /// Starts one with more lines of settings.
    pub fn with(more: &str) -> Option<Self> {
        let (sshd, _ssh, keygen) = (need("sshd")?, need("ssh")?, need("ssh-keygen")?);
        let id = Command::new("id").arg("-u").output().unwrap();
        present("the right to let root log in (root)", (id.stdout == b"0\n").then_some(()))?;
        let (folder, _slot) = (tempfile::tempdir().unwrap(), take(Scarce::Terminal));
        let at = |name: &str| folder.path().join(name).display().to_string();
        for key in ["host", "own"] {
            run(&keygen, &["-q", "-t", "ed25519", "-N", "", "-f", &at(key)]);
        }
        fs::copy(at("own.pub"), at("allowed")).unwrap();
        // Whoever logs in reads there which keys are theirs.
        fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
        let port = crate::ports::free();
        let settings = format!(
            "Port {port}\nListenAddress 127.0.0.1\nHostKey {}\nAuthorizedKeysFile {}\nPidFile none\nStrictModes no\n\
             UsePAM no\nPermitRootLogin prohibit-password\nPasswordAuthentication no\n{more}",
            at("host"),
            at("allowed"),
        );
        fs::write(at("sshd"), settings).unwrap();
        fs::create_dir_all("/run/sshd").unwrap();
        let child = Command::new(sshd).args(["-D", "-f", &at("sshd")]).stderr(Stdio::null()).spawn().unwrap();
        let known = format!("[127.0.0.1]:{port} {}", fs::read_to_string(at("host.pub")).unwrap());
        fs::write(at("known"), known).unwrap();
        let server = Self { folder, child, port, _slot };
        wait::until("the server", BOUND, || TcpStream::connect(("127.0.0.1", port)).ok());
        Some(server)
    }

    /// Returns where its keys are: `own` lets one in, `known` names the host.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub const fn port(&self) -> u16 {
        self.port
    }

    /// Returns the words that bring a command there, with a terminal.
    pub fn words(&self, user: &str, command: &str) -> Vec<String> {
        let at = |name: &str| self.folder.path().join(name).display().to_string();
        let (port, known) = (self.port.to_string(), format!("UserKnownHostsFile={}", at("known")));
        let words = ["ssh", "-F", "/dev/null", "-tt", "-p", &port, "-i", &at("own"), "-o", "IdentitiesOnly=yes", "-o"];
        let there = format!("{user}@127.0.0.1");
        let rest = [&known, "-o", "StrictHostKeyChecking=yes", &there, command];
        words.into_iter().chain(rest).map(str::to_owned).collect()
    }

    /// Returns the processes that serve a connection: the server's children of its name, and theirs.
    pub fn connections(&self) -> Vec<u32> {
        let all = processes();
        let mut found: Vec<u32> = Vec::new();
        let mut above = vec![self.child.id()];
        while let Some(parent) = above.pop() {
            let served = all.iter().filter(|(_, name, its)| *its == parent && name.starts_with("sshd"));
            for (pid, ..) in served {
                found.push(*pid);
                above.push(*pid);
            }
        }
        found
    }
}

impl Drop for Sshd {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn run(program: &Path, words: &[&str]) {
    assert!(Command::new(program).args(words).stdout(Stdio::null()).status().unwrap().success(), "{program:?}");
}

/// Returns every process with its name and its parent: proc_pid_stat(5).
fn processes() -> Vec<(u32, String, u32)> {
    let one = |entry: fs::DirEntry| {
        let pid = entry.file_name().to_str()?.parse().ok()?;
        let stat = fs::read_to_string(entry.path().join("stat")).ok()?;
        let (before, after) = stat.rsplit_once(')')?;
        let name = before.split_once('(')?.1.to_owned();
        Some((pid, name, after.split_whitespace().nth(1)?.parse().ok()?))
    };
    fs::read_dir("/proc").unwrap().flatten().filter_map(one).collect()
}
