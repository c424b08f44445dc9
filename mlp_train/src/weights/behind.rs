//! What a training has behind it beside its weights, in a file.

use std::collections::BTreeMap;

use super::Mismatch;
use super::archive::{Reader, Writer};
use super::file::{Content, Entries, expect, number};
use super::fill::Tensors;
use crate::layers::Variable;
use crate::optimizers::Checkpoint;
use crate::parameters::Parameters;
use crate::random::Rng;

/// Before the name of what a callback remembers.
const CALLBACK: &str = "callback:";

/// What a training has behind it, beside its weights.
#[derive(Debug)]
pub(crate) struct Behind {
    /// The optimizer's type.
    pub(crate) optimizer: &'static str,
    pub(crate) learning_rate: f64,
    pub(crate) rng: Rng,
    pub(crate) epochs: usize,
    /// What callbacks remember.
    pub(crate) callbacks: BTreeMap<String, f64>,
}

impl Behind {
    pub(super) fn write<N: Parameters>(
        &self,
        state: &dyn Checkpoint<N>,
        variables: &[Variable],
        content: &mut Content,
    ) {
        state.write(&mut Writer { variables, content });
        let entries = [
            ("optimizer", short(self.optimizer).to_owned()),
            ("learning_rate", format!("{:?}", self.learning_rate)),
            ("epochs", self.epochs.to_string()),
            ("rng", self.rng.state()),
        ];
        content.entries.extend(entries.map(|(name, text)| (name.to_owned(), text)));
        let callbacks =
            self.callbacks.iter().map(|(name, number)| (format!("{CALLBACK}{name}"), format!("{number:?}")));
        content.entries.extend(callbacks);
    }

    /// Takes all of it out of a file's content. It is of use only if there are no differences.
    pub(super) fn read<N: Parameters>(
        &mut self,
        state: &mut dyn Checkpoint<N>,
        variables: &[Variable],
        tensors: &mut Tensors,
        entries: &mut Entries,
        differences: &mut Vec<Mismatch>,
    ) {
        expect("optimizer", short(self.optimizer), entries, differences);
        state.read(&mut Reader { variables, tensors, entries: &mut *entries, differences: &mut *differences });
        let finite = |rate: &f64| rate.is_finite();
        self.learning_rate = number("learning_rate", finite, entries, differences).unwrap_or(f64::NAN);
        self.epochs = number("epochs", |_| true, entries, differences).unwrap_or(0);
        let names: Vec<String> = entries.keys().filter(|name| name.starts_with(CALLBACK)).cloned().collect();
        for name in names {
            let read = number(&name, |_| true, entries, differences);
            self.callbacks.extend(read.map(|number| (name[CALLBACK.len()..].to_owned(), number)));
        }
        let found = entries.remove("rng");
        match found.as_deref().and_then(Rng::from_state) {
            Some(rng) => self.rng = rng,
            None => {
                let needed = "the state of xoshiro256++".into();
                differences.push(Mismatch::Entry { name: "rng".into(), needed, found });
            }
        }
    }
}

/// A type's name without its modules.
fn short(name: &str) -> &str {
    let path = name.split('<').next().unwrap_or(name);
    path.rsplit("::").next().unwrap_or(path)
}
