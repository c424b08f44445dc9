//! Update rules of optimizers: a formula for one register of parameters, run over whole slices in one pass.
//!
//! ```text
//! for i in 0..length step LANES
//!   targets[..][i] = formula(targets[..][i], source[i])
//! ```
//!
//! The loop is bound by memory, so a rule reads and writes every slice once.

use super::parallel::{ELEMENT_WORK, Split};
use super::slices::{AddQuotients, AddRegularizer, Clip, Dot, Fill, LimitNorms, Regularize, Scale};
use super::vector::Vector;
use crate::real::Real;

/// A formula that updates `N` slices from a source: parameters and their moments from a gradient.
///
/// [`rule!`] implements it. Its loops are compiled in this crate, once per scalar type.
pub trait Rule<const N: usize> {
    /// Updates the slices, which must have equal lengths.
    fn apply_f32(&self, targets: [&mut [f32]; N], source: &[f32]);
    /// Updates the slices, which must have equal lengths.
    fn apply_f64(&self, targets: [&mut [f64]; N], source: &[f64]);
}

/// The slice operations of optimizers, regularizers and constraints, for one scalar type.
pub trait Update: Sized {
    /// Updates slices of equal lengths by a rule.
    fn apply<const N: usize>(rule: &impl Rule<N>, targets: [&mut [Self]; N], source: &[Self]);
    /// Multiplies every element by `factor`.
    fn scale(values: &mut [Self], factor: f64);
    /// Clips every element to the range from `−max` to `max`.
    fn clip(values: &mut [Self], max: f64);
    /// Sets every element to `value`.
    fn fill(values: &mut [Self], value: Self);
    /// Returns `Σ aᵢ bᵢ`, summed in `f64` and in the same order on every processor.
    fn dot(a: &[Self], b: &[Self]) -> f64;
    /// Returns `l1 · Σ |vᵢ| + l2 · Σ vᵢ²`, summed as by [`dot`](Self::dot).
    fn penalty(values: &[Self], l1: f64, l2: f64) -> f64;
    /// Adds the derivatives of [`penalty`](Self::penalty): `gradientᵢ += l1 · sign(vᵢ) + 2 · l2 · vᵢ`.
    fn add_penalty_gradient(values: &[Self], l1: f64, l2: f64, gradient: &mut [Self]);
    /// Rescales the weights of each output whose norm is larger than `max`. Weights are stored input by input.
    fn limit_norms(weights: &mut [Self], outputs: usize, max: f64);
    /// Adds `rate · aᵢ / (√bᵢ + ε)` to every element.
    fn add_quotients(values: &mut [Self], a: &[Self], b: &[Self], rate: f64, epsilon: f64);
}

macro_rules! updates {
    ($($scalar:ty: $apply:ident;)*) => {$(
        impl Update for $scalar {
            fn apply<const N: usize>(rule: &impl Rule<N>, targets: [&mut [Self]; N], source: &[Self]) {
                rule.$apply(targets, source);
            }
            fn scale(values: &mut [Self], factor: f64) {
                super::parallel::run::<Self, _>(Scale { values, factor: factor as Self });
            }
            fn clip(values: &mut [Self], max: f64) {
                super::parallel::run::<Self, _>(Clip { values, max: max as Self });
            }
            fn fill(values: &mut [Self], value: Self) {
                super::parallel::run::<Self, _>(Fill { values, value });
            }
            fn dot(a: &[Self], b: &[Self]) -> f64 {
                super::Dispatch::dispatch(Dot { a, b })
            }
            fn penalty(values: &[Self], l1: f64, l2: f64) -> f64 {
                super::Dispatch::dispatch(Regularize { values, l1, l2 })
            }
            fn add_penalty_gradient(values: &[Self], l1: f64, l2: f64, gradient: &mut [Self]) {
                let (l1, twice_l2) = (l1 as Self, (2.0 * l2) as Self);
                super::Dispatch::dispatch(AddRegularizer { values, l1, twice_l2, gradient });
            }
            fn limit_norms(weights: &mut [Self], outputs: usize, max: f64) {
                super::Dispatch::dispatch(LimitNorms { weights, outputs, max });
            }
            fn add_quotients(values: &mut [Self], a: &[Self], b: &[Self], rate: f64, epsilon: f64) {
                let (rate, epsilon) = (rate as Self, epsilon as Self);
                super::Dispatch::dispatch(AddQuotients { values, a, b, rate, epsilon });
            }
        }
    )*};
}

updates! {
    f32: apply_f32;
    f64: apply_f64;
}

/// One pass of a rule over its slices.
pub(crate) struct Pass<'a, R, T, const N: usize> {
    pub(crate) rule: R,
    pub(crate) targets: [&'a mut [T]; N],
    pub(crate) source: &'a [T],
}

impl<R: Copy + Send, T: Send + Sync, const N: usize> Split for Pass<'_, R, T, N> {
    fn work(&self) -> usize {
        self.source.len() * ELEMENT_WORK
    }

    fn length(&self) -> usize {
        self.source.len()
    }

    fn split_at(self, index: usize) -> (Self, Self) {
        let Self { rule, targets, source } = self;
        let mut halves = targets.map(|target| {
            let (first, second) = target.split_at_mut(index);
            [first, second]
        });
        let [first, second] = [0, 1].map(|half| halves.each_mut().map(|pair| core::mem::take(&mut pair[half])));
        let (first_source, second_source) = source.split_at(index);
        (Self { rule, targets: first, source: first_source }, Self { rule, targets: second, source: second_source })
    }
}

/// Defines a [`Rule`]: its constants, and the new registers of the targets as a formula of the old ones and the source.
///
/// ```text
/// rule! {
///     // p ← p − α g
///     Descend { rate }: |[parameter], gradient| [parameter.sub(gradient.mul(rate))]
/// }
/// ```
///
/// The register type is `V`. All targets but the first are moments, which
/// [`for_each_register`](super::for_each_register) flushes to zero when they underflow.
macro_rules! rule {
    ($(#[$doc:meta])* $name:ident { $($constant:ident),* }: |[$($target:ident),+], $source:ident| $formula:expr) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub(crate) struct $name {
            $(pub(crate) $constant: f64,)*
        }

        const _: () = {
            #[allow(unused_imports, reason = "not every formula has constants")]
            use $crate::kernels::splat;
            use $crate::kernels::{Kernel, Pass, Rule, Vector, for_each_register, parallel};
            use $crate::kernels::math::Elementary;

            const TARGETS: usize = [$(stringify!($target)),+].len();

            impl<T: Elementary> Kernel<T> for Pass<'_, $name, T, TARGETS> {
                type Output = ();

                #[inline(always)]
                fn run<V: Vector<Scalar = T>>(self) {
                    $(let $constant = splat::<V>(self.rule.$constant);)*
                    for_each_register::<V, TARGETS>(
                        self.targets,
                        self.source,
                        #[inline(always)]
                        |[$($target),+], $source| $formula,
                    );
                }
            }

            impl Rule<TARGETS> for $name {
                fn apply_f32(&self, targets: [&mut [f32]; TARGETS], source: &[f32]) {
                    parallel::run::<f32, _>(Pass { rule: *self, targets, source });
                }
                fn apply_f64(&self, targets: [&mut [f64]; TARGETS], source: &[f64]) {
                    parallel::run::<f64, _>(Pass { rule: *self, targets, source });
                }
            }
        };
    };
}
pub(crate) use rule;

/// Returns `xᵖ`. All lanes of `exponent` must be equal. It is computed lane by lane, except for `p = ½`.
#[inline(always)]
pub(crate) fn power<V: Vector<Scalar: Real>>(x: V, exponent: V) -> V {
    const MAX_LANES: usize = 16;
    const { assert!(V::LANES <= MAX_LANES) };
    let zero = <V::Scalar as num_traits::Zero>::zero();
    let mut lanes = [zero; MAX_LANES];
    let mut exponents = [zero; MAX_LANES];
    // SAFETY: the array is `MAX_LANES` long, at least as long as the register.
    unsafe { exponent.store(exponents.as_mut_ptr()) };
    if exponents[0] == V::Scalar::nearest(0.5) {
        return x.sqrt();
    }
    // SAFETY: as above.
    unsafe { x.store(lanes.as_mut_ptr()) };
    for lane in &mut lanes[..V::LANES] {
        *lane = num_traits::Float::powf(*lane, exponents[0]);
    }
    // SAFETY: as above.
    unsafe { V::load(lanes.as_ptr()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::math::Elementary;
    use crate::kernels::{Dispatch, Kernel};

    rule! {
        /// Accumulates the source in a moment.
        Gather { rate }: |[parameter, sum], source| {
            let sum = sum.add(source);
            [parameter.sub(sum.mul(rate)), sum]
        }
    }

    rule! {
        Halve {}: |[parameter, moment], source| [parameter.mul(source), moment.mul(source)]
    }

    fn values(count: usize, seed: usize) -> Vec<f64> {
        (0..count).map(|i| ((i * 7 + seed) as f64).sin()).collect()
    }

    /// Compares all registers, partial ones included, with a plain loop.
    #[test]
    fn a_rule_runs_over_all_elements() {
        for length in [0, 1, 5, 16, 33, 100] {
            let source = values(length, 3);
            let plain = |parameter: f64, sum: f64, source: f64| [parameter - (sum + source) * 0.5, sum + source];
            let (parameters, sums) = (values(length, 1), values(length, 2));
            let expected: Vec<_> = (0..length).map(|i| plain(parameters[i], sums[i], source[i])).collect();
            f64::dispatch_to_each(
                || OwnedPass {
                    rule: Gather { rate: 0.5 },
                    targets: [parameters.clone(), sums.clone()],
                    source: &source,
                },
                |set, [parameters, sums]| {
                    for (i, expected) in expected.iter().enumerate() {
                        assert!((parameters[i] - expected[0]).abs() < 1e-15, "{set}, {i} of {length}");
                        assert!((sums[i] - expected[1]).abs() < 1e-15, "{set}, {i} of {length}");
                    }
                },
            );
        }
    }

    /// A pass that owns its targets.
    struct OwnedPass<'a, R, T> {
        rule: R,
        targets: [Vec<T>; 2],
        source: &'a [T],
    }

    impl<R: Copy, T: Real> Kernel<T> for OwnedPass<'_, R, T>
    where
        for<'a> Pass<'a, R, T, 2>: Kernel<T>,
    {
        type Output = [Vec<T>; 2];

        #[inline(always)]
        fn run<V: Vector<Scalar = T>>(mut self) -> Self::Output {
            let targets = self.targets.each_mut().map(|target| &mut target[..]);
            Pass { rule: self.rule, targets, source: self.source }.run::<V>();
            self.targets
        }
    }

    /// A moment that underflows becomes zero. A parameter keeps every bit.
    #[test]
    fn a_subnormal_moment_becomes_zero() {
        fn check<T: Elementary + Dispatch>() {
            let min = T::min_positive_value();
            let two = T::nearest(2.0);
            let above = min * T::nearest(1.5);
            let before = [min * two, -min * two, above, -above, min, T::zero(), T::infinity(), T::nan()];
            let after = [min, -min, T::zero(), T::zero(), T::zero(), T::zero(), T::infinity(), T::nan()];
            for length in [1, 8, 16, 24, 100] {
                let values: Vec<T> = before.into_iter().cycle().take(length).collect();
                let source = vec![T::nearest(0.5); length];
                T::dispatch_to_each(
                    || OwnedPass { rule: Halve {}, targets: [values.clone(), values.clone()], source: &source },
                    |set, [parameters, moments]| {
                        for (i, (&parameter, &moment)) in parameters.iter().zip(&moments).enumerate() {
                            let same = |found: T, wanted: T| found == wanted || found.is_nan() && wanted.is_nan();
                            let before = before[i % before.len()];
                            assert!(same(parameter, before / two), "{set}, parameter {before:e} became {parameter:e}");
                            assert!(same(moment, after[i % after.len()]), "{set}, moment {before:e} became {moment:e}");
                        }
                    },
                );
            }
        }
        check::<f32>();
        check::<f64>();
    }

    #[test]
    fn a_split_pass_computes_the_same_as_the_whole() {
        let source = values(40, 3);
        let (mut parameters, mut sums) = (values(40, 1), values(40, 2));
        let (mut whole_parameters, mut whole_sums) = (parameters.clone(), sums.clone());
        let rule = Gather { rate: 0.5 };
        rule.apply_f64([&mut whole_parameters, &mut whole_sums], &source);
        let (first, second) =
            Pass { rule, targets: [&mut parameters[..], &mut sums[..]], source: &source }.split_at(16);
        f64::dispatch(second);
        f64::dispatch(first);
        assert_eq!((parameters, sums), (whole_parameters, whole_sums));
    }
}
