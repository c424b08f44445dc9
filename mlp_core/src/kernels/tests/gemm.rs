//! Tests of gemm, gemv and the weight gradient.

use core::marker::PhantomData;

use super::super::MAX_IN_PLACE;
use super::super::chain::Link;
use super::super::dispatch::Kernel;
use super::super::epilogue::{Epilogue, OutputDerivative};
use super::super::few_samples::{FewSamples, MAX_SAMPLES};
use super::super::gemm::Gemm;
use super::super::matrix::Matrix;
use super::super::one_sample::{ANY, Gemv};
use super::super::panel::Panel;
use super::super::vector::Vector;
use super::super::weight_gradient::{ByOutputs, BySamples, WeightGradient};
use super::{Element, Exact, FEATURES, SAMPLES, at, for_both_scalars, nan_samples, random_samples, random_values};
use crate::real::Real;
use crate::scalar::Scalar;
use crate::tile::{Buffer, Tile};

for_both_scalars! {
    gemm transposed_gemm rectified_gemm gradients_through_activations few_samples gemv gemv_at_any_address chain
    weight_gradient_by_samples weight_gradient_by_outputs
}

/// A gemm that owns its result, which is NaN at first.
struct OwnedGemm<'a, T> {
    x: Tile<'a, T>,
    matrix: Matrix<'a, T>,
    bias: Option<&'a [T]>,
    epilogue: Epilogue,
    through: Activation<'a, T>,
    outputs: usize,
    /// `true` if the product chooses between its algorithms. Otherwise the samples, if they are few, pass one by one.
    chooses: bool,
}

/// The activation that a gradient passes, by its outputs.
#[derive(Clone, Copy)]
enum Activation<'a, T> {
    None,
    Kept(OutputDerivative, Tile<'a, T>),
    Overwritten(OutputDerivative, Tile<'a, T>),
}

impl<T: Real> Kernel<T> for OwnedGemm<'_, T> {
    type Output = Buffer<T>;

    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(self) -> Buffer<T> {
        let mut y = nan_samples(self.outputs, self.x.samples());
        let mut tile = y.tile_mut(self.outputs, self.x.samples());
        if let Activation::Overwritten(_, outputs) = self.through {
            tile.copy_from(outputs);
        }
        let gemm = Gemm::new(self.x, self.matrix, self.bias, self.epilogue, tile);
        let gemm = match self.through {
            Activation::None => gemm,
            Activation::Kept(derivative, outputs) => gemm.through(derivative, outputs),
            Activation::Overwritten(derivative, _) => gemm.through_in_place(derivative),
        };
        // The product alone decides by its sizes.
        if self.x.samples() <= MAX_SAMPLES && !self.chooses {
            FewSamples(gemm).run::<V>();
        } else {
            gemm.packed(&mut Panel::new()).run::<V>();
        }
        y
    }
}

/// Checks products of which the padding of `x` is NaN. It may propagate to the padding of `y`, but not to a sample.
fn gemm<T: Element>() {
    check_gemm::<T>(|weights, outputs, inputs| Matrix::new(weights, outputs, inputs), true);
}

fn transposed_gemm<T: Element>() {
    check_gemm::<T>(|weights, outputs, inputs| Matrix::new(weights, inputs, outputs).transpose(), false);
}

fn check_gemm<T: Element>(matrix: impl Fn(&[T], usize, usize) -> Matrix<'_, T>, with_bias: bool) {
    for (inputs, outputs, count) in shapes() {
        let (x, weights) = (random_samples(inputs, count, 1, T::nan()), random_values::<T>(outputs * inputs, 2));
        let bias = with_bias.then(|| random_values::<T>(outputs, 3));
        let x = x.tile(inputs, count);
        let weight = |output: usize, input: usize| -> f64 {
            let index = if with_bias { input * outputs + output } else { output * inputs + input };
            weights[index].widen()
        };
        let expected = each_of(outputs, count, |output, sample| {
            let mut sum = Exact::default();
            sum.add(bias.as_ref().map_or(0.0, |bias| bias[output].widen()));
            (0..inputs).for_each(|input| sum.add(weight(output, input) * at(x, input, sample)));
            sum
        });
        let check = |set: &str, y: Buffer<T>| {
            for output in 0..outputs {
                for sample in 0..count {
                    let found = y.tile(outputs, count).feature(output)[sample];
                    let what = || format!("{set}, {inputs} => {outputs}, {count} samples, y[{sample}, {output}]");
                    expected[output * count + sample].check(found, what);
                }
            }
        };
        for chooses in [false, true] {
            let gemm = || {
                let (matrix, bias) = (matrix(&weights, outputs, inputs), bias.as_deref());
                OwnedGemm { x, matrix, bias, epilogue: Epilogue::Identity, through: Activation::None, outputs, chooses }
            };
            T::dispatch_to_each(gemm, check);
        }
    }
}

/// Compares the epilogue with a `relu` of the plain result.
fn rectified_gemm<T: Element>() {
    for (inputs, outputs, count) in [(1, 10, 33), (10, 7, 300), (257, 33, 17), (600, 5, 128), (33, 70, 1), (5, 17, 3)] {
        let (x, weights) = (random_samples(inputs, count, 1, T::nan()), random_values::<T>(outputs * inputs, 2));
        let gemm = |epilogue| {
            let (x, matrix) = (x.tile(inputs, count), Matrix::new(&weights, outputs, inputs));
            let mut results = Vec::new();
            T::dispatch_to_each(
                || OwnedGemm { x, matrix, bias: None, epilogue, through: Activation::None, outputs, chooses: false },
                |_, y| results.push(y),
            );
            results
        };
        for (plain, rectified) in gemm(Epilogue::Identity).iter().zip(gemm(Epilogue::Relu)) {
            for output in 0..outputs {
                let (plain, rectified) = (plain.tile(outputs, count), rectified.tile(outputs, count));
                let expected: Vec<T> = plain.feature(output).iter().map(|y| y.max(T::zero())).collect();
                assert_eq!(rectified.feature(output), expected, "{inputs} => {outputs}, {count} samples");
            }
        }
    }
}

/// Compares gradients with respect to the input of an activation with the product and the derivative. The outputs of the
/// activation are kept or overwritten, with the same bits.
fn gradients_through_activations<T: Element>() {
    // A comparison with NaN is false, while a product with it is NaN.
    check_through::<T>(OutputDerivative::Relu, T::nan());
    check_through::<T>(OutputDerivative::Tanh, T::nearest(0.5));
}

fn check_through<T: Element>(derivative: OutputDerivative, padding: T) {
    for (inputs, outputs, count) in [(1, 10, 33), (10, 7, 300), (33, 257, 17), (5, 600, 128), (70, 33, 1), (17, 5, 3)] {
        let (mut x, dz) = (random_samples(inputs, count, 1, padding), random_samples(outputs, count, 2, T::zero()));
        x.tile_mut(inputs, count).feature(0).iter_mut().step_by(3).for_each(|x| *x = T::zero());
        let (x, weights) = (x.tile(inputs, count), random_values::<T>(outputs * inputs, 3));
        let gradients = |through, chooses| {
            let (x, matrix) = (dz.tile(outputs, count), Matrix::new(&weights, outputs, inputs).transpose());
            let epilogue = Epilogue::Identity;
            let gradient = || OwnedGemm { x, matrix, bias: None, epilogue, through, outputs: inputs, chooses };
            let mut results = Vec::new();
            T::dispatch_to_each(gradient, |_, dx| results.push(dx));
            results
        };
        let what = format!("{inputs} => {outputs}, {count} samples");
        for chooses in [false, true] {
            let plain = gradients(Activation::None, chooses);
            let kept = gradients(Activation::Kept(derivative, x), chooses);
            let kept = kept.iter().map(|kept| kept.tile(inputs, count));
            for (plain, kept) in plain.iter().zip(kept.clone()) {
                compare_through(derivative, x, plain.tile(inputs, count), kept, &what);
            }
            if outputs <= MAX_IN_PLACE {
                let overwritten = gradients(Activation::Overwritten(derivative, x), chooses);
                for (kept, overwritten) in kept.zip(&overwritten) {
                    let overwritten = overwritten.tile(inputs, count);
                    let mut features = (0..inputs).map(|input| [kept, overwritten].map(|dx| dx.feature(input)));
                    assert!(features.all(|[kept, overwritten]| kept == overwritten), "{derivative:?}, {what}");
                }
            }
        }
    }
}

/// Compares gradients with the products of plain ones and the derivative, and the padding with zero.
fn compare_through<T: Real>(
    derivative: OutputDerivative,
    x: Tile<'_, T>,
    plain: Tile<'_, T>,
    found: Tile<'_, T>,
    what: &str,
) {
    for input in 0..x.features() {
        let gradients = plain.feature(input).iter().zip(found.feature(input));
        for ((&plain, &found), &x) in gradients.zip(x.feature(input)) {
            let factor = match derivative {
                OutputDerivative::One => 1.0,
                OutputDerivative::Relu => f64::from(x > T::zero()),
                OutputDerivative::Tanh => 1.0 - x.widen() * x.widen(),
            };
            let (expected, found) = (plain.widen() * factor, found.widen());
            let rounding = if derivative == OutputDerivative::Tanh { 2.0 * T::epsilon().widen() } else { 0.0 };
            let tolerance = plain.widen().abs() * rounding;
            assert!((found - expected).abs() <= tolerance, "{derivative:?}, {what}: {found} instead of {expected}");
        }
        let padding = &found.padded_feature(input)[found.samples()..];
        assert!(padding.iter().all(|&value| value == T::zero()), "{what}: {padding:?}");
    }
}

/// Compares the outputs of a few samples bit by bit with those of the same samples among many.
fn few_samples<T: Element>() {
    const MANY: usize = 40;
    for (inputs, outputs) in FEATURES.into_iter().flat_map(|inputs| FEATURES.map(|outputs| (inputs, outputs))) {
        let (weights, bias) = (random_values::<T>(outputs * inputs, 2), random_values::<T>(outputs, 3));
        let outputs_of = |count: usize| {
            let mut x = random_samples(inputs, MANY, 1, T::zero());
            let all = x.tile(inputs, MANY);
            let features: Vec<Vec<T>> = (0..inputs).map(|input| all.feature(input)[..count].to_vec()).collect();
            let mut tile = x.tile_mut(inputs, count);
            features.iter().enumerate().for_each(|(input, values)| tile.feature(input).copy_from_slice(values));
            let (x, matrix) = (x.tile(inputs, count), Matrix::new(&weights, outputs, inputs));
            let epilogue = Epilogue::Relu;
            let mut results = Vec::new();
            T::dispatch_to_each(
                || OwnedGemm {
                    x,
                    matrix,
                    bias: Some(&bias),
                    epilogue,
                    through: Activation::None,
                    outputs,
                    chooses: false,
                },
                |_, y| results.push(y),
            );
            results
        };
        let many = outputs_of(MANY);
        for count in [1, 3, 8] {
            for (few, many) in outputs_of(count).iter().zip(&many) {
                for output in 0..outputs {
                    let (few, many) = (few.tile(outputs, count), many.tile(outputs, MANY));
                    let samples = &many.feature(output)[..count];
                    assert_eq!(few.feature(output), samples, "{inputs} => {outputs}, {count} samples");
                }
            }
        }
    }
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
    for widths in [&[1, 10, 10, 1][..], &[17, 64, 6], &[70, 512, 65, 3], &[5, 2]] {
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

/// A weight gradient that owns its sums.
struct OwnedWeightGradient<'a, T, L> {
    x: Tile<'a, T>,
    dz: Tile<'a, T>,
    weights: Vec<T>,
    bias: Vec<T>,
    lanes: PhantomData<L>,
}

impl<T: Real, L> Kernel<T> for OwnedWeightGradient<'_, T, L>
where
    for<'a> WeightGradient<'a, T, L>: Kernel<T>,
{
    type Output = (Vec<T>, Vec<T>);

    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(mut self) -> Self::Output {
        WeightGradient::<T, L>::new(self.x, self.dz, &mut self.weights, &mut self.bias).run::<V>();
        (self.weights, self.bias)
    }
}

fn weight_gradient_by_samples<T: Element>() {
    check_weight_gradients::<T, BySamples>();
}

fn weight_gradient_by_outputs<T: Element>() {
    check_weight_gradients::<T, ByOutputs>();
}

/// Checks weight gradients. The padding of `dz` is zero, that of `x` is finite.
fn check_weight_gradients<T: Element, L>()
where
    for<'a> WeightGradient<'a, T, L>: Kernel<T>,
{
    for (inputs, outputs, count) in shapes() {
        let (x, dz) =
            (random_samples(inputs, count, 1, T::nearest(1e30)), random_samples(outputs, count, 2, T::zero()));
        let (x, dz) = (x.tile(inputs, count), dz.tile(outputs, count));
        let (weights, bias) = (random_values::<T>(outputs * inputs, 3), random_values::<T>(outputs, 4));
        let sum = |start: T, term: &dyn Fn(usize) -> f64| {
            let mut sum = Exact::default();
            sum.add(start.widen());
            (0..count).for_each(|sample| sum.add(term(sample)));
            sum
        };
        let of_weights = each_of(inputs, outputs, |input, output| {
            let term = |sample| at(dz, output, sample) * at(x, input, sample);
            sum(weights[input * outputs + output], &term)
        });
        let of_bias = each_of(1, outputs, |_, output| sum(bias[output], &|sample| at(dz, output, sample)));
        T::dispatch_to_each(
            || OwnedWeightGradient::<T, L> { x, dz, weights: weights.clone(), bias: bias.clone(), lanes: PhantomData },
            |set, found| {
                for (part, expected, found) in [("dW", &of_weights, found.0), ("db", &of_bias, found.1)] {
                    for (index, (expected, found)) in expected.iter().zip(found).enumerate() {
                        let what = || format!("{set}, {inputs} => {outputs}, {count} samples, {part}[{index}]");
                        expected.check(found, what);
                    }
                }
            },
        );
    }
}

fn each_of(rows: usize, columns: usize, f: impl Fn(usize, usize) -> Exact) -> Vec<Exact> {
    (0..rows)
        .flat_map(|row| (0..columns).map(move |column| (row, column)))
        .map(|(row, column)| f(row, column))
        .collect()
}

/// Returns all combinations of inputs, outputs and samples.
fn shapes() -> impl Iterator<Item = (usize, usize, usize)> {
    let pairs = FEATURES.into_iter().flat_map(|inputs| FEATURES.map(|outputs| (inputs, outputs)));
    pairs.flat_map(|(inputs, outputs)| SAMPLES.map(|samples| (inputs, outputs, samples)))
}
