//! The network's side: its layers with parameters, and how another framework calls what they have.

use super::{Framework, pytorch};
use crate::layers::{Role, Row, Variable};

/// A layer of the network, or a network in it.
#[derive(Clone, Debug)]
pub(super) struct Layer {
    /// `encoder.dense_1`.
    pub(super) path: String,
    pub(super) name: String,
    /// As [`Module::kind`](super::module::Module::kind).
    pub(super) kind: String,
    pub(super) fields: Vec<Field>,
    pub(super) layers: Vec<Self>,
}

/// An array of a layer.
#[derive(Clone, Debug)]
pub(super) struct Field {
    /// `encoder.dense_1.weights`.
    pub(super) variable: String,
    /// What it may be called in the other framework's layer.
    pub(super) names: Vec<String>,
    /// Whether rows and columns are the other way round there.
    pub(super) transposed: bool,
    /// Whether one number there stands for all here.
    pub(super) repeated: bool,
    pub(super) rank: usize,
}

/// The layers that have parameters, inside the network with a path.
pub(super) fn layers(framework: Framework, rows: &[Row], around: &str) -> Vec<Layer> {
    rows.iter().filter_map(|row| layer(framework, row, around)).collect()
}

fn layer(framework: Framework, row: &Row, around: &str) -> Option<Layer> {
    let path = if around.is_empty() { row.name.clone() } else { format!("{around}.{}", row.name) };
    let layers = layers(framework, &row.layers, &path);
    let used = row.variables.iter().filter(|variable| variable.role != Role::Unused).enumerate();
    let fields: Vec<Field> = used.map(|(index, variable)| field(framework, row, &path, index, variable)).collect();
    let kind = match framework {
        Framework::Keras => in_keras(&row.kind),
        Framework::PyTorch => pytorch::kind(fields.iter().map(|field| (field.names[0].as_str(), field.rank))),
    };
    let has_any = !layers.is_empty() || !fields.is_empty();
    has_any.then(|| Layer { path, name: row.name.clone(), kind, fields, layers })
}

fn field(framework: Framework, row: &Row, path: &str, index: usize, variable: &Variable) -> Field {
    let names = match framework {
        Framework::Keras => vec![index.to_string()],
        Framework::PyTorch => vec![in_pytorch(&variable.name).to_owned(), variable.name.clone()],
    };
    let matrix = variable.shape.len() == 2;
    let transposed = match row.kind.as_str() {
        "Dense" => matrix && framework == Framework::Keras,
        "Embedding" => matrix,
        _ => false,
    };
    let variable_name = format!("{path}.{}", variable.name);
    Field { variable: variable_name, names, transposed, repeated: row.kind == "PRelu", rank: variable.shape.len() }
}

fn in_pytorch(variable: &str) -> &str {
    match variable {
        "weights" | "embeddings" | "gamma" | "alpha" | "scale" => "weight",
        "beta" => "bias",
        "moving_mean" => "running_mean",
        "moving_variance" => "running_var",
        own => own,
    }
}

/// A class's name as Keras counts it: `BatchNormalization` is `batch_normalization`, `PRelu` is `p_re_lu`.
fn in_keras(class: &str) -> String {
    let characters: Vec<char> = class.chars().collect();
    let mut name = String::new();
    for (index, &character) in characters.iter().enumerate() {
        let before = index.checked_sub(1).map(|before| characters[before]);
        let lower_after = characters.get(index + 1).is_some_and(|after| after.is_lowercase());
        let begins = character.is_uppercase()
            && before.is_some_and(|before| lower_after || before.is_lowercase() || before.is_ascii_digit());
        name.extend(begins.then_some('_'));
        name.extend(character.to_lowercase());
    }
    name
}

impl Layer {
    pub(super) fn is_network(&self) -> bool {
        !self.layers.is_empty()
    }

    /// The layer with a path, here or inside.
    pub(super) fn find<'a>(layers: &'a [Self], path: &str) -> Option<&'a Self> {
        let inside = |layer: &'a Self| if layer.path == path { Some(layer) } else { Self::find(&layer.layers, path) };
        layers.iter().find_map(inside)
    }

    pub(super) fn paths(layers: &[Self]) -> Vec<String> {
        let all = |layer: &Self| [vec![layer.path.clone()], Self::paths(&layer.layers)].concat();
        layers.iter().flat_map(all).collect()
    }
}
