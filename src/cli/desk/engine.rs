//! The project's engine in its own process: finding it, starting it, and where it listens.

use super::clock_mark::ClockMark;
use super::environment_mark::EnvironmentMark;
use super::program::Program;
use super::project::{Kind, Project};
use crate::cli::exit::{Exit, Stop};
use crate::cli::{person, show};
use crate::config::paths::{Paths, write_private};
use crate::domain::fact::Who;
use crate::domain::release::Release;
use crate::domain::time::Span;
use crate::session::{Door, JoinError, Joined, Place, Terms, join};
use color_eyre::eyre::WrapErr;
use serde::{Deserialize, Serialize};
use std::fs::{File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
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

/// Where an engine listens, as it says in the project's state folder: another login may have another runtime folder.
#[derive(Default, Serialize, Deserialize)]
struct Listening {
    /// The folder of its socket; absent where only somebody else's engine was joined.
    #[serde(default)]
    runtime: Option<PathBuf>,
    /// Who ended the last one, when somebody did; one that was killed says nothing.
    #[serde(default)]
    ended_by: Option<String>,
    /// The group that the engine of this journal was opened to: the journal here is the team's.
    #[serde(default)]
    group: Option<String>,
    /// Whose engine was joined for the team; somebody else's is not joined in its place.
    #[serde(default)]
    keeper: Option<String>,
    /// What the environment of the last one had.
    #[serde(default)]
    environment: Option<EnvironmentMark>,
    /// What was on the clock when one was opened first since the machine is up, or after the clock was set.
    #[serde(default)]
    clock: Option<ClockMark>,
}

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
    require_known_keeper(project, &place)?;
    match join(&place, &project.who).await {
        Ok(joined) => {
            remember_keeper(project, &place);
            Ok(Some(joined))
        }
        Err(JoinError::Nobody) => match place.kept_by().map_err(Stop::refused)? {
            None => Ok(None),
            Some(keeper) => Err(Stop::refused(format!("no engine runs; {}", elsewhere(project, &keeper)))),
        },
        Err(error @ (JoinError::Unwelcome(_) | JoinError::Place(_))) => Err(Stop::refused(error)),
        Err(error @ (JoinError::Broken(_) | JoinError::Silent { .. })) => {
            Err(Stop { exit: Exit::CannotTell, report: error.into(), reasons: Vec::new() })
        }
    }
}

fn elsewhere(project: &Project, keeper: &str) -> String {
    let says = format!(
        "the journal of this project is {keeper}'s, and so is the team's engine: where none runs, {keeper} starts it with \
         `tminus`, `tminus engine run` or a unit (`tminus engine unit`)"
    );
    let own = project.paths.journal();
    match own.exists() {
        false => says,
        true => format!(
            "{says}. A journal of this project lies here too, in {}: where that is the team's, {keeper} has taken its place: \
             the administrator removes it with `{}`",
            own.display(),
            removal(project)
        ),
    }
}

/// Returns what the administrator runs: nobody else may remove the folder of another user from /tmp.
fn removal(project: &Project) -> String {
    format!("sudo rm -r {}", project.paths.runtime_of_group().display())
}

/// Refuses the engine of somebody else than was joined for the team before: anybody in the group can make the folder.
fn require_known_keeper(project: &Project, place: &Place) -> Result<(), Stop> {
    let known = heard(project).and_then(|said| said.keeper);
    match (known, place.whose()) {
        (Some(known), Some(keeper)) if known != keeper => Err(Stop::refused(format!(
            "{} is {keeper}'s, and the engine of this project was {known}'s until now: nothing is said to whoever listens \
             there. The administrator removes that folder with `{}`, then {known} starts the engine again with `tminus engine \
             stop` and `tminus engine run`. Where {keeper} keeps the journal from now on, remove {} instead",
            place.socket().display(),
            removal(project),
            project.paths.engine().display()
        ))),
        (Some(_) | None, _) => Ok(()),
    }
}

/// Remembers whose engine was joined for the team.
fn remember_keeper(project: &Project, place: &Place) {
    let Some(keeper) = place.whose() else { return };
    let said = heard(project).unwrap_or_default();
    if said.keeper.is_none() {
        // Where it cannot be kept, it is asked again the next time.
        if say(project, &Listening { keeper: Some(keeper.clone()), ..said }).is_ok() {
            show::hint(&format!("this is {keeper}'s engine; nobody else's is joined for this project from now on"));
        }
    }
}

/// Returns who made the team's folder, where the team's journal is here and the folder is not this user's.
fn squatter(project: &Project) -> Option<String> {
    project.file.plan.session_group.as_ref()?;
    let is_kept_here = heard(project).is_some_and(|said| said.group.is_some()) && project.paths.journal().exists();
    team_place(project)?.whose().filter(|_| is_kept_here)
}

/// Says that somebody has taken the place of the team's engine, and what to do about it.
pub fn tell_of_squatter(project: &Project) {
    let Some(squatter) = squatter(project) else { return };
    let folder = project.paths.runtime_of_group();
    show::hint(&format!(
        "{} is {squatter}'s, and the journal of this project is yours, in {}: nothing is said to whoever listens there. Your \
         engine listens for you alone, and you release as always. For the others to join, the administrator removes that folder \
         with `{}`; then `tminus engine stop`, and `tminus engine run`",
        folder.display(),
        project.paths.journal().display(),
        removal(project)
    ));
}

/// Clears what an older tminus said of where it listens before it was refused, and says so.
pub(super) fn clear_left_behind(project: &Project) {
    let Some(said) = heard(project) else { return };
    let is_left = |runtime: &PathBuf| !Place::of(runtime, &project.paths.engine_name(), None).is_possible();
    if said.runtime.as_ref().is_some_and(is_left) && say(project, &Listening { runtime: None, ..said }).is_ok() {
        let record = project.paths.engine();
        show::hint(&format!(
            "{} named a place where no socket can be, after a refused start: it is passed over",
            record.display()
        ));
    }
}

/// Refuses a second journal beside the one that somebody else keeps for the team.
pub fn require_own_place(project: &Project) -> Result<(), Stop> {
    if project.file.plan.session_group.is_none() || matches!(project.kind, Kind::Own(_)) {
        return Ok(());
    }
    match place(project)?.kept_by().map_err(Stop::refused)? {
        None => Ok(()),
        Some(keeper) => Err(Stop::refused(elsewhere(project, &keeper))),
    }
}

/// Refuses to begin a team's journal unasked: whoever has none here yet may be looking for somebody else's.
pub(super) fn require_journal(project: &Project) -> Result<(), Stop> {
    let Some(group) = &project.file.plan.session_group else { return Ok(()) };
    if project.paths.journal().exists() {
        return Ok(());
    }
    Err(Stop::refused(format!(
        "the plan shares one engine with the group {group}, and none runs. There is no journal of this project on this \
         machine yet: `tminus engine run` starts one here, unless a colleague keeps it elsewhere"
    )))
}

/// Starts the project's engine in a process of its own, and joins it; or joins the one that somebody else starts just now.
pub async fn start(project: &Project) -> Result<Joined, Stop> {
    let until = std::time::Instant::now() + START;
    loop {
        let Started { exit, says, is_another } = begin(project).await?;
        match exit {
            None => {
                let gone = || Stop::cannot_tell("the engine was started, and has ended already");
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
    let program = Program::of(std::env::current_exe().wrap_err("this program cannot be found again")?);
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
pub fn open_door(project: &Project, handle: crate::engine::EngineHandle) -> Result<Door, Stop> {
    let group = project.file.plan.session_group.clone();
    tell_of_squatter(project);
    let (place, runtime) = match team_place(project).filter(|_| squatter(project).is_none()) {
        Some(place) => (place, None),
        None => {
            let runtime = Paths::runtime().map_err(|e| Stop::from(color_eyre::Report::from(e)))?;
            (Place::of(&runtime, &project.paths.engine_name(), None), Some(runtime))
        }
    };
    let root = project.root.clone();
    let terms = Terms { place, root, host: person::host(), is_rehearsal: project.kind.scenario().is_some() };
    let door = Door::open(terms, handle).map_err(Stop::refused_because)?;
    let environment = Some(EnvironmentMark::of(project));
    let clock = heard(project).and_then(|said| said.clock);
    say(project, &Listening { runtime, group, environment, clock, ..Listening::default() })?;
    Ok(door)
}

/// Returns the socket of the project's engine, where it listens, or would.
pub fn socket(project: &Project) -> Result<PathBuf, Stop> {
    Ok(place(project)?.socket().to_owned())
}

/// Says in the project's state folder who ended the engine, before those who are joined find that it has ended.
pub fn say_ended(project: &Project, by: &str) {
    let listening = heard(project).map(|listening| Listening { ended_by: Some(by.to_owned()), ..listening });
    // Where it cannot be said, it is as if the engine had died: the next cockpit starts another.
    drop(listening.map(|listening| say(project, &listening)));
}

/// Returns what the environment of the last engine had.
pub(super) fn mark_of_last(project: &Project) -> Option<EnvironmentMark> {
    heard(project)?.environment
}

/// Takes down what the environment of this process has, before an engine inside a command begins anything; one that others
/// join says it as its door opens.
pub(super) fn say_mark(project: &Project) -> Result<(), Stop> {
    let environment = Some(EnvironmentMark::of(project));
    say(project, &Listening { environment, ..heard(project).unwrap_or_default() })
}

/// Returns by how much the clock was set forward since the last engine, and takes down what is on it now.
pub(super) fn look_at_clock(project: &Project, recorded: &Release) -> Result<Option<Span>, Stop> {
    if !matches!(project.kind, Kind::Real) {
        return Ok(None);
    }
    let said = heard(project).unwrap_or_default();
    let Some(now) = ClockMark::now(recorded.seq) else { return Ok(None) };
    let forward = said.clock.as_ref().and_then(|before| before.forward(&now, recorded));
    if forward.is_none() && said.clock.as_ref().is_some_and(|before| before.is_of_the_boot(&now)) {
        return Ok(None);
    }
    // What was set forward is recorded as the next fact.
    let clock = ClockMark::now(recorded.seq + u64::from(forward.is_some()));
    say(project, &Listening { clock, ..said })?;
    Ok(forward)
}

/// Returns who ended the last engine of this login, where somebody did.
pub fn ended_by(project: &Project) -> Option<String> {
    heard(project)?.ended_by
}

fn say(project: &Project, listening: &Listening) -> Result<(), Stop> {
    let text = serde_json::to_vec(listening).wrap_err("it cannot be said")?;
    write_private(&project.paths.engine(), &text).map_err(|e| Stop::from(color_eyre::Report::from(e)))
}

fn heard(project: &Project) -> Option<Listening> {
    std::fs::read(project.paths.engine()).ok().and_then(|text| serde_json::from_slice(&text).ok())
}

/// Returns where the project's engine listens, or would.
fn place(project: &Project) -> Result<Place, Stop> {
    if let Some(team) = team_place(project).filter(|_| squatter(project).is_none()) {
        return Ok(team);
    }
    let of = |runtime: &Path| Place::of(runtime, &project.paths.engine_name(), None);
    let said = heard(project).and_then(|said| said.runtime).map(|runtime| of(&runtime));
    // Nothing listens where no socket can be: an older tminus said so before it was refused.
    if let Some(place) = said.filter(Place::is_possible) {
        return Ok(place);
    }
    Ok(of(&Paths::runtime().map_err(|e| Stop::from(color_eyre::Report::from(e)))?))
}

/// Returns where the team's engine listens, where the plan opens it to a group.
fn team_place(project: &Project) -> Option<Place> {
    let group = project.file.plan.session_group.as_ref()?;
    Some(Place::of(&project.paths.runtime_of_group(), "engine", Some(group)))
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
