//! ONNX export. `tests/goldens/onnx_run.py` runs the files in onnxruntime.

use std::collections::HashSet;
use std::fmt::Write as _;

use expect_test::expect_file;
use mlp::onnx::{GraphBuilder, OnnxError, Unsupported, Value};
use mlp::prelude::*;
use mlp_onnx::{AttributeType, GraphProto, Message as _, ModelProto};

use crate::case::{write, write_ensemble};

sequential! { struct Encoder { Dense(3 => 4, tanh), Dense(4 => 2) } }
sequential! { struct DoubleEncoder: f64 { Dense(3 => 4, tanh), Dense(4 => 2) } }

macro_rules! graphs {
    ($($scalar:ident $towers:ident $names:ident $encoder:ident;)*) => {$(
        functional! {
            /// Shared layers, a network called twice, slices, every merge, several inputs and outputs.
            struct $towers: $scalar {
                let a = Input(3);
                let b = Input(3);
                let encode = $encoder;
                let left = encode(a);
                let right = encode(b);
                let shared = Dense(2 => 4, softplus);
                let one = shared(left);
                let two = shared(right);
                let sum = Add()(one, two, one);
                let less = Subtract()(sum, two);
                let product = Multiply()(less, one);
                let mean = Average()(product, sum);
                let most = Maximum()(mean, two);
                let least = Minimum()(most, sum);
                let all = Concatenate()(least[1..3], a, right);
                let near = Dot()(one, two);
                let cosine = Dot(normalize = true)(a, b);
                let out = Dense(7 => 2, softmax)(all);
                Model((a, b) => (out, near, cosine, least))
            }
            /// An input that is an output, and a value that is two outputs.
            struct $names: $scalar {
                let x = Input(3);
                let y = Dense(3 => 2)(x);
                let first = y[0..1];
                Model(x => (x, y, first))
            }
        }
    )*};
}

graphs! {
    f32 Towers Names Encoder;
    f64 DoubleTowers DoubleNames DoubleEncoder;
}

/// Defines chains in both precisions, and a test that exports each. The golden file has the graphs with which onnxruntime
/// computes the same predictions.
macro_rules! chains {
    ($($name:ident: $($layer:ident($($argument:tt)*)),+ $(=> $number:expr)?;)*) => {
        #[test]
        fn chains_are_exported() {
            let mut texts = String::new();
            $({
                let mut random = Rng::new(1);
                let mut f32 = sequential![$($layer($($argument)*)),+];
                let mut f64 = sequential![f64; $($layer($($argument)*)),+];
                vary(&mut *f32, &mut random);
                vary(&mut *f64, &mut random);
                let numbers: &[fn(&mut Rng) -> f64] = &[$($number,)? |random| random.normal() * 2.0];
                let number = numbers[0];
                write(concat!(stringify!($name), "_f32"), &*f32, &mut || number(&mut random));
                write(concat!(stringify!($name), "_f64"), &*f64, &mut || number(&mut random));
                valid(&*f32);
                texts += &text(stringify!($name), &valid(&*f64));
            })*
            expect_file!["../goldens/onnx_exports.txt"].assert_eq(&texts);
        }
    };
}

chains! {
    dense: Dense(3 => 4, relu), Dense(4 => 2);
    dense_without_bias: Dense(3 => 4, tanh, use_bias = false), Dense(4 => 2, use_bias = false);
    elu: Dense(3 => 4, elu);
    exponential: Dense(3 => 4, exponential);
    gelu: Dense(3 => 4, gelu);
    hard_sigmoid: Dense(3 => 4, hard_sigmoid);
    leaky_relu: Dense(3 => 4, leaky_relu);
    selu: Dense(3 => 4, selu);
    sigmoid: Dense(3 => 4, sigmoid);
    silu: Dense(3 => 4, silu);
    softmax: Dense(3 => 4, softmax);
    softplus: Dense(3 => 4, softplus);
    softsign: Dense(3 => 4, softsign);
    tanh: Dense(3 => 4, tanh);
    activation: Dense(3 => 3), Activation(3, relu), Activation(3, identity);
    noises: Dense(3 => 3), AlphaDropout(3, rate = 0.2), Dropout(3), GaussianDropout(3), GaussianNoise(3), Dense(3 => 1);
    nothing: Dense(3 => 3), Dropout(3);
    batch_normalization: Dense(3 => 3), BatchNormalization(3, epsilon = 0.01), Dense(3 => 2);
    layer_normalization: Dense(3 => 3), LayerNormalization(3, epsilon = 0.01);
    rms_normalization: Dense(3 => 3), RmsNormalization(3);
    unit_normalization: Dense(3 => 3), UnitNormalization(3);
    normalization: Dense(3 => 3), Normalization(3);
    prelu: Dense(3 => 3), PRelu(3);
    rescaling: Dense(3 => 3), Rescaling(3, scale = 0.3, offset = -0.2);
    fourier_features: Dense(3 => 3), FourierFeatures(3 => 4, scale = 0.1), Dense(4 => 2);
    periodic_embedding: Dense(3 => 3), PeriodicEmbedding(3 => 12, period = 7.0), Dense(12 => 2);
    periodic_embedding_of_some: Dense(3 => 3), PeriodicEmbedding(3 => 6, PeriodicInputs<1>, period = 7.0), Dense(6 => 2);
    sin: Dense(3 => 4, sin);
    embedding: Embedding(1 => 3, Categories<5>), Dense(3 => 2) => |random| random.below(14) as f64 * 0.5 - 0.5;
}

/// Checks that names are unique, that values are defined before they are used, and that all weights are used.
fn valid<N: Network>(network: &N) -> GraphProto {
    let graph = valid_file(&network.to_onnx().unwrap());
    assert_eq!(graph.output.len(), N::OUTPUTS.len());
    graph
}

/// Checks the graph of a file.
fn valid_file(bytes: &[u8]) -> GraphProto {
    let graph = ModelProto::decode(bytes).unwrap().graph.unwrap();
    let constants = graph.initializer.iter().map(|constant| &constant.name);
    let inputs = graph.input.iter().map(|input| &input.name);
    let mut known = HashSet::new();
    assert!(constants.chain(inputs).all(|name| known.insert(name)), "{}", graph.name);
    for constant in &graph.initializer {
        assert!(constant.values().is_ok_and(|numbers| numbers.iter().all(|number| number.is_finite())));
    }
    let (mut used, mut names) = (HashSet::new(), HashSet::new());
    for node in &graph.node {
        assert!(names.insert(&node.name), "two nodes {}", node.name);
        assert!(node.input.iter().all(|name| known.contains(name)), "{}: {:?}", node.name, node.input);
        used.extend(&node.input);
        assert!(node.output.iter().all(|name| known.insert(name)), "{}: {:?}", node.name, node.output);
    }
    assert!(graph.output.iter().all(|output| known.contains(&output.name)));
    assert!(graph.initializer.iter().all(|constant| used.contains(&constant.name)));
    assert_eq!(graph.output.iter().map(|output| &output.name).collect::<HashSet<_>>().len(), graph.output.len());
    graph
}

/// Returns nodes, attributes and constants, the latter rounded to digits that are the same on all machines.
fn text(name: &str, graph: &GraphProto) -> String {
    let mut text = format!("{name}\n");
    for constant in &graph.initializer {
        let values: Vec<String> = constant.values().unwrap().iter().map(|value| format!("{value:.6}")).collect();
        writeln!(text, "  {} {:?}: {}", constant.name, constant.dims, values.join(" ")).unwrap();
    }
    for node in &graph.node {
        write!(text, "  {} = {}({})", node.output.join(", "), node.op_type, node.input.join(", ")).unwrap();
        for attribute in &node.attribute {
            let value = match attribute.r#type() {
                AttributeType::Float => attribute.f.to_string(),
                AttributeType::Int => attribute.i.to_string(),
                AttributeType::Ints => format!("{:?}", attribute.ints),
                AttributeType::String => String::from_utf8_lossy(&attribute.s).into_owned(),
                other => panic!("an attribute of type {other:?}"),
            };
            write!(text, " {}={value}", attribute.name).unwrap();
        }
        text.push('\n');
    }
    text
}

#[test]
fn graphs_are_exported() {
    let (mut random, mut texts) = (Rng::new(2), String::new());
    macro_rules! each {
        ($($name:ident)*) => {$({
            let mut network = $name::new(0);
            vary(&mut *network, &mut random);
            write(stringify!($name), &*network, &mut || random.normal());
            texts += &text(stringify!($name), &valid(&*network));
        })*};
    }
    each!(Towers DoubleTowers Names DoubleNames);
    expect_file!["../goldens/onnx_export_of_graphs.txt"].assert_eq(&texts);
}

#[test]
fn ensembles_are_exported() {
    let mut random = Rng::new(5);
    macro_rules! each {
        ($($name:ident)*) => {$({
            let ensemble = Ensemble::<_, 3>::from_fn(|_| {
                let mut network = $name::new(0);
                vary(&mut *network, &mut random);
                network
            });
            write_ensemble(concat!("ensemble_", stringify!($name)), &ensemble, &mut || random.normal());
            let graph = valid_file(&ensemble.to_onnx().unwrap());
            let outputs: Vec<_> = graph.output.iter().map(|output| output.name.as_str()).collect();
            let statistics = |name: &&str| [format!("{name}_mean"), format!("{name}_std")];
            assert_eq!(outputs, <$name as mlp::training::BaseNetwork>::OUTPUTS.iter().flat_map(statistics).collect::<Vec<_>>());
        })*};
    }
    each!(Towers DoubleTowers Names DoubleNames Encoder DoubleEncoder);
}

#[test]
fn an_ensemble_that_is_not_finite_is_rejected() {
    let mut ensemble = Ensemble::<Encoder, 2>::new(0);
    ensemble[1].dense_1.bias[0] = f32::NAN;
    let error = ensemble.save_onnx("nowhere.onnx").expect_err("NaN").to_string();
    assert_eq!(error, "expected finite weights, found NaN");
}

#[test]
fn shared_weights_are_written_once() {
    let graph = valid(&*Towers::new(0));
    let named = |name: &str| graph.initializer.iter().filter(|constant| constant.name == name).count();
    assert_eq!((named("encode.dense_1.weights"), named("shared.bias")), (1, 1));
    let weights = graph.initializer.iter().find(|constant| constant.name == "shared.weights").unwrap();
    assert_eq!(weights.dims, [4, 2]);
    let names = |values: &[mlp_onnx::ValueInfoProto]| values.iter().map(|value| value.name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&graph.input), ["a", "b"]);
    assert_eq!(names(&graph.output), ["out", "near", "cosine", "least"]);
}

#[test]
fn a_compiled_model_is_exported() {
    let model = Encoder::new(0).compile(Adam::default(), MeanSquaredError);
    assert_eq!(model.to_onnx().unwrap(), Encoder::new(0).to_onnx().unwrap());
}

/// `z³`, with an export.
#[allow(non_camel_case_types)]
#[derive(Clone, Copy, Debug, PartialEq)]
enum cube {}

impl<T: mlp::Scalar> mlp::Elementwise<T> for cube {
    fn value(z: T) -> T {
        z * z * z
    }
    fn derivative(z: T, _y: T) -> T {
        z * z * T::from_f64(3.0)
    }
    fn export(graph: &mut dyn GraphBuilder, z: Value) -> Result<Value, Unsupported> {
        let square = graph.node("Mul", &[z, z]);
        Ok(graph.node("Mul", &[square, z]))
    }
}

/// `z²`, without an export.
#[allow(non_camel_case_types)]
#[derive(Clone, Copy, Debug, PartialEq)]
enum square {}

impl<T: mlp::Scalar> mlp::Elementwise<T> for square {
    fn value(z: T) -> T {
        z * z
    }
    fn derivative(z: T, _y: T) -> T {
        z + z
    }
}

#[test]
fn custom_activations_can_be_exported() {
    let mut random = Rng::new(3);
    let network = sequential![Dense(3 => 2, cube), Dense(2 => 1)];
    write("cube", &*network, &mut || random.normal());
    valid(&*network);
    sequential! { struct Inner { bent: Dense(3 => 2, square) } }
    sequential! { struct Outer { inner: Inner, Dense(2 => 1) } }
    let error = Outer::new(0).to_onnx().unwrap_err();
    assert_eq!(error.layer, "inner.bent");
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("unwritten.onnx");
    assert!(matches!(Outer::new(0).save_onnx(&path), Err(OnnxError::Export(_))));
    assert!(!path.exists());
    let text = error.to_string();
    assert!(text.starts_with("`inner.bent` (") && text.contains("square) has no ONNX export"), "{text}");
}

#[test]
fn a_failed_write_is_reported() {
    let error = Encoder::new(0).save_onnx("/nowhere/at/all.onnx").unwrap_err();
    assert!(matches!(error, OnnxError::File(_)) && error.to_string().starts_with("/nowhere/at/all.onnx: "), "{error}");
}

/// Changes all parameters but those that must stay zero.
fn vary<N: Network>(network: &mut N, random: &mut Rng) {
    let variables = network.summary().variables();
    let mut rest = network.as_mut_slice();
    for variable in variables {
        let (numbers, others) = rest.split_at_mut(variable.count());
        rest = others;
        for number in numbers.iter_mut().filter(|_| variable.role != mlp::layers::Role::Unused) {
            // A variance must stay positive.
            let sign = if random.uniform() < 0.3 && mlp::Scalar::to_f64(*number) <= 0.0 { -1.0 } else { 1.0 };
            let size = mlp::Scalar::to_f64(*number).abs().max(0.1) * (0.5 + random.uniform());
            *number = mlp::Scalar::from_f64(size * sign);
        }
    }
}
