//! Conversion from and to `ndarray` arrays.

use mlp::data::{from_ndarray, to_ndarray};
use mlp::prelude::*;
use ndarray::{Array2, array, s};

#[test]
fn arrays_and_views_are_converted_in_both_directions() {
    let array: Array2<f32> = array![[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]];
    let matrix = from_ndarray::<_, 3>(&array).expect("three columns");
    assert_eq!(matrix, nalgebra::Matrix2x3::new(1.0, 2.0, 3.0, 4.0, 5.0, 6.0));
    assert_eq!(to_ndarray(&matrix), array);
    let view = array.slice(s![..;-1, 1..]);
    let matrix = from_ndarray::<_, 2>(&view).expect("two columns");
    assert_eq!(to_ndarray(&matrix), array![[5.0, 6.0], [2.0, 3.0]]);
    let transposed = from_ndarray::<_, 2>(&array.t()).expect("two columns");
    assert_eq!(transposed.row(2), nalgebra::RowVector2::new(3.0, 6.0));
    let error = from_ndarray::<_, 4>(&array.view()).unwrap_err();
    assert_eq!(error.to_string(), "expected 4 columns, found 3");
}

#[test]
fn a_network_predicts_from_arrays() {
    let x: Array2<f32> = Array2::from_shape_fn((5, 2), |(row, column)| (row + column) as f32);
    let model = sequential![Dense(2 => 3)];
    let predictions = model.predict(&from_ndarray::<_, 2>(&x).expect("two columns")).expect("finite");
    assert_eq!(to_ndarray(&predictions).dim(), (5, 3));
}
