//! Scales from the largest values on some samples.

use num_traits::Float as _;

use super::{Quantized, QuantizedDense};
use crate::activations::QuantizableActivation;
use crate::data_error::{DataError, Role};
use crate::layers::Dense;

/// Largest number of layers in a chain.
const MAX_LAYERS: usize = 6;

/// Largest absolute values of a layer, before and after its activation, on the samples so far.
#[derive(Clone, Copy, Debug, Default)]
pub struct Range {
    lowest: f32,
    highest: f32,
    output: f32,
}

/// Dense layers one after another: a reference to a layer, or a tuple of up to six.
pub trait DenseLayers {
    /// Array of inputs.
    type Input: AsRef<[f32]>;
    /// Array of outputs.
    type Output;
    /// The same layers in integers.
    type Quantized;

    /// Computes the output of a sample, and widens the range of each layer.
    fn calibrate(&self, input: &Self::Input, ranges: &mut [Range]) -> Self::Output;

    /// Returns the layers in integers, and the scale of the output.
    fn quantized(&self, input_scale: f32, ranges: &[Range]) -> (Self::Quantized, f32);
}

/// Converts trained dense layers to 8-bit integers, with scales from the largest values on `samples`. Some hundred samples of the
/// training data are enough.
///
/// Quantize a classifier up to its logits: the class is the largest of them, and `softmax` is no function of single values.
///
/// # Errors
/// If there are no samples, or a value of a sample is NaN or infinite.
///
/// # Examples
///
/// ```
/// # extern crate mlp_core as mlp;
/// use mlp::activations::relu;
/// use mlp::layers::Dense;
/// use mlp::quantized::quantize;
///
/// let first = Dense::<2, 2, relu>::from_parts([[1.0, -1.0], [0.5, 2.0]], [0.0, 0.25]);
/// let second = Dense::<2, 1>::from_parts([[1.0], [-0.5]], [0.5]);
///
/// let network = quantize((&first, &second), &[[1.0, 1.0], [-1.0, 0.5], [0.0, -1.0]])?;
/// let [y] = network.predict_one([1.0, 1.0]);
/// // y = 0.5 + relu(1 + 0.5) − 0.5 · relu(−1 + 2 + 0.25)
/// assert!((y - 1.375).abs() < 0.05);
/// # Ok::<(), mlp_core::DataError>(())
/// ```
pub fn quantize<L: DenseLayers>(layers: L, samples: &[L::Input]) -> Result<Quantized<L::Quantized>, DataError> {
    if samples.is_empty() {
        return Err(DataError::Empty);
    }
    let mut ranges = [Range::default(); MAX_LAYERS];
    let mut largest = 0.0;
    for (row, sample) in samples.iter().enumerate() {
        for (column, &value) in sample.as_ref().iter().enumerate() {
            if !value.is_finite() {
                return Err(DataError::NotFinite { role: Role::Input, part: None, row, column, value: value.into() });
            }
            largest = f32::max(largest, value.abs());
        }
        layers.calibrate(sample, &mut ranges);
    }
    let input_scale = scale(largest);
    let (layers, output_scale) = layers.quantized(input_scale, &ranges);
    Ok(Quantized::from_parts(layers, input_scale, output_scale))
}

/// Returns the scale of values up to `largest`.
fn scale(largest: f32) -> f32 {
    if largest > 0.0 { largest / 127.0 } else { 1.0 }
}

impl<const IN: usize, const OUT: usize, A: QuantizableActivation> DenseLayers for &Dense<IN, OUT, A> {
    type Input = [f32; IN];
    type Output = [f32; OUT];
    type Quantized = QuantizedDense<IN, OUT>;

    fn calibrate(&self, input: &[f32; IN], ranges: &mut [Range]) -> [f32; OUT] {
        let range = &mut ranges[0];
        core::array::from_fn(|output| {
            let weights = input.iter().enumerate().map(|(input, x)| self.weights[(output, input)] * x);
            let z = self.bias[output] + weights.sum::<f32>();
            let y = A::of(z);
            range.lowest = range.lowest.min(z);
            range.highest = range.highest.max(z);
            range.output = range.output.max(y.abs());
            y
        })
    }

    fn quantized(&self, input_scale: f32, ranges: &[Range]) -> (QuantizedDense<IN, OUT>, f32) {
        let output_scale = scale(ranges[0].output);
        let sum_scale = scale(sum_limit::<A>(ranges[0], output_scale));
        let weight = |output, input| self.weights[(output, input)];
        let activation = |z: i8| (A::of(f32::from(z) * sum_scale) / output_scale).round() as i8;
        let parts = (weight, &self.bias.data.0[0]);
        (QuantizedDense::new(parts, (input_scale, sum_scale), activation), output_scale)
    }
}

/// Returns the largest absolute `z` to tell apart: less than the largest on the samples where the activation is flat, as a
/// `relu` is below zero and `tanh` far from it. So fewer steps of `z` are lost on equal outputs.
fn sum_limit<A: QuantizableActivation>(range: Range, output_scale: f32) -> f32 {
    let is_flat = |from: f32, to: f32| (A::of(from) - A::of(to)).abs() < output_scale / 2.0;
    let shrunk = |end: f32| {
        let mut limit = end;
        // 200 steps of 5% are four orders of magnitude.
        for _ in 0..200 {
            if limit == 0.0 || !is_flat(0.95 * limit, end) {
                return limit;
            }
            limit *= 0.95;
        }
        0.0
    };
    f32::max(shrunk(range.highest), -shrunk(range.lowest))
}

macro_rules! tuples {
    ($($first:ident $($layer:ident after $previous:ident $index:tt),* => $last:ident;)*) => {$(
        impl<$first: DenseLayers, $($layer: DenseLayers<Input = $previous::Output>),*> DenseLayers
            for ($first, $($layer),*)
        {
            type Input = $first::Input;
            type Output = $last::Output;
            type Quantized = ($first::Quantized, $($layer::Quantized),*);

            fn calibrate(&self, input: &Self::Input, ranges: &mut [Range]) -> Self::Output {
                let value = self.0.calibrate(input, ranges);
                $(let value = self.$index.calibrate(&value, &mut ranges[$index..]);)*
                value
            }

            #[allow(non_snake_case, reason = "a layer has the name of its type")]
            fn quantized(&self, scale: f32, ranges: &[Range]) -> (Self::Quantized, f32) {
                let ($first, scale) = self.0.quantized(scale, ranges);
                $(let ($layer, scale) = self.$index.quantized(scale, &ranges[$index..]);)*
                (($first, $($layer),*), scale)
            }
        }
    )*};
}

tuples! {
    A B after A 1 => B;
    A B after A 1, C after B 2 => C;
    A B after A 1, C after B 2, D after C 3 => D;
    A B after A 1, C after B 2, D after C 3, E after D 4 => E;
    A B after A 1, C after B 2, D after C 3, E after D 4, F after E 5 => F;
}
