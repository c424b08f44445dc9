//! Names of values and layers, and their use.

use std::collections::{HashMap, HashSet};

use proc_macro2::Ident;
use syn::ext::IdentExt as _;

use super::Value;
use crate::ast::{Callee, Let, Statement, Statements, ValueExpr};
use crate::errors::Errors;
use crate::suggestion::nearest;

/// The names defined so far, and the dependencies between all names.
pub(super) struct Scope<'a> {
    known: HashMap<String, Entry<'a>>,
    /// The names in the order of their definition.
    names: Vec<&'a Ident>,
    /// The names that each definition mentions. Includes later definitions.
    mentions: HashMap<String, Vec<String>>,
    /// Names without a definition that are already reported.
    reported: HashSet<String>,
}

struct Entry<'a> {
    name: &'a Ident,
    binding: Binding,
    used: bool,
}

/// The meaning of a name.
#[derive(Clone)]
#[expect(clippy::large_enum_variant, reason = "there are a few of them, once")]
pub(super) enum Binding {
    Value(Value),
    /// A layer, by its index.
    Layer(usize),
    /// A definition with an error that is already reported.
    Error,
}

impl<'a> Scope<'a> {
    /// Creates a scope without definitions, and records the dependencies of all names.
    pub(super) fn new(statements: &Statements) -> Self {
        let mut mentions = HashMap::new();
        for statement in &statements.statements {
            let Statement::Let(Let { pattern, value, .. }) = statement else { continue };
            for name in pattern.names() {
                let mut mentioned = Vec::new();
                collect(value, &mut mentioned);
                mentions.entry(text(name)).or_insert(mentioned);
            }
        }
        Self { known: HashMap::new(), names: Vec::new(), mentions, reported: HashSet::new() }
    }

    /// Defines a name. Reports a duplicate.
    pub(super) fn define(&mut self, name: &'a Ident, binding: Binding, errors: &mut Errors) {
        if let Some(first) = self.known.get_mut(&text(name)) {
            // Ambiguous from here on; suppress follow-up errors.
            first.binding = Binding::Error;
            return errors.add(name, format_args!("`{name}` is already defined: choose another name"));
        }
        self.known.insert(text(name), Entry { name, binding, used: false });
        self.names.push(name);
    }

    /// Returns the meaning of a name, and records its use.
    pub(super) fn look_up(&mut self, name: &Ident) -> Result<Binding, syn::Error> {
        if let Some(entry) = self.known.get_mut(&text(name)) {
            entry.used = true;
            return Ok(entry.binding.clone());
        }
        if !self.reported.insert(text(name)) {
            return Ok(Binding::Error);
        }
        Err(syn::Error::new_spanned(name, self.missing(name)))
    }

    /// Returns whether a name is defined anywhere in the network, or similar to one that is.
    pub(super) fn is_similar(&self, name: &Ident) -> bool {
        self.mentions.contains_key(&text(name)) || self.nearest(name).is_some()
    }

    fn nearest(&self, name: &Ident) -> Option<&str> {
        // Any two names of one letter are similar.
        let names = self.mentions.keys().map(String::as_str).filter(|known| known.len() > 1 || text(name).len() > 1);
        nearest(&text(name), names)
    }

    fn missing(&self, name: &Ident) -> String {
        if self.mentions.contains_key(&text(name)) {
            return match self.cycle(&text(name)) {
                Some(cycle) if cycle.len() == 1 => format!("`{name}` depends on itself"),
                Some(cycle) => format!("the graph has a cycle: {}", cycle.join(", ")),
                None => format!("`{name}` is used before its definition: move the definition up"),
            };
        }
        match self.nearest(name) {
            Some(known) => format!("cannot find `{name}`; did you mean `{known}`?"),
            None => format!("cannot find `{name}`: define it first, `let {name} = …;`"),
        }
    }

    /// Returns a path from a name back to itself, as text.
    fn cycle(&self, name: &str) -> Option<Vec<String>> {
        let mut seen = HashSet::new();
        let mut paths = vec![(name.to_owned(), Vec::new())];
        while let Some((here, path)) = paths.pop() {
            for next in self.mentions.get(&here).into_iter().flatten() {
                let mut path: Vec<String> = path.clone();
                path.push(format!("`{here}` depends on `{next}`"));
                if next == name {
                    return Some(path);
                }
                if seen.insert(next.clone()) {
                    paths.push((next.clone(), path));
                }
            }
        }
        None
    }

    /// Returns the unused names.
    pub(super) fn unused(&self) -> impl Iterator<Item = (&'a Ident, &Binding)> {
        let entries = self.names.iter().filter_map(|name| self.known.get(&text(name)));
        entries.filter(|entry| !entry.used).map(|entry| (entry.name, &entry.binding))
    }
}

/// Returns a name without `r#`.
fn text(name: &Ident) -> String {
    name.unraw().to_string()
}

/// Collects all names that a value mentions.
fn collect(value: &ValueExpr, names: &mut Vec<String>) {
    match value {
        ValueExpr::Input(..) | ValueExpr::Layer(_) => {}
        ValueExpr::Name(name) => names.push(text(name)),
        ValueExpr::Slice(value, _) => collect(value, names),
        ValueExpr::Called { callee, arguments, .. } => {
            if let Callee::Name(name) = callee {
                names.push(text(name));
            }
            arguments.iter().for_each(|argument| collect(argument, names));
        }
    }
}
