//! Polyak averaging of networks.

use mlp::prelude::*;

sequential! { struct Smallest { Dense(1 => 1) } }
sequential! { struct Net { Dense(3 => 2, tanh), BatchNormalization(2), Dense(2 => 2) } }
sequential! { struct Wide { Dense(3 => 61, tanh), BatchNormalization(61), Dense(61 => 64) } }
sequential! { struct Double: f64 { Dense(3 => 7, tanh), BatchNormalization(7), Dense(7 => 2) } }
functional! {
    struct Twin {
        let state = Input(3);
        let action = Input(1);
        let input = Concatenate()(state, action);
        let encode = Net;
        let first = Dense(4 => 1)(input);
        let second = Dense(2 => 1)(encode(state));
        Model((state, action) => (first, second))
    }
}

/// Checks that every scalar becomes `(1 − τ) target + τ network`, for networks of several sizes.
fn check<N: Network>(tolerance: f64) {
    let mut rng = Rng::new(1);
    let mut random = || {
        let mut network = N::new(0);
        network.as_mut_slice().iter_mut().for_each(|value| *value = mlp::Scalar::from_f64(rng.normal()));
        network
    };
    let (network, mut target) = (random(), random());
    let before = target.to_boxed();
    for tau in [0.0, 0.005, 0.5, 0.9] {
        target.as_mut_slice().copy_from_slice(before.as_slice());
        target.polyak_update(&network, tau);
        for ((found, before), network) in target.as_slice().iter().zip(before.as_slice()).zip(network.as_slice()) {
            let [found, before, network] = [found, before, network].map(|&value| mlp::Scalar::to_f64(value));
            let expected = (1.0 - tau) * before + tau * network;
            assert!((found - expected).abs() < tolerance, "{tau}: {found}, not {expected}");
        }
    }
    target.polyak_update(&network, 1.0);
    assert_eq!(target.as_slice(), network.as_slice(), "a tau of 1 copies");
}

#[test]
fn all_scalars_are_averaged() {
    check::<Smallest>(1e-6);
    check::<Net>(1e-6);
    check::<Wide>(1e-6);
    check::<Double>(1e-14);
    check::<Twin>(1e-6);
}

/// Moving averages are not trained, and follow too.
#[test]
fn moving_averages_follow() {
    let (mut target, mut network) = (Net::new(0), Net::new(0));
    network.batch_normalization_1.moving_mean.fill(1.0);
    network.batch_normalization_1.moving_variance.fill(3.0);
    target.polyak_update(&network, 0.25);
    assert_eq!(target.batch_normalization_1.moving_mean, nalgebra::Vector2::new(0.25, 0.25));
    assert_eq!(target.batch_normalization_1.moving_variance, nalgebra::Vector2::new(1.5, 1.5));
}

/// The distance to a constant network shrinks by `1 − τ` each step.
#[test]
fn a_target_converges_to_its_network() {
    let (mut target, network) = (Double::zeroed(), Double::new(3));
    for _ in 0..2000 {
        target.polyak_update(&network, 0.01);
    }
    let left = 0.99_f64.powi(2000);
    for (target, network) in target.as_slice().iter().zip(network.as_slice()) {
        assert!((target - (1.0 - left) * network).abs() < 1e-12);
    }
}
