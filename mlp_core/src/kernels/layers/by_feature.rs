//! Functions of one feature of all samples, a register at a time, and sums over the samples.
//!
//! Features are padded to whole registers, so that a loop needs no rest; sums are taken over the samples without padding.
//! In a single sample, features lie in the lanes, and there is a rest.

use crate::kernels::Kernel;
use crate::kernels::vector::{Vector, registers, splat};
use crate::real::Real;
use crate::tile::{Tile, TileMut};

/// Sets `target[i] = f(a[i], b[i])` for all `i`.
///
/// # Panics
/// If the slices differ in length, or the length is no multiple of the lanes.
#[inline(always)]
pub(super) fn map<V: Vector>(target: &mut [V::Scalar], a: &[V::Scalar], b: &[V::Scalar], f: impl Fn(V, V) -> V) {
    assert!(a.len() == target.len() && b.len() == target.len(), "features of equal lengths");
    assert!(target.len().is_multiple_of(V::LANES), "features are padded");
    for index in (0..target.len()).step_by(V::LANES) {
        // SAFETY: `index + LANES` is at most the length of all three.
        unsafe {
            f(V::load(a.as_ptr().add(index)), V::load(b.as_ptr().add(index))).store(target.as_mut_ptr().add(index))
        }
    }
}

/// A register of the features of a single sample, or a part of one at the end.
#[derive(Clone, Copy)]
pub(super) struct Place {
    first: usize,
    lanes: usize,
}

impl Place {
    /// Returns the place of a whole register.
    #[inline(always)]
    fn whole<V: Vector>(first: usize) -> Self {
        Self { first, lanes: V::LANES }
    }

    /// Reads the register. Lanes past the end are zero.
    ///
    /// # Safety
    /// The place must lie in the values.
    #[inline(always)]
    pub(super) unsafe fn load<V: Vector<Scalar: Real>>(self, values: &[V::Scalar]) -> V {
        let source = values.as_ptr().wrapping_add(self.first);
        // SAFETY: the caller's contract.
        unsafe { if self.lanes == V::LANES { V::load(source) } else { V::load_partial(source, self.lanes) } }
    }

    /// Does the same for values that were just written: see [`Vector::load_partial_by_copy`].
    ///
    /// # Safety
    /// The place must lie in the values.
    #[inline(always)]
    pub(super) unsafe fn load_written<V: Vector<Scalar: Real>>(self, values: &[V::Scalar]) -> V {
        // SAFETY: the caller's contract.
        unsafe { V::load_partial_by_copy(values.as_ptr().wrapping_add(self.first), self.lanes) }
    }

    /// Returns the index of each lane among all features.
    #[inline(always)]
    pub(super) fn indices<V: Vector<Scalar: Real>>(self) -> V {
        V::iota().add(splat(self.first as f64))
    }

    /// Writes the register.
    ///
    /// # Safety
    /// The place must lie in the values.
    #[inline(always)]
    pub(super) unsafe fn store<V: Vector<Scalar: Real>>(self, register: V, values: &mut [V::Scalar]) {
        // SAFETY: the caller's contract.
        unsafe { register.store_partial(values.as_mut_ptr().wrapping_add(self.first), self.lanes) };
    }
}

/// Calls `each` with all places of a sample.
#[inline(always)]
pub(super) fn for_each_place<V: Vector>(features: usize, mut each: impl FnMut(Place)) {
    let mut first = 0;
    while first + V::LANES <= features {
        each(Place::whole::<V>(first));
        first += V::LANES;
    }
    if first < features {
        each(Place { first, lanes: features - first });
    }
}

/// Returns the sum of all lanes, to which `add` adds the values at each place.
#[inline(always)]
pub(super) fn sum<V: Vector<Scalar: Real>>(features: usize, add: impl Fn(Place, V) -> V) -> V::Scalar {
    let [mut a, mut b, mut c, mut d] = [splat::<V>(0.0); 4];
    let mut first = 0;
    while first + 4 * V::LANES <= features {
        a = add(Place::whole::<V>(first), a);
        b = add(Place::whole::<V>(first + V::LANES), b);
        c = add(Place::whole::<V>(first + 2 * V::LANES), c);
        d = add(Place::whole::<V>(first + 3 * V::LANES), d);
        first += 4 * V::LANES;
    }
    while first + V::LANES <= features {
        a = add(Place::whole::<V>(first), a);
        first += V::LANES;
    }
    if first < features {
        b = add(Place { first, lanes: features - first }, b);
    }
    a.add(b).add(c.add(d)).sum()
}

/// Returns `Σᵢ f(a[i], b[i])` for `N` functions, where `f(0, 0)` is zero.
///
/// # Panics
/// If the slices differ in length.
#[inline(always)]
pub(super) fn sums<V: Vector<Scalar: Real>, const N: usize>(
    a: &[V::Scalar],
    b: &[V::Scalar],
    f: impl Fn(V, V, [V; N]) -> [V; N],
) -> [V::Scalar; N] {
    const CHAINS: usize = 4;
    let length = a.len();
    assert_eq!(b.len(), length, "features of equal lengths");
    let mut chains = [[splat::<V>(0.0); N]; CHAINS];
    let mut index = 0;
    // SAFETY: every register, and the partial one at the end, lies in both slices.
    unsafe {
        while index + CHAINS * V::LANES <= length {
            for (chain, sums) in chains.iter_mut().enumerate() {
                let at = index + chain * V::LANES;
                *sums = f(V::load(a.as_ptr().add(at)), V::load(b.as_ptr().add(at)), *sums);
            }
            index += CHAINS * V::LANES;
        }
        while index < length {
            let lanes = V::LANES.min(length - index);
            let load = |values: &[V::Scalar]| V::load_partial(values.as_ptr().add(index), lanes);
            chains[0] = f(load(a), load(b), chains[0]);
            index += V::LANES;
        }
    }
    registers(|n| {
        let [a, b, c, d] = &chains;
        a[n].add(b[n]).add(c[n].add(d[n])).sum()
    })
}

/// `y = (x − center) factor + offset`
pub(super) struct ShiftAndScale<'a, T> {
    pub(super) constants: [T; 3],
    pub(super) x: &'a [T],
    pub(super) y: &'a mut [T],
}

impl<T: Real> Kernel<T> for ShiftAndScale<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(self) {
        let [center, factor, offset] = self.constants;
        let (center, factor, offset) = (V::splat(center), V::splat(factor), V::splat(offset));
        map::<V>(self.y, self.x, self.x, |x, _| x.sub(center).mul_add(factor, offset));
    }
}

/// `y = x` where `x` is positive, `alpha x` elsewhere
pub(super) struct Leaky<'a, T> {
    pub(super) alpha: T,
    pub(super) x: &'a [T],
    pub(super) y: &'a mut [T],
}

impl<T: Real> Kernel<T> for Leaky<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(self) {
        let alpha = V::splat(self.alpha);
        map::<V>(self.y, self.x, self.x, |x, _| x.select_positive(x, alpha.mul(x)));
    }
}

/// `dx = dy` where `x` is positive, `alpha dy` elsewhere
pub(super) struct LeakyBackward<'a, T> {
    pub(super) alpha: T,
    pub(super) x: &'a [T],
    pub(super) dy: &'a [T],
    pub(super) dx: &'a mut [T],
}

impl<T: Real> Kernel<T> for LeakyBackward<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(self) {
        let alpha = V::splat(self.alpha);
        map::<V>(self.dx, self.x, self.dy, |x, dy| x.select_positive(dy, alpha.mul(dy)));
    }
}

/// `Σ dy min(x, 0)`
pub(super) struct LeakyGradient<'a, T> {
    pub(super) x: &'a [T],
    pub(super) dy: &'a [T],
}

impl<T: Real> Kernel<T> for LeakyGradient<'_, T> {
    type Output = T;

    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(self) -> T {
        let [sum] = sums::<V, 1>(self.x, self.dy, |x, dy, [sum]| [splat::<V>(0.0).min(x).mul_add(dy, sum)]);
        sum
    }
}

/// `y = a b`
pub(super) struct Multiply<'a, T> {
    pub(super) a: Tile<'a, T>,
    pub(super) b: Tile<'a, T>,
    pub(super) y: TileMut<'a, T>,
}

impl<T: Real> Kernel<T> for Multiply<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(mut self) {
        for feature in 0..self.a.features() {
            let (a, b) = (self.a.padded_feature(feature), self.b.padded_feature(feature));
            map::<V>(self.y.padded_feature(feature), a, b, V::mul);
        }
    }
}
