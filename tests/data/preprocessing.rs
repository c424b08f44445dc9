//! Preprocessing: compared with scikit-learn, and typed errors.

use crate::golden::{Golden, mixed_difference};
use mlp::Scalar;
use mlp::data::{
    Batch, KFold, MinMaxScaler, PreprocessingError, Samples, ShapeError, Split, StandardScaler, argmax, columns,
    one_hot, rows, sparse_targets, train_test_split,
};
use mlp::prelude::*;
use nalgebra::{DMatrix, DVector, Matrix2, Matrix2x4};

fn golden() -> Golden {
    Golden::read("preprocessing")
}

fn counts(golden: &Golden, name: &str) -> Vec<usize> {
    golden.get(name).iter().map(|&number| number as usize).collect()
}

fn row_major<T: Scalar, const COLUMNS: usize>(matrix: &Batch<T, COLUMNS>) -> Vec<f64> {
    matrix.transpose().iter().map(|&value| Scalar::to_f64(value)).collect()
}

fn scalers_agree<T: Scalar>(scalar: &str, bound: f64) {
    let golden = golden();
    let close = |name: &str, ours: &[f64]| {
        let difference = mixed_difference(ours, golden.get(&format!("{scalar} {name}")));
        assert!(difference < bound, "{scalar} {name}: {difference:e}");
    };
    let numbers: Vec<T> = golden.get(&format!("{scalar} x")).iter().map(|&number| T::from_f64(number)).collect();
    let x = Batch::<T, 6>::from_row_slice(&numbers);
    let (standard, scaled) = StandardScaler::fit_transform(&x).expect("finite");
    close("mean", standard.mean());
    close("scale", standard.scale());
    close("standard", &row_major(&scaled));
    close("x", &row_major(&standard.inverse_transform(&scaled)));
    for (low, high) in [(0.0, 1.0), (-2.0, 3.0)] {
        let scaler = MinMaxScaler::fit_to_range(&x, low, high).expect("finite");
        let scaled = scaler.transform(&x);
        close(&format!("min_max_{low}_{high}"), &row_major(&scaled));
        close("x", &row_major(&scaler.inverse_transform(&scaled)));
        let one: [T; 6] = core::array::from_fn(|column| x[(3, column)]);
        assert_eq!(scaler.transform_one(one)[0], scaled[(3, 0)]);
        assert_eq!(standard.transform_one(one)[5], standard.transform(&x)[(3, 5)]);
    }
}

// scikit-learn computes in single precision for `float32`; a column near 30 with a range of 1 loses some digits.
#[test]
fn scalers_agree_with_scikit_learn() {
    scalers_agree::<f64>("float64", 1e-9);
    scalers_agree::<f32>("float32", 1e-5);
}

#[test]
fn a_constant_column_is_not_scaled() {
    let x = rows::<f64, 2>(&[[3.0, 1.0], [3.0, 2.0]]).expect("two columns");
    let (standard, scaled) = StandardScaler::fit_transform(&x).expect("finite");
    assert_eq!((standard.scale(), scaled.column(0).sum()), (&[1.0, 0.5][..], 0.0));
    let (min_max, scaled) = MinMaxScaler::fit_transform(&x).expect("finite");
    assert_eq!((min_max.data_min(), min_max.data_max()), (&[3.0, 1.0][..], &[3.0, 2.0][..]));
    assert_eq!(scaled, Matrix2::new(0.0, 0.0, 0.0, 1.0));
}

/// The limit of scikit-learn: columns of a smaller range are constant up to rounding.
#[test]
fn a_column_of_ten_epsilon_is_scaled() {
    for (range, max) in [(10.0 * f64::EPSILON, 1.0), (9.0 * f64::EPSILON, 9.0 * f64::EPSILON)] {
        let (_, scaled) = MinMaxScaler::fit_transform(&rows::<_, 1>(&[[0.0], [range]]).unwrap()).expect("finite");
        assert_eq!(scaled[1], max);
    }
}

#[test]
fn invalid_columns_are_named() {
    let fit = |numbers: [[f64; 2]; 2]| StandardScaler::fit(&rows::<_, 2>(&numbers).unwrap()).unwrap_err().to_string();
    assert_eq!(fit([[0.0, 1.0], [2.0, f64::NAN]]), "row 1, column 1: expected a finite value, found NaN");
    assert_eq!(fit([[0.0, -1e200], [2.0, 1e200]]), "column 1: range overflows the scalar type");
    let x = rows::<f64, 1>(&[[-1e308], [1e308]]).unwrap();
    assert_eq!(MinMaxScaler::fit(&x), Err(PreprocessingError::Range { column: 0 }));
    let empty = MinMaxScaler::fit_to_range(&x, 1.0, 1.0).unwrap_err();
    assert_eq!(empty.to_string(), "expected a finite range with min < max, found 1 to 1");
    assert_eq!(StandardScaler::fit(&Batch::<f32, 3>::zeros(0)), Err(PreprocessingError::NoRows));
}

#[test]
fn classes_are_encoded_and_decoded() {
    let labels = [3, 0, 2, 2];
    let y = one_hot::<f32, 4>(&labels).expect("classes");
    assert_eq!(y.row_sum(), nalgebra::RowVector4::new(1.0, 0.0, 2.0, 1.0));
    assert_eq!(argmax(&y), labels);
    assert_eq!(argmax(&Matrix2x4::new(f64::NAN, 1.0, 2.0, 2.0, 1.0, f64::NAN, 1.0, 0.0)), [2, 0]);
    assert_eq!(sparse_targets::<f64>(&labels), DVector::from_vec(vec![3.0, 0.0, 2.0, 2.0]));
    let error = one_hot::<f32, 3>(&labels).unwrap_err();
    assert_eq!(error.to_string(), "row 0: expected a class index below 3, found 3");
}

#[test]
fn splits_have_the_sizes_of_scikit_learn() {
    let golden = golden();
    for (rows, split, name) in [
        (10, Split::new().test_size(0.25), "split_10 0.25"),
        (150, Split::new().test_size(0.2), "split_150 0.2"),
        (7, Split::new().test_size(0.5), "split_7 0.5"),
        (11, Split::new().test_rows(3), "split_11 3"),
        (3, Split::new().test_size(0.01), "split_3 0.01"),
    ] {
        let (train, test) = split.indices(rows).expect("two sides");
        assert_eq!([train.len(), test.len()], *counts(&golden, name), "{name}");
        let mut all = [train, test].concat();
        assert!(rows < 4 || !all.is_sorted(), "shuffled: {all:?}");
        all.sort_unstable();
        assert!(all.into_iter().eq(0..rows));
    }
    let (train, test) = Split::new().test_size(0.3).shuffle(false).indices(9).expect("two sides");
    assert_eq!((train, test), (counts(&golden, "unshuffled train"), counts(&golden, "unshuffled test")));
}

#[test]
fn stratified_splits_have_the_classes_of_scikit_learn() {
    let labels = [[0; 50].as_slice(), &[1; 23], &[2; 10], &[3; 4]].concat();
    for (split, name) in [
        (Split::new().test_size(0.2), "stratified_split 0.2"),
        (Split::new().test_size(0.37), "stratified_split 0.37"),
        (Split::new().test_rows(7), "stratified_split 7"),
    ] {
        let (train, test) = train_test_split(&labels, split.stratify(&labels)).expect("two sides");
        let count = |side: &[usize]| (0..4).map(|class| side.iter().filter(|&&label| label == class).count()).collect();
        let sides: Vec<Vec<usize>> = vec![count(&train), count(&test)];
        assert_eq!(sides.concat(), counts(&golden(), name), "{name}");
        assert!(!train.is_sorted() && !test.is_sorted(), "shuffled");
    }
}

#[test]
fn a_split_keeps_rows_of_all_arrays_together() {
    let x = Batch::<f32, 2>::from_fn(20, |row, column| (2 * row + column) as f32);
    let y = DVector::from_fn(20, |row, _| row as f32);
    let names: Vec<String> = (0..20).map(|row| row.to_string()).collect();
    let split = || Split::new().test_size(0.3).seed(5);
    let ((x_train, y_train, names_train), test) = train_test_split((&x, &y, &names), split()).expect("two sides");
    for (row, name) in names_train.iter().enumerate() {
        assert_eq!((x_train[(row, 1)], name.parse()), (2.0 * y_train[row] + 1.0, Ok(y_train[row])));
    }
    assert_eq!(test, train_test_split((x.clone(), y.clone(), names), split()).expect("two sides").1, "same seed");
    assert_ne!(test.1, train_test_split(&y, split().seed(6)).expect("two sides").1, "a different seed");
}

#[test]
fn invalid_splits_are_rejected() {
    let refuse = |rows, split: Split<'_>| split.indices(rows).unwrap_err().to_string();
    let one_alone = [0, 1, 1, 1];
    let pairs = [0, 0, 1, 1, 2, 2];
    for (rows, split, message) in [
        (0, Split::new().test_size(0.5), "the data has no rows"),
        (1, Split::new().test_size(0.5), "a split of 1 rows with 1 test rows leaves one side empty"),
        (5, Split::new().test_rows(0), "a split of 5 rows with 0 test rows leaves one side empty"),
        (4, Split::new().test_size(0.5).stratify(&one_alone), "class 0: expected at least 2 rows, found 1"),
        (6, Split::new().test_rows(2).stratify(&pairs), "a side of 2 rows cannot hold 3 classes; change the test size"),
        (5, Split::new().test_rows(2).stratify(&pairs), "row counts differ: 5 and 6"),
        (
            6,
            Split::new().test_rows(3).stratify(&pairs).shuffle(false),
            "a stratified split must shuffle; remove `stratify` or `shuffle(false)`",
        ),
        (
            9,
            Split::new().test_size(1.5),
            "expected a test size between 0 and 1 (exclusive), found 1.5; `Split::test_rows` sets a number of rows",
        ),
    ] {
        assert_eq!(refuse(rows, split), message);
    }
    for size in [f64::NAN, 0.0, 1.0] {
        assert!(matches!(Split::new().test_size(size).indices(5), Err(PreprocessingError::TestSize { .. })));
    }
    let error = train_test_split(([1, 2, 3], [1, 2]), Split::new().test_rows(1)).unwrap_err();
    assert_eq!(error, PreprocessingError::DifferentRows { first: 3, other: 2 });
}

#[test]
fn folds_are_those_of_scikit_learn() {
    let golden = golden();
    for (rows, folds) in [(10, 3), (7, 7), (12, 5)] {
        for (number, fold) in KFold::new(folds).split(rows).expect("folds").iter().enumerate() {
            assert_eq!(fold.test, counts(&golden, &format!("kfold_{rows}_{folds} {number}")));
        }
    }
    let labels = counts(&golden, "labels");
    for folds in [2, 3, 4] {
        for (number, fold) in KFold::new(folds).split_stratified(&labels).expect("folds").iter().enumerate() {
            assert_eq!(fold.test, counts(&golden, &format!("stratified_{folds} {number}")));
        }
    }
}

#[test]
fn shuffled_folds_test_every_row_once() {
    let labels: Vec<usize> = (0..30).map(|row| row % 3).collect();
    let folds = KFold::new(4).shuffle(1);
    for folds in [folds.split(30).expect("folds"), folds.split_stratified(&labels).expect("folds")] {
        let mut tested: Vec<usize> = folds.iter().flat_map(|fold| fold.test.clone()).collect();
        tested.sort_unstable();
        assert!(tested.into_iter().eq(0..30));
        for fold in &folds {
            assert_eq!(fold.train.len() + fold.test.len(), 30);
            assert!(fold.test.windows(2).any(|pair| pair[1] - pair[0] > 4), "no neighbors: {:?}", fold.test);
            assert!(labels.select_rows(&fold.test).iter().all(|&label| label < 3));
        }
    }
    assert_eq!(KFold::new(1).split(5), Err(PreprocessingError::Folds { rows: 5, folds: 1 }));
    assert_eq!(KFold::new(6).split(5), Err(PreprocessingError::Folds { rows: 5, folds: 6 }));
    let error = KFold::new(3).split_stratified(&[0, 0, 1, 1, 1]).unwrap_err();
    assert_eq!(error, PreprocessingError::SmallClass { label: 0, rows: 2, min: 3 });
}

#[test]
fn columns_known_at_run_time_are_checked() {
    let dynamic = DMatrix::from_fn(3, 2, |row, column| (row * 2 + column) as f32);
    assert_eq!(columns::<_, 2>(dynamic.clone()).expect("two columns"), dynamic);
    let error = columns::<_, 4>(dynamic).unwrap_err();
    assert_eq!(error.to_string(), "expected 4 columns, found 2");
    let error = rows::<f32, 2>(&[vec![1.0, 2.0], vec![3.0]]).unwrap_err();
    assert_eq!(error, ShapeError::Row { row: 1, expected: 2, found: 1 });
    assert_eq!(error.to_string(), "row 1: expected 2 values, found 1");
}

#[test]
fn a_network_trained_on_scaled_data_predicts_in_the_original_scale() {
    let x = Batch::<f32, 1>::from_fn(64, |row, _| 1000.0 + row as f32);
    let (scaler, scaled) = StandardScaler::fit_transform(&x).expect("finite");
    let (targets, y) = MinMaxScaler::fit_transform(&x.map(|x| 3.0 * x)).expect("finite");
    let mut model = sequential![Dense(1 => 1)].compile(Adam::new(0.05), MeanSquaredError);
    model.fit(&scaled, &y, Fit::new().epochs(300).verbose(Verbose::Silent)).expect("training");
    let prediction = targets.inverse_transform_one(model.predict_one(scaler.transform_one([1010.0])).into());
    assert!((prediction[0] - 3030.0).abs() < 3.0, "{prediction:?}");
}
