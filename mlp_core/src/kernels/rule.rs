//! Update rules: a formula for one register of parameters, run over slices in one pass.

use super::linear::{Clip, Dot, Fill, Scale};
use super::parallel::Divide;
use super::vector::Vector;
use crate::scalar::Scalar;

/// A formula that changes `N` slices by a further one: parameters, and what is remembered of them, by their gradient.
///
/// [`rule!`] writes it. Its loops are compiled in this crate, once for each scalar.
pub trait Rule<const N: usize> {
    /// Changes the slices, all of one length.
    fn apply_f32(&self, targets: [&mut [f32]; N], source: &[f32]);
    /// Changes the slices, all of one length.
    fn apply_f64(&self, targets: [&mut [f64]; N], source: &[f64]);
}

/// What optimizers do to slices, for one scalar type.
pub trait Update: Sized {
    /// Changes slices of one length by a rule.
    fn apply<const N: usize>(rule: &impl Rule<N>, targets: [&mut [Self]; N], source: &[Self]);
    /// Multiplies every number by a factor.
    fn scale(values: &mut [Self], factor: f64);
    /// Brings every number into the range from `−most` to `most`.
    fn clip(values: &mut [Self], most: f64);
    /// Sets every number.
    fn fill(values: &mut [Self], value: Self);
    /// `Σ aᵢ bᵢ`, summed in double precision in an order that is the same on every processor.
    fn dot(a: &[Self], b: &[Self]) -> f64;
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
            fn clip(values: &mut [Self], most: f64) {
                super::parallel::run::<Self, _>(Clip { values, most: most as Self });
            }
            fn fill(values: &mut [Self], value: Self) {
                super::parallel::run::<Self, _>(Fill { values, value });
            }
            fn dot(a: &[Self], b: &[Self]) -> f64 {
                super::Dispatch::dispatch(Dot { a, b })
            }
        }
    )*};
}

updates! {
    f32: apply_f32;
    f64: apply_f64;
}

/// The time of one number in multiply-adds: most of it goes by in waiting for memory.
pub(super) const WORK: usize = 64;

/// One pass of a rule over its slices.
pub(crate) struct Pass<'a, R, T, const N: usize> {
    pub(crate) rule: R,
    pub(crate) targets: [&'a mut [T]; N],
    pub(crate) source: &'a [T],
}

impl<R: Copy + Send, T: Send + Sync, const N: usize> Divide for Pass<'_, R, T, N> {
    fn work(&self) -> usize {
        self.source.len() * WORK
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

/// Writes a [`Rule`]: its constants, and how one register of each slice is changed.
///
/// ```text
/// rule! {
///     // p ← p − α g
///     Descend { rate }: |[parameter], gradient| [parameter.sub(gradient.mul(rate))]
/// }
/// ```
///
/// The register type is `V`. All targets but the first are moments: [`for_each_register`](super::for_each_register) says what
/// becomes of those that underflow.
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
            use $crate::scalar::Scalar;

            const TARGETS: usize = [$(stringify!($target)),+].len();

            impl<T: Scalar> Kernel<T> for Pass<'_, $name, T, TARGETS> {
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

/// `xᵖ` with one `p` for all lanes: lane by lane, unless it is a root.
#[inline(always)]
pub(crate) fn power<V: Vector<Scalar: Scalar>>(x: V, exponent: V) -> V {
    const MOST_LANES: usize = 16;
    const { assert!(V::LANES <= MOST_LANES) };
    let zero = <V::Scalar as num_traits::Zero>::zero();
    let (mut lanes, mut exponents) = ([zero; MOST_LANES], [zero; MOST_LANES]);
    // SAFETY: no register is wider than the array.
    unsafe { exponent.store(exponents.as_mut_ptr()) };
    if exponents[0] == V::Scalar::from_f64(0.5) {
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
    use crate::kernels::{Dispatch, Kernel};

    rule! {
        /// Remembers the sum of what it was given.
        Gather { rate }: |[parameter, sum], source| {
            let sum = sum.add(source);
            [parameter.sub(sum.mul(rate)), sum]
        }
    }

    rule! {
        Halve {}: |[parameter, moment], source| [parameter.mul(source), moment.mul(source)]
    }

    fn numbers(count: usize, seed: usize) -> Vec<f64> {
        (0..count).map(|i| ((i * 7 + seed) as f64).sin()).collect()
    }

    /// All registers, partial ones included, give what a plain loop gives.
    #[test]
    fn a_rule_runs_over_all_elements() {
        for length in [0, 1, 5, 16, 33, 100] {
            let source = numbers(length, 3);
            let plain = |parameter: f64, sum: f64, source: f64| [parameter - (sum + source) * 0.5, sum + source];
            let (parameters, sums) = (numbers(length, 1), numbers(length, 2));
            let expected: Vec<_> = (0..length).map(|i| plain(parameters[i], sums[i], source[i])).collect();
            f64::dispatch_to_each(
                || Own { rule: Gather { rate: 0.5 }, targets: [parameters.clone(), sums.clone()], source: &source },
                |set, [parameters, sums]| {
                    for (i, expected) in expected.iter().enumerate() {
                        assert!((parameters[i] - expected[0]).abs() < 1e-15, "{set}, {i} of {length}");
                        assert!((sums[i] - expected[1]).abs() < 1e-15, "{set}, {i} of {length}");
                    }
                },
            );
        }
    }

    /// A pass over slices of its own.
    struct Own<'a, R, T> {
        rule: R,
        targets: [Vec<T>; 2],
        source: &'a [T],
    }

    impl<R: Copy, T: Scalar> Kernel<T> for Own<'_, R, T>
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

    /// What a moment is once it underflows; a parameter keeps every bit.
    #[test]
    fn a_moment_below_the_normal_numbers_is_zero() {
        fn check<T: Scalar>() {
            let least = T::min_positive_value();
            let (two, above) = (T::from_f64(2.0), least * T::from_f64(1.5));
            let before = [least * two, -least * two, above, -above, least, T::zero(), T::infinity(), T::nan()];
            let after = [least, -least, T::zero(), T::zero(), T::zero(), T::zero(), T::infinity(), T::nan()];
            for length in [1, 8, 16, 24, 100] {
                let values: Vec<T> = before.into_iter().cycle().take(length).collect();
                let source = vec![T::from_f64(0.5); length];
                T::dispatch_to_each(
                    || Own { rule: Halve {}, targets: [values.clone(), values.clone()], source: &source },
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
    fn a_divided_pass_is_the_whole() {
        let source = numbers(40, 3);
        let (mut parameters, mut sums) = (numbers(40, 1), numbers(40, 2));
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
