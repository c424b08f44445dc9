//! Residuals of equations: functions of a network's outputs and their derivatives that are zero at a solution.
//!
//! ```text
//! point:    x (the network's inputs), then columns of data
//! streams:  u, ∂u/∂xᵢ, ∂²u/∂xᵢ∂xⱼ        for each output u of the network
//! rₑ = residual(point, streams)          for each equation e
//! loss = mean over the points of Σₑ rₑ²
//! ```
//!
//! `residual!` implements [`Residual`] from the equations as one writes them.

mod loops;

pub use loops::{
    EquationDerivatives, ResidualGradient, ResidualTile, residual_derivatives, residuals, squared_residuals,
};

use crate::kernels::{Vector, registers};
use crate::layers::Shape;
use crate::scalar::Scalar;
use crate::streams::Streams;

/// Array of registers.
pub trait Registers<V>: AsRef<[V]> + AsMut<[V]> {
    /// Number of registers.
    const COUNT: usize;
    /// Creates the array from a function of the index.
    fn from_fn(register: impl FnMut(usize) -> V) -> Self;
}

impl<V, const N: usize> Registers<V> for [V; N] {
    const COUNT: usize = N;

    #[inline(always)]
    fn from_fn(register: impl FnMut(usize) -> V) -> Self {
        registers(register)
    }
}

/// Equations for the outputs of a network, each written as a residual, which is zero at a solution.
///
/// A stream is the value or a derivative of an output: stream 0 is the value, then come the first derivatives by the inputs
/// of [`DIRECTIONS`](Self::DIRECTIONS), then the second derivatives of [`SECOND`](Self::SECOND).
pub trait Residual: Send + Sync + 'static {
    /// Shape of the network's input.
    type Input: Shape;
    /// Shape of the network's output.
    type Output: Shape;
    /// Shape of the columns of data that each point has in addition to the inputs.
    type Data: Shape;

    /// Name of the type.
    const NAME: &'static str;
    /// Names of the equations.
    const EQUATIONS: &'static [&'static str];
    /// Inputs by which first derivatives are needed, in ascending order.
    const DIRECTIONS: &'static [usize];
    /// Second derivatives: each is the sum of the second derivatives by some pairs of directions, which are indices into
    /// `DIRECTIONS`. `∂²u/∂x∂y` is one pair, a Laplacian one pair `(i, i)` for each direction.
    const SECOND: &'static [&'static [(usize, usize)]];
    /// Names of the columns of data.
    const DATA: &'static [&'static str];
    /// Names of the parameters that are trained with the network.
    const TRAINABLE: &'static [&'static str];

    /// Inputs and data of a point: `[V; IN + DATA]`.
    type Point<V: Copy>: Registers<V>;
    /// Streams: `[V; STREAMS · OUT]`. Stream `s` of output `o` has the index `s · OUT + o`.
    type Streams<V: Copy>: Registers<V>;
    /// Residuals: `[V; EQUATIONS]`.
    type Residuals<V: Copy>: Registers<V>;
    /// Derivatives of the residuals by the streams: `[V; EQUATIONS · STREAMS · OUT]`, one equation after the other.
    type ByStream<V: Copy>: Registers<V>;
    /// Derivatives of the residuals by the trained parameters: `[V; EQUATIONS · TRAINABLE]`, one equation after the other.
    type ByParameter<V: Copy>: Registers<V>;

    /// Returns the trained parameter at an index.
    ///
    /// # Panics
    /// If there is no such parameter.
    fn parameter_mut(&mut self, index: usize) -> &mut f64;

    /// Computes the residuals at a register of points, and their derivatives.
    fn evaluate<V: Vector<Scalar: Scalar>>(
        &self,
        point: &Self::Point<V>,
        streams: &Self::Streams<V>,
    ) -> Evaluation<V, Self>;

    /// Computes the solution from a point and the network's output: the transformation that the equations declare, such as
    /// `u = g(x) + d(x) · net`. Without one it is the output itself.
    fn solution(&self, point: &[f64], output: &[f64], solution: &mut [f64]);
}

/// Residuals at a register of points, and their derivatives.
pub struct Evaluation<V: Copy, R: Residual + ?Sized> {
    /// Residual of each equation.
    pub residuals: R::Residuals<V>,
    /// Derivatives by the streams.
    pub by_stream: R::ByStream<V>,
    /// Derivatives by the trained parameters.
    pub by_parameter: R::ByParameter<V>,
}

/// Returns the streams that a residual needs.
pub fn streams_of<R: Residual>() -> Streams<'static> {
    Streams { directions: R::DIRECTIONS.len(), second: R::SECOND }
}
