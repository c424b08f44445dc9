//! Writing of an optimizer's state to a file's content, and reading it back.

use core::str::FromStr;

use mlp_core::Parameters;
use mlp_core::optimizers;

use super::error::Mismatch;
use super::file::{self, Content, Metadata, OPTIMIZER};
use super::fill::{self, Tensors};
use crate::summary::NamedVariable;

/// Returns the key of a value of the state.
fn key(name: &str) -> String {
    format!("{OPTIMIZER}{name}")
}

/// Returns the prefix of the tensors of a slot.
fn prefix(name: &str) -> String {
    format!("{OPTIMIZER}{name}:")
}

pub(super) struct StateWriter<'a> {
    pub(super) variables: &'a [NamedVariable],
    pub(super) content: &'a mut Content,
}

impl<N: Parameters> optimizers::StateWriter<N> for StateWriter<'_> {
    fn number(&mut self, name: &str, number: f64) {
        // `Debug` prints enough digits to restore the exact value.
        self.content.metadata.insert(key(name), format!("{number:?}"));
    }

    fn count(&mut self, name: &str, count: u64) {
        self.content.metadata.insert(key(name), count.to_string());
    }

    fn values(&mut self, name: &str, values: &N) {
        self.content.tensors.extend(fill::to_tensors(values, self.variables, &prefix(name)));
    }
}

pub(super) struct StateReader<'a> {
    pub(super) variables: &'a [NamedVariable],
    pub(super) tensors: &'a mut Tensors,
    pub(super) metadata: &'a mut Metadata,
    pub(super) mismatches: &'a mut Vec<Mismatch>,
}

impl StateReader<'_> {
    fn take<T: FromStr>(&mut self, name: &str, expected: &str, is_valid: impl FnOnce(&T) -> bool) -> Option<T> {
        file::take(&key(name), expected, is_valid, self.metadata, self.mismatches)
    }
}

impl<N: Parameters> optimizers::StateReader<N> for StateReader<'_> {
    fn number(&mut self, name: &str, number: &mut f64) {
        *number = self.take(name, "a number", |_| true).unwrap_or(*number);
    }

    fn count(&mut self, name: &str, count: &mut u64) {
        // Counters continue to grow, so leave room below the largest exact `f64`.
        *count = self.take(name, "an integer below 2⁵³", |&count| count < 1 << 53).unwrap_or(*count);
    }

    fn values(&mut self, name: &str, values: &mut N) {
        let prefix = prefix(name);
        let mismatches = fill::fill(values, self.variables, &prefix, self.tensors);
        if mismatches.is_empty() {
            let is_nan = |value: N::Scalar| num_traits::Float::is_nan(value);
            self.mismatches.extend(fill::invalid_values(values, self.variables, &prefix, is_nan));
        }
        self.mismatches.extend(mismatches);
    }
}
