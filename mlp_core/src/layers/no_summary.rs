//! In place of a table that needs a heap: layers describe themselves to nobody.

use super::Shape;
use crate::training::Network;

/// Without `std`, nothing.
#[derive(Debug)]
#[non_exhaustive]
pub struct Summary;

/// Without `std`, nothing.
#[derive(Debug)]
#[non_exhaustive]
pub struct Variable;

#[allow(clippy::unused_self)]
impl Summary {
    /// With `std`, adds a layer.
    pub fn row<const COUNT: usize>(
        &mut self,
        _name: &str,
        _kind: &str,
        _outputs: usize,
        _variables: [Variable; COUNT],
    ) {
    }

    /// With `std`, adds an input of a network.
    pub fn input<S: Shape>(&mut self, _name: &str) {}

    /// With `std`, says what an option needs.
    pub fn need(&mut self, _holds: bool, _layer: &str, _option: (&str, f64), _needed: &str) {}

    /// With `std`, adds a network that is a layer of another.
    pub fn network<N: Network>(&mut self, _name: &str, _options: &N::Options) {}
}

impl Variable {
    /// With `std`, one array of a layer's parameters.
    pub fn new<const DIMENSIONS: usize>(_name: &str, _shape: [usize; DIMENSIONS]) -> Self {
        Self
    }

    /// With `std`, whether an optimizer changes it.
    #[must_use]
    pub fn trained(self, _trained: bool) -> Self {
        self
    }

    /// With `std`, whether it has an influence.
    #[must_use]
    pub fn used(self, _used: bool) -> Self {
        self
    }
}
