//! One function per parser. It parses the bytes and uses all that they contain.

use std::io::Cursor;

use mlp::data::{CsvOptions, FileError, Table, Tensor};
use mlp::prelude::*;
use mlp::weights::ForeignWeights;

fn use_tensor(tensor: Result<Tensor, FileError>) {
    if let Ok(tensor) = tensor {
        let _ = tensor.labels();
        let _ = tensor.matrix::<f64, 1>();
        let _ = tensor.matrix::<f64, 4>();
        let _ = tensor.matrix::<f32, 6>();
    }
}

/// Parses CSV and reads each column.
pub fn csv(bytes: &[u8]) {
    if let Ok(table) = Table::from_csv(bytes, CsvOptions::new()) {
        for name in table.names() {
            let _ = table.columns::<f64, 1>([name]);
            let _ = table.categories(name);
        }
    }
}

/// Parses an IDX file, also compressed.
pub fn idx(bytes: &[u8]) {
    use_tensor(Tensor::from_idx(bytes));
}

/// Parses an npy file.
pub fn npy(bytes: &[u8]) {
    use_tensor(Tensor::from_npy(bytes));
}

/// Parses an npz file.
pub fn npz(bytes: &[u8]) {
    use_tensor(Tensor::from_npz(Cursor::new(bytes), "x"));
    use_tensor(Tensor::from_npz(Cursor::new(bytes), "y"));
}

/// Parses a safetensors file.
pub fn safetensors(bytes: &[u8]) {
    for name in ["x_float16", "x_int64", "y"] {
        use_tensor(Tensor::from_safetensors(bytes, name));
    }
}

sequential! { struct KerasNet { Embedding(1 => 3, Categories<5>), Dense(3 => 2) } }
sequential! { struct TorchNet { Dense(3 => 6, relu), Dense(6 => 4, tanh), Dense(4 => 2) } }
sequential! { struct Net { Dense(2 => 3, tanh), BatchNormalization(3), Dense(3 => 1) } }

/// Returns valid files to start from: weights, and a checkpoint.
pub fn seeds() -> [Vec<u8>; 2] {
    let mut model = Net::new(0).compile(Adam::default(), MeanSquaredError);
    let (x, y) = ([[0.5, 1.0], [1.0, -0.5], [0.0, 0.25]], [[0.5], [1.0], [0.0]]);
    model.train_on_batch(&x, &y).expect("finite data");
    [model.weights_to_bytes().expect("memory"), model.to_bytes().expect("memory")]
}

/// Loads weights, or expects an unchanged network.
pub fn weights(bytes: &[u8]) {
    let mut network = Net::new(0);
    let before = network.clone();
    if network.load_weights_bytes(bytes).is_err() {
        assert!(network == before, "changed by a rejected file");
    }
    assert!(network.as_slice().iter().all(|weight| weight.is_finite()));
}

/// Loads a checkpoint, or expects an unchanged model.
pub fn checkpoint(bytes: &[u8]) {
    let mut model = Net::new(0).compile(Adam::default(), MeanSquaredError);
    let before = model.clone();
    match model.load_bytes(bytes) {
        Ok(_) => assert!(model.to_bytes().is_ok()),
        Err(_) => assert!(*model == before, "changed by a rejected file"),
    }
}

/// Loads Keras weights into a network, and one array of an HDF5 file.
pub fn keras(bytes: &[u8]) {
    use_tensor(Tensor::from_hdf5(bytes, "layers/dense/vars/0"));
    let Ok(weights) = ForeignWeights::keras_bytes(bytes) else { return };
    let mut network = KerasNet::new(0);
    let before = network.clone();
    if weights.load_into(&mut *network).is_err() {
        assert!(network == before, "changed by a rejected file");
    }
}

/// Loads PyTorch weights into a network.
pub fn pytorch(bytes: &[u8]) {
    let Ok(weights) = ForeignWeights::pytorch_bytes(bytes) else { return };
    let mut network = TorchNet::new(0);
    let before = network.clone();
    if weights.load_into(&mut *network).is_err() {
        assert!(network == before, "changed by a rejected file");
    }
}
