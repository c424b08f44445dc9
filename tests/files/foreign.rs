//! Weights of PyTorch and Keras. The networks reproduce the predictions of the frameworks.

use std::fs;
use std::path::PathBuf;

use crate::predictions::agrees;
use mlp::prelude::*;
use mlp::weights::{ForeignWeights, Mismatch, WeightsError};

sequential! {
    struct Sequential { Dense(3 => 6, relu), Dense(6 => 4, tanh), Dense(4 => 2) }
    struct Double: f64 { Dense(3 => 6, relu), Dense(6 => 4, tanh), Dense(4 => 2) }
    struct Encoder { first: Dense(3 => 4, tanh), second: Dense(4 => 2) }
    struct TorchEmbedding { Embedding(1 => 3, Categories<5>), head: Dense(3 => 2) }
    struct KerasEmbedding { Embedding(1 => 3, Categories<5>), Dense(3 => 2) }
    struct Keras {
        Normalization(3),
        Dense(3 => 6, relu),
        BatchNormalization(6),
        Dropout(6, rate = 0.2),
        Dense(6 => 4, tanh),
        LayerNormalization(4),
        Dense(4 => 2, use_bias = false),
    }
    struct KerasDouble: f64 {
        Normalization(3),
        Dense(3 => 6, relu),
        BatchNormalization(6),
        Dense(6 => 4, tanh),
        LayerNormalization(4),
        Dense(4 => 2, use_bias = false),
    }
    struct Many {
        Dense(3 => 3, tanh), Dense(3 => 3, tanh), Dense(3 => 3, tanh), Dense(3 => 3, tanh),
        Dense(3 => 3, tanh), Dense(3 => 3, tanh), Dense(3 => 3, tanh), Dense(3 => 3, tanh),
        Dense(3 => 3, tanh), Dense(3 => 3, tanh), Dense(3 => 3, tanh), Dense(3 => 3, tanh),
    }
    struct Inner { Dense(3 => 4, tanh), Dense(4 => 2) }
}

functional! {
    struct Named {
        let x = Input(3);
        let fc1 = Dense(3 => 6)(x);
        let norm = BatchNormalization(6, epsilon = 1e-5)(fc1);
        let first = Activation(6, tanh)(norm);
        let fc2 = Dense(6 => 6)(first);
        let slope = PRelu(6)(fc2);
        let layer_norm = LayerNormalization(6, epsilon = 1e-5)(Add()(slope, first));
        let out = Dense(6 => 2, use_bias = false)(layer_norm);
        Model(x => out)
    }
    struct Nested {
        let a = Input(3);
        let b = Input(3);
        let encoder = Encoder;
        let head = Dense(4 => 1)(Concatenate()(encoder(a), encoder(b)));
        Model((a, b) => head)
    }
    struct Functional {
        let a = Input(3);
        let b = Input(3);
        let shared = Dense(3 => 4, tanh);
        let skip = Add()(shared(a), shared(b));
        let hidden = PRelu(4)(Dense(4 => 4)(skip));
        let first = Dense(8 => 2)(Concatenate()(hidden, skip));
        let second = Dense(4 => 1)(hidden);
        Model((a, b) => (first, second))
    }
    struct Around {
        let x = Input(3);
        let encoder = Inner(x);
        let head = Dense(2 => 1)(encoder);
        Model(x => head)
    }
}

fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/weights").join(name)
}

macro_rules! files {
    ($($test:ident $file:literal: $network:ident $load:ident;)*) => {$(
        #[test]
        fn $test() {
            let mut network = $network::new(5);
            network.$load(file($file)).unwrap();
            agrees("weights", stringify!($test), &*network);
        }
    )*};
}

files! {
    keras_embedding "keras_embedding.weights.h5": KerasEmbedding load_keras;
    keras_functional "keras_functional.weights.h5": Functional load_keras;
    keras_functional_whole "keras_functional_whole.keras": Functional load_keras;
    keras_many "keras_many.weights.h5": Many load_keras;
    keras_nested "keras_nested.weights.h5": Around load_keras;
    keras_sequential "keras_sequential.weights.h5": Keras load_keras;
    keras_sequential_double "keras_sequential_double.weights.h5": KerasDouble load_keras;
    keras_whole "keras_whole.keras": Keras load_keras;
    pytorch_embedding "pytorch_embedding.safetensors": TorchEmbedding load_pytorch;
    pytorch_named "pytorch_named.safetensors": Named load_pytorch;
    pytorch_nested "pytorch_nested.safetensors": Nested load_pytorch;
    pytorch_sequential "pytorch_sequential.safetensors": Sequential load_pytorch;
    pytorch_sequential_double "pytorch_sequential_double.safetensors": Double load_pytorch;
}

/// `f32` weights load into an `f64` network, but not the other way round.
#[test]
fn precision_is_never_lost() {
    let mut double = Double::new(0);
    double.load_pytorch(file("pytorch_sequential.safetensors")).unwrap();
    agrees("weights", "pytorch_sequential", &*double);
    let error = refused(
        &mut *Sequential::new(0),
        ForeignWeights::pytorch(file("pytorch_sequential_double.safetensors")).unwrap(),
    );
    assert_eq!(error.len(), 6);
    assert!(error.iter().all(|difference| matches!(difference, Mismatch::ElementType { .. })), "{error:?}");
}

/// Returns all mismatches, and checks that the network is unchanged.
fn refused<N: Network + Clone + PartialEq>(network: &mut N, weights: ForeignWeights) -> Vec<Mismatch> {
    let before = network.clone();
    let error = weights.load_into(network).unwrap_err();
    assert!(*network == before);
    match error {
        WeightsError::Mismatch { mismatches, .. } => mismatches,
        other => panic!("{other}"),
    }
}

sequential! { struct Renamed { hidden: Dense(3 => 6, relu), Dense(6 => 4, tanh), Dense(4 => 2) } }
sequential! { struct Swapped { head: Dense(3 => 6, relu), body: Dense(6 => 4, tanh), tail: Dense(4 => 2) } }
sequential! { struct Wider { Dense(3 => 7, relu), Dense(7 => 4, tanh), Dense(4 => 2), Dense(2 => 2) } }

#[test]
fn layers_are_renamed_where_the_names_differ() {
    let path = file("pytorch_sequential.safetensors");
    let mut network = Renamed::new(0);
    ForeignWeights::pytorch(&path).unwrap().rename("0", "hidden").load_into(&mut *network).unwrap();
    agrees("weights", "pytorch_sequential", &*network);
    let mut network = Swapped::new(0);
    let weights = ForeignWeights::pytorch(&path).unwrap().rename("4", "tail").rename("0", "head").rename("2", "body");
    weights.load_into(&mut *network).unwrap();
    agrees("weights", "pytorch_sequential", &*network);
    let found =
        refused(&mut *network, ForeignWeights::pytorch(&path).unwrap().rename("zero", "head").rename("2", "boddy"));
    let layers: Vec<String> =
        found.iter().filter(|found| matches!(found, Mismatch::Layer { .. })).map(ToString::to_string).collect();
    assert_eq!(layers.len(), 2, "{found:?}");
    assert!(layers.contains(&"the network has no layer \"boddy\"; did you mean \"body\"?".to_owned()), "{layers:?}");
    assert!(layers.iter().any(|layer| layer.starts_with("the file has no layer \"zero\"")), "{layers:?}");
}

#[test]
fn all_mismatches_are_reported_at_once() {
    let found = refused(&mut *Wider::new(0), ForeignWeights::pytorch(file("pytorch_sequential.safetensors")).unwrap());
    let text: Vec<String> = found.iter().map(ToString::to_string).collect();
    for expected in [
        "tensor \"0.weight → dense_1.weights\": expected shape [7, 3], found [6, 3]",
        "tensor \"0.bias → dense_1.bias\": expected shape [7], found [6]",
        "tensor \"2.weight → dense_2.weights\": expected shape [4, 7], found [4, 6]",
        "missing tensor \"dense_4.weights\" of shape [2, 2]",
        "missing tensor \"dense_4.bias\" of shape [2]",
    ] {
        assert!(text.iter().any(|found| found.starts_with(expected)), "{expected}\n{text:#?}");
    }
    assert_eq!(found.len(), 5, "{text:#?}");
    let found = refused(&mut *Sequential::new(0), ForeignWeights::keras(file("keras_many.weights.h5")).unwrap());
    let extra = found.iter().filter(|found| matches!(found, Mismatch::Extra { .. })).count();
    assert_eq!(extra, 18, "{found:?}");
}

#[test]
fn values_that_are_not_finite_are_reported_with_their_place() {
    let mut bytes = fs::read(file("pytorch_sequential.safetensors")).unwrap();
    let end = bytes.len();
    bytes[end - 4..].copy_from_slice(&f32::NAN.to_le_bytes());
    let found = refused(&mut *Sequential::new(0), ForeignWeights::pytorch_bytes(&bytes).unwrap());
    assert!(matches!(&found[..], [Mismatch::NotFinite { value, .. }] if value.is_nan()), "{found:?}");
}

/// Truncated files are rejected; files with flipped bits are rejected or loaded, never half loaded.
#[test]
fn damaged_files_do_no_harm() {
    let mut network = Functional::new(0);
    let whole = fs::read(file("keras_functional.weights.h5")).unwrap();
    for end in (0..whole.len()).step_by(37) {
        let read = ForeignWeights::keras_bytes(&whole[..end]);
        assert!(read.is_err() || read.unwrap().load_into(&mut *network).is_err(), "{end} of {}", whole.len());
    }
    let before = network.clone();
    for place in (0..whole.len()).step_by(5) {
        let mut changed = whole.clone();
        changed[place] ^= 1 << (place % 8);
        if let Ok(weights) = ForeignWeights::keras_bytes(&changed)
            && weights.load_into(&mut *network).is_err()
        {
            assert!(network == before);
        }
        network.clone_from(&before);
    }
    assert!(ForeignWeights::keras_bytes(b"PK\x03\x04 no archive").is_err());
    assert!(ForeignWeights::keras(file("nowhere.keras")).unwrap_err().to_string().contains("nowhere.keras"));
}

#[test]
fn hdf5_arrays_are_read_by_path() {
    use mlp::data::Tensor;
    let path = file("keras_sequential.weights.h5");
    let kernel = Tensor::read_hdf5(&path, "layers/dense/vars/0").unwrap();
    assert_eq!(kernel.dimensions(), [3, 6]);
    let error = Tensor::read_hdf5(&path, "layers/dense/vars/7").unwrap_err().to_string();
    assert!(error.contains("unknown tensor \"layers/dense/vars/7\"; did you mean \"layers/dense/vars/"), "{error}");
}

/// The head of the network has another size than that of the file.
#[test]
fn a_foreign_file_is_loaded_in_part() {
    sequential! { struct NewHead { Dense(3 => 6, relu), Dense(6 => 4, tanh), Dense(4 => 5) } }
    let mut whole = Sequential::new(0);
    whole.load_pytorch(file("pytorch_sequential.safetensors")).unwrap();
    let mut network = NewHead::new(1);
    let before = network.clone();
    let weights = ForeignWeights::pytorch(file("pytorch_sequential.safetensors")).unwrap();
    let report = weights.load_matching_into(&mut *network).unwrap();
    assert_eq!((&network.dense_1, &network.dense_2), (&whole.dense_1, &whole.dense_2));
    assert_eq!(network.dense_3, before.dense_3);
    assert_eq!((report.loaded.len(), report.skipped.len()), (4, 2));
    assert!(report.skipped.iter().all(|skipped| matches!(skipped, Mismatch::Shape { .. })), "{report}");
}
