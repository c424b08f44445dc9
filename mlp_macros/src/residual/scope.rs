//! Names that the equations may mention.

use std::collections::HashMap;

use proc_macro2::Ident;
use syn::ext::IdentExt as _;

use super::expression::Id;
use crate::errors::Errors;
use crate::suggestion::nearest;

/// The names defined so far.
#[derive(Default)]
pub(super) struct Scope<'a> {
    entries: Vec<Entry<'a>>,
    indices: HashMap<String, usize>,
}

struct Entry<'a> {
    name: &'a Ident,
    binding: Binding,
    is_used: bool,
}

/// The meaning of a name.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Binding {
    Input(usize),
    Data(usize),
    Output(usize),
    Parameter {
        index: usize,
        is_trainable: bool,
    },
    Let(Id),
    /// A definition with an error that is already reported.
    Error,
}

impl Binding {
    fn description(self) -> &'static str {
        match self {
            Self::Input(_) => "an input",
            Self::Data(_) => "a column of data",
            Self::Output(_) => "an output",
            Self::Parameter { .. } => "a field of the struct",
            Self::Let(_) | Self::Error => "defined by a `let`",
        }
    }
}

impl<'a> Scope<'a> {
    /// Defines a name. Reports a duplicate, and nothing about its uses then.
    pub(super) fn define(&mut self, name: &'a Ident, binding: Binding, errors: &mut Errors) {
        let text = name.unraw().to_string();
        if let Some(&first) = self.indices.get(&text) {
            let first = &mut self.entries[first].binding;
            let description = first.description();
            *first = Binding::Error;
            return errors.add(name, format_args!("`{name}` is already {description}: choose another name"));
        }
        self.indices.insert(text, self.entries.len());
        self.entries.push(Entry { name, binding, is_used: false });
    }

    /// Returns the meaning of a name, and records its use.
    pub(super) fn look_up(&mut self, name: &Ident) -> Option<Binding> {
        let entry = &mut self.entries[*self.indices.get(&name.unraw().to_string())?];
        entry.is_used = true;
        Some(entry.binding)
    }

    /// Returns the meaning of a name.
    pub(super) fn get(&self, name: &str) -> Option<Binding> {
        self.indices.get(name).map(|index| self.entries[*index].binding)
    }

    /// Returns the known name that is most similar.
    pub(super) fn similar(&self, name: &str) -> Option<&str> {
        nearest(name, self.indices.keys().map(String::as_str))
    }

    /// Reports names without use. Inputs may be unused, and names that begin with `_`.
    pub(super) fn report_unused(&self, errors: &mut Errors) {
        for Entry { name, binding, is_used } in &self.entries {
            if *is_used || name.unraw().to_string().starts_with('_') {
                continue;
            }
            match binding {
                Binding::Output(_) => errors.add(
                    name,
                    format_args!("the output `{name}` is in no equation: write `_` in its place if that is right"),
                ),
                Binding::Data(_) => errors.add(
                    name,
                    format_args!(
                        "the column of data `{name}` is in no equation: write `_` in its place if that is right"
                    ),
                ),
                Binding::Parameter { .. } => {
                    errors.add(name, format_args!("the field `{name}` is in no equation: remove it, or use it"));
                }
                Binding::Let(_) => errors.add(name, format_args!("`{name}` is not used: remove it, or use it")),
                Binding::Input(_) | Binding::Error => {}
            }
        }
    }
}
