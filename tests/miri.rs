//! Each kind of layer, optimizer and network in tiny sizes, for Miri: `cargo +nightly miri test --test miri`. There the
//! kernels have portable registers, and each access is checked. Without Miri the tests check that values are finite and that
//! single-sample inference agrees with batches.

use mlp::Trainer;
use mlp::prelude::*;

fn rows<const N: usize>(count: usize) -> Vec<[f32; N]> {
    (0..count).map(|row| std::array::from_fn(|column| ((row * 7 + column * 3) % 11) as f32 / 11.0 - 0.4)).collect()
}

fn doubles<const N: usize>(count: usize) -> Vec<[f64; N]> {
    rows::<N>(count).into_iter().map(|row| row.map(f64::from)).collect()
}

fn fit(batch: usize) -> Fit {
    Fit::new().epochs(2).batch_size(batch).verbose(Verbose::Silent)
}

fn is_finite<N: Network>(network: &N) -> bool {
    network.as_slice().iter().all(|value| num_is_finite(*value))
}

fn num_is_finite(value: impl Scalar) -> bool {
    Scalar::to_f64(value).is_finite()
}

/// Trains one layer between two others, with fewer and more samples than a register has.
macro_rules! layers {
    ($($name:ident: $($layer:ident($($argument:tt)*)),+;)*) => {$(
        #[test]
        fn $name() {
            for count in [1, 17] {
                let network = sequential![Dense(3 => 4, tanh), $($layer($($argument)*),)+ Dense(4 => 2)];
                let mut model = network.seed(1).compile(Sgd::new(1e-2), MeanSquaredError);
                let (x, y) = (rows::<3>(count), rows::<2>(count));
                model.fit(&x, &y, fit(16)).unwrap();
                let batch = model.predict(&x).unwrap();
                let one = model.predict_one(x[0]);
                assert!(is_finite(&*model) && (batch.row(0).transpose() - one).norm() < 1e-5);
            }
        }
    )*};
}

layers! {
    activations: Activation(4, softplus), Activation(4, gelu), Activation(4, softmax);
    alpha_dropout: AlphaDropout(4, rate = 0.3);
    batch_normalization: BatchNormalization(4);
    dense: Dense(4 => 4, relu, l1 = 1e-2, l2 = 1e-2, max_norm = 1.0);
    dense_without_bias: Dense(4 => 4, use_bias = false, trainable = false);
    dropout: Dropout(4, rate = 0.3);
    fourier_features: FourierFeatures(4 => 4, scale = 0.3, trainable = true);
    gaussian_dropout: GaussianDropout(4, rate = 0.3);
    gaussian_noise: GaussianNoise(4, stddev = 0.2);
    layer_normalization: LayerNormalization(4);
    normalization: Normalization(4);
    periodic_embedding: PeriodicEmbedding(4 => 8, period = 7.0), Dense(8 => 4);
    prelu: PRelu(4);
    rescaling: Rescaling(4, scale = 0.3, offset = -0.2);
    rms_normalization: RmsNormalization(4);
    unit_normalization: UnitNormalization(4);
}

/// Trains with one optimizer, clipping and an average of the weights.
macro_rules! optimizers {
    ($($name:ident: $optimizer:expr;)*) => {$(
        #[test]
        fn $name() {
            let network = sequential![f64; Dense(3 => 5, sigmoid), Dense(5 => 2)].seed(2);
            let mut model = network.compile($optimizer, MeanSquaredError);
            model.fit(&doubles::<3>(9), &doubles::<2>(9), fit(4)).unwrap();
            assert!(is_finite(&*model));
        }
    )*};
}

optimizers! {
    adadelta: Adadelta::new(1e-2).clipnorm(1.0);
    adagrad: Adagrad::new(1e-2).clipvalue(1.0);
    adam: Adam::new(CosineDecay::new(1e-2, 10)).global_clipnorm(1.0).ema(0.9);
    adam_with_max: Adam::new(1e-2).amsgrad(true).gradient_accumulation_steps(2);
    adam_w: AdamW::new(LinearWarmup::new(3, 1e-2));
    adamax: Adamax::new(1e-2);
    ftrl: Ftrl::new(1e-2);
    lion: Lion::new(|step: u64| 1e-2 / (1.0 + step as f64));
    nadam: Nadam::new(1e-2).weight_decay(0.1);
    rms_prop: RmsProp::new(1e-2).momentum(0.9).centered(true);
    sgd: Sgd::new(1e-2).momentum(0.9).nesterov(true);
    lbfgs: Lbfgs::new(3);
    levenberg_marquardt: LevenbergMarquardt::new();
}

sequential! { struct Encoder { Dense(3 => 4, relu), Dense(4 => 3, tanh) } }

functional! {
    struct Graph {
        let first = Input(3);
        let second = Input(2);
        let shared = Dense(2 => 3, tanh);
        let encode = Encoder(first);
        let product = Multiply()(shared(second), shared(first[0..2]));
        let sum = Add()(product, encode);
        let dot = Dot()(product, first);
        let all = Concatenate()(dot, sum);
        let value = Dense(4 => 1)(all);
        let classes = Dense(4 => 3)(all);
        Model((first, second) => (value, classes))
    }
}

#[test]
fn graphs() {
    let mut model = Graph::new(3).compile(Adam::new(1e-2), (MeanSquaredError, SparseCategoricalCrossentropy::new()));
    let labels: Vec<[f32; 1]> = (0..5).map(|row| [(row % 3) as f32]).collect();
    let (x, y) = ((rows::<3>(5), rows::<2>(5)), (rows::<1>(5), labels));
    model.fit(&x, &y, fit(4)).unwrap();
    model.predict(&x).unwrap();
    assert!(is_finite(&*model));
}

/// A panel of weights, and outputs in the lanes, which few samples use.
#[test]
fn wide_layers() {
    for count in [2, 16] {
        let network = sequential![Dense(70 => 20, relu), Dense(20 => 3)].seed(0);
        let mut model = network.compile(RmsProp::new(1e-2), SparseCategoricalCrossentropy::new());
        let labels: Vec<[f32; 1]> = (0..count).map(|row| [(row % 3) as f32]).collect();
        model.fit(&rows::<70>(count), &labels, fit(80)).unwrap();
        model.predict_one([0.5; 70]);
        assert!(is_finite(&*model));
    }
}

#[test]
fn embeddings() {
    let network = sequential![Embedding(1 => 3, Categories<5>), Dense(3 => 2)].seed(0);
    let mut model = network.compile(Lion::new(1e-2), Huber::new());
    let x: Vec<[f32; 1]> = (0..9).map(|row| [(row % 5) as f32]).collect();
    model.fit(&x, &rows::<2>(9), fit(4)).unwrap();
    assert!(is_finite(&*model));
}

residual! {
    struct Decay {}
    (t, s) -> u { u.t + u - s * u.ss }
}

sequential! { struct Wave: f64 { Dense(2 => 4, tanh), Dense(4 => 1) } }

#[test]
fn equations() {
    let inside = Term::uniform(Decay {}, [(0.0, 1.0), (0.0, 1.0)], 5);
    let mut model = Wave::new(0).compile_residuals(Adam::new(1e-2), inside);
    model.solve(Fit::new().epochs(2).verbose(Verbose::Silent)).unwrap();
    assert!(is_finite(&*model));
}

#[test]
fn derivatives() {
    let network = Wave::new(0);
    let x = doubles::<2>(3);
    assert!(network.jacobian(&x).unwrap().iter().flatten().all(|value| value.is_finite()));
    assert!(network.laplacian(&x).unwrap().iter().all(|value| value.is_finite()));
}

#[test]
fn static_memory() {
    let mut network = *Encoder::new(0);
    let mut trainer = Trainer::<Encoder, _, _>::new(Adam::new(1e-2), MeanSquaredError);
    let (x, y) = ([[0.1, 0.2, 0.3], [0.3, 0.2, 0.1]], [[0.5, 0.1, 0.0], [0.1, 0.0, 0.2]]);
    trainer.train_on_batch(&mut network, &x, &y).unwrap();
    assert!(is_finite(&network));
}

/// Parameters as bytes: weights of a file.
#[test]
fn files() {
    let network = Encoder::new(1);
    let mut other = Encoder::new(2);
    other.load_weights_bytes(&network.weights_to_bytes().unwrap()).unwrap();
    assert_eq!(network, other);
    let mut model = network.compile(Adam::new(1e-3), MeanSquaredError);
    let bytes = model.to_bytes().unwrap();
    assert_eq!(model.load_bytes(&bytes).unwrap(), 0);
}
