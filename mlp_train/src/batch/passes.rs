//! The network, the loss and the data of a batch as objects. So the loops over leaves and tiles are compiled once, in this
//! crate, and not for each network.

use std::any::Any;

use mlp_core::layers::{Backward, FusedDerivatives, Mode, Module, Shape as _};
use mlp_core::losses::{LossInput, LossList};
use mlp_core::{Allocator, Scalar, Tile, TileMut};

use super::workers::Objective;
use super::workspace::BatchOf;
use crate::dataset::{Data, Dataset, Rows};
use crate::heap::Heap;

/// The cache of a network, of a type that only its passes know.
pub(crate) type Cache = dyn Any + Send + Sync;

/// The sizes of a network, and the constructor of its cache.
#[derive(Clone, Copy)]
pub(crate) struct Sizes {
    /// Features of the inputs and the outputs.
    pub(crate) features: (usize, usize),
    /// Number of parameters.
    pub(crate) parameters: usize,
    /// Size of the parameters.
    pub(crate) bytes: usize,
    /// `true` if all samples of a batch form one tile.
    pub(crate) is_whole_batch: bool,
    /// Creates the cache.
    pub(crate) cache: fn(Allocator<Heap>) -> Box<Cache>,
}

impl Sizes {
    pub(crate) fn of<N: Module>() -> Self {
        Self {
            features: (N::Input::FEATURES, N::Output::FEATURES),
            parameters: N::COUNT,
            bytes: size_of::<N>(),
            is_whole_batch: N::WHOLE_BATCH,
            cache: |allocator| Box::new(N::cache::<Heap>(allocator)),
        }
    }
}

/// A network and its inputs.
pub(crate) trait Predict<T: Scalar>: Sync {
    /// Copies the inputs of some samples to `input`, and computes `output`.
    fn forward(&self, rows: Rows<'_>, mode: Mode<'_>, input: TileMut<'_, T>, output: TileMut<'_, T>, cache: &mut Cache);
}

/// A network, its loss, and their inputs and targets.
pub(crate) trait Compare<T: Scalar>: Predict<T> {
    /// Copies the targets of some samples to `targets`.
    fn load_targets(&self, rows: Rows<'_>, targets: TileMut<'_, T>);

    /// Returns the loss of a tile, and sets that of each output.
    fn loss(&self, input: LossInput<'_, T>, outputs: &mut [f64]) -> f64;

    /// Adds the gradient with respect to the parameters to `gradient`.
    fn backward(&self, tiles: BackwardTiles<'_, T>, gradient: &mut [T], cache: &mut Cache);
}

/// Tiles of a backward pass through a network.
pub(crate) struct BackwardTiles<'a, T> {
    pub(crate) input: Tile<'a, T>,
    pub(crate) output: Tile<'a, T>,
    pub(crate) output_gradient: TileMut<'a, T>,
    pub(crate) input_gradient: Option<TileMut<'a, T>>,
}

/// Inference of a network.
pub(super) struct Inference<'a, N: Module> {
    pub(super) network: &'a N,
    pub(super) options: &'a N::Options,
    pub(super) x: &'a dyn Data<N::Scalar, N::Input>,
}

impl<N: Module> Predict<N::Scalar> for Inference<'_, N> {
    fn forward(
        &self,
        rows: Rows<'_>,
        mode: Mode<'_>,
        mut input: TileMut<'_, N::Scalar>,
        output: TileMut<'_, N::Scalar>,
        cache: &mut Cache,
    ) {
        self.x.copy_to(rows, input.reborrow());
        input.pad_with_last_sample();
        self.network.forward::<Heap>(self.options, mode, input.as_tile(), output, cache_of::<N>(cache));
    }
}

/// Comparison of a network's predictions with targets.
pub(super) struct Comparison<'a, N: Module, L: LossList<N::Scalar, N::Output>> {
    pub(super) objective: Objective<'a, N, L>,
    pub(super) data: Dataset<'a, N::Scalar, N::Input, L::Targets>,
}

impl<N: Module, L: LossList<N::Scalar, N::Output>> Comparison<'_, N, L> {
    /// Returns some rows of the data, and the functions that compute them.
    pub(super) fn of_rows<'b>(&'b self, rows: &Rows<'b>) -> BatchOf<'b, N::Scalar> {
        BatchOf {
            passes: self,
            rows: rows.clone(),
            weights: self.data.weights,
            targets: L::Targets::FEATURES,
            losses: L::COUNT,
        }
    }
}

impl<N: Module, L: LossList<N::Scalar, N::Output>> Predict<N::Scalar> for Comparison<'_, N, L> {
    fn forward(
        &self,
        rows: Rows<'_>,
        mode: Mode<'_>,
        input: TileMut<'_, N::Scalar>,
        output: TileMut<'_, N::Scalar>,
        cache: &mut Cache,
    ) {
        let Objective { network, options, .. } = self.objective;
        Inference { network, options, x: self.data.x }.forward(rows, mode, input, output, cache);
    }
}

impl<N: Module, L: LossList<N::Scalar, N::Output>> Compare<N::Scalar> for Comparison<'_, N, L> {
    fn load_targets(&self, rows: Rows<'_>, mut targets: TileMut<'_, N::Scalar>) {
        self.data.y.copy_to(rows, targets.reborrow());
        targets.pad_with_last_sample();
    }

    fn loss(&self, input: LossInput<'_, N::Scalar>, outputs: &mut [f64]) -> f64 {
        self.objective.loss.evaluate(input, self.objective.loss_weights, outputs)
    }

    fn backward(&self, tiles: BackwardTiles<'_, N::Scalar>, gradient: &mut [N::Scalar], cache: &mut Cache) {
        let BackwardTiles { input, output, output_gradient, input_gradient } = tiles;
        let pass = Backward {
            input,
            output,
            output_gradient,
            input_gradient,
            gradient: N::from_mut_slice(gradient),
            needs_gradient: true,
            fused: FusedDerivatives::NONE,
        };
        let Objective { network, options, .. } = self.objective;
        network.backward::<Heap>(options, pass, cache_of::<N>(cache));
    }
}

/// Returns the cache of a network that [`Sizes::of`] it has created.
fn cache_of<N: Module>(cache: &mut Cache) -> &mut N::Cache<Heap> {
    cache.downcast_mut().expect("the cache of this network")
}
