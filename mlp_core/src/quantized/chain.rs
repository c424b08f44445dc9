//! Layers one after another.

use core::fmt;

use num_traits::Float as _;

/// Layers in 8-bit integers: a [`QuantizedDense`](super::QuantizedDense), or a tuple of up to six.
pub trait QuantizedLayers {
    /// Array of inputs.
    type Input;
    /// Array of outputs.
    type Output;

    /// Returns the output of a single sample.
    fn predict(&self, input: &Self::Input) -> Self::Output;

    /// Writes the layers as Rust code.
    ///
    /// # Errors
    /// If the formatter returns one.
    fn source(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result;
}

/// A network in 8-bit integers, with the scales of its input and of its output.
///
/// Its `Display` is Rust code that creates it.
#[derive(Clone, Debug, PartialEq)]
pub struct Quantized<L> {
    layers: L,
    input_scale: f32,
    output_scale: f32,
}

impl<L> Quantized<L> {
    /// Creates a network from its parts, as `Display` writes them.
    pub const fn from_parts(layers: L, input_scale: f32, output_scale: f32) -> Self {
        Self { layers, input_scale, output_scale }
    }

    /// Returns the value of 1 in a quantized input.
    pub const fn input_scale(&self) -> f32 {
        self.input_scale
    }

    /// Returns the value of 1 in a quantized output.
    pub const fn output_scale(&self) -> f32 {
        self.output_scale
    }

    /// Returns the output of a single sample in integers. The index of the largest is the class.
    pub fn predict_quantized<const IN: usize, const OUT: usize>(&self, input: &[i8; IN]) -> [i8; OUT]
    where
        L: QuantizedLayers<Input = [i8; IN], Output = [i8; OUT]>,
    {
        self.layers.predict(input)
    }

    /// Returns the output of a single sample. Inputs outside of the calibrated range are limited to it.
    pub fn predict_one<const IN: usize, const OUT: usize>(&self, input: [f32; IN]) -> [f32; OUT]
    where
        L: QuantizedLayers<Input = [i8; IN], Output = [i8; OUT]>,
    {
        let input = input.map(|value| (value / self.input_scale).round() as i8);
        self.layers.predict(&input).map(|value| f32::from(value) * self.output_scale)
    }
}

impl<L: QuantizedLayers> fmt::Display for Quantized<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Quantized::from_parts(")?;
        self.layers.source(f)?;
        write!(f, ", {:?}, {:?})", self.input_scale, self.output_scale)
    }
}

macro_rules! tuples {
    ($($first:ident $($layer:ident after $previous:ident $index:tt),* => $last:ident;)*) => {$(
        impl<$first: QuantizedLayers, $($layer: QuantizedLayers<Input = $previous::Output>),*> QuantizedLayers
            for ($first, $($layer),*)
        {
            type Input = $first::Input;
            type Output = $last::Output;

            fn predict(&self, input: &Self::Input) -> Self::Output {
                let value = self.0.predict(input);
                $(let value = self.$index.predict(&value);)*
                value
            }

            fn source(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("(")?;
                self.0.source(f)?;
                f.write_str(", ")?;
                $(
                    self.$index.source(f)?;
                    f.write_str(", ")?;
                )*
                f.write_str(")")
            }
        }
    )*};
}

tuples! {
    A => A;
    A B after A 1 => B;
    A B after A 1, C after B 2 => C;
    A B after A 1, C after B 2, D after C 3 => D;
    A B after A 1, C after B 2, D after C 3, E after D 4 => E;
    A B after A 1, C after B 2, D after C 3, E after D 4, F after E 5 => F;
}
