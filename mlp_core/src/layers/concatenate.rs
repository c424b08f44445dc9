use super::{Backward, Concatenate, Concatenated, Mode, Module, ShapeTuple, TwiceDifferentiable};
use crate::export::{Attribute, Exported, GraphBuilder, Value};
use crate::kernels::Vector;
use crate::memory::{Allocator, Memory};
use crate::random::Rng;
use crate::scalar::Scalar;
use crate::streams::{StreamGraph, Values};
use crate::tile::{Tile, TileMut};

impl<I: ShapeTuple, T: Scalar> Module for Concatenate<I, T> {
    type Input = I;
    type Output = Concatenated<I>;
    type Options = ();
    type Cache<M: Memory> = ();

    const KIND: &'static str = "Concatenate";
    const READS_OUTPUT: bool = false;

    fn cache<M: Memory>(_allocator: Allocator<M>) {}

    // The arguments are stored one after another already.
    fn forward<M: Memory>(
        &self,
        (): &(),
        _mode: Mode<'_>,
        input: Tile<'_, T>,
        mut output: TileMut<'_, T>,
        (): &mut (),
    ) {
        output.copy_from(input);
    }

    fn backward<M: Memory>(&self, (): &(), pass: Backward<'_, Self>, (): &mut ()) {
        if let Some(mut gradient) = pass.input_gradient {
            gradient.copy_from(pass.output_gradient.as_tile());
        }
    }

    #[inline(always)]
    fn forward_one<V: Vector<Scalar = T>>(&self, (): &(), input: &I::Sample<T>) -> I::Sample<T> {
        let mut output = I::sample();
        let mut first = 0;
        I::parts_mut(&mut output, &mut |part: &mut [T]| {
            super::copy_elements::<T, I>(input, first, part);
            first += part.len();
        });
        output
    }

    fn export(&self, (): &(), graph: &mut dyn GraphBuilder, inputs: &[Value]) -> Exported {
        Ok(graph.add_node("Concat", inputs, &[Attribute::Int("axis", 1)]).into())
    }

    fn trace(&self, (): &(), graph: &mut dyn StreamGraph<T>, inputs: &[Value]) -> Values {
        graph.concatenate(inputs).into()
    }
}

impl<I: ShapeTuple, T: Scalar, Any> TwiceDifferentiable<Any> for Concatenate<I, T> {}
