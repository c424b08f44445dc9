//! Features of `fit`: validation, sample and class weights, resumed epochs, batches of an iterator.

use std::convert::Infallible;

use mlp::prelude::*;
use mlp::training::{Evaluation, PartialFitError};
use nalgebra::{Const, DVector, Dyn, OMatrix};

sequential! { struct Net: f64 { Dense(2 => 5, tanh), Dense(5 => 1) } }
sequential! { struct Classes: f64 { Dense(2 => 3) } }

type Pairs = OMatrix<f64, Dyn, Const<2>>;

fn data(samples: usize) -> (Pairs, DVector<f64>) {
    let x = Pairs::from_fn(samples, |row, column| ((row * 7 + column * 3) % 11) as f64 / 11.0);
    let y = DVector::from_fn(samples, |row, _| x[(row, 0)] * 2.0 - x[(row, 1)]);
    (x, y)
}

fn model() -> Compiled<Net, Adam, MeanSquaredError, (MeanAbsoluteError,)> {
    Net::new(1).compile(Adam::new(0.01), MeanSquaredError).metrics(MeanAbsoluteError)
}

fn fit(epochs: usize) -> Fit {
    Fit::new().epochs(epochs).batch_size(8).verbose(Verbose::Silent)
}

fn part(x: &Pairs, y: &DVector<f64>, from: usize, to: usize) -> (Pairs, DVector<f64>) {
    (x.rows(from, to - from).into_owned(), y.rows(from, to - from).into_owned())
}

#[test]
fn validation_agrees_with_evaluate() {
    let (x, y) = data(40);
    let (x_validation, y_validation) = data(17);
    let mut trained = model();
    let history = trained.fit(&x, &y, fit(3).validation_data(&x_validation, &y_validation)).unwrap();
    let names: Vec<_> = history.names().collect();
    assert_eq!(names, ["loss", "mean_absolute_error", "val_loss", "val_mean_absolute_error"]);
    let Evaluation { loss, metrics } = trained.evaluate(&x_validation, &y_validation).unwrap();
    assert_eq!(history.get("val_loss").unwrap()[2], loss);
    assert_eq!(history.get("val_mean_absolute_error").unwrap()[2], metrics[0].1);
}

#[test]
fn a_split_keeps_the_last_samples() {
    let (x, y) = data(50);
    let ((x_train, y_train), (x_kept, y_kept)) = (part(&x, &y, 0, 40), part(&x, &y, 40, 50));
    let (mut split, mut apart) = (model(), model());
    let by_split = split.fit(&x, &y, fit(4).validation_split(0.2)).unwrap();
    let by_data = apart.fit(&x_train, &y_train, fit(4).validation_data(&x_kept, &y_kept)).unwrap();
    assert_eq!(by_split, by_data);
    assert_eq!(split.as_slice(), apart.as_slice());
}

#[test]
fn validation_does_not_affect_training() {
    let (x, y) = data(40);
    let (mut with, mut without) = (model(), model());
    with.fit(&x, &y, fit(4).validation_data(&x, &y)).unwrap();
    without.fit(&x, &y, fit(4)).unwrap();
    assert_eq!(with.as_slice(), without.as_slice());
}

#[test]
fn an_epoch_without_validation_reports_no_validation_metrics() {
    let (x, y) = data(20);
    let mut seen = Vec::new();
    let fit = fit(4).validation_data(&x, &y).validation_freq(2);
    let history = model().fit(&x, &y, fit.on_epoch_end(|status| seen.push(status.get("val_loss")))).unwrap();
    let losses = history.get("val_loss").unwrap();
    assert_eq!(losses.iter().map(|loss| loss.is_nan()).collect::<Vec<_>>(), [true, false, true, false]);
    assert_eq!(seen, [None, Some(losses[1]), None, Some(losses[3])]);
}

#[test]
fn a_weight_is_a_repetition() {
    let (x, y) = data(6);
    let weights = [1.0, 3.0, 0.0, 2.0, 1.0, 1.0];
    let rows: Vec<usize> = (0..6).flat_map(|row| vec![row; weights[row] as usize]).collect();
    let (repeated_x, repeated_y) = (x.select_rows(&rows), y.select_rows(&rows));
    let one = |epochs| fit(epochs).batch_size(100);
    let sgd = |rate| Net::new(1).compile(Sgd::new(rate), MeanSquaredError);
    // Keras divides the sum by the number of samples, not by the sum of weights: 6 here, 8 there.
    let (mut weighted, mut repeated) = (sgd(0.06), sgd(0.08));
    let loss = weighted.fit(&x, &y, one(5).sample_weight(weights)).unwrap().loss().to_vec();
    let expected = repeated.fit(&repeated_x, &repeated_y, one(5)).unwrap().loss().to_vec();
    for (loss, expected) in loss.iter().zip(expected) {
        assert!((loss * 6.0 - expected * 8.0).abs() < 1e-12, "{loss} {expected}");
    }
    for (a, b) in weighted.as_slice().iter().zip(repeated.as_slice()) {
        assert!((a - b).abs() < 1e-12, "{a} {b}");
    }
}

/// Shuffling keeps weights with their samples, also across tiles.
#[test]
fn weights_follow_shuffles() {
    let (x, y) = data(1500);
    let weights: Vec<f64> = (0..1500).map(|row| f64::from(u8::from(row % 3 == 0))).collect();
    let mut spoilt = y.clone();
    spoilt.iter_mut().enumerate().filter(|(row, _)| row % 3 != 0).for_each(|(_, target)| *target = 1e6);
    let (mut clean, mut ignoring) = (model(), model());
    let fit = fit(2).batch_size(600).sample_weight(weights);
    clean.fit(&x, &y, fit.clone()).unwrap();
    ignoring.fit(&x, &spoilt, fit).unwrap();
    assert_eq!(clean.as_slice(), ignoring.as_slice());
}

#[test]
fn class_weights_are_sample_weights() {
    let (x, _) = data(30);
    let y = DVector::from_fn(30, |row, _| (row % 3) as f64);
    let of_samples: Vec<f64> = (0..30).map(|row| [1.0, 5.0, 0.5][row % 3]).collect();
    let new = || Classes::new(2).compile(Adam::default(), SparseCategoricalCrossentropy::new());
    let (mut by_class, mut by_sample) = (new(), new());
    let history = by_class.fit(&x, &y, fit(3).class_weight([(1, 5.0), (2, 0.5)])).unwrap();
    assert_eq!(history, by_sample.fit(&x, &y, fit(3).sample_weight(of_samples)).unwrap());
    assert_eq!(by_class.as_slice(), by_sample.as_slice());
}

#[test]
fn kept_samples_keep_their_weights() {
    let (x, y) = data(20);
    let weights: Vec<f64> = (0..20).map(f64::from).collect();
    let (_, (x_kept, y_kept)) = ((), part(&x, &y, 10, 20));
    let (x_train, y_train) = part(&x, &y, 0, 10);
    let split = fit(3).validation_split(0.5).sample_weight(&weights[..]);
    let apart = fit(3).sample_weight(&weights[..10]).validation_data(&x_kept, &y_kept);
    let apart = apart.validation_sample_weight(&weights[10..]);
    assert_eq!(model().fit(&x, &y, split).unwrap(), model().fit(&x_train, &y_train, apart).unwrap());
}

#[test]
fn two_fits_of_five_epochs_are_one_of_ten() {
    let (x, y) = data(50);
    let (mut once, mut twice) = (model(), model());
    let all = once.fit(&x, &y, fit(10)).unwrap();
    twice.fit(&x, &y, fit(5)).unwrap();
    let rest = twice.fit(&x, &y, fit(10).initial_epoch(5)).unwrap();
    assert_eq!(once.as_slice(), twice.as_slice());
    assert_eq!(rest.loss(), &all.loss()[5..]);
    assert_eq!((rest.epochs(), rest.initial_epoch()), (5, 5));
    assert!(rest.to_csv().lines().nth(1).unwrap().starts_with("5,"));
}

#[test]
fn a_pass_over_batches_is_an_epoch() {
    let (x, y) = data(50);
    let batches = || (0..50).step_by(8).map(|first| Ok::<_, Infallible>(part(&x, &y, first, 50.min(first + 8))));
    let (mut by_fit, mut by_batches) = (model(), model());
    let history = by_fit.fit(&x, &y, fit(2).shuffle(false)).unwrap();
    for epoch in 0..2 {
        let Evaluation { loss, metrics } = by_batches.partial_fit(batches()).unwrap();
        assert_eq!(loss, history.loss()[epoch]);
        assert_eq!(metrics, [("mean_absolute_error".into(), history.get("mean_absolute_error").unwrap()[epoch])]);
    }
    assert_eq!(by_fit.as_slice(), by_batches.as_slice());
}

#[test]
fn an_error_of_the_batch_iterator_is_returned() {
    let (x, y) = data(8);
    let mut model = model();
    let error = model.partial_fit([Ok((x, y)), Err("no more tape")]).unwrap_err();
    assert_eq!(error, PartialFitError::Batch("no more tape"));
    let none: [Result<(Pairs, DVector<f64>), &str>; 0] = [];
    let error = model.partial_fit(none).unwrap_err();
    assert_eq!(error, PartialFitError::Training(TrainingError::Data(DataError::Empty)));
}

/// A program may be restarted after its last epoch.
#[test]
fn a_training_without_epochs_left_changes_nothing() {
    let (x, y) = data(10);
    let mut model = model();
    let before = model.as_slice().to_vec();
    for initial_epoch in [3, 4] {
        let history = model.fit(&x, &y, fit(3).initial_epoch(initial_epoch)).unwrap();
        assert_eq!((history.epochs(), history.loss().len()), (0, 0));
        assert_eq!(model.as_slice(), before);
    }
}

#[test]
fn invalid_arguments_are_rejected() {
    let (x, y) = data(10);
    let rejected = |fit: Fit| model().fit(&x, &y, fit).unwrap_err().to_string();
    assert_eq!(rejected(fit(1).sample_weight([1.0; 9])), "expected 10 sample weights, one per sample, found 9");
    let mut weights = vec![1.0; 10];
    weights[3] = f64::NAN;
    assert_eq!(rejected(fit(1).sample_weight(weights)), "sample_weight[3] is NaN: every weight must be finite");
    for split in [1.0, -0.1, 0.99, f64::NAN] {
        let message = "expected at least one of the 10 samples for training and one for validation";
        assert_eq!(rejected(fit(1).validation_split(split)), format!("validation_split is {split}: {message}"));
    }
    assert_eq!(rejected(fit(1).validation_freq(0)), "validation_freq is 0: expected at least 1");
    assert_eq!(rejected(fit(0)), "epochs is 0: expected at least 1");
    let error = model().fit(&x, &y, fit(1).validation_data(&x, &DVector::<f64>::zeros(9))).unwrap_err();
    assert_eq!(error.to_string(), "expected as many rows in y as in x, found 10 in x and 9 in y");
}

/// Training in several threads must not deadlock on standard output.
#[test]
fn networks_are_trained_in_parallel() {
    let x = linspace(0.0_f32, 1.0, 8);
    let train = move |during: &mut dyn FnMut()| {
        let fit = Fit::new().epochs(1).verbose(Verbose::Silent).on_epoch_end(|_| during());
        sequential![Dense(1 => 1)].compile(Sgd::new(0.1), MeanSquaredError).fit(&x, &x, fit).expect("finite data");
    };
    let other = train.clone();
    train(&mut || {
        let (done, is_done) = std::sync::mpsc::channel();
        let other = other.clone();
        std::thread::spawn(move || {
            other(&mut || {});
            done.send(()).expect("a receiver");
        });
        is_done.recv_timeout(std::time::Duration::from_secs(20)).expect("both trainings end");
    });
}

/// A loss is divided by the number of samples and a weighted metric by the sum of weights, as in Keras.
#[test]
fn weighted_metrics_use_the_weights() {
    let (x, y) = data(40);
    let weights: Vec<f64> = (0..40).map(|row| f64::from(row % 5) / 2.0).collect();
    let mut model = model().weighted_metrics((MeanAbsoluteError, RootMeanSquaredError));
    let errors = model.predict(&x).unwrap() - &y;
    let weighted =
        |of: fn(f64) -> f64| errors.iter().zip(&weights).map(|(&error, weight)| of(error) * weight).sum::<f64>();
    let expected = [
        ("mean_absolute_error", errors.abs().sum() / 40.0),
        ("weighted_mean_absolute_error", weighted(f64::abs) / weights.iter().sum::<f64>()),
        ("root_mean_squared_error", (weighted(|error| error * error) / weights.iter().sum::<f64>()).sqrt()),
    ];
    let evaluation = model.sample_weight(&weights).evaluate(&x, &y).unwrap();
    assert!((evaluation.loss - weighted(|error| error * error) / 40.0).abs() < 1e-12);
    // A step on all samples reports the metrics before the step.
    let fit = fit(1).batch_size(40).shuffle(false).sample_weight(weights.clone());
    let fit = fit.validation_data(&x, &y).validation_sample_weight(weights.clone());
    let history = model.fit(&x, &y, fit).unwrap();
    for ((name, expected), (reported, value)) in expected.into_iter().zip(&evaluation.metrics) {
        assert!(name == reported && (value - expected).abs() < 1e-12, "{reported} {value}, {name} {expected}");
        let in_training = history.get(name).unwrap()[0];
        assert!((in_training - expected).abs() < 1e-12, "{name} {in_training}, not {expected}");
    }
    let after = model.sample_weight(&weights).evaluate(&x, &y).unwrap();
    assert_eq!(history.get("val_weighted_mean_absolute_error").unwrap()[0], after.metrics[1].1);
    assert_ne!(model.evaluate(&x, &y).unwrap().metrics[1].1, after.metrics[1].1);
}

#[test]
fn a_batch_is_trained_on_with_weights() {
    let (x, y) = data(40);
    let weights: Vec<f64> = (0..40).map(|row| f64::from(row % 3)).collect();
    let (mut by_batch, mut by_fit) = (model(), model());
    let loss = by_batch.sample_weight(&weights).train_on_batch(&x, &y).unwrap();
    let history = by_fit.fit(&x, &y, fit(1).batch_size(40).shuffle(false).sample_weight(weights)).unwrap();
    assert_eq!((loss, by_batch.as_slice()), (history.loss()[0], by_fit.as_slice()));
    let error = by_batch.sample_weight(&[1.0]).train_on_batch(&x, &y).unwrap_err().to_string();
    assert_eq!(error, by_batch.sample_weight(&[1.0]).evaluate(&x, &y).unwrap_err().to_string());
    assert!(error.contains("40") && by_batch.as_slice() == by_fit.as_slice(), "{error}");
}

/// `predict`, `evaluate` and `to_bytes` take `&self`: threads share a network, and get the results of one thread.
#[test]
fn threads_share_a_compiled_network() {
    let (x, y) = data(700);
    let mut model = model();
    model.fit(&x, &y, fit(2)).unwrap();
    let model = &model;
    let results = || (model.predict(&x).unwrap(), model.evaluate(&x, &y).unwrap(), model.to_bytes().unwrap());
    let expected = results();
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(|| (0..20).map(|_| results()).collect::<Vec<_>>())).collect();
        for thread in threads {
            assert!(thread.join().unwrap().iter().all(|result| *result == expected));
        }
    });
}

/// A single metric is a tuple of one.
#[test]
fn a_single_metric_needs_no_tuple() {
    let (x, y) = data(40);
    let compiled = || Net::new(1).compile(Adam::new(0.01), MeanSquaredError);
    let single = compiled().metrics(MeanAbsoluteError).evaluate(&x, &y).unwrap();
    let tuple = compiled().metrics((MeanAbsoluteError,)).evaluate(&x, &y).unwrap();
    assert_eq!(single, tuple);
    let mut weighted = compiled().weighted_metrics(MeanAbsoluteError);
    let ones = vec![1.0; 40];
    let weighted = weighted.sample_weight(&ones).evaluate(&x, &y).unwrap();
    assert_eq!(weighted.metrics, single.metrics);
}

/// `main` prints errors with `Debug`, so that shows the message.
#[test]
fn errors_are_sentences_in_debug_output() {
    let error = TrainingError::Data(DataError::Empty);
    assert_eq!(format!("{error:?}"), "the data has no rows");
    let error = PartialFitError::<Infallible>::Training(error);
    assert_eq!(format!("{error:?}"), "the data has no rows");
}
