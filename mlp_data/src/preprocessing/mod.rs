//! Preprocessing under the names of scikit-learn and Keras.

mod classes;
mod cross_validation;
mod kfold;
mod moments;
mod scalers;
mod split;

pub use classes::{argmax, one_hot, sparse_targets};
pub use cross_validation::cross_val_score;
pub use kfold::{Fold, KFold};
pub use moments::Moments;
pub use scalers::{MinMaxScaler, StandardScaler};
pub use split::{Split, train_test_split};
