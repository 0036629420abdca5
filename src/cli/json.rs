//! What `--json` prints; versioned, so that a script can tell.

use super::exit::{Exit, Stop};
use serde_json::{Value, json};
use tminus_core::action::Request;
use tminus_core::evidence::Evidence;
use tminus_core::names::EnvName;
use tminus_core::plan::Environment;
use tminus_core::release::{ActionState, CheckRun, Measure, PlaceState, Release};
use tminus_core::situation::{
    DueHorizon, EnvTrouble, Outlook, OutlookWord, Preview, Remedy, Situation, WaivedItem, WayBack,
};
use tminus_core::time::Span;
use tminus_core::verdict::Verdict;

/// The version of everything here.
const SCHEMA: u32 = 1;

/// Prints an object in one line, with the schema in front.
pub fn print(mut value: Value) {
    let mut whole = json!({ "schema": SCHEMA });
    if let (Some(whole), Some(fields)) = (whole.as_object_mut(), value.as_object_mut()) {
        whole.append(fields);
    }
    super::show::json(&whole.to_string());
}

/// Prints why a command stopped.
pub fn print_stop(stop: &Stop) {
    let chain: Vec<String> = stop.report.chain().map(ToString::to_string).collect();
    let kind = match stop.exit {
        Exit::Refused => "refused",
        Exit::Wrong => "wrong",
        Exit::CannotTell => "cannot-tell",
        Exit::NotGood | Exit::Good => "error",
    };
    print(
        json!({ "error": { "kind": kind, "says": chain.join(": "), "reasons": stop.reasons }, "exit": stop.exit.code() }),
    );
}

/// Makes the object of `status`.
pub fn status(situation: &Situation<'_>, outlook: &Outlook) -> Value {
    let environments: Vec<Value> = situation.plan.environments.iter().map(|e| environment(situation, e)).collect();
    let actions: Vec<Value> = situation.release.active_actions().map(open).collect();
    let zero = situation.opening().and_then(|o| o.zero);
    json!({
        "release": situation.version,
        "verdict": outlook.word,
        "troubles": situation.troubles().iter().map(trouble).collect::<Vec<Value>>(),
        "blocking": outlook.blocking,
        "waived": outlook.waived,
        "zero": zero,
        "closed": situation.opening().and_then(|o| o.closed.as_ref()),
        "clock": zero.filter(|_| outlook.word != OutlookWord::Closed).map(|z| tminus_core::time::t_clock(situation.now, z)),
        "commit": situation.opening().map(|o| &o.commit),
        "at": situation.now,
        "seq": situation.release.seq,
        "actions": actions,
        "environments": environments,
    })
}

/// What is wrong in an environment.
fn trouble(trouble: &EnvTrouble) -> Value {
    let to = if let Remedy::RollBack { to, .. } = &trouble.remedy { Some(to) } else { None };
    json!({
        "env": trouble.env,
        "what": trouble.in_short(),
        "since": trouble.since,
        "before": trouble.before,
        "rollback": to,
    })
}

/// An action that has not ended.
fn open(action: &ActionState) -> Value {
    let step = action.current();
    json!({
        "id": action.id,
        "since": action.started.as_ref().map(|(at, _)| at),
        "step": step.map(|(nth, _)| nth + 1),
        "steps": action.steps.len(),
        "title": step.map(|(_, state)| &state.step.title),
        "waits": action.is_stuck(),
    })
}

fn environment(situation: &Situation<'_>, environment: &Environment) -> Value {
    let name = &environment.name;
    let state = situation.release.environments.get(name);
    let first = environment.deliver.first().and_then(|d| state?.places.get(&d.artifact));
    let health = environment.deliver.first().zip(first).map(|(d, p)| situation.health(environment, (&d.artifact, p)));
    let running = first.and_then(PlaceState::running);
    let lost = first.and_then(|p| p.lost.as_ref()).map(|(since, f)| json!({ "since": since, "why": f.sentence() }));
    let artifacts: Vec<Value> = environment
        .deliver
        .iter()
        .filter_map(|d| Some((d, state?.places.get(&d.artifact)?)))
        .map(|(d, p)| json!({ "name": d.artifact, "running": p.running(), "serves_instead": p.serves_instead(), "health": situation.health(environment, (&d.artifact, p)), "words": p.seen.as_ref().and_then(|(_, o)| o.words.clone()) }))
        .collect();
    json!({
        "name": name,
        "version": running.as_ref().map(|r| &r.version),
        "digest": running.as_ref().and_then(|r| r.digest.as_ref()),
        "health": health,
        "since": situation.running_since(name),
        "way_back": way_back(&situation.way_back(name)),
        "drift": situation.drift(name),
        "lock": situation.lock(name),
        "horizons": situation.due(name).iter().map(|due| horizon(situation, due)).collect::<Vec<_>>(),
        "protected": environment.protected,
        "lost": lost,
        "running": situation.release.active(name).map(|a| &a.id),
        "proposals": situation.release.proposals(name).map(|a| &a.id).collect::<Vec<_>>(),
        "artifacts": artifacts,
    })
}

fn horizon(situation: &Situation<'_>, due: &DueHorizon) -> Value {
    json!({
        "horizon": due.horizon.to_string(),
        "at": due.at,
        "until": due.until,
        "outcome": due.outcome,
        "no_data": due.is_missed(situation.now).then(|| due.words()),
    })
}

fn way_back(way: &WayBack) -> Value {
    json!({
        "state": way.state,
        "version": way.to,
        "digest": way.moves.first().filter(|_| way.moves.len() == 1).and_then(|m| m.to.digest.as_ref()),
        "moves": way.moves.iter().map(|m| json!({ "artifact": m.artifact, "version": m.to.version, "digest": m.to.digest })).collect::<Vec<_>>(),
        "takes_seconds": way.takes.map(|t| t.as_seconds()),
        "does_not_undo": way.keeps,
        "reasons": way.reasons,
        "places": way.places,
    })
}

/// Makes the object of an action that is over, or stands still.
pub fn action(release: &Release, action: &ActionState, waived: &[WaivedItem]) -> Value {
    let steps: Vec<Value> = action
        .steps
        .iter()
        .map(|s| json!({ "title": s.step.title, "phase": s.phase, "verdict": s.verdict, "summary": s.summary, "failure": s.failure }))
        .collect();
    let env = action.proposal.request.env();
    json!({
        "action": action.id,
        "release": action.proposal.release,
        "verb": action.proposal.request.verb(),
        "env": env,
        "outcome": action.ended.as_ref().map(|e| e.outcome),
        "summary": action.ended.as_ref().map(|e| e.summary.clone()),
        "moves": action.proposal.moves,
        "waived": waived,
        "steps": steps,
        "measured": env.map(|env| measured(release, action, env)).unwrap_or_default(),
    })
}

/// Returns what a verification measured, with its numbers.
fn measured(release: &Release, action: &ActionState, env: &EnvName) -> Vec<Value> {
    let Request::Verify { .. } = action.proposal.request else { return Vec::new() };
    let Some((since, _)) = action.started else { return Vec::new() };
    let version = &action.proposal.release;
    let checks = release
        .checks
        .get(version)
        .into_iter()
        .flatten()
        .filter_map(|(name, state)| Some((name, state.last(Some(env))?)));
    let checks = checks.filter(|(_, run)| run.at >= since).map(|(name, run)| run_of(name.as_str(), run));
    let metrics =
        release.measures.get(version).into_iter().flatten().filter(|m| m.at >= since && &m.env == env).map(measure_of);
    checks.chain(metrics).collect()
}

fn run_of(name: &str, run: &CheckRun) -> Value {
    evidence(name, run.verdict, &run.evidence)
}

fn measure_of(measure: &Measure) -> Value {
    let mut value = evidence(measure.metric.as_str(), measure.verdict, &measure.evidence);
    value["horizon"] = json!(measure.horizon.to_string());
    value
}

/// Makes the object of one verdict.
pub fn evidence(name: &str, verdict: Verdict, evidence: &Evidence) -> Value {
    json!({
        "name": name,
        "verdict": verdict,
        "found": evidence.found,
        "expected": evidence.expected,
        "numbers": evidence.numbers,
        "asked": evidence.asked,
        "commit": evidence.commit,
        "digest": evidence.digest,
        "began": evidence.began,
        "took_millis": millis(evidence.took),
    })
}

/// Returns a time in whole milliseconds.
pub fn millis(took: Span) -> u64 {
    u64::try_from(took.duration().as_millis()).unwrap_or(u64::MAX)
}

/// Makes the object of a preview.
pub fn preview(preview: &Preview) -> Value {
    json!({ "preview": preview })
}
