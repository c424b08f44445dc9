use mlp_core::layers::Module;
use mlp_core::optimizers::NormalEquations;
use mlp_core::{Real as _, Scalar};

use crate::heap::BoxedParameters as _;
use crate::least_squares::Unknowns;

/// Penalties `λ p²` of the unknowns of a network: the residuals `√λ p`.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Penalty {
    /// `λ` of each unknown. Empty if all are zero.
    weights: Vec<f64>,
}

impl Penalty {
    /// Creates the penalties of a network, or `None` if they are not squares.
    pub(crate) fn new<N: Module>(options: &N::Options, unknowns: &Unknowns) -> Option<Self> {
        let gradient_at = |value: f64| {
            let (mut network, mut gradient) = (N::zeroed(), N::zeroed());
            network.as_mut_slice().fill(N::Scalar::from_f64(value));
            network.add_penalty_gradient(options, &mut gradient);
            let mut gradients = vec![0.0; unknowns.len()];
            unknowns.gather(gradient.as_slice(), &mut gradients);
            gradients
        };
        // The gradient of `λ p²` is in proportion to p: that at 2 is two times that at 1. Both are rounded once.
        let (once, twice) = (gradient_at(1.0), gradient_at(2.0));
        let tolerance = 4.0 * <N::Scalar as num_traits::Float>::epsilon().widen();
        let is_square =
            once.iter().zip(&twice).all(|(once, twice)| (twice - 2.0 * once).abs() <= tolerance * twice.abs());
        let weights: Vec<f64> = once.iter().map(|derivative| derivative / 2.0).collect();
        let is_zero = weights.iter().all(|&weight| weight == 0.0);
        let is_valid = is_square && weights.iter().all(|&weight| weight >= 0.0);
        is_valid.then_some(Self { weights: if is_zero { Vec::new() } else { weights } })
    }

    /// Returns `λ` of each unknown; empty if all are zero.
    pub(crate) fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// Returns the sum of the penalties.
    pub(crate) fn loss<T: Scalar>(&self, unknowns: &Unknowns, parameters: &[T]) -> f64 {
        if self.weights.is_empty() {
            return 0.0;
        }
        let values = unknowns.ranges().iter().flat_map(|range| &parameters[range.clone()]);
        self.weights.iter().zip(values).map(|(weight, &value)| weight * value.to_f64().powi(2)).sum()
    }

    /// Adds the residuals of the penalties.
    pub(crate) fn linearize<T: Scalar>(
        &self,
        unknowns: &Unknowns,
        parameters: &[T],
        equations: &mut dyn NormalEquations,
    ) {
        let values = unknowns.ranges().iter().flat_map(|range| &parameters[range.clone()]);
        for (unknown, (weight, &value)) in self.weights.iter().zip(values).enumerate() {
            if *weight > 0.0 {
                equations.add_unknown(unknown, weight.sqrt(), value.to_f64());
            }
        }
    }
}
