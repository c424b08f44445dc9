//! Updates of a chain of dense layers, which join neighboring variables, and of other networks, which do not.

use mlp::prelude::*;

// The third layer is neither trained nor a neighbor of the others. `Rescaling` changes nothing, but makes another kind of network.
sequential! {
    struct Chain {
        Dense(2 => 5, tanh, max_norm = 0.7),
        Dense(5 => 7, relu, l2 = 0.01, use_bias = false),
        Dense(7 => 5, relu, trainable = false),
        Dense(5 => 1),
    }
    struct Layers {
        Rescaling(2, scale = 1.0),
        Dense(2 => 5, tanh, max_norm = 0.7),
        Dense(5 => 7, relu, l2 = 0.01, use_bias = false),
        Dense(7 => 5, relu, trainable = false),
        Dense(5 => 1),
    }
}

/// Returns the parameters after some steps.
fn trained<N>(optimizer: impl Optimizer) -> Result<Vec<f32>, TrainingError>
where
    N: Network<Scalar = f32, Input = Features<2>, Output = Features<1>>,
{
    let x: Vec<_> = (0..40).map(|i| [i as f32 / 20.0 - 1.0, (i % 7) as f32 / 7.0]).collect();
    let y: Vec<_> = x.iter().map(|[a, b]| a * b).collect();
    let mut model = N::new(3).compile(optimizer, MeanSquaredError);
    model.fit(&x, &y, Fit::new().epochs(4).batch_size(16).verbose(Verbose::Silent))?;
    Ok(model.as_slice().to_vec())
}

#[test]
fn joined_updates_have_the_same_bits() -> Result<(), TrainingError> {
    macro_rules! check {
        ($($optimizer:expr;)*) => {$(
            let name = stringify!($optimizer);
            assert_eq!(trained::<Chain>($optimizer)?, trained::<Layers>($optimizer)?, "{name}");
            assert_ne!(trained::<Chain>($optimizer)?, Chain::new(3).as_slice(), "{name} changes nothing");
        )*};
    }
    check! {
        Sgd::new(0.1).weight_decay(0.05);
        Sgd::new(0.1).momentum(0.9);
        Sgd::new(0.1).momentum(0.9).nesterov(true).clipnorm(0.5);
        RmsProp::new(0.01).centered(true).momentum(0.5);
        RmsProp::new(0.01);
        Adam::new(0.05);
        Adam::new(0.05).amsgrad(true).ema(0.9);
        AdamW::new(0.05).weight_decay(0.1);
        Adamax::new(0.05);
        Nadam::new(0.05);
        Adagrad::new(0.1);
        Adadelta::new(1.0);
        Ftrl::new(0.1);
        Lion::new(0.01);
    }
    Ok(())
}

#[test]
fn constraints_hold_after_a_joined_update() -> Result<(), TrainingError> {
    let parameters = trained::<Chain>(Adam::new(0.5))?;
    let norm = |output: usize| parameters[output].hypot(parameters[5 + output]);
    assert!((0..5).all(|output| norm(output) <= 0.7001) && (0..5).any(|output| norm(output) > 0.69));
    let (before, bias_of_second) = (Chain::new(3), 15 + 35);
    assert_eq!(parameters[bias_of_second..][..7 + 40], before.as_slice()[bias_of_second..][..7 + 40]);
    Ok(())
}
