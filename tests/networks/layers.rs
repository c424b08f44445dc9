//! Each layer between two `Dense`: gradients of all parameters compared with central differences, and single-sample inference
//! compared with batches. One line per layer.

use mlp::layers::{NamedVariable, Variable};
use mlp::prelude::*;
use nalgebra::{Const, DMatrix, Dyn, OMatrix, SVector};

type Samples<const N: usize> = OMatrix<f64, Dyn, Const<N>>;

fn samples<const N: usize>(count: usize, phase: f64) -> Samples<N> {
    Samples::from_fn(count, |row, column| ((row * 7 + column * 3) as f64 * 0.61 + phase).sin() * 1.7)
}

/// Returns the largest difference between a gradient and central differences, relative to its largest element, over the
/// trainable parameters.
fn worst_difference<N>(network: &mut N, count: usize) -> f64
where
    N: Network<Scalar = f64, Input = Features<3>, Output = Features<2>>,
{
    let (x, y) = (samples::<3>(count, 0.0), samples::<2>(count, 1.0));
    for (index, parameter) in network.as_mut_slice().iter_mut().enumerate() {
        *parameter += (index as f64 * 1.1).sin() * 0.1;
    }
    let value = |network: &N| network.value_and_gradient(&MeanSquaredError, &x, &y).expect("finite data");
    let (_, gradient) = value(network);
    let largest = gradient.as_slice().iter().fold(0.0_f64, |largest, slope| largest.max(slope.abs()));
    let trained = trained(network);
    let difference = |index: usize| {
        let parameter = network.as_slice()[index];
        let mut value_at = |number| {
            network.as_mut_slice()[index] = number;
            value(network).0
        };
        let slope = (value_at(parameter + 1e-5) - value_at(parameter - 1e-5)) / 2e-5;
        network.as_mut_slice()[index] = parameter;
        (gradient.as_slice()[index] - slope).abs() / largest
    };
    trained.into_iter().map(difference).max_by(f64::total_cmp).expect("trainable parameters")
}

/// Returns the indices of the trainable parameters: those that a step with a gradient of ones changes by the learning rate.
fn trained<N: Network<Scalar = f64>>(network: &N) -> Vec<usize> {
    let (mut moved, mut ones) = (network.to_boxed(), N::zeroed());
    ones.as_mut_slice().fill(1.0);
    OptimizerState::new(Sgd::new(0.5)).step(&mut moved, &mut ones);
    let by_rate = |index: &usize| (network.as_slice()[*index] - moved.as_slice()[*index] - 0.5).abs() < 1e-12;
    (0..N::COUNT).filter(by_rate).collect()
}

/// Returns the largest difference between single-sample inference and batches of several tiles with padding.
fn worst_of_one<N>(network: &N) -> f64
where
    N: Network<Scalar = f64, Input = Features<3>, Output = Features<2>>,
{
    let x = samples::<3>(531, 2.0);
    let all = network.predict(&x).expect("finite data");
    let difference = |row: usize| {
        let sample: SVector<f64, 3> = x.row(row).transpose();
        (network.predict_one(sample) - all.row(row).transpose()).norm()
    };
    (0..531).map(difference).max_by(f64::total_cmp).expect("samples")
}

macro_rules! layers {
    ($($name:ident: $($layer:ident($($argument:tt)*)),+; $trained:literal of $all:literal;)*) => {$(
        #[test]
        fn $name() {
            let network = sequential![f64; Dense(3 => 4, tanh), $($layer($($argument)*),)+ Dense(4 => 2)];
            assert_eq!(network.summary().trainable(), 26 + $trained);
            assert_eq!(network.summary().parameters(), 26 + $all);
            let variables = network.summary().variables();
            assert_eq!(variables.iter().map(NamedVariable::count).sum::<usize>(), network.as_slice().len());
            for count in [1, 19, 600] {
                let mut network = network.clone().seed(3);
                assert_eq!(trained(&*network).len(), 26 + $trained);
                let worst = worst_difference(&mut *network, count);
                assert!(worst < 1e-7, "{count} samples: {worst:e}");
                let worst = worst_of_one(&*network);
                assert!(worst < 1e-12, "one sample: {worst:e}");
            }
        }
    )*};
}

layers! {
    activation: Activation(4, softplus); 0 of 0;
    activation_of_a_sample: Activation(4, softmax); 0 of 0;
    activation_that_keeps_its_derivative: Activation(4, gelu), Activation(4, sin), Activation(4, silu); 0 of 0;
    alpha_dropout: AlphaDropout(4, rate = 0.3); 0 of 0;
    batch_normalization: BatchNormalization(4, epsilon = 0.1); 8 of 16;
    dense_as_it_is: Dense(4 => 4, trainable = false); 0 of 20;
    dense_held_small: Dense(4 => 4, l1 = 1e-2, l2 = 3e-2, bias_l1 = 2e-2, bias_l2 = 1e-2); 20 of 20;
    dense_without_bias: Dense(4 => 4, use_bias = false); 16 of 16;
    dropout: Dropout(4, rate = 0.3); 0 of 0;
    dropout_as_it_is: Dropout(4); 0 of 0;
    fourier_features: FourierFeatures(4 => 4, scale = 0.3); 0 of 8;
    fourier_features_trained: FourierFeatures(4 => 4, scale = 0.3, trainable = true); 8 of 8;
    gaussian_dropout: GaussianDropout(4, rate = 0.3); 0 of 0;
    gaussian_noise: GaussianNoise(4, stddev = 0.2); 0 of 0;
    layer_normalization: LayerNormalization(4, epsilon = 0.01); 8 of 8;
    normalization: Normalization(4); 0 of 8;
    periodic_embedding: PeriodicEmbedding(4 => 8, period = 7.0), FourierFeatures(8 => 4, scale = 0.2); 0 of 16;
    periodic_embedding_of_one_input:
        PeriodicEmbedding(4 => 9, PeriodicInputs<1>, period = 7.0), FourierFeatures(9 => 4, scale = 0.2); 0 of 18;
    periodic_embedding_of_the_last_inputs:
        PeriodicEmbedding(4 => 10, PeriodicInputs<2, 2>, period = 7.0), FourierFeatures(10 => 4, scale = 0.2); 0 of 20;
    prelu: PRelu(4); 4 of 4;
    rescaling: Rescaling(4, scale = 0.3, offset = -0.2); 0 of 0;
    rms_normalization: RmsNormalization(4); 4 of 4;
    unit_normalization: UnitNormalization(4); 0 of 0;
    several: BatchNormalization(4), Activation(4, tanh), Dropout(4, rate = 0.2); 8 of 16;
}

/// Checks the moments of random layers on 4,000 values, within five standard deviations.
#[test]
fn random_layers_have_the_right_moments() {
    // With a learning rate of 0, the loss shows the layer's output in training mode.
    let mean_square = |share: f64, loss: f64, deviation: f64| {
        assert!((loss - share).abs() < 5.0 * deviation / 4000_f64.sqrt(), "{loss} instead of {share}");
    };
    let ones = OMatrix::<f64, Dyn, Const<40>>::from_element(100, 1.0);
    let zeros = OMatrix::<f64, Dyn, Const<40>>::zeros(100);
    let loss = |model: &mut dyn FnMut() -> f64| model();
    // E[(mask / 0.8)²] = 1 / 0.8, with a standard deviation of √(0.8 · 0.2) / 0.8².
    let mut dropout = sequential![f64; Dropout(40, rate = 0.2)].compile(Sgd::new(0.0), MeanSquaredError);
    mean_square(1.25, loss(&mut || dropout.train_on_batch(&ones, &zeros).expect("finite data")), 0.4 / 0.64);
    // E[(0 + 0.3 z)²] = 0.09, with a standard deviation of √2 · 0.09.
    let mut noise = sequential![f64; GaussianNoise(40, stddev = 0.3)].compile(Sgd::new(0.0), MeanSquaredError);
    mean_square(0.09, loss(&mut || noise.train_on_batch(&zeros, &zeros).expect("finite data")), 0.09 * 2_f64.sqrt());
    // E[(s z)²] = s² = 0.25 around ones, with a standard deviation of √2 · 0.25.
    let mut gaussian = sequential![f64; GaussianDropout(40, rate = 0.2)].compile(Sgd::new(0.0), MeanSquaredError);
    mean_square(0.25, loss(&mut || gaussian.train_on_batch(&ones, &ones).expect("finite data")), 0.25 * 2_f64.sqrt());
    // The next pass draws new values. The same seed draws the same values.
    let again = noise.train_on_batch(&zeros, &zeros).expect("finite data");
    let next = noise.train_on_batch(&zeros, &zeros).expect("finite data");
    assert_ne!(again, next);
}

/// Keras: keeps a mean of 0 and a variance of 1.
#[test]
fn alpha_dropout_keeps_mean_and_variance() {
    let x = OMatrix::<f64, Dyn, Const<40>>::from_fn(500, |row, column| {
        let mut rng = Rng::new((row * 40 + column) as u64);
        rng.normal()
    });
    let zeros = OMatrix::<f64, Dyn, Const<40>>::zeros(500);
    let mut model = sequential![f64; AlphaDropout(40, rate = 0.2)].compile(Sgd::new(0.0), MeanSquaredError);
    // Mean square of 20,000 values. The standard deviation of a square is about 1.5.
    let square = model.train_on_batch(&x, &zeros).expect("finite data");
    assert!((square - 1.0).abs() < 5.0 * 1.5 / 20_000_f64.sqrt(), "{square}");
}

#[test]
fn normalization_adapts_to_the_data() {
    let x = samples::<3>(50, 0.3).map(|number| number * 4.0 + 7.0);
    let mut network = sequential![f64; Normalization(3), Dense(3 => 1)];
    network.normalization_1.adapt(&x).expect("finite data");
    let normalized = sequential![f64; Normalization(3)];
    let mut alone = normalized.clone();
    alone.normalization_1 = network.normalization_1.clone();
    let y = alone.predict(&x).expect("finite data");
    for column in y.column_iter() {
        assert!(column.mean().abs() < 1e-12);
        assert!((column.variance() - 1.0).abs() < 1e-12);
    }
    let before = network.normalization_1.clone();
    let mut bad = x.clone();
    bad[(7, 1)] = f64::NAN;
    assert!(network.normalization_1.adapt(&bad).is_err());
    let mut model = network.compile(Adam::new(0.1), MeanSquaredError);
    model.fit(&x, &samples::<1>(50, 0.0), Fit::new().epochs(2).verbose(Verbose::Silent)).expect("finite data");
    assert_eq!(model.normalization_1, before);
}

#[test]
fn an_embedding_is_a_one_hot_code_times_a_matrix() {
    let network = functional! { f64;
        let category = Input(1);
        let number = Input(2);
        let vector = Embedding(1 => 3, Categories<5>)(category);
        let all = Concatenate()(vector, number);
        let output = Dense(5 => 1)(all);
        Model((category, number) => output)
    };
    assert_eq!(network.vector.embeddings.shape(), (3, 5));
    let count = 23;
    let category = Samples::<1>::from_fn(count, |row, _| (row % 4) as f64);
    let (number, y) = (samples::<2>(count, 0.0), samples::<1>(count, 1.0));
    let one_hot = Samples::<5>::from_fn(count, |row, column| f64::from(row % 4 == column));
    let mut dense = functional! { f64;
        let category = Input(5);
        let number = Input(2);
        let vector = Dense(5 => 3)(category);
        let all = Concatenate()(vector, number);
        let output = Dense(5 => 1)(all);
        Model((category, number) => output)
    };
    dense.vector.weights = network.vector.embeddings;
    dense.output = network.output.clone();
    let (loss, gradient) =
        network.value_and_gradient(&MeanSquaredError, &(&category, &number), &y).expect("finite data");
    let (same, expected) = dense.value_and_gradient(&MeanSquaredError, &(&one_hot, &number), &y).expect("finite data");
    assert!((loss - same).abs() < 1e-12);
    assert!((gradient.vector.embeddings - expected.vector.weights).norm() < 1e-12);
    assert_eq!(gradient.vector.embeddings.column(4).norm(), 0.0);
}

#[test]
fn an_index_out_of_range_has_an_embedding_of_zeros() {
    let network = functional! { f64;
        let category = Input(1);
        let vector = Embedding(1 => 3, Categories<5>)(category);
        let output = Dense(3 => 1)(vector);
        Model(category => output)
    };
    assert!(network.predict_one([2.0])[0].is_finite());
    for wrong in [-1.0, 5.0, 2.5, f64::MAX] {
        let output = network.predict(&Samples::<1>::from_element(1, wrong)).expect("finite data");
        assert_eq!(output[0], network.output.bias[0]);
    }
}

/// The moving mean is `0.9 · 0 + 0.1 · mean` after the first step. Inference uses it.
#[test]
fn batch_normalization_keeps_moving_statistics() {
    let x = samples::<3>(700, 0.0);
    let mut model = sequential![f64; BatchNormalization(3, momentum = 0.9)].compile(Sgd::new(0.0), MeanSquaredError);
    model.train_on_batch(&x, &x).expect("finite data");
    for feature in 0..3 {
        let column = x.column(feature);
        assert!((model.batch_normalization_1.moving_mean[feature] - 0.1 * column.mean()).abs() < 1e-12);
        let expected = 0.9 + 0.1 * column.variance();
        assert!((model.batch_normalization_1.moving_variance[feature] - expected).abs() < 1e-12);
    }
    let one = model.predict_one([1.0, 2.0, 3.0])[0];
    let layer = &model.batch_normalization_1;
    let expected = (1.0 - layer.moving_mean[0]) / (layer.moving_variance[0] + 1e-3).sqrt();
    assert!((one - expected).abs() < 1e-12);
}

/// Mean and variance are precise for values far from zero, also in single precision.
#[test]
fn batch_normalization_is_precise_far_from_zero() {
    let mut rng = Rng::new(5);
    for (mean, samples) in [(0.0, 1000), (1e4, 1000), (1e4, 200_000), (-3e5, 50_000)] {
        let x = DMatrix::from_fn(samples, 1, |_, _| (mean + rng.normal()) as f32);
        let x = OMatrix::<f32, Dyn, Const<1>>::from_column_slice(x.as_slice());
        let exact = x.map(f64::from);
        let expected = [exact.mean(), exact.variance()];
        let mut model = sequential![BatchNormalization(1, momentum = 0.0)].compile(Sgd::new(0.0), MeanSquaredError);
        let zeros = OMatrix::<f32, Dyn, Const<1>>::zeros(samples);
        // Mean square of values with mean 0 and variance 1, up to epsilon.
        let square = model.train_on_batch(&x, &zeros).expect("finite data");
        let layer = &model.batch_normalization_1;
        let found = [layer.moving_mean[0], layer.moving_variance[0]].map(f64::from);
        // Up to the last digit of single precision.
        for (found, expected) in found.into_iter().zip(expected) {
            assert!((found - expected).abs() <= expected.abs() * f64::from(f32::EPSILON), "{found}, not {expected}");
        }
        // The rounding error of the stored mean shifts all values.
        let moved = (mean.abs() * f64::from(f32::EPSILON)).powi(2);
        let wanted = expected[1] / (expected[1] + 1e-3);
        assert!((square - wanted).abs() < 1e-5 + moved, "around {mean}: {square}, not {wanted}");
    }
}

/// A sample of zeros stays zero.
#[test]
fn unit_vectors_have_the_length_one() {
    let network = sequential![f64; UnitNormalization(3)];
    let y = network.predict(&samples::<3>(20, 0.4)).expect("finite data");
    assert!(y.row_iter().all(|sample| (sample.norm() - 1.0).abs() < 1e-12));
    assert_eq!(network.predict_one([0.0; 3]), SVector::<f64, 3>::zeros());
    let tiny = network.predict_one([3e-14, 4e-14, 0.0]);
    assert!((tiny.norm() - 0.05).abs() < 1e-12, "as in Keras, the norm is at least 1e-12");
}

#[test]
fn invalid_options_are_reported() {
    sequential! { struct Inside: f64 { Dense(3 => 4), noise: GaussianDropout(4, rate = 1.0) } }
    let (x, y) = (samples::<3>(9, 0.0), samples::<4>(9, 1.0));
    macro_rules! message {
        ($($layer:ident($($argument:tt)*)),+) => {{
            let network = sequential![f64; $($layer($($argument)*)),+];
            let before = network.clone();
            let mut model = network.compile(Sgd::new(0.1), MeanSquaredError);
            let by_fit = model.fit(&x, &y, Fit::new().epochs(1).verbose(Verbose::Silent)).unwrap_err();
            assert_eq!(model.train_on_batch(&x, &y).unwrap_err(), by_fit);
            let batch = Ok::<_, std::convert::Infallible>((x.clone(), y.clone()));
            assert_eq!(model.partial_fit([batch]).unwrap_err().to_string(), by_fit.to_string());
            assert!(*model == *before, "the model is unchanged");
            by_fit.to_string()
        }};
    }
    let expected = "expected a fraction in [0, 1)";
    let dropout = message!(Dense(3 => 4), Dropout(4, rate = 20.0));
    assert_eq!(dropout, format!("`dropout_1` has rate = 20, {expected}"));
    let alpha = message!(Dense(3 => 4), Dropout(4, rate = 0.0), AlphaDropout(4, rate = -0.1));
    assert_eq!(alpha, format!("`alpha_dropout_1` has rate = -0.1, {expected}"));
    assert_eq!(message!(Inside(), Dropout(4)), format!("`inside_1.noise` has rate = 1, {expected}"));
    let noise = message!(Dense(3 => 4), GaussianNoise(4, stddev = f64::NAN));
    assert_eq!(noise, "`gaussian_noise_1` has stddev = NaN, expected a finite value of at least 0");
}

/// Clipping by norm skips layers without parameters.
#[test]
fn layers_without_parameters_have_no_variables() {
    let network = sequential![f64; Dense(3 => 4), Activation(4, tanh), Dropout(4, rate = 0.1), Dense(4 => 1)];
    let mut model = network.compile(Adam::new(1e-2).global_clipnorm(1e-3), MeanSquaredError);
    let fit = Fit::new().epochs(2).verbose(Verbose::Silent);
    model.fit(&samples::<3>(9, 0.0), &samples::<1>(9, 1.0), fit).expect("finite data");
}

sequential! { struct Bent { Dense(3 => 4), Activation(4, tanh) } }

#[test]
fn layers_without_parameters_are_values() {
    let network = *Bent::new(0);
    assert_eq!(network, network.clone());
    assert!(format!("{network:?}").ends_with("activation_1: Activation }"), "{network:?}");
}

/// A layer that is not trained adds no penalty to the loss.
#[test]
fn frozen_layers_have_no_penalty() {
    let network =
        sequential![f64; Dense(3 => 2, l2 = 1.0, bias_l2 = 1.0, bias_init = constant(3.0), trainable = false)];
    let (x, y) = (samples::<3>(9, 0.0), samples::<2>(9, 1.0));
    let (loss, _) = network.value_and_gradient(&MeanSquaredError, &x, &y).expect("finite data");
    let error = (network.predict(&x).expect("finite data") - y).norm_squared() / 18.0;
    assert!((loss - error).abs() < 1e-12, "{loss}, {error}");
}

/// A custom layer with a trained vector and one that is not.
#[derive(Clone, Debug, PartialEq, Parameters)]
#[repr(C)]
struct Affine {
    frequencies: SVector<f32, 2>,
    offsets: SVector<f32, 2>,
}

impl Layer for Affine {
    type Input = Features<2>;
    type Output = Features<2>;

    const VARIABLES: &'static [Variable] = &[Variable::vector("frequencies", 2).kept(), Variable::vector("offsets", 2)];

    fn initialize(&mut self, _rng: &mut Rng) {
        self.frequencies.fill(2.0);
        self.offsets.fill(1.0);
    }
    fn forward(&self, x: Tile<'_, f32>, mut y: TileMut<'_, f32>) {
        y.map_from(x, |feature, x| self.frequencies[feature] * x + self.offsets[feature]);
    }
    fn backward(&self, pass: Backward<'_, Self>) {
        for i in 0..2 {
            pass.gradient.frequencies[i] += 1.0;
            pass.gradient.offsets[i] += pass.output_gradient.as_tile().feature(i).iter().sum::<f32>();
        }
    }
}

#[test]
fn weight_decay_leaves_variables_of_custom_layers_that_are_not_trained() {
    let network = sequential![Affine, Dense(2 => 1)];
    let mut model = network.compile(AdamW::new(1e-2).weight_decay(0.1), MeanSquaredError);
    let x = samples::<2>(16, 0.0).map(|value| value as f32);
    let y = samples::<1>(16, 1.0).map(|value| value as f32);
    model.fit(&x, &y, Fit::new().epochs(5).verbose(0)).unwrap();
    assert_eq!(model.affine_1.frequencies, SVector::from([2.0, 2.0]));
    assert_ne!(model.affine_1.offsets, SVector::from([1.0, 1.0]));
}
