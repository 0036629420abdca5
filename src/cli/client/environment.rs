//! Whose environment an engine acts in: that of the shell that started it. Where this shell's is another one in something
//! that the plan uses, an idle engine is restarted from here, and nothing is begun on one that has to stay.
//!
//! The kernel shows the environment of a process to its own user alone. Values are compared here, and go nowhere.

use super::project::{Project, ProjectKind};
use jiff::tz::TimeZone;
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::io::Read;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use tminus_engine::session::{EnginePeer, Joined, user_name, user_of};
use tminus_engine::{EnvironmentGuard, GuardedActs};
use tminus_services::variables::{AGENT, VariableNames, is_place};

/// How long an environment may be, in bytes; the kernel gives a program less.
const LONGEST: u64 = 8 << 20;
/// How much of an address is shown, in characters.
const SHOWN: usize = 100;
/// How many variables are named that differ.
const NAMED: usize = 6;
/// The variables whose values say where an engine is, and may be shown.
pub(super) const ADDRESSES: [&str; 2] = ["DOCKER_HOST", "DOCKER_CONTEXT"];
/// What programs are found by.
const PATH: &str = "PATH";

/// The variables of a process.
type ProcessVariables = BTreeMap<OsString, OsString>;

/// How the environment of a running engine is to that of this shell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EngineEnvironment {
    /// They are one in all that the plan uses.
    Same,
    /// They differ.
    Apart(EnvironmentDifference),
    /// It is another user's: it acts with that user's values, whatever is set here.
    Unseen {
        /// Whose, and since when.
        whose: String,
        /// What is set here that the plan, its files or its scripts name.
        set_here: Vec<String>,
    },
}

/// What differs between two environments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnvironmentDifference {
    /// Who started the engine, and when.
    whose: String,
    /// Each variable with what is known of it, by its name.
    names: BTreeMap<String, String>,
    /// How the engine was started.
    started: EngineStarted,
}

/// How an engine was started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum EngineStarted {
    /// By a command that needed one; another may take its place.
    OnDemand,
    /// By `tminus engine run`: somebody chose its environment.
    OnPurpose,
    /// By another user.
    Elsewhere,
}

impl EngineEnvironment {
    /// Compares that of an engine with that of this process.
    pub fn of(project: &Project, joined: &Joined) -> Self {
        if !matches!(project.kind, ProjectKind::Real) {
            return Self::Same;
        }
        let at = joined.welcome.since.to_zoned(TimeZone::system()).strftime("%H:%M").to_string();
        let names = VariableNames::of(&project.file.plan, &project.root);
        let here: ProcessVariables = std::env::vars_os().collect();
        let whose = || format!("started {at} by {}", user_name(joined.peer.user));
        let Some((there, started)) = seen(joined.peer) else {
            return Self::Unseen { whose: whose(), set_here: set_in(&here, &names) };
        };
        if started == EngineStarted::Elsewhere {
            // That user's values are meant to be other ones, and nothing is begun at another place.
            let differing = differing(&names, (&here, &there), started);
            let names: BTreeMap<_, _> = differing.into_iter().filter(|(name, _)| chooses_place(name)).collect();
            return match names.is_empty() {
                true => Self::Unseen { whose: whose(), set_here: Vec::new() },
                false => Self::Apart(EnvironmentDifference { whose: whose(), names, started }),
            };
        }
        let by = there.get(&OsString::from("TMINUS_NAME")).map(|name| name.to_string_lossy().trim().to_owned());
        let by = by.filter(|name| !name.is_empty()).unwrap_or_else(|| user_name(joined.peer.user));
        let whose = format!("started {at} by {by}");
        let differing = differing(&names, (&here, &there), started);
        match differing.is_empty() {
            true => Self::Same,
            false => Self::Apart(EnvironmentDifference { whose, names: differing, started }),
        }
    }

    /// Says it in one line, and whether all is as this shell would have it.
    pub fn says(&self) -> (bool, String) {
        match self {
            Self::Same => (true, "the engine's is this shell's in all that the plan uses".to_owned()),
            Self::Apart(difference) => (false, format!("{}. {}", difference.says(), difference.next())),
            Self::Unseen { set_here, .. } => {
                let guard = self.guard_of_member().map(|guard| guard.says);
                (!set_here.iter().any(|name| is_place(name)), guard.unwrap_or_default())
            }
        }
    }

    /// Returns the guard of a team's member. Another user's values cannot be seen, so what is set here and says *where*
    /// something is done is refused by name. The others are only mentioned, because comparing them would mean sending
    /// secrets to somebody else's engine.
    pub(super) fn guard_of_member(&self) -> Option<EnvironmentGuard> {
        let Self::Unseen { whose, set_here } = self else { return None };
        let places: Vec<&str> = set_here.iter().map(String::as_str).filter(|name| is_place(name)).collect();
        if places.is_empty() {
            return Some(EnvironmentGuard { says: self.unseen()?, stops: GuardedActs::Nothing });
        }
        let (places, is) = (places.join(", "), if places.len() == 1 { "is" } else { "are" });
        let says = format!(
            "{places} {is} set here, and the engine ({whose}) acts in its own environment, where it may be another. Nothing is \
             begun from here. Unset {places} to act where that engine acts"
        );
        Some(EnvironmentGuard { says, stops: GuardedActs::All })
    }

    /// Says whose it is, where that is somebody else.
    pub(super) fn unseen(&self) -> Option<String> {
        let Self::Unseen { whose, set_here } = self else { return None };
        let not_here = match set_here.is_empty() {
            true => "this shell's variables do not count".to_owned(),
            false => format!("what is set here does not count: {}", set_here.join(", ")),
        };
        Some(format!("the engine ({whose}) acts in its own environment, and {not_here}"))
    }
}

/// Returns what is set in an environment and named by the plan, its files or its scripts, or chooses a place.
fn set_in(variables: &ProcessVariables, names: &VariableNames) -> Vec<String> {
    let is_set = |(name, value): (&OsString, &OsString)| {
        let name = name.to_str().filter(|name| *name != "HOME")?;
        let counts = names.is_named(name) || (names.has(name) && is_place(name) && !value.is_empty());
        counts.then(|| name.to_owned())
    };
    variables.iter().filter_map(is_set).collect()
}

/// Says whether a difference in it means that something is done somewhere else.
fn chooses_place(name: &str) -> bool {
    is_place(name) || name == PATH
}

impl EnvironmentDifference {
    /// Says what differs.
    pub(super) fn says(&self) -> String {
        // Those that choose a place come first.
        let (places, others): (Vec<_>, Vec<_>) = self.names.iter().partition(|(name, _)| chooses_place(name));
        let shown: Vec<_> = places.into_iter().chain(others).take(NAMED).collect();
        let more = self.names.len() - shown.len();
        let mut names = shown.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(", ");
        if more > 0 {
            names.push_str(&format!(" and {more} more"));
        }
        let differ = if self.names.len() == 1 { "differs" } else { "differ" };
        let details =
            shown.iter().map(|(_, words)| (*words).clone()).filter(|words| !words.is_empty()).collect::<Vec<_>>();
        let details = if details.is_empty() { String::new() } else { format!(": {}", details.join("; ")) };
        format!("{names} {differ} from the environment of the running engine ({}){details}", self.whose)
    }

    /// Says what becomes of it.
    fn next(&self) -> &'static str {
        match self.started {
            EngineStarted::OnDemand => {
                "The next command that acts restarts it in this shell's, unless something runs or others are attached"
            }
            EngineStarted::OnPurpose => {
                "It was started with `tminus engine run`: end it, and start it in the environment that is meant"
            }
            EngineStarted::Elsewhere => "It is another user's: set here what is set there, to act where it does",
        }
    }

    /// Says whether another engine may take its place.
    pub(super) fn is_replaceable(&self) -> bool {
        self.started == EngineStarted::OnDemand
    }

    /// Makes the guard of a client whose environment is another one, and says why the engine stays; nothing where what
    /// differs does not matter for as long as it stays.
    pub(super) fn guard(&self, stays: &str) -> EnvironmentGuard {
        let is_place = self.names.keys().any(|name| chooses_place(name));
        let is_agent_alone = self.names.keys().all(|name| name == AGENT) && self.names.values().all(String::is_empty);
        let stops = match (is_place, is_agent_alone) {
            (true, _) => GuardedActs::All,
            // The engine's own agent answers.
            (false, true) => GuardedActs::Nothing,
            (false, false) => GuardedActs::WhatUsesValues,
        };
        let so = match stops {
            GuardedActs::All => "Nothing is begun from here",
            GuardedActs::WhatUsesValues => "Only a rollback is begun from here",
            GuardedActs::Nothing => "The engine's counts",
        };
        let way_on = match self.started {
            EngineStarted::OnDemand => {
                "`tminus engine stop` ends it at its next boundary, and the next command starts one in this shell's \
                 environment"
            }
            EngineStarted::OnPurpose => {
                "It was started with `tminus engine run`: start it in the environment that is meant"
            }
            EngineStarted::Elsewhere => self.next(),
        };
        EnvironmentGuard { says: format!("{}. {so}{stays}. {way_on}", self.says()), stops }
    }
}

/// Returns the environment of an engine's process as it was started, and how it was; root sees that of every user.
fn seen(peer: EnginePeer) -> Option<(ProcessVariables, EngineStarted)> {
    let process = peer.process?;
    let read = |name: &str| {
        let mut bytes = Vec::new();
        let file = std::fs::File::open(format!("/proc/{process}/{name}")).ok()?;
        file.take(LONGEST).read_to_end(&mut bytes).ok()?;
        Some(bytes)
    };
    let (environment, words) = (read("environ")?, read("cmdline")?);
    let pairs = environment.split(|byte| *byte == 0).filter_map(|pair| {
        let at = pair.iter().position(|byte| *byte == b'=').filter(|at| *at > 0)?;
        Some((OsString::from_vec(pair[..at].to_vec()), OsString::from_vec(pair[at + 1..].to_vec())))
    });
    let is_detached = words.split(|byte| *byte == 0).any(|word| word == b"--detached");
    let started = match (peer.user == user_of(), is_detached) {
        (false, _) => EngineStarted::Elsewhere,
        (true, true) => EngineStarted::OnDemand,
        (true, false) => EngineStarted::OnPurpose,
    };
    Some((pairs.collect(), started))
}

/// Returns the variables that matter and differ, each with what may be said of it.
fn differing(
    names: &VariableNames,
    (here, there): (&ProcessVariables, &ProcessVariables),
    started: EngineStarted,
) -> BTreeMap<String, String> {
    let all: BTreeSet<&OsString> = here.keys().chain(there.keys()).collect();
    let mut found = BTreeMap::new();
    let leads_by_ssh = [here, there].iter().any(|variables| leads_by_ssh(variables));
    let matters = |name: &str| names.has(name) || (name == AGENT && leads_by_ssh);
    for name in all {
        let Some(text) = name.to_str().filter(|name| matters(name)) else { continue };
        let of = |variables: &ProcessVariables| {
            let value = variables.get(name).cloned();
            // For these, docker takes an empty one for one that is not set.
            value.filter(|value| !(text.starts_with("DOCKER_") && value.is_empty()))
        };
        let (own, engines) = (of(here), of(there));
        // Somebody chose that environment, and may have set more there than a shell has.
        let is_added = started == EngineStarted::OnPurpose && own.is_none() && !is_place(text);
        if own != engines && !is_added {
            found.insert(text.to_owned(), words(text, (own.as_ref(), engines.as_ref())));
        }
    }
    if here.get(&OsString::from(PATH)) != there.get(&OsString::from(PATH)) {
        found.extend(elsewhere(names, (here, there)).map(|words| (PATH.to_owned(), words)));
    }
    found
}

/// Says whether an environment may lead to a Docker engine through SSH.
fn leads_by_ssh(variables: &ProcessVariables) -> bool {
    let [host, context] = ADDRESSES.map(|name| variables.get(&OsString::from(name)));
    host.is_some_and(|host| host.as_bytes().starts_with(b"ssh://")) || context.is_some_and(|name| !name.is_empty())
}

/// Says of one variable what is no secret: where it leads for an address, whether it is set for any other.
fn words(name: &str, (here, there): (Option<&OsString>, Option<&OsString>)) -> String {
    let shown =
        |value: Option<&OsString>| value.map_or_else(|| "not set".to_owned(), |value| shown(&value.to_string_lossy()));
    match (here, there) {
        _ if ADDRESSES.contains(&name) => format!("{} here, {} there", shown(here), shown(there)),
        (Some(_), None) => format!("{name} is set here, not there"),
        (None, Some(_)) => format!("{name} is set there, not here"),
        (Some(_), Some(agent)) if name == AGENT && UnixStream::connect(Path::new(agent)).is_ok() => String::new(),
        (Some(_), Some(_)) | (None, None) => format!("{name} has another value here"),
    }
}

/// Returns an address without its password, on one line.
pub(super) fn shown(address: &str) -> String {
    let hidden = match (address.split_once("://"), address.rsplit_once('@')) {
        (Some((scheme, rest)), Some((_, host))) if rest.split('@').next().is_some_and(|user| user.contains(':')) => {
            format!("{scheme}://…@{host}")
        }
        (Some(_) | None, _) => address.to_owned(),
    };
    hidden.chars().map(|c| if c.is_control() { ' ' } else { c }).take(SHOWN).collect()
}

/// Says which program another `PATH` leads to.
fn elsewhere(names: &VariableNames, (here, there): (&ProcessVariables, &ProcessVariables)) -> Option<String> {
    names.programs().filter(|name| !name.contains('/')).find_map(|name| {
        let (own, engines) = (find(name, here), find(name, there));
        let said =
            |path: Option<PathBuf>| path.map_or_else(|| "not there".to_owned(), |path| path.display().to_string());
        (own != engines).then(|| format!("{name} is {} here, {} for the engine", said(own), said(engines)))
    })
}

fn find(program: &str, variables: &ProcessVariables) -> Option<PathBuf> {
    let path = variables.get(&OsString::from(PATH))?;
    let folders = path.as_bytes().split(|byte| *byte == b':').filter(|folder| folder.starts_with(b"/"));
    let mut places = folders.map(|folder| Path::new(std::ffi::OsStr::from_bytes(folder)).join(program));
    places.find(|place| place.metadata().is_ok_and(|file| file.is_file() && file.permissions().mode() & 0o111 != 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_whose_shell_says_where_is_refused_by_name_and_other_variables_are_told() {
        let guard = |names: &[&str]| {
            let set_here = names.iter().map(|name| (*name).to_owned()).collect();
            EngineEnvironment::Unseen { whose: "started 08:36 by dana".to_owned(), set_here }.guard_of_member().unwrap()
        };
        let told = guard(&["MY_TOKEN", "SSH_AUTH_SOCK"]);
        assert_eq!(told.stops, GuardedActs::Nothing);
        assert!(told.says.ends_with("what is set here does not count: MY_TOKEN, SSH_AUTH_SOCK"), "{}", told.says);
        let refused = guard(&["DOCKER_HOST", "MY_TOKEN"]);
        assert_eq!(refused.stops, GuardedActs::All);
        assert!(refused.says.starts_with("DOCKER_HOST is set here, and the engine (started 08:36 by dana) acts"));
        assert!(refused.says.ends_with("Unset DOCKER_HOST to act where that engine acts"), "{}", refused.says);
    }
}
