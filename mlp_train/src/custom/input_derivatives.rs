//! Derivatives of a network's outputs by its inputs, to second order, from values that travel with their derivatives.

use std::mem::replace;
use std::ops::Range;

use mlp_core::Role;
use mlp_core::layers::{Features, TwiceDifferentiable};
use mlp_core::network::BaseNetwork;
use mlp_core::streams::{StreamTile, StreamTileMut, Streams};
use nalgebra::SMatrix;
use num_traits::{One as _, Zero as _};

use super::tape::{InputBatch, OutputBatch, ReusedBatch, Tape};
use crate::batch_shape::BatchShape;
use crate::dataset::{Data, Rows, check};
use crate::error::TrainingError;
use crate::streams::{Pairs, ParameterGradient, tile_samples};

/// Writes the derivatives of the inputs of some rows.
type Load<'a, T> = &'a dyn Fn(Range<usize>, StreamTileMut<'_, T>);

/// Maximum number of second derivatives in a pass.
const MAX_SECOND: usize = 64;

impl<N> Tape<N>
where
    N: BaseNetwork<Input: BatchShape, Output: BatchShape> + TwiceDifferentiable,
{
    /// Returns the outputs, and their derivative along a direction for each sample: the Jacobian times the direction. JAX:
    /// `jvp`.
    ///
    /// The layers are in inference mode. After the first call, batches of the same size allocate nothing.
    ///
    /// # Errors
    /// If the data or an option of a layer is invalid, or if `direction` has not as many rows as `x`.
    pub fn jvp<X, V>(
        &mut self,
        network: &N,
        x: &X,
        direction: &V,
    ) -> Result<(&OutputBatch<N>, &OutputBatch<N>), TrainingError>
    where
        X: Data<N::Scalar, N::Input> + ?Sized,
        V: Data<N::Scalar, N::Input> + ?Sized,
    {
        check::rows_of(&direction, Role::Direction, x.samples())?;
        let mut outputs = self.take_outputs(x.samples());
        let load = |rows, input: StreamTileMut<'_, N::Scalar>| direction.copy_to(Rows::Range(rows), input.tile(1));
        let streams = Streams { directions: 1, second: &[] };
        let result = self.propagate(network, &x, streams, &load, &mut |tile, first| {
            N::Output::copy_rows(tile.value, &mut outputs[0].batch, first);
            N::Output::copy_rows(tile.tile(1), &mut outputs[1].batch, first);
        });
        [self.output, self.derivatives] = outputs;
        result.map(|()| (&self.output.batch, &self.derivatives.batch))
    }

    /// Returns the product of a Hessian and a direction for each sample: that of the scalar `Σ output_gradient · output`.
    /// JAX: `jvp(grad(f))`.
    ///
    /// For a network with one output, `output_gradient` is a batch of ones. The layers are in inference mode.
    ///
    /// # Errors
    /// If the data or an option of a layer is invalid, or if `direction` or `output_gradient` has not as many rows as `x`.
    pub fn hvp<X, V, G>(
        &mut self,
        network: &N,
        x: &X,
        direction: &V,
        output_gradient: &G,
    ) -> Result<&InputBatch<N>, TrainingError>
    where
        X: Data<N::Scalar, N::Input> + ?Sized,
        V: Data<N::Scalar, N::Input> + ?Sized,
        G: Data<N::Scalar, N::Output> + ?Sized,
    {
        check::inputs(&x)?;
        check::rows_of(&direction, Role::Direction, x.samples())?;
        check::rows_of(&output_gradient, Role::OutputGradient, x.samples())?;
        self.options.check()?;
        self.gradients.input.resize(x.samples());
        let streams = Streams { directions: 1, second: &[] };
        for rows in tiles(x.samples(), streams) {
            self.streams.forward((network, &self.options.values), streams, rows.len(), |mut input| {
                x.copy_to(Rows::Range(rows.clone()), input.value.reborrow());
                direction.copy_to(Rows::Range(rows.clone()), input.tile(1));
            });
            // The gradient of the directional derivative by the value of the input.
            let gradient =
                self.streams.backward(network, streams, ParameterGradient::Skipped, true, |_, _, mut output| {
                    output.value.fill(N::Scalar::zero());
                    output_gradient.copy_to(Rows::Range(rows.clone()), output.tile(1));
                });
            let gradient = gradient.expect("the gradient of the input is requested");
            N::Input::copy_rows(gradient.value, &mut self.gradients.input.batch, rows.start);
        }
        Ok(&self.gradients.input.batch)
    }

    /// Runs the network forward with derivatives along the directions that `load` writes, and calls `each` with the outputs
    /// of each tile and the index of its first sample.
    fn propagate(
        &mut self,
        network: &N,
        x: &dyn Data<N::Scalar, N::Input>,
        streams: Streams<'_>,
        load: Load<'_, N::Scalar>,
        each: &mut dyn FnMut(StreamTile<'_, N::Scalar>, usize),
    ) -> Result<(), TrainingError> {
        check::inputs(x)?;
        self.options.check()?;
        for rows in tiles(x.samples(), streams) {
            let first = rows.start;
            let layer = (network, &self.options.values);
            let output = self.streams.forward(layer, streams, rows.len(), |mut input| {
                x.copy_to(Rows::Range(rows.clone()), input.value.reborrow());
                load(rows, input);
            });
            each(output, first);
        }
        Ok(())
    }

    /// Moves the memory of the outputs and of their derivatives out of the tape, with room for `samples` samples.
    fn take_outputs(&mut self, samples: usize) -> [ReusedBatch<N::Output, N::Scalar>; 2] {
        let mut outputs = [&mut self.output, &mut self.derivatives].map(|batch| replace(batch, ReusedBatch::new()));
        outputs.iter_mut().for_each(|batch| batch.resize(samples));
        outputs
    }
}

impl<N, const IN: usize> Tape<N>
where
    N: BaseNetwork<Input = Features<IN>, Output: BatchShape> + TwiceDifferentiable,
{
    /// Returns the Laplacian of every output, the sum of its second derivatives by each input.
    ///
    /// The layers are in inference mode. After the first call, batches of the same size allocate nothing.
    ///
    /// # Errors
    /// If the data or an option of a layer is invalid.
    pub fn laplacian<X>(&mut self, network: &N, x: &X) -> Result<&OutputBatch<N>, TrainingError>
    where
        X: Data<N::Scalar, N::Input> + ?Sized,
    {
        let mut outputs = self.take_outputs(x.samples());
        let streams = Streams { directions: IN, second: Pairs::<IN>::LAPLACIAN };
        let result = self.propagate(network, &x, streams, &unit_directions::<N, IN>, &mut |tile, first| {
            N::Output::copy_rows(tile.tile(1 + IN), &mut outputs[1].batch, first);
        });
        [self.output, self.derivatives] = outputs;
        result.map(|()| &self.derivatives.batch)
    }

    /// Writes the second derivatives of every output by every two inputs to `hessians`: for each sample one symmetric matrix
    /// per output. JAX: `vmap(hessian(f))`.
    ///
    /// The layers are in inference mode.
    ///
    /// # Errors
    /// If the data or an option of a layer is invalid.
    pub fn hessian<X, const OUT: usize>(
        &mut self,
        network: &N,
        x: &X,
        hessians: &mut Vec<[SMatrix<N::Scalar, IN, IN>; OUT]>,
    ) -> Result<(), TrainingError>
    where
        N: BaseNetwork<Output = Features<OUT>>,
        X: Data<N::Scalar, N::Input> + ?Sized,
    {
        hessians.resize(x.samples(), [SMatrix::zeros(); OUT]);
        let pairs: Vec<_> = (0..IN).flat_map(|i| (i..IN).map(move |j| (i, j))).collect();
        for pairs in pairs.chunks(MAX_SECOND) {
            let second: Vec<_> = pairs.iter().map(|&(i, j)| Pairs::<IN>::pair(i, j)).collect();
            let streams = Streams { directions: IN, second: &second };
            self.propagate(network, &x, streams, &unit_directions::<N, IN>, &mut |tile, first| {
                for (stream, &(i, j)) in (1 + IN..).zip(pairs) {
                    for output in 0..OUT {
                        let derivatives = tile.tile(stream).feature(output);
                        for (hessian, &derivative) in hessians[first..].iter_mut().zip(derivatives) {
                            hessian[output][(i, j)] = derivative;
                            hessian[output][(j, i)] = derivative;
                        }
                    }
                }
            })?;
        }
        Ok(())
    }
}

/// Returns the rows of each tile.
fn tiles(samples: usize, streams: Streams<'_>) -> impl Iterator<Item = Range<usize>> {
    let size = tile_samples(streams.count());
    (0..samples).step_by(size).map(move |first| first..samples.min(first + size))
}

/// Sets direction `i` to the unit vector of input `i`.
fn unit_directions<N: BaseNetwork, const IN: usize>(_rows: Range<usize>, mut input: StreamTileMut<'_, N::Scalar>) {
    (0..IN).for_each(|i| input.stream(1 + i, i).fill(N::Scalar::one()));
}
