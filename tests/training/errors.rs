//! Invalid data is a typed error that names the place, and changes nothing.

use mlp::prelude::*;
use nalgebra::{Const, DVector, Dyn, OMatrix};

sequential! { struct Line { Dense(2 => 1) } }
sequential! { struct Classes { Dense(2 => 3) } }

type Pairs = OMatrix<f32, Dyn, Const<2>>;

fn pairs(rows: usize) -> Pairs {
    Pairs::from_fn(rows, |row, column| (row + column) as f32)
}

fn fit() -> Fit {
    Fit::new().epochs(3).batch_size(4).verbose(Verbose::Silent)
}

/// Returns the error of a `fit` and checks that the network is unchanged.
fn fit_error(x: &Pairs, y: &DVector<f32>, fit: Fit) -> TrainingError {
    let mut model = Line::new(0).compile(Adam::default(), MeanSquaredError);
    let before = model.dense_1.clone();
    let error = model.fit(x, y, fit).expect_err("fit must fail");
    assert_eq!(model.dense_1, before);
    error
}

#[test]
fn different_row_counts() {
    let error = fit_error(&pairs(5), &DVector::zeros(4), fit());
    assert_eq!(error, TrainingError::Data(DataError::RowMismatch { inputs: 5, targets: 4 }));
    assert_eq!(error.to_string(), "expected as many rows in y as in x, found 5 in x and 4 in y");
}

#[test]
fn no_rows() {
    assert_eq!(fit_error(&pairs(0), &DVector::zeros(0), fit()), TrainingError::Data(DataError::Empty));
    let network = Line::new(0);
    assert_eq!(network.predict(&pairs(0)), Err(DataError::Empty));
}

#[test]
fn zero_batch_size_and_epochs() {
    assert_eq!(fit_error(&pairs(5), &DVector::zeros(5), fit().batch_size(0)), TrainingError::ZeroBatchSize);
    assert_eq!(fit_error(&pairs(5), &DVector::zeros(5), Fit::new().epochs(0)), TrainingError::ZeroEpochs);
}

#[test]
fn values_that_are_not_finite_are_reported_with_row_and_column() {
    let mut x = pairs(300);
    x[(257, 1)] = f32::NEG_INFINITY;
    let error = fit_error(&x, &DVector::zeros(300), fit());
    assert_eq!(error.to_string(), "x[(257, 1)] is -inf: every value must be finite");

    let mut y = DVector::zeros(300);
    y[299] = f32::NAN;
    let error = fit_error(&pairs(300), &y, fit());
    assert_eq!(error.to_string(), "y[(299, 0)] is NaN: every value must be finite");

    let prediction = Line::new(0).predict(&x).expect_err("an infinity");
    assert!(matches!(prediction, DataError::NotFinite { row: 257, column: 1, .. }));
}

#[test]
fn class_indices_out_of_range() {
    let mut model = Classes::new(0).compile(Adam::default(), SparseCategoricalCrossentropy::new());
    for bad in [3.0, -1.0, 0.5] {
        let y = DVector::from_vec(vec![0.0, 1.0, bad, 2.0]);
        let error = model.fit(&pairs(4), &y, fit()).expect_err("no such class");
        let loss = "sparse_categorical_crossentropy";
        let expected = DataError::InvalidTarget { part: None, row: 2, column: 0, value: f64::from(bad), loss };
        assert_eq!(error, TrainingError::Data(expected));
    }
}

/// The error names the epoch and the batch, and the weights are those before the last step.
#[test]
fn divergence_keeps_the_last_good_weights() {
    let (x, y) = (pairs(8), DVector::from_element(8, 1.0));
    let mut model = Line::new(0).compile(Adam::new(1e30), MeanSquaredError);
    let before = model.dense_1.clone();
    let error = model.fit(&x, &y, fit().shuffle(false)).expect_err("weights of 1e30 overflow");
    let TrainingError::Diverged { epoch: 1, batch: 2, loss } = error else { panic!("{error}") };
    assert!(!loss.is_finite());
    assert_eq!(model.dense_1, before);
    let evaluation = model.evaluate(&x, &y).expect("the data is finite");
    assert!(evaluation.loss.is_finite());
}

/// A batch size above the number of samples means one batch; a batch of one sample works.
#[test]
fn batches_of_any_size() {
    for batch_size in [1, 3, 7, 8, 9, usize::MAX] {
        let mut model = Line::new(0).compile(Adam::default(), MeanSquaredError);
        let history =
            model.fit(&pairs(8), &DVector::<f32>::zeros(8), fit().batch_size(batch_size)).expect("valid data");
        assert_eq!(history.loss().len(), 3);
    }
}
