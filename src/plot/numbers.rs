//! Input of plots: numbers and matrices.

use nalgebra::{Dim, Matrix, RawStorage};

/// Number that can be drawn.
#[diagnostic::on_unimplemented(message = "`{Self}` is not a number that can be drawn")]
pub trait Coordinate {
    /// Returns the value as `f64`.
    fn value(self) -> f64;
}

macro_rules! coordinates {
    ($($number:ty),*) => {$(
        impl Coordinate for $number {
            fn value(self) -> f64 {
                self as f64
            }
        }

        impl Coordinate for &$number {
            fn value(self) -> f64 {
                *self as f64
            }
        }
    )*};
}

coordinates!(f32, f64, u8, i32, u32, i64, u64, usize);

/// Rows of numbers: a matrix of nalgebra, or rows as arrays or vectors.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a matrix with elements that can be drawn",
    note = "implemented for matrices of nalgebra, and for slices, arrays and `Vec`s of rows"
)]
pub trait ToRows {
    /// Returns the values, row by row.
    fn to_rows(&self) -> Vec<Vec<f64>>;
}

impl<N, R, C, S> ToRows for Matrix<N, R, C, S>
where
    N: nalgebra::Scalar + Coordinate + Copy,
    R: Dim,
    C: Dim,
    S: RawStorage<N, R, C>,
{
    fn to_rows(&self) -> Vec<Vec<f64>> {
        self.row_iter().map(|row| row.iter().map(|&number| number.value()).collect()).collect()
    }
}

impl<N: Coordinate + Copy, const COLUMNS: usize> ToRows for [[N; COLUMNS]] {
    fn to_rows(&self) -> Vec<Vec<f64>> {
        self.iter().map(|row| row.iter().map(|&number| number.value()).collect()).collect()
    }
}

impl<N: Coordinate + Copy, const COLUMNS: usize, const ROWS: usize> ToRows for [[N; COLUMNS]; ROWS] {
    fn to_rows(&self) -> Vec<Vec<f64>> {
        self.as_slice().to_rows()
    }
}

impl<N: Coordinate + Copy, const COLUMNS: usize> ToRows for Vec<[N; COLUMNS]> {
    fn to_rows(&self) -> Vec<Vec<f64>> {
        self.as_slice().to_rows()
    }
}

impl<N: Coordinate + Copy> ToRows for Vec<Vec<N>> {
    fn to_rows(&self) -> Vec<Vec<f64>> {
        self.iter().map(|row| row.iter().map(|&number| number.value()).collect()).collect()
    }
}
