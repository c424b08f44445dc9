//! Saving and loading of a network, with or without the state of its training.

use mlp_core::optimizers::Checkpoint;
use mlp_data::{FileError, FileErrorKind, Limits};

use super::error::{Mismatch, WeightsError};
use super::file::{Content, Metadata, OPTIMIZER, POINTS, Source, expect};
use super::fill::{self, Tensors};
use super::load_options::LoadOptions;
use super::optimizer_state::StateReader;
use super::self_check;
use super::training_state::TrainingState;
use crate::heap::BoxedParameters as _;
use crate::summary::{NamedVariable, Row, Summary};
use mlp_core::network::BaseNetwork;

/// Version of the format. Later versions read all earlier ones.
const VERSION: &str = "1";

const FORMAT: &str = "mlp";
const WRITTEN_BY: &str = concat!("mlp ", env!("CARGO_PKG_VERSION"));

/// Returns a network's weights as content of a file.
pub(crate) fn weights_content<N: BaseNetwork>(network: &N) -> Result<Content, FileError> {
    content(network, &variables::<N>()?).checked()
}

/// Returns a network's weights and the state of its training as content of a file.
pub(crate) fn training_content<N: BaseNetwork>(
    network: &N,
    state: &TrainingState,
    optimizer: &dyn Checkpoint<N>,
) -> Result<Content, FileError> {
    let variables = variables::<N>()?;
    let mut content = content(network, &variables);
    state.write(optimizer, &variables, &mut content);
    content.checked()
}

/// Loads a network's weights. On error, the network is left unchanged.
pub(crate) fn load_weights<N: BaseNetwork>(
    network: &mut N,
    source: Source<'_>,
    limits: Limits,
) -> Result<(), WeightsError> {
    let (mut tensors, mut metadata) = source.read(limits)?;
    let variables = variables::<N>()?;
    // A checkpoint has the state of its training in addition to the weights.
    tensors.retain(|name, _| !name.starts_with(OPTIMIZER) && !name.starts_with(POINTS));
    let mut mismatches = Vec::new();
    let candidate = candidate(network, &variables, &mut tensors, &mut metadata, &mut mismatches);
    source.finish(tensors, mismatches)?;
    network.as_mut_slice().copy_from_slice(candidate.as_slice());
    Ok(())
}

/// Returns a network with the weights of a checkpoint, and the accepted changes of settings. Sets the state of the training; on
/// error, `state` and `optimizer` are invalid.
pub(crate) fn load_training<N: BaseNetwork>(
    network: &N,
    state: &mut TrainingState,
    optimizer: &mut dyn Checkpoint<N>,
    source: Source<'_>,
    load: LoadOptions,
) -> Result<(Box<N>, Vec<String>), WeightsError> {
    let (mut tensors, mut metadata) = source.read(load.limits)?;
    let variables = variables::<N>()?;
    let mut mismatches = Vec::new();
    if metadata.get("format").is_none_or(|format| format != FORMAT) {
        expect("format", FORMAT, &mut metadata, &mut mismatches);
    }
    let candidate = candidate(network, &variables, &mut tensors, &mut metadata, &mut mismatches);
    let changed = state.changed_settings(&metadata);
    let mut reader = StateReader {
        variables: &variables,
        tensors: &mut tensors,
        metadata: &mut metadata,
        mismatches: &mut mismatches,
    };
    state.read(optimizer, &mut reader);
    let mut names = Vec::new();
    for mismatch in changed {
        match mismatch {
            Mismatch::Setting { setting, .. } if load.accept_changes => names.push(setting),
            mismatch => mismatches.push(mismatch),
        }
    }
    source.finish(tensors, mismatches)?;
    Ok((candidate, names))
}

/// Returns a network's weights, the self-check and the metadata that identifies the network.
fn content<N: BaseNetwork>(network: &N, variables: &[NamedVariable]) -> Content {
    let mut tensors = fill::to_tensors(network, variables, "");
    tensors.extend(self_check::write(network));
    let metadata = [
        ("format", FORMAT.to_owned()),
        ("version", VERSION.to_owned()),
        ("written_by", WRITTEN_BY.to_owned()),
        ("computed_by", self_check::machine()),
        ("network", N::NAME.to_owned()),
        ("architecture", architecture::<N>()),
    ];
    Content { tensors, metadata: metadata.into_iter().map(|(key, value)| (key.to_owned(), value)).collect() }
}

/// Returns all variables of a network. The summary of a custom layer may be wrong, which is an error.
pub(super) fn variables<N: BaseNetwork>() -> Result<Vec<NamedVariable>, FileError> {
    let variables = Summary::of_network::<N>().variables();
    let listed = variables.iter().map(NamedVariable::count).sum::<usize>();
    if listed == N::COUNT {
        return Ok(variables);
    }
    let message = format!("the summary of {} lists {listed} parameters, expected {}", N::NAME, N::COUNT);
    Err(FileErrorKind::Other(message).into())
}

/// Returns the layers in their order: names, kinds, shapes and connections.
fn architecture<N: BaseNetwork>() -> String {
    let line = |row: &Row| {
        let connections = row.connected_to.as_ref().map_or_else(String::new, |from| format!(" <- {}", from.join(", ")));
        format!("{} {} {}{connections}", row.name, row.kind, row.output_shape)
    };
    Summary::of_network::<N>().rows().iter().map(line).collect::<Vec<_>>().join("; ")
}

/// Returns a copy of the network with the weights of a file. It is valid only if there are no mismatches.
fn candidate<N: BaseNetwork>(
    network: &N,
    variables: &[NamedVariable],
    tensors: &mut Tensors,
    metadata: &mut Metadata,
    mismatches: &mut Vec<Mismatch>,
) -> Box<N> {
    // Files of other programs may state another format ("pt") or none. Their names and shapes are checked only.
    if metadata.get("format").is_some_and(|format| format == FORMAT) {
        expect("version", VERSION, metadata, mismatches);
        expect("architecture", &architecture::<N>(), metadata, mismatches);
    }
    let mut candidate = network.to_boxed();
    let found = fill::fill(&mut *candidate, variables, "", tensors);
    let complete = found.is_empty();
    mismatches.extend(found);
    if complete {
        let not_finite = |value: N::Scalar| !num_traits::Float::is_finite(value);
        mismatches.extend(fill::invalid_values(&*candidate, variables, "", not_finite));
    }
    let entry = |key: &str| metadata.get(key).map(String::as_str);
    let exact = entry("written_by") == Some(WRITTEN_BY) && entry("computed_by") == Some(self_check::machine().as_str());
    let failed = self_check::verify(&*candidate, tensors, exact);
    if complete && mismatches.is_empty() {
        mismatches.extend(failed);
    }
    candidate
}
