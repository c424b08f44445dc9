//! Options of a compiled network that change at run time, and frozen inner networks.

use std::mem::take;

use mlp::prelude::*;

sequential! {
    struct Encoder { Dense(2 => 4, tanh), BatchNormalization(4), Dropout(4, rate = 0.5) }
    struct Frozen { encoder: Encoder(trainable = false), Dense(4 => 1) }
    struct Free { encoder: Encoder, Dense(4 => 1), Dropout(1, rate = 0.0) }
}

fn data() -> (Vec<[f32; 2]>, Vec<[f32; 1]>) {
    let x: Vec<_> = (0..32).map(|i| [i as f32 / 32.0, (i % 5) as f32]).collect();
    let y = x.iter().map(|[a, b]| [a * b]).collect();
    (x, y)
}

fn fit<N>(model: &mut Compiled<N, Adam, MeanSquaredError>) -> Result<f64, TrainingError>
where
    N: Network<Scalar = f32, Input = Features<2>, Output = Features<1>>,
{
    let (x, y) = data();
    let history = model.fit(&x, &y, Fit::new().epochs(3).batch_size(8).verbose(Verbose::Silent))?;
    Ok(history.get("loss").and_then(<[f64]>::last).copied().unwrap_or(f64::NAN))
}

#[test]
fn a_frozen_network_stays_as_it_is() -> Result<(), TrainingError> {
    let mut model = Frozen::new(1).compile(Adam::new(0.05), MeanSquaredError);
    let before = (*model).clone();
    fit(&mut model)?;
    assert_eq!(model.encoder, before.encoder);
    assert_ne!(model.dense_1, before.dense_1);
    assert_eq!(model.summary().trainable(), 5);
    Ok(())
}

#[test]
fn a_network_is_frozen_and_trained_again() -> Result<(), TrainingError> {
    let mut model = Free::new(1).compile(Adam::new(0.05), MeanSquaredError);
    let encoder = model.encoder.clone();
    {
        let mut options = model.options_mut();
        options.encoder = take(&mut options.encoder).trainable(false);
    }
    fit(&mut model)?;
    assert_eq!(model.encoder, encoder);
    let mut options = model.options_mut();
    options.encoder = take(&mut options.encoder).trainable(true);
    drop(options);
    fit(&mut model)?;
    assert_ne!(model.encoder, encoder);
    Ok(())
}

/// Optimizers that look at all parameters at once train what the options say, also after a change.
#[test]
fn least_squares_and_lbfgs_train_what_is_trainable() -> Result<(), TrainingError> {
    let (x, y) = data();
    let x: Vec<_> = x.iter().map(|x| x.map(f64::from)).collect();
    let y: Vec<_> = y.iter().map(|y| y.map(f64::from)).collect();
    macro_rules! check {
        ($optimizer:expr) => {
            let network = sequential![f64; Dense(2 => 4, tanh), Dense(4 => 1)];
            let mut model = network.compile($optimizer, MeanSquaredError);
            let (mut first, mut second) = (model.dense_1.clone(), model.dense_2.clone());
            for is_trained in [true, false, true, false] {
                model.options_mut().dense_1.trainable = is_trained;
                assert_eq!(model.summary().trainable(), if is_trained { 17 } else { 5 });
                model.fit(&x, &y, Fit::new().epochs(2).batch_size(32).verbose(Verbose::Silent))?;
                assert_eq!(model.dense_1 != first, is_trained, stringify!($optimizer));
                assert_ne!(model.dense_2, second, stringify!($optimizer));
                (first, second) = (model.dense_1.clone(), model.dense_2.clone());
            }
        };
    }
    check!(LevenbergMarquardt::new());
    check!(GaussNewton::new());
    check!(Lbfgs::default());
    check!(Adam::new(0.01));
    Ok(())
}

#[test]
fn an_option_changes_the_training() -> Result<(), TrainingError> {
    let losses = |rate: f64, l2: f64| {
        let mut model = Free::new(1).compile(Adam::new(0.05), MeanSquaredError);
        model.options_mut().dropout_1.rate = rate;
        model.options_mut().dense_1.regularizer.l2 = l2;
        fit(&mut model)
    };
    let plain = losses(0.0, 0.0)?;
    assert_eq!(plain, losses(0.0, 0.0)?);
    assert_ne!(plain, losses(0.9, 0.0)?);
    assert_ne!(plain, losses(0.0, 1.0)?);
    Ok(())
}

#[test]
fn an_invalid_option_is_reported() {
    let mut model = Free::new(1).compile(Adam::new(0.05), MeanSquaredError);
    model.options_mut().dropout_1.rate = 1.5;
    let error = fit(&mut model).unwrap_err().to_string();
    assert_eq!(error, "`dropout_1` has rate = 1.5, expected a fraction in [0, 1)");
    model.options_mut().dropout_1.rate = 0.5;
    assert!(fit(&mut model).is_ok());
}
