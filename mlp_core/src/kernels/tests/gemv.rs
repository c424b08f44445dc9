//! Tests of gemv, and of chains of layers.

use super::super::chain::Link;
use super::super::dispatch::Kernel;
use super::super::epilogue::Epilogue;
use super::super::one_sample::{ANY, Gemv};
use super::super::vector::Vector;
use super::{Element, Exact, for_both_scalars, random_values};
use crate::real::Real;
use crate::scalar::Scalar;

for_both_scalars! {
    gemv gemv_at_any_address chain
}

/// A gemv with all its arguments.
struct OwnedGemv<'a, T, const IN: usize, const OUT: usize> {
    weights: &'a [T],
    bias: [T; OUT],
    x: [T; IN],
    epilogue: Epilogue,
    inlined: bool,
}

impl<T: Real, const IN: usize, const OUT: usize> Kernel<T> for OwnedGemv<'_, T, IN, OUT> {
    type Output = [T; OUT];

    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(self) -> [T; OUT] {
        let mut y = [T::nan(); OUT];
        let rectify = self.epilogue == Epilogue::Relu;
        if self.inlined {
            Gemv::<_, OUT>::new(self.weights, &self.bias, &self.x, rectify, &mut y).run::<V>();
        } else {
            Gemv::<_, ANY>::new(self.weights, &self.bias, &self.x, rectify, &mut y).run::<V>();
        }
        y
    }
}

fn check_gemv<T: Element, const IN: usize, const OUT: usize>() {
    check_gemv_of::<T, IN, OUT>(false);
    check_gemv_of::<T, IN, OUT>(true);
}

fn check_gemv_of<T: Element, const IN: usize, const OUT: usize>(inlined: bool) {
    let weights = random_values::<T>(IN * OUT, 1);
    let (x, bias) = (random_values::<T>(IN, 2), random_values::<T>(OUT, 3));
    let gemv = |epilogue| OwnedGemv::<T, IN, OUT> {
        weights: &weights,
        bias: core::array::from_fn(|output| bias[output]),
        x: core::array::from_fn(|input| x[input]),
        epilogue,
        inlined,
    };
    let mut rectified = Vec::new();
    T::dispatch_to_each(|| gemv(Epilogue::Relu), |_, found| rectified.push(found));
    let mut rectified = rectified.into_iter();
    T::dispatch_to_each(
        || gemv(Epilogue::Identity),
        |set, found| {
            let rectified = rectified.next().expect("as many sets");
            for output in 0..OUT {
                let mut sum = Exact::default();
                sum.add(bias[output].widen());
                (0..IN).for_each(|input| sum.add(weights[input * OUT + output].widen() * x[input].widen()));
                let what = || format!("{set}, {IN} => {OUT}, y[{output}]");
                sum.check(found[output], what);
                assert!(rectified[output] == found[output].max(T::zero()), "{} rectified", what());
            }
        },
    );
}

fn gemv<T: Element>() {
    macro_rules! check {
        ($($inputs:literal: $($outputs:literal)*;)*) => { $($(check_gemv::<T, $inputs, $outputs>();)*)* };
    }
    check! {
        1: 1 2 3 10 16 17 64;
        7: 1 3 8 15 20 33 72;
        10: 1 10;
        17: 1 9 16 24;
    }
    // An hour under Miri, in the same code.
    if !cfg!(miri) {
        check! {
            10: 64 100;
            64: 1 6 31 64 128;
            257: 1 5 130 257;
        }
    }
}

/// Checks that a chain computes the bits of its layers one by one.
fn chain<T: Scalar>() {
    fn halve<T: Real>(values: &mut [T]) {
        values.iter_mut().for_each(|value| *value = T::nearest(value.widen() / 2.0));
    }
    // 36,000 multiply-adds are half an hour under Miri.
    let wide: &[usize] = if cfg!(miri) { &[3, 40, 20] } else { &[70, 512, 65, 3] };
    for widths in [&[1, 10, 10, 1][..], &[17, 64, 6], wide, &[5, 2]] {
        let link = |(index, sizes): (usize, &[usize])| {
            let activation = (index % 2 == 1).then_some(halve::<T> as fn(&mut [T]));
            Some(Link { inputs: sizes[0], outputs: sizes[1], rectify: index % 2 == 0, activation })
        };
        let links: Vec<_> = widths.windows(2).enumerate().map(link).collect();
        let parameters = random_values::<T>(widths.windows(2).map(|sizes| (sizes[0] + 1) * sizes[1]).sum(), 1);
        let input = random_values::<T>(widths[0], 2);
        let (mut expected, mut rest) = (input.clone(), &parameters[..]);
        for link in links.iter().flatten() {
            let (weights, others) = rest.split_at(link.inputs * link.outputs);
            let (bias, others) = others.split_at(link.outputs);
            let epilogue = if link.rectify { Epilogue::Relu } else { Epilogue::Identity };
            let mut y = vec![T::nan(); link.outputs];
            T::gemv(weights, bias, &expected, epilogue, &mut y);
            link.activation.iter().for_each(|activation| activation(&mut y));
            (expected, rest) = (y, others);
        }
        let mut found = vec![T::nan(); expected.len()];
        T::chain(&links, &parameters, &input, &mut found);
        assert_eq!(found, expected, "{widths:?}");
    }
}

/// Checks that columns of a large layer that begin anywhere in a cache line have the same bits.
fn gemv_at_any_address<T: Element>() {
    const IN: usize = if cfg!(miri) { 12 } else { 300 };
    const OUT: usize = 144;
    const ADDRESSES: usize = 16;
    let weights = random_values::<T>(IN * OUT, 1);
    let mut moved = [T::zero(); IN * OUT + ADDRESSES];
    let mut outputs: Vec<Vec<[T; OUT]>> = Vec::new();
    for first in 0..ADDRESSES {
        moved[first..first + IN * OUT].copy_from_slice(&weights);
        let gemv = || OwnedGemv::<T, IN, OUT> {
            weights: &moved[first..first + IN * OUT],
            bias: core::array::from_fn(|output| weights[output]),
            x: core::array::from_fn(|input| weights[7 * input]),
            epilogue: Epilogue::Identity,
            inlined: false,
        };
        let mut found = Vec::new();
        T::dispatch_to_each(gemv, |_, outputs| found.push(outputs));
        outputs.push(found);
    }
    assert!(outputs.iter().all(|found| *found == outputs[0]));
}
