//! Tests of gemm.

use super::super::MAX_IN_PLACE;
use super::super::dispatch::Kernel;
use super::super::epilogue::{Epilogue, OutputDerivative};
use super::super::few_samples::{FewSamples, MAX_SAMPLES};
use super::super::gemm::Gemm;
use super::super::matrix::Matrix;
use super::super::panel::Panel;
use super::super::vector::Vector;
use super::{
    Element, Exact, FEATURES, at, each_of, for_both_scalars, nan_samples, random_samples, random_values, shapes,
};
use crate::real::Real;
use crate::tile::{Buffer, Tile};

for_both_scalars! {
    gemm transposed_gemm rectified_gemm gradients_through_activations few_samples
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
