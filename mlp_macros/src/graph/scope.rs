//! What names stand for, and whether they are used.

use std::collections::{HashMap, HashSet};

use proc_macro2::Ident;
use syn::ext::IdentExt as _;

use super::Value;
use super::suggestion::nearest;
use crate::ast::{self, Callee, Let, Statement, Statements};
use crate::errors::Errors;

/// The names defined so far, and what is known of those that follow.
pub(super) struct Scope<'a> {
    known: HashMap<String, Entry<'a>>,
    /// In the order of their definition.
    names: Vec<&'a Ident>,
    /// For every name the names that its definition mentions.
    mentions: HashMap<String, Vec<String>>,
}

struct Entry<'a> {
    name: &'a Ident,
    binding: Binding,
    used: bool,
}

#[derive(Clone)]
#[expect(clippy::large_enum_variant, reason = "there are a few of them, once")]
pub(super) enum Binding {
    Value(Value),
    /// By its number.
    Layer(usize),
    /// Its definition has an error, which is noted.
    Broken,
}

impl<'a> Scope<'a> {
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
        Self { known: HashMap::new(), names: Vec::new(), mentions }
    }

    pub(super) fn define(&mut self, name: &'a Ident, binding: Binding, errors: &mut Errors) {
        if let Some(first) = self.known.get_mut(&text(name)) {
            // Which of the two is meant from here on, nobody knows.
            first.binding = Binding::Broken;
            return errors.add(name, format_args!("`{name}` is defined twice; choose another name"));
        }
        self.known.insert(text(name), Entry { name, binding, used: false });
        self.names.push(name);
    }

    /// What a name stands for where it is used.
    pub(super) fn look_up(&mut self, name: &Ident) -> Result<Binding, syn::Error> {
        if let Some(entry) = self.known.get_mut(&text(name)) {
            entry.used = true;
            return Ok(entry.binding.clone());
        }
        Err(syn::Error::new_spanned(name, self.missing(name)))
    }

    fn missing(&self, name: &Ident) -> String {
        if self.mentions.contains_key(&text(name)) {
            return match self.cycle(&text(name)) {
                Some(cycle) if cycle.len() == 1 => format!("`{name}` is computed from itself"),
                Some(cycle) => format!("a cycle: {}", cycle.join(", ")),
                None => format!("`{name}` is used before it is defined: move its line up"),
            };
        }
        match nearest(&text(name), self.mentions.keys().map(String::as_str)) {
            Some(known) => format!("there is no `{name}`; did you mean `{known}`?"),
            None => format!("there is no `{name}`: define it first, `let {name} = …;`"),
        }
    }

    /// The way from a name back to itself, in words.
    fn cycle(&self, name: &str) -> Option<Vec<String>> {
        let mut seen = HashSet::new();
        let mut ways = vec![(name.to_owned(), Vec::new())];
        while let Some((here, way)) = ways.pop() {
            for next in self.mentions.get(&here).into_iter().flatten() {
                let mut way: Vec<String> = way.clone();
                way.push(format!("`{here}` needs `{next}`"));
                if next == name {
                    return Some(way);
                }
                if seen.insert(next.clone()) {
                    ways.push((next.clone(), way));
                }
            }
        }
        None
    }

    /// The names that nothing uses.
    pub(super) fn unused(&self) -> impl Iterator<Item = (&'a Ident, &Binding)> {
        let entries = self.names.iter().filter_map(|name| self.known.get(&text(name)));
        entries.filter(|entry| !entry.used).map(|entry| (entry.name, &entry.binding))
    }
}

pub(super) fn text(name: &Ident) -> String {
    name.unraw().to_string()
}

/// All names that a value mentions.
fn collect(value: &ast::Value, names: &mut Vec<String>) {
    match value {
        ast::Value::Input(..) | ast::Value::Layer(_) => {}
        ast::Value::Name(name) => names.push(text(name)),
        ast::Value::Slice(value, _) => collect(value, names),
        ast::Value::Called { callee, arguments, .. } => {
            if let Callee::Name(name) = callee {
                names.push(text(name));
            }
            arguments.iter().for_each(|argument| collect(argument, names));
        }
    }
}
