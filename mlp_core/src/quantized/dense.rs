use core::fmt;

use num_traits::Float as _;

use super::chain::QuantizedLayers;

/// `y = activation(W x + b)` in 8-bit integers, with a table of the activation.
///
/// [`quantize`](super::quantize) creates it from a [`Dense`](crate::layers::Dense).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuantizedDense<const IN: usize, const OUT: usize> {
    weights: [[i8; IN]; OUT],
    bias: [i32; OUT],
    factors: [i32; OUT],
    shifts: [u8; OUT],
    table: [i8; 256],
}

/// Largest absolute bias. With the largest sum of products it fits into 32 bits.
const MAX_BIAS: i32 = 1 << 30;

impl<const IN: usize, const OUT: usize> QuantizedDense<IN, OUT> {
    /// Creates a layer from its parts, as `Display` writes them: weights with a row for each output, bias, the factor of each
    /// output as `factors · 2^−shifts`, and the activation of `z`, from 0 to 127 and then from −128 to −1.
    pub const fn from_parts(
        weights: [[i8; IN]; OUT],
        bias: [i32; OUT],
        factors: [i32; OUT],
        shifts: [u8; OUT],
        table: [i8; 256],
    ) -> Self {
        const { assert!(IN * 127 * 128 <= MAX_BIAS as usize, "a sum of so many products does not fit into 32 bits") };
        Self { weights, bias, factors, shifts, table }
    }

    /// Quantizes weights, each row by its own scale, for inputs and sums of given scales. `activation` maps `z` to the output.
    pub(super) fn new(
        (weight, bias): (impl Fn(usize, usize) -> f32, &[f32; OUT]),
        (input_scale, sum_scale): (f32, f32),
        activation: impl Fn(i8) -> i8,
    ) -> Self {
        let mut layer = Self::from_parts([[0; IN]; OUT], [0; OUT], [0; OUT], [1; OUT], [0; 256]);
        for (output, &bias) in bias.iter().enumerate() {
            let largest = (0..IN).map(|input| weight(output, input).abs()).fold(0.0, f32::max);
            // The scale of a row is not so small that its bias would be too large.
            let scale = (largest / 127.0).max(bias.abs() / (input_scale * MAX_BIAS as f32)).max(f32::MIN_POSITIVE);
            for (input, value) in layer.weights[output].iter_mut().enumerate() {
                *value = (weight(output, input) / scale).round() as i8;
            }
            let unit = scale * input_scale;
            layer.bias[output] = ((bias / unit).round() as i32).clamp(-MAX_BIAS, MAX_BIAS);
            (layer.factors[output], layer.shifts[output]) = fixed_point(f64::from(unit) / f64::from(sum_scale));
        }
        for (index, value) in layer.table.iter_mut().enumerate() {
            *value = activation(index as u8 as i8);
        }
        layer
    }
}

/// Returns `(factor, shift)`, where `factor · 2^−shift` is nearest to a positive number below 2³⁰. `factor` has 30 bits.
fn fixed_point(number: f64) -> (i32, u8) {
    let (mut factor, mut shift) = (number, 0_u8);
    while factor < f64::from(1 << 29) && shift < 62 {
        factor *= 2.0;
        shift += 1;
    }
    // `as` limits a number that is too large.
    (factor.round() as i32, shift.max(1))
}

impl<const IN: usize, const OUT: usize> QuantizedLayers for QuantizedDense<IN, OUT> {
    type Input = [i8; IN];
    type Output = [i8; OUT];

    fn predict(&self, input: &[i8; IN]) -> [i8; OUT] {
        let mut outputs = [0; OUT];
        let rows = self.weights.iter().zip(&self.bias).zip(self.factors.iter().zip(&self.shifts));
        for (output, ((weights, &bias), (&factor, &shift))) in outputs.iter_mut().zip(rows) {
            let products = weights.iter().zip(input).map(|(&weight, &input)| i32::from(weight) * i32::from(input));
            let sum = products.fold(bias, i32::wrapping_add);
            let half = 1_i64.wrapping_shl(u32::from(shift).wrapping_sub(1));
            let scaled = (i64::from(sum) * i64::from(factor)).wrapping_add(half).wrapping_shr(u32::from(shift));
            // A byte as the index of 256 values needs no check.
            *output = self.table[usize::from(scaled.clamp(-128, 127) as i8 as u8)];
        }
        outputs
    }

    fn source(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { weights, bias, factors, shifts, table } = self;
        write!(f, "QuantizedDense::from_parts({weights:?}, {bias:?}, {factors:?}, {shifts:?}, {table:?})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn factors_have_at_least_29_bits() {
        for number in [1e-9, 0.003, 0.5, 1.0, 1.7, 1000.0, 1e8] {
            let (factor, shift) = fixed_point(number);
            let found = f64::from(factor) * 0.5_f64.powi(i32::from(shift));
            assert!((found - number).abs() <= number * 0.5_f64.powi(29), "{number} {found}");
        }
    }
}
