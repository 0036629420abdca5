//! Who imports whom: the rooms inside of crates against the table, third-party crates against their fences.

use super::rules::{CORE_CRATES, CORE_FORBIDDEN, FAMILIES, FENCES, NAMES_KINDS, ONLY, ROOMS};
use super::source::Source;
use super::tokens::{self, Path};
use std::collections::{BTreeMap, BTreeSet};

/// Returns the imports of a file that are not in the table.
pub fn imports(source: &Source) -> Vec<String> {
    tokens::paths(source).iter().filter_map(|path| import(source, path)).collect()
}

/// Says what is wrong with one path, if it leads into another room of the crate, or into one of which only some names may
/// be used.
fn import(source: &Source, path: &Path) -> Option<String> {
    let room = source.room();
    let shown = path.names.join("::");
    let may_not = || Some(source.fault(path.line, &format!("{room} may not import `{shown}`")));
    let first = path.names.first()?.as_str();
    if let Some((_, _, names)) = ONLY.iter().find(|(from, to, _)| *from == room && *to == first) {
        let is_named = path.names.get(1).is_some_and(|name| names.contains(&name.as_str()));
        return if is_named { None } else { may_not() };
    }
    let names = absolute(source, path)?;
    if names.first().is_none_or(|name| name == "*") {
        return path.is_use.then(|| source.fault(path.line, "imports the crate as a whole"));
    }
    let own = ROOMS.iter().find(|own| own.name == room)?;
    let part = format!("{}/{}", source.member(), names[0]);
    let target = ROOMS.iter().find(|other| other.name == part).map_or(source.member(), |other| other.name);
    if target == room || own.imports.contains(&target) { None } else { may_not() }
}

/// Returns a path from the crate's root, if it is one of this crate.
pub fn absolute(source: &Source, path: &Path) -> Option<Vec<String>> {
    let first = path.names.first()?;
    match first.as_str() {
        "crate" => Some(path.names[1..].to_vec()),
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

/// Returns the kinds that a file names and should ask.
pub fn kinds(source: &Source) -> Vec<String> {
    if NAMES_KINDS.contains(&source.room()) {
        return Vec::new();
    }
    let kind = |path: &Path| {
        let at = path.names.iter().position(|name| FAMILIES.contains(&name.as_str()))?;
        // A constant of the family is written in capitals.
        let is_kind = |name: &&String| *name == "*" || name.chars().nth(1).is_some_and(char::is_lowercase);
        let is_kind = |name: &&String| is_kind(name) && !name.starts_with(char::is_lowercase);
        let kind = path.names.get(at + 1).filter(is_kind)?;
        let says = format!("{} may not name the kind `{}::{kind}`: give it a method", source.room(), path.names[at]);
        Some(source.fault(path.line, &says))
    };
    tokens::paths(source).iter().filter_map(kind).collect()
}

/// Returns the crates of a file that stand outside their fence, and whatever makes `core` impure.
pub fn fences(source: &Source) -> Vec<String> {
    let room = source.room();
    let paths = tokens::paths(source);
    let mut faults: Vec<String> = paths.iter().filter_map(|path| fence(source, room, path)).collect();
    if source.member() == "core" {
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
    if CORE_FORBIDDEN.iter().any(ends) {
        return Some(source.fault(path.line, &format!("core is pure, and may not use `{shown}`")));
    }
    let name = outside(path).filter(|_| path.is_use && matches!(source.room(), "core" | "core/kinds"))?;
    let is_local = ["mod ", "macro_rules! "].iter().any(|begin| source.text.contains(&format!("{begin}{name}")));
    (!is_local && !CORE_CRATES.contains(&name)).then(|| source.fault(path.line, &format!("core may not use {name}")))
}

/// Returns the crate that a path begins with, if it can be one.
fn outside(path: &Path) -> Option<&str> {
    let first = path.names.first().map(String::as_str)?;
    let is_path = path.names.len() > 1 || path.is_use;
    let is_ours = matches!(first, "crate" | "self" | "super" | "Self" | "tminus");
    let is_crate = first.starts_with(|c: char| c.is_ascii_lowercase());
    (is_path && is_crate && !is_ours).then_some(first)
}
