//! `Trainer`, which needs no heap, trains like `compile` and `train_on_batch`.

use std::array::from_fn;

use mlp::prelude::*;
use nalgebra::SVector;

sequential! { struct Chain: f64 { Dense(3 => 7, tanh, l2 = 1e-3), Dense(7 => 2, init = he_normal) } }
sequential! { struct Whole: f64 { Dense(3 => 4), BatchNormalization(4), Dense(4 => 2) } }

functional! {
    struct Graph: f64 {
        let a = Input(3);
        let b = Input(2);
        let joined = Dense(5 => 6, tanh)(Concatenate()(a, b));
        let skip = Add()(Dense(6 => 6, sigmoid)(joined), joined);
        let first = Dense(6 => 2)(skip);
        let second = Dense(3 => 1)(skip[1..4]);
        Model((a, b) => (first, second))
    }
}

const SAMPLES: usize = 37;

fn values<const N: usize>(phase: f64) -> [[f64; N]; SAMPLES] {
    from_fn(|row| from_fn(|column| ((row * 7 + column * 3) as f64 * 0.31 + phase).sin()))
}

fn same(one: &[f64], other: &[f64]) -> bool {
    one.iter().zip(other).all(|(one, other)| (one - other).abs() < 1e-12)
}

#[test]
fn a_chain_trains_the_same() {
    let (x, y) = (values::<3>(0.0), values::<2>(1.0));
    let optimizer = || Adam::new(0.01).weight_decay(1e-3);
    let (mut network, mut trainer) = (*Chain::new(4), Trainer::new(optimizer(), Huber::new()));
    let mut model = Chain::new(4).compile(optimizer(), Huber::new());
    for _ in 0..20 {
        let loss = trainer.train_on_batch(&mut network, &x, &y).unwrap();
        assert!((loss - model.train_on_batch(&x, &y).unwrap()).abs() < 1e-12);
    }
    assert!(same(network.as_slice(), model.as_slice()));
}

#[test]
fn several_inputs_and_outputs_train_the_same() {
    let (x, y) = ((values::<3>(0.0), values::<2>(0.5)), (values::<2>(1.0), values::<1>(2.0)));
    let optimizer = || Sgd::new(0.05).momentum(0.9).nesterov(true);
    let losses = (MeanSquaredError, MeanAbsoluteError);
    let mut trainer = Trainer::new(optimizer(), losses).loss_weights([1.0, 0.5]);
    let mut network = *Graph::new(1);
    let mut model = Graph::new(1).compile(optimizer(), losses).loss_weights([1.0, 0.5]);
    let (x_rows, y_rows): ([_; SAMPLES], [_; SAMPLES]) = (
        from_fn(|row| (SVector::from(x.0[row]), SVector::from(x.1[row]))),
        from_fn(|row| (SVector::from(y.0[row]), SVector::from(y.1[row]))),
    );
    for _ in 0..20 {
        let loss = trainer.train_on_batch(&mut network, &x_rows, &y_rows).unwrap();
        assert!((loss - model.train_on_batch(&x, &y).unwrap()).abs() < 1e-12);
    }
    assert!(same(network.as_slice(), model.as_slice()));
}

#[test]
fn whole_batch_layers_accept_one_register_of_samples() {
    let (x, y) = (values::<3>(0.0), values::<2>(1.0));
    let (mut network, mut trainer) = (*Whole::new(0), Trainer::new(Sgd::new(0.1), MeanSquaredError));
    let before = network.clone();
    let error = trainer.train_on_batch(&mut network, &x, &y).unwrap_err();
    assert_eq!(error, DataError::BatchTooLarge { samples: SAMPLES, max: 16 });
    assert_eq!(network, before);
    let (x, y) = (&x[..16], &y[..16]);
    let mut model = Whole::new(0).compile(Sgd::new(0.1), MeanSquaredError);
    for _ in 0..5 {
        let loss = trainer.train_on_batch(&mut network, x, y).unwrap();
        assert!((loss - model.train_on_batch(x, y).unwrap()).abs() < 1e-12);
    }
    assert!(same(network.as_slice(), model.as_slice()));
}

#[test]
fn values_that_are_not_finite_change_nothing() {
    let (mut network, mut trainer) = (*Chain::new(0), Trainer::new(Adam::default(), MeanSquaredError));
    let before = network.clone();
    let error = trainer.train_on_batch(&mut network, &[[1.0, f64::NAN, 0.0]], &[[0.0, 0.0]]).unwrap_err();
    assert!(matches!(error, DataError::NotFinite { row: 0, column: 1, .. }), "{error}");
    assert_eq!(network, before);
    // A step with an infinite loss is not applied.
    let loss = trainer.train_on_batch(&mut network, &[[1e200; 3]], &[[1e300; 2]]).unwrap();
    assert!(!loss.is_finite());
    assert_eq!(network, before);
}

#[test]
fn a_network_of_constants_predicts() {
    sequential! { struct Line { layer: Dense(1 => 2) } }
    static NETWORK: Line = Line { layer: Dense::from_parts([[2.0, -1.0]], [0.5, 0.0]) };
    assert_eq!(NETWORK.predict_one([3.0]).as_slice(), [6.5, -3.0]);
    assert_eq!(Line::ZEROS.predict_one([3.0]).as_slice(), [0.0, 0.0]);
}
