//! Networks of any size as one type. The code that depends on the size is small: the module has many networks.

use mlp::prelude::*;
use mlp::{Memory, Static, TapeGradients, TapeTile, TileBuffer as _};

use crate::data::Sample;

/// Largest number of samples of a pass.
pub const TILE: usize = 8;

/// A network, its gradient, and the memory of a forward and a backward pass.
pub trait Model {
    /// Computes the outputs of at most [`TILE`] samples.
    fn forward(&mut self, samples: &[Sample], outputs: &mut [f32]);
    /// Adds the gradient of the parameters, for the samples of the last forward pass.
    fn backward(&mut self, output_gradient: &[f32]);
    /// Returns the parameters.
    fn parameters(&self) -> &[f32];
    /// Returns the parameters and their gradient, for an update.
    fn parameters_and_gradient(&mut self) -> (&mut [f32], &mut [f32]);
    /// Returns the widths of the layers, from the input to the output.
    fn widths(&self) -> &'static [usize];
}

/// Network with `IN` inputs and one output.
pub trait Chain<const IN: usize>: Network<Scalar = f32, Input = Features<IN>, Output = Features<1>> {}

impl<N: Network<Scalar = f32, Input = Features<IN>, Output = Features<1>>, const IN: usize> Chain<IN> for N {}

/// A [`Model`] of a network.
pub struct Passes<N: Chain<IN>, const IN: usize> {
    network: N,
    gradient: N,
    tile: TapeTile<N, Static>,
    output_gradient: <Static as Memory>::Buffer<f32, Features<1>>,
    widths: &'static [usize],
}

/// Creates a network with the initial weights of a seed.
pub fn model<N: Chain<IN>, const IN: usize>(widths: &'static [usize], seed: u64) -> Option<Box<dyn Model>> {
    Some(Box::new(Passes::<N, IN> {
        network: N::new(seed),
        gradient: N::ZEROS,
        tile: TapeTile::new(TILE),
        output_gradient: mlp::TileBuffer::new(1, TILE),
        widths,
    }))
}

impl<N: Chain<IN>, const IN: usize> Model for Passes<N, IN> {
    fn forward(&mut self, samples: &[Sample], outputs: &mut [f32]) {
        let load = |mut tile: TileMut<'_, f32>| {
            for input in 0..IN {
                tile.feature(input).iter_mut().zip(samples).for_each(|(value, sample)| *value = sample[input]);
            }
        };
        let options = N::Options::default();
        let output = self.tile.forward((&self.network, &options), Mode::DifferentiableInference, samples.len(), load);
        outputs.copy_from_slice(output.feature(0));
    }

    fn backward(&mut self, output_gradient: &[f32]) {
        let mut output = self.output_gradient.tile_mut(1, output_gradient.len());
        output.feature(0).copy_from_slice(output_gradient);
        let gradients = TapeGradients { output, input: None, parameters: &mut self.gradient, needs_parameters: true };
        self.tile.backward((&self.network, &N::Options::default()), gradients);
    }

    fn parameters(&self) -> &[f32] {
        self.network.as_slice()
    }

    fn parameters_and_gradient(&mut self) -> (&mut [f32], &mut [f32]) {
        (self.network.as_mut_slice(), self.gradient.as_mut_slice())
    }

    fn widths(&self) -> &'static [usize] {
        self.widths
    }
}
