//! Networks of `sequential!`.

use mlp::layers::{Backward, FusedDerivatives, Mode, Module, Row};
use mlp::training::{BaseNetwork, Buffer, Heap};
use mlp::{
    Activation, BoxedParameters as _, DataError, Dense, LayerNormalization, Network, Parameters, Rng, Summary, gelu,
    ones, relu, sequential, silu, sin, softmax, softplus, tanh,
};
use mlp_core::{Allocator, TileBuffer as _};
use nalgebra::{Vector1, Vector2};

const WIDTH: usize = 3;

mod sizes {
    pub(crate) const HALF: usize = 2;
}

sequential! {
    /// Approximates sin on [0, 2π].
    #[must_use]
    pub struct SineNet {
        Dense(1 => 10, relu),
        /// Middle layer.
        hidden: Dense(10 => 10, relu),
        Dense(10 => 1),
    }

    struct Constants {
        Dense(WIDTH => 2 * WIDTH, relu),
        ::mlp::layers::Dense(6 => { sizes::HALF }),
        Dense(sizes::HALF => (WIDTH + 1), relu),
        Dense(4 => 1, init = ones, bias_init = ones)
    }

    #[derive(Debug, Clone)]
    pub(crate) struct Wide<const H: usize, const OUT: usize = 2> {
        Dense(1 => H, relu),
        Dense(H => OUT),
    }

    struct Nested<const H: usize> {
        before: Dense(2 => 1),
        Wide<H>,
        after: Dense(2 => 1),
        SineNet,
    }

    struct Deep: f64 {
        Dense(2 => 5, relu),
        Dense(5 => 3, relu),
        Dense(3 => 4),
        Dense(4 => 2, relu),
        Dense(2 => 1),
    }

    struct DeepTwice: f64 {
        input: Dense(1 => 2),
        Deep,
        options: Dense(1 => 1),
        output: Dense(1 => 1),
    }

    struct Mixed: f64 {
        Dense(2 => 5, tanh),
        Dense(5 => 7, relu),
        Dense(7 => 3, gelu),
        Dense(3 => 6),
        Dense(6 => 4, softplus),
        LayerNormalization(4),
        Dense(4 => 300, tanh),
        Dense(300 => 6, sin),
        Dense(6 => 4, softmax),
        Activation(4, tanh),
        Dense(4 => 3, tanh),
        Deep3,
    }

    struct Deep3: f64 {
        Dense(3 => 4, silu),
        Dense(4 => 1, relu),
    }

    #[cfg(any())]
    struct LeftOut {
        Nothing(1 => 1),
    }
}

/// Returns name, kind, output shape and number of parameters of each layer.
fn rows<N: Network>() -> Vec<(String, String, String, usize)> {
    let summary = Summary::of_network::<N>();
    let row = |row: &Row| (row.name.clone(), row.kind.clone(), row.output_shape.clone(), row.trainable());
    summary.rows().iter().map(row).collect()
}

fn names<N: Network>() -> Vec<String> {
    rows::<N>().into_iter().map(|row| row.0).collect()
}

#[test]
fn a_network_is_a_struct_of_named_layers() {
    let SineNet { dense_1, hidden, dense_2 } = *SineNet::new(1);
    let _: (Dense<1, 10, relu>, Dense<10, 10, relu>, Dense<10, 1>) = (dense_1, hidden, dense_2);
    assert_eq!((SineNet::NAME, SineNet::KIND, SineNet::COUNT), ("SineNet", "Sequential", 141));
}

#[test]
fn a_summary_has_a_row_for_each_layer() {
    let dense = |name: &str, outputs: usize, parameters| {
        (name.to_owned(), "Dense".to_owned(), format!("(None, {outputs})"), parameters)
    };
    assert_eq!(rows::<SineNet>(), [dense("dense_1", 10, 20), dense("hidden", 10, 110), dense("dense_2", 1, 11)]);
    assert_eq!(rows::<Nested<4>>()[3], ("sine_net_1".into(), "Sequential".into(), "(None, 1)".into(), 141));
    assert_eq!(names::<Nested<4>>(), ["before", "wide_1", "after", "sine_net_1"]);
    assert_eq!(names::<Constants>(), ["dense_1", "dense_2", "dense_3", "dense_4"]);
}

#[test]
fn an_expression_is_the_same_network() {
    let value = sequential![Dense(1 => 10, relu), hidden: Dense(10 => 10, relu), Dense(10 => 1)];
    assert_eq!(value.as_slice(), SineNet::new(0).as_slice());
    assert_eq!(sequential![f64; Dense(2 => 5, relu), Dense(5 => 1)].as_slice().len(), 21);
    assert_eq!(sequential![SineNet,].sine_net_1, *SineNet::new(0));
}

#[test]
fn sizes_are_constant_expressions() {
    assert_eq!(Constants::COUNT, 24 + 14 + 12 + 5);
    assert_eq!(Wide::<7>::COUNT, 14 + 16);
    assert_eq!(Wide::<7, 1>::COUNT, 14 + 8);
}

#[test]
fn options_reach_their_layer() {
    let net = Constants::new(0);
    assert_eq!(net.dense_4.as_slice(), [1.0; 5]);
    assert_ne!(net.dense_3.as_slice()[..8], [1.0; 8]);
}

#[test]
fn an_activation_comes_first() {
    let net = sequential![Activation(2, relu), Dense(2 => 1, init = ones)];
    assert_eq!(net.predict_one(Vector2::new(-3.0, 4.0)), Vector1::new(4.0));
}

#[test]
fn a_network_of_one_layer_needs_no_buffers() {
    let net = sequential![Dense(2 => 1, init = ones)];
    assert_eq!(net.predict_one(Vector2::new(3.0, 4.0)), Vector1::new(7.0));
}

/// Returns the outputs of all samples, and the gradients of their sum with respect to parameters and inputs.
fn passes<N: Network<Scalar = f64>>(net: &N, samples: &[Vec<f64>]) -> (Vec<f64>, Vec<f64>, Vec<f64>) {
    passes_in::<N>(net, samples, Allocator::for_training(samples.len()))
}

/// Does the same in the memory of an allocator.
fn passes_in<N: Network<Scalar = f64>>(
    net: &N,
    samples: &[Vec<f64>],
    allocator: Allocator<Heap>,
) -> (Vec<f64>, Vec<f64>, Vec<f64>) {
    let (options, count, inputs) = (N::Options::default(), samples.len(), net.inputs());
    let (mut input, mut output) = (Buffer::new(inputs, count), Buffer::new(1, count));
    let (mut derivative, mut input_gradient) = (Buffer::new(1, count), Buffer::new(inputs, count));
    for feature in 0..inputs {
        let values = samples.iter().map(|sample| sample[feature]);
        input.tile_mut(inputs, count).feature(feature).iter_mut().zip(values).for_each(|(x, value)| *x = value);
    }
    derivative.tile_mut(1, count).feature(0).fill(1.0);
    let (mut cache, mut gradient) = (N::cache(allocator), N::zeroed());
    net.forward::<Heap>(
        &options,
        Mode::Training(&mut Rng::new(0)),
        input.tile(inputs, count),
        output.tile_mut(1, count),
        &mut cache,
    );
    let pass = Backward {
        input: input.tile(inputs, count),
        output: output.tile(1, count),
        output_gradient: derivative.tile_mut(1, count),
        input_gradient: Some(input_gradient.tile_mut(inputs, count)),
        gradient: &mut *gradient,
        needs_gradient: true,
        fused: FusedDerivatives::NONE,
    };
    net.backward::<Heap>(&options, pass, &mut cache);
    let input_gradient = (0..inputs).flat_map(|feature| input_gradient.tile(inputs, count).feature(feature).to_vec());
    (output.tile(1, count).feature(0).to_vec(), gradient.as_slice().to_vec(), input_gradient.collect())
}

fn sum<N: Network<Scalar = f64>>(net: &N, samples: &[Vec<f64>]) -> f64 {
    passes(net, samples).0.iter().sum()
}

fn check_gradients<N: Network<Scalar = f64>>(samples: &[Vec<f64>]) {
    const STEP: f64 = 1e-6;
    let mut net = N::zeroed();
    let mut rng = Rng::new(3);
    // Keep parameters away from 0, where `relu` has a kink.
    net.as_mut_slice().fill_with(|| rng.uniform() * 2.0 - 0.8);
    let (_, gradient, input_gradient) = passes(&*net, samples);
    for (i, derivative) in gradient.iter().enumerate() {
        let before = net.as_slice()[i];
        net.as_mut_slice()[i] = before + STEP;
        let above = sum(&*net, samples);
        net.as_mut_slice()[i] = before - STEP;
        let below = sum(&*net, samples);
        net.as_mut_slice()[i] = before;
        assert!((derivative - (above - below) / (2.0 * STEP)).abs() < 1e-6, "parameter {i}: {derivative}");
    }
    for (i, derivative) in input_gradient.iter().enumerate() {
        let mut moved = samples.to_vec();
        moved[i % samples.len()][i / samples.len()] += STEP;
        let rise = (sum(&*net, &moved) - sum(&*net, samples)) / STEP;
        assert!((derivative - rise).abs() < 1e-4, "input {i}: {derivative} {rise}");
    }
    assert!(
        gradient.iter().filter(|derivative| **derivative != 0.0).count() > gradient.len() / 2,
        "the gradient is mostly zero"
    );
}

#[test]
fn backward_is_the_derivative_of_forward() {
    check_gradients::<Deep>(&[vec![0.3, -0.7], vec![1.5, 0.2], vec![-0.4, -0.9]]);
    check_gradients::<DeepTwice>(&[vec![0.3], vec![-1.1]]);
}

#[test]
fn gradients_in_the_place_of_values_have_the_same_bits() {
    let net = Mixed::new(3);
    for count in [1, 3, 17, 300] {
        let mut rng = Rng::new(count);
        let samples: Vec<_> = (0..count).map(|_| vec![2.0 * rng.uniform() - 1.0, rng.uniform()]).collect();
        let kept = passes_in(&*net, &samples, Allocator::for_training(samples.len()));
        let overwritten = passes_in(&*net, &samples, Allocator::for_one_backward_pass(samples.len()));
        assert_eq!(kept, overwritten, "{count} samples");
        assert!(kept.1.iter().filter(|&&derivative| derivative != 0.0).count() > kept.1.len() / 2);
    }
}

#[test]
fn single_sample_inference_agrees_with_batches() {
    let net = Deep::new(5);
    let one = net.predict_one(Vector2::new(0.3, -0.7));
    assert!((one[0] - passes(&*net, &[vec![0.3, -0.7]]).0[0]).abs() < 1e-12);
}

#[test]
fn each_layer_is_updated_with_its_own_gradient() {
    let (mut net, mut gradient) = (SineNet::zeroed(), SineNet::zeroed());
    gradient.as_mut_slice().iter_mut().zip(0u8..).for_each(|(value, i)| *value = f32::from(i));
    let mut variables = 0;
    net.update(&Default::default(), &gradient, &mut |values, gradient| {
        values.iter_mut().zip(gradient).for_each(|(value, derivative)| *value -= 2.0 * derivative);
        variables += 1;
    });
    assert!(net.as_slice().iter().zip(gradient.as_slice()).all(|(value, derivative)| *value == -2.0 * derivative));
    assert_eq!(variables, 2 * 3);
}

#[test]
fn a_seed_reproduces_a_network() {
    assert_eq!(SineNet::new(4), SineNet::new(4));
    assert_ne!(SineNet::new(4), SineNet::new(5));
    let mut net = SineNet::zeroed();
    net.initialize(&Default::default(), &mut Rng::new(4));
    assert_eq!(net, SineNet::new(4));
}

/// Batches of one sample, of several tiles, and of a few after that, with the buffers of the larger one.
#[test]
fn a_predictor_predicts_as_the_network_does() -> Result<(), DataError> {
    let network = sequential![Dense(2 => 7, tanh), LayerNormalization(7), Dense(7 => 3, softmax)];
    let mut predictor = network.predictor();
    for samples in [1, 5, 1300, 4, 17] {
        let x: Vec<[f32; 2]> = (0..samples).map(|i| [i as f32 / 10.0, 1.0 - i as f32]).collect();
        let found = predictor.predict(&x)?;
        assert_eq!(found, network.predict(&x)?, "{samples} samples");
        assert_eq!(found.nrows(), samples);
    }
    assert_eq!(predictor.predict(&Vec::<[f32; 2]>::new()), Err(DataError::Empty));
    assert!(predictor.predict(&vec![[0.0, f32::NAN]]).is_err());
    assert_eq!(predictor.predict(&vec![[0.5, 0.25]])?, network.predict(&vec![[0.5, 0.25]])?);
    Ok(())
}
