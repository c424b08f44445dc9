//! Networks of `functional!`.

use mlp::layers::Module;
use mlp::prelude::*;
use mlp::training::BaseNetwork;
use nalgebra::{Const, Dyn, OMatrix, SVector, Vector1};

type Samples<T, const N: usize> = OMatrix<T, Dyn, Const<N>>;

const WIDTH: usize = 4;

functional! {
    /// One input, two outputs.
    pub struct Encoder: f64 {
        let x = Input(3);
        let hidden = Dense(3 => 5, tanh)(x);
        let mean = Dense(5 => 2)(hidden);
        let spread = Dense(5 => 2, sigmoid)(hidden);
        Model(x => (mean, spread))
    }

    /// A skip around the second layer.
    pub struct Residual {
        let input = Input(1);
        /// First layer.
        let first = Dense(1 => 10, relu)(input);
        let second = Dense(10 => 10, relu)(first);
        let sum = Add()(first, second);
        let output = Dense(10 => 1)(sum);
        Model(input => output)
    }

    struct Towers<const H: usize>: f64 {
        let user = Input(3);
        let item = Input(2);
        let encode = Dense(2 => H, tanh);
        let left = Dense(3 => H, tanh)(user);
        let right = encode(item);
        let again = encode(user[1..3]);
        let both = Multiply()(left, right);
        let all = Average()(both, again, left);
        let score = Dense(H => 1)(all);
        let rest = Dense(2 => 2)(left[0..2]);
        Model((item, user) => (score, rest))
    }

    /// Nested networks with const generic sizes.
    struct Inner<const N: usize, const H: usize>: f64 {
        let x = Input(N);
        let hidden = Dense(N => H, tanh)(x);
        let sum = Add()(hidden, Dense(N => H, sigmoid)(x));
        Model(x => (sum, hidden))
    }

    struct Outer<const H: usize>: f64 {
        let x = Input(3);
        let (sum, hidden) = Inner<3, H>(x);
        let (again, _) = Inner<3, H>(x);
        let product = Multiply()(sum, hidden, again);
        let output = Dense(H => 2)(product);
        Model(x => output)
    }

    /// Several inputs and outputs, shared layers, slices, nested networks.
    struct Zoo: f64 {
        let a = Input(3);
        let b = Input(WIDTH);
        let (mean, spread) = Encoder(a);
        let one = Dense(WIDTH => WIDTH, tanh)(b);
        let two = Dense(3 => 4, tanh)(a);
        let most = Maximum()(one, two, b);
        let least = Minimum()(one, two);
        let wide = Concatenate()(mean, most, least[1..3], b[..2]);
        let dot = Dot()(one, two);
        let cosine = Dot(normalize = true)(most, least);
        let difference = Subtract()(spread, mean);
        let end = Concatenate()(dot, cosine, difference, Dense(10 => 3, softplus)(wide));
        let out = Dense(7 => 2)(end);
        Model((a, b) => (out, spread, one))
    }
}

functional! {
    /// Products of values of several parts: the outputs of a network, and two values of another division.
    struct Products: f64 {
        let a = Input(3);
        let b = Input(3);
        let encode = Encoder;
        let one = encode(a);
        let two = encode(b);
        let dot = Dot()(one, two);
        let cosine = Dot(normalize = true)(one, two);
        let both = Concatenate()(dot, cosine);
        let out = Dense(2 => 2)(both);
        Model((a, b) => out)
    }
}

fn samples<const N: usize>(count: usize, phase: f64) -> Samples<f64, N> {
    Samples::from_fn(count, |row, column| ((row * 7 + column * 3) as f64 * 0.61 + phase).sin() * 1.2)
}

/// Returns the largest difference between the gradient and central differences, relative to its largest element.
fn worst_difference<N, L>(network: &mut N, loss: L, x: &impl Data<f64, N::Input>, y: &impl Data<f64, L::Targets>) -> f64
where
    N: Network<Scalar = f64>,
    L: LossList<f64, N::Output>,
{
    for (index, parameter) in network.as_mut_slice().iter_mut().enumerate() {
        *parameter += (index as f64 * 1.1).sin() * 0.05;
    }
    let (_, gradient) = network.value_and_gradient(&loss, x, y).expect("finite data");
    let largest = gradient.as_slice().iter().fold(0.0_f64, |largest, slope| largest.max(slope.abs()));
    assert!(gradient.as_slice().iter().all(|derivative| *derivative != 0.0), "no derivative is zero");
    let difference = |index: usize| {
        let parameter = network.as_slice()[index];
        let mut value_at = |value| {
            network.as_mut_slice()[index] = value;
            network.value_and_gradient(&loss, x, y).expect("finite data").0
        };
        let slope = (value_at(parameter + 1e-5) - value_at(parameter - 1e-5)) / 2e-5;
        network.as_mut_slice()[index] = parameter;
        (gradient.as_slice()[index] - slope).abs() / largest
    };
    (0..N::COUNT).map(difference).max_by(f64::total_cmp).expect("parameters")
}

#[test]
fn gradients_of_shared_layers_slices_and_several_outputs_add_up() {
    let (x, y) = ((samples::<2>(37, 0.0), samples::<3>(37, 1.0)), (samples::<1>(37, 2.0), samples::<2>(37, 3.0)));
    let losses = (MeanSquaredError, MeanSquaredError);
    let worst = worst_difference(&mut *Towers::<5>::new(1), losses, &x, &y);
    assert!(worst < 1e-7, "{worst:e}");
}

#[test]
fn gradients_of_every_merge() {
    let (x, y) = (
        (samples::<3>(19, 0.0), samples::<4>(19, 1.0)),
        (samples::<2>(19, 2.0), samples::<2>(19, 3.0), samples::<4>(19, 4.0)),
    );
    let losses = (MeanSquaredError, MeanAbsoluteError, MeanSquaredError);
    let worst = worst_difference(&mut *Zoo::new(1), losses, &x, &y);
    assert!(worst < 1e-7, "{worst:e}");
}

#[test]
fn networks_with_const_parameters_are_layers() {
    let (x, y) = (samples::<3>(21, 0.0), samples::<2>(21, 2.0));
    let worst = worst_difference(&mut *Outer::<4>::new(1), MeanSquaredError, &x, &y);
    assert!(worst < 1e-7, "{worst:e}");
    let network = Outer::<4>::new(2);
    let all = network.predict(&x).expect("finite data");
    let one = network.predict_one(SVector::<f64, 3>::from(x.row(5).transpose()));
    assert!((one - all.row(5).transpose()).norm() < 1e-12);
}

#[test]
fn products_of_several_parts() {
    let (x, y) = ((samples::<3>(19, 0.0), samples::<3>(19, 1.0)), samples::<2>(19, 2.0));
    let worst = worst_difference(&mut *Products::new(1), MeanSquaredError, &x, &y);
    assert!(worst < 1e-7, "{worst:e}");
    let network = Products::new(1);
    let all = network.predict(&x).expect("finite data");
    for row in 0..19 {
        let one = network.predict_one((x.0.row(row).transpose(), x.1.row(row).transpose()));
        assert!((one - all.row(row).transpose()).norm() < 1e-12);
    }
}

/// Single samples, batches in an inference workspace and batches in a training workspace have the same predictions.
#[test]
fn all_ways_to_predict_agree() {
    let network = Zoo::new(3);
    let x = (samples::<3>(700, 0.0), samples::<4>(700, 1.0));
    let (out, spread, one) = network.predict(&x).expect("finite data");
    let compiled = network.compile(Adam::default(), (MeanSquaredError, MeanSquaredError, MeanSquaredError));
    assert_eq!(compiled.predict(&x).expect("finite data"), (out.clone(), spread.clone(), one.clone()));
    for row in [0, 17, 511, 512, 699] {
        let a: SVector<f64, 3> = x.0.row(row).transpose();
        let b: SVector<f64, 4> = x.1.row(row).transpose();
        let alone = compiled.predict_one((a, b));
        assert!((alone.0 - out.row(row).transpose()).norm() < 1e-12);
        assert!((alone.1 - spread.row(row).transpose()).norm() < 1e-12);
        assert!((alone.2 - one.row(row).transpose()).norm() < 1e-12);
    }
}

#[test]
fn a_residual_is_a_plain_struct() {
    let mut network = Residual::new(0);
    assert_eq!(network.first.weights.shape(), (10, 1));
    assert_eq!(
        (<Residual as BaseNetwork>::NAME, <Residual as Module>::KIND, Residual::COUNT),
        ("Residual", "Functional", 141)
    );
    network.output.bias[0] = 2.0;
    network.output.weights.fill(0.0);
    assert_eq!(network.predict_one([1.0]), Vector1::new(2.0));
}

#[test]
fn values_have_names() {
    let x = TowersInputs { item: samples::<2>(5, 0.0), user: samples::<3>(5, 1.0) };
    let y = TowersOutputs { score: samples::<1>(5, 2.0), rest: samples::<2>(5, 3.0) };
    let mut model = Towers::<3>::new(1).compile(Adam::default(), (MeanSquaredError, MeanAbsoluteError));
    let history = model.fit(&x, &y, Fit::new().epochs(2).verbose(Verbose::Silent)).expect("finite data");
    assert_eq!(history.names().collect::<Vec<_>>(), ["loss", "score_loss", "rest_loss"]);
    let TowersOutputs { score, rest } = model.predict(&x).expect("finite data").into();
    assert_eq!((score.shape(), rest.shape()), ((5, 1), (5, 2)));
}

#[test]
fn losses_of_outputs_are_weighted() {
    let (x, y) = ((samples::<2>(9, 0.0), samples::<3>(9, 1.0)), (samples::<1>(9, 2.0), samples::<2>(9, 3.0)));
    let mut model = Towers::<3>::new(1)
        .compile(Sgd::new(0.0), (MeanSquaredError, MeanAbsoluteError))
        .loss_weights([1.0, 0.25])
        .metrics((MeanAbsoluteError, ()));
    let history = model.fit(&x, &y, Fit::new().epochs(1).verbose(Verbose::Silent)).expect("finite data");
    let names = ["loss", "score_loss", "rest_loss", "score_mean_absolute_error"];
    assert_eq!(history.names().collect::<Vec<_>>(), names);
    let figure = |name| history.get(name).expect("it is there")[0];
    assert!((figure("loss") - figure("score_loss") - 0.25 * figure("rest_loss")).abs() < 1e-12);
    let evaluation = model.evaluate(&x, &y).expect("finite data");
    assert!((evaluation.loss - figure("loss")).abs() < 1e-12);
    let found: Vec<_> = evaluation.metrics.iter().map(|(name, value)| (name.as_str(), *value)).collect();
    let expected: Vec<_> = names[1..].iter().map(|&name| (name, figure(name))).collect();
    for ((name, value), (expected_name, expected)) in found.into_iter().zip(expected) {
        assert_eq!(name, expected_name);
        assert!((value - expected).abs() < 1e-12, "{name}");
    }
}

#[test]
fn invalid_data_of_one_of_several_inputs_is_reported() {
    let y = (samples::<1>(9, 2.0), samples::<2>(9, 3.0));
    let mut model = Towers::<3>::new(1).compile(Adam::default(), (MeanSquaredError, MeanAbsoluteError));
    let fit = || Fit::new().epochs(1).verbose(Verbose::Silent);
    let error = model.fit(&(samples::<2>(9, 0.0), samples::<3>(8, 1.0)), &y, fit()).expect_err("8 rows");
    assert_eq!(error.to_string(), "expected as many rows in x.1 as in x.0, found 8 and 9");
    let mut item = samples::<2>(9, 0.0);
    item[(4, 1)] = f64::NAN;
    let error = model.fit(&(item, samples::<3>(9, 1.0)), &y, fit()).expect_err("a NaN");
    assert_eq!(error.to_string(), "x.0[(4, 1)] is NaN: every value must be finite");
}

#[test]
fn a_summary_lists_connections() {
    let table = functional! {
        let input = Input(1);
        let shared = Dense(10 => 10);
        let first = Dense(1 => 10, relu)(input);
        let a = shared(first);
        let b = shared(a);
        let sum = Add()(a, b);
        let output = Dense(10 => 1)(sum);
        Model(input => output)
    }
    .summary()
    .to_string();
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!(lines[0], "Model: \"functional\"");
    let input = "│ input (InputLayer)  │ (None, 1)         │          0 │ -                 │";
    assert!(table.contains(input), "{table}");
    assert!(
        table.contains(
            "│ shared[0][0],     │\n│                     │                   │            │ shared[1][0]      │"
        ),
        "{table}"
    );
    assert!(table.contains("Total params: 141 (564.00 B)"), "{table}");
}

/// Keras omits the column of connections for a chain.
#[test]
fn the_summary_of_a_chain_has_no_connections() {
    let chain = functional! {
        let input_1 = Input(1);
        let dense_1 = Dense(1 => 10, relu)(input_1);
        let dense_2 = Dense(10 => 1)(dense_1);
        Model(input_1 => dense_2)
    };
    assert!(!chain.summary().to_string().contains("Connected to"));
    assert!(chain.summary().to_string().contains("input_1 (InputLayer)"));
}

#[test]
fn a_network_is_drawn_as_a_graph() {
    let network = Zoo::new(0);
    let dot = network.to_dot();
    assert!(dot.starts_with("digraph") && dot.contains("Encoder") || dot.contains("Functional"), "{dot}");
    assert!(network.to_svg().contains("cosine"));
}

#[test]
fn a_chain_is_the_same_network_in_both_macros() {
    let x = samples::<3>(33, 0.0);
    let y = samples::<1>(33, 1.0);
    let chain = sequential![f64; Dense(3 => 8, tanh), Dense(8 => 1)];
    let graph = functional! { f64;
        let input = Input(3);
        let hidden = Dense(3 => 8, tanh)(input);
        let output = Dense(8 => 1)(hidden);
        Model(input => output)
    };
    assert_eq!(chain.as_slice(), graph.as_slice());
    let (value, gradient) = chain.value_and_gradient(&MeanSquaredError, &x, &y).expect("finite data");
    let (same_value, same_gradient) = graph.value_and_gradient(&MeanSquaredError, &x, &y).expect("finite data");
    assert_eq!((value, gradient.as_slice()), (same_value, same_gradient.as_slice()));
}

#[test]
fn an_input_can_be_an_output() {
    let network = functional! { f64;
        let x = Input(2);
        let y = Dense(2 => 1)(x);
        Model(x => (x, y))
    };
    let x = samples::<2>(5, 0.0);
    assert_eq!(network.predict(&x).expect("finite data").0, x);
    assert_eq!(network.predict_one([1.0, 2.0]).0, SVector::from([1.0, 2.0]));
    let targets = (samples::<2>(5, 1.0), samples::<1>(5, 1.0));
    network.value_and_gradient(&(MeanSquaredError, MeanSquaredError), &x, &targets).expect("finite data");
}
