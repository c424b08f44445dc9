use core::fmt;
use std::path::PathBuf;

use crate::data::{ElementType, FileError};

/// Weights that cannot be read into a network, which stays as it was.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WeightsError {
    /// The file cannot be read, or is not whole.
    #[error(transparent)]
    File(#[from] FileError),
    /// The file is whole, but not of this network.
    #[error("{} does not fit:{}", of(file.as_ref()), List(differences))]
    Different {
        /// The file, unless the weights were in memory.
        file: Option<PathBuf>,
        /// All that is different.
        differences: Vec<Mismatch>,
    },
}

/// What is different between a file and the network, or the training, that it should go into.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Mismatch {
    /// An array of the network is not in the file.
    #[error("tensor {tensor:?} of shape {shape:?} is missing{}", instead(suggestion.as_ref()))]
    Missing {
        /// Its name.
        tensor: String,
        /// Its shape.
        shape: Vec<usize>,
        /// A name that is nearly the same and in the file, but not in the network.
        suggestion: Option<String>,
    },
    /// A tensor of the file is nothing of the network.
    #[error("tensor {tensor:?} of shape {shape:?} has no place")]
    Extra {
        /// Its name.
        tensor: String,
        /// Its shape.
        shape: Vec<usize>,
    },
    /// A tensor has another shape.
    #[error("tensor {tensor:?} has the shape {found:?}, not {needed:?}")]
    Shape {
        /// Its name.
        tensor: String,
        /// The network's.
        needed: Vec<usize>,
        /// The file's.
        found: Vec<usize>,
    },
    /// A tensor is of other numbers.
    #[error("tensor {tensor:?} is of {found:?}, not {needed:?}")]
    ElementType {
        /// Its name.
        tensor: String,
        /// The network's.
        needed: ElementType,
        /// The file's.
        found: ElementType,
    },
    /// A weight that is NaN or infinite.
    #[error("tensor {tensor:?} has {value} at {place:?}: every number must be finite")]
    NotFinite {
        /// Its name.
        tensor: String,
        /// The indices of the first such number.
        place: Vec<usize>,
        /// The number.
        value: f64,
    },
    /// A layer that was named is not there.
    #[error("the {of} has no layer {layer:?}{}", instead(suggestion.as_ref()))]
    Layer {
        /// Its name.
        layer: String,
        /// What should have it: `file` or `network`.
        of: &'static str,
        /// A name that is nearly the same.
        suggestion: Option<String>,
    },
    /// What the file says about itself.
    #[error("{name} is {}, not {needed:?}", found.as_ref().map_or_else(|| "not told".to_owned(), |found| format!("{found:?}")))]
    Entry {
        /// What about.
        name: String,
        /// What it should be.
        needed: String,
        /// What it is.
        found: Option<String>,
    },
    /// The same weights mean something else here: of the sample in the file, the network makes something else.
    #[error(
        "output {index} for the file's sample is {found}, not {needed}: with these weights, the network is another one"
    )]
    Golden {
        /// Which of the outputs.
        index: usize,
        /// The output in the file.
        needed: f64,
        /// The output here.
        found: f64,
    },
}

fn of(file: Option<&PathBuf>) -> String {
    file.map_or_else(|| "this".to_owned(), |file| file.display().to_string())
}

fn instead(suggestion: Option<&String>) -> String {
    suggestion.map_or_else(String::new, |name| format!("; is it {name:?}?"))
}

struct List<'a>(&'a [Mismatch]);

impl fmt::Display for List<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|difference| write!(f, "\n- {difference}"))
    }
}
