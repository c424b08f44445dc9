use core::fmt;
use std::path::PathBuf;

use mlp_data::{ElementType, FileError};

/// Weights that cannot be loaded. The network is left unchanged.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum WeightsError {
    /// The file cannot be read or is invalid.
    #[error(transparent)]
    File(#[from] FileError),
    /// The file is valid, but does not match the network.
    #[error("{} does not match the network:{}", name(file.as_ref()), List(mismatches))]
    Mismatch {
        /// Path of the file; `None` for bytes in memory.
        file: Option<PathBuf>,
        /// All mismatches.
        mismatches: Vec<Mismatch>,
    },
}

/// Mismatch between a file and the network, or the training, that loads it.
#[derive(Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Mismatch {
    /// The file lacks an array of the network.
    #[error("missing tensor {tensor:?} of shape {shape:?}{}", did_you_mean(suggestion.as_ref()))]
    Missing {
        /// Name of the tensor.
        tensor: String,
        /// Shape of the tensor.
        shape: Vec<usize>,
        /// Similar name of an unused tensor of the file.
        suggestion: Option<String>,
    },
    /// The network lacks a tensor of the file.
    #[error("unexpected tensor {tensor:?} of shape {shape:?}")]
    Extra {
        /// Name of the tensor.
        tensor: String,
        /// Shape of the tensor.
        shape: Vec<usize>,
    },
    /// A tensor has a different shape.
    #[error("tensor {tensor:?}: expected shape {expected:?}, found {found:?}")]
    Shape {
        /// Name of the tensor.
        tensor: String,
        /// Shape in the network.
        expected: Vec<usize>,
        /// Shape in the file.
        found: Vec<usize>,
    },
    /// A tensor has a different element type.
    #[error("tensor {tensor:?}: expected elements of type {expected:?}, found {found:?}")]
    ElementType {
        /// Name of the tensor.
        tensor: String,
        /// Element type in the network.
        expected: ElementType,
        /// Element type in the file.
        found: ElementType,
    },
    /// A weight is NaN or infinite.
    #[error("tensor {tensor:?}, index {index:?}: expected a finite value, found {value}")]
    NotFinite {
        /// Name of the tensor.
        tensor: String,
        /// Index of the first such value.
        index: Vec<usize>,
        /// The value.
        value: f64,
    },
    /// A renamed layer does not exist.
    #[error("the {container} has no layer {layer:?}{}", did_you_mean(suggestion.as_ref()))]
    Layer {
        /// Name of the layer.
        layer: String,
        /// Side without the layer: `file` or `network`.
        container: &'static str,
        /// Similar name of an existing layer.
        suggestion: Option<String>,
    },
    /// The metadata of the file differs.
    #[error("{key}: expected {expected}, found {}", quoted(found.as_ref()))]
    Metadata {
        /// Key of the entry.
        key: String,
        /// Expected value, or a description of it.
        expected: String,
        /// Value in the file, if any.
        found: Option<String>,
    },
    /// The training was compiled with another loss, or with another setting of the optimizer.
    #[error(
        "{setting}: the model is compiled with {expected}, the saved one was with {found}; \
         `load_with` and `LoadOptions::accept_changes` continue with that of the model"
    )]
    Setting {
        /// Name of the setting: `loss`, `learning_rate`, `clip`, `beta_1`, …
        setting: String,
        /// Value of the model.
        expected: String,
        /// Value in the file.
        found: String,
    },
    /// The network computes a different output for the file's sample.
    #[error(
        "self-check failed: output {index} is {found}, expected {expected}; \
         the architecture or activations differ from the saved network"
    )]
    SelfCheck {
        /// Index of the output.
        index: usize,
        /// Output in the file.
        expected: f64,
        /// Output of the network.
        found: f64,
    },
}

mlp_core::debug_as_display!(WeightsError, Mismatch);

impl Mismatch {
    /// Returns the name of the tensor that differs, if it is one.
    pub fn tensor(&self) -> Option<&str> {
        match self {
            Self::Missing { tensor, .. }
            | Self::Extra { tensor, .. }
            | Self::Shape { tensor, .. }
            | Self::ElementType { tensor, .. }
            | Self::NotFinite { tensor, .. } => Some(tensor),
            _ => None,
        }
    }
}

fn name(file: Option<&PathBuf>) -> String {
    file.map_or_else(|| "the content".to_owned(), |file| file.display().to_string())
}

fn quoted(value: Option<&String>) -> String {
    value.map_or_else(|| "nothing".to_owned(), |value| format!("{value:?}"))
}

fn did_you_mean(suggestion: Option<&String>) -> String {
    suggestion.map_or_else(String::new, |name| format!("; did you mean {name:?}?"))
}

pub(super) struct List<'a>(pub(super) &'a [Mismatch]);

impl fmt::Display for List<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|mismatch| write!(f, "\n- {mismatch}"))
    }
}
