//! References and tuples of data. A tuple is the data of a network with several inputs or outputs.

use super::{ColumnMismatch, Data, Rows};
use mlp_core::Scalar;
use mlp_core::TileMut;
use mlp_core::layers::Shape;

#[diagnostic::do_not_recommend]
impl<T: Scalar, S: Shape, X: Data<T, S> + ?Sized> Data<T, S> for &X {
    fn samples(&self) -> usize {
        (**self).samples()
    }
    fn get(&self, sample: usize, feature: usize) -> T {
        (**self).get(sample, feature)
    }
    fn copy_to(&self, rows: Rows<'_>, tile: TileMut<'_, T>) {
        (**self).copy_to(rows, tile);
    }
    fn mismatched_rows(&self) -> Option<(usize, usize)> {
        (**self).mismatched_rows()
    }
    fn is_row_major(&self) -> bool {
        (**self).is_row_major()
    }

    fn mismatched_columns(&self) -> Option<ColumnMismatch> {
        (**self).mismatched_columns()
    }
    fn is_finite(&self) -> bool {
        (**self).is_finite()
    }
}

macro_rules! tuples {
    ($($($data:ident $shape:ident $index:tt),*;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<T: Scalar, $($shape: Shape, $data: Data<T, $shape>),*> Data<T, ($($shape,)*)> for ($($data,)*) {
            fn samples(&self) -> usize {
                self.0.samples()
            }
            fn get(&self, sample: usize, feature: usize) -> T {
                let mut first = 0;
                $(
                    if feature < first + $shape::FEATURES {
                        return self.$index.get(sample, feature - first);
                    }
                    first += $shape::FEATURES;
                )*
                panic!("feature {feature} of {first}")
            }
            fn copy_to(&self, rows: Rows<'_>, mut tile: TileMut<'_, T>) {
                let mut first = 0;
                $(
                    self.$index.copy_to(rows.clone(), tile.reborrow().part(first, $shape::FEATURES));
                    first += $shape::FEATURES;
                )*
                debug_assert_eq!(first, tile.features());
            }
            fn mismatched_rows(&self) -> Option<(usize, usize)> {
                let rows = [$(self.$index.samples()),*];
                rows.into_iter().enumerate().find(|&(_, rows)| rows != self.0.samples())
            }
            fn mismatched_columns(&self) -> Option<ColumnMismatch> {
                let mut mismatch = None;
                $(
                    let own = || self.$index.mismatched_columns().map(|own| own.in_part($index));
                    mismatch = mismatch.or_else(own);
                )*
                mismatch
            }
            fn is_finite(&self) -> bool {
                $(self.$index.is_finite())&&*
            }
        }
    )*};
}

tuples! {
    XA A 0, XB B 1;
    XA A 0, XB B 1, XC C 2;
    XA A 0, XB B 1, XC C 2, XD D 3;
    XA A 0, XB B 1, XC C 2, XD D 3, XE E 4;
    XA A 0, XB B 1, XC C 2, XD D 3, XE E 4, XF F 5;
    XA A 0, XB B 1, XC C 2, XD D 3, XE E 4, XF F 5, XG G 6;
    XA A 0, XB B 1, XC C 2, XD D 3, XE E 4, XF F 5, XG G 6, XH H 7;
}
