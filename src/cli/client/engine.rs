//! The project's engine in its own process: joining it, starting it, opening its door, ending it.

use super::environment_mark::EnvironmentMark;
use super::keeper::{self, place};
use super::listening::{Listening, heard, say};
use super::program::ListedProgram;
use super::project::Project;
use crate::cli::exit::{Exit, Stop};
use crate::cli::person;
use color_eyre::eyre::WrapErr;
use serde::{Deserialize, Serialize};
use std::fs::{File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use tminus_core::who::Who;
use tminus_engine::session::{EnginePlace, JoinError, Joined, Server, Terms, join};
use tminus_storage::paths::Paths;
use tokio::io::{AsyncBufReadExt, BufReader};

/// How long an engine may take to start: it reads the journal, and asks a password store for secrets.
pub(super) const START: Duration = Duration::from_secs(60);
/// How long between two looks at whether an engine that somebody else started has opened its door, and how many looks there
/// are before one is started again: that one may have failed.
const DOOR_AGAIN: Duration = Duration::from_millis(100);
const DOOR_LOOKS: usize = 50;
/// How long between two looks at whether an engine has ended.
const LOOK_AGAIN: Duration = Duration::from_millis(20);
/// How many lines of what a failed engine said are shown.
const LAST_LINES: usize = 3;
/// How long what an engine said before is kept, in bytes.
pub const LOG_KEPT: u64 = 1024 * 1024;

/// How a start went, as an engine without a terminal says it to whoever started it.
#[derive(Debug, Serialize, Deserialize)]
pub struct Started {
    /// The exit status; absent when it runs.
    pub exit: Option<u8>,
    /// What is said beside it.
    pub says: String,
    /// Whether another engine has the journal that began a moment ago.
    #[serde(default)]
    pub is_another: bool,
}

/// Joins the project's engine, where one runs.
pub async fn running(project: &Project) -> Result<Option<Joined>, Stop> {
    let place = place(project)?;
    keeper::require_known_keeper(project, &place)?;
    match join(&place, &project.who).await {
        Ok(joined) => {
            keeper::remember_keeper(project, &place);
            Ok(Some(joined))
        }
        Err(JoinError::Nobody) => match place.kept_by().map_err(Stop::refused)? {
            None => Ok(None),
            Some(keeper) => Err(Stop::refused(format!("no engine runs; {}", keeper::elsewhere(project, &keeper)))),
        },
        Err(error @ (JoinError::Unwelcome(_) | JoinError::Place(_))) => Err(Stop::refused(error)),
        Err(error @ (JoinError::Broken(_) | JoinError::Silent { .. })) => {
            Err(Stop { exit: Exit::CannotTell, report: error.into(), reasons: Vec::new() })
        }
    }
}

/// Starts the project's engine in a process of its own, and joins it; or joins the one that somebody else starts just now.
pub async fn start(project: &Project) -> Result<Joined, Stop> {
    let until = std::time::Instant::now() + START;
    loop {
        let Started { exit, says, is_another } = begin(project).await?;
        match exit {
            None => {
                let gone = || Stop::cannot_tell("the engine was started, but has already ended");
                return running(project).await?.ok_or_else(gone);
            }
            Some(code) if code == Exit::Refused.code() => {
                for _ in 0..DOOR_LOOKS {
                    if let Some(joined) = running(project).await? {
                        return Ok(joined);
                    }
                    if !is_another || std::time::Instant::now() > until {
                        return Err(Stop::refused(says));
                    }
                    tokio::time::sleep(DOOR_AGAIN).await;
                }
            }
            Some(code) if code == Exit::Wrong.code() => return Err(Stop::wrong(says)),
            Some(_) => return Err(Stop::cannot_tell(says)),
        }
    }
}

/// Starts an engine in a process of its own, and returns how its start went.
async fn begin(project: &Project) -> Result<Started, Stop> {
    project.paths.prepare().map_err(|e| Stop::from(color_eyre::Report::from(e)))?;
    let program = ListedProgram::of(std::env::current_exe().wrap_err("the path of this program is unknown")?);
    let (log, said_before) = open_log(&project.paths.engine_log()).wrap_err("the engine's log cannot be written")?;
    let mut child = tokio::process::Command::new(program.path);
    child.arg0(program.name);
    child.args(["engine", "run", "--detached"]).current_dir(&project.root);
    child.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log);
    let mut child = child.spawn().wrap_err("the engine could not be started")?;
    let told = child.stdout.take().ok_or_else(|| Stop::cannot_tell("the engine cannot be heard"))?;
    let mut line = String::new();
    let mut told = BufReader::new(told);
    let heard = tokio::time::timeout(START, told.read_line(&mut line)).await;
    Ok(match heard {
        Ok(Ok(_)) => serde_json::from_str(&line).unwrap_or_else(|_| unsaid(project, said_before)),
        Ok(Err(_)) | Err(_) => unsaid(project, said_before),
    })
}

/// Opens the file of what engines say, cut where it is long, and returns how long it is.
fn open_log(path: &Path) -> std::io::Result<(File, u64)> {
    let log = OpenOptions::new().create(true).append(true).mode(0o600).open(path)?;
    if log.metadata()?.len() > LOG_KEPT {
        log.set_len(0)?;
    }
    let length = log.metadata()?.len();
    Ok((log, length))
}

/// Says that an engine ended without a word, or said none in time, with the last that stands in its log.
fn unsaid(project: &Project, said_before: u64) -> Started {
    let path = project.paths.engine_log();
    let said = std::fs::read(&path).unwrap_or_default();
    let said = said.get(usize::try_from(said_before).unwrap_or(0)..).unwrap_or_default();
    let said = String::from_utf8_lossy(said);
    let last: Vec<&str> = said.lines().filter(|line| !line.trim().is_empty()).rev().take(LAST_LINES).collect();
    let last: String = last.into_iter().rev().map(|line| format!("\n  {line}")).collect();
    let says = format!("the engine did not start; what it said is in {}{last}", path.display());
    Started { exit: Some(Exit::CannotTell.code()), says, is_another: false }
}

/// Opens the door of an engine in this process, and says where it is once it is open: a start that is refused leaves nothing.
pub fn open_door(project: &Project, handle: tminus_engine::EngineHandle) -> Result<Server, Stop> {
    let group = project.file.plan.session_group.clone();
    keeper::tell_of_squatter(project);
    let (place, runtime) = match keeper::team_place(project).filter(|_| keeper::squatter(project).is_none()) {
        Some(place) => (place, None),
        None => {
            let runtime = Paths::runtime().map_err(|e| Stop::from(color_eyre::Report::from(e)))?;
            (EnginePlace::of(&runtime, &project.paths.engine_name(), None), Some(runtime))
        }
    };
    let root = project.root.clone();
    let terms = Terms { place, root, host: person::host(), is_rehearsal: project.kind.scenario().is_some() };
    let door = Server::open(terms, handle).map_err(Stop::refused_because)?;
    let environment = Some(EnvironmentMark::of(project));
    let clock = heard(project).and_then(|said| said.clock);
    say(project, &Listening { runtime, group, environment, clock, ..Listening::default() })?;
    Ok(door)
}

/// Returns the socket of the project's engine, where it listens, or would.
pub fn socket(project: &Project) -> Result<PathBuf, Stop> {
    Ok(place(project)?.socket().to_owned())
}

/// Ends a running engine at its next boundary, and waits until its process has let the journal go.
pub async fn stop(joined: &Joined, who: &Who) -> Result<(), Stop> {
    joined.halt(who).await?;
    // The connection ends before the journal is closed, and the process behind both.
    joined.gone().await;
    let until = std::time::Instant::now() + START;
    while is_there(joined.welcome.pid) && std::time::Instant::now() < until {
        tokio::time::sleep(LOOK_AGAIN).await;
    }
    Ok(())
}

/// Says whether a process is there and not over: one whose end nobody took note of yet is over (proc_pid_stat(5)).
fn is_there(pid: u32) -> bool {
    let Ok(stat) = std::fs::read_to_string(format!("/proc/{pid}/stat")) else { return false };
    let state = stat.rsplit_once(')').and_then(|(_, rest)| rest.trim_start().chars().next());
    !matches!(state, None | Some('Z' | 'X'))
}
