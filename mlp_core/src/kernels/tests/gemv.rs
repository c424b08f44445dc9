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

/// A gemv that owns its result. `OUTPUTS` is that of [`Gemv`]; the number of inputs is known at run time alone, so that each
/// kernel is compiled once for all of them.
struct OwnedGemv<'a, T, const OUTPUTS: usize> {
    weights: &'a [T],
    bias: &'a [T],
    x: &'a [T],
    epilogue: Epilogue,
}

impl<T: Real, const OUTPUTS: usize> Kernel<T> for OwnedGemv<'_, T, OUTPUTS> {
    type Output = Vec<T>;

    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(self) -> Vec<T> {
        let mut y = vec![T::nan(); self.bias.len()];
        let rectify = self.epilogue == Epilogue::Relu;
        Gemv::<_, OUTPUTS>::new(self.weights, self.bias, self.x, rectify, &mut y).run::<V>();
        y
    }
}

/// Checks a number of outputs, as a constant and at run time, for some numbers of inputs.
fn check_gemv<T: Element, const OUT: usize>(inputs: &[usize]) {
    for &inputs in inputs {
        check_gemv_of::<T, OUT>(inputs, OUT);
        check_gemv_of::<T, ANY>(inputs, OUT);
    }
}

fn check_gemv_of<T: Element, const OUTPUTS: usize>(inputs: usize, outputs: usize) {
    let weights = random_values::<T>(inputs * outputs, 1);
    let (x, bias) = (random_values::<T>(inputs, 2), random_values::<T>(outputs, 3));
    let gemv = |epilogue| OwnedGemv::<T, OUTPUTS> { weights: &weights, bias: &bias, x: &x, epilogue };
    let mut rectified = Vec::new();
    T::dispatch_to_each(|| gemv(Epilogue::Relu), |_, found| rectified.push(found));
    let mut rectified = rectified.into_iter();
    T::dispatch_to_each(
        || gemv(Epilogue::Identity),
        |set, found| {
            let rectified = rectified.next().expect("as many sets");
            for output in 0..outputs {
                let mut sum = Exact::default();
                sum.add(bias[output].widen());
                (0..inputs).for_each(|input| sum.add(weights[input * outputs + output].widen() * x[input].widen()));
                let what = || format!("{set}, {inputs} => {outputs}, y[{output}]");
                sum.check(found[output], what);
                assert!(rectified[output] == found[output].max(T::zero()), "{} rectified", what());
            }
        },
    );
}

fn gemv<T: Element>() {
    macro_rules! check {
        ($($outputs:literal: $($inputs:literal)*;)*) => { $(check_gemv::<T, $outputs>(&[$($inputs),*]);)* };
    }
    check! {
        1: 1 7 10 17;
        2: 1;
        3: 1 7;
        8: 7;
        9: 17;
        10: 1 10;
        15: 7;
        16: 1 17;
        17: 1;
        20: 7;
        24: 17;
        33: 7;
        64: 1;
        72: 7;
    }
    // An hour under Miri, in the same code.
    if !cfg!(miri) {
        check! {
            1: 64 257;
            5: 257;
            6: 64;
            31: 64;
            64: 10 64;
            100: 10;
            128: 64;
            130: 257;
            257: 257;
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
    let x: Vec<T> = (0..IN).map(|input| weights[7 * input]).collect();
    let mut moved = [T::zero(); IN * OUT + ADDRESSES];
    let mut outputs: Vec<Vec<Vec<T>>> = Vec::new();
    for first in 0..ADDRESSES {
        moved[first..first + IN * OUT].copy_from_slice(&weights);
        let (bias, weights) = (&weights[..OUT], &moved[first..first + IN * OUT]);
        let gemv = || OwnedGemv::<T, ANY> { weights, bias, x: &x, epilogue: Epilogue::Identity };
        let mut found = Vec::new();
        T::dispatch_to_each(gemv, |_, outputs| found.push(outputs));
        outputs.push(found);
    }
    assert!(outputs.iter().all(|found| *found == outputs[0]));
}
