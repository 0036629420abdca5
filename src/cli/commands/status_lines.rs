//! The lines that say where a release stands, for `tminus status` and for a cockpit in lines of text.

use super::carried::Carrier;
use crate::cli::client::Project;
use crate::cli::show;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::time::Duration;
use tminus_core::names::{ArtifactName, EnvName};
use tminus_core::plan::{Deliver, Environment};
use tminus_core::release::{ActionState, OpenRelease, PlaceState};
use tminus_core::situation::{
    By, EnvTrouble, HowItIs, LOOK_HOLDS, Outlook, OutlookWord, RemedyKeys, Situation, WayBackState,
};
use tminus_core::time::{age, brief, t_clock};
use tminus_core::verdict::Verdict;

/// Whether the targets were looked at for this status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Looked {
    /// They were, or an engine looks at them.
    Now,
    /// Nobody did: it is what the journal has of an earlier look.
    Earlier,
}

impl Looked {
    /// Returns the verdict on what was good when it was last looked at.
    const fn verdict(self) -> Verdict {
        match self {
            Self::Now => Verdict::Pass,
            Self::Earlier => Verdict::Stale,
        }
    }
}

/// Where a command is typed that a line names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TypedIn {
    Shell,
    Talk,
}

/// Says in one line what is wrong somewhere, since when, what changed before it, and the command that ends it.
pub fn in_trouble(trouble: &EnvTrouble, zone: TimeZone, place: TypedIn) -> String {
    let env = &trouble.env;
    let (roll_back, decide) = match place {
        TypedIn::Shell => (format!("`tminus rollback {env}`"), format!("`tminus settle {env}`")),
        TypedIn::Talk => (format!("`rollback {env}`"), format!("`retry {env}` or `leave {env}`")),
    };
    let time = |at: Timestamp| at.to_zoned(zone.clone()).strftime("%H:%M").to_string();
    trouble.pieces(&time, RemedyKeys { roll_back: &roll_back, decide: &decide }).join(" · ")
}

/// A cell that is longer than this moves what is behind it, in its own row alone.
const WIDEST: usize = 40;

/// Prints where the release stands.
pub fn print(
    situation: &Situation<'_>,
    (project, carrier, looked): (&Project, Carrier, Looked),
    outlook: &Outlook,
    typed_in: TypedIn,
) {
    let played = project.kind.scenario().map(|scenario| format!("REHEARSAL {}  ", scenario.name)).unwrap_or_default();
    let clock = clock(situation);
    let short = if outlook.in_short().is_empty() { String::new() } else { format!("  {}", outlook.in_short()) };
    let name = &situation.plan.project;
    // What is closed says so by its clock.
    let word = if outlook.word == OutlookWord::Closed { String::new() } else { format!("  {}", outlook.shown()) };
    let version = situation.opening().map_or_else(|| situation.version.to_string(), OpenRelease::name);
    show::line(&format!("{played}{name} {version}  {clock}{word}{short}"));
    for trouble in situation.troubles() {
        show::line(&format!("! {}", in_trouble(&trouble, TimeZone::system(), typed_in)));
    }
    for reason in &outlook.blocking {
        show::line(&format!("  {} {}: {}", show::sign(reason.verdict), reason.verdict.word(), reason.says));
    }
    for waived in &outlook.waived {
        show::line(&format!("  {} {}", show::sign(Verdict::Waived), waived.words()));
    }
    print_repository(situation, looked);
    for action in situation.release.active_actions() {
        show::line(&open(situation, action));
        if let Some(words) = carrier.words(project, action) {
            show::line(&format!("    {words}"));
        }
    }
    let environments = &situation.plan.environments;
    let table: Vec<Vec<[String; 4]>> = environments.iter().map(|e| cells(situation, e, looked)).collect();
    let wide = |at: usize| table.iter().flatten().map(|cells| cells[at].chars().count()).max().unwrap_or(0);
    let [names, versions, healths, since] = [0, 1, 2, 3].map(|at| wide(at).min(WIDEST));
    for (environment, rows) in environments.iter().zip(&table) {
        for [name, version, health, ago] in rows {
            let way = way_back(situation, &environment.name, looked);
            let row = format!("  {name:<names$}  {version:<versions$}  {health:<healths$}  {ago:>since$}  {way}");
            show::line(row.trim_end());
        }
        if let Some(lock) = situation.lock(&environment.name) {
            show::line(&format!("    ! {}", lock.words(situation.now)));
        }
        for missed in situation.missed(environment) {
            show::line(&format!(
                "    {} +{} of {}: {}",
                show::sign(Verdict::NoData),
                missed.horizon,
                environment.name,
                missed.words()
            ));
        }
        for drift in situation.drift(&environment.name) {
            show::line(&format!("    ! drift: {drift}"));
        }
    }
}

/// Says what of the release's branch is not where it must be, and what was done to the repository.
fn print_repository(situation: &Situation<'_>, looked: Looked) {
    for lacking in situation.unmerged() {
        show::line(&format!("  ! {lacking}"));
    }
    for done in situation.done_to_repository() {
        show::line(&format!("  {} {done}", show::sign(looked.verdict())));
    }
}

/// Says how far it is from T-0, or since when the release is closed.
fn clock(situation: &Situation<'_>) -> String {
    let Some(opening) = situation.opening() else { return "T-0 not scheduled".to_owned() };
    match (&opening.closed, opening.zero) {
        (Some(end), _) => {
            let (ago, who) = (brief(age(situation.now, end.at)), end.by.label());
            format!("closed {ago} ago by {who}{}", end.words())
        }
        (None, Some(zero)) => t_clock(situation.now, zero),
        (None, None) => "T-0 not scheduled".to_owned(),
    }
}

/// Says of an action that it has not ended: one runs, waits for a person, or was left by a tminus that ended.
fn open(situation: &Situation<'_>, action: &ActionState) -> String {
    let since = action.started.as_ref().map(|(at, _)| format!(", begun {} ago", brief(age(situation.now, *at))));
    let step = action.current().map(|(nth, state)| {
        let wait = if action.is_stuck() { ": a person must look" } else { "" };
        format!(", at step {} of {}, {}{wait}", nth + 1, action.steps.len(), state.step.title)
    });
    format!("  ! {} has not ended{}{}", action.id, since.unwrap_or_default(), step.unwrap_or_default())
}

/// Writes what is known of each artifact of an environment: name, version, how it is, since when.
fn cells(situation: &Situation<'_>, environment: &Environment, looked: Looked) -> Vec<[String; 4]> {
    let places = situation.release.environments.get(&environment.name).map(|s| &s.places);
    let of = |delivery: &Deliver| {
        let name = environment.name.to_string();
        let Some(place) = places.and_then(|p| p.get(&delivery.artifact)) else {
            return [name, "—".to_owned(), "· not looked at yet".to_owned(), String::new()];
        };
        let shown = place.serves_instead().cloned().or_else(|| place.running().map(|r| r.version));
        let version = shown.map_or_else(|| "—".to_owned(), |version| version.to_string());
        let version = if environment.deliver.len() > 1 { format!("{} {version}", delivery.artifact) } else { version };
        let since = situation.brought(&environment.name).map(|s| brief(age(situation.now, s)));
        let mut health = health(situation, environment, (&delivery.artifact, place));
        if let (Looked::Earlier, Some((at, _)), None) = (looked, &place.seen, &place.lost) {
            health = aged(&health, age(situation.now, *at));
        }
        [name, version, health, since.unwrap_or_default()]
    };
    environment.deliver.iter().map(of).collect()
}

/// Adds the age of a state, so that an old one is not read as the present one.
fn aged(health: &str, age: Duration) -> String {
    let known = health.split_once(' ').map_or(health, |(_sign, words)| words);
    match age <= LOOK_HOLDS {
        true => format!("{health} · recorded {} ago", brief(age)),
        false => format!("{} stale: {known}, recorded {} ago", show::sign(Verdict::Stale), brief(age)),
    }
}

fn health(
    situation: &Situation<'_>,
    environment: &Environment,
    (artifact, place): (&ArtifactName, &PlaceState),
) -> String {
    if let Some((since, failure)) = &place.lost {
        return format!("? last seen {} ago: {}", brief(age(situation.now, *since)), failure.summary);
    }
    let HowItIs { by, word, more } = situation.how_it_is(environment, (artifact, place));
    let sign = match by {
        By::Health(health) => show::signs().health(health),
        By::Verdict(verdict) => show::sign(verdict),
    };
    format!("{sign} {word}{}", more.map(|more| format!(" · {more}")).unwrap_or_default())
}

fn way_back(situation: &Situation<'_>, env: &EnvName, looked: Looked) -> String {
    let way = situation.way_back(env);
    match (way.state, way.leads_to()) {
        (WayBackState::Ready, Some(to)) if looked == Looked::Earlier => format!("rollback to {to} was ready then"),
        (WayBackState::Ready, Some(to)) => {
            let unmet = situation.undos_unmet(env, &way.moves);
            let unmet = unmet.first().map(|says| format!(", but {says}")).unwrap_or_default();
            format!("rollback to {to} ready{unmet}")
        }
        (_, Some(to)) => format!("rollback to {to} {}: {}", way.state.word(), way.reasons.join("; ")),
        (_, None) => situation.stays_put(env).map_or_else(|| "no rollback target".to_owned(), |stays| stays.what),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_has_looked_at_for_long_is_stale_and_its_age_stands_beside_it() {
        let told = |seconds| aged("✓ healthy · up", Duration::from_secs(seconds));
        assert_eq!(told(90), "✓ healthy · up · recorded 90s ago");
        let stale = told(3 * 86_400);
        assert!(!stale.starts_with('✓') && stale.ends_with(" stale: healthy · up, recorded 3d ago"), "{stale}");
    }
}
