//! Row selection for splits and folds.

use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, Dyn, Matrix, OMatrix, RawStorage, Scalar};

use crate::error::PreprocessingError;

/// Samples whose rows can be selected.
///
/// Implemented for matrices (one sample per row), slices, arrays and `Vec`s (one sample per item), references to these,
/// and tuples of containers with the same number of rows, such as `(&x, &y)`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be split into samples",
    label = "not samples",
    note = "samples are a matrix, a `Vec`, an array, a reference to one of these, or a tuple of them: `(&x, &y)`"
)]
pub trait Samples {
    /// Container of the selected samples.
    type Selected;

    /// Returns the number of samples.
    ///
    /// # Errors
    /// Returns an error if the members of a tuple have different numbers of rows.
    fn count(&self) -> Result<usize, PreprocessingError>;

    /// Returns the samples with the given indices, in this order.
    ///
    /// # Panics
    /// Panics if an index is out of range.
    fn select_rows(&self, rows: &[usize]) -> Self::Selected;
}

impl<S: Samples + ?Sized> Samples for &S {
    type Selected = S::Selected;
    fn count(&self) -> Result<usize, PreprocessingError> {
        (**self).count()
    }
    fn select_rows(&self, rows: &[usize]) -> S::Selected {
        (**self).select_rows(rows)
    }
}

impl<T: Scalar, R: Dim, C: Dim, S: RawStorage<T, R, C>> Samples for Matrix<T, R, C, S>
where
    DefaultAllocator: Allocator<Dyn, C>,
{
    type Selected = OMatrix<T, Dyn, C>;
    fn count(&self) -> Result<usize, PreprocessingError> {
        Ok(self.nrows())
    }
    fn select_rows(&self, rows: &[usize]) -> Self::Selected {
        let columns = C::from_usize(self.ncols());
        OMatrix::from_fn_generic(Dyn(rows.len()), columns, |row, column| self[(rows[row], column)].clone())
    }
}

impl<V: Clone> Samples for [V] {
    type Selected = Vec<V>;
    fn count(&self) -> Result<usize, PreprocessingError> {
        Ok(self.len())
    }
    fn select_rows(&self, rows: &[usize]) -> Vec<V> {
        rows.iter().map(|&row| self[row].clone()).collect()
    }
}

macro_rules! as_slice {
    ($(<$($length:ident)?> $samples:ty),*) => {$(
        impl<V: Clone $(, const $length: usize)?> Samples for $samples {
            type Selected = Vec<V>;
            fn count(&self) -> Result<usize, PreprocessingError> {
                self.as_slice().count()
            }
            fn select_rows(&self, rows: &[usize]) -> Vec<V> {
                self.as_slice().select_rows(rows)
            }
        }
    )*};
}

as_slice!(<> Vec<V>, <LENGTH> [V; LENGTH]);

macro_rules! tuples {
    ($(($first:ident $(, $next:ident)*)),*) => {$(
        #[allow(non_snake_case, reason = "a value is named after its type")]
        impl<$first: Samples $(, $next: Samples)*> Samples for ($first, $($next,)*) {
            type Selected = ($first::Selected, $($next::Selected,)*);
            fn count(&self) -> Result<usize, PreprocessingError> {
                let ($first, $($next,)*) = self;
                let rows = $first.count()?;
                $(PreprocessingError::same_rows(rows, $next.count()?)?;)*
                Ok(rows)
            }
            fn select_rows(&self, rows: &[usize]) -> Self::Selected {
                let ($first, $($next,)*) = self;
                ($first.select_rows(rows), $($next.select_rows(rows),)*)
            }
        }
    )*};
}

tuples!((A), (A, B), (A, B, C), (A, B, C, D));
