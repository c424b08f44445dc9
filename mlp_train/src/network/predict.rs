use crate::batch::Workers;
use crate::batch_shape::BatchShape;
use crate::dataset::Data;

use super::Network;

/// Returns the predictions for all samples of `x`, which the caller has checked.
pub(crate) fn predict<N: Network<Output: BatchShape>>(
    workers: &mut Workers<N>,
    network: &N,
    options: &N::Options,
    x: &dyn Data<N::Scalar, N::Input>,
) -> <N::Output as BatchShape>::Batch<N::Scalar> {
    let mut predictions = N::Output::batch(x.samples());
    workers.infer(network, options, x, &mut |tile, first| N::Output::copy_rows(tile, &mut predictions, first));
    predictions
}
