//! What is done to data before training, under the names of scikit-learn and Keras.

mod classes;
mod error;
mod kfold;
mod scalers;
mod split;

pub use classes::{argmax, one_hot, sparse_targets};
pub use error::PreprocessingError;
pub use kfold::{Fold, KFold};
pub use scalers::{MinMaxScaler, StandardScaler};
pub use split::{Split, train_test_split};

use std::collections::BTreeMap;

/// The rows of each class, classes in the order of their numbers.
fn by_class(labels: &[usize]) -> BTreeMap<usize, Vec<usize>> {
    let mut classes = BTreeMap::<usize, Vec<usize>>::new();
    for (row, &label) in labels.iter().enumerate() {
        classes.entry(label).or_default().push(row);
    }
    classes
}
