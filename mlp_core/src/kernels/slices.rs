//! Vector operations on slices: scale, clip, fill, dot.

use super::dispatch::Kernel;
use super::parallel::{ELEMENT_WORK, Split};
use super::vector::Vector;
use crate::real::Real;

/// `x ← factor · x`
pub(super) struct Scale<'a, T> {
    pub(super) values: &'a mut [T],
    pub(super) factor: T,
}

/// `x ← max(−max, min(x, max))`
pub(super) struct Clip<'a, T> {
    pub(super) values: &'a mut [T],
    pub(super) max: T,
}

/// `x ← value`
pub(super) struct Fill<'a, T> {
    pub(super) values: &'a mut [T],
    pub(super) value: T,
}

/// Implements [`Split`] between the elements of a slice.
macro_rules! split {
    ($($name:ident { $constant:ident })*) => {$(
        impl<T: Copy + Send> Split for $name<'_, T> {
            fn work(&self) -> usize {
                self.values.len() * ELEMENT_WORK
            }
            fn length(&self) -> usize {
                self.values.len()
            }
            fn split_at(self, index: usize) -> (Self, Self) {
                let (first, second) = self.values.split_at_mut(index);
                let $constant = self.$constant;
                (Self { values: first, $constant }, Self { values: second, $constant })
            }
        }
    )*};
}

split! {
    Scale { factor }
    Clip { max }
    Fill { value }
}

// Plain loops. The compiler vectorizes them, because a kernel runs with the instruction set enabled.
impl<T: Real> Kernel<T> for Scale<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(self) {
        self.values.iter_mut().for_each(|value| *value *= self.factor);
    }
}

impl<T: Real> Kernel<T> for Clip<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(self) {
        self.values.iter_mut().for_each(|value| *value = value.min(self.max).max(-self.max));
    }
}

impl<T: Real> Kernel<T> for Fill<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(self) {
        self.values.fill(self.value);
    }
}

/// `Σ aᵢ bᵢ`
pub(super) struct Dot<'a, T> {
    pub(super) a: &'a [T],
    pub(super) b: &'a [T],
}

impl<T: Real> Kernel<T> for Dot<'_, T> {
    type Output = f64;

    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(self) -> f64 {
        const SUMS: usize = 16;
        let mut sums = [0.0; SUMS];
        let (a, a_rest) = self.a.as_chunks::<SUMS>();
        let (b, b_rest) = self.b.as_chunks::<SUMS>();
        for (a, b) in a.iter().zip(b) {
            for lane in 0..SUMS {
                sums[lane] += a[lane].widen() * b[lane].widen();
            }
        }
        let rest: f64 = a_rest.iter().zip(b_rest).map(|(&a, &b)| a.widen() * b.widen()).sum();
        sums.iter().sum::<f64>() + rest
    }
}

#[cfg(test)]
mod tests {
    use crate::kernels::Update;

    #[test]
    fn slices_are_scaled_clipped_filled_and_multiplied() {
        let mut values: Vec<_> = (0..37).map(|i| f64::from(i * 7 + 1).sin()).collect();
        let dot: f64 = values.iter().map(|x| x * x).sum();
        assert!((f64::dot(&values, &values) - dot).abs() < 1e-13);
        let scaled: Vec<_> = values.iter().map(|x| x * 3.0).collect();
        f64::scale(&mut values, 3.0);
        assert_eq!(values, scaled);
        f64::clip(&mut values, 0.7);
        assert_eq!(values, scaled.iter().map(|x| x.clamp(-0.7, 0.7)).collect::<Vec<_>>());
        f64::fill(&mut values, 2.0);
        assert_eq!(values, [2.0; 37]);
        // The square overflows `f32`, but not the sum in `f64`.
        assert_eq!(f32::dot(&[1e30], &[1e30]), f64::from(1e30_f32).powi(2));
    }
}
