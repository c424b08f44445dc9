//! Loading of the tensors that match a network, and a report of the others.

use core::fmt;

use mlp_core::layers::Role;
use mlp_core::network::BaseNetwork;
use mlp_data::Limits;

use super::checkpoint::variables;
use super::error::{List, Mismatch, WeightsError};
use super::file::{GOLDEN, OPTIMIZER, POINTS, Source};
use super::fill;
use crate::heap::BoxedParameters as _;

/// Report of [`Network::load_matching_weights`](crate::Network::load_matching_weights): what was loaded, and what was not.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct LoadedWeights {
    /// Names of the tensors that were loaded, in the order of the network.
    pub loaded: Vec<String>,
    /// All others: tensors that the file lacks, that the network lacks, or of another shape or element type.
    pub skipped: Vec<Mismatch>,
}

impl fmt::Display for LoadedWeights {
    /// Writes one line about what was loaded, and one for each tensor that was not.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "loaded {}", self.loaded.join(", "))?;
        if self.skipped.is_empty() {
            return Ok(());
        }
        write!(f, "\nskipped:{}", List(&self.skipped))
    }
}

/// Loads the tensors of a file that match the network by name and shape. On error, the network is left unchanged.
pub(crate) fn load_matching_weights<N: BaseNetwork>(
    network: &mut N,
    source: Source<'_>,
    limits: Limits,
) -> Result<LoadedWeights, WeightsError> {
    let (mut tensors, _) = source.read(limits)?;
    let variables = variables::<N>()?;
    tensors.retain(|name, _| ![OPTIMIZER, POINTS, GOLDEN].iter().any(|prefix| name.starts_with(prefix)));
    let mut candidate = network.to_boxed();
    let mut skipped = fill::fill(&mut *candidate, &variables, "", &mut tensors);
    let used = variables.iter().filter(|variable| variable.role != Role::Unused);
    let is_loaded = |name: &String| !skipped.iter().any(|mismatch| mismatch.tensor() == Some(name));
    let loaded = used.map(|variable| variable.name.clone()).filter(is_loaded).collect();
    fill::report_unused(tensors, &mut skipped);
    let not_finite = |value: N::Scalar| !num_traits::Float::is_finite(value);
    skipped.extend(fill::invalid_values(&*candidate, &variables, "", not_finite));
    accept(network, &candidate, LoadedWeights { loaded, skipped }).map_err(|mismatches| source.error(mismatches))
}

/// Sets the parameters to those of the candidate, unless nothing was loaded, or a value is not finite.
pub(super) fn accept<N: BaseNetwork>(
    network: &mut N,
    candidate: &N,
    weights: LoadedWeights,
) -> Result<LoadedWeights, Vec<Mismatch>> {
    let is_invalid = |mismatch: &Mismatch| matches!(mismatch, Mismatch::NotFinite { .. });
    if weights.loaded.is_empty() || weights.skipped.iter().any(is_invalid) {
        return Err(weights.skipped);
    }
    network.as_mut_slice().copy_from_slice(candidate.as_slice());
    Ok(weights)
}
