//! Whether each table has the keys that its description names, and no others. What stands behind a key is `values`' story.

use super::describe::{KeyDescription, KeyNeed, Table, ValueKind, Variant, VariantChoice};
use super::document::{KeyEntry, TomlNode, TomlValue};
use super::names::PlanNames;
use super::nearest::{nearest, quote};
use super::source::Problem;
use std::ops::Range;

/// Walks a document by its description and gathers every mistake.
pub(super) struct Checker<'a> {
    /// The text, to find a placeholder inside a value.
    pub text: &'a str,
    /// What the plan defines.
    pub names: &'a PlanNames<'a>,
    /// Where the TOML itself is broken: what is missing there may have been lost.
    pub torn: &'a [usize],
    /// What was found.
    pub problems: Vec<Problem>,
    /// Where secrets stand that must not be shown.
    pub secrets: Vec<Range<usize>>,
}

/// Which variant a table turned out to be.
enum Chosen {
    None,
    One(&'static Variant),
    Unclear,
}

impl Checker<'_> {
    /// Looks at a table and everything in it; `head` is where to point when something is missing.
    pub(super) fn table(&mut self, node: &TomlNode, table: &'static Table, head: &Range<usize>) {
        if !matches!(node.value, TomlValue::Table(_)) {
            self.hide_literals(node, table);
            self.problems.push(super::leaf::expected(node, "a table"));
            return;
        }
        let chosen = self.choose(node, table, head);
        let mut meant = Vec::new();
        for entry in node.entries() {
            match find(table, &chosen, &entry.key) {
                FoundKey::Key(key) => self.value(&entry.node, &key.kind, &entry.key_span),
                FoundKey::Unclear => self.hide_literals(&entry.node, table),
                FoundKey::Elsewhere => self.elsewhere(entry, table, &chosen),
                FoundKey::Nowhere => meant.extend(self.unknown(entry, table, &chosen)),
            }
        }
        let own = match chosen {
            Chosen::One(variant) => variant.keys,
            // Of a variant that was not chosen, nothing is missing.
            Chosen::None | Chosen::Unclear => &[],
        };
        self.missing(node, table.keys.iter().chain(own).filter(|k| !meant.contains(&k.name)), head);
    }

    fn missing(&mut self, node: &TomlNode, keys: impl Iterator<Item = &'static KeyDescription>, head: &Range<usize>) {
        for key in keys.filter(|k| k.need == KeyNeed::Must && node.get(k.name).is_none()) {
            if !self.is_torn(node, head) {
                let says = format!("{} is missing here", quote(key.name));
                self.problems.push(Problem::new(head.clone(), says).help(key.doc.to_owned()));
            }
        }
    }

    /// Says whether the TOML is broken within a table, so that what is missing may only be lost.
    fn is_torn(&self, node: &TomlNode, head: &Range<usize>) -> bool {
        let rest = self.text.get(head.end..).unwrap_or_default();
        let end = rest.find("\n[").map_or(self.text.len(), |at| head.end + at);
        self.torn.iter().any(|at| (head.start..=end).contains(at) || node.span.contains(at))
    }

    fn choose(&mut self, node: &TomlNode, table: &'static Table, head: &Range<usize>) -> Chosen {
        match &table.choice {
            VariantChoice::None => Chosen::None,
            VariantChoice::Word { key, variants } => self.choose_by_word(node.entry(key), variants),
            VariantChoice::Presence(variants) => {
                let chosen = self.choose_by_presence(node, variants);
                if matches!(chosen, Chosen::None) {
                    self.nothing_chosen(node, variants, head);
                    return Chosen::Unclear;
                }
                chosen
            }
            VariantChoice::Optional(variants) => self.choose_by_presence(node, variants),
        }
    }

    fn choose_by_word(&mut self, entry: Option<&KeyEntry>, variants: &'static [Variant]) -> Chosen {
        let Some(entry) = entry else { return Chosen::Unclear };
        let Some(word) = entry.node.text() else { return Chosen::Unclear };
        variants.iter().find(|v| v.word == word).map_or(Chosen::Unclear, Chosen::One)
    }

    fn choose_by_presence(&mut self, node: &TomlNode, variants: &'static [Variant]) -> Chosen {
        let present = node.entries().iter().filter_map(|e| Some((e, variants.iter().find(|v| v.word == e.key)?)));
        let mut present = present.collect::<Vec<_>>().into_iter();
        let Some((_, first)) = present.next() else { return Chosen::None };
        let mut chosen = Chosen::One(first);
        for (entry, second) in present {
            let says = format!("{} cannot stand beside {}: exactly one of them", quote(second.word), quote(first.word));
            self.problems.push(Problem::new(entry.key_span.clone(), says));
            chosen = Chosen::Unclear;
        }
        chosen
    }

    fn nothing_chosen(&mut self, node: &TomlNode, variants: &'static [Variant], head: &Range<usize>) {
        let words: Vec<&str> = variants.iter().map(|v| v.word).collect();
        let is_slip = |e: &KeyEntry| nearest(&e.key, words.iter().copied()).is_some();
        let unknown = node.entries().iter().filter(|e| !variants.iter().any(|v| v.word == e.key));
        if self.is_torn(node, head) || unknown.into_iter().any(is_slip) {
            return;
        }
        let help = format!("write exactly one of {}", listed(&words));
        self.problems.push(Problem::new(head.clone(), "this does not say which kind it is").help(help));
    }

    fn elsewhere(&mut self, entry: &KeyEntry, table: &'static Table, chosen: &Chosen) {
        self.hide_literals(&entry.node, table);
        let Chosen::One(variant) = chosen else { return };
        if table.variants().iter().any(|v| v.word == entry.key) {
            return;
        }
        let owners: Vec<&str> =
            table.variants().iter().filter(|v| v.keys.iter().any(|k| k.name == entry.key)).map(|v| v.word).collect();
        let says = format!("{} does not go with {}", quote(&entry.key), quote(variant.word));
        let help = format!("it goes with {}", listed(&owners));
        self.problems.push(Problem::new(entry.key_span.clone(), says).help(help));
    }

    /// Reports a key that is not known; returns the one that was probably meant.
    fn unknown(&mut self, entry: &KeyEntry, table: &'static Table, chosen: &Chosen) -> Option<&'static str> {
        self.hide_literals(&entry.node, table);
        let names: Vec<&'static str> = known(table, chosen).map(|k| k.name).collect();
        let cousin = table.cousins.iter().find(|(_, t)| t.all_keys().any(|k| k.name == entry.key));
        let meant = nearest(&entry.key, names.iter().copied());
        let help = match (cousin, meant) {
            (Some((place, _)), _) => format!("it goes with {place}"),
            (None, Some(meant)) => format!("did you mean {}?", quote(meant)),
            (None, None) => format!("known here: {}", listed(&names)),
        };
        let says = format!("{} is not known here", quote(&entry.key));
        self.problems.push(Problem::new(entry.key_span.clone(), says).help(help));
        meant
    }

    /// Keeps literals off the screen in a table where secrets are at home: a misspelt key may hold one.
    pub(super) fn hide_literals(&mut self, node: &TomlNode, table: &'static Table) {
        if table.all_keys().any(|k| matches!(k.kind, ValueKind::Secret)) {
            self.hide(node);
        }
    }

    /// Keeps every literal within a value off the screen.
    pub(super) fn hide(&mut self, node: &TomlNode) {
        match &node.value {
            TomlValue::Table(entries) => entries.iter().for_each(|e| self.hide(&e.node)),
            TomlValue::List(items) => items.iter().for_each(|i| self.hide(i)),
            TomlValue::Text(_)
            | TomlValue::Integer(_)
            | TomlValue::Float(_)
            | TomlValue::Bool(_)
            | TomlValue::Moment => {
                self.secrets.push(node.span.clone());
            }
        }
    }
}

enum FoundKey {
    Key(&'static KeyDescription),
    Unclear,
    Elsewhere,
    Nowhere,
}

fn find(table: &'static Table, chosen: &Chosen, name: &str) -> FoundKey {
    let own = |keys: &'static [KeyDescription]| keys.iter().find(|k| k.name == name);
    let elsewhere = || table.all_keys().any(|k| k.name == name);
    match (own(table.keys), chosen) {
        (Some(key), _) => FoundKey::Key(key),
        (None, Chosen::One(variant)) => match own(variant.keys) {
            Some(key) => FoundKey::Key(key),
            None if elsewhere() => FoundKey::Elsewhere,
            None => FoundKey::Nowhere,
        },
        (None, Chosen::Unclear | Chosen::None) if elsewhere() => FoundKey::Unclear,
        (None, Chosen::Unclear | Chosen::None) => FoundKey::Nowhere,
    }
}

fn known(table: &'static Table, chosen: &Chosen) -> impl Iterator<Item = &'static KeyDescription> {
    let (own, all) = match chosen {
        Chosen::One(variant) => (variant.keys, &[][..]),
        Chosen::None | Chosen::Unclear => (&[][..], table.variants()),
    };
    table.keys.iter().chain(own).chain(all.iter().flat_map(|v| v.keys))
}

/// Writes words as a sentence lists them, the first dozen.
pub(super) fn listed(words: &[&str]) -> String {
    let mut unique: Vec<&str> = Vec::new();
    for word in words {
        if !unique.contains(word) {
            unique.push(word);
        }
    }
    let more = if unique.len() > 16 { " …" } else { "" };
    let shown: Vec<String> = unique.iter().take(16).map(|w| quote(w)).collect();
    if shown.is_empty() { "nothing".to_owned() } else { shown.join(", ") + more }
}
