//! Serialized training state (optimizer, epochs, RNG).

use std::collections::BTreeMap;

use super::error::Mismatch;
use super::file::{Content, Metadata, expect, take};
use super::fill::Tensors;
use super::optimizer_state::{StateReader, StateWriter};
use crate::summary::NamedVariable;
use mlp_core::optimizers::Checkpoint;
use mlp_core::Parameters;
use mlp_core::Rng;

/// Key of the state of the random number generator.
const GENERATOR: &str = "generator";
/// Prefix of the keys of callback state.
const CALLBACK: &str = "callback:";

/// State of a training, in addition to the weights.
pub(crate) struct TrainingState<'a, N> {
    /// Type name of the optimizer.
    pub(crate) optimizer_name: &'static str,
    pub(crate) optimizer_state: &'a mut dyn Checkpoint<N>,
    pub(crate) learning_rate: f64,
    pub(crate) rng: &'a mut Rng,
    /// Number of completed epochs.
    pub(crate) epochs: usize,
    /// State of callbacks, by name.
    pub(crate) callbacks: BTreeMap<String, f64>,
}

impl<N> core::fmt::Debug for TrainingState<'_, N> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("TrainingState")
            .field("optimizer_name", &self.optimizer_name)
            .field("epochs", &self.epochs)
            .finish_non_exhaustive()
    }
}

impl<N: Parameters> TrainingState<'_, N> {
    pub(super) fn write(&mut self, variables: &[Variable], content: &mut Content) {
        self.optimizer_state.persist(&mut StateWriter { variables, content });
        let entries = [
            ("optimizer", base_name(self.optimizer_name).to_owned()),
            ("learning_rate", format!("{:?}", self.learning_rate)),
            ("epochs", self.epochs.to_string()),
            (GENERATOR, self.rng.state()),
        ];
        content.metadata.extend(entries.map(|(key, value)| (key.to_owned(), value)));
        let callbacks = self.callbacks.iter().map(|(name, value)| (format!("{CALLBACK}{name}"), format!("{value:?}")));
        content.metadata.extend(callbacks);
    }

    /// Reads the state from a file's content. The state is valid only if there are no mismatches.
    pub(super) fn read(
        &mut self,
        variables: &[Variable],
        tensors: &mut Tensors,
        metadata: &mut Metadata,
        mismatches: &mut Vec<Mismatch>,
    ) {
        expect("optimizer", base_name(self.optimizer_name), metadata, mismatches);
        let mut reader = StateReader { variables, tensors, metadata: &mut *metadata, mismatches: &mut *mismatches };
        self.optimizer_state.persist(&mut reader);
        let is_finite = |rate: &f64| rate.is_finite();
        let learning_rate = take("learning_rate", "a finite number", is_finite, metadata, mismatches);
        self.learning_rate = learning_rate.unwrap_or(f64::NAN);
        self.epochs = take("epochs", "an integer", |_| true, metadata, mismatches).unwrap_or(0);
        self.read_callbacks(metadata, mismatches);
        self.read_rng(metadata, mismatches);
    }

    fn read_callbacks(&mut self, metadata: &mut Metadata, mismatches: &mut Vec<Mismatch>) {
        let keys: Vec<String> = metadata.keys().filter(|key| key.starts_with(CALLBACK)).cloned().collect();
        for key in keys {
            let value = take(&key, "a number", |_| true, metadata, mismatches);
            self.callbacks.extend(value.map(|value| (key[CALLBACK.len()..].to_owned(), value)));
        }
    }

    fn read_rng(&mut self, metadata: &mut Metadata, mismatches: &mut Vec<Mismatch>) {
        let found = metadata.remove(GENERATOR);
        match found.as_deref().and_then(Rng::from_state) {
            Some(rng) => *self.rng = rng,
            None => {
                let expected = "a state of xoshiro256++".into();
                mismatches.push(Mismatch::Metadata { key: GENERATOR.into(), expected, found });
            }
        }
    }
}

/// Returns the name of a type without its modules and generics.
fn base_name(name: &str) -> &str {
    let path = name.split('<').next().unwrap_or(name);
    path.rsplit("::").next().unwrap_or(path)
}
