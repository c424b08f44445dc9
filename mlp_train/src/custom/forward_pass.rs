//! A forward pass whose backward pass starts from the caller's output gradient.

use std::fmt;

use mlp_core::Role;
use mlp_core::network::BaseNetwork;

use super::tape::{InputBatch, OutputBatch, Requested, Tape};
use crate::batch_shape::BatchShape;
use crate::dataset::{Data, check};
use crate::error::TrainingError;

/// Forward pass of a batch, which ends in a backward pass.
pub struct ForwardPass<'t, 'n, N: BaseNetwork<Input: BatchShape, Output: BatchShape>> {
    tape: &'t mut Tape<N>,
    network: &'n N,
}

impl<'t, 'n, N: BaseNetwork<Input: BatchShape, Output: BatchShape>> ForwardPass<'t, 'n, N> {
    pub(super) fn new(tape: &'t mut Tape<N>, network: &'n N) -> Self {
        Self { tape, network }
    }

    /// Returns the outputs, one row per sample.
    pub fn output(&self) -> &OutputBatch<N> {
        &self.tape.output.batch
    }

    /// Returns the gradient with respect to the parameters, summed over the samples.
    ///
    /// `output_gradient` is the gradient of any scalar with respect to the outputs, one row per sample. The scalar is often a
    /// mean: then every row contains the factor `1 / samples`.
    ///
    /// # Errors
    /// If `output_gradient` has another number of rows than the output, or a value that is not finite.
    pub fn backward<G>(self, output_gradient: &G) -> Result<&'t mut Box<N>, TrainingError>
    where
        G: Data<N::Scalar, N::Output> + ?Sized,
    {
        self.check(&output_gradient)?;
        let Self { tape, network } = self;
        Ok(tape.differentiate(network, &output_gradient, Requested { parameters: true, input: false }).0)
    }

    /// Returns the gradients with respect to the parameters and to the inputs, one row per sample.
    ///
    /// # Errors
    /// As for [`backward`](Self::backward).
    pub fn backward_with_input<G>(
        self,
        output_gradient: &G,
    ) -> Result<(&'t mut Box<N>, &'t InputBatch<N>), TrainingError>
    where
        G: Data<N::Scalar, N::Output> + ?Sized,
    {
        self.check(&output_gradient)?;
        let Self { tape, network } = self;
        Ok(tape.differentiate(network, &output_gradient, Requested { parameters: true, input: true }))
    }

    /// Returns the gradient with respect to the inputs, one row per sample. It is faster than
    /// [`backward_with_input`](Self::backward_with_input), because no weight gradients are computed.
    ///
    /// # Errors
    /// As for [`backward`](Self::backward).
    pub fn input_gradient<G>(self, output_gradient: &G) -> Result<&'t InputBatch<N>, TrainingError>
    where
        G: Data<N::Scalar, N::Output> + ?Sized,
    {
        self.check(&output_gradient)?;
        let Self { tape, network } = self;
        Ok(tape.differentiate(network, &output_gradient, Requested { parameters: false, input: true }).1)
    }

    /// Adds the gradient with respect to the parameters to `gradient`, and returns the gradient with respect to the inputs.
    ///
    /// In an unrolled loop, where the parameters are shared, one `gradient` is the sum over all calls of the network.
    ///
    /// # Errors
    /// As for [`backward`](Self::backward). `gradient` is then unchanged.
    pub fn add_gradient<G>(self, output_gradient: &G, gradient: &mut N) -> Result<&'t InputBatch<N>, TrainingError>
    where
        G: Data<N::Scalar, N::Output> + ?Sized,
    {
        self.check(&output_gradient)?;
        let Self { tape, network } = self;
        tape.add_gradient(network, &output_gradient, gradient, Requested { parameters: true, input: true });
        Ok(&tape.gradients.input.batch)
    }

    fn check(&self, output_gradient: &dyn Data<N::Scalar, N::Output>) -> Result<(), TrainingError> {
        Ok(check::rows_of(output_gradient, Role::OutputGradient, self.tape.output.samples)?)
    }
}

impl<N: BaseNetwork<Input: BatchShape, Output: BatchShape>> fmt::Debug for ForwardPass<'_, '_, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ForwardPass").finish_non_exhaustive()
    }
}
