//! Preprocessing under the names of scikit-learn and Keras.

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
