//! Networks and layers with serde: round trips, the JSON format, and errors.

use std::thread;

use mlp::layers::{Add, Module};
use mlp::prelude::*;
use mlp::serde_boxed;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

sequential! { struct Encoder { Dense(3 => 2, tanh), Dropout(2, rate = 0.5), BatchNormalization(2) } }

functional! {
    /// A nested network, a shared layer, and a layer without parameters.
    struct Net {
        let a = Input(3);
        let b = Input(3);
        let encode = Encoder;
        let sum = Add()(encode(a), encode(b));
        let out = Dense(2 => 1, use_bias = false)(sum);
        Model((a, b) => out)
    }
}

sequential! { struct Small { Dense(2 => 3, relu), last: Dense(3 => 1) } }
sequential! { struct Generic<const HIDDEN: usize>: f64 { Dense(2 => HIDDEN, relu), Dense(HIDDEN => 1) } }

/// Sets each parameter to a different value.
fn number<L: Module>(layer: &mut L) {
    for (index, parameter) in layer.as_mut_slice().iter_mut().enumerate() {
        *parameter = mlp::Scalar::from_f64(((index * 7 + 1) as f64).sin() / 3.0);
    }
}

/// Checks round trips by value and on the heap, as text and as bytes.
fn round_trip<L: Module + Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>() {
    let mut layer = L::zeroed();
    number(&mut *layer);
    let (json, bytes) = (serde_json::to_string(&layer).unwrap(), postcard::to_stdvec(&layer).unwrap());
    assert_eq!(serde_json::from_str::<L>(&json).unwrap(), *layer);
    assert_eq!(postcard::from_bytes::<L>(&bytes).unwrap(), *layer);
    assert_eq!(serde_boxed::deserialize::<L, _>(&mut serde_json::Deserializer::from_str(&json)).unwrap(), layer);
    let mut cut = postcard::Deserializer::from_bytes(&bytes[..bytes.len() - usize::from(L::COUNT > 0)]);
    assert_eq!(serde_boxed::deserialize::<L, _>(&mut cut).is_err(), L::COUNT > 0);
}

macro_rules! round_trips {
    ($($name:ident: $($layer:ty),+;)*) => {$(
        #[test]
        fn $name() {
            $(round_trip::<$layer>();)+
        }
    )*};
}

round_trips! {
    networks: Encoder, Net, Small, Generic<1>, Generic<7>;
    dense: Dense<3, 2>, Dense<3, 2, relu>, Dense<1, 1, softmax, f64>;
    embedding: Embedding<1, 3, Categories<5>>, Embedding<1, 3, Categories<5>, f64>;
    coordinates: FourierFeatures<2, 6>, FourierFeatures<1, 2, f64>, PeriodicEmbedding<1, 4>,
        PeriodicEmbedding<2, 5, PeriodicInputs<1>>;
    activations: Activation<2, relu>, PRelu<3>, PRelu<3, f64>;
    noise: AlphaDropout<2>, Dropout<2>, GaussianDropout<2, f64>, GaussianNoise<2>;
    normalizations: BatchNormalization<3>, LayerNormalization<3, f64>, Normalization<3>, RmsNormalization<3>, Rescaling<3>,
        UnitNormalization<3>;
    merges: Add<Pair>, Average<Pair>, Concatenate<Pair>, Dot<Pair, f64>, Maximum<Pair>, Minimum<Pair>, Multiply<Pair>, Subtract<Pair>;
}

type Pair = (Features<2>, Features<2>);

#[test]
fn json_is_a_map_of_layers_and_matrices_are_lists_of_rows() {
    let mut network = Net::new(0);
    number(&mut *network);
    network.encode.dense_1.weights.copy_from_slice(&[0.5, -0.5, 1.0, -1.0, 1.5, -1.5]);
    let json = serde_json::to_value(&network).unwrap();
    assert_eq!(json["encode"]["dense_1"]["weights"], serde_json::json!([[0.5, 1.0, 1.5], [-0.5, -1.0, -1.5]]));
    let keys = |value: &serde_json::Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(&json), ["encode", "out"]);
    assert_eq!(keys(&json["encode"]), ["batch_normalization_1", "dense_1"]);
}

/// The order of variables in a file does not matter.
#[test]
fn the_order_does_not_matter() {
    let text = r#"{"last": {"bias": [7], "weights": [[1, 2, 3]]},
        "dense_1": {"bias": [4, 5, 6], "weights": [[0.5, 1.5], [2.5, 3.5], [4.5, 5.5]]}}"#;
    let network: Small = serde_json::from_str(text).unwrap();
    assert_eq!(network.dense_1.weights.as_slice(), [0.5, 2.5, 4.5, 1.5, 3.5, 5.5]);
    assert_eq!(network.last.bias[0], 7.0);
}

#[test]
fn errors_name_the_variable() {
    let dense = r#""dense_1": {"bias": [4, 5, 6], "weights": [[0.5, 1.5], [2.5, 3.5], [4.5, 5.5]]}"#;
    for (text, message) in [
        ("{}".to_owned(), "missing `dense_1`, `last`"),
        (format!("{{{dense}, \"last\": {{\"bias\": [1]}}}}"), "missing `last.weights`"),
        (format!("{{{dense}, \"first\": 1}}"), "unknown entry `first`, expected `dense_1`, `last`"),
        (format!("{{{dense}, {dense}}}"), "duplicate entry `dense_1`"),
        (format!("{{{dense}, \"last\": 3}}"), "invalid type: integer `3`, expected a map of the contents of `last`"),
        (
            format!("{{{dense}, \"last\": {{\"scale\": 3}}}}"),
            "unknown entry `last.scale`, expected `last.weights`, `last.bias`",
        ),
        (
            format!("{{{dense}, \"last\": {{\"weights\": [1, 2, 3]}}}}"),
            "invalid type: integer `1`, expected numbers of shape [1, 3] for `last.weights`",
        ),
        (
            format!("{{{dense}, \"last\": {{\"weights\": [[1, 2]]}}}}"),
            "`last.weights` of shape [1, 3]: expected a list of 3 values, found 2",
        ),
        (
            format!("{{{dense}, \"last\": {{\"weights\": [[1, 2, 3], [4, 5, 6]]}}}}"),
            "`last.weights` of shape [1, 3]: expected a list of 1 values, found more",
        ),
        (
            format!("{{{dense}, \"last\": {{\"bias\": [\"one\"]}}}}"),
            "`last.bias`: invalid type: string \"one\", expected f32",
        ),
    ] {
        let error = serde_json::from_str::<Small>(&text).unwrap_err().to_string();
        assert!(error.starts_with(message), "{text}\nreturns {error}\nnot {message}");
    }
}

#[test]
fn nan_is_not_read() {
    let mut bytes = postcard::to_stdvec(&*Small::new(0)).unwrap();
    assert!(postcard::from_bytes::<Small>(&bytes).is_ok());
    let bias = bytes.len() - 4;
    bytes[bias..].copy_from_slice(&f32::INFINITY.to_le_bytes());
    assert!(postcard::from_bytes::<Small>(&bytes).is_err());
}

#[test]
fn nan_is_reported_on_writing() {
    let mut network = Small::new(0);
    network.dense_1.weights[(1, 0)] = f32::NAN;
    let error = serde_json::to_string(&network).unwrap_err().to_string();
    assert_eq!(error, "`dense_1.weights`: expected a finite value, found NaN");
}

/// A struct with a network that is larger than the stack.
#[derive(Serialize, Deserialize)]
struct Saved<N: Network> {
    name: String,
    #[serde(with = "mlp::serde_boxed", bound = "")]
    network: Box<N>,
}

sequential! { struct Wide { Dense(1024 => 1024) } }

#[test]
fn a_large_network_stays_on_the_heap() {
    let run = || {
        let mut saved = Saved { name: "wide".into(), network: Wide::new(0) };
        number(&mut *saved.network);
        let loaded: Saved<Wide> = postcard::from_bytes(&postcard::to_stdvec(&saved).unwrap()).unwrap();
        assert!(loaded.network == saved.network && loaded.name == "wide");
    };
    thread::Builder::new().stack_size(1 << 20).spawn(run).unwrap().join().unwrap();
}

#[test]
fn a_network_of_an_expression_is_read_in_place() {
    let saved = sequential![Dense(2 => 3, relu), Dense(3 => 1)].seed(1);
    let json = serde_json::to_string(&saved).unwrap();
    let mut network = sequential![Dense(2 => 3, relu), Dense(3 => 1)].seed(2);
    let before = network.to_boxed();
    let half = &json[..json.len() / 2];
    assert!(serde_boxed::deserialize_into(&mut *network, &mut serde_json::Deserializer::from_str(half)).is_err());
    assert_eq!(network, before);
    serde_boxed::deserialize_into(&mut *network, &mut serde_json::Deserializer::from_str(&json)).unwrap();
    assert_eq!(network.as_slice(), saved.as_slice());
}
