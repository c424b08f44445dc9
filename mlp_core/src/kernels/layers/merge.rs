//! Merges: functions of several values, feature by feature, as folds.
//!
//! ```text
//! forward:   y  = fold of x₀, x₁, …, times 1 / n for an average
//! backward:  dxᵢ = dy ∂y/∂xᵢ
//! ```

use core::marker::PhantomData;

use crate::kernels::dispatch::{Dispatch, Kernel};
use crate::kernels::math::{abs, neg};
use crate::kernels::vector::{Vector, splat};
use crate::real::Real;
use crate::tile::{Tile, TileMut};

/// Function that merges several values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MergeOperation {
    /// `a + b + …`
    Add,
    /// `a − b − …`
    Subtract,
    /// `a · b · …`
    Multiply,
    /// `(a + b + …) / n`
    Average,
    /// `max(a, b, …)`
    Maximum,
    /// `min(a, b, …)`
    Minimum,
}

/// A fold of registers, and its derivative.
trait Fold {
    /// `true` if the derivative depends on the values.
    const NEEDS_VALUES: bool = true;
    /// Folds a value into the result so far.
    fn fold<V: Vector>(before: V, value: V) -> V;
    /// Returns `dy ∂y/∂xᵢ` for the value with index `i`, given all values and the result.
    fn gradient<V: Vector<Scalar: Real>>(
        values: impl Fn(usize) -> V,
        count: usize,
        index: usize,
        result: V,
        dy: V,
    ) -> V;
}

enum Sum {}
enum Difference {}
enum Product {}
enum Larger {}
enum Smaller {}

impl Fold for Sum {
    const NEEDS_VALUES: bool = false;

    #[inline(always)]
    fn fold<V: Vector>(before: V, value: V) -> V {
        before.add(value)
    }
    #[inline(always)]
    fn gradient<V: Vector<Scalar: Real>>(_: impl Fn(usize) -> V, _: usize, _: usize, _: V, dy: V) -> V {
        dy
    }
}

impl Fold for Difference {
    const NEEDS_VALUES: bool = false;

    #[inline(always)]
    fn fold<V: Vector>(before: V, value: V) -> V {
        before.sub(value)
    }
    #[inline(always)]
    fn gradient<V: Vector<Scalar: Real>>(_: impl Fn(usize) -> V, _: usize, index: usize, _: V, dy: V) -> V {
        if index == 0 { dy } else { neg(dy) }
    }
}

impl Fold for Product {
    #[inline(always)]
    fn fold<V: Vector>(before: V, value: V) -> V {
        before.mul(value)
    }
    // Not the result divided by the value, which may be 0.
    #[inline(always)]
    fn gradient<V: Vector<Scalar: Real>>(values: impl Fn(usize) -> V, count: usize, index: usize, _: V, dy: V) -> V {
        let mut gradient = dy;
        for other in 0..count {
            if other != index {
                gradient = gradient.mul(values(other));
            }
        }
        gradient
    }
}

impl Fold for Larger {
    #[inline(always)]
    fn fold<V: Vector>(before: V, value: V) -> V {
        value.max(before)
    }
    #[inline(always)]
    fn gradient<V: Vector<Scalar: Real>>(values: impl Fn(usize) -> V, _: usize, index: usize, result: V, dy: V) -> V {
        of_first(|index| result.sub(values(index)), index, dy)
    }
}

impl Fold for Smaller {
    #[inline(always)]
    fn fold<V: Vector>(before: V, value: V) -> V {
        value.min(before)
    }
    #[inline(always)]
    fn gradient<V: Vector<Scalar: Real>>(values: impl Fn(usize) -> V, _: usize, index: usize, result: V, dy: V) -> V {
        of_first(|index| values(index).sub(result), index, dy)
    }
}

/// Returns `dy` where the value with this index is the first whose distance to the result is not positive, zero elsewhere.
#[inline(always)]
fn of_first<V: Vector<Scalar: Real>>(distance: impl Fn(usize) -> V, index: usize, dy: V) -> V {
    let zero = splat::<V>(0.0);
    let own = distance(index).select_positive(zero, dy);
    (0..index).fold(own, |gradient, before| distance(before).select_positive(gradient, zero))
}

struct Forward<'a, F, T> {
    factor: T,
    x: Tile<'a, T>,
    y: TileMut<'a, T>,
    fold: PhantomData<fn() -> F>,
}

struct Backward<'a, F, T> {
    factor: T,
    x: Tile<'a, T>,
    y: Tile<'a, T>,
    dy: Tile<'a, T>,
    dx: TileMut<'a, T>,
    fold: PhantomData<fn() -> F>,
}

impl<F: Fold, T: Real> Kernel<T> for Forward<'_, F, T> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(mut self) {
        let (features, factor) = (self.y.features(), V::splat(self.factor));
        let count = self.x.features() / features;
        let (stride, y_stride, x) = (self.x.stride(), self.y.stride(), self.x.as_ptr());
        for feature in 0..features {
            for sample in (0..self.x.padded_samples()).step_by(V::LANES) {
                // SAFETY: `forward` has compared the sizes of the tiles, which are padded to whole registers.
                unsafe {
                    let value = |index: usize| V::load(x.add((index * features + feature) * stride + sample));
                    let result = (1..count).fold(value(0), |before, index| F::fold(before, value(index)));
                    result.mul(factor).store(self.y.as_mut_ptr().add(feature * y_stride + sample));
                }
            }
        }
    }
}

impl<F: Fold, T: Real> Kernel<T> for Backward<'_, F, T> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(self) {
        let Self { factor, x, y, dy, mut dx, .. } = self;
        let (features, factor) = (y.features(), V::splat(factor));
        let count = x.features() / features;
        for feature in 0..features {
            for sample in (0..x.padded_samples()).step_by(V::LANES) {
                let at = |tile: Tile<'_, T>, feature: usize| feature * tile.stride() + sample;
                // SAFETY: `backward` has compared the sizes of the tiles, which are padded to whole registers.
                unsafe {
                    let value = |index: usize| V::load(x.as_ptr().add(at(x, index * features + feature)));
                    let dy = V::load(dy.as_ptr().add(at(dy, feature))).mul(factor);
                    let result = if F::NEEDS_VALUES { V::load(y.as_ptr().add(at(y, feature))) } else { dy };
                    for index in 0..count {
                        let gradient = F::gradient(value, count, index, result, dy);
                        // Padded samples have a zero gradient and arbitrary values.
                        let gradient = if F::NEEDS_VALUES { abs(dy).select_positive(gradient, dy) } else { gradient };
                        let target = (index * features + feature) * dx.stride() + sample;
                        gradient.store(dx.as_mut_ptr().add(target));
                    }
                }
            }
        }
    }
}

/// # Panics
/// If the tiles differ in samples, or the features of `x` are not a multiple of those of `y`.
pub(super) fn forward<T: Real + Dispatch>(operation: MergeOperation, x: Tile<'_, T>, y: TileMut<'_, T>) {
    check(x, y.as_tile());
    let factor = operation.factor(x.features() / y.features());
    macro_rules! run {
        ($fold:ident) => {
            T::dispatch(Forward { factor, x, y, fold: PhantomData::<fn() -> $fold> })
        };
    }
    match operation {
        MergeOperation::Add | MergeOperation::Average => run!(Sum),
        MergeOperation::Subtract => run!(Difference),
        MergeOperation::Multiply => run!(Product),
        MergeOperation::Maximum => run!(Larger),
        MergeOperation::Minimum => run!(Smaller),
    }
}

/// # Panics
/// As [`forward`].
pub(super) fn backward<T: Real + Dispatch>(
    operation: MergeOperation,
    [x, y, dy]: [Tile<'_, T>; 3],
    dx: TileMut<'_, T>,
) {
    check(x, y);
    assert_eq!((dy.features(), dy.samples()), (y.features(), y.samples()), "size of a merge's gradient");
    assert_eq!((dx.features(), dx.samples()), (x.features(), x.samples()), "size of the gradients of merged values");
    let factor = operation.factor(x.features() / y.features());
    macro_rules! run {
        ($fold:ident) => {
            T::dispatch(Backward { factor, x, y, dy, dx, fold: PhantomData::<fn() -> $fold> })
        };
    }
    match operation {
        MergeOperation::Add | MergeOperation::Average => run!(Sum),
        MergeOperation::Subtract => run!(Difference),
        MergeOperation::Multiply => run!(Product),
        MergeOperation::Maximum => run!(Larger),
        MergeOperation::Minimum => run!(Smaller),
    }
}

fn check<T: Copy>(x: Tile<'_, T>, y: Tile<'_, T>) {
    assert!(y.features() > 0 && x.features().is_multiple_of(y.features()), "features of merged values");
    assert_eq!(x.samples(), y.samples(), "samples of merged values");
}

impl MergeOperation {
    /// Folds a value into the result so far.
    #[inline(always)]
    pub(super) fn fold<V: Vector>(self, before: V, value: V) -> V {
        match self {
            Self::Add | Self::Average => Sum::fold(before, value),
            Self::Subtract => Difference::fold(before, value),
            Self::Multiply => Product::fold(before, value),
            Self::Maximum => Larger::fold(before, value),
            Self::Minimum => Smaller::fold(before, value),
        }
    }

    /// Returns the factor of the result of `count` values.
    #[inline(always)]
    pub(super) fn factor<T: Real>(self, count: usize) -> T {
        if self == Self::Average { T::nearest(1.0 / count as f64) } else { T::one() }
    }
}
