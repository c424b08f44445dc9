use mlp_core::layers::Module;
use mlp_core::{DataError, Scalar as _};

use crate::batch::{TILE_SAMPLES, Workers};
use crate::batch_shape::BatchShape;
use crate::dataset::{Data, check};
use crate::network::{self, Network};
use crate::parallel::{Queue, on_workers, workers};

/// Predictions of the networks `N` as a matrix with a row for each sample, or a tuple of such matrices.
type Batch<N> = <<N as Module>::Output as BatchShape>::Batch<<N as mlp_core::Parameters>::Scalar>;

/// Predictions of all members of an ensemble, and statistics over the members.
///
/// Each statistic has the shape of a member's prediction: a row for each sample and a column for each output.
pub struct EnsemblePrediction<N: Network<Output: BatchShape>> {
    members: Vec<Batch<N>>,
    samples: usize,
}

/// Quantile outside of `[0, 1]`.
#[derive(Clone, Copy, PartialEq, thiserror::Error)]
#[error("expected a quantile from 0 to 1, found {0}")]
pub struct InvalidQuantile(pub f64);

mlp_core::debug_as_display!(InvalidQuantile);

impl<N: Network<Output: BatchShape>> EnsemblePrediction<N> {
    pub(super) fn new(members: Vec<Batch<N>>, samples: usize) -> Self {
        Self { members, samples }
    }

    /// Returns the prediction of each member.
    pub fn members(&self) -> &[Batch<N>] {
        &self.members
    }

    /// Returns the mean over the members.
    pub fn mean(&self) -> Batch<N> {
        self.reduce(mean)
    }

    /// Returns the standard deviation over the members: the root of the mean squared distance from the mean, as NumPy's `std`.
    ///
    /// It is 0 for an ensemble of one member.
    pub fn standard_deviation(&self) -> Batch<N> {
        self.reduce(|values| {
            let mean = mean(values);
            let squares = values.iter().map(|value| (value - mean) * (value - mean));
            (squares.sum::<f64>() / values.len() as f64).sqrt()
        })
    }

    /// Returns a quantile over the members, with linear interpolation between the two nearest, as NumPy's `quantile`: 0 is the
    /// min, 0.5 the median, 1 the max.
    ///
    /// # Errors
    /// If `quantile` is not in `[0, 1]`.
    pub fn quantile(&self, quantile: f64) -> Result<Batch<N>, InvalidQuantile> {
        if !(0.0..=1.0).contains(&quantile) {
            return Err(InvalidQuantile(quantile));
        }
        Ok(self.reduce(|values| {
            values.sort_unstable_by(f64::total_cmp);
            let position = quantile * (values.len() - 1) as f64;
            let below = values[position.floor() as usize];
            let above = values[position.ceil() as usize];
            below + (above - below) * position.fract()
        }))
    }

    /// Computes a statistic of each value over the members, in `f64`.
    fn reduce(&self, mut statistic: impl FnMut(&mut [f64]) -> f64) -> Batch<N> {
        let mut result = N::Output::batch::<N::Scalar>(self.samples);
        let members: Vec<Vec<&[N::Scalar]>> = self.members.iter().map(slices::<N>).collect();
        let mut values = vec![0.0; members.len()];
        let mut part = 0;
        N::Output::slices_mut(&mut result, &mut |destination| {
            for (index, destination) in destination.iter_mut().enumerate() {
                let of_members = members.iter().map(|parts| parts[part][index].to_f64());
                values.iter_mut().zip(of_members).for_each(|(value, of_member)| *value = of_member);
                *destination = N::Scalar::from_f64(statistic(&mut values));
            }
            part += 1;
        });
        result
    }
}

fn mean(values: &mut [f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// Returns the values of each matrix of a prediction.
fn slices<N: Network<Output: BatchShape>>(batch: &Batch<N>) -> Vec<&[N::Scalar]> {
    let mut parts = Vec::new();
    N::Output::slices(batch, &mut |part| parts.push(part));
    parts
}

/// Returns the predictions of networks for all samples of `x`.
pub(super) fn predict<'a, N, X>(
    networks: impl Iterator<Item = &'a N>,
    x: &X,
) -> Result<EnsemblePrediction<N>, DataError>
where
    N: Network<Output: BatchShape> + Sync,
    X: Data<N::Scalar, N::Input> + Sync + ?Sized,
{
    check::inputs(&x)?;
    let samples = x.samples();
    let mut tasks: Vec<_> = networks.map(|network| (network, None)).collect();
    let workers = workers(tasks.len());
    let queue = Queue::new(tasks.iter_mut());
    on_workers(&mut vec![(); workers], |_, ()| {
        let mut buffers = Workers::inference(samples.min(TILE_SAMPLES), 0);
        while let Some((network, predictions)) = queue.next() {
            *predictions = Some(network::predict(&mut buffers, *network, &N::Options::default(), &x));
        }
    });
    let members = tasks.into_iter().filter_map(|(_, predictions)| predictions).collect();
    Ok(EnsemblePrediction::new(members, samples))
}
