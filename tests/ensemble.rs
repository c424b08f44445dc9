//! Ensembles: members have the bits of networks trained alone, on any number of threads; statistics; one file.
//!
//! `cargo test --features threads --test ensemble` runs the members on several threads.

use mlp::prelude::*;
use mlp::training::EnsembleError;
use nalgebra::{Const, Dyn, OMatrix};

type Samples<T, const N: usize> = OMatrix<T, Dyn, Const<N>>;

fn samples<T: Scalar, const N: usize>(count: usize) -> Samples<T, N> {
    Samples::from_fn(count, |row, column| T::from_f64((row as f64 * 0.37 + column as f64 * 1.3).sin()))
}

const MEMBERS: usize = 5;
const RATES: [f64; MEMBERS] = [1e-2, 3e-3, 1e-3, 3e-2, 1e-4];

fn arguments(member: usize) -> Fit {
    let fit = Fit::new().epochs(3).batch_size(32).seed(member as u64).validation_split(0.1);
    if member.is_multiple_of(2) { fit.bootstrap(7 + member as u64) } else { fit }
}

/// Trains an ensemble on 1, 2 and 3 threads, and each member alone, and compares the bits.
fn members_equal_networks_alone<N>(name: &str, network: &N)
where
    N: Network<Input = Features<3>, Output = Features<2>> + Clone + Send + Sync,
{
    let (x, y) = (samples::<N::Scalar, 3>(150), samples::<N::Scalar, 2>(150));
    let create = |member: usize| network.to_boxed().seed(member as u64 + 11);
    let compile = |member: usize, network: Box<N>| {
        network.compile(Adam::new(RATES[member]), MeanSquaredError).metrics(MeanAbsoluteError)
    };
    let alone: Vec<_> = (0..MEMBERS)
        .map(|member| {
            let mut model = compile(member, create(member));
            let history = model.fit(&x, &y, arguments(member).verbose(Verbose::Silent)).expect("finite data");
            let loss = model.train_on_batch(&x, &y).expect("finite data");
            (history, loss, model)
        })
        .collect();
    for threads in [1, 2, 3] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        pool.install(|| {
            let mut ensemble = Ensemble::<N, MEMBERS>::from_fn(create).compile(compile);
            let histories = ensemble.fit(&x, &y, arguments).expect("finite data");
            let losses = ensemble.train_on_batch(&x, &y).expect("finite data");
            let prediction = ensemble.predict(&x).expect("finite data");
            for (member, (history, loss, model)) in alone.iter().enumerate() {
                assert!(*history == histories[member], "{name}, member {member} on {threads} threads: another history");
                assert!(losses[member] == *loss, "{name}, member {member} on {threads} threads: another loss");
                let same = ensemble[member].as_slice() == model.as_slice();
                assert!(same, "{name}, member {member} on {threads} threads: other weights");
                let alone = model.predict(&x).expect("finite data");
                assert!(prediction.members()[member] == alone, "{name}, member {member}: another prediction");
            }
        });
    }
}

/// Tests a chain in both precisions.
macro_rules! chains {
    ($($name:ident: $($layer:ident($($argument:tt)*)),+;)*) => {$(
        #[test]
        fn $name() {
            members_equal_networks_alone("f32", &*sequential![$($layer($($argument)*)),+]);
            members_equal_networks_alone("f64", &*sequential![f64; $($layer($($argument)*)),+]);
        }
    )*};
}

chains! {
    dense: Dense(3 => 9, tanh), Dense(9 => 2);
    dense_with_penalty: Dense(3 => 9, relu, l2 = 0.01), Dense(9 => 2, use_bias = false);
    dropout: Dense(3 => 9, relu), Dropout(9, rate = 0.3), Dense(9 => 2);
    noises: GaussianNoise(3), Dense(3 => 9, selu), AlphaDropout(9), GaussianDropout(9), Dense(9 => 2);
    batch_normalization: Dense(3 => 9), BatchNormalization(9), Activation(9, relu), Dense(9 => 2);
    other_normalizations: LayerNormalization(3), Dense(3 => 9), RmsNormalization(9), UnitNormalization(9), Dense(9 => 2);
    fixed: Normalization(3), Rescaling(3, scale = 0.5), Dense(3 => 9, gelu), PRelu(9), Dense(9 => 2);
    coordinates: FourierFeatures(3 => 8), Dense(8 => 9, sin), PeriodicEmbedding(9 => 36), Dense(36 => 2, softmax);
}

functional! {
    struct Graph {
        let x = Input(3);
        let encode = Dense(3 => 4, tanh);
        let first = encode(x);
        let dropped = Dropout(4)(first);
        let sum = Add()(first, dropped);
        let all = Concatenate()(sum, x);
        let output = Dense(7 => 2)(all);
        Model(x => output)
    }
    struct TwoOutputs: f64 {
        let a = Input(3);
        let b = Input(1);
        let hidden = Dense(3 => 4, tanh)(a);
        let left = Dense(4 => 2)(hidden);
        let both = Concatenate()(hidden, b);
        let right = Dense(5 => 1)(both);
        Model((a, b) => (left, right))
    }
}

#[test]
fn graph() {
    members_equal_networks_alone("graph", &*Graph::new(0));
}

sequential! {
    #[derive(Clone, Debug, PartialEq)]
    struct Net { Dense(3 => 6, tanh), Dense(6 => 2) }
    struct Wide { Dense(3 => 7, tanh), Dense(7 => 2) }
    struct Line: f64 { Dense(1 => 1) }
}

#[test]
fn other_optimizers_train_members_as_well() {
    fn check<O: Optimizer + Send>(compile: impl Fn(Box<Net>) -> Compiled<Net, O, MeanSquaredError>)
    where
        Compiled<Net, O, MeanSquaredError>: Send,
    {
        let (x, y) = (samples::<f32, 3>(60), samples::<f32, 2>(60));
        let fit = |_| Fit::new().epochs(2).bootstrap(3).verbose(Verbose::Silent);
        let mut ensemble = Ensemble::<Net, 3>::new(4).compile(|_, network| compile(network));
        let histories = ensemble.fit(&x, &y, fit).expect("finite data");
        for member in 0..3 {
            let mut alone = compile(Net::new(4 + member as u64));
            assert_eq!(alone.fit(&x, &y, fit(0)).expect("finite data"), histories[member]);
            assert_eq!(alone.as_slice(), ensemble[member].as_slice());
        }
    }
    check(|network| network.compile(Sgd::new(0.1).momentum(0.9), MeanSquaredError));
    check(|network| network.compile(Lbfgs::default(), MeanSquaredError));
    check(|network| network.compile(LevenbergMarquardt::new(), MeanSquaredError));
}

#[test]
fn a_bootstrap_draws_with_replacement_from_the_training_samples() {
    // Targets are sample numbers, and one step of SGD on a line with no inputs moves the bias by their mean.
    let x = vec![[0.0]; 10];
    let y: Vec<[f64; 1]> = (0..10).map(|sample| [if sample < 8 { f64::from(sample) } else { 1e6 }]).collect();
    let bias = |fit: Fit| {
        let mut line = Line::new(0).compile(Sgd::new(0.5), MeanSquaredError);
        line.fit(&x, &y, fit.batch_size(10).validation_split(0.2).verbose(Verbose::Silent)).expect("finite data");
        line.dense_1.bias[0]
    };
    assert_eq!(bias(Fit::new()), 3.5);
    let mut random = Rng::new(5);
    let expected = (0..8).map(|_| random.below(8) as f64).sum::<f64>() / 8.0;
    assert!((bias(Fit::new().bootstrap(5)) - expected).abs() < 1e-12);
    assert_ne!(expected, 3.5);
    // The second epoch uses the same samples in another order.
    let shuffled = |seed| {
        let mut line = Line::new(0).compile(Sgd::new(0.5), MeanSquaredError);
        let fit = Fit::new().bootstrap(5).batch_size(2).seed(seed).verbose(Verbose::Silent);
        line.fit(&x[..8].to_vec(), &y[..8].to_vec(), fit).expect("finite data");
        line.dense_1.bias[0]
    };
    assert_ne!(shuffled(1), shuffled(2));
}

#[test]
fn statistics_of_predictions() {
    let ensemble = Ensemble::<Line, 5>::from_fn(|member| {
        let mut line = Line::new(0);
        line.dense_1.weights[0] = [3.0, -1.0, 7.0, 2.0, 4.0][member];
        line.dense_1.bias[0] = 0.5;
        line
    });
    let prediction = ensemble.predict(&[[1.0], [-2.0]]).expect("finite data");
    assert_eq!(prediction.mean().as_slice(), [3.5, -5.5]);
    // Variance of 3, -1, 7, 2, 4: (0 + 16 + 16 + 1 + 1) / 5.
    let deviation = prediction.standard_deviation();
    assert!((deviation[0] - 6.8f64.sqrt()).abs() < 1e-15 && (deviation[1] - 2.0 * 6.8f64.sqrt()).abs() < 1e-15);
    let quantile = |q| prediction.quantile(q).expect("a quantile").as_slice().to_vec();
    assert_eq!((quantile(0.0), quantile(0.5), quantile(1.0)), (vec![-0.5, -13.5], vec![3.5, -5.5], vec![7.5, 2.5]));
    // NumPy: np.quantile([3, -1, 7, 2, 4], 0.1) = 0.2
    assert!((quantile(0.1)[0] - 0.7).abs() < 1e-15);
    for invalid in [-0.1, 1.1, f64::NAN] {
        let error = prediction.quantile(invalid).expect_err("not a quantile").to_string();
        assert_eq!(error, format!("expected a quantile from 0 to 1, found {invalid}"));
    }
    let error = ensemble.predict(&[[f64::NAN]]).err().expect("NaN is rejected");
    assert!(matches!(error, DataError::NotFinite { .. }));
}

#[test]
fn several_inputs_and_outputs() {
    let (a, b) = (samples::<f64, 3>(9), samples::<f64, 1>(9));
    let ensemble = Ensemble::<TwoOutputs, 3>::new(1);
    let (left, right) = ensemble.predict(&(&a, &b)).expect("finite data").mean();
    let alone: Vec<_> =
        (0..3).map(|member| TwoOutputs::new(1 + member).predict(&(&a, &b)).expect("finite data")).collect();
    let mean = |value: &dyn Fn(usize) -> f64| (value(0) + value(1) + value(2)) / 3.0;
    for row in 0..9 {
        assert_eq!(left[(row, 1)], mean(&|member| alone[member].0[(row, 1)]));
        assert_eq!(right[row], mean(&|member| alone[member].1[row]));
    }
}

#[test]
fn a_member_that_diverges_does_not_stop_the_others() {
    let (x, y) = (samples::<f32, 3>(64), samples::<f32, 2>(64));
    let rate = |member| if member == 1 { 1e30 } else { 1e-3 };
    let compile = |member, network: Box<Net>| network.compile(Sgd::new(rate(member)), MeanSquaredError);
    let mut ensemble = Ensemble::<Net, 3>::new(0).compile(compile);
    let fit = |_| Fit::new().epochs(5).batch_size(8);
    let EnsembleError { failures, histories } = ensemble.fit(&x, &y, fit).expect_err("member 1 diverges");
    assert_eq!(failures.iter().map(|(member, _)| *member).collect::<Vec<_>>(), [1]);
    assert!(matches!(failures[0].1, TrainingError::Diverged { .. }));
    assert!(histories[1].is_none());
    let mut alone = compile(2, Net::new(2));
    let history = alone.fit(&x, &y, fit(2).verbose(Verbose::Silent)).expect("finite data");
    assert_eq!(histories[2].as_ref(), Some(&history));
    let error = ensemble.fit(&x, &y, |_| Fit::new().epochs(0)).expect_err("no epochs");
    assert_eq!(error.to_string(), "member 0: epochs is 0: expected at least 1 (and the members 1, 2)");
    let short = samples::<f32, 2>(3);
    let error = ensemble.train_on_batch(&x, &short).expect_err("other rows");
    assert_eq!(error.failures.len(), 3);
}

#[test]
fn callbacks_and_validation_belong_to_a_member() {
    let (x, y) = (samples::<f32, 3>(64), samples::<f32, 2>(64));
    let (validation_x, validation_y) = (samples::<f32, 3>(20), samples::<f32, 2>(20));
    let mut ensemble =
        Ensemble::<Net, 3>::new(0).compile(|_, network| network.compile(Adam::default(), MeanSquaredError));
    let histories = ensemble
        .fit(&x, &y, |member| {
            let stop = move |status: &mut Status| {
                if status.epoch() == member {
                    status.stop();
                }
            };
            Fit::new().epochs(9).validation_data(&validation_x, &validation_y).on_epoch_end(stop)
        })
        .expect("finite data");
    for (member, history) in histories.iter().enumerate() {
        assert_eq!(history.loss().len(), member + 1);
        assert_eq!(history.get("val_loss").map(<[f64]>::len), Some(member + 1));
    }
    let evaluations = ensemble.evaluate(&x, &y).expect("finite data");
    assert_eq!(evaluations[2], ensemble[2].evaluate(&x, &y).expect("finite data"));
}

residual! {
    /// `u' = -u`, with `u(0) = 1`.
    struct Decay;
    (x) -> u = 1 + x * net { u.x = 0 - u }
}
sequential! { struct Solution: f64 { Dense(1 => 8, tanh), Dense(8 => 1) } }

#[test]
fn equations_are_solved_by_every_member() {
    let compile = |_, network: Box<Solution>| {
        network.compile_residuals(LevenbergMarquardt::new(), Term::uniform(Decay, [(0.0, 1.0)], 50))
    };
    let mut ensemble = Ensemble::<Solution, 2>::new(0).compile(compile);
    let solve = Fit::new().epochs(5).verbose(Verbose::Silent);
    let histories = ensemble.train(|_, model| model.solve(solve.clone()));
    for (member, history) in histories.into_iter().enumerate() {
        let mut alone = compile(member, Solution::new(member as u64));
        assert_eq!(history.expect("it is solved"), alone.solve(solve.clone()).expect("it is solved"));
        assert_eq!(ensemble[member].as_slice(), alone.as_slice());
    }
    let solution = ensemble.solution(&[[1.0]]).expect("finite data").mean();
    assert!((solution[0] - (-1f64).exp()).abs() < 1e-2, "{solution}");
}

mod files {
    use super::*;

    fn path(name: &str) -> std::path::PathBuf {
        std::path::PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name)
    }

    #[test]
    fn weights_are_one_file() {
        let ensemble = Ensemble::<Net, 3>::new(5);
        let file = path("ensemble.safetensors");
        ensemble.save_weights(&file).expect("the file can be written");
        let mut loaded = Ensemble::<Net, 3>::new(0);
        loaded.load_weights(&file).expect("the file fits");
        assert_eq!(loaded, ensemble);
        loaded.load_weights_bytes(&ensemble.weights_to_bytes().expect("bytes")).expect("the bytes fit");
    }

    #[test]
    fn another_ensemble_is_rejected_and_nothing_changes() {
        let bytes = Ensemble::<Net, 3>::new(5).weights_to_bytes().expect("bytes");
        let mut four = Ensemble::<Net, 4>::new(0);
        let error = four.load_weights_bytes(&bytes).expect_err("four members").to_string();
        assert!(error.contains("members: expected 4, found \"3\""), "{error}");
        assert_eq!(four, Ensemble::<Net, 4>::new(0));
        let error = Ensemble::<Wide, 3>::new(0).load_weights_bytes(&bytes).expect_err("another network").to_string();
        assert!(error.contains("\"member_2:dense_1.weights\": expected shape [7, 3], found [6, 3]"), "{error}");
        let single = Net::new(0).weights_to_bytes().expect("bytes");
        let error = four.load_weights_bytes(&single).expect_err("a single network").to_string();
        assert!(error.contains("format: expected mlp ensemble, found \"mlp\""), "{error}");
        assert!(Net::new(0).load_weights_bytes(&bytes).is_err());
        // One invalid member leaves all members unchanged.
        let mut ensemble = Ensemble::<Net, 3>::new(5);
        let mut text = bytes.clone();
        let start = text.len() - 4;
        text[start..].copy_from_slice(&f32::NAN.to_le_bytes());
        assert!(ensemble.load_weights_bytes(&text).is_err());
        assert_eq!(ensemble, Ensemble::<Net, 3>::new(5));
    }

    #[test]
    fn a_resumed_training_has_the_same_bits() {
        let (x, y) = (samples::<f32, 3>(64), samples::<f32, 2>(64));
        let create = || {
            Ensemble::<Net, 3>::new(0).compile(|member, network| {
                network.compile(Adam::new(RATES[member]).weight_decay(0.01), MeanSquaredError)
            })
        };
        let fit = |member: usize| Fit::new().epochs(4).batch_size(16).seed(member as u64).bootstrap(9);
        let mut whole = create();
        whole.fit(&x, &y, fit).expect("finite data");
        let mut first = create();
        first.fit(&x, &y, |member| fit(member).epochs(2)).expect("finite data");
        let file = path("ensemble_checkpoint.safetensors");
        first.save(&file).expect("the file can be written");
        let mut second = create();
        assert_eq!(second.load(&file).expect("the file fits"), [2; 3]);
        second.fit(&x, &y, |member| fit(member).initial_epoch(2)).expect("finite data");
        for member in 0..3 {
            assert_eq!(second[member].as_slice(), whole[member].as_slice());
        }
        // A checkpoint holds the weights.
        let mut weights = Ensemble::<Net, 3>::new(8);
        weights.load_weights(&file).expect("the file fits");
        assert_eq!(weights[1].as_slice(), first[1].as_slice());
        assert!(create().load_bytes(&weights.weights_to_bytes().expect("bytes")).is_err());
    }
}
