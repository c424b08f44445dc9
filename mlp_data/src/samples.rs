//! Rows can be counted and chosen.

use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, Dyn, Matrix, OMatrix, RawStorage, Scalar};

use super::preprocessing::PreprocessingError;

/// Samples of which some can be taken: a matrix with a row a sample, a slice with an item a sample, a reference to
/// one, or a tuple of these that belong together, as `(&x, &y)`.
#[diagnostic::on_unimplemented(
    message = "these are not samples that can be divided",
    label = "not samples",
    note = "a matrix, a `Vec`, an array, a reference to one, or a tuple of these can be: `(&x, &y)`"
)]
pub trait Samples {
    /// What holds the chosen ones.
    type Chosen;

    /// How many there are.
    ///
    /// # Errors
    /// If the members of a tuple do not have the same number.
    fn count(&self) -> Result<usize, PreprocessingError>;

    /// The samples with these numbers, in this order.
    ///
    /// # Panics
    /// If there is no such sample.
    fn choose(&self, rows: &[usize]) -> Self::Chosen;
}

impl<S: Samples + ?Sized> Samples for &S {
    type Chosen = S::Chosen;
    fn count(&self) -> Result<usize, PreprocessingError> {
        (**self).count()
    }
    fn choose(&self, rows: &[usize]) -> S::Chosen {
        (**self).choose(rows)
    }
}

impl<T: Scalar, R: Dim, C: Dim, S: RawStorage<T, R, C>> Samples for Matrix<T, R, C, S>
where
    DefaultAllocator: Allocator<Dyn, C>,
{
    type Chosen = OMatrix<T, Dyn, C>;
    fn count(&self) -> Result<usize, PreprocessingError> {
        Ok(self.nrows())
    }
    fn choose(&self, rows: &[usize]) -> Self::Chosen {
        let columns = C::from_usize(self.ncols());
        OMatrix::from_fn_generic(Dyn(rows.len()), columns, |row, column| self[(rows[row], column)].clone())
    }
}

impl<V: Clone> Samples for [V] {
    type Chosen = Vec<V>;
    fn count(&self) -> Result<usize, PreprocessingError> {
        Ok(self.len())
    }
    fn choose(&self, rows: &[usize]) -> Vec<V> {
        rows.iter().map(|&row| self[row].clone()).collect()
    }
}

macro_rules! as_slice {
    ($(<$($length:ident)?> $samples:ty),*) => {$(
        impl<V: Clone $(, const $length: usize)?> Samples for $samples {
            type Chosen = Vec<V>;
            fn count(&self) -> Result<usize, PreprocessingError> {
                self.as_slice().count()
            }
            fn choose(&self, rows: &[usize]) -> Vec<V> {
                self.as_slice().choose(rows)
            }
        }
    )*};
}

as_slice!(<> Vec<V>, <LENGTH> [V; LENGTH]);

macro_rules! together {
    ($(($first:ident $(, $other:ident)*)),*) => {$(
        #[allow(non_snake_case, reason = "a value is named after its type")]
        impl<$first: Samples $(, $other: Samples)*> Samples for ($first, $($other,)*) {
            type Chosen = ($first::Chosen, $($other::Chosen,)*);
            fn count(&self) -> Result<usize, PreprocessingError> {
                let ($first, $($other,)*) = self;
                let rows = $first.count()?;
                $(PreprocessingError::same_rows(rows, $other.count()?)?;)*
                Ok(rows)
            }
            fn choose(&self, rows: &[usize]) -> Self::Chosen {
                let ($first, $($other,)*) = self;
                ($first.choose(rows), $($other.choose(rows),)*)
            }
        }
    )*};
}

together!((A), (A, B), (A, B, C), (A, B, C, D));
