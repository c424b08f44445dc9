//! Serialized training state (optimizer, epochs, RNG).

use mlp_core::optimizers::Checkpoint;
use mlp_core::{Parameters, Rng};
use mlp_data::Tensor;

use super::error::Mismatch;
use super::file::{Content, Metadata, POINTS, expect, take};
use super::fill::Tensors;
use super::optimizer_state::{StateReader, StateWriter};
use crate::callback_state::CallbackState;
use crate::summary::NamedVariable;

/// Limit of the number of terms in a file.
const MAX_TERMS: usize = 64;
/// Key of the encoder that makes inputs from tables.
const TABLE_ENCODER: &str = "table_encoder";
/// Key of the state of the random number generator.
const GENERATOR: &str = "generator";
/// Prefix of the keys of settings.
const SETTING: &str = "setting:";
/// Prefix of the keys of callback state.
const CALLBACK: &str = "callback:";

/// State of a training, in addition to the weights and the optimizer's own state.
#[derive(Debug)]
pub(crate) struct TrainingState {
    pub(crate) optimizer_name: &'static str,
    /// Names and values of the settings of the training.
    pub(crate) settings: Vec<(String, String)>,
    pub(crate) learning_rate: f64,
    pub(crate) rng: Rng,
    /// Number of completed epochs.
    pub(crate) epochs: usize,
    /// State of callbacks, by name.
    pub(crate) callbacks: CallbackState,
    /// Points of each term of equations. Those of a term without new points are empty.
    pub(crate) points: Vec<Vec<f64>>,
    /// Text of the encoder that makes inputs from tables.
    pub(crate) table_encoder: Option<String>,
}

impl TrainingState {
    pub(super) fn write<N: Parameters>(
        &self,
        optimizer: &dyn Checkpoint<N>,
        variables: &[NamedVariable],
        content: &mut Content,
    ) {
        optimizer.write(&mut StateWriter { variables, content });
        let entries = [
            ("optimizer", self.optimizer_name.to_owned()),
            ("learning_rate", format!("{:?}", self.learning_rate)),
            ("epochs", self.epochs.to_string()),
            (GENERATOR, rng_to_text(&self.rng)),
        ];
        content.metadata.extend(entries.map(|(key, value)| (key.to_owned(), value)));
        let callbacks = self.callbacks.iter().map(|(name, value)| (format!("{CALLBACK}{name}"), format!("{value:?}")));
        content.metadata.extend(callbacks);
        let settings = self.settings.iter().map(|(name, value)| (format!("{SETTING}{name}"), value.clone()));
        content.metadata.extend(settings);
        content.metadata.extend(self.table_encoder.iter().map(|text| (TABLE_ENCODER.to_owned(), text.clone())));
        let points = self.points.iter().enumerate().filter(|(_, values)| !values.is_empty());
        let tensor = |(term, values): (usize, &Vec<f64>)| {
            (format!("{POINTS}{}", term + 1), Tensor::from_columns(values, &[values.len()]))
        };
        content.tensors.extend(points.map(tensor));
    }

    /// Reads the state from a file's content. This state and the optimizer's are valid only if there are no mismatches.
    pub(super) fn read<N: Parameters>(&mut self, optimizer: &mut dyn Checkpoint<N>, reader: &mut StateReader<'_>) {
        expect("optimizer", self.optimizer_name, reader.metadata, reader.mismatches);
        optimizer.read(reader);
        self.read_points(reader.tensors);
        let StateReader { metadata, mismatches, .. } = reader;
        let is_finite = |rate: &f64| rate.is_finite();
        let learning_rate = take("learning_rate", "a finite number", is_finite, metadata, mismatches);
        self.learning_rate = learning_rate.unwrap_or(f64::NAN);
        self.epochs = take("epochs", "an integer", |_| true, metadata, mismatches).unwrap_or(0);
        self.table_encoder = metadata.remove(TABLE_ENCODER);
        self.read_callbacks(metadata, mismatches);
        self.read_rng(metadata, mismatches);
    }

    /// Returns the settings that differ from those of a file. Earlier versions stored none, later ones may have more.
    pub(super) fn changed_settings(&self, metadata: &Metadata) -> Vec<Mismatch> {
        let changed = self.settings.iter().filter_map(|(name, expected)| {
            let found = metadata.get(&format!("{SETTING}{name}")).filter(|&found| found != expected)?;
            Some(Mismatch::Setting { setting: name.clone(), expected: expected.clone(), found: found.clone() })
        });
        changed.collect()
    }

    fn read_points(&mut self, tensors: &mut Tensors) {
        let terms = tensors.keys().filter_map(|name| name.strip_prefix(POINTS)?.parse().ok());
        let terms: Vec<usize> = terms.filter(|term| (1..=MAX_TERMS).contains(term)).collect();
        for term in terms {
            let Some(tensor) = tensors.remove(&format!("{POINTS}{term}")) else { continue };
            self.points.resize(self.points.len().max(term), Vec::new());
            self.points[term - 1] = (0..tensor.dimensions().iter().product()).map(|index| tensor.nth(index)).collect();
        }
    }

    fn read_callbacks(&mut self, metadata: &mut Metadata, mismatches: &mut Vec<Mismatch>) {
        let keys: Vec<String> = metadata.keys().filter(|key| key.starts_with(CALLBACK)).cloned().collect();
        for key in keys {
            let value = take(&key, "a number", |_| true, metadata, mismatches);
            if let Some(value) = value {
                self.callbacks.set(&key[CALLBACK.len()..], value);
            }
        }
    }

    fn read_rng(&mut self, metadata: &mut Metadata, mismatches: &mut Vec<Mismatch>) {
        let found = metadata.remove(GENERATOR);
        match found.as_deref().and_then(rng_from_text) {
            Some(rng) => self.rng = rng,
            None => {
                let expected = "a state of xoshiro256++".into();
                mismatches.push(Mismatch::Metadata { key: GENERATOR.into(), expected, found });
            }
        }
    }
}

/// Returns the state of a random number generator as JSON: `{"s":[1,2,3,4]}`.
fn rng_to_text(rng: &Rng) -> String {
    serde_json::to_string(rng).unwrap_or_default()
}

fn rng_from_text(text: &str) -> Option<Rng> {
    let state: serde_json::Value = serde_json::from_str(text).ok()?;
    // From a state of zeros, the generator would only produce zeros.
    let is_zero = state["s"].as_array()?.iter().all(|word| word.as_u64() == Some(0));
    serde_json::from_value(state).ok().filter(|_| !is_zero)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rng_is_stored_as_its_words() {
        let text = r#"{"s":[9767911172581354206,15572148878655569505,17363610725485270320,8435962300719125145]}"#;
        let rng = rng_from_text(text).expect("a valid state");
        assert_eq!(rng_to_text(&rng), text);
    }

    #[test]
    fn invalid_states_are_rejected() {
        for text in ["", "{}", r#"{"s":[]}"#, r#"{"s":[0,0,0,0]}"#, r#"{"s":[1,2,3]}"#, "[[1,2,3,4]]"] {
            assert!(rng_from_text(text).is_none(), "{text:?} was accepted");
        }
    }
}
