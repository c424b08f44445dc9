//! Data in the forms in which people have it: labels of every integer type, columns of numbers, tables of run-time width.

use mlp::DataError;
use mlp::prelude::*;
use mlp::training::Role;
use nalgebra::{Const, DMatrix, DVector, Dyn, OMatrix};

sequential! { struct Classifier { Dense(2 => 3) } }
sequential! { struct Regression { Dense(1 => 1) } }
sequential! { struct Gate { Dense(2 => 1) } }

const X: [[f32; 2]; 4] = [[0.0, 1.0], [1.0, 0.0], [1.0, 1.0], [0.5, -1.0]];

fn fit(epochs: usize) -> Fit {
    Fit::new().epochs(epochs).verbose(Verbose::Silent)
}

/// Returns the weights after a training whose labels, validation labels and evaluation have this form.
fn trained<Y: Data<f32, Features<1>> + ?Sized>(y: &Y) -> Vec<f32> {
    let mut model = Classifier::new(3)
        .compile(Adam::default(), SparseCategoricalCrossentropy::new())
        .metrics((SparseCategoricalAccuracy, F1Score::new()));
    model.fit(&X, y, fit(2).validation_data(&X, y)).unwrap();
    model.train_on_batch(&X, y).unwrap();
    assert!(model.evaluate(&X, y).unwrap().loss.is_finite());
    model.as_slice().to_vec()
}

#[test]
fn labels_of_every_integer_type() {
    let expected = trained(&[[0.0_f32], [2.0], [1.0], [1.0]]);
    macro_rules! check {
        ($($integer:ty)*) => {$(
            let labels: [$integer; 4] = [0, 2, 1, 1];
            assert_eq!(trained(&labels), expected);
            assert_eq!(trained(&labels[..]), expected);
            assert_eq!(trained(&labels.to_vec()), expected);
            assert_eq!(trained(&DVector::from_row_slice(&labels)), expected);
            assert_eq!(trained(&DMatrix::from_row_slice(4, 1, &labels)), expected);
            assert_eq!(trained(&labels.map(|label| [label])), expected);
            assert_eq!(trained(&ndarray::arr1(&labels)), expected);
            assert_eq!(trained(&ndarray::arr1(&labels).view()), expected);
        )*};
    }
    check!(u8 u16 u32 u64 usize i8 i16 i32 i64 isize);
    assert_eq!(trained(&[0, 2, 1, 1]), expected);
}

#[test]
fn an_invalid_label_is_named() {
    let mut model = Classifier::new(0).compile(Adam::default(), SparseCategoricalCrossentropy::new());
    let error = model.fit(&X, &vec![0_i8, 1, -1, 2], fit(1)).unwrap_err().to_string();
    assert_eq!(error, "y[(2, 0)] is -1: not a valid target for sparse_categorical_crossentropy");
    let error = model.fit(&X, &[0_u8, 1, 3, 2], fit(1)).unwrap_err().to_string();
    assert_eq!(error, "y[(2, 0)] is 3: not a valid target for sparse_categorical_crossentropy");
}

#[test]
fn yes_and_no() {
    let trained = |y: &dyn Fn(&mut Compiled<Gate, Adam, BinaryCrossentropy>) -> f64| {
        let mut model = Gate::new(1).compile(Adam::default(), BinaryCrossentropy::new());
        y(&mut model)
    };
    let expected = trained(&|model| model.train_on_batch(&X, &[[1.0], [0.0], [1.0], [0.0]]).unwrap());
    let labels = [true, false, true, false];
    assert_eq!(trained(&|model| model.train_on_batch(&X, &labels).unwrap()), expected);
    assert_eq!(trained(&|model| model.train_on_batch(&X, &labels.to_vec()).unwrap()), expected);
    assert_eq!(trained(&|model| model.train_on_batch(&X, &DVector::from_row_slice(&labels)).unwrap()), expected);
}

#[test]
fn one_column_of_numbers() {
    let column = vec![0.0, 0.5, 1.0];
    let expected = Regression::new(0).predict(&[[0.0], [0.5], [1.0]]).unwrap();
    let network = Regression::new(0);
    assert_eq!(network.predict(&column).unwrap(), expected);
    assert_eq!(network.predict(&column[..]).unwrap(), expected);
    assert_eq!(network.predict(&[0.0, 0.5, 1.0]).unwrap(), expected);
    assert_eq!(network.predict(&ndarray::arr1(&column)).unwrap(), expected);
    let mut model = network.compile(Adam::default(), MeanSquaredError);
    model.fit(&column, &column, fit(1)).unwrap();
    // The scalar of the data is inferred from the network, also in double precision.
    let double = sequential![f64; Dense(1 => 1)].predict(&vec![0.0, 0.5]).unwrap();
    assert_eq!(double.nrows(), 2);
}

#[test]
fn columns_known_at_run_time() {
    let network = Classifier::new(0);
    let expected = network.predict(&X).unwrap();
    let matrix = DMatrix::from_fn(4, 2, |row, column| X[row][column]);
    let rows: Vec<Vec<f32>> = X.iter().map(|row| row.to_vec()).collect();
    let slices: Vec<&[f32]> = X.iter().map(|row| &row[..]).collect();
    let array = ndarray::Array2::from_shape_fn((4, 2), |(row, column)| X[row][column]);
    assert_eq!(network.predict(&matrix).unwrap(), expected);
    assert_eq!(network.predict(&rows).unwrap(), expected);
    assert_eq!(network.predict(&slices).unwrap(), expected);
    assert_eq!(network.predict(&array).unwrap(), expected);
    // Not contiguous: every other row, and the transposed memory.
    let every_other = network.predict(&array.slice(ndarray::s![..;2, ..])).unwrap();
    assert_eq!(every_other.row(1), expected.row(2));
    assert_eq!(network.predict(&array.reversed_axes().t()).unwrap(), expected);
    // Pixels and counts.
    let bytes = [[0_u8, 1], [1, 0], [1, 1]];
    assert_eq!(network.predict(&bytes).unwrap(), expected.rows(0, 3));
}

#[test]
fn a_wrong_number_of_columns_is_an_error() {
    let mut model = Classifier::new(0).compile(Adam::default(), CategoricalCrossentropy::new());
    let wide = DMatrix::<f32>::zeros(4, 3);
    let error = model.predict(&wide).unwrap_err();
    assert_eq!(error, DataError::ColumnMismatch { role: Role::Input, part: None, row: None, expected: 2, found: 3 });
    assert_eq!(error.to_string(), "x has 3 columns, expected 2");
    let ragged = vec![vec![0.0_f32, 1.0], vec![1.0], vec![0.0, 0.0], vec![0.0, 0.0]];
    assert_eq!(model.predict(&ragged).unwrap_err().to_string(), "row 1 of x has 1 columns, expected 2");
    let y = ndarray::Array2::<f32>::zeros((4, 2));
    assert_eq!(model.fit(&X, &y, fit(1)).unwrap_err().to_string(), "y has 2 columns, expected 3");
    let y = ndarray::Array1::<f32>::zeros(4);
    assert_eq!(model.fit(&X, &y, fit(1)).unwrap_err().to_string(), "y has 1 columns, expected 3");
    let valid = OMatrix::<f32, Dyn, Const<3>>::from_element(4, 1.0 / 3.0);
    let fit = fit(1).validation_data(&wide, &valid);
    assert_eq!(model.fit(&X, &valid, fit).unwrap_err().to_string(), "x has 3 columns, expected 2");
}

#[test]
fn a_component_with_a_wrong_number_of_columns_is_named() {
    functional! {
        struct Pair {
            let a = Input(2);
            let b = Input(1);
            let joined = Concatenate()(a, b);
            let y = Dense(3 => 1)(joined);
            Model((a, b) => y)
        }
    }
    let narrow: Vec<Vec<f32>> = vec![vec![0.0, 1.0], vec![1.0, 2.0]];
    let error = Pair::new(0).predict(&(&narrow, &narrow)).unwrap_err();
    assert_eq!(error.to_string(), "row 0 of x.1 has 2 columns, expected 1");
    assert!(Pair::new(0).predict(&(&narrow, &vec![1_u8, 2])).is_ok());
}
