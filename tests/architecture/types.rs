//! One name, one type: in the whole workspace a name of a type stands for one thing.

use super::source::Source;
use proc_macro2::TokenTree;
use std::collections::BTreeMap;
use syn::visit::Visit;

/// Returns every type whose name another one has already, in the order of the files.
pub fn doubled(sources: &[Source]) -> Vec<String> {
    let mut first: BTreeMap<String, String> = BTreeMap::new();
    let mut faults = Vec::new();
    for source in sources {
        let mut finder = Types::default();
        finder.visit_file(&source.syntax);
        for (name, line) in finder.found.into_iter().filter(|(_, line)| !source.is_test(*line)) {
            let here = format!("{}:{line}", source.path);
            match first.get(&name) {
                Some(there) => faults.push(format!("{here}: `{name}` is a type of {there} already")),
                None => drop(first.insert(name, here)),
            }
        }
    }
    faults
}

/// The structs, enums, unions, traits and aliases of a file, within functions and macros too; an associated type has its trait's name.
#[derive(Default)]
struct Types {
    found: Vec<(String, usize)>,
}

impl<'ast> Visit<'ast> for Types {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        let name = match item {
            syn::Item::Struct(item) => Some(&item.ident),
            syn::Item::Enum(item) => Some(&item.ident),
            syn::Item::Union(item) => Some(&item.ident),
            syn::Item::Trait(item) => Some(&item.ident),
            syn::Item::Type(item) => Some(&item.ident),
            _ => None,
        };
        self.found.extend(name.map(|name| (name.to_string(), name.span().start().line)));
        syn::visit::visit_item(self, item);
    }

    /// A macro that is given `struct NAME` makes it; a `$name` in the text of a macro is none.
    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        let tokens: Vec<TokenTree> = call.tokens.clone().into_iter().collect();
        for pair in tokens.windows(2) {
            if let [TokenTree::Ident(word), TokenTree::Ident(name)] = pair
                && word == "struct"
            {
                self.found.push((name.to_string(), name.span().start().line));
            }
        }
    }
}
