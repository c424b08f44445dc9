use super::{Backward, Concatenate, Joined, Layer, Mode, Parts, Purpose, Summary};
use crate::kernels::Vector;
#[cfg(feature = "onnx")]
use crate::onnx;
use crate::random::Rng;
use crate::scalar::Scalar;
use crate::tile::{Tile, TileMut};

impl<I: Parts, T: Scalar> Layer for Concatenate<I, T> {
    type Input = I;
    type Output = Joined<I>;
    type Options = ();
    type Cache = ();

    fn cache(_samples: usize, _purpose: Purpose) {}

    fn initialize(&mut self, (): &(), _generator: &mut Rng) {}

    // What it is called on lies one after the other already.
    fn forward(&self, (): &(), _mode: Mode<'_>, input: Tile<'_, T>, mut output: TileMut<'_, T>, (): &mut ()) {
        output.copy_from(input);
    }

    fn backward(&self, (): &(), pass: Backward<'_, Self>, (): &mut ()) {
        if let Some(mut gradient) = pass.input_gradient {
            gradient.copy_from(pass.output_gradient.as_tile());
        }
    }

    #[inline(always)]
    fn forward_one<V: Vector<Scalar = T>>(&self, (): &(), input: &I::Sample<T>) -> I::Sample<T> {
        let mut output = I::sample();
        let mut first = 0;
        I::parts_mut(&mut output, &mut |part: &mut [T]| {
            super::copy_numbers::<T, I>(input, first, part);
            first += part.len();
        });
        output
    }

    #[cfg(feature = "onnx")]
    fn export(&self, (): &(), graph: &mut onnx::Graph, inputs: &[onnx::Value]) -> onnx::Exported {
        let values: Vec<_> = inputs.iter().collect();
        Ok(vec![graph.node_with("Concat", &values, &[onnx::Attribute::Int("axis", 1)])])
    }

    fn summarize(name: &str, _options: &Self::Options, summary: &mut Summary) {
        summary.row(name, "Concatenate", I::FEATURES, []);
    }
}
