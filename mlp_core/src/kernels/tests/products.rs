//! The products of the forward and the backward pass.

use core::marker::PhantomData;

use super::super::dispatch::Kernel;
use super::super::panel::Panel;
use super::super::product::{Epilogue, Matrix, Product};
use super::super::vector::Vector;
use super::super::weight_gradient::{ByOutputs, BySamples, WeightGradient};
use super::{Exact, FEATURES, Number, SAMPLES, at, for_both_scalars, nothing, numbers, samples};
use crate::scalar::Scalar;
use crate::tile::{Buffer, Tile};

for_both_scalars! { product transposed_product rectified_product gradient_through_relu product_of_one weight_gradient_by_samples weight_gradient_by_outputs }

/// A product with a result of its own, which is NaN at first.
struct OwnProduct<'a, T> {
    x: Tile<'a, T>,
    matrix: Matrix<'a, T>,
    bias: Option<&'a [T]>,
    epilogue: Epilogue,
    through: Option<Tile<'a, T>>,
    outputs: usize,
}

impl<T: Scalar> Kernel<T> for OwnProduct<'_, T> {
    type Output = Buffer<T>;

    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(self) -> Buffer<T> {
        let mut y = nothing(self.outputs, self.x.samples());
        let tile = y.tile_mut(self.outputs, self.x.samples());
        let product = Product::new(self.x, self.matrix, self.bias, self.epilogue, tile);
        product.through(self.through).by_panels(&mut Panel::new()).run::<V>();
        y
    }
}

/// The padding of `x` is NaN: it may reach the padding of `y`, which is anything, but no sample.
fn product<T: Number>() {
    check_products::<T>(|weights, outputs, inputs| Matrix::new(weights, outputs, inputs), true);
}

fn transposed_product<T: Number>() {
    check_products::<T>(|weights, outputs, inputs| Matrix::new(weights, inputs, outputs).transpose(), false);
}

fn check_products<T: Number>(matrix: impl Fn(&[T], usize, usize) -> Matrix<'_, T>, with_bias: bool) {
    for (inputs, outputs, count) in shapes() {
        let (x, weights) = (samples(inputs, count, 1, T::nan()), numbers::<T>(outputs * inputs, 2));
        let bias = with_bias.then(|| numbers::<T>(outputs, 3));
        let x = x.tile(inputs, count);
        let weight = |output: usize, input: usize| -> f64 {
            let index = if with_bias { input * outputs + output } else { output * inputs + input };
            weights[index].to_f64()
        };
        let expected = each_of(outputs, count, |output, sample| {
            let mut sum = Exact::default();
            sum.add(bias.as_ref().map_or(0.0, |bias| bias[output].to_f64()));
            (0..inputs).for_each(|input| sum.add(weight(output, input) * at(x, input, sample)));
            sum
        });
        T::dispatch_to_each(
            || {
                let (matrix, bias) = (matrix(&weights, outputs, inputs), bias.as_deref());
                OwnProduct { x, matrix, bias, epilogue: Epilogue::Identity, through: None, outputs }
            },
            |set, y| {
                for output in 0..outputs {
                    for sample in 0..count {
                        let found = y.tile(outputs, count).feature(output)[sample];
                        let what = || format!("{set}, {inputs} => {outputs}, {count} samples, y[{sample}, {output}]");
                        expected[output * count + sample].check(found, what);
                    }
                }
            },
        );
    }
}

/// The same sums, but none below zero.
fn rectified_product<T: Number>() {
    for (inputs, outputs, count) in [(1, 10, 33), (10, 7, 300), (257, 33, 17), (600, 5, 128)] {
        let (x, weights) = (samples(inputs, count, 1, T::nan()), numbers::<T>(outputs * inputs, 2));
        let product = |epilogue| {
            let (x, matrix) = (x.tile(inputs, count), Matrix::new(&weights, outputs, inputs));
            let mut results = Vec::new();
            T::dispatch_to_each(
                || OwnProduct { x, matrix, bias: None, epilogue, through: None, outputs },
                |_, y| results.push(y),
            );
            results
        };
        for (plain, rectified) in product(Epilogue::Identity).iter().zip(product(Epilogue::Relu)) {
            for output in 0..outputs {
                let (plain, rectified) = (plain.tile(outputs, count), rectified.tile(outputs, count));
                let expected: Vec<T> = plain.feature(output).iter().map(|y| y.max(T::zero())).collect();
                assert_eq!(rectified.feature(output), expected, "{inputs} => {outputs}, {count} samples");
            }
        }
    }
}

/// The same sums, but zero where the input is: numbers of both signs, zeros among them.
fn gradient_through_relu<T: Number>() {
    for (inputs, outputs, count) in [(1, 10, 33), (10, 7, 300), (33, 257, 17), (5, 600, 128)] {
        let (mut x, slopes) = (samples(inputs, count, 1, T::nan()), samples(outputs, count, 2, T::zero()));
        x.tile_mut(inputs, count).feature(0).iter_mut().step_by(3).for_each(|x| *x = T::zero());
        let (x, weights) = (x.tile(inputs, count), numbers::<T>(outputs * inputs, 3));
        let gradient = |through| {
            let (x, matrix) = (slopes.tile(outputs, count), Matrix::new(&weights, outputs, inputs).transpose());
            let gradient =
                || OwnProduct { x, matrix, bias: None, epilogue: Epilogue::Identity, through, outputs: inputs };
            let mut results = Vec::new();
            T::dispatch_to_each(gradient, |_, dx| results.push(dx));
            results
        };
        for (plain, masked) in gradient(None).iter().zip(gradient(Some(x))) {
            for input in 0..inputs {
                let (plain, masked) = (plain.tile(inputs, count), masked.tile(inputs, count));
                let slopes = plain.feature(input).iter().zip(x.feature(input));
                let expected: Vec<T> = slopes.map(|(&dx, &x)| if x > T::zero() { dx } else { T::zero() }).collect();
                assert_eq!(masked.feature(input), expected, "{inputs} => {outputs}, {count} samples");
            }
        }
    }
}

/// One sample's product.
struct ProductOfOne<'a, T, const IN: usize, const OUT: usize> {
    weights: &'a [T],
    bias: [T; OUT],
    x: [T; IN],
    epilogue: Epilogue,
}

impl<T: Scalar, const IN: usize, const OUT: usize> Kernel<T> for ProductOfOne<'_, T, IN, OUT> {
    type Output = [T; OUT];

    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(self) -> [T; OUT] {
        super::super::product_of_one::<V, IN, OUT>(self.weights, &self.bias, &self.x, self.epilogue)
    }
}

fn check_one<T: Number, const IN: usize, const OUT: usize>() {
    let weights = numbers::<T>(IN * OUT, 1);
    let (x, bias) = (numbers::<T>(IN, 2), numbers::<T>(OUT, 3));
    let product = |epilogue| ProductOfOne::<T, IN, OUT> {
        weights: &weights,
        bias: core::array::from_fn(|output| bias[output]),
        x: core::array::from_fn(|input| x[input]),
        epilogue,
    };
    let mut rectified = Vec::new();
    T::dispatch_to_each(|| product(Epilogue::Relu), |_, found| rectified.push(found));
    let mut rectified = rectified.into_iter();
    T::dispatch_to_each(
        || product(Epilogue::Identity),
        |set, found| {
            let rectified = rectified.next().expect("as many sets");
            for output in 0..OUT {
                let mut sum = Exact::default();
                sum.add(bias[output].to_f64());
                (0..IN).for_each(|input| sum.add(weights[input * OUT + output].to_f64() * x[input].to_f64()));
                let what = || format!("{set}, {IN} => {OUT}, one sample, y[{output}]");
                sum.check(found[output], what);
                assert!(rectified[output] == found[output].max(T::zero()), "{} rectified", what());
            }
        },
    );
}

fn product_of_one<T: Number>() {
    macro_rules! check {
        ($($inputs:literal: $($outputs:literal)*;)*) => { $($(check_one::<T, $inputs, $outputs>();)*)* };
    }
    check! {
        1: 1 2 3 10 16 17 64;
        7: 1 3 8 15 20 33 72;
        10: 1 10 64 100;
        17: 1 9 16 24;
        64: 1 6 31 64 128;
        257: 1 5 130 257;
    }
}

/// A weight gradient with sums of its own.
struct OwnWeightGradient<'a, T, L> {
    x: Tile<'a, T>,
    dz: Tile<'a, T>,
    weights: Vec<T>,
    bias: Vec<T>,
    lanes: PhantomData<L>,
}

impl<T: Scalar, L> Kernel<T> for OwnWeightGradient<'_, T, L>
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

fn weight_gradient_by_samples<T: Number>() {
    check_weight_gradients::<T, BySamples>();
}

fn weight_gradient_by_outputs<T: Number>() {
    check_weight_gradients::<T, ByOutputs>();
}

/// The padding of `dz` is zero, that of `x` any finite number.
fn check_weight_gradients<T: Number, L>()
where
    for<'a> WeightGradient<'a, T, L>: Kernel<T>,
{
    for (inputs, outputs, count) in shapes() {
        let (x, dz) = (samples(inputs, count, 1, T::from_f64(1e30)), samples(outputs, count, 2, T::zero()));
        let (x, dz) = (x.tile(inputs, count), dz.tile(outputs, count));
        let (weights, bias) = (numbers::<T>(outputs * inputs, 3), numbers::<T>(outputs, 4));
        let sum = |start: T, term: &dyn Fn(usize) -> f64| {
            let mut sum = Exact::default();
            sum.add(start.to_f64());
            (0..count).for_each(|sample| sum.add(term(sample)));
            sum
        };
        let of_weights = each_of(inputs, outputs, |input, output| {
            let term = |sample| at(dz, output, sample) * at(x, input, sample);
            sum(weights[input * outputs + output], &term)
        });
        let of_bias = each_of(1, outputs, |_, output| sum(bias[output], &|sample| at(dz, output, sample)));
        T::dispatch_to_each(
            || OwnWeightGradient::<T, L> { x, dz, weights: weights.clone(), bias: bias.clone(), lanes: PhantomData },
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

/// Inputs, outputs and samples.
fn shapes() -> impl Iterator<Item = (usize, usize, usize)> {
    let pairs = FEATURES.into_iter().flat_map(|inputs| FEATURES.map(|outputs| (inputs, outputs)));
    pairs.flat_map(|(inputs, outputs)| SAMPLES.map(|samples| (inputs, outputs, samples)))
}
