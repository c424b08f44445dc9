//! Vector operations on slices: scale, clip, fill, dot, and those of regularizers and constraints.

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

/// Number of sums side by side, on every processor.
const SUMS: usize = 16;

/// `Σ aᵢ bᵢ`
pub(super) struct Dot<'a, T> {
    pub(super) a: &'a [T],
    pub(super) b: &'a [T],
}

impl<T: Real> Kernel<T> for Dot<'_, T> {
    type Output = f64;

    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(self) -> f64 {
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

/// `l1 · Σ |vᵢ| + l2 · Σ vᵢ²`
pub(super) struct Regularize<'a, T> {
    pub(super) values: &'a [T],
    pub(super) l1: f64,
    pub(super) l2: f64,
}

impl<T: Real> Kernel<T> for Regularize<'_, T> {
    type Output = f64;

    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(self) -> f64 {
        let Self { values, l1, l2 } = self;
        let term = |value: T| {
            let size = value.widen().abs();
            (l1 + l2 * size) * size
        };
        let mut sums = [0.0; SUMS];
        let (chunks, rest) = values.as_chunks::<SUMS>();
        for chunk in chunks {
            for lane in 0..SUMS {
                sums[lane] += term(chunk[lane]);
            }
        }
        sums.iter().sum::<f64>() + rest.iter().map(|&value| term(value)).sum::<f64>()
    }
}

/// `gᵢ ← gᵢ + l1 · sign(vᵢ) + 2 · l2 · vᵢ`
pub(super) struct AddRegularizer<'a, T> {
    pub(super) values: &'a [T],
    pub(super) l1: T,
    pub(super) twice_l2: T,
    pub(super) gradient: &'a mut [T],
}

impl<T: Real> Kernel<T> for AddRegularizer<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(self) {
        let Self { values, l1, twice_l2, gradient } = self;
        for (derivative, &value) in gradient.iter_mut().zip(values) {
            let of_size =
                if value > T::zero() { l1 } else { T::zero() } - if value < T::zero() { l1 } else { T::zero() };
            *derivative += of_size + twice_l2 * value;
        }
    }
}

/// `wₒ ← wₒ · min(‖wₒ‖, max) / (10⁻⁷ + ‖wₒ‖)` for the weights of each output, which are stored input by input. As in Keras, the
/// small constant is always added.
pub(super) struct LimitNorms<'a, T> {
    pub(super) weights: &'a mut [T],
    pub(super) outputs: usize,
    pub(super) max: f64,
}

impl<T: Real> Kernel<T> for LimitNorms<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(self) {
        let Self { weights, outputs, max } = self;
        for first in (0..outputs).step_by(SUMS) {
            let block = first..outputs.min(first + SUMS);
            let mut squares = [0.0; SUMS];
            for column in weights.chunks_exact(outputs) {
                for (sum, weight) in squares.iter_mut().zip(&column[block.clone()]) {
                    *sum += weight.widen() * weight.widen();
                }
            }
            let factors = squares.map(|squares| {
                let norm = num_traits::Float::sqrt(squares);
                T::nearest(norm.min(max) / (1e-7 + norm))
            });
            for column in weights.chunks_exact_mut(outputs) {
                for (weight, &factor) in column[block.clone()].iter_mut().zip(&factors) {
                    *weight *= factor;
                }
            }
        }
    }
}

/// `vᵢ ← vᵢ + rate · aᵢ / (√bᵢ + ε)`
pub(super) struct AddQuotients<'a, T> {
    pub(super) values: &'a mut [T],
    pub(super) a: &'a [T],
    pub(super) b: &'a [T],
    pub(super) rate: T,
    pub(super) epsilon: T,
}

impl<T: Real> Kernel<T> for AddQuotients<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(self) {
        let Self { values, a, b, rate, epsilon } = self;
        for ((value, &a), &b) in values.iter_mut().zip(a).zip(b) {
            *value += a * rate / (num_traits::Float::sqrt(b) + epsilon);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::kernels::Update;

    #[test]
    fn norms_are_limited_output_by_output() {
        for outputs in [1, 3, 16, 17, 40] {
            let mut weights: Vec<_> = (0..5 * outputs).map(|i| (i as f64 * 0.7).sin() * 2.0).collect();
            let before = weights.clone();
            f64::limit_norms(&mut weights, outputs, 1.5);
            for output in 0..outputs {
                let of_output =
                    |weights: &[f64]| weights.iter().skip(output).step_by(outputs).copied().collect::<Vec<_>>();
                let norm = of_output(&before).iter().map(|weight| weight * weight).sum::<f64>().sqrt();
                let factor = norm.min(1.5) / (1e-7 + norm);
                let expected: Vec<_> = of_output(&before).iter().map(|weight| weight * factor).collect();
                assert_eq!(of_output(&weights), expected, "output {output} of {outputs}");
            }
        }
    }

    #[test]
    fn a_penalty_has_the_derivatives_of_its_terms() {
        let values: Vec<_> = (0..37).map(|i| if i == 5 { 0.0 } else { (f64::from(i) * 0.7).sin() }).collect();
        let expected: f64 = values.iter().map(|value| 0.1 * value.abs() + 0.3 * value * value).sum();
        assert!((f64::penalty(&values, 0.1, 0.3) - expected).abs() < 1e-13);
        let mut gradient = vec![1.0; values.len()];
        f64::add_penalty_gradient(&values, 0.1, 0.3, &mut gradient);
        for (value, derivative) in values.iter().zip(gradient) {
            let sign = if *value == 0.0 { 0.0 } else { value.signum() };
            assert!((derivative - (1.0 + 0.1 * sign + 0.6 * value)).abs() < 1e-15, "at {value}");
        }
        let mut gradient = [0.0_f32];
        f32::add_penalty_gradient(&[f32::NAN], 0.1, 0.0, &mut gradient);
        assert!(gradient[0].is_nan());
    }

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
