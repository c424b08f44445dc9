use mlp_core::Tile;
use mlp_core::layers::{Module, Shape};
use mlp_core::optimizers::NormalEquations;
use mlp_core::streams::Streams;
use nalgebra::DMatrix;

use crate::dataset::{Data, Rows};
use crate::least_squares::{JacobianBlock, JacobianRows, Unknowns};
use crate::streams::{ParameterGradient, StreamPass, tile_samples};

/// Returns the derivative of every output at every sample by every unknown: a row for each output of the first sample, then
/// those of the next, and a column for each unknown.
pub(crate) fn parameter_jacobian<N: Module>(
    network: &N,
    options: &N::Options,
    unknowns: &Unknowns,
    x: &dyn Data<N::Scalar, N::Input>,
) -> DMatrix<f64> {
    let outputs = N::Output::FEATURES;
    let mut jacobian = DMatrix::zeros(x.samples() * outputs, unknowns.len());
    let mut block = JacobianBlock::new(unknowns.len());
    let mut pass = StreamPass::<N::Scalar>::new();
    for first in (0..x.samples()).step_by(tile_samples(1)) {
        let rows = first..x.samples().min(first + tile_samples(1));
        pass.forward((network, options), Streams::VALUE, rows.len(), |mut input| {
            x.copy_to(Rows::Range(rows.clone()), input.value.reborrow());
        });
        for output in 0..outputs {
            let tile = block.reserve(rows.len(), &mut Discard);
            let target = ParameterGradient::Rows(JacobianRows { unknowns, tile });
            pass.backward(network, Streams::VALUE, target, false, |_, _, mut gradient| {
                gradient.value.fill(num_traits::Zero::zero());
                gradient.value.feature(output).fill(num_traits::One::one());
            });
            let mut copy = Copy { jacobian: &mut jacobian, samples: rows.len(), first, outputs, output };
            block.flush(&mut copy);
        }
    }
    jacobian
}

/// Receives blocks that are empty.
struct Discard;

impl NormalEquations for Discard {
    fn add_rows(&mut self, _rows: Tile<'_, f64>) {}
    fn add_unknown(&mut self, _unknown: usize, _factor: f64, _value: f64) {}
}

/// Copies the rows of one output to the Jacobian.
struct Copy<'a> {
    jacobian: &'a mut DMatrix<f64>,
    samples: usize,
    /// Index of the first sample.
    first: usize,
    outputs: usize,
    output: usize,
}

impl NormalEquations for Copy<'_> {
    fn add_rows(&mut self, rows: Tile<'_, f64>) {
        for unknown in 0..self.jacobian.ncols() {
            let mut column = self.jacobian.column_mut(unknown);
            for (sample, &value) in rows.feature(unknown)[..self.samples].iter().enumerate() {
                column[(self.first + sample) * self.outputs + self.output] = value;
            }
        }
    }

    fn add_unknown(&mut self, _unknown: usize, _factor: f64, _value: f64) {}
}
