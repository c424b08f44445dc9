//! A network's weights in a file, with or without the training they come from.

use super::behind::Behind;
use super::file::{Content, Entries, Source, expect};
use super::fill::{self, Tensors};
use super::{Mismatch, WeightsError, golden};
use crate::data::{FileError, FileErrorKind};
use crate::layers::Variable;
use crate::optimizers::Checkpoint;
use crate::training::Network;

/// The version of what these files hold. A later one reads all earlier ones.
const VERSION: &str = "1";

const FORMAT: &str = "mlp";
const WRITTEN_BY: &str = concat!("mlp ", env!("CARGO_PKG_VERSION"));

/// A network's weights, to be written.
pub(crate) fn weights<N: Network>(network: &N) -> Result<Content, FileError> {
    Ok(content(network, &variables(network)?))
}

/// A network and what its training has behind it, to be written.
pub(crate) fn training<N: Network>(
    network: &N,
    behind: &Behind,
    state: &dyn Checkpoint<N>,
) -> Result<Content, FileError> {
    let variables = variables(network)?;
    let mut content = content(network, &variables);
    behind.write(state, &variables, &mut content);
    Ok(content)
}

/// Sets a network's weights, unless there is a difference.
pub(crate) fn load_weights<N: Network>(network: &mut N, source: Source<'_>) -> Result<(), WeightsError> {
    let (mut tensors, mut entries) = source.read()?;
    let variables = variables(network)?;
    // Of a whole checkpoint, the weights.
    tensors.retain(|name, _| !name.starts_with("optimizer:"));
    let mut differences = Vec::new();
    let candidate = candidate(network, &variables, &mut tensors, &mut entries, &mut differences);
    source.finish(tensors, differences)?;
    network.as_mut_slice().copy_from_slice(candidate.as_slice());
    Ok(())
}

/// Sets a network and what training has behind it, unless there is a difference. Then the latter is of no use.
pub(crate) fn load<N: Network>(
    network: &mut N,
    behind: &mut Behind,
    state: &mut dyn Checkpoint<N>,
    source: Source<'_>,
) -> Result<(), WeightsError> {
    let (mut tensors, mut entries) = source.read()?;
    let variables = variables(network)?;
    let mut differences = Vec::new();
    if entries.get("format").is_none_or(|format| format != FORMAT) {
        expect("format", FORMAT, &mut entries, &mut differences);
    }
    let candidate = candidate(network, &variables, &mut tensors, &mut entries, &mut differences);
    behind.read(state, &variables, &mut tensors, &mut entries, &mut differences);
    source.finish(tensors, differences)?;
    network.as_mut_slice().copy_from_slice(candidate.as_slice());
    Ok(())
}

/// The weights, and what tells whether they are of a network.
fn content<N: Network>(network: &N, variables: &[Variable]) -> Content {
    let mut tensors = fill::tensors(network, variables, "");
    tensors.extend(golden::write(network));
    let entries = [
        ("format", FORMAT.to_owned()),
        ("version", VERSION.to_owned()),
        ("written_by", WRITTEN_BY.to_owned()),
        ("computed_by", golden::machine()),
        ("network", N::NAME.to_owned()),
        ("architecture", architecture(network)),
    ];
    Content { tensors, entries: entries.into_iter().map(|(name, text)| (name.to_owned(), text)).collect() }
}

/// All of a network. A layer of one's own may list others than it has.
pub(super) fn variables<N: Network>(network: &N) -> Result<Vec<Variable>, FileError> {
    let variables = network.summary().variables();
    let (listed, has) = (variables.iter().map(Variable::count).sum::<usize>(), N::COUNT);
    if listed == has {
        return Ok(variables);
    }
    let problem = format!("the summary of {} lists {listed} parameters, but it has {has}", N::NAME);
    Err(FileErrorKind::Other(problem).into())
}

/// The layers in their order: names, kinds, shapes and connections.
fn architecture<N: Network>(network: &N) -> String {
    let row = |row: &crate::layers::Row| {
        let connections = row.connected_to.as_ref().map_or_else(String::new, |from| format!(" <- {}", from.join(", ")));
        format!("{} {} {}{connections}", row.name, row.kind, row.output_shape)
    };
    network.summary().rows().iter().map(row).collect::<Vec<_>>().join("; ")
}

/// The network with the weights of a file. It is of use only if there are no differences.
fn candidate<N: Network>(
    network: &N,
    variables: &[Variable],
    tensors: &mut Tensors,
    entries: &mut Entries,
    differences: &mut Vec<Mismatch>,
) -> Box<N> {
    // Of someone else's file, whose format may be called "pt" or nothing, names and shapes decide.
    if entries.get("format").is_some_and(|format| format == FORMAT) {
        expect("version", VERSION, entries, differences);
        expect("architecture", &architecture(network), entries, differences);
    }
    let mut candidate = network.to_boxed();
    let found = fill::fill(&mut *candidate, variables, "", tensors);
    let complete = found.is_empty();
    differences.extend(found);
    if complete {
        let not_finite = |number: N::Scalar| !num_traits::Float::is_finite(number);
        differences.extend(fill::refused(&*candidate, variables, "", not_finite));
    }
    let told = |name: &str| entries.get(name).map(String::as_str);
    let exact = told("written_by") == Some(WRITTEN_BY) && told("computed_by") == Some(golden::machine().as_str());
    let golden = golden::check(&*candidate, tensors, exact);
    if complete && differences.is_empty() {
        differences.extend(golden);
    }
    candidate
}
