use super::matching::{DataWidth, SameColumns};
use mlp_core::kernels::Kernels as _;
use mlp_core::{FromElement, Scalar};

/// A sample of `NEEDED` features: a number if there is one, an array, a slice or a vector.
///
/// Slices and vectors have a number of columns that only the run time knows; training checks it.
#[diagnostic::on_unimplemented(
    message = "expected samples of {NEEDED} `{T}`, found samples of type `{Self}`",
    label = "expected samples of {NEEDED} `{T}`",
    note = "a sample is an array `[{T}; {NEEDED}]`, a `Vec<{T}>` or, for one column, a plain `{T}`, integer or `bool`",
    note = "other scalars are converted by `.map(|value| value as {T})`; text and gaps by `mlp::data::TableColumns`"
)]
pub trait Row<T: Scalar, const NEEDED: usize>: Sync {
    /// `true` if the compiler has checked the number of columns.
    const IS_CHECKED: bool = true;

    /// Returns one value.
    fn get(&self, feature: usize) -> T;

    /// Returns the number of columns.
    fn columns(&self) -> usize {
        NEEDED
    }

    /// Returns whether all values of some samples are finite.
    #[doc(hidden)]
    fn are_finite(rows: &[Self]) -> bool
    where
        Self: Sized,
    {
        rows.iter().all(|row| (0..NEEDED).all(|feature| row.get(feature).is_finite()))
    }
}

#[diagnostic::do_not_recommend]
impl<T: FromElement<Given>, Given: Copy + Sync, const HAS: usize, const NEEDED: usize> Row<T, NEEDED> for [Given; HAS]
where
    DataWidth: SameColumns<HAS, NEEDED>,
{
    #[inline(always)]
    fn get(&self, feature: usize) -> T {
        T::from_element(self[feature])
    }

    fn are_finite(rows: &[Self]) -> bool {
        T::are_finite(rows.as_flattened())
    }
}

#[diagnostic::do_not_recommend]
impl<T: FromElement<Given>, Given: Copy + Sync, const NEEDED: usize> Row<T, NEEDED> for [Given] {
    const IS_CHECKED: bool = false;

    #[inline(always)]
    fn get(&self, feature: usize) -> T {
        T::from_element(self[feature])
    }

    fn columns(&self) -> usize {
        self.len()
    }
}

#[diagnostic::do_not_recommend]
impl<T: FromElement<Given>, Given: Copy + Sync, const NEEDED: usize> Row<T, NEEDED> for Vec<Given> {
    const IS_CHECKED: bool = false;

    #[inline(always)]
    fn get(&self, feature: usize) -> T {
        T::from_element(self[feature])
    }

    fn columns(&self) -> usize {
        self.len()
    }
}

#[diagnostic::do_not_recommend]
impl<T: Scalar, R: Row<T, NEEDED> + ?Sized, const NEEDED: usize> Row<T, NEEDED> for &R {
    const IS_CHECKED: bool = R::IS_CHECKED;

    #[inline(always)]
    fn get(&self, feature: usize) -> T {
        (**self).get(feature)
    }

    fn columns(&self) -> usize {
        (**self).columns()
    }
}

// One implementation for each scalar, so that `vec![0.0, 1.0]` is of the scalar of the network.
macro_rules! scalars {
    ($($scalar:ty),*) => {$(
        #[diagnostic::do_not_recommend]
        impl Row<$scalar, 1> for $scalar {
            #[inline(always)]
            fn get(&self, _feature: usize) -> $scalar {
                *self
            }

            fn are_finite(rows: &[Self]) -> bool {
                Self::all_finite(rows)
            }
        }
    )*};
}

scalars!(f32, f64);

macro_rules! elements {
    ($($element:ty),*) => {$(
        #[diagnostic::do_not_recommend]
        impl<T: Scalar> Row<T, 1> for $element {
            #[inline(always)]
            fn get(&self, _feature: usize) -> T {
                T::from_element(*self)
            }

            fn are_finite(_rows: &[Self]) -> bool {
                true
            }
        }
    )*};
}

elements!(u8, u16, u32, u64, usize, i8, i16, i32, i64, isize, bool);
