//! Data files and preprocessing, and the trait [`Data`](crate::training::Data) of training data.

pub use mlp_data::*;
