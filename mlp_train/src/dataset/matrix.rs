//! nalgebra matrices as data: one row per sample, one column per feature.

use nalgebra::{Const, Dim, Dyn, IsContiguous, Matrix, RawStorage};

use super::matching::{DataWidth, SameColumns};
use super::{ColumnMismatch, Data, Rows};
use mlp_core::layers::Features;
use mlp_core::{FromElement, TileMut};

impl<T, Given, R, C, S, const NEEDED: usize> Data<T, Features<NEEDED>> for Matrix<Given, R, C, S>
where
    T: FromElement<Given>,
    Given: nalgebra::Scalar + Copy + Sync,
    R: Dim,
    C: Columns<NEEDED>,
    S: RawStorage<Given, R, C> + IsContiguous + Sync,
{
    fn samples(&self) -> usize {
        self.nrows()
    }

    fn get(&self, sample: usize, feature: usize) -> T {
        T::from_element(self[(sample, feature)])
    }

    fn copy_to(&self, rows: Rows<'_>, mut tile: TileMut<'_, T>) {
        let samples = self.nrows();
        for feature in 0..NEEDED {
            let column = &self.as_slice()[feature * samples..(feature + 1) * samples];
            let target = tile.feature(feature).iter_mut();
            match &rows {
                Rows::Range(range) => {
                    target.zip(&column[range.clone()]).for_each(|(target, &source)| *target = T::from_element(source));
                }
                Rows::Listed(rows) => {
                    target.zip(*rows).for_each(|(target, &row)| *target = T::from_element(column[row]))
                }
            }
        }
    }

    fn mismatched_columns(&self) -> Option<ColumnMismatch> {
        ColumnMismatch::of(None, NEEDED, self.ncols())
    }

    fn is_finite(&self) -> bool {
        T::are_finite(self.as_slice())
    }
}

/// The number of columns of a matrix: `NEEDED`, which the compiler checks, or known only at run time, which training checks.
#[diagnostic::on_unimplemented(
    message = "wrong number of columns: expected {NEEDED}, found a matrix with `{Self}` columns",
    label = "expected {NEEDED} columns"
)]
pub trait Columns<const NEEDED: usize>: Dim {}

impl<const HAS: usize, const NEEDED: usize> Columns<NEEDED> for Const<HAS> where DataWidth: SameColumns<HAS, NEEDED> {}

impl<const NEEDED: usize> Columns<NEEDED> for Dyn {}
