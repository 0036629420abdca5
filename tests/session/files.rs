//! An engine's process that the system gives no more files goes on with the clients it has.

use super::played;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tminus_engine::session::{EnginePlace, Joined, join};

/// How many files an engine here may have open.
const FILES: usize = 64;

/// An engine's process, which ends with the test.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

fn command(program: &str, home: &Path) -> Command {
    let mut command = Command::new(program);
    command.env("HOME", home).env("XDG_RUNTIME_DIR", home.join("run")).stdin(Stdio::null()).stdout(Stdio::null());
    for kind in ["STATE", "CONFIG", "DATA", "CACHE"] {
        command.env(format!("XDG_{kind}_HOME"), home.join(kind.to_lowercase()));
    }
    command
}

async fn until_joined(folder: &Path) -> Joined {
    let look = async {
        loop {
            let socket = std::fs::read_dir(folder).ok().and_then(|mut entries| entries.next());
            if let Some(Ok(socket)) = socket {
                let place = EnginePlace::of(folder, &socket.path().file_stem().unwrap().to_string_lossy(), None);
                if let Ok(joined) = join(&place, &played("dana")).await {
                    return joined;
                }
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), look).await.expect("the engine lets somebody in")
}

/// Waits until a process has hardly a file left to open; on systems without `/proc` nobody can say.
async fn until_full(process: u32) {
    let open = || std::fs::read_dir(format!("/proc/{process}/fd")).map_or(FILES, Iterator::count);
    let look = async {
        while open() + 4 < FILES {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), look).await.expect("the crowd takes its files");
}

#[tokio::test]
async fn an_engine_without_more_files_serves_who_is_there_and_later_lets_in_who_waited() {
    let home = tempfile::tempdir().unwrap();
    let program = env!("CARGO_BIN_EXE_tminus");
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o700);
    std::fs::create_dir(home.path().join("run")).unwrap();
    std::fs::set_permissions(home.path().join("run"), mode).unwrap();
    let world = home.path().join("world");
    let made = command(program, home.path()).arg("demo").arg("--dir").arg(&world).arg("--no-open").status().unwrap();
    assert!(made.success());
    let mut engine = command("sh", home.path());
    let script = format!("ulimit -n {FILES}; exec \"$0\" engine run --grace 60s");
    let engine = engine.args(["-c", &script, program]).current_dir(&world);
    let engine = Process(engine.stderr(Stdio::null()).spawn().unwrap());
    let folder = home.path().join("run/tminus");
    let dana = until_joined(&folder).await;
    let socket = std::fs::read_dir(&folder).unwrap().next().unwrap().unwrap().path();
    let crowd: Vec<UnixStream> = (0..100).map(|_| UnixStream::connect(&socket).unwrap()).collect();
    until_full(engine.0.id()).await;
    for _ in 0..20 {
        assert!(dana.inspect().await.unwrap().clients < FILES);
    }
    drop(crowd);
    until_joined(&folder).await;
}
