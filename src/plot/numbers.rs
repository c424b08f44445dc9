use nalgebra::{Dim, Matrix, RawStorage};

/// A number that can be drawn.
#[diagnostic::on_unimplemented(message = "`{Self}` is not a number that can be drawn")]
pub trait Coordinate {
    /// Its value.
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

/// Numbers in rows and columns: a matrix of nalgebra, or rows of arrays or vectors.
#[diagnostic::on_unimplemented(message = "`{Self}` is not a table of numbers that can be drawn")]
pub trait Table {
    /// All of them, row by row.
    fn rows(&self) -> Vec<Vec<f64>>;
}

impl<N, R, C, S> Table for Matrix<N, R, C, S>
where
    N: nalgebra::Scalar + Coordinate + Copy,
    R: Dim,
    C: Dim,
    S: RawStorage<N, R, C>,
{
    fn rows(&self) -> Vec<Vec<f64>> {
        self.row_iter().map(|row| row.iter().map(|&number| number.value()).collect()).collect()
    }
}

impl<N: Coordinate + Copy, const COLUMNS: usize> Table for [[N; COLUMNS]] {
    fn rows(&self) -> Vec<Vec<f64>> {
        self.iter().map(|row| row.iter().map(|&number| number.value()).collect()).collect()
    }
}

impl<N: Coordinate + Copy, const COLUMNS: usize, const ROWS: usize> Table for [[N; COLUMNS]; ROWS] {
    fn rows(&self) -> Vec<Vec<f64>> {
        self.as_slice().rows()
    }
}

impl<N: Coordinate + Copy, const COLUMNS: usize> Table for Vec<[N; COLUMNS]> {
    fn rows(&self) -> Vec<Vec<f64>> {
        self.as_slice().rows()
    }
}

impl<N: Coordinate + Copy> Table for Vec<Vec<N>> {
    fn rows(&self) -> Vec<Vec<f64>> {
        self.iter().map(|row| row.iter().map(|&number| number.value()).collect()).collect()
    }
}
