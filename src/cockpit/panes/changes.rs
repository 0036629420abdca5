//! What changed lately, the newest first: deploys and rollbacks with what they moved, and what was seen to change without them.

use super::actions;
use super::lines::PageLine;
use crate::look::Look;
use crate::settings::theme::Role;
use crate::view::View;
use crate::widgets::{Row, fold_lines, width};
use jiff::Timestamp;
use tminus_core::action::Request;
use tminus_core::names::{ArtifactName, Digest, EnvName};
use tminus_core::order::Delivered;
use tminus_core::release::{ActionState, Stay};
use tminus_core::situation::Situation;
use tminus_core::time::{age, brief};

/// Under this many columns the first line of a change has its versions alone.
const ROOMY: usize = 60;

/// Returns every change in so many columns: of each a line that leads to it, and those that say when, who and what.
pub(super) fn all(look: &Look, situation: Situation<'_>, room: usize) -> Vec<Vec<PageLine>> {
    let actions = situation.release.actions.iter().filter_map(|action| by_action(look, action, room));
    let mut all: Vec<(Timestamp, Vec<PageLine>)> = actions.collect();
    for (env, known) in &situation.release.environments {
        for (artifact, place) in &known.places {
            let moves = place.stays.windows(2).filter_map(|pair| Some((pair.first()?, pair.last()?)));
            let unasked = moves.filter(|(_, to)| !was_asked_for(situation, (env, artifact), to));
            all.extend(unasked.map(|pair| (pair.1.since, by_sight(look, (env, artifact), pair, room))));
        }
    }
    all.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    all.into_iter().map(|(_, lines)| lines).collect()
}

fn by_action(look: &Look, action: &ActionState, room: usize) -> Option<(Timestamp, Vec<PageLine>)> {
    let (at, who) = (action.since(), &action.started.as_ref()?.1);
    let (Request::Deploy { env, .. } | Request::RollBack { env, .. }) = &action.proposal.request else { return None };
    let versions = action.proposal.moves.iter().map(|m| {
        let from = m.from.as_ref().map_or("nothing", |d| d.version.as_str());
        moved(&m.artifact, &format!("{from} → {}", m.to.version), room)
    });
    let (sign, role, word) = actions::standing(action, look);
    let verb = action.proposal.request.verb();
    let row = row(look, (sign, role), (at, env), &versions.collect::<Vec<_>>().join(", "));
    let mut says = vec![look.moment(at)];
    let row = if room >= ROOMY {
        row.put(format!("  {verb}: "), Role::Dim).put(word, role)
    } else {
        says.insert(0, format!("{verb}: {word}"));
        row
    };
    says.push(format!("begun by {}", who.label()));
    says.push(approved(action));
    says.extend(action.proposal.moves.iter().filter_map(|m| digests(m.from.as_ref(), &m.to)));
    Some((at, lines(PageLine::opening(row, View::Run(action.id.clone())), &says, room)))
}

/// Says whose yes it had; nobody's is said, too.
fn approved(action: &ActionState) -> String {
    let names: Vec<String> = action.approvals.iter().map(|approval| approval.who.label()).collect();
    if names.is_empty() { "no approval given".to_owned() } else { format!("approved by {}", names.join(", ")) }
}

/// Says what moved by the names that cannot be given twice.
fn digests(from: Option<&Delivered>, to: &Delivered) -> Option<String> {
    let short = |delivered: &Delivered| delivered.digest.as_ref().map(called);
    match (from.and_then(short), short(to)) {
        (Some(from), Some(to)) => Some(format!("{from} → {to}")),
        (Some(from), None) => Some(format!("{from} → not known yet")),
        (None, Some(to)) => Some(format!("→ {to}")),
        (None, None) => None,
    }
}

/// A build of an app has a number, and looks like nothing else without its word.
fn called(digest: &Digest) -> String {
    if digest.as_str().contains(':') { digest.short() } else { format!("build {}", digest.short()) }
}

/// A target that carries no label of its action moved all the same because of it.
fn was_asked_for(situation: Situation<'_>, (env, artifact): (&EnvName, &ArtifactName), to: &Stay) -> bool {
    let mut begun = situation.release.actions.iter().filter(|a| a.started.is_some());
    begun.any(|action| {
        let is_labelled = to.action.as_ref() == Some(&action.id);
        let is_there = action.proposal.request.env() == Some(env);
        let brings =
            action.proposal.moves.iter().any(|m| &m.artifact == artifact && m.to.version == to.delivered.version);
        is_labelled || (is_there && brings)
    })
}

fn by_sight(
    look: &Look,
    (env, artifact): (&EnvName, &ArtifactName),
    (from, to): (&Stay, &Stay),
    room: usize,
) -> Vec<PageLine> {
    let versions = match from.delivered.version == to.delivered.version {
        true => format!("{}, another digest", to.delivered.version),
        false => format!("{} → {}", from.delivered.version, to.delivered.version),
    };
    let sign = (look.palette.sign("·", "."), Role::Dim);
    let row = row(look, sign, (to.since, env), &moved(artifact, &versions, room));
    let mut says = vec![look.moment(to.since), "deployed outside tminus".to_owned()];
    says.extend(digests(Some(&from.delivered), &to.delivered));
    lines(PageLine::opening(row, View::Environment(env.clone())), &says, room)
}

/// Puts what else is known of a change under its first line.
fn lines(first: PageLine, says: &[String], room: usize) -> Vec<PageLine> {
    let indent = if room >= ROOMY { 8 } else { 2 };
    let folded = fold_pieces(says, room.saturating_sub(indent));
    let rest = folded.into_iter().map(|line| PageLine::plain(Row::dim(format!("{}{line}", " ".repeat(indent)))));
    std::iter::once(first).chain(rest).collect()
}

/// Puts pieces into lines; one is parted only where it has no room for itself.
pub(super) fn fold_pieces(pieces: &[String], columns: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for piece in pieces {
        match lines.last_mut() {
            Some(last) if width(last) + 3 + width(piece) <= columns => last.push_str(&format!(" · {piece}")),
            Some(_) | None => lines.extend(fold_lines(piece, columns)),
        }
    }
    lines
}

/// On a narrow screen the versions are told, and what they are of is on the page.
fn moved(artifact: &ArtifactName, versions: &str, room: usize) -> String {
    if room >= ROOMY { format!("{artifact} {versions}") } else { versions.to_owned() }
}

fn row(look: &Look, (sign, role): (&str, Role), (at, env): (Timestamp, &EnvName), moved: &str) -> Row {
    let plan = look.world.as_ref().map(|w| &w.plan);
    let names = plan.into_iter().flat_map(|plan| &plan.environments).map(|e| width(e.name.as_str()));
    let column = names.max().unwrap_or(0) + 2;
    let row = Row::new().put(format!("{sign} "), role).put(format!("{:>4}  ", brief(age(look.now, at))), Role::Dim);
    row.column(env.as_str(), Role::Strong, column).put(moved, Role::Text)
}
