//! nalgebra matrices as data: one row per sample, one column per feature.

use nalgebra::{Const, Dim, IsContiguous, Matrix, RawStorage};

use super::matching::{DataWidth, SameColumns, SameScalar};
use super::{Data, Rows};
use mlp_core::TileMut;
use mlp_core::layers::Features;

impl<T, Given, R, C, S, const NEEDED: usize> Data<T, Features<NEEDED>> for Matrix<Given, R, C, S>
where
    T: SameScalar<Given>,
    Given: nalgebra::Scalar + Copy + Sync,
    R: Dim,
    C: Columns<NEEDED>,
    S: RawStorage<Given, R, C> + IsContiguous + Sync,
{
    fn samples(&self) -> usize {
        self.nrows()
    }

    fn get(&self, sample: usize, feature: usize) -> T {
        T::same(self[(sample, feature)])
    }

    fn copy_to(&self, rows: Rows<'_>, mut tile: TileMut<'_, T>) {
        let samples = self.nrows();
        for feature in 0..NEEDED {
            let column = &self.as_slice()[feature * samples..(feature + 1) * samples];
            let target = tile.feature(feature).iter_mut();
            match &rows {
                Rows::Range(range) => {
                    target.zip(&column[range.clone()]).for_each(|(target, &source)| *target = T::same(source));
                }
                Rows::Listed(rows) => target.zip(*rows).for_each(|(target, &row)| *target = T::same(column[row])),
            }
        }
    }

    // No early exit, so the loop vectorizes.
    fn is_finite(&self) -> bool {
        self.as_slice().iter().fold(true, |finite, &value| finite & T::same(value).is_finite())
    }
}

/// A compile-time check: the number of columns of a matrix is `NEEDED`.
#[diagnostic::on_unimplemented(
    message = "the number of columns must be {NEEDED}, but it is known only at run time",
    label = "the number of columns is `{Self}`",
    note = "`OMatrix<f32, Dyn, Const<{NEEDED}>>` has its number of columns in its type"
)]
pub trait Columns<const NEEDED: usize>: Dim {}

impl<const HAS: usize, const NEEDED: usize> Columns<NEEDED> for Const<HAS> where DataWidth: SameColumns<HAS, NEEDED> {}
