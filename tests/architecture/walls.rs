//! Who imports whom: the rooms against the table, circles between them, crates against their fences.

use super::rules::{DOMAIN_CRATES, DOMAIN_FORBIDDEN, FENCES, ONLY, ROOMS};
use super::source::Source;
use super::tokens::{self, Path};
use std::collections::{BTreeMap, BTreeSet};

/// Returns the imports of a file that are not in the table.
pub fn imports(source: &Source) -> Vec<String> {
    let room = source.room();
    tokens::paths(source).iter().filter_map(|path| import(source, &room, path)).collect()
}

/// Says what is wrong with one path, if it leads into a room.
fn import(source: &Source, room: &str, path: &Path) -> Option<String> {
    let names = absolute(source, path)?;
    let Some(target) = names.first() else {
        return (room != "lib" && path.is_use).then(|| source.fault(path.line, "imports the crate as a whole"));
    };
    let shown = names.join("::");
    if target == "*" {
        return Some(source.fault(path.line, "imports the crate as a whole"));
    }
    let inner = names.get(1).map_or("", String::as_str);
    if room == "main" {
        let is_way_in = ONLY.iter().any(|(from, _, names)| *from == "main" && names.contains(&target.as_str()));
        return (!is_way_in).then(|| source.fault(path.line, &format!("main may not import `{shown}`")));
    }
    if room == "lib" || target == room || !ROOMS.iter().any(|other| other.name == target) {
        return None;
    }
    let is_allowed = ROOMS.iter().any(|own| own.name == room && own.imports.contains(&target.as_str()));
    let only = ONLY.iter().find(|(from, to, _)| *from == room && to == target);
    let is_named = only.is_none_or(|(_, _, names)| names.contains(&inner));
    (!(is_allowed && is_named)).then(|| source.fault(path.line, &format!("{room} may not import `{shown}`")))
}

/// Returns a path from the crate's root, if it is one of this crate.
pub fn absolute(source: &Source, path: &Path) -> Option<Vec<String>> {
    let first = path.names.first()?;
    match first.as_str() {
        "crate" => Some(path.names[1..].to_vec()),
        "tminus" if path.names.len() > 1 => Some(path.names[1..].to_vec()),
        "super" => {
            let up = path.names.iter().take_while(|name| *name == "super").count().saturating_sub(path.depth);
            let mut names = source.module();
            if up == 0 {
                return None;
            }
            names.truncate(names.len().saturating_sub(up));
            names.extend(path.names.iter().skip_while(|name| *name == "super").cloned());
            Some(names)
        }
        _ => None,
    }
}

/// Returns the circles between the rooms, each once.
pub fn circles(sources: &[Source]) -> Vec<String> {
    let mut edges: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for source in sources {
        let room = source.room();
        let rooms = tokens::paths(source).into_iter().filter_map(|path| absolute(source, &path)?.first().cloned());
        let others = rooms.filter(|other| *other != room && ROOMS.iter().any(|known| known.name == other));
        edges.entry(room.clone()).or_default().extend(others);
    }
    // A room that reaches itself is in a circle.
    let in_circle: Vec<&String> = edges.keys().filter(|room| reach(&edges, room).contains(*room)).collect();
    let names: Vec<&str> = in_circle.iter().map(|room| room.as_str()).collect();
    if names.is_empty() { Vec::new() } else { vec![format!("a circle goes through {}", names.join(", "))] }
}

/// Returns everything that one thing leads to; itself where it is in a circle.
pub fn reach(edges: &BTreeMap<String, BTreeSet<String>>, from: &str) -> BTreeSet<String> {
    let mut reached = BTreeSet::new();
    let mut open = vec![from.to_owned()];
    while let Some(room) = open.pop() {
        for next in edges.get(&room).into_iter().flatten() {
            if reached.insert(next.clone()) {
                open.push(next.clone());
            }
        }
    }
    reached
}

/// Returns the crates of a file that stand outside their fence, and whatever makes `domain` impure.
pub fn fences(source: &Source) -> Vec<String> {
    let room = source.room();
    let paths = tokens::paths(source);
    let mut faults: Vec<String> = paths.iter().filter_map(|path| fence(source, &room, path)).collect();
    if room == "domain" {
        faults.extend(paths.iter().filter_map(|path| impurity(source, path)));
    }
    faults
}

fn fence(source: &Source, room: &str, path: &Path) -> Option<String> {
    let name = outside(path)?;
    let fence = FENCES.iter().find(|fence| fence.name == name)?;
    let is_inside = fence.rooms.contains(&room);
    (!is_inside).then(|| source.fault(path.line, &format!("{name} may not stand in {room}, only in {:?}", fence.rooms)))
}

fn impurity(source: &Source, path: &Path) -> Option<String> {
    let shown = path.names.join("::");
    let ends = |end: &&[&str]| path.names.windows(end.len()).any(|names| *names == **end);
    if DOMAIN_FORBIDDEN.iter().any(ends) {
        return Some(source.fault(path.line, &format!("domain is pure, and may not use `{shown}`")));
    }
    let name = outside(path).filter(|_| path.is_use)?;
    let is_local = source.text.contains(&format!("mod {name};"));
    (!is_local && !DOMAIN_CRATES.contains(&name))
        .then(|| source.fault(path.line, &format!("domain may not use {name}")))
}

/// Returns the crate that a path begins with, if it can be one.
fn outside(path: &Path) -> Option<&str> {
    let first = path.names.first().map(String::as_str)?;
    let is_path = path.names.len() > 1 || path.is_use;
    let is_ours = matches!(first, "crate" | "self" | "super" | "Self" | "tminus");
    let is_crate = first.starts_with(|c: char| c.is_ascii_lowercase());
    (is_path && is_crate && !is_ours).then_some(first)
}
