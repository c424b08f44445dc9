//! The network's side: layers with parameters, and the names that another framework uses for them.

use mlp_core::layers::Role;

use super::{Framework, pytorch};
use crate::summary::{NamedVariable, Row};

/// Layer of the network, or an inner network.
#[derive(Clone, Debug)]
pub(super) struct TargetLayer {
    /// Dotted path: `encoder.dense_1`.
    pub(super) path: String,
    pub(super) name: String,
    /// Kind of layer, in the terms of [`SourceModule::kind`](super::source::SourceModule::kind).
    pub(super) kind: String,
    pub(super) variables: Vec<TargetVariable>,
    pub(super) layers: Vec<Self>,
}

/// NamedVariable of a layer.
#[derive(Clone, Debug)]
pub(super) struct TargetVariable {
    /// Full name: `encoder.dense_1.weights`.
    pub(super) full_name: String,
    /// Names that it may have in the other framework's layer.
    pub(super) source_names: Vec<String>,
    /// `true` if the other framework stores the transposed matrix.
    pub(super) transposed: bool,
    /// `true` if a single value may stand for all.
    pub(super) broadcast: bool,
    pub(super) rank: usize,
}

/// Returns the layers with parameters. `outer` is the path of the network that contains them.
pub(super) fn layers(framework: Framework, rows: &[Row], outer: &str) -> Vec<TargetLayer> {
    rows.iter().filter_map(|row| layer(framework, row, outer)).collect()
}

fn layer(framework: Framework, row: &Row, outer: &str) -> Option<TargetLayer> {
    let path = if outer.is_empty() { row.name.clone() } else { format!("{outer}.{}", row.name) };
    let layers = layers(framework, &row.layers, &path);
    let used = row.variables.iter().filter(|variable| variable.role != Role::Unused).enumerate();
    let variables: Vec<_> = used.map(|(index, listed)| variable(framework, row, &path, index, listed)).collect();
    let kind = match framework {
        Framework::Keras => keras_class(&row.kind),
        Framework::PyTorch => {
            pytorch::kind(variables.iter().map(|variable| (variable.source_names[0].as_str(), variable.rank)))
        }
    };
    let has_parameters = !layers.is_empty() || !variables.is_empty();
    has_parameters.then(|| TargetLayer { path, name: row.name.clone(), kind, variables, layers })
}

fn variable(framework: Framework, row: &Row, path: &str, index: usize, variable: &NamedVariable) -> TargetVariable {
    let source_names = match framework {
        Framework::Keras => vec![index.to_string()],
        Framework::PyTorch => vec![pytorch_name(&variable.name).to_owned(), variable.name.clone()],
    };
    let is_matrix = variable.shape.len() == 2;
    let transposed = match row.kind.as_str() {
        "Dense" => is_matrix && framework == Framework::Keras,
        "Embedding" => is_matrix,
        _ => false,
    };
    TargetVariable {
        full_name: format!("{path}.{}", variable.name),
        source_names,
        transposed,
        broadcast: row.kind == "PRelu",
        rank: variable.shape.len(),
    }
}

fn pytorch_name(variable: &str) -> &str {
    match variable {
        "weights" | "embeddings" | "gamma" | "alpha" | "scale" => "weight",
        "beta" => "bias",
        "moving_mean" => "running_mean",
        "moving_variance" => "running_var",
        custom => custom,
    }
}

/// Converts the name of a class to snake case, as Keras does: `BatchNormalization` is `batch_normalization`, `PReLU` is
/// `p_re_lu`.
fn keras_class(class: &str) -> String {
    let class = if class == "PRelu" { "PReLU" } else { class };
    let characters: Vec<char> = class.chars().collect();
    let mut name = String::new();
    for (index, &character) in characters.iter().enumerate() {
        let previous = index.checked_sub(1).map(|previous| characters[previous]);
        let next_is_lowercase = characters.get(index + 1).is_some_and(|next| next.is_lowercase());
        let starts_word = character.is_uppercase()
            && previous
                .is_some_and(|previous| next_is_lowercase || previous.is_lowercase() || previous.is_ascii_digit());
        name.extend(starts_word.then_some('_'));
        name.extend(character.to_lowercase());
    }
    name
}

impl TargetLayer {
    pub(super) fn is_network(&self) -> bool {
        !self.layers.is_empty()
    }

    /// Returns the layer with a path, at any depth.
    pub(super) fn find<'a>(layers: &'a [Self], path: &str) -> Option<&'a Self> {
        let find_in = |layer: &'a Self| if layer.path == path { Some(layer) } else { Self::find(&layer.layers, path) };
        layers.iter().find_map(find_in)
    }

    /// Returns the paths of all layers, at any depth.
    pub(super) fn paths(layers: &[Self]) -> Vec<String> {
        let paths = |layer: &Self| [vec![layer.path.clone()], Self::paths(&layer.layers)].concat();
        layers.iter().flat_map(paths).collect()
    }
}
