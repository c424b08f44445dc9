//! Predictions have the bits of Rust's methods, gradients their values, and mistakes of the caller have codes.

use std::ptr::{null, null_mut};

use mlp::c_interface::Error;
use mlp::prelude::*;
use nalgebra::{Const, Dyn, OMatrix, SVector};

use crate::networks::*;

/// Returns values between -1 and 1.
fn values<T: Scalar>(count: usize) -> Vec<T> {
    (0..count).map(|index| T::from_f64(((index * 37 + 11) % 64) as f64 / 32.0 - 1.0)).collect()
}

/// Returns the elements of a batch, row by row.
fn row_by_row<T: Scalar, const COLUMNS: usize>(batch: &OMatrix<T, Dyn, Const<COLUMNS>>) -> Vec<T> {
    batch.transpose().as_slice().to_vec()
}

/// Calls a function that predicts.
fn predict<N, T>(function: Predict<N, T>, network: &N, input: &[T], output: &mut [T]) -> i32 {
    // SAFETY: the arrays have the lengths that are passed with them.
    unsafe { function(network, input.as_ptr(), input.len(), output.as_mut_ptr(), output.len()) }
}

const CODES: [i32; 3] = [Error::Pointer.code(), Error::Length.code(), Error::Overlap.code()];

#[test]
fn initial_weights_are_those_of_the_seed() {
    let mut network = Chain::ZEROS;
    // SAFETY: a network.
    assert_eq!(unsafe { chain_initialize(&mut network, 7) }, 0);
    assert_eq!(network, *Chain::new(7));
    let mut network = Towers::ZEROS;
    // SAFETY: a network.
    assert_eq!(unsafe { towers_initialize(&mut network, 8) }, 0);
    assert_eq!(network, *Towers::new(8));
    // SAFETY: the pointer is checked.
    assert_eq!(unsafe { chain_initialize(null_mut(), 7) }, CODES[0]);
}

#[test]
fn one_row_has_the_bits_of_predict_one() {
    let network = Chain::new(1);
    let input = values::<f32>(3);
    let mut output = [0.0; 2];
    assert_eq!(predict(chain_predict_one, &*network, &input, &mut output), 0);
    assert_eq!(output, network.predict_one(SVector::from_row_slice(&input)).as_slice());

    let network = Towers::new(2);
    let input = values::<f64>(5);
    let mut output = [0.0; 5];
    assert_eq!(predict(towers_predict_one, &*network, &input, &mut output), 0);
    let (user, item) = (SVector::<_, 3>::from_row_slice(&input[..3]), SVector::<_, 2>::from_row_slice(&input[3..]));
    let (score, rest) = network.predict_one((user, item));
    assert_eq!(output[..1], *score.as_slice());
    assert_eq!(output[1..], *rest.as_slice());
}

/// Any number of rows, also one that does not fill a register.
#[test]
fn many_rows_have_the_bits_of_predict() -> Result<(), TrainingError> {
    let (network, towers) = (Chain::new(3), Towers::new(4));
    for rows in [1, 15, 16, 17, 100] {
        let input = values::<f32>(3 * rows);
        let mut output = vec![0.0; 2 * rows];
        assert_eq!(predict(chain_predict, &*network, &input, &mut output), 0);
        let (x, _) = input.as_chunks::<3>();
        assert_eq!(output, row_by_row(&network.predict(x)?));

        let input = values::<f64>(5 * rows);
        let mut output = vec![0.0; 5 * rows];
        assert_eq!(predict(towers_predict, &*towers, &input, &mut output), 0);
        let row = |row: &[f64]| ([row[0], row[1], row[2]], [row[3], row[4]]);
        let (users, items): (Vec<_>, Vec<_>) = input.chunks(5).map(row).unzip();
        let (scores, rests) = towers.predict(&(users, items))?;
        let (scores, rests) = (row_by_row(&scores), row_by_row(&rests));
        let rows = scores.iter().zip(rests.chunks(4));
        let expected: Vec<f64> = rows.flat_map(|(&score, rest)| [&[score], rest].concat()).collect();
        assert_eq!(output, expected);
    }
    Ok(())
}

#[test]
fn no_rows_are_no_error() {
    let network = Chain::new(0);
    // SAFETY: empty arrays.
    assert_eq!(unsafe { chain_predict(&*network, null(), 0, null_mut(), 0) }, 0);
}

#[test]
fn gradients_are_those_of_the_tape() -> Result<(), TrainingError> {
    let network = Chain::new(5);
    let rows = 37;
    let (x, dy) = (values::<f32>(3 * rows), values::<f32>(2 * rows));
    let mut dx = vec![f32::NAN; 3 * rows];
    let mut parameters = vec![f32::NAN; Chain::COUNT];
    let arrays = |dx: &mut [f32], parameters: &mut [f32]| {
        let (dx, parameters) = ((dx.as_mut_ptr(), dx.len()), (parameters.as_mut_ptr(), parameters.len()));
        // SAFETY: the arrays have the lengths that are passed with them.
        unsafe {
            let (x, dy) = ((x.as_ptr(), x.len()), (dy.as_ptr(), dy.len()));
            chain_vjp(&*network, x.0, x.1, dy.0, dy.1, dx.0, dx.1, parameters.0, parameters.1)
        }
    };
    assert_eq!(arrays(&mut dx, &mut parameters), 0);
    let mut tape = network.tape().training(false);
    let (by_parameters, by_input) = {
        let pass = tape.forward(&network, x.as_chunks::<3>().0)?;
        let (by_parameters, by_input) = pass.backward_with_input(dy.as_chunks::<2>().0)?;
        (by_parameters.clone(), row_by_row(by_input))
    };
    // Rows are in tiles of another size. A gradient of few rows is summed in another order.
    let close = |(found, expected): (&f32, &f32)| (found - expected).abs() <= 1e-5 * (1.0 + expected.abs());
    assert!(dx.iter().zip(&by_input).all(close));
    assert!(parameters.iter().zip(by_parameters.as_slice()).all(close));

    // Each gradient alone.
    let mut alone = vec![f32::NAN; dx.len()];
    assert_eq!(arrays(&mut alone, &mut []), 0);
    assert_eq!(alone, dx);
    let mut alone = vec![f32::NAN; parameters.len()];
    assert_eq!(arrays(&mut [], &mut alone), 0);
    assert_eq!(alone, parameters);
    Ok(())
}

#[test]
fn mistakes_of_the_caller_have_codes() {
    let [pointer, length, overlap] = CODES;
    let mut network = Chain::new(0);
    let (input, mut output) = ([0.5_f32; 6], [7.0_f32; 4]);
    let network_pointer: *mut f32 = (&raw mut *network).cast();
    for function in [chain_predict_one as Predict<Chain, f32>, chain_predict] {
        let call = |network, input, input_length, output, output_length| {
            // SAFETY: the arrays are as long as the lengths, or the function rejects the pointers.
            unsafe { function(network, input, input_length, output, output_length) }
        };
        let (x, y) = (input.as_ptr(), output.as_mut_ptr());
        assert_eq!(call(null(), x, 3, y, 2), pointer);
        assert_eq!(call(network_pointer.wrapping_byte_add(1).cast(), x, 3, y, 2), pointer);
        assert_eq!(call(&*network, null(), 3, y, 2), pointer);
        assert_eq!(call(&*network, x.wrapping_byte_add(2), 3, y, 2), pointer);
        assert_eq!(call(&*network, x, 3, null_mut(), 2), pointer);
        assert_eq!(call(&*network, x, 2, y, 2), length);
        assert_eq!(call(&*network, x, 3, y, 1), length);
        assert_eq!(call(&*network, x, 3, y, 4), length);
        assert_eq!(call(&*network, x, 3, network_pointer.wrapping_add(Chain::COUNT - 1), 2), overlap);
    }
    assert_eq!(output, [7.0; 4], "nothing is written on errors");
}

#[test]
fn the_gradients_are_checked_too() {
    let [pointer, length, overlap] = CODES;
    let mut network = Chain::new(0);
    let own: *mut f32 = (&raw mut *network).cast();
    let (x, dy, mut dx, mut dp) = ([0.5_f32; 3], [1.0_f32; 2], [7.0_f32; 3], [7.0_f32; Chain::COUNT]);
    let call = |dy: (*const f32, usize), dx: (*mut f32, usize), dp: (*mut f32, usize)| {
        // SAFETY: the arrays are as long as the lengths, or the function rejects the pointers.
        unsafe { chain_vjp(own.cast(), x.as_ptr(), 3, dy.0, dy.1, dx.0, dx.1, dp.0, dp.1) }
    };
    let (dy, dx, dp) = ((dy.as_ptr(), 2), (dx.as_mut_ptr(), 3), (dp.as_mut_ptr(), Chain::COUNT));
    assert_eq!(call((null(), 2), dx, dp), pointer);
    assert_eq!(call((dy.0, 1), dx, dp), length);
    assert_eq!(call(dy, (dx.0, 2), dp), length);
    assert_eq!(call(dy, (own, 3), dp), overlap);
    assert_eq!(call(dy, dx, (dp.0, 5)), length);
    assert_eq!(call(dy, dx, (own, Chain::COUNT)), overlap);
    assert_eq!(call(dy, (null_mut(), 0), (null_mut(), 0)), 0);
}

/// A panic neither unwinds into the caller nor ends the program.
#[test]
fn a_panic_is_an_error() {
    let network = Faulty::new(0);
    for function in [faulty_predict_one as Predict<Faulty, f32>, faulty_predict] {
        assert_eq!(predict(function, &*network, &[0.5], &mut [0.0]), Error::Panic.code());
    }
}
