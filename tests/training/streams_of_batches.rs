//! `fit_batches`: streams of batches with callbacks, validation, progress and history.

use std::convert::Infallible;

use mlp::data::Batches;
use mlp::prelude::*;
use mlp::training::PartialFitError;

sequential! { struct Line { Dense(1 => 1) } }

type Samples = (Vec<f32>, Vec<f32>);

fn fit(epochs: usize) -> Fit {
    Fit::new().epochs(epochs).batch_size(8).shuffle(false).verbose(0)
}

fn samples(range: std::ops::Range<usize>) -> Samples {
    let x: Vec<f32> = range.map(|i| i as f32 / 16.0).collect();
    let y = x.iter().map(|x| 2.0 * x - 1.0).collect();
    (x, y)
}

fn model() -> Compiled<Line, Adam, MeanSquaredError> {
    Line::new(5).compile(Adam::new(1e-2), MeanSquaredError)
}

#[test]
fn a_stream_trains_as_the_data_at_once() {
    let (x, y) = samples(0..30);
    let held_out = samples(30..40);
    let mut at_once = model().metrics(MeanAbsoluteError);
    let expected = at_once.fit(&x, &y, fit(3).validation_data(&held_out.0, &held_out.1)).unwrap();
    let mut streamed = model().metrics(MeanAbsoluteError);
    let batches = |_epoch: usize| {
        let batch = |index: usize| Ok::<_, Infallible>(samples(8 * index..30.min(8 * index + 8)));
        Ok((0..4).map(batch))
    };
    let history = streamed.fit_batches(batches, fit(3).validation_data(&held_out.0, &held_out.1)).unwrap();
    assert_eq!(history, expected);
    assert_eq!(streamed.as_slice(), at_once.as_slice());
    assert_eq!(
        history.names().collect::<Vec<_>>(),
        ["loss", "mean_absolute_error", "val_loss", "val_mean_absolute_error"]
    );
}

#[test]
fn callbacks_see_epochs_and_batches() {
    let mut seen = Vec::new();
    let batches = |epoch: usize| Ok::<_, Infallible>((0..2 + epoch).map(|_| Ok(samples(0..4))));
    let log = |status: &mut Status| seen.push((status.epoch(), status.batch(), status.batches()));
    model().fit_batches(batches, fit(2).on_batch_end(log)).unwrap();
    assert_eq!(seen, [(0, 0, 0), (0, 1, 0), (1, 0, 2), (1, 1, 2), (1, 2, 2)]);

    let stopping = EarlyStopping::new("loss").mode(MonitorMode::Max).patience(1);
    let history = model().fit_batches(batches, fit(50).callback(stopping)).unwrap();
    assert!(history.epochs() < 50, "{}", history.epochs());
}

#[test]
fn files_are_a_stream() {
    let open = || {
        let mut next = 0.0_f32;
        Ok(move |x: &mut [f32], y: &mut [f32]| {
            (x[0], y[0], next) = (next, 2.0 * next - 1.0, next + 0.125);
            Ok(x[0] < 2.0)
        })
    };
    let batches = Batches::<f32, 1, 1>::new(open).batch_size(4).shuffle(8, 1);
    let history = model().fit_batches(|epoch| batches.epoch(epoch as u64), fit(40)).unwrap();
    assert!(history.loss()[39] < 0.5 * history.loss()[0], "{:?}", history.loss());
}

#[test]
fn errors_of_streams() {
    let none = |_epoch: usize| Ok::<_, Infallible>(std::iter::empty::<Result<Samples, Infallible>>());
    assert_eq!(model().fit_batches(none, fit(1)).unwrap_err().to_string(), "the data has no rows");
    let fails = |_epoch: usize| Ok::<_, String>([Ok(samples(0..4)), Err("the disk is gone".to_owned())]);
    let error = model().fit_batches(fails, fit(1)).unwrap_err();
    assert_eq!(error, PartialFitError::Batch("the disk is gone".to_owned()));
    let good = |_epoch: usize| Ok::<_, Infallible>([Ok(samples(0..4))]);
    for (fit, setting) in [
        (fit(1).validation_split(0.5), "validation_split"),
        (fit(1).sample_weight([1.0; 4]), "sample_weight"),
        (fit(1).bootstrap(1), "bootstrap"),
    ] {
        let error = model().fit_batches(good, fit).unwrap_err().to_string();
        assert!(error.starts_with(&format!("{setting} needs all samples at once")), "{error}");
    }
    let invalid = |_epoch: usize| Ok::<_, Infallible>([Ok((vec![f32::NAN], vec![0.0_f32]))]);
    assert!(model().fit_batches(invalid, fit(1)).unwrap_err().to_string().contains("every value must be finite"));
    assert_eq!(
        model().fit_batches(good, fit(1).verbose(3)).unwrap_err().to_string(),
        "expected auto, 0, 1 or 2 for `verbose`, found 3"
    );
}
