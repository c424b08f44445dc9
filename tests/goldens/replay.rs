//! Repeats a training of Keras or PyTorch from the same weights.

use core::f64::consts::TAU;

use mlp::Scalar;
use mlp::prelude::*;
use nalgebra::DVector;

use crate::golden::{Golden, mixed_difference, relative_difference};

/// Tolerances of a training.
#[derive(Clone, Copy, Debug)]
pub struct Tolerance {
    /// Relative tolerance of the loss of each epoch.
    pub losses: f64,
    /// Tolerance of the final parameters, relative above 1 and absolute below.
    pub parameters: f64,
}

/// Training data.
pub struct Samples<X, Y> {
    pub x: X,
    pub y: Y,
    pub batch_size: usize,
}

/// Returns the tutorial's sine as one batch, computed in `f64` and rounded.
pub fn sine<T: Scalar>() -> Samples<DVector<T>, DVector<T>> {
    let x = linspace(0.0, TAU, 1000);
    Samples { x: x.map(T::from_f64), y: x.map(|x| T::from_f64(x.sin())), batch_size: 1000 }
}

/// Trains from the file's weights for as many epochs as the file has losses, and compares.
pub fn check<N, L, X, Y>(file: &str, mut network: Box<N>, loss: L, samples: &Samples<X, Y>, tolerance: Tolerance)
where
    N: Network,
    L: LossList<N::Scalar, N::Output>,
    X: Data<N::Scalar, N::Input>,
    Y: Data<N::Scalar, L::Targets>,
{
    let golden = Golden::read(file);
    let start: Vec<_> = golden.joined("dense_").into_iter().map(N::Scalar::from_f64).collect();
    network.as_mut_slice().copy_from_slice(&start);
    let mut model = network.compile(Adam::default(), loss);
    let epochs = golden.get("losses").len();
    let fit = Fit::new().epochs(epochs).batch_size(samples.batch_size).shuffle(false).verbose(Verbose::Silent);
    let history = model.fit(&samples.x, &samples.y, fit).expect("the data is finite");
    let parameters: Vec<_> = model.as_slice().iter().map(|parameter| parameter.to_f64()).collect();

    let losses = relative_difference(history.loss(), golden.get("losses"));
    let parameters = mixed_difference(&parameters, &golden.joined("final.dense_"));
    println!("{file}: {losses:.1e} in the losses, {parameters:.1e} in the parameters");
    assert!(losses <= tolerance.losses, "{file}: losses differ by {losses:e}");
    assert!(parameters <= tolerance.parameters, "{file}: parameters differ by {parameters:e}");
}
