//! A network's weights in a file, with or without the training they come from.

use super::archive::{Reader, Writer};
use super::file::{Content, Entries, Source};
use super::fill::{self, Tensors};
use super::{Difference, WeightsError, golden};
use crate::data::{FileError, FileProblem};
use crate::layers::Variable;
use crate::optimizers::Persist;
use crate::random::Generator;
use crate::training::Network;

/// The version of what these files hold. A later one reads all earlier ones.
const VERSION: &str = "1";

const FORMAT: &str = "mlp";
const WRITTEN_BY: &str = concat!("mlp ", env!("CARGO_PKG_VERSION"));

/// What a training has behind it, beside its weights.
pub(crate) struct Behind<'a, N> {
    /// The optimizer's type.
    pub(crate) optimizer: &'static str,
    pub(crate) past: &'a mut dyn Persist<N>,
    pub(crate) learning_rate: f64,
    pub(crate) generator: &'a mut Generator,
    pub(crate) epochs: usize,
}

impl<N> core::fmt::Debug for Behind<'_, N> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Behind")
            .field("optimizer", &self.optimizer)
            .field("epochs", &self.epochs)
            .finish_non_exhaustive()
    }
}

/// A network's weights, to be written.
pub(crate) fn weights<N: Network>(network: &N) -> Result<Content, FileError> {
    Ok(content(network, &variables(network)?))
}

/// A network and what its training has behind it, to be written.
pub(crate) fn training<N: Network>(network: &N, behind: &mut Behind<'_, N>) -> Result<Content, FileError> {
    let variables = variables(network)?;
    let mut content = content(network, &variables);
    behind.past.persist(&mut Writer { variables: &variables, content: &mut content });
    content.entries.extend(training_entries(behind));
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
    behind: &mut Behind<'_, N>,
    source: Source<'_>,
) -> Result<(), WeightsError> {
    let (mut tensors, mut entries) = source.read()?;
    let variables = variables(network)?;
    let mut differences = Vec::new();
    if entries.get("format").is_none_or(|format| format != FORMAT) {
        expect("format", FORMAT, &mut entries, &mut differences);
    }
    let candidate = candidate(network, &variables, &mut tensors, &mut entries, &mut differences);
    expect("optimizer", short(behind.optimizer), &mut entries, &mut differences);
    let (tensors_left, entries_left) = (&mut tensors, &mut entries);
    let mut reader =
        Reader { variables: &variables, tensors: tensors_left, entries: entries_left, differences: &mut differences };
    behind.past.persist(&mut reader);
    let finite = |rate: &f64| rate.is_finite();
    behind.learning_rate = number("learning_rate", finite, &mut entries, &mut differences).unwrap_or(f64::NAN);
    behind.epochs = number("epochs", |_| true, &mut entries, &mut differences).unwrap_or(0);
    let state = entries.remove("generator");
    match state.as_deref().and_then(Generator::from_state) {
        Some(generator) => *behind.generator = generator,
        None => differences.push(Difference::Entry {
            name: "generator".into(),
            needed: "the state of xoshiro256++".into(),
            found: state,
        }),
    }
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
fn variables<N: Network>(network: &N) -> Result<Vec<Variable>, FileError> {
    let variables = network.summary().variables();
    let (listed, has) = (variables.iter().map(Variable::count).sum::<usize>(), N::COUNT);
    if listed == has {
        return Ok(variables);
    }
    let problem = format!("the summary of {} lists {listed} parameters, but it has {has}", N::NAME);
    Err(FileProblem::Other(problem).into())
}

fn training_entries<N>(behind: &Behind<'_, N>) -> [(String, String); 4] {
    [
        ("optimizer", short(behind.optimizer).to_owned()),
        ("learning_rate", format!("{:?}", behind.learning_rate)),
        ("epochs", behind.epochs.to_string()),
        ("generator", behind.generator.state()),
    ]
    .map(|(name, text)| (name.to_owned(), text))
}

/// A type's name without its modules.
fn short(name: &str) -> &str {
    let path = name.split('<').next().unwrap_or(name);
    path.rsplit("::").next().unwrap_or(path)
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
    differences: &mut Vec<Difference>,
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

/// Takes an entry that must have one value.
fn expect(name: &str, needed: &str, entries: &mut Entries, differences: &mut Vec<Difference>) {
    let found = entries.remove(name);
    if found.as_deref() != Some(needed) {
        differences.push(Difference::Entry { name: name.into(), needed: needed.into(), found });
    }
}

/// Takes an entry that must be a number, and not just any.
fn number<T: core::str::FromStr>(
    name: &str,
    fits: impl FnOnce(&T) -> bool,
    entries: &mut Entries,
    differences: &mut Vec<Difference>,
) -> Option<T> {
    let found = entries.remove(name);
    let number = found.as_deref().and_then(|text| text.parse().ok()).filter(fits);
    if number.is_none() {
        differences.push(Difference::Entry { name: name.into(), needed: "a number".into(), found });
    }
    number
}
