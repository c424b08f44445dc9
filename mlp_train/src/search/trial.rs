use std::sync::Arc;

use mlp_data::nearest;

use super::error::UnknownParameter;
use crate::seeds::mix;

/// One value for each parameter of a [`Search`](super::Search).
#[derive(Clone, Debug, PartialEq)]
pub struct Trial {
    number: usize,
    names: Arc<[String]>,
    values: Vec<f64>,
    search_seed: u64,
    fold: usize,
}

impl Trial {
    pub(super) fn new(number: usize, names: Arc<[String]>, values: Vec<f64>, search_seed: u64) -> Self {
        Self { number, names, values, search_seed, fold: 0 }
    }

    pub(super) fn for_fold(&self, fold: usize) -> Self {
        Self { fold, ..self.clone() }
    }

    /// Returns the number of the trial, from 0.
    pub fn number(&self) -> usize {
        self.number
    }

    /// Returns the names of the parameters.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Returns the values of the parameters, in the order of their names.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// Returns the value of a parameter.
    ///
    /// # Errors
    /// If the search has no parameter of that name.
    pub fn get(&self, name: &str) -> Result<f64, UnknownParameter> {
        match self.names.iter().position(|other| other == name) {
            Some(index) => Ok(self.values[index]),
            None => {
                let suggestion = nearest(name, &self.names).cloned();
                Err(UnknownParameter::Name { name: name.into(), suggestion })
            }
        }
    }

    /// Returns the value of a parameter that is a whole number, such as a batch size or a width.
    ///
    /// # Errors
    /// If the search has no parameter of that name, or its value is not a whole number.
    pub fn size(&self, name: &str) -> Result<usize, UnknownParameter> {
        let value = self.get(name)?;
        if value >= 0.0 && value.fract() == 0.0 && value <= 9e15 {
            Ok(value as usize)
        } else {
            Err(UnknownParameter::NotASize { name: name.into(), value })
        }
    }

    /// Returns a seed for the network and the shuffles of this trial and fold: the same in every run, and on every thread.
    pub fn seed(&self) -> u64 {
        mix(mix(self.search_seed, self.number as u64), self.fold as u64 + 1)
    }
}
